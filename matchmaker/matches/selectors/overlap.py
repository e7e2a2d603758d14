"""Where the two profiles of a pair meet: needs and offers, forms, thesis and record."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker.matches.selectors.reasons import CAPITAL
from profiles.taxonomy.selectors.term_tree import TermTree
from profiles.visibility.visible_profile import VisibleProfile, joined


@dataclass(frozen=True)
class NeedRow:
    """One need and the offer that meets it, if there is one."""

    need: str
    urgency: str
    detail: str
    offer: str
    is_met: bool


@dataclass(frozen=True)
class FormRow:
    """One form of partnership and who accepts it."""

    name: str
    startup: bool
    investor: bool

    def __str__(self) -> str:
        return self.name

    @property
    def accepted_by(self) -> str:
        """Who accepts it: "both", "startup" or "partner"."""
        if self.is_common:
            return "both"
        return "startup" if self.startup else "partner"

    @property
    def is_common(self) -> bool:
        """Whether both sides accept it."""
        return self.startup and self.investor


@dataclass(frozen=True)
class RecordRow:
    """What a thesis says about one criterion, and how many of the recorded deals were so."""

    label: str | Promise
    stated: str
    fitting: int
    deals: int


def needs_of(
    startup: VisibleProfile, investor: VisibleProfile, thesis: VisibleProfile | None
) -> tuple[list[NeedRow], list[str]]:
    """Return every need with the offer that meets it, and the names of the offers that meet none.

    A need of capital is met by a ticket; whether the amounts agree is the ticket's own factor.
    """
    offers = {offer.type.pk: offer for offer in investor.offers}
    money = str(thesis.ticket) if thesis and thesis.ticket else ""
    rows = [_need_row(need, offers.get(need.type.pk), money) for need in startup.needs]
    needed = {need.type.pk for need in startup.needs}
    spare = [str(offer.type) for pk, offer in offers.items() if pk not in needed]
    return sorted(rows, key=lambda row: not row.is_met), spare


def _need_row(need: VisibleProfile, offer: VisibleProfile | None, money: str) -> NeedRow:
    """Return one need beside its offer; `money` is the ticket in words."""
    detail = " · ".join(filter(None, (need.description, need.quantity)))
    if need.type.code == CAPITAL and money:
        return NeedRow(str(need.type), need.display["urgency"], detail, money, is_met=True)
    if offer is None:
        return NeedRow(str(need.type), need.display["urgency"], detail, "", is_met=False)
    told = (offer.description, offer.display["maturity"], offer.capacity)
    words = " · ".join(filter(None, told))
    return NeedRow(str(need.type), need.display["urgency"], detail, words, is_met=True)


def forms_of(startup: VisibleProfile, thesis: VisibleProfile | None) -> list[FormRow]:
    """Return every form that one of the two accepts, the common ones first; one not stated is no refusal."""
    ours, theirs = set(startup.forms), set(thesis.forms if thesis else ())
    every = sorted(ours | theirs, key=lambda form: (form.position, form.code))
    rows = [FormRow(str(form), form in ours, form in theirs) for form in every]
    return sorted(rows, key=lambda row: (not row.is_common, not row.startup))


def thesis_of(investor: VisibleProfile, thesis_id: int | None) -> VisibleProfile | None:
    """Return the thesis that matched; the first in use where that is not known."""
    active = [thesis for thesis in investor.theses if thesis.is_active]
    return next((thesis for thesis in active if thesis.pk == thesis_id), active[0] if active else None)


CRITERIA: tuple[tuple[str, str, str | Promise], ...] = (
    ("sector", "sectors", _("Sectors")),
    ("stage", "stages", _("Stages")),
    ("place", "places", _("Places")),
    ("form", "forms", _("Forms of partnership")),
)


def record_of(investor: VisibleProfile, thesis: VisibleProfile | None, terms: TermTree) -> list[RecordRow]:
    """Return the thesis against the record, criterion by criterion; empty where either is missing."""
    rows = []
    for kind, name, label in CRITERIA if thesis else ():
        stated = getattr(thesis, name)
        done = [value.pk for deal in investor.deals if (value := getattr(deal, kind)) is not None]
        if stated and done:
            wide = {value.pk for value in stated}
            fitting = sum(not wide.isdisjoint(terms.family(kind, pk)) for pk in done)
            rows.append(RecordRow(label, joined(stated), fitting, len(done)))
    return rows
