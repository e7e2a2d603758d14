"""Where a profile stands, for its owner: what is stated, how far each step is, what was decided."""

import re
from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, TypeVar

from django.db import models
from django.db.models import F, Q, QuerySet
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.choices import Purpose, Status
from profiles.consents.selectors import agreed_purposes
from profiles.models import SIDES, Investor, Review, Startup
from profiles.validators import name_key
from profiles.visibility.fields import CATALOGUE, Field, ordered

AnyProfile = TypeVar("AnyProfile", Startup, Investor)


@dataclass(frozen=True)
class Item:
    """Something useful to state: its field, what to call it, and the step on which it is asked."""

    field: str
    label: str | Promise
    step: str


@dataclass(frozen=True)
class Completeness:
    """How much is stated (never scored), and the most useful thing to state next."""

    percent: int
    next_field: Item | None
    missing: tuple[Item, ...]
    needed: tuple[Item, ...]  # those of them without which no curator looks at the profile


def items_of(profile: Startup | Investor) -> tuple[Item, ...]:
    """Return what is useful to state on this side; the first one missing is what the page asks for next."""
    useful = ordered(CATALOGUE[profile.side].values(), "useful")
    return tuple(Item(field.name, field.prompt, field.step) for field in useful)


def completeness(profile: Startup | Investor) -> Completeness:
    """Return how complete the profile is."""
    consents = agreed_purposes(profile)
    items = items_of(profile)
    missing = tuple(item for item in items if not _is_stated(profile, item.field, consents))
    percent = 100 * (len(items) - len(missing)) // len(items)
    declared = CATALOGUE[profile.side]
    needed = tuple(item for item in missing if declared[item.field].is_needed)
    return Completeness(percent, missing[0] if missing else None, missing, needed)


def missing_for_submission(profile: Startup | Investor) -> tuple[Item, ...]:
    """Return what must be stated before a curator looks at the profile."""
    return completeness(profile).needed


def _is_stated(profile: Startup | Investor, field: str, consents: frozenset[str]) -> bool:
    """Tell whether something was stated; special fields have a rule of their own."""
    if field in Purpose.values:
        return field in consents
    if field in SPECIAL:
        return SPECIAL[field](profile)
    value = getattr(profile, f"{field}_id" if hasattr(profile, f"{field}_id") else field)
    if hasattr(value, "lasting"):
        return bool(value.lasting(timezone.localdate()).exists())
    return bool(value.exists()) if hasattr(value, "exists") else value not in (None, "", [], {})


def _has_need(startup: Startup) -> bool:
    """Tell whether a need is stated that is not over."""
    return startup.needs.lasting(timezone.localdate()).exists()


# Whoever names other needs and no money has answered the round; needs may be answered by money alone.
SPECIAL: dict[str, Callable[[Any], bool]] = {
    "ask": lambda startup: startup.ask_max is not None if startup.seeks_capital else _has_need(startup),
    "needs": lambda startup: startup.seeks_capital or _has_need(startup),
}


def named(words: str) -> Q:
    """Return the condition that a company's name contains these words in any script."""
    return Q(name_en__icontains=words) | Q(name_ur__icontains=words) | Q(name_zh__icontains=words)


def duplicates_of(
    model: type[AnyProfile],
    *,
    names: tuple[str, ...] = (),
    website: str = "",
    registration: str = "",
    except_pk: int | None = None,
) -> QuerySet[AnyProfile]:
    """Return the companies of one side that may be the same: by name in any script, site or registration."""
    same = Q(pk__in=[])
    for key in filter(None, map(name_key, names)):
        same |= Q(name_key__contains=f"|{key}|")
    if host := _host(website):
        same |= Q(website__iregex=rf"^https?://(www\.)?{re.escape(host)}(/|$)")
    if registration:
        field = "registration_number" if model is Startup else "registry_id"
        same |= Q(**{f"{field}__iexact": registration})
    return model._default_manager.filter(same).exclude(pk=except_pk or 0).order_by("pk")


def _host(website: str) -> str:
    """Return the host of an address, without www."""
    return website.partition("//")[2].partition("/")[0].lower().removeprefix("www.")


