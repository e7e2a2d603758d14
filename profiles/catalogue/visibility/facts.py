"""A profile's facts in the order in which the other side reads them; what may not be shown is left out."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, replace

from django.db.models import Model
from django.utils.formats import date_format
from django.utils.timezone import localdate
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.catalogue.taxonomy.selectors.terms import TermTree
from profiles.catalogue.visibility.fields import CATALOGUE, Field, ordered
from profiles.catalogue.visibility.policy import PARTS
from profiles.catalogue.visibility.visible_profile import Grant, VisibleProfile, display, label
from profiles.choices import Audience, Side
from profiles.models import SIDES

SAFE_LINKS = ("https://", "http://")
DOT = " · "
# How one of several rows of a profile reads on one line, here and in its owner's preview.
LINES: dict[str, Callable[[VisibleProfile], str]] = {
    "needs": lambda row: _dotted(row, "type", "urgency", "description", "quantity"),
    "offers": lambda row: _dotted(row, "type", "description", "maturity", "capacity"),
    "traction": lambda row: f"{row.label}: {row.display['value']} ({row.display['as_of_on']}, {row.source})",
    "partners": lambda row: f"{row.name}: {row.provides}, {row.share_pct}%",
    "theses": lambda row: _dotted(row, "name", "sectors", "stages", "places", "ticket", "forms"),
}
SET_OUT = ("needs",)  # stand beside what the other side offers, on a part of the page of their own


def _dotted(row: VisibleProfile, *names: str) -> str:
    return DOT.join(text for name in names if (text := row.display[name]))


@dataclass(frozen=True)
class Fact:
    label: str
    value: str
    url: str = ""
    note: str = ""
    is_changed: bool = False  # since a curator last read it


def facts_of(
    seen: VisibleProfile, side: Side, terms: TermTree, *, without: Collection[str] = ()
) -> list[Fact]:
    apart = {*seen.hidden, *without}
    return [fact(seen, field, terms) for field in shown_fields(side) if field.name not in apart]


def label_of(side: Side, field: Field) -> str:
    meta = SIDES[side]._meta
    stored = {each.name: each for each in (*meta.fields, *meta.many_to_many)}.get(field.name)
    return _sentence(str(stored.verbose_name if stored else field.label))


def shown_fields(side: Side, *, is_about_data: bool = False) -> list[Field]:
    """Return the fields shown line by line as facts or on the data card, in order."""
    shown = ordered(CATALOGUE[side].values(), "shown")
    return [field for field in shown if not field.is_apart and field.is_about_data == is_about_data]


def fact(seen: VisibleProfile, field: Field, terms: TermTree, known: str | None = None) -> Fact:
    """Return a fact of a profile; `known`: its value in words, where that was read before."""
    name = field.name
    value = display(seen, name) if known is None else known
    term = terms.find("place", value) if field.is_place else None
    url = value if name == "website" and value.startswith(SAFE_LINKS) else ""
    is_changed = name in seen.changed_since_check
    words = term.name if term else value
    return Fact(_sentence(label(seen, name)), words, url, note_on(seen, name), is_changed)


def note_on(seen: VisibleProfile, name: str) -> str:
    if name in seen.changed_since_check:
        return changed_words(seen)
    is_band = name == "ask" and seen.ask and seen.ask.is_band
    return _("as a range, at the exchange rate of that day") if is_band else ""


def changed_words(seen: VisibleProfile) -> str:
    """Return that a visible field has changed since a curator last read it, and when that was; "" if none."""
    if not seen.changed_since_check or not seen.checked_at:
        return ""
    return _("changed since it was checked on %(day)s") % {"day": date_format(localdate(seen.checked_at))}


def changed_labels(seen: VisibleProfile) -> list[str]:
    return [_sentence(label(seen, name)) for name in sorted(seen.changed_since_check)]


def withheld(seen: VisibleProfile, side: Side) -> list[str]:
    hidden = seen.hidden
    return [_sentence(seen.labels[field.name]) for field in shown_fields(side) if field.name in hidden]


@dataclass(frozen=True)
class RowList:
    label: str
    lines: list[str]


def lines_of(seen: VisibleProfile, name: str) -> list[str]:
    rows = getattr(seen, name) or ()
    if name == "deals" and rows:
        text = ngettext(
            "%(count)d deal (only the number is shown)",
            "%(count)d deals (only the number is shown)",
            len(rows),
        )
        return [text % {"count": len(rows)}]
    return [LINES[name](row) for row in rows]


def own_line(name: str, row: Model) -> str:
    """Return how a row of a list reads to the company whose it is."""
    whole = Grant(frozenset(Audience), lambda _name, rule: rule.audience, is_exact=True)
    return LINES[name](VisibleProfile(row, PARTS[name], {}, whole))


def parts_of(seen: VisibleProfile, side: Side) -> list[RowList]:
    """Return the lists of a profile for the facts page, without empty ones."""
    fields = [field for field in ordered(CATALOGUE[side].values(), "shown") if field.rows]
    parts = [
        RowList(_sentence(seen.labels[field.name]), lines_of(seen, field.name))
        for field in fields
        if field.name not in SET_OUT
    ]
    return [part for part in parts if part.lines]


def data_card(startup: VisibleProfile, investor: VisibleProfile, terms: TermTree) -> list[Fact]:
    """Return what is known about data: first of the startup, then of the partner."""
    ours, theirs = (
        [fact(seen, field, terms) for field in shown_fields(side, is_about_data=True)]
        for seen, side in ((startup, Side.STARTUP), (investor, Side.INVESTOR))
    )
    return [*ours, *(replace(told, label=_("The partner hosts data")) for told in theirs)]


def _sentence(label: str) -> str:
    return label[:1].upper() + label[1:]
