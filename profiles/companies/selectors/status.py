"""Where a profile stands, for its owner: waiting, returned with reasons, approved, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.db.models import F, Q
from django.utils.translation import gettext as _

from profiles.choices import Status
from profiles.companies.selectors.completeness import Completeness, Item, completeness
from profiles.models import SIDES, Investor, Review, Startup

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
            return _("Approved, but not shown")
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
