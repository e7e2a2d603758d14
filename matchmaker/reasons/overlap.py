"""Where the two profiles of a pair meet: needs and offers, forms, thesis and record."""

from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker.ranking.market.term_index import CAPITAL
from matchmaker.reasons.facts import PairFacts
from profiles.taxonomy.selectors.terms import TermTree
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
    """One form of partnership and who accepts it: "both", "startup" or "partner"."""

    name: str
    accepted_by: str

    def __str__(self) -> str:
        return self.name


@dataclass(frozen=True)
class RecordRow:
    """What a thesis says about one criterion, and how many of the recorded deals were so."""

    label: str | Promise
    stated: str
    fitting: int
    deals: int


def needs_of(
    startup: VisibleProfile, investor: VisibleProfile, thesis: VisibleProfile | None, known: PairFacts
) -> tuple[list[NeedRow], list[str]]:
    """Return every need that holds with the offer that meets it, and the names of the offers that meet none.

    Who raises money needs capital, listed or not. It is met by a ticket or a form that brings money; whether
    the amounts agree is the ticket's own factor.
    """
    needs = {need.type.pk: need for need in startup.needs}
    offers = {offer.type.pk: offer for offer in investor.offers if offer.type.pk in known.partner.offers}
    terms, met = known.terms.by_pk["need"], known.partner.offers
    rows = []
    for pk in sorted(known.startup.needs, key=lambda pk: (pk not in met, terms[pk].order)):
        urgency = detail = offered = ""
        if need := needs.get(pk):  # none where it follows from the round
            urgency, detail = need.display["urgency"], _listed(need.description, need.quantity)
        if offer := offers.get(pk):
            offered = _listed(offer.description, offer.display["maturity"], offer.capacity)
        if terms[pk].code == CAPITAL and thesis and thesis.ticket:
            offered = offered or str(thesis.ticket)
        rows.append(NeedRow(terms[pk].name, urgency, detail, offered, pk in met))
    return rows, [str(offer.type) for pk, offer in offers.items() if pk not in known.startup.needs]


def _listed(*parts: str) -> str:
    return " · ".join(filter(None, parts))


def forms_of(known: PairFacts) -> list[FormRow]:
    """Return every form that one of the two accepts, the common ones first; one not stated is no refusal."""
    ours, theirs, terms = known.startup.forms, known.partner.forms, known.terms
    groups = (("both", ours & theirs), ("startup", ours - theirs), ("partner", theirs - ours))
    return [FormRow(name, who) for who, forms in groups for name in terms.names("form", forms)]


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
        done = [value.pk for deal in investor.deals or () if (value := getattr(deal, kind)) is not None]
        if stated and done:
            wide = {value.pk for value in stated}
            fitting = sum(not wide.isdisjoint(terms.family(kind, pk)) for pk in done)
            rows.append(RecordRow(label, joined(stated), fitting, len(investor.deals)))
    return rows
