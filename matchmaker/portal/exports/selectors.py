"""Columns of a member's exports: what its pages show."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from itertools import chain
from typing import Any

from django.conf import settings
from django.http import QueryDict
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from matchmaker.choices import Side
from matchmaker.deals.pipeline.selectors.deals import deals_of, narrowed
from matchmaker.deals.pipeline.selectors.page import DealRow, deal_rows
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts
from matchmaker.matching.lists.forms import search_query_of
from matchmaker.matching.lists.selectors.cards import CardContext, factor_reasons_of
from matchmaker.matching.lists.selectors.list_page import card_facts
from matchmaker.matching.lists.selectors.neighbours import listed_ids
from matchmaker.matching.lists.selectors.own_list import own_list
from matchmaker.matching.ranking.market.term_index import CAPITAL
from matchmaker.matching.ranking.selectors.stored_lists import round_tenths
from matchmaker.matching.reasons import reasons
from matchmaker.registry import INTRODUCTION_PARTS
from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.catalogue.visibility import facts
from profiles.catalogue.visibility.access import see, with_related
from profiles.catalogue.visibility.fields import Field
from profiles.catalogue.visibility.visible_profile import joined, pitch_of
from profiles.people.accounts.selectors import members_of
from profiles.sheets import Cell

MOST = 500  # rows of one table: each holds everything of a profile that its reader may see


@dataclass(frozen=True)
class Table:
    title: str
    header: list[str]
    rows: list[list[Cell]]


class Profiles:
    def __init__(self, member: CurrentCompany, pks: Iterable[int]) -> None:
        other = member.side.other
        self.member, self.terms = member, all_terms()
        self.fields: list[Field] = facts.shown_fields(other)
        self.labels = [facts.label_of(other, field) for field in self.fields]
        self.found: Mapping[int, Any] = with_related(counterparts(member)).in_bulk(list(pks))

    @property
    def header(self) -> list[str]:
        return [_("Name"), _("Pitch"), *self.labels, _("Looks for"), _("Partnership types"), _("Page")]

    def cells(self, pk: int) -> list[Cell]:
        """Return one profile; what is hidden or not stated is empty, and so is all of who is gone."""
        profile = self.found.get(pk)
        if profile is None:
            return [""] * len(self.header)
        seen = see(profile, self.member.viewer)
        cells = [self._told(seen, field) for field in self.fields]
        page = f"{settings.SITE_URL}{reverse('match', args=[profile.public_id])}"
        return [str(seen.title), pitch_of(seen), *cells, *self._sought(seen), page]

    def _told(self, seen: Any, field: Field) -> Cell:
        if field.name in seen.hidden:
            return ""
        value = getattr(seen, field.name)
        stored = seen.field(field.name)
        is_word = isinstance(value, bool) or bool(stored and stored.choices)
        if not is_word and isinstance(value, int | Decimal | date):
            return value
        return facts.fact(seen, field, self.terms).value

    def _sought(self, seen: Any) -> list[Cell]:
        if self.member.side == Side.STARTUP:
            theses = [thesis for thesis in seen.theses or () if thesis.is_active]
            sought = [sector for thesis in theses for sector in thesis.sectors or ()]
            forms = [form for thesis in theses for form in thesis.forms or ()]
        else:
            sought, forms = [need.type for need in seen.needs or ()], list(seen.forms or ())
            money = self.terms.find("need", CAPITAL) if seen.seeks_capital else None
            if money and money.pk not in {each.pk for each in sought}:
                sought = [money.name, *sought]
        return [joined(dict.fromkeys(sought)), joined(dict.fromkeys(forms))]


def matches_table(member: CurrentCompany, asked: str) -> Table:
    """Return the member's list, with the filters and in the order of its page (`asked`: its query)."""
    query, lists = search_query_of(QueryDict(asked)), own_list(member)
    ids = listed_ids(member, query, lists)[:MOST] if lists and member.company.is_published else []
    entries = {each.counterpart_id: each for each in lists.entries(query.thesis)} if lists else {}
    profiles = Profiles(member, entries)
    by_id = {profile.public_id: pk for pk, profile in profiles.found.items()}
    header = [_("Position"), _("Match score"), _("Fit for you"), pgettext("list", "Section")]
    headers = [_("Reasons"), _("What speaks against it")]
    pairs = [(profiles.found[pk], entry) for pk, entry in entries.items() if pk in profiles.found]
    is_of_one = query.thesis in {str(thesis.pk) for thesis in (lists.theses if lists else ())}
    known = card_facts(member, pairs, profiles.terms, is_of_one_thesis=is_of_one)
    context = CardContext(member, {}, profiles.terms, lists.stored.weights if lists else ({}, {}), known)
    rows: list[list[Cell]] = []
    for at, public_id in enumerate(ids, 1):
        if (pk := by_id.get(public_id)) is None:
            continue
        entry = entries[pk]
        part = _("Recommended") if member.interactions.recommends(entry) else _("Less likely")
        own_fit = entry.fit_startup if member.side == Side.STARTUP else entry.fit_investor
        factor_reasons = factor_reasons_of(entry, context)
        why = [
            facts.DOT.join(some(factor_reasons, member.side)) for some in (reasons.reasons, reasons.against)
        ]
        scores = round_tenths(entry.score), round_tenths(own_fit)
        rows.append([at, *scores, part, *profiles.cells(pk), *why])
    return Table(_("Match list"), [*header, *profiles.header, *headers], rows)


