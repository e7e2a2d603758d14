"""Every state in which someone can stand towards a profile."""

from typing import Any

from profiles.catalogue.visibility import access
from profiles.catalogue.visibility.access import Viewer
from profiles.choices import Audience, Role, Side
from profiles.models import Investor, Startup

# Columns that no viewer reads: keys, search keys, and what stands behind a computed field.
INTERNAL = {"id", "public_id", "name_key", "visibility"}
OWN = {Side.STARTUP: Startup, Side.INVESTOR: Investor}


def fields_of(model: Any) -> set[str]:
    own = {field.name for field in (*model._meta.concrete_fields, *model._meta.many_to_many)}
    return own - INTERNAL


def viewers(side: Side, pk: int) -> dict[str, Viewer]:
    """Every state in which someone can stand towards one profile of `side`."""
    across = {"investor_id": 10**6} if side is Side.STARTUP else {"startup_id": 10**6}
    beside = {"startup_id": 10**6} if side is Side.STARTUP else {"investor_id": 10**6}
    own = {f"{side}_id": pk}
    return {
        "anonymous": Viewer(),
        "unchecked": Viewer(user_id=1, role=side.other, **across),
        "same side": Viewer(user_id=1, role=side, is_checked=True, **beside),
        "superuser": Viewer(user_id=1, is_superuser=True),
        "matched": Viewer(user_id=1, role=side.other, is_checked=True, **across),
        "interested": Viewer(
            user_id=1, role=side.other, is_checked=True, interested=frozenset({pk}), **across
        ),
        "mutual": Viewer(user_id=1, role=side.other, is_checked=True, mutual=frozenset({pk}), **across),
        "preview": access.preview(side.other),
        "curator": Viewer(user_id=1, role=Role.CURATOR, is_curator=True),
        "curator with a reason": Viewer(
            user_id=1, role=Role.CURATOR, is_curator=True, opened=frozenset({pk})
        ),
        "owner": Viewer(user_id=1, role=side, **own),
    }


CIRCLES: dict[str, set[Audience]] = {
    "anonymous": set(),
    "unchecked": set(),
    "same side": set(),
    "superuser": set(),
    "matched": {Audience.PUBLIC, Audience.MATCHED},
    "interested": {Audience.PUBLIC, Audience.MATCHED},
    "preview": {Audience.PUBLIC, Audience.MATCHED},
    "mutual": {Audience.PUBLIC, Audience.MATCHED, Audience.MUTUAL},
    "curator": set(Audience),
    "curator with a reason": set(Audience),
    "owner": set(Audience),
}
EXACT = {"owner", "curator with a reason"}
ABROAD = {"owner", "curator", "curator with a reason"}
