"""The match page: the fit by factor, and the facts beside it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.utils import timezone
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext, pgettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Factor, Side
from matchmaker.matching.current_company.selectors import state_of
from matchmaker.matching.lists.selectors.closed import Refusal, refusal_of
from matchmaker.matching.lists.selectors.own_deals import listed_deals
from matchmaker.matching.lists.selectors.own_list import OwnList, own_list
from matchmaker.matching.lists.selectors.suggestions import suggestions_for
from matchmaker.matching.pairs.selectors.pair import Pair, open_introduction
from matchmaker.matching.ranking.definitions import Explanation, GateResult
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.matching.ranking.selectors.explained import explain_entry, explain_pair, is_fresh
from matchmaker.matching.ranking.selectors.stored_lists import round_tenths
from matchmaker.matching.reasons import reasons
from matchmaker.matching.reasons.facts import PairFacts, PairKey, Recorded, facts_from, read_recorded
from matchmaker.matching.reasons.reasons import (
    FormRow,
    ListPosition,
    NeedRow,
    PairLevels,
    RecordRow,
    forms_of,
    list_position,
    named_offers,
    needs_met,
    needs_of,
    pair_reasons,
    record_rows,
    thesis_of,
)
from matchmaker.models.introduction import Introduction
from matchmaker.models.pair_action import ShortlistEntry
from matchmaker.registry import Label, record_of
from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms
from profiles.catalogue.visibility import facts
from profiles.catalogue.visibility.access import see
from profiles.catalogue.visibility.facts import Fact, RowList
from profiles.catalogue.visibility.policy import matchable
from profiles.catalogue.visibility.visible_profile import VisibleProfile, joined, label
from profiles.models import Startup, Thesis


@dataclass(frozen=True)
class FactorRow:
    label: str
    startup: int
    startup_max: int
    investor: int
    investor_max: int
    not_stated: bool
    note: str = ""


@dataclass(frozen=True)
class GateRow:
    label: str | Promise
    passed: bool
    note: str | Promise = ""


GATE_LABELS: dict[str, Promise] = {
    "refused_by_startup": _("The startup has no exclusion that applies to the partner"),
    "refused_by_investor": _("The partner has no exclusion that applies to the startup"),
    "sector": _("Must-have: a shared sector, or a related one"),
    "stage": _("Must-have: the stage"),
    "ticket": _("Must-have: the amount"),
    "place": _("Must-have: the location"),
    "forms": _("Must-have: a shared partnership type"),
}


APPROVED = _("A curator has approved both profiles, and both companies have agreed to matching")
WHEN_APPROVED = _(
    "Yours on %(own)s, theirs on %(theirs)s. A curator compared each profile with its website, the email "
    "addresses of its team, and companies with a similar name or number. A curator may not have read later "
    "edits yet."
)


def approved_row(pair: Pair) -> GateRow:
    own, theirs = pair.member.company.reviewed_at, pair.counterpart.reviewed_at
    if not own or not theirs:
        return GateRow(APPROVED, True)
    days = {"own": date_format(timezone.localtime(own)), "theirs": date_format(timezone.localtime(theirs))}
    return GateRow(APPROVED, True, WHEN_APPROVED % days)


def gate_rows(gates: Sequence[GateResult]) -> list[GateRow]:
    return [GateRow(GATE_LABELS[gate.name], gate.passed) for gate in gates if gate.applies]


def factor_rows(explained: Explanation, notes: Mapping[Factor, str] | None = None) -> list[FactorRow]:
    """Return a row for each factor; `notes` are what the rows say, by factor."""
    unstated = {*explained.not_stated_by_startup, *explained.not_stated_by_investor}
    rows = []
    for ours, theirs in zip(explained.for_startup.parts, explained.for_investor.parts, strict=True):
        row = FactorRow(
            label=str(Factor(ours.factor).label),
            startup=ours.tenths,
            startup_max=ours.weight,
            investor=theirs.tenths,
            investor_max=theirs.weight,
            not_stated=ours.factor in unstated,
            note=notes[Factor(ours.factor)] if notes else "",
        )
        rows.append(row)
    return rows


COUNTS_FOR_MORE = {
    Side.STARTUP: _("you do not name a specific sub-sector, so your description counts for more"),
    Side.INVESTOR: _("they do not name a specific sub-sector, so their description counts for more"),
}


@dataclass(frozen=True)
class Scored:
    rows: list[FactorRow]
    total_startup: int
    total_investor: int
    fit_startup: int
    fit_investor: int
    score: int
    exact_score: float
    reasons: list[str]
    against: list[str]
    not_stated: tuple[str, ...]
    not_stated_own: tuple[str, ...]
    rules: list[GateRow]
    optional: list[str]


@dataclass(frozen=True)
class MatchPage:
    pair: Pair
    startup: VisibleProfile
    investor: VisibleProfile
    state: str
    portrait: list[Fact]
    scored: Scored | None
    own: OwnList | None
    listed: stored_lists.ListEntry | None
    stored: stored_lists.StoredRanking | None
    standing: ListPosition | None
    thesis: VisibleProfile | None
    known: PairFacts
    entry: ShortlistEntry | None
    introduction: Introduction | None
    refusal: Refusal | None  # why nothing can be begun now, in words
    suggestion: str  # what the curator who suggests the pair writes to both sides
    deal: str  # the latest deal on record between the two, as far as the reader may know

    @property
    def place(self) -> int | None:
        """Its number on the reader's list; None where the list does not show it."""
        if self.stored is None:
            return None
        shown = self.pair.member.interactions.shown(self.stored.entries)
        if self.pair.counterpart.pk not in shown:
            return None
        return shown.index(self.pair.counterpart.pk) + 1

    @property
    def met(self) -> int:
        return len(needs_met(self.known))

    # What is folded is read when it is asked for.

    @cached_property
    def needs_and_spare(self) -> tuple[list[NeedRow], list[str]]:
        return needs_of(self.startup, self.investor, self.thesis, self.known)

    @property
    def needs(self) -> list[NeedRow]:
        return self.needs_and_spare[0]

    @property
    def spare_offers(self) -> list[str]:
        return self.needs_and_spare[1]

    @cached_property
    def forms(self) -> list[FormRow]:
        return forms_of(self.known)

    @cached_property
    def record(self) -> list[RecordRow]:
        return record_rows(self.investor, self.known) if self.thesis else []

    @property
    def side(self) -> Side:
        return self.pair.member.side.other

    @cached_property
    def sections(self) -> list[tuple[Label, list[str]]]:
        """What the counterpart has on record."""
        return record_of(self.pair.counterpart)

    @cached_property
    def data_card(self) -> list[Fact]:
        return facts.data_card(self.startup, self.investor, self.known.terms)

    @cached_property
    def parts(self) -> list[RowList]:
        return facts.parts_of(self.pair.seen, self.side)

    @cached_property
    def withheld(self) -> list[str]:
        return facts.withheld(self.pair.seen, self.side)

    @property
    def changed(self) -> dict[str, Any]:
        """What the counterpart has changed since a curator read it; `words` is empty if nothing."""
        seen = self.pair.seen
        return {"words": facts.changed_words(seen), "fields": facts.changed_labels(seen)}

    @property
    def own_thesis(self) -> str:
        """The name of the reader's own thesis, where it has several."""
        if self.pair.member.side == Side.STARTUP or self.thesis is None:
            return ""
        active = [thesis for thesis in self.investor.theses if thesis.is_active]
        if len(active) < 2:
            return ""
        return str(self.thesis.name)

    @property
    def lead(self) -> str:
        pitch = self.pair.pitch
        begins = (self.pair.seen.summary or "").startswith(pitch.removesuffix("…"))
        return "" if begins else pitch

    @property
    def has_said(self) -> dict[str, bool]:
        interactions, pk = self.pair.member.interactions, self.pair.counterpart.pk
        return {
            "passed": pk in interactions.passed,
            "interested": pk in interactions.interested,
            "mutual": pk in interactions.mutual,
            "shortlisted": pk in interactions.shortlisted,
            "liked_by": pk in interactions.liked_by,
            "blocked": pk in interactions.blocked,
        }

    @cached_property
    def facts(self) -> list[Fact]:
        return facts.facts_of(self.pair.seen, self.side, self.known.terms, without=FIRST[self.side])


