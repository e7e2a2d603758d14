"""The page on which a delegation chooses whom to meet."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.lists.selectors.cards import (
    Card,
    CardContext,
    CurrentCompany,
    OwnList,
    own_list,
    plain_card,
    scored_card,
)
from matchmaker.lists.selectors.facets import facet_values
from matchmaker.lists.selectors.list_page import card_facts, counterparts, for_cards
from matchmaker.lists.selectors.own_deals import own_deals
from matchmaker.missions.selectors.missions import coming, may_wish, named, taking_part, words_of
from matchmaker.models.missions import Delegation, Mission
from matchmaker.models.missions.mission import COMPANIES, Wish
from matchmaker.programmes.selectors.programmes import Reader
from profiles.taxonomy.selectors.terms import all_terms

PER_PAGE = 20
SHOWN = ("", "chosen", "listed", "open")  # which of the other side a page shows
NONE = "none"  # what a form sends where nothing is said
MOST_MUSTS = 5
FIELD = "wish-"  # and the other's public id: the name of a choice in the form


@dataclass(frozen=True)
class Other:
    """One of the other side: the delegation, what is said of it, and its card where one may read it."""

    delegation: Delegation
    wish: str
    is_prefilled: bool
    languages: list[str]
    card: Card | None


def across(delegation: Delegation, reader: Reader) -> QuerySet[Delegation]:
    """Return whom a delegation can choose: all of the other side but whom it has blocked or is kept from.

    Nobody for who does not take part: a company that is suspended, or not matched any more.
    """
    rows = coming(delegation.mission).filter(side=Side(delegation.side).other)
    if not taking_part(delegation.mission).filter(pk=delegation.pk).exists():
        return rows.none()
    if reader.member is None or delegation.application.company is None:
        return rows
    said = reader.member.interactions
    gone = said.blocked | said.hidden
    return rows.exclude(**{f"application__{reader.member.side.other}__in": gone}) if gone else rows


def wishes_page(
    reader: Reader, mission: Mission, delegation: Delegation, asked: Mapping[str, str]
) -> dict[str, Any]:
    """Return the other side with the own wishes, page by page. A fixed number of queries.

    In the order of the own match list, then by name.
    """
    shown = asked.get("show", "") if asked.get("show", "") in SHOWN else ""
    words = asked.get("q", "").strip()[:80]
    said = {each.receiver_id: each for each in delegation.wishes.all()}
    member = reader.member if delegation.application.company else None
    lists = own_list(member) if member else None
    entries = {each.counterpart_id: each for each in lists.stored.entries} if lists else {}
    rows = across(delegation, reader).select_related(*COMPANIES)
    if words:
        rows = rows.filter(named(words))
    found = [each for each in rows.order_by("name", "pk") if _is_shown(each, shown, said, entries)]
    found.sort(key=lambda each: entries[_company(each)].rank if _company(each) in entries else 1_000)
    paged = Paginator(found, PER_PAGE).get_page(asked.get("page", "1"))
    keys = [_company(each) for each in paged.object_list if _company(each)]
    cards = _cards(member, keys, lists) if member and keys else {}
    return {
        "delegation": delegation,
        "may_wish": may_wish(delegation, mission),
        "words": words,
        "shown": shown,
        "page": paged,
        "others": [
            Other(
                each,
                said[each.pk].wish if each.pk in said else NONE,
                each.pk in said and said[each.pk].is_prefilled,
                words_of(each.languages),
                cards.get(_company(each)),
            )
            for each in paged.object_list
        ],
        "choices": [*Wish.choices, (NONE, _("No wish"))],
        "counts": {wish: sum(each.wish == wish for each in said.values()) for wish in Wish.values},
        "most_musts": MOST_MUSTS,
    }


def chosen_in(sent: Mapping[str, str], delegation: Delegation, reader: Reader) -> dict[int, str]:
    """Return what a page of wishes says, by the keys of the others; "" takes a wish back. One query."""
    names = [name for name in sent if name.startswith(FIELD)][:PER_PAGE]
    known = across(delegation, reader).filter(public_id__in=[name.removeprefix(FIELD) for name in names])
    said = {key: sent[f"{FIELD}{public_id}"] for key, public_id in known.values_list("pk", "public_id")}
    return {key: wish if wish in Wish.values else "" for key, wish in said.items()}


def _company(delegation: Delegation) -> int:
    return delegation.application.startup_id or delegation.application.investor_id or 0


def _is_shown(each: Delegation, shown: str, said: Mapping[int, Any], entries: Collection[int]) -> bool:
    if shown == "chosen":
        return each.pk in said
    if shown == "open":
        return each.pk not in said
    return shown != "listed" or _company(each) in entries


def _cards(member: CurrentCompany, keys: Collection[int], lists: OwnList | None) -> dict[int, Card]:
    """Return the cards of some companies as the own list has them, without numbers where it has not."""
    listed = [each for each in lists.stored.entries if each.counterpart_id in keys] if lists else []
    theses = {entry.thesis_id for entry in listed} or None
    profiles = {row.pk: row for row in for_cards(counterparts(member).filter(pk__in=keys), theses)}
    known = {entry.counterpart_id: entry for entry in listed if entry.counterpart_id in profiles}
    terms = all_terms()
    context = CardContext(
        member,
        facet_values(profiles.keys(), member.side.other, terms),
        terms,
        lists.stored.weights if lists else ({}, {}),
        card_facts(member, [(profiles[key], entry) for key, entry in known.items()], terms),
        deals=own_deals(member, profiles),
    )
    return {
        key: scored_card(row, known[key], context) if key in known else plain_card(row, context)
        for key, row in profiles.items()
    }
