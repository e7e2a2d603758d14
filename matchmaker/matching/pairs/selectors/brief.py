"""A match on paper, and several matches side by side."""

import re
from collections.abc import Mapping, Sequence
from datetime import datetime
from operator import attrgetter
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
Weights = tuple[Mapping[str, int], Mapping[str, int]]


def brief_of(page: MatchPage, *, at: datetime) -> dict[str, Any]:
    reader = page.pair.company.name
    day = date_format(localtime(at), "DATE_FORMAT")
    why, factors = None, None
    if page.scored:
        why = _why(page.scored, page.pair.member.side)
        factors = _factors(page.scored, page.pair.member.side)
    withheld = ""
    if page.withheld:
        withheld = f"{_('Not shown to you now:')} {joined(page.withheld)}"
    return {
        "language": (get_language() or "en")[:2],
        "product": settings.PRODUCT,
        "made": _("For %(company)s, %(day)s") % {"company": reader, "day": day},
        "title": page.pair.title,
        "logo": list(logo_bytes(page.pair.face)),
        "tags": _tags(page),
        "lead": page.lead,
        "who": {
            "heading": _("Who they are"),
            "text": _short(page.pair.seen.summary or "", LONGEST_SUMMARY),
            "facts": _rows(page.portrait),
        },
        "why": why,
        "factors": factors,
        "needs": _needs(page),
        "forms": _forms(page),
        "more": {"heading": _("More about them"), "note": "", "facts": _stated(page.facts) + _traction(page)},
        "card": _card(page),
        "withheld": withheld,
        "footer": _(
            "What the other side lets you see today. This is not advice and not an offer of securities."
        ),
    }


def _tags(page: MatchPage) -> list[str]:
    tags = []
    if page.pair.counterpart.is_demo:
        tags.append(_("Demo record"))
    if page.state:
        tags.append(page.state)
    return tags


def _rows(items: list[Fact]) -> Rows:
    rows = []
    for fact in items:
        value = _short(fact.value) or _("not stated")
        if fact.is_changed:
            value = f"{value}{DOT}{fact.note}"
        rows.append((fact.label, value))
    return rows


def _stated(items: list[Fact]) -> Rows:
    return _rows([fact for fact in items if fact.value])


def _short(text: str, most: int = LONGEST_VALUE) -> str:
    if len(text) <= most:
        return text
    whole_words = re.match(rf".{{{most // 2},{most - 1}}}(?=[\s、，；。])", text, re.DOTALL)
    beginning = whole_words[0] if whole_words else text[: most - 1]
    return beginning.rstrip(LOOSE_ENDS) + "…"


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
    rows = []
    for row in scored.rows:
        rows.append(
            {
                "label": str(row.label),
                "startup": row.startup,
                "startup_max": row.startup_max,
                "investor": row.investor,
                "investor_max": row.investor_max,
            }
        )
    return {
        "heading": _("Factor by factor"),
        "heads": _heads(reader),
        "rows": rows,
        "sum": _("Sum"),
        "total_startup": scored.total_startup,
        "total_investor": scored.total_investor,
    }


def _needs(page: MatchPage) -> dict[str, Any]:
    rows = []
    for row in page.needs:
        if row.is_met:
            answer = _("Offered")
        elif row.is_out_of_reach:
            answer = _("Offered, but you share no partnership type that involves investment")
        else:
            answer = _("Not offered")
        rows.append((row.need, answer))
    spare = ""
    if page.spare_offers:
        spare = f"{_('Also offered, but not asked for:')} {joined(page.spare_offers)}"
    return {
        "heading": _("Needs and offers"),
        "rows": rows,
        "none": _("The startup has not entered any needs."),
        "note": spare,
    }


def _forms(page: MatchPage) -> dict[str, Any]:
    labels = {
        "both": _("Both accept it"),
        "startup": _("Only the startup accepts:"),
        "partner": _("Only the partner accepts:"),
    }
    rows = []
    for side, label in labels.items():
        forms = joined(form for form in page.forms if form.accepted_by == side)
        if forms:
            rows.append((label, forms))
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
    if page.pair.member.side is Side.STARTUP:
        return []
    rows = []
    for figure in page.pair.seen.traction or ():
        value = f"{figure.display['value']} ({date_format(figure.as_of_on)})"
        rows.append((_short(figure.label), value))
    return rows


FEWEST, MOST = 2, 4
WHOLE = 255  # a factor that fits in full


def comparison_of(current: CurrentCompany, public_ids: Sequence[str]) -> dict[str, list[Any]]:
    """Return `cards` of the named counterparts that exist for the company, in the order of its list.

    In `lines` each factor has a level for each of them: how well it fits, 0 to 100; None where it is on no
    list now.

    The number of queries does not depend on how many they are.
    """
    rows = counterparts(current).filter(public_id__in=list(public_ids)[:MOST])
    pks = set(rows.values_list("pk", flat=True))
    terms = all_terms()
    lists = own_list(current)
    weights: Weights = ({}, {})
    entries = []
    if lists:
        weights = lists.stored.weights
        entries = [entry for entry in lists.stored.entries if entry.counterpart_id in pks]
    theses = None
    if len(entries) == len(pks):
        theses = [entry.thesis_id for entry in entries]
    profiles = {profile.pk: profile for profile in for_cards(rows, theses)}
    listed = [entry for entry in entries if entry.counterpart_id in profiles]  # one may have left since
    context = CardContext(
        current,
        facet_values(profiles.keys(), current.side.other, terms),
        terms,
        weights,
        card_facts(current, [(profiles[entry.counterpart_id], entry) for entry in listed], terms),
        deals=own_deals(current, profiles),
    )
    listed.sort(key=attrgetter("rank"))
    cards = [scored_card(profiles[entry.counterpart_id], entry, context) for entry in listed]
    unlisted = sorted(profiles.keys() - {entry.counterpart_id for entry in listed})
    cards += [plain_card(profiles[pk], context) for pk in unlisted]
    entries_of_cards = [*listed, *[None] * len(unlisted)]
    lines = []
    for number, factor in enumerate(Factor):
        levels = [_level(entry, number, factor) for entry in entries_of_cards]
        lines.append({"label": factor.label, "levels": levels})
    return {"cards": cards, "lines": lines}


def _level(entry: stored_lists.ListEntry | None, number: int, factor: Factor) -> dict[str, Any]:
    if entry is None:
        return {"percent": None, "is_stated": False}
    percent = (100 * entry.levels[number] + WHOLE // 2) // WHOLE
    return {"percent": percent, "is_stated": factor not in entry.not_stated}
