"""A match on paper, and several matches side by side."""

import re
from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matchmaker.choices import Factor, Side
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts
from matchmaker.matching.lists.selectors.cards import CardContext, plain_card, scored_card
from matchmaker.matching.lists.selectors.facets import facet_values
from matchmaker.matching.lists.selectors.list_page import card_facts, for_cards
from matchmaker.matching.lists.selectors.own_deals import own_deals
from matchmaker.matching.lists.selectors.own_list import own_list
from matchmaker.matching.pairs.selectors.match_page import MatchPage, Scored
from matchmaker.matching.ranking.selectors import stored_lists
from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.catalogue.visibility.facts import DOT, Fact
from profiles.catalogue.visibility.visible_profile import joined
from profiles.companies.pictures.selectors import logo_bytes

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "matching" / "pairs" / "brief.typ"
# Characters of typed text, so that what someone wrote at length leaves room for the rest.
LONGEST_SUMMARY, LONGEST_VALUE = 900, 160
LOOSE_ENDS = " ,;،؛、，；"  # that stand before a word, so that none is left before a cut
Rows = list[tuple[str, str]]


def brief_of(page: MatchPage, *, at: datetime) -> dict[str, Any]:
    scored, seen = page.scored, page.pair.seen
    reader = page.pair.company.name
    day = date_format(localtime(at), "DATE_FORMAT")
    return {
        "language": (get_language() or "en")[:2],
        "product": settings.PRODUCT,
        "made": _("For %(company)s, %(day)s") % {"company": reader, "day": day},
        "title": page.pair.title,
        "logo": list(logo_bytes(page.pair.face)),
        "tags": [*([_("Demo record")] if page.pair.counterpart.is_demo else []), *filter(None, [page.state])],
        "lead": page.lead,
        "who": {
            "heading": _("Who they are"),
            "text": _short(seen.summary or "", LONGEST_SUMMARY),
            "facts": _rows(page.portrait),
        },
        "why": _why(scored, page.pair.member.side) if scored else None,
        "factors": _factors(scored, page.pair.member.side) if scored else None,
        "needs": _needs(page),
        "forms": _forms(page),
        "more": {"heading": _("More about them"), "note": "", "facts": _stated(page.facts) + _traction(page)},
        "card": _card(page),
        "withheld": f"{_('Not shown to you now:')} {joined(page.withheld)}" if page.withheld else "",
        "footer": _(
            "What the other side lets you see today. This is not advice and not an offer of securities."
        ),
    }


def _rows(items: list[Fact]) -> Rows:
    lines = [(fact, _short(fact.value) or _("not stated")) for fact in items]
    return [(fact.label, f"{value}{DOT}{fact.note}" if fact.is_changed else value) for fact, value in lines]


def _stated(items: list[Fact]) -> Rows:
    return _rows([fact for fact in items if fact.value])


def _short(text: str, most: int = LONGEST_VALUE) -> str:
    if len(text) <= most:
        return text
    whole = re.match(rf".{{{most // 2},{most - 1}}}(?=[\s、，；。])", text, re.DOTALL)
    return f"{(whole[0] if whole else text[: most - 1]).rstrip(LOOSE_ENDS)}…"


def _heads(reader: Side) -> tuple[str, str]:
    ours, theirs = _("Fit for you"), _("Fit for them")
    return (ours, theirs) if reader is Side.STARTUP else (theirs, ours)


def _why(scored: Scored, reader: Side) -> dict[str, Any]:
    fits = zip(_heads(reader), (scored.fit_startup, scored.fit_investor), strict=True)
    return {
        "heading": _("Why this match"),
        "score": scored.score,
        "fits": list(fits),
        "reasons": scored.reasons,
        "against_heading": _("What speaks against it"),
        "against": scored.against,
    }


def _factors(scored: Scored, reader: Side) -> dict[str, Any]:
    names = ("startup", "startup_max", "investor", "investor_max")
    return {
        "heading": _("Factor by factor"),
        "heads": _heads(reader),
        "rows": [
            {"label": str(row.label), **{name: getattr(row, name) for name in names}} for row in scored.rows
        ],
        "sum": _("Sum"),
        "total_startup": scored.total_startup,
        "total_investor": scored.total_investor,
    }


