"""The membership of a person in a company."""

from profiles.choices import Side
from profiles.models import Membership, User


def membership_of(user: User) -> Membership | None:
    """Return a person's membership with its company, or None while there is none."""
    sides = [user.role] if user.role in Side else list(Side)
    parts = (f"{side}__{part}" for side in sides for part in ("place", "held_edit"))
    try:
        found = Membership.objects.select_related(*parts).get(user=user)
    except Membership.DoesNotExist:
        return None
    found.user = user
    return found