def match_page(pair: Pair, *, is_plain: bool = False) -> MatchPage:
    """Return the page of a pair; without numbers if nothing is scored or `is_plain`."""
    member, pk = pair.member, pair.counterpart.pk
    startup, investor = see(pair.startup, member.viewer), see(pair.investor, member.viewer)
    terms = all_terms()
    recorded = _recorded(pair)
    own_lists, stored, listed, explained, thesis = None, None, None, None, None
    if not is_plain:
        own_lists = own_list(member)
    if own_lists:
        stored = own_lists.stored
        listed = stored.of(pk)
    is_other_waiting = getattr(pair.counterpart, "is_waiting", True)
    if stored and listed and is_fresh(stored, *pair.both, is_other_waiting=is_other_waiting):
        thesis = thesis_of(investor, listed.thesis_id)
        known = _facts(pair, thesis, terms, recorded)
        explained = _explained(pair, stored, listed, known)
    if explained is None:
        if not is_plain:
            explained = explain_pair(pair.startup, pair.investor)
        thesis = thesis_of(investor, explained.thesis if explained else None)
        known = _facts(pair, thesis, terms, recorded)
    scored, standing = None, None
    if explained:
        scored = _scored(pair, explained, known)
        adjustment = _demand_adjustment(explained, pair, listed)
        standing = list_position(explained.score_tenths, adjustment, listed)
    introduction, refusal, shortlist_entry = None, None, None
    if pk in member.interactions.introduced:
        introduction = open_introduction(pair)
    if introduction is None:
        refusal = _refusal(pair, own_lists)
    if pk in member.interactions.shortlisted:
        shortlist_entry = _shortlist_entry(pair)
    suggestions = suggestions_for(member.side, member.company_id, [listed] if listed else [])
    return MatchPage(
        pair=pair,
        startup=startup,
        investor=investor,
        state=state_of(pk, member),
        portrait=portrait(pair, thesis, known),
        scored=scored,
        own=own_lists,
        listed=listed if explained else None,
        stored=stored if explained else None,
        standing=standing,
        thesis=thesis,
        known=known,
        entry=shortlist_entry,
        introduction=introduction,
        refusal=refusal,
        suggestion=suggestions.get(pk, ""),
        deal=listed_deals(member, [pk], recorded.deals, terms).get(pk, ""),
    )


