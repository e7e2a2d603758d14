"""What would change this: the edits of a profile that bring most, in words and for the engine."""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from typing import Any

import numpy as np
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaker.choices import Factor
from matchmaker.matching.ranking.market.columns import Columns
from matchmaker.models.pair_action import Advice
from profiles.catalogue.taxonomy.selectors import money
from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms
from profiles.catalogue.visibility.visible_profile import Money
from profiles.models import Investor, Stage, Startup

KINDS = {"form": "form", "need": "need", "offer": "need", "place": "place", "stage": "stage"}  # of terms
STEPS = {"form": "needs", "need": "needs", "place": "basics", "ask": "round", "stage": "product"}
BEST = 3  # edits that a page shows


@dataclass(frozen=True)
class AdviceItem:
    """One edit in words, how many partners it adds, and where in the profile it is made."""

    text: str
    partners: int
    gain: str
    url: str
    kind: str = ""
    code: str = ""


@dataclass(frozen=True)
class AdviceAnswer:
    """What the page shows: who fits is worth a look, as on a list of matches."""

    waits: bool
    fitting: int
    items: list[AdviceItem]
    advice: Advice | None
    is_old: bool = False

    @property
    def most(self) -> int:
        return self.fitting + max((item.partners for item in self.items), default=0)


def answer_of(company: Startup | Investor) -> AdviceAnswer:
    advice = Advice.objects.filter(**{company.side: company.pk}).first()
    if advice is None:
        return AdviceAnswer(waits=False, fitting=0, items=[], advice=None)
    waits = advice.answered_at is None or advice.answered_at < advice.asked_at
    is_old = company.changed_at > advice.asked_at
    kinds = {edit["kind"] for edit in advice.items}
    terms = None if kinds.isdisjoint(KINDS) else all_terms()
    items = []
    for edit in advice.items:
        item = _item(edit, company, terms)
        if item:
            items.append(item)
    return AdviceAnswer(waits=waits, fitting=advice.fitting, items=items, advice=advice, is_old=is_old)


def _item(edit: dict[str, Any], company: Startup | Investor, terms: TermTree | None) -> AdviceItem | None:
    """Return one edit in words; None if its term is gone."""
    kind, count = edit["kind"], edit["fitting"]
    if isinstance(company, Startup):
        gain = ngettext("%(count)d more partner fits", "%(count)d more partners fit", count)
        url = reverse("startup_edit", args=[STEPS[kind]])
    else:
        gain = ngettext("%(count)d more startup fits", "%(count)d more startups fit", count)
        url = reverse("offer_list") if kind == "offer" else reverse("thesis_list")
    text, code = "", ""
    if kind == "ask" and isinstance(company, Startup):
        text = _ask(edit, company)
    elif kind == "must":
        text = _relaxed(edit, company)
    elif terms:
        term = terms.by_pk[KINDS[kind]].get(edit["pk"])
        if term:
            text = str(SENTENCES[kind] % {"name": term.name})
            code = term.code
    if not text:
        return None
    return AdviceItem(text, count, gain % {"count": count}, url, kind, code)


SENTENCES = {
    "form": gettext_lazy("If you also accept: %(name)s"),
    "need": gettext_lazy("If you also need: %(name)s"),
    "place": gettext_lazy("If you also work in %(name)s"),
    "stage": gettext_lazy("If you state your stage: %(name)s"),
    "offer": gettext_lazy("If you also offer: %(name)s"),
}


def _relaxed(edit: dict[str, Any], company: Any) -> str:
    """Return a must-have of a thesis that is made a nice-to-have."""
    thesis = company.theses.filter(pk=edit["pk"]).first()
    if thesis is None:
        return ""
    words = {"criterion": Factor(edit["factor"]).label, "thesis": str(thesis)}
    return _("If you change this from must-have to nice-to-have in “%(thesis)s”: %(criterion)s") % words


def _ask(edit: dict[str, Any], startup: Startup) -> str:
    low: Any
    high: Any
    low, high = money.limits(edit["first"], edit["last"])
    ends = startup.ask_min_usd, startup.ask_max_usd
    first, last = money.span(*ends) or (None, None)
    if edit["first"] == first and ends[0] is not None:
        low = ends[0]
    if edit["last"] == last and ends[1] is not None:
        high = ends[1]
    if high is None:
        return _("If you ask for %(amount)s or more") % {"amount": Money(low, low, "USD")}
    return _("If you ask for %(amount)s") % {"amount": Money(low, high, "USD")}


USUAL_URGENCY = 2


@dataclass(frozen=True)
class Edit:
    """One edit: a term to add (`pk`), another range of the ask (bands), or a must-have to relax.

    Of a must-have, `pk` is the thesis's and `factor` the criterion.
    """

    kind: str  # form | need | place | stage | ask; of investors: offer | must
    pk: int = 0
    first: int = 0
    last: int = 0
    factor: str = ""


