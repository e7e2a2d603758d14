"""Graded pairs and graded ad-hoc profiles ranked by the engine, and by a rule of a few lines beside it.

A grade is 3 both would want to meet, 2 worth a meeting, 1 weak, 0 should not be shown; of several readers the
mean. A ranking is float64[n,c], more is better, −inf where a pair is not listed; who was not graded is passed
over. The market is ranked by the production engine, and by a rule of twenty lines beside it.
"""

from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass, replace
from datetime import date
from itertools import product
from pathlib import Path

import numpy as np

from matchmaker.choices import Side
from matchmaker.lab.demo.companies import scratch_market
from matchmaker.lab.evaluation.simulation import product_and_demand_adjustment
from matchmaker.matching import engine, graded_pairs
from matchmaker.matching.engine import ListEnd
from matchmaker.matching.engine.affinity import affinity
from matchmaker.matching.engine.definition.columns import Array, Snapshot
from matchmaker.matching.engine.definition.lists import Lists
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.market import ad_hoc_rows, columns, thesis_rows
from matchmaker.matching.ranking.market.ad_hoc_rows import AdHocProfile
from matchmaker.matching.ranking.market.columns import Columns
from matchmaker.matching.ranking.services import ad_hoc_fits, embeddings, inferred_sectors
from matchmaker.matching.ranking.services.ad_hoc_fits import AdHocFit
from profiles.models import Investor, Startup
from profiles.models.profile import public_id_of

ENGINE, FAIR, FLOOR, RULE = "engine", "with the handicap", "down to the floor", "rule of twenty lines"
RECOMMENDED = "recommended"

FOLDS = 5


@dataclass(frozen=True)
class Judged:
    partners: Mapping[str, graded_pairs.Line]
    startups: Mapping[str, graded_pairs.Line]
    left_out: list[str]  # graded, and not ranked here, because no one approved them


def judge_market(path: Path, market: str = "", *, on: date) -> Judged:
    """Rank the graded profiles with the default weights and judge the lists. Raises BadGradesError."""
    grades = graded_pairs.read(path)
    with graded_market(grades, market, on=on) as (found, rows):
        return _judge(grades, found, rows, on)


@contextmanager
def graded_market(
    grades: graded_pairs.Grades, market: str = "", *, on: date
) -> Iterator[tuple[Columns, tuple[Array, Array]]]:
    """Load the market that was graded, and the rows of the graded startups and investors.

    -1 if not ranked.
    """
    try:
        with scratch_market(market) if market else nullcontext():
            for side in (Side.STARTUP, Side.INVESTOR):
                embeddings.refresh(side)
                inferred_sectors.refresh(side)
            market_columns = columns.load_all(
                definitions.default_points(), on=on, text_model=embeddings.model()
            )
            yield market_columns, graded_pairs.rows_of(market_columns, grades)
    except FileNotFoundError as wrong:
        raise graded_pairs.BadGradesError(str(wrong)) from wrong


def _judge(grades: graded_pairs.Grades, market: Columns, rows: tuple[Array, Array], on: date) -> Judged:
    by_score = engine.rank_all(market.snapshot)
    ways = {
        ENGINE: graded_pairs.as_tables(by_score),
        FAIR: graded_pairs.as_tables(
            product_and_demand_adjustment(market.snapshot)
        ),  # as the product shows it
        FLOOR: graded_pairs.as_tables(by_score, _is_enough),
        RECOMMENDED: graded_pairs.as_tables(by_score, graded_pairs.is_recommended),
        RULE: _by_rule(market, on),
    }
    for at, factor in enumerate(engine.FACTORS):
        ways[f"without {factor}"] = graded_pairs.as_tables(engine.rank_all(_without(market.snapshot, at)))
    chosen = {name: tuple(graded_pairs.among(own, rows) for own in both) for name, both in ways.items()}
    grade = np.where((rows[0] >= 0)[:, None] & (rows[1] >= 0), grades.grade, np.nan)
    names = [*zip(grades.startups, rows[0], strict=True), *zip(grades.investors, rows[1], strict=True)]
    by_startup, by_partner = chosen[ENGINE]
    return Judged(
        {name: graded_pairs.judge(own[1], grade) for name, own in chosen.items()} | _folds(by_partner, grade),
        {name: graded_pairs.judge(own[0].T, grade.T) for name, own in chosen.items()}
        | _folds(by_startup.T, grade.T),
        [name for name, row in names if row < 0],
    )


