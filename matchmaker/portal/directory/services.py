"""Views of the directory are kept and forgotten; an export is counted and written into the audit log."""

from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaker.models.saved_view import SavedView
from matchmaker.portal.directory.kinds import DIRECTORY_EXPORT_LIMIT, EXPORTED
from profiles.guards import require_curator
from profiles.models import User
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError

MOST_VIEWS = 50  # a person's


@transaction.atomic
def save_view(*, name: str, query: str, by: User, at: datetime) -> SavedView:
    require_curator(by)
    User.objects.select_for_update(no_key=True).get(pk=by.pk)  # of two at once the second counts the first
    others = SavedView.objects.filter(user=by).exclude(name=name)
    if others.count() >= MOST_VIEWS:
        raise RefusedError(_("You have reached the maximum number of views. Delete one first."))
    view, _made = SavedView.objects.update_or_create(user=by, name=name, defaults={"query": query, "at": at})
    return view


def delete_view(view: SavedView, *, by: User) -> None:
    SavedView.objects.filter(pk=view.pk, user=by).delete()


@transaction.atomic
def record_export(*, rows: int, filtered: str, kind: str, by: User, at: datetime) -> None:
    """Write down who takes how many profiles away, by which filter.

    Raises:
        LimitReachedError: if the account did it too often.
    """
    require_curator(by)
    limits.take_token(DIRECTORY_EXPORT_LIMIT, account=by, at=at)
    details = {"rows": str(rows), "format": kind.upper(), "filter": filtered}
    audit.record(EXPORTED, subject="directory:all", by=by, at=at, details=details)