def _refusal(pair: Pair, own: OwnList | None) -> Refusal | None:
    member, pk = pair.member, pair.counterpart.pk
    if own and pk in own.listed:
        return own.closed.get(pk)
    return refusal_of(member.side, member.company_id, pk)


def _in_use(pair: Pair) -> list[Thesis]:
    active = [thesis for thesis in pair.investor.theses.all() if thesis.is_active]
    return [thesis for thesis in active if not thesis.is_over and not thesis.is_to_come]


def _recorded(pair: Pair) -> Recorded:
    startup, investor, viewer = pair.startup.pk, pair.investor.pk, pair.member.viewer
    return read_recorded([startup], [investor], on=timezone.localdate(), current=_in_use(pair), viewer=viewer)


def _facts(pair: Pair, thesis: VisibleProfile | None, terms: TermTree, recorded: Recorded) -> PairFacts:
    key = PairKey(pair.startup, pair.investor, thesis.pk if thesis else 0)
    theses = {thesis.pk: thesis for thesis in pair.investor.theses.all() if thesis.is_active}
    (known,) = facts_from(recorded, [key], terms, theses, pair.member.viewer)
    return known


def _explained(
    pair: Pair, stored: stored_lists.StoredRanking, entry: stored_lists.ListEntry, facts: PairFacts
) -> Explanation | None:
    """Return the explanation that follows from a stored entry; None where none does."""
    is_broad = not (facts.names_field and matchable(pair.startup, "sectors"))
    for thesis in pair.investor.theses.all():
        if thesis.pk == entry.thesis_id:
            return explain_entry(entry, pair.member.side, stored, pair.startup, thesis, is_broad=is_broad)
    return None


def _shortlist_entry(pair: Pair) -> ShortlistEntry | None:
    entries = ShortlistEntry.objects.filter(side=pair.member.side, is_listed=True)
    return entries.filter(startup=pair.startup, investor=pair.investor).first()


def _demand_adjustment(explained: Explanation, pair: Pair, listed: stored_lists.ListEntry | None) -> int:
    if pair.counterpart.pk in pair.member.interactions.exempt_from_penalty:
        return 0
    if listed and listed.is_boosted:
        return 0
    if pair.member.side == Side.STARTUP:
        return int(explained.investor_demand_adjustment_tenths)
    return int(explained.startup_demand_adjustment_tenths)


