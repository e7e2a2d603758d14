"""A profile as the other side would read it, row by row, with who may see each row."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from profiles.choices import Audience, Side
from profiles.models import Investor, Startup
from profiles.taxonomy.selectors import terms
from profiles.visibility.access import preview, see_investor, see_startup
from profiles.visibility.fields import CATALOGUE, GROUPS, ordered
from profiles.visibility.policy import audience_label, audience_of
from profiles.visibility.visible_profile import VisibleProfile

# How one of several rows of a profile reads in a list.
WORDS: dict[str, Callable[[VisibleProfile], str]] = {
    "needs": lambda row: row.display["type"],
    "offers": lambda row: row.display["type"],
    "traction": lambda row: f"{row.label}: {row.display['value']}",
    "partners": lambda row: f"{row.name}: {row.display['share_pct']} %",
    "theses": lambda row: row.display["sectors"],
    "deals": lambda row: f"{row.display['closed_on']}: {row.display['sector']}",
}


@dataclass(frozen=True)
class Row:
    """One field of the preview."""

    label: str
    value: str
    audience: Audience
    is_hidden: bool
    seen_by: str


def rows(profile: Startup | Investor, *, is_mutual: bool) -> tuple[Row, ...]:
    """Return what the other side reads: before any interest, or after both sides said yes."""
    side = profile.side
    viewer = preview(side.other, mutual=frozenset({profile.pk}) if is_mutual else frozenset())
    seen = see_startup(profile, viewer) if isinstance(profile, Startup) else see_investor(profile, viewer)
    names = (field.name for field in ordered(CATALOGUE[side].values(), "shown"))
    return tuple(_row(seen, name, audience_of(profile, name), side) for name in names)


def _row(seen: VisibleProfile, name: str, audience: Audience, side: Side) -> Row:
    """Return one field with its value and who may see it, in words."""
    told = str(audience_label(audience, side))
    return Row(seen.labels[name], _value(seen, name), audience, name in seen.hidden, told)


def choices(profile: Startup | Investor) -> dict[str, Any]:
    """Return what the owner chose, by group; the default where nothing was chosen."""
    groups = GROUPS[profile.side]
    return {name: profile.visibility.get(name) or group.default for name, group in groups.items()}


def _value(seen: VisibleProfile, name: str) -> str:
    """Return one field in words."""
    if seen.declared(name).is_place:
        return terms.data_place(getattr(seen, name) or "")
    if name not in WORDS:
        return seen.display[name]
    return "\n".join(WORDS[name](row) for row in getattr(seen, name) or ())