def deals_table(member: CurrentCompany, asked: str) -> Table:
    """Return the member's deals with the filters and in the order of their page, and its team's notes.

    A row is nameless where the other company is gone.
    """
    team = list(members_of(member.company))
    deals = narrowed(member, deals_of(member), QueryDict(asked).dict())[:MOST]
    rows = deal_rows(member, deals, team)
    profiles = Profiles(member, {row.deal.key for row in rows})
    shown = [one for row in rows if row.public_id and (one := row.introduction)]
    parts = [(part, part.read(shown, member.side)) for part in INTRODUCTION_PARTS if part.columns]
    header = [_("Stage of the deal"), _("In this stage since"), *profiles.header, _("Status")]
    header += [_("Requested by"), _("Requested on"), _("Answered on"), _("Ended on")]
    header += [str(column) for part, _read in parts for column in part.columns]
    header += [_("Next step of your team"), _("Due"), _("Colleague in charge"), pgettext("deal", "Rating")]
    header += [_("Note (only your company sees it)"), _("On the shortlist since")]
    cells: list[list[Cell]] = []
    for row in rows:
        _own_name, *profile = profiles.cells(row.deal.key)
        name = row.shown.get("name") or _("No longer here")
        in_stage: list[Cell] = [str(row.deal.stage.label), row.deal.since, name, *profile]
        key = row.deal.introduction_id or 0
        more = [part.cells(read[key]) if key in read else [""] * len(part.columns) for part, read in parts]
        cells.append([*in_stage, *_status(row, member), *chain.from_iterable(more), *_of_team(row)])
    return Table(pgettext("page", "Deals"), header, cells)


def _status(row: DealRow, member: CurrentCompany) -> list[Cell]:
    one = row.introduction
    if one is None:
        return [row.state, "", None, None, None]
    is_ours = one.asked_by == member.side
    # Who is asked does not learn how long the request waited in the queue.
    moments = (one.asked_at if is_ours else one.delivered_at, one.answered_at, one.ended_at)
    asked = pgettext("who asked", "You") if is_ours else pgettext("who asked", "They")
    return [one.get_state_display(), asked, *map(_day, moments)]


def _of_team(row: DealRow) -> list[Cell]:
    entry = row.deal.entry
    if entry is None:
        return ["", None, "", None, "", None]
    listed_on = _day(entry.at) if entry.is_listed else None
    return [entry.next_step, entry.due_on, row.in_charge, entry.rating, entry.note, listed_on]


def _day(moment: Any) -> Cell:
    return timezone.localdate(moment) if moment else None


TABLES: dict[str, Callable[[CurrentCompany, str], Table]] = {"matches": matches_table, "deals": deals_table}