def _scored(pair: Pair, explained: Explanation, facts: PairFacts) -> Scored:
    reader = pair.member.side
    by_startup, by_investor = explained.not_stated_by_startup, explained.not_stated_by_investor
    not_stated, not_stated_own = by_startup, by_investor
    if reader == Side.STARTUP:
        not_stated, not_stated_own = by_investor, by_startup
    weights_of_startup = {part.factor: part.weight for part in explained.for_startup.parts}
    weights_of_investor = {part.factor: part.weight for part in explained.for_investor.parts}
    levels = {part.factor: part.level for part in explained.for_startup.parts}
    measured = PairLevels(levels, (weights_of_startup, weights_of_investor), by_startup, by_investor)
    factor_reasons = pair_reasons(facts, measured)
    notes = {reason.factor: reason.sentence(reader) for reason in factor_reasons}
    if Factor.TEXT not in by_startup and not facts.names_field:
        parts = notes[Factor.TEXT], str(COUNTS_FOR_MORE[reader])
        notes[Factor.TEXT] = pgettext("between two clauses", "; ").join(parts)
    return Scored(
        rows=factor_rows(explained, notes),
        total_startup=explained.for_startup.tenths,
        total_investor=explained.for_investor.tenths,
        fit_startup=round_tenths(explained.for_startup.tenths),
        fit_investor=round_tenths(explained.for_investor.tenths),
        score=round_tenths(explained.score_tenths),
        exact_score=explained.score_tenths / 10,
        reasons=reasons.reasons(factor_reasons, reader),
        against=reasons.against(factor_reasons, reader),
        not_stated=reasons.labels_of(not_stated),
        not_stated_own=reasons.labels_of(not_stated_own),
        rules=[approved_row(pair), *gate_rows(explained.gates)],
        optional=[str(Factor(gate.name).label) for gate in explained.gates if not gate.applies],
    )


# What stands among the first facts, and so not a second time among all others.
FIRST = {Side.STARTUP: ("sectors", "stage", "place", "ask"), Side.INVESTOR: ("kind", "place")}


def portrait(pair: Pair, thesis: VisibleProfile | None, known: PairFacts) -> list[Fact]:
    """Return the first facts about the counterpart; hidden fields are left out."""
    seen, side = pair.seen, pair.member.side.other
    names = known.terms.names
    rows = []
    for name in FIRST[side]:
        if not seen.hides(name):
            value = _sectors_of(pair.startup, known) if name == "sectors" else None
            rows.append(facts.fact(seen, seen.declared(name), known.terms, value))

    def shown(name: str, label: str, words: list[str]) -> Fact:
        return Fact(label, "" if seen.hides(name) else joined(words))

    if side is Side.STARTUP:
        rows.append(shown("needs", gettext("Looks for"), _needs_of(known)))
        rows.append(shown("forms", gettext("Partnership types"), names("form", known.startup.forms)))
        return rows
    if thesis is not None:
        is_read = thesis.pk in {in_use.pk for in_use in _in_use(pair)}
        rows += _sought(thesis, known, is_read=is_read)
    rows.append(shown("offers", gettext("Offers"), names("need", named_offers(known))))
    return rows


def _sectors_of(startup: Startup, known: PairFacts) -> str:
    """Return the sectors that the startup itself names, the main one first."""
    main = startup.primary_sector_id
    others = {*known.startup.sectors} - known.startup.inferred - {main}
    names = known.terms.names("sector", others)
    if main:
        names = known.terms.names("sector", [main]) + names
    return joined(names)


def _needs_of(known: PairFacts) -> list[str]:
    """Return the names of the startup's needs: those without an urgency first, then the most urgent."""
    by_pk = known.terms.by_pk["need"]
    wanted = sorted(
        known.startup.needs, key=lambda pk: (pk in known.urgency, -known.urgency.get(pk, 0), by_pk[pk].order)
    )
    return [by_pk[pk].name for pk in wanted]


def _sought(thesis: VisibleProfile, pair: PairFacts, *, is_read: bool) -> list[Fact]:
    """Return what a thesis looks for, by what was read of it for the reasons where that was."""
    partner = pair.partner
    read = {"sectors": ("sector", partner.sectors), "stages": ("stage", partner.stages)}
    read["forms"] = ("form", partner.forms)

    def names(part: str) -> str:
        if is_read and not thesis.hides(part):
            return joined(pair.terms.names(*read[part]))
        return joined(getattr(thesis, part) or ())

    return [
        facts.Fact(gettext("Looks for"), names("sectors")),
        facts.Fact(gettext("Stages"), names("stages")),
        facts.Fact(capfirst(label(thesis, "ticket")), str(thesis.ticket or "")),
        facts.Fact(gettext("Partnership types"), names("forms")),
    ]
