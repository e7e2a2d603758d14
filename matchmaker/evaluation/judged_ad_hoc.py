"""Graded ad-hoc profiles ranked by the product's own engine, and by a rule of a few lines beside it."""

from __future__ import annotations

import csv
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import numpy as np

from matchmaker.choices import Side
from matchmaker.engine.affinity import affinity
from matchmaker.engine.definition.columns import Array
from matchmaker.evaluation import judged
from matchmaker.evaluation.judged import BadGradesError, Line
from matchmaker.ranking import definitions
from matchmaker.ranking.market import ad_hoc_rows, columns
from matchmaker.ranking.market.ad_hoc_rows import AdHocProfile
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.services import ad_hoc_fits, embeddings
from profiles.imports.demo.records import public_id_of
from profiles.models import Investor, Startup

ENGINE, FLOOR, RULE = "engine", "down to the floor", "simple rule"


Grades = dict[tuple[str, str], float]


@dataclass(frozen=True)
class JudgedProfiles:
    """The figures of each way of ranking by its name: of the lists of profiles, and of the companies."""

    profiles: Mapping[str, Line]
    applicants: Mapping[str, Line]
    each: Mapping[str, float]  # NDCG@10 by profile, for who fits it


@dataclass(frozen=True)
class GradedSide:
    """float64[p,a] of one side's profiles, by slug, and companies of the other; nan where nobody graded."""

    profiles: dict[str, AdHocProfile]
    applicants: list[str]
    grade: Array


def judge_profiles(
    path: Path, profiles: Mapping[str, AdHocProfile], *, kind: str, on: date
) -> JudgedProfiles:
    """Rank every graded pair with the default weights. Raises BadGradesError.

    `profiles`: by public id. `kind`: the column of their slugs in the file.
    """
    market = columns.load_all(definitions.default_points(), on=on, text_model=embeddings.model())
    parts = [
        _judged(part, market, side) for side, part in _by_side(_read(path, kind), profiles, kind).items()
    ]
    ways = {name: [ranking[name] for _part, ranking in parts] for name in (ENGINE, FLOOR, RULE)}
    grades = [part.grade for part, _ranking in parts]
    return JudgedProfiles(
        {
            name: judged.judge(*_joined([r.T for r in own], [g.T for g in grades]))
            for name, own in ways.items()
        },
        {name: judged.judge(*_joined(own, grades)) for name, own in ways.items()},
        {
            slug: judged.judge(ranking[ENGINE][[row]].T, part.grade[[row]].T).figures[0].mean
            for part, ranking in parts
            for row, slug in enumerate(part.profiles)
        },
    )


def _joined(rankings: Sequence[Array], grades: Sequence[Array]) -> tuple[Array, Array]:
    """Put lists of different lengths beside each other; what one does not have nobody graded."""
    longest = max(len(grade) for grade in grades)

    def padded(parts: Sequence[Array], filler: float) -> Array:
        rows = [np.pad(part, ((0, longest - len(part)), (0, 0)), constant_values=filler) for part in parts]
        return np.concatenate(rows, axis=1)

    return padded(rankings, -np.inf), padded(grades, np.nan)


