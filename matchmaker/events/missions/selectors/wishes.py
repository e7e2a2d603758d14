"""The page on which a delegation chooses meetings."""

from collections.abc import Collection, Mapping
from typing import Any

from django.core.paginator import Paginator
from django.db.models import QuerySet
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.events.missions.selectors.missions import (
    may_wish,
    name_filter,
    present_delegations,
    taking_part,
    words_of,
)
from matchmaker.events.missions.selectors.pairs import of_company
from matchmaker.events.programmes.selectors.cohort import cards_of
from matchmaker.events.programmes.selectors.programmes import Reader
from matchmaker.matching.lists.selectors.cards import counterparts, own_list
from matchmaker.models.missions import Delegation, Mission
from matchmaker.models.missions.mission import COMPANIES, Wish

PER_PAGE = 20
SHOWN = ("", "chosen", "listed", "open")  # which of the other side a page shows
NONE = "none"  # what a form sends where nothing is said
MOST_MUSTS = 5
FIELD = "wish-"  # and the other's public id: the name of a choice in the form


def selectable_delegations(delegation: Delegation, reader: Reader) -> QuerySet[Delegation]:
    """Return the delegations that may be chosen: the other side without blocked and hidden companies."""
    rows = present_delegations(delegation.mission).filter(side=Side(delegation.side).other)
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
    """Return the other side with the own wishes, page by page. A fixed number of queries."""
    shown = asked.get("show", "") if asked.get("show", "") in SHOWN else ""
    words = asked.get("q", "").strip()[:80]
    wishes = {entry.receiver_id: entry for entry in delegation.wishes.all()}
    member = reader.member if delegation.application.company else None
    lists = own_list(member) if member else None
    entries = {each.counterpart_id: each for each in lists.stored.entries} if lists else {}
    rows = selectable_delegations(delegation, reader).select_related(*COMPANIES)
    if words:
        rows = rows.filter(name_filter(words))
    delegations = [each for each in rows.order_by("name", "pk") if _is_shown(each, shown, wishes, entries)]
    delegations.sort(
        key=lambda each: entries[of_company(each)].rank if of_company(each) in entries else 1_000
    )
    paged = Paginator(delegations, PER_PAGE).get_page(asked.get("page", "1"))
    keys = [of_company(wish) for wish in paged.object_list if of_company(wish)]
    cards = cards_of(member, counterparts(member), keys, lists) if member and keys else {}
    return {
        "delegation": delegation,
        "may_wish": may_wish(delegation, mission),
        "words": words,
        "shown": shown,
        "page": paged,
        "others": [
            {
                "delegation": each,
                "wish": wishes[each.pk].wish if each.pk in wishes else NONE,
                "is_prefilled": each.pk in wishes and wishes[each.pk].is_prefilled,
                "languages": words_of(each.languages),
                "card": cards.get(of_company(each)),
            }
            for each in paged.object_list
        ],
        "choices": [*Wish.choices, (NONE, _("No wish"))],
        "counts": {wish: sum(each.wish == wish for each in wishes.values()) for wish in Wish.values},
        "most_musts": MOST_MUSTS,
    }


def chosen_in(sent: Mapping[str, str], delegation: Delegation, reader: Reader) -> dict[int, str]:
    names = [name for name in sent if name.startswith(FIELD)][:PER_PAGE]
    delegations = selectable_delegations(delegation, reader).filter(
        public_id__in=[name.removeprefix(FIELD) for name in names]
    )
    wishes = {
        key: sent[f"{FIELD}{public_id}"] for key, public_id in delegations.values_list("pk", "public_id")
    }
    return {key: wish if wish in Wish.values else "" for key, wish in wishes.items()}


def _is_shown(
    delegation: Delegation, shown: str, wishes: Mapping[int, Any], entries: Collection[int]
) -> bool:
    if shown == "chosen":
        return delegation.pk in wishes
    if shown == "open":
        return delegation.pk not in wishes
    return shown != "listed" or of_company(delegation) in entries