def _needs(page: MatchPage) -> dict[str, Any]:
    barred = _("Offered, but you share no partnership type that involves investment")
    unmet = {True: barred, False: _("Not offered")}
    rows = [(row.need, _("Offered") if row.is_met else unmet[row.is_out_of_reach]) for row in page.needs]
    spare = (
        f"{_('Also offered, but not asked for:')} {joined(page.spare_offers)}" if page.spare_offers else ""
    )
    return {
        "heading": _("Needs and offers"),
        "rows": rows,
        "none": _("The startup has not entered any needs."),
        "note": spare,
    }


def _forms(page: MatchPage) -> dict[str, Any]:
    words = {
        "both": _("Both accept it"),
        "startup": _("Only the startup accepts:"),
        "partner": _("Only the partner accepts:"),
    }
    named = {who: joined(form for form in page.forms if form.accepted_by == who) for who in words}
    rows = [(words[who], forms) for who, forms in named.items() if forms]
    none = _("Neither side has chosen any.")
    return {"heading": _("Partnership types"), "rows": rows, "none": none, "note": ""}


def _card(page: MatchPage) -> dict[str, Any]:
    whose = _("Answered by %(startup)s. Answers from the partner are marked as the partner’s.")
    return {
        "heading": _("Data practices"),
        "note": whose % {"startup": page.startup.title},
        "facts": _stated(page.data_card),
    }


def _traction(page: MatchPage) -> Rows:
    figures = page.pair.seen.traction if page.pair.member.side is Side.INVESTOR else ()
    return [
        (_short(figure.label), f"{figure.display['value']} ({date_format(figure.as_of_on)})")
        for figure in figures or ()
    ]


FEWEST, MOST = 2, 4
LAST = 1 << 31  # after every rank
WHOLE = 255  # a factor that fits in full


def comparison_of(current: CurrentCompany, public_ids: Sequence[str]) -> dict[str, list[Any]]:
    """Return `cards` of the named counterparts that exist for the company, in the order of its list.

    In `lines` each factor has a level for each of them: how well it fits, 0 to 100; None where it is on no
    list now.

    The number of queries does not depend on how many they are.
    """
    rows = counterparts(current).filter(public_id__in=list(public_ids)[:MOST])
    pks = set(rows.values_list("pk", flat=True))
    terms, lists = all_terms(), own_list(current)
    listed = {e.counterpart_id: e for e in (lists.stored.entries if lists else ()) if e.counterpart_id in pks}
    theses = [entry.thesis_id for entry in listed.values()] if len(listed) == len(pks) else None
    profiles = {row.pk: row for row in for_cards(rows, theses)}
    listed = {pk: entry for pk, entry in listed.items() if pk in profiles}  # one may have left since
    context = CardContext(
        current,
        facet_values(profiles.keys(), current.side.other, terms),
        terms,
        lists.stored.weights if lists else ({}, {}),
        card_facts(current, [(profiles[pk], entry) for pk, entry in listed.items()], terms),
        deals=own_deals(current, profiles),
    )
    order = sorted(profiles, key=lambda pk: (listed[pk].rank if pk in listed else LAST, pk))
    cards = [
        scored_card(profiles[pk], listed[pk], context) if pk in listed else plain_card(profiles[pk], context)
        for pk in order
    ]
    entries = [listed.get(pk) for pk in order]
    lines = [
        {"label": factor.label, "levels": [_level(entry, at, factor) for entry in entries]}
        for at, factor in enumerate(Factor)
    ]
    return {"cards": cards, "lines": lines}


def _level(entry: stored_lists.ListEntry | None, at: int, factor: Factor) -> dict[str, Any]:
    if entry is None:
        return {"percent": None, "is_stated": False}
    percent = (100 * entry.levels[at] + WHOLE // 2) // WHOLE
    return {"percent": percent, "is_stated": factor not in entry.not_stated}
