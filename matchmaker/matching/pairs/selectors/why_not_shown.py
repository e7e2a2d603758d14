"""Why a pair is missing from a list, in one sentence for curators; or its place."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime

import numpy as np
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaker.choices import OverrideKind, Side
from matchmaker.matching.current_company.selectors import CurrentCompany, interactions_of
from matchmaker.matching.lists.selectors.own_list import OwnList, has_no_active_thesis, own_list
from matchmaker.matching.pairs.selectors.match_page import GATE_LABELS
from matchmaker.matching.pairs.selectors.pair import blocked_by
from matchmaker.matching.ranking.definitions import (
    ENGINE_VERSION,
    FAR,
    NEAR,
    Explanation,
    is_enough,
    out_of_reach,
)
from matchmaker.matching.ranking.selectors.stored_lists import (
    SHOWN,
    ListEntry,
    demand_points,
    round_tenths,
    stored_place,
)
from matchmaker.models.pair_action import PASS_DELAY, CuratorOverride, Pass
from profiles.catalogue.visibility.access import NOBODY
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import Status
from profiles.models import Investor, Startup


@dataclass(frozen=True)
class Standing:
    side: Side
    text: str
    is_shown: bool = False
    can_be_raised: bool = False


@dataclass(frozen=True)
class PairFindings:
    """What is asked of a pair once for both lists. `explained`: None where it cannot be scored."""

    startup: Startup
    investor: Investor
    explained: Explanation | None
    override: CuratorOverride | None
    blocked_by: set[Side]
    passes: dict[Side, datetime]

    def company(self, side: Side) -> Startup | Investor:
        return self.startup if side == Side.STARTUP else self.investor


def standings(startup: Startup, investor: Investor, explained: Explanation | None) -> list[Standing]:
    pair = {"startup": startup, "investor": investor}
    findings = PairFindings(
        startup,
        investor,
        explained,
        CuratorOverride.objects.filter(**pair, released_at=None).first(),
        blocked_by(startup, investor),
        {Side(side): at for side, at in Pass.objects.filter(**pair).values_list("side", "at")},
    )
    return [_standing(findings, side) for side in Side]


def can_be_suggested(standings: list[Standing], explained: Explanation | None) -> bool:
    return explained is not None and all(standing.can_be_raised for standing in standings)


def _standing(findings: PairFindings, side: Side) -> Standing:
    """Return the pair's place on this side's list, or the first reason why it is missing."""
    if text := next(_kept_away(findings, side), ""):
        return Standing(side, text)
    company, other = findings.company(side), findings.company(side.other)
    interactions = interactions_of(side, company.pk)
    if other.paused_at and other.pk not in interactions.introduced:
        text = _("%(other)s is not taking new requests for now, so it is not shown on lists.") % {
            "other": other.name
        }
        return Standing(side, text)
    current = CurrentCompany(NOBODY, side, company, interactions)
    lists = own_list(current)
    if lists is None:
        return Standing(
            side, _("%(own)s has not been ranked yet.") % {"own": company.name}, can_be_raised=True
        )
    upper, lower = interactions.left(lists.stored.entries)
    for place, entry in enumerate((*upper, *lower), start=1):
        if entry.counterpart_id == other.pk:
            if side.other in findings.passes:
                day = date_format(timezone.localtime(findings.passes[side.other] + PASS_DELAY))
                words = {"place": place, "day": day, "other": other.name}
                text = _(
                    "It is shown at position %(place)d until %(day)s. %(other)s has passed on this match. "
                    "This is not disclosed."
                )
                return Standing(side, text % words, is_shown=True)
            text = _shown(place, entry, entry in upper, other.name)
            if findings.override and not entry.is_boosted:
                soon = _("A curator has put this pair first. The list will show this within a minute.")
                text = f"{text} {soon}"
            return Standing(side, text, is_shown=True, can_be_raised=True)
    return _beyond(findings, side, lists)


def _kept_away(findings: PairFindings, side: Side) -> Iterator[str]:
    """Yield what excludes the pair whatever its score is, the strongest first."""
    own, other = findings.company(side), findings.company(side.other)
    names = {"own": own.name, "other": other.name}
    for company in (own, other):
        yield from _unpublished(company)
    if findings.override and findings.override.kind == OverrideKind.HIDE:
        yield _("A curator has hidden this pairing.")
    if side in findings.passes:
        yield _("%(own)s passed on %(other)s.") % names
    if side.other in findings.passes and findings.passes[side.other] + PASS_DELAY <= timezone.now():
        yield _("%(other)s passed on %(own)s.") % names
    for blocker in findings.blocked_by:
        sides = {"one": findings.company(blocker).name, "another": findings.company(blocker.other).name}
        yield _("%(one)s has blocked %(another)s.") % sides
    if has_no_active_thesis(findings.investor):
        yield _("%(investor)s has no active thesis now.") % {"investor": findings.investor.name}
    if findings.explained is None:
        return
    failed = [GATE_LABELS[gate.name] for gate in findings.explained.gates if not gate.passed]
    if failed:
        yield _("A required condition is not met. %(rules)s.") % {"rules": joined(failed)}


def _unpublished(company: Startup | Investor) -> Iterator[str]:
    names = {"name": company.name, "status": company.get_status_display()}
    if company.status == Status.SUSPENDED:
        yield _("%(name)s is suspended.") % names
    elif company.status != Status.APPROVED:
        yield _("%(name)s is not published. Status: %(status)s.") % names
    elif not company.matching_consent:
        yield _("%(name)s has not agreed to matching.") % names
    elif company.leaves_at:
        yield _("%(name)s is about to be deleted.") % names
    elif company.stale_at:
        yield _("%(name)s has not confirmed its profile, so it is hidden from match lists.") % names


def _shown(place: int, entry: ListEntry, is_recommended: bool, other: str) -> str:
    score = round_tenths(entry.score)
    if is_recommended:
        return _("It is shown at position %(place)d.") % {"place": place}
    if entry.is_outshone:
        text = _(
            "It is shown at position %(place)d, among the less likely matches. %(other)s has far better ones."
        )
        return text % {"place": place, "other": other}
    levels = np.array(entry.levels, np.uint8)
    if out_of_reach(levels):
        text = _(
            "It is shown at position %(place)d, among the less likely matches. The amounts are far apart."
        )
        return text % {"place": place}
    if is_enough(np.array(entry.score), levels):
        text = _("It is shown at position %(place)d, among the less likely matches. It meets no need.")
        return text % {"place": place}
    near = bool(is_enough(np.array(NEAR), levels))
    words = {"place": place, "score": score, "least": round_tenths(NEAR if near else FAR)}
    return (
        _(
            "It is shown at position %(place)d, among the less likely matches: its score is %(score)d, and "
            "it would be recommended with a score of %(least)d or more."
        )
        % words
    )


def _beyond(findings: PairFindings, side: Side, lists: OwnList) -> Standing:
    company, other, stored = findings.company(side), findings.company(side.other), lists.stored
    newest = max(company.changed_at, other.changed_at)
    is_old = stored.waits or stored.engine_version != ENGINE_VERSION or newest > stored.computed_at
    if findings.explained is None or is_old:
        text = _("The list of %(own)s is older than one of the two profiles. It will be ranked again soon.")
        return Standing(side, text % {"own": company.name}, can_be_raised=True)
    if side == Side.STARTUP:
        adjustment = findings.explained.investor_demand_adjustment_tenths
    else:
        adjustment = findings.explained.startup_demand_adjustment_tenths
    last = min((entry.score - entry.demand_adjustment_tenths for entry in stored.entries), default=0)
    words = {
        "shown": SHOWN,
        "score": round_tenths(findings.explained.score_tenths),
        "points": demand_points(adjustment),
        "last": round_tenths(last),
    }
    place = stored_place(side, company.pk, other.pk)
    if place and place > SHOWN:
        text = _(
            "It is at position %(place)d, but the list shows only %(shown)d matches. Its score is %(score)d."
        )
        text %= {**words, "place": place}
    elif adjustment:
        text = ngettext(
            "It is not among the %(shown)d positions of the list. Its score is %(score)d, minus %(points)d "
            "point for high demand. The last position has %(last)d.",
            "It is not among the %(shown)d positions of the list. Its score is %(score)d, minus %(points)d "
            "points for high demand. The last position has %(last)d.",
            words["points"],
        )
        text %= words
    else:
        text = _(
            "It is not among the %(shown)d positions of the list. Its score is %(score)d. The last position "
            "has %(last)d."
        )
        text %= words
    return Standing(side, text, can_be_raised=True)
