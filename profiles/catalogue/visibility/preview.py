"""A profile as the other side sees it, row by row, with the audience of each row."""

from dataclasses import dataclass
from typing import Any

from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.selectors import terms
from profiles.catalogue.visibility.access import Viewer, countries_of, preview, see
from profiles.catalogue.visibility.facts import lines_of, note_on
from profiles.catalogue.visibility.fields import CATALOGUE, GROUPS, ordered
from profiles.catalogue.visibility.policy import audience_label, audience_of
from profiles.catalogue.visibility.visible_profile import VisibleProfile, pitch_of
from profiles.choices import Audience
from profiles.models import Investor, Startup


class PreviewState(models.TextChoices):
    CHECKED = "checked", _("Before any interest")
    INTERESTED = "interested", _("When they have said they are interested")
    MUTUAL = "mutual", _("After both said yes")


class PreviewPlace(models.TextChoices):
    ABROAD = "abroad", _("In another country")
    HERE = "here", _("In your country")


@dataclass(frozen=True)
class Row:
    label: str
    value: str
    audience: Audience
    is_hidden: bool
    seen_by: str
    note: str


def rows(
    profile: Startup | Investor, *, state: PreviewState, place: PreviewPlace = PreviewPlace.ABROAD
) -> tuple[Row, ...]:
    side = profile.side
    seen = see(profile, viewer_in(profile, state, place))
    lines = []
    for name in (field.name for field in ordered(CATALOGUE[side].values(), "shown")):
        audience, note = audience_of(profile, name), note_on(seen, name)
        text = str(audience_label(audience, side))
        row = Row(seen.labels[name], _value(seen, name), audience, name in seen.hidden, text, note)
        lines.append(row)
    return tuple(lines)


def viewer_in(profile: Startup | Investor, state: PreviewState, place: PreviewPlace) -> Viewer:
    here = frozenset({profile.pk})
    return preview(
        profile.side.other,
        mutual=here if state == PreviewState.MUTUAL else frozenset(),
        interested=here if state != PreviewState.CHECKED else frozenset(),
        countries=countries_of(profile) if place == PreviewPlace.HERE else frozenset(),
    )


def choices(profile: Startup | Investor) -> dict[str, Any]:
    groups = GROUPS[profile.side]
    return {name: profile.visibility.get(name) or group.default for name, group in groups.items()}


def _value(seen: VisibleProfile, name: str) -> str:
    field = seen.declared(name)
    if field.rows:
        return "\n".join(lines_of(seen, name))
    if field.is_place:
        return terms.data_place(getattr(seen, name) or "")
    return pitch_of(seen) if name == "pitch" else seen.display[name]
