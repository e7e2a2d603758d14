"""Where a profile stands, for its owner: waiting, returned with reasons, approved, and what is missing."""

from collections.abc import Mapping
from dataclasses import dataclass

from django.utils.translation import gettext as _

from profiles.choices import Status
from profiles.models import Investor, Review, Startup
from profiles.selectors.profiles import Completeness, Item, completeness, missing_for_submission
from profiles.selectors.reviews import queue_position

ANSWERED = (Status.RETURNED, Status.REJECTED)


@dataclass(frozen=True)
class Standing:
    """The state of a profile in words and numbers.

    `review`: the decision to answer, if the profile was returned or rejected. `missing`: what must be stated
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


def standing(profile: Startup | Investor) -> Standing:
    """Return where the profile stands."""
    review = None
    if profile.status in ANSWERED:
        review = profile.reviews.order_by("-decided_at", "-pk").first()
    return Standing(
        profile=profile,
        completeness=completeness(profile),
        missing=missing_for_submission(profile),
        queue_position=queue_position(profile) if profile.status == Status.SUBMITTED else None,
        review=review,
    )