def _folds(ranking: Array, grade: Array) -> dict[str, graded_pairs.Line]:
    return {
        f"engine, fold {at + 1} of {FOLDS}": graded_pairs.judge(ranking[:, at::FOLDS], grade[:, at::FOLDS])
        for at in range(FOLDS)
    }


def _is_enough(lists: Lists, _end: ListEnd, _theirs: Array) -> Array:
    return engine.is_enough(engine.score_tenths(lists.u, lists.v), lists.levels)


def _without(snapshot: Snapshot, factor: int) -> Snapshot:
    ours, theirs = snapshot.startups.weights.copy(), snapshot.theses.weights.copy()
    ours[:, factor], theirs[:, factor] = 0, 0
    startups, theses = replace(snapshot.startups, weights=ours), replace(snapshot.theses, weights=theirs)
    return replace(snapshot, startups=startups, theses=theses)


def _by_rule(market: Columns, on: date) -> graded_pairs.Ranking:
    s, m = market.snapshot.startups, market.snapshot.theses
    named = thesis_rows.read_theses(market.vocabulary, on=on).declared
    near = affinity.likeness(named["sectors"], market.vocabulary.sector_alike)
    offered = (m.offers[:, None] >> np.arange(s.needs.shape[1], dtype=np.uint32)) & np.uint32(1)
    best = np.full((len(s), len(market.snapshot.investors)), -np.inf)
    for i in range(len(s)):
        sectors, (first, last) = s.sectors[i][s.sectors[i] >= 0], s.ask[i].astype(int)
        value = 4 * near[:, sectors].max(axis=1, initial=0)
        value += 1.5 * (offered @ s.needs[i].astype(float)) / max(int(s.needs[i].sum()), 1)
        value += named["stages"][:, s.stage[i]]
        value += (m.ticket[:, 0] <= last) & (m.ticket[:, 1] >= first)
        value += (m.forms & s.forms[i]) != 0
        value += 0.7 * named["places"][:, s.places[i, 0]]
        np.maximum.at(best[i], m.owner, value)
    return best, best


SIMPLE_RULE = "simple rule"  # of graded profiles
OF_PROFILES, OF_COMPANIES = "recommended to a profile", "recommended to a company"


@dataclass(frozen=True)
class JudgedProfiles:
    profiles: Mapping[str, graded_pairs.Line]
    applicants: Mapping[str, graded_pairs.Line]
    each: Mapping[str, float]  # NDCG@10 by profile, for who fits it


@dataclass(frozen=True)
class GradedSide:
    """float64[p,a] of one side's profiles, by slug, and companies of the other; nan where no one graded."""

    profiles: dict[str, AdHocProfile]
    applicants: list[str]
    grade: Array


def judge_profiles(
    path: Path, profiles: Mapping[str, AdHocProfile], *, kind: str, on: date
) -> JudgedProfiles:
    """Rank every graded pair with the default weights. Raises BadGradesError."""
    market = columns.load_all(definitions.default_points(), on=on, text_model=embeddings.model())
    parts = [
        _judged(part, market, side)
        for side, part in _by_side(graded_pairs.read_pairs(path, kind, "applicant"), profiles, kind).items()
    ]
    grades = [part.grade for part, _ranking in parts]

    def lines(of_one: str, turned: Callable[[Array], Array]) -> dict[str, graded_pairs.Line]:
        names = {ENGINE: ENGINE, RECOMMENDED: of_one, SIMPLE_RULE: SIMPLE_RULE}
        ways = {name: [turned(ranking[key]) for _part, ranking in parts] for name, key in names.items()}
        return {
            name: graded_pairs.judge(*_joined(own, [turned(g) for g in grades])) for name, own in ways.items()
        }

    return JudgedProfiles(
        lines(OF_PROFILES, np.transpose),
        lines(OF_COMPANIES, np.asarray),
        {
            slug: graded_pairs.judge(ranking[ENGINE][[row]].T, part.grade[[row]].T).figures[0].mean
            for part, ranking in parts
            for row, slug in enumerate(part.profiles)
        },
    )


def _joined(rankings: Sequence[Array], grades: Sequence[Array]) -> tuple[Array, Array]:
    longest = max(len(grade) for grade in grades)

    def padded(parts: Sequence[Array], filler: float) -> Array:
        rows = [np.pad(part, ((0, longest - len(part)), (0, 0)), constant_values=filler) for part in parts]
        return np.concatenate(rows, axis=1)

    return padded(rankings, -np.inf), padded(grades, np.nan)