def edits_of(columns: Columns, row: int) -> list[Edit]:
    startups, words = columns.snapshot.startups, columns.vocabulary
    forms, needs = int(startups.forms[row]), startups.needs[row]
    edits = list(_asks(startups, row))
    if forms:  # who states none already accepts all
        edits += [Edit("form", pk) for bit, pk in enumerate(words.forms.tolist()) if not forms >> bit & 1]
    if needs.any():
        free = [at for at in np.flatnonzero(needs == 0).tolist() if at != words.capital]
        edits += [Edit("need", int(words.needs[at])) for at in free]
    edits += [Edit("place", int(words.places[at])) for at in _places(columns, row)]
    if startups.stage[row] < 0:
        edits += [Edit("stage", pk) for pk in _stages()]
    return edits


def _stages() -> list[int]:
    stages = Stage.objects.exclude(match_band=None).order_by("match_band", "pk")
    by_band: dict[int | None, int] = {}
    for band, pk in stages.values_list("match_band", "pk"):
        by_band.setdefault(band, pk)
    return [*by_band.values()]


def _asks(startups: Any, row: int) -> Iterator[Edit]:
    first, last = (int(band) for band in startups.ask[row])
    if first < 0 or not startups.seeks_capital[row]:
        return
    for low, high in ((first - 1, last), (first, last + 1), (first + 1, last), (first, last - 1)):
        if 0 <= low <= high <= money.LAST:
            yield Edit("ask", first=low, last=high)


def _places(columns: Columns, row: int) -> list[int]:
    here = columns.snapshot.startups.places[row]
    parents, home = columns.vocabulary.place_parent, int(here[0])
    if home < 0 or parents[home] < 0 or (here >= 0).all():
        return []
    siblings = np.flatnonzero(parents == parents[home])
    return [int(at) for at in siblings if at not in here]


def copies(found: Columns, row: int, edits: list[Edit]) -> Any:
    table = found.snapshot.startups
    columns = {
        field.name: np.repeat(getattr(table, field.name)[row : row + 1], len(edits) + 1, axis=0)
        for field in fields(table)
    }
    for at, edit in enumerate(edits, start=1):
        _APPLY[edit.kind](found, columns, at, edit)
    return type(table)(**columns)


def _ask_engine(_found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    columns["ask"][at] = edit.first, edit.last


def _need(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    columns["needs"][at, found.vocabulary.need_row[edit.pk]] = USUAL_URGENCY


def _place(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    free = int(np.flatnonzero(columns["places"][at] < 0)[0])
    columns["places"][at, free] = found.vocabulary.place_row[edit.pk]


def _stage(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    words = found.vocabulary
    band = int(words.stage_band[edit.pk])
    trait = int(words.stage_bit(np.array(band)))
    columns["stage"][at] = band
    columns["traits"][at, trait // 64] |= np.uint64(1 << trait % 64)


def _form(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    before, words = int(columns["forms"][at]), found.vocabulary
    if before.bit_count() == 1:
        trait = int(words.form_bit(np.array(before.bit_length() - 1)))
        columns["traits"][at, trait // 64] &= ~np.uint64(1 << trait % 64)
    columns["forms"][at] |= np.uint64(1 << int(words.form_row[edit.pk]))


_APPLY = {"ask": _ask_engine, "need": _need, "place": _place, "form": _form, "stage": _stage}


def edits_of_investor(columns: Columns, row: int) -> list[Edit]:
    theses, words = columns.snapshot.theses, columns.vocabulary
    rows = np.flatnonzero(theses.owner == row)
    offered = int(np.bitwise_or.reduce(theses.offers[rows], initial=0))
    edits = [
        Edit("offer", pk)
        for bit, pk in enumerate(words.needs.tolist())
        if offered and bit != words.capital and not offered >> bit & 1  # who states none may offer anything
    ]
    for at in rows.tolist():
        edits += [
            Edit("must", int(theses.key[at]), factor=factor)
            for bit, factor in enumerate(CRITERIA)
            if int(theses.must[at]) >> bit & 1
        ]
    return edits


CRITERIA = (Factor.SECTOR, Factor.STAGE, Factor.TICKET, Factor.PLACE, Factor.FORMS)  # the bits of `must`


def copies_of_theses(found: Columns, row: int, edits: list[Edit]) -> tuple[Any, Any]:
    table, words = found.snapshot.theses, found.vocabulary
    own = np.flatnonzero(table.owner == row)
    size = len(own)
    columns = {
        field.name: np.concatenate([getattr(table, field.name)[own]] * (len(edits) + 1))
        for field in fields(table)
    }
    for at, edit in enumerate(edits, start=1):
        rows = slice(at * size, (at + 1) * size)
        if edit.kind == "offer":
            columns["offers"][rows] |= np.uint32(1 << int(words.need_row[edit.pk]))
        else:
            mine = np.flatnonzero(columns["key"][rows] == edit.pk) + at * size
            columns["must"][mine] &= np.uint8(~(1 << CRITERIA.index(Factor(edit.factor))) & 0xFF)
    return type(table)(**columns), np.repeat(np.arange(len(edits) + 1), size)
