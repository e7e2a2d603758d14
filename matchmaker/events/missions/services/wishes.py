"""A delegation chooses meetings. No one is notified, and the audit log records only the fact."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaker.events.missions.kinds import WISH_LIMIT
from matchmaker.events.missions.selectors.missions import may_wish
from matchmaker.events.missions.selectors.wishes import MOST_MUSTS
from matchmaker.events.missions.services.missions import lock_as_delegate, record_audit
from matchmaker.models.missions import Delegation, MissionWish
from matchmaker.models.missions.mission import NOT_OVER, Wish
from matchmaker.models.transitions import Mover
from matchmaker.transitions import WrongStateError
from profiles.models import User
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError


@transaction.atomic
def choose(delegation: Delegation, *, wishes: Mapping[int, str], by: User, at: datetime) -> None:
    """Store the wishes of one page by delegation key; "" removes a wish."""
    limits.take_token(WISH_LIMIT, account=by, at=at)
    locked = lock_as_delegate(delegation, NOT_OVER, by=by, mover=Mover.EITHER)
    if not may_wish(delegation, locked):
        raise WrongStateError
    valid = {key: wish for key, wish in wishes.items() if wish in Wish.values}
    delegation.wishes.filter(receiver__in=wishes.keys() - valid.keys()).delete()
    MissionWish.objects.bulk_create(
        (
            MissionWish(giver=delegation, receiver_id=key, wish=wish, by=by, at=at)
            for key, wish in valid.items()
        ),
        update_conflicts=True,
        unique_fields=["giver", "receiver"],
        update_fields=["wish", "is_prefilled", "by", "at"],
    )
    if delegation.wishes.filter(wish=Wish.MUST).count() > MOST_MUSTS:
        raise RefusedError(
            _(
                "You can choose “Must meet” for at most five. Nothing was saved. Change some of them to "
                "“Want to meet”."
            )
        )
    record_audit(locked, "wishes", by=by, at=at)