class Progress(models.TextChoices):
    """How far a step is."""

    DONE = "done", _("done")
    BEGUN = "begun", _("begun")
    FAULTY = "faulty", _("needs work")
    SKIPPED = "skipped", _("skipped")
    NOT_BEGUN = "not_begun", _("not begun")


def progress_of(
    profile: Startup | Investor, steps: Iterable[str], *, missing: Collection[Item], returned: Collection[str]
) -> dict[str, Progress]:
    """Return how far each step is. `missing`: what is useful and not stated; `returned`: fields to change.

    A step is faulty where a curator asks for a change, or where it was begun without what is needed; skipped
    if nothing in it is needed, nothing was stated, and a later one was begun.
    """
    fields = CATALOGUE[profile.side]
    order = list(steps)
    own = {step: [field for field in fields.values() if field.step == step] for step in order}
    begun = {step: any(_is_begun(profile, field) for field in own[step]) for step in order}
    found = {}
    for place, step in enumerate(order):
        wanting = [fields[item.field] for item in missing if item.step == step]
        asked = any(field.name in returned for field in own[step])
        needs = any(field.is_needed for field in own[step])
        if asked or (begun[step] and any(field.is_needed for field in wanting)):
            found[step] = Progress.FAULTY
        elif begun[step]:
            found[step] = Progress.BEGUN if wanting else Progress.DONE
        else:
            is_passed = not needs and any(begun[later] for later in order[place + 1 :])
            found[step] = Progress.SKIPPED if is_passed else Progress.NOT_BEGUN
    return found


def _is_begun(profile: Startup | Investor, field: Field) -> bool:
    """Tell whether the owner stated something here; what a new profile holds anyway is no statement."""
    if field.name in Purpose.values:
        return field.name in agreed_purposes(profile)
    if field.label and not field.rows:
        return False  # computed
    value: Any = getattr(profile, field.name)
    if isinstance(value, models.Manager):
        return bool(value.exists())
    stored: Any = profile._meta.get_field(field.name)
    return value not in (None, "", [], {}) and value != stored.get_default()


DECIDED = (Status.APPROVED, Status.RETURNED, Status.REJECTED)


@dataclass(frozen=True)
class ProfileStatus:
    """The state of a profile in words and numbers.

    `review`: the last decision, while the profile stands as it left it. `missing`: what must be stated
    before it can be submitted.
    """

    profile: Startup | Investor
    completeness: Completeness
    missing: tuple[Item, ...]
    queue_position: int | None
    review: Review | None

    @property
    def status(self) -> str:
        """The stored status."""
        return self.profile.status

    @property
    def label(self) -> str:
        """The status in words; an approved profile without consent is not published."""
        if self.status == Status.APPROVED and not self.profile.is_published:
            return str(_("Approved, but not shown"))
        return str(Status(self.status).label)

    @property
    def reasons(self) -> Mapping[str, str]:
        """What to change, by field."""
        return self.review.reasons if self.review else {}

    @property
    def can_submit(self) -> bool:
        """Whether the owner may send the profile to review now."""
        return self.status in (Status.DRAFT, Status.RETURNED) and not self.missing


def status_of(profile: Startup | Investor) -> ProfileStatus:
    """Return where the profile stands."""
    review = None
    if profile.status in DECIDED:
        review = profile.reviews.order_by("-decided_at", "-pk").first()
    found = completeness(profile)
    return ProfileStatus(
        profile=profile,
        completeness=found,
        missing=found.needed,
        queue_position=queue_position(profile) if profile.status == Status.SUBMITTED else None,
        review=review,
    )


# New profiles wait as "submitted"; an approved one waits again after an edit of what was checked.
WAITING = Q(status=Status.SUBMITTED) | Q(status=Status.APPROVED, submitted_at__gt=F("reviewed_at"))


def queue_position(profile: Startup | Investor) -> int:
    """Return which place in the queue a waiting profile has: 1 is next. Both sides wait in one queue."""
    earlier = {"submitted_at__lt": profile.submitted_at}
    return 1 + sum(model.objects.filter(WAITING, **earlier).count() for model in SIDES.values())
