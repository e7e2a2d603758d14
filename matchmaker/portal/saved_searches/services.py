"""Save, rename, delete and look at searches; find out what is new."""

from datetime import datetime

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.models.search import SavedSearch
from matchmaker.portal.saved_searches.kinds import NEW_RESULTS, SAVED_LIMIT
from matchmaker.portal.saved_searches.selectors import due_searches, kept_query, results_of, saved_searches
from profiles.models import User
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

MOST_SAVED = 20  # of one person
BATCH = 25  # searches that one task looks at


class NameTakenError(RefusedError):
    message = _("You have another saved search with this name. Choose another name.")


@transaction.atomic
def save_search(user: User, *, name: str, page: str, query: str, at: datetime) -> SavedSearch:
    """Keep the filters of a page; what they find now is known.

    Raises:
        RefusedError: the person has too many, or another one of that name.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(SAVED_LIMIT, account=user, at=at)
    _lock(user)
    if saved_searches(user).count() >= MOST_SAVED:
        raise RefusedError(_("You have 20 saved searches. Delete one first."))
    if saved_searches(user).filter(name=name).exists():
        raise NameTakenError
    saved = SavedSearch(
        user=user, name=name, page=page, query=kept_query(page, query), created_at=at, checked_at=at
    )
    saved.known = results_of(saved)
    saved.save()
    return saved


@transaction.atomic
def rename_search(saved: SavedSearch, *, name: str, at: datetime) -> None:
    """Give a saved search another name.

    Raises:
        NameTakenError: see there.
        LimitReachedError: too often in a short time.
    """
    limits.take_token(SAVED_LIMIT, account=saved.user, at=at)
    _lock(saved.user)
    if saved_searches(saved.user).filter(name=name).exclude(pk=saved.pk).exists():
        raise NameTakenError
    SavedSearch.objects.filter(pk=saved.pk).update(name=name)


@transaction.atomic
def delete_search(saved: SavedSearch) -> None:
    SavedSearch.objects.filter(pk=saved.pk).delete()


@transaction.atomic
def look_at(saved: SavedSearch, *, at: datetime) -> None:
    SavedSearch.objects.filter(pk=saved.pk).update(known=results_of(saved), fresh=[], told=[], checked_at=at)


def check_due(*, at: datetime) -> int:
    """Find out what is new in the searches that were not checked for an hour, and tell their people once."""
    return sum(check_search(saved, at=at) for saved in due_searches(at=at)[:BATCH])


@transaction.atomic
def check_search(saved: SavedSearch, *, at: datetime) -> bool:
    mine = SavedSearch.objects.filter(pk=saved.pk, checked_at=saved.checked_at)
    if not mine.update(checked_at=at):
        return False
    known = set(saved.known)
    fresh = [key for key in results_of(saved) if key not in known]
    untold = [key for key in fresh if key not in saved.told]
    SavedSearch.objects.filter(pk=saved.pk).update(fresh=fresh, told=[*saved.told, *untold] if fresh else [])
    if untold:
        message = Message(
            kind=NEW_RESULTS, path=reverse("saved_searches"), event=f"{saved.pk}:{at:%Y%m%d%H%M}", at=at
        )
        notifications.notify(saved.user, message)
    return bool(untold)


def _lock(user: User) -> None:
    User.objects.select_for_update(no_key=True).get(pk=user.pk)