def _read(path: Path, kind: str) -> Grades:
    """Return the grades by profile and company."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {(row[kind], row["applicant"]): float(row["grade_1"]) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError) as wrong:
        raise BadGradesError(f"{path}: {wrong}") from wrong


def _by_side(found: Grades, profiles: Mapping[str, AdHocProfile], kind: str) -> dict[Side, GradedSide]:
    """Return the grades of the profiles of each side."""
    known = {slug: profiles.get(public_id_of(kind, slug)) for slug, _who in found}
    parts = {}
    for side in Side:
        own = {slug: each for slug, each in sorted(known.items()) if each and each.company.side == side}
        who = sorted({who for slug, who in found if slug in own})
        grade = np.array([[found.get((slug, one), np.nan) for one in who] for slug in own])
        if own:
            parts[side] = GradedSide(own, who, grade.reshape(len(own), len(who)))
    if not parts:
        raise BadGradesError("None of what is graded is here: run `manage.py load_demo` first.")
    return parts


def _judged(part: GradedSide, market: Columns, side: Side) -> tuple[GradedSide, dict[str, Array]]:
    """Return rankings of one side's profiles × the companies; −inf where a pair is not listed."""
    model: type[Startup] | type[Investor] = Investor if side == Side.STARTUP else Startup
    known = dict(model._default_manager.filter(is_demo=True).values_list("public_id", "pk"))
    who = [known.get(public_id_of(side.other, slug), -1) for slug in part.applicants]
    profiles = list(part.profiles.values())
    rows = {each.key: row for row, each in enumerate(profiles)}
    fits = ad_hoc_fits.fits_by(market.calibration, definitions.default_points(), profiles, set(who) - {-1})
    score, worth = np.full(part.grade.shape, -np.inf), np.zeros(part.grade.shape, np.bool_)
    for fit in fits:
        at = rows[fit.profile], who.index(fit.company)
        score[at], worth[at] = fit.score_tenths, fit.is_worth_a_look
    rule = _by_rule(market, profiles, who, side)
    return part, {ENGINE: score, FLOOR: np.where(worth, score, -np.inf), RULE: rule}


def _by_rule(market: Columns, profiles: Sequence[AdHocProfile], who: Sequence[int], side: Side) -> Array:
    """float64[p,a]: 4 · best field + 1.5 · needs met + the form + 0.7 · place; nothing refused."""
    others = market.pks(side.other).tolist()
    rows = [others.index(pk) if pk in others else -1 for pk in who]
    out = np.full((len(profiles), len(who)), -np.inf)
    for row, profile in enumerate(profiles):
        if side == Side.INVESTOR:
            value = _rule_for_startups(market, profile)
        else:
            value = _rule_for_partners(market, profile)
        out[row] = [value[at] if at >= 0 else -np.inf for at in rows]
    return out


def _rule_for_startups(market: Columns, profile: AdHocProfile) -> Array:
    snapshot = ad_hoc_rows.with_theses(market, [profile], definitions.default_points())
    s, m = snapshot.startups, snapshot.mandates
    return np.array([_points(s, i, m, 0, market) for i in range(len(s))])


def _rule_for_partners(market: Columns, profile: AdHocProfile) -> Array:
    snapshot = ad_hoc_rows.as_startups(market, [profile], definitions.default_points())
    s, m = snapshot.startups, snapshot.mandates
    best = np.full(len(snapshot.investors), -np.inf)
    for row in range(len(m)):
        best[m.owner[row]] = max(best[m.owner[row]], _points(s, 0, m, row, market))
    return best


def _points(s: object, i: int, m: object, j: int, market: Columns) -> float:
    """Return the rule's points for startup i and thesis j."""
    sectors: Array = s.sectors[i]  # type: ignore[attr-defined]
    needs: Array = s.needs[i].astype(float)  # type: ignore[attr-defined]
    scope = _bits(m.sector_scope[j], len(market.vocabulary.sectors))  # type: ignore[attr-defined]
    near = affinity.likeness(scope[None, :], market.vocabulary.sector_alike)[0]
    offered = _bits(np.array([m.offers[j]]).astype(np.uint64), len(needs))  # type: ignore[attr-defined]
    places = _bits(m.place_scope[j], len(market.vocabulary.places))  # type: ignore[attr-defined]
    home = int(s.places[i][0])  # type: ignore[attr-defined]
    value = 4 * near[sectors[sectors >= 0]].max(initial=0)
    value += 1.5 * float(offered @ needs) / max(float(needs.sum()), 1)
    value += float((m.forms[j] & s.forms[i]) != 0)  # type: ignore[attr-defined]
    return float(value + 0.7 * (home >= 0 and places[home]))


def _bits(words: Array, size: int) -> Array:
    """uint8[size]: a bit set as marks."""
    at = np.arange(size)
    return ((words[at // 64] >> (at % 64).astype(np.uint64)) & np.uint64(1)).astype(np.uint8)