def _by_side(
    found: graded_pairs.GradesByName, profiles: Mapping[str, AdHocProfile], kind: str
) -> dict[Side, GradedSide]:
    by_slug = {slug: profiles.get(public_id_of(kind, slug)) for slug, _who in found}
    parts = {}
    for side in Side:
        of_side = {
            slug: profile
            for slug, profile in sorted(by_slug.items())
            if profile and profile.company.side == side
        }
        who = sorted({who for slug, who in found if slug in of_side})
        grade = np.array([[found.get((slug, one), np.nan) for one in who] for slug in of_side])
        if of_side:
            parts[side] = GradedSide(of_side, who, grade.reshape(len(of_side), len(who)))
    if not parts:
        raise graded_pairs.BadGradesError("None of what is graded is here: run `manage.py load_demo` first.")
    return parts


def _judged(part: GradedSide, market: Columns, side: Side) -> tuple[GradedSide, dict[str, Array]]:
    """Return rankings of one side's profiles × the companies; −inf where a pair is not listed."""
    model: type[Startup] | type[Investor] = Investor if side == Side.STARTUP else Startup
    pks = dict(model._default_manager.filter(is_demo=True).values_list("public_id", "pk"))
    who = [pks.get(public_id_of(side.other, slug), -1) for slug in part.applicants]
    profiles = list(part.profiles.values())
    rows = {profile.key: row for row, profile in enumerate(profiles)}
    fits = ad_hoc_fits.fits_by(market.calibration, definitions.default_points(), profiles, set(who) - {-1})

    def table(kept: Sequence[AdHocFit]) -> Array:
        out = np.full(part.grade.shape, -np.inf)
        for fit in kept:
            out[rows[fit.profile], who.index(fit.company)] = fit.score_tenths
        return out

    return part, {
        ENGINE: table(fits),
        OF_PROFILES: table(_recommended(fits, "profile")),
        OF_COMPANIES: table(_recommended(fits, "company")),
        SIMPLE_RULE: _profiles_by_rule(market, profiles, who, side),
    }


def _recommended(fits: Sequence[AdHocFit], whose: str) -> list[AdHocFit]:
    lists: dict[int, list[AdHocFit]] = {}
    for fit in fits:
        lists.setdefault(getattr(fit, whose), []).append(fit)
    return [fit for own in lists.values() for fit in ad_hoc_fits.recommended(own)]


def _profiles_by_rule(
    market: Columns, profiles: Sequence[AdHocProfile], who: Sequence[int], side: Side
) -> Array:
    """float64[p,a]: 4 · best field + 1.5 · needs met + the form + 0.7 · place; nothing refused."""
    others = market.pks(side.other).tolist()
    rows = [others.index(pk) if pk in others else -1 for pk in who]
    out = np.full((len(profiles), len(who)), -np.inf)
    alone = ad_hoc_rows.with_theses if side == Side.INVESTOR else ad_hoc_rows.as_startups
    for row, profile in enumerate(profiles):
        snapshot = alone(market, [profile], definitions.default_points())
        s, m = snapshot.startups, snapshot.theses
        best = np.full((len(s), len(snapshot.investors)), -np.inf)
        for i, j in product(range(len(s)), range(len(m))):
            best[i, m.owner[j]] = max(best[i, m.owner[j]], _rule_points(s, i, m, j, market))
        value = best.ravel()  # one of the two sides is the profile alone
        out[row] = [value[at] if at >= 0 else -np.inf for at in rows]
    return out


def _rule_points(s: engine.Startups, i: int, m: engine.Theses, j: int, market: Columns) -> float:
    sectors: Array = s.sectors[i]
    needs: Array = s.needs[i].astype(float)
    scope = _bits(m.sector_scope[j], len(market.vocabulary.sectors))
    near = affinity.likeness(scope[None, :], market.vocabulary.sector_alike)[0]
    offered = _bits(np.array([m.offers[j]]).astype(np.uint64), len(needs))
    places = _bits(m.place_scope[j], len(market.vocabulary.places))
    home = int(s.places[i][0])
    value = 4 * near[sectors[sectors >= 0]].max(initial=0)
    value += 1.5 * float(offered @ needs) / max(float(needs.sum()), 1)
    value += float((m.forms[j] & s.forms[i]) != 0)
    return float(value + 0.7 * (home >= 0 and places[home]))


def _bits(words: Array, size: int) -> Array:
    """uint8[size]: a bit set as marks."""
    at = np.arange(size)
    return ((words[at // 64] >> (at % 64).astype(np.uint64)) & np.uint64(1)).astype(np.uint8)
