"""A profile's facts in the order in which the other side reads them; what may not be shown is left out."""

from collections.abc import Collection
from dataclasses import dataclass, replace

from django.utils.translation import gettext as _

from profiles.choices import Side
from profiles.taxonomy.selectors.term_tree import TermTree
from profiles.visibility.fields import CATALOGUE, Field, ordered
from profiles.visibility.visible_profile import VisibleProfile

SAFE_LINKS = ("https://", "http://")


@dataclass(frozen=True)
class Fact:
    """One line of a profile; an empty value reads "not stated"."""

    label: str
    value: str
    url: str = ""
    note: str = ""


def facts_of(
    seen: VisibleProfile, side: Side, terms: TermTree, *, without: Collection[str] = ()
) -> list[Fact]:
    """Return what may be shown of a profile, but for the fields that stand elsewhere."""
    apart = {*seen.hidden, *without}
    return [fact(seen, field, terms) for field in _shown(side) if field.name not in apart]


def _shown(side: Side, *, is_about_data: bool = False) -> list[Field]:
    """Return the fields that stand line by line among the facts, or on the card about data, in order."""
    shown = ordered(CATALOGUE[side].values(), "shown")
    return [field for field in shown if not field.is_apart and field.is_about_data == is_about_data]


def fact(seen: VisibleProfile, field: Field, terms: TermTree) -> Fact:
    """Return one field with its label; the name of a place whose code it keeps."""
    name = field.name
    value = seen.display[name]
    term = terms.find("place", value) if field.is_place else None
    url = value if name == "website" and value.startswith(SAFE_LINKS) else ""
    note = ""
    if name == "ask" and seen.ask:
        note = _("as a band, at the exchange rate of the day") if seen.ask.is_band else ""
    return Fact(_sentence(seen.labels[name]), term.name if term else value, url, note)


def withheld(seen: VisibleProfile, side: Side) -> list[str]:
    """Return the names of the fields that are not shown to this reader now."""
    return [_sentence(seen.labels[field.name]) for field in _shown(side) if field.name in seen.hidden]


def data_card(startup: VisibleProfile, investor: VisibleProfile, terms: TermTree) -> list[Fact]:
    """Return what is known about data: first of the startup, then of the partner."""
    ours, theirs = (
        [fact(seen, field, terms) for field in _shown(side, is_about_data=True)]
        for seen, side in ((startup, Side.STARTUP), (investor, Side.INVESTOR))
    )
    return [*ours, *(replace(told, label=_("The partner hosts data")) for told in theirs)]


def _sentence(label: str) -> str:
    """Return a label that begins like a sentence."""
    return label[:1].upper() + label[1:]
