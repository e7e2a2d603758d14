"""The demonstration's pilots ranked by the product's own engine, and by a rule of a few lines beside it."""

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
from matchmaker.models import Pilot
from matchmaker.ranking import definitions
from matchmaker.ranking.market import columns, pilot_rows
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.services import embeddings, pilot_fits
from profiles.imports.demo.records import public_id_of
from profiles.models import Investor, Startup

ENGINE, FLOOR, RULE = "engine", "down to the floor", "simple rule"


@dataclass(frozen=True)
class JudgedPilots:
    """The figures of each way of ranking by its name: of the lists of pilots, and of who may apply."""

    pilots: Mapping[str, Line]
    applicants: Mapping[str, Line]
    each: Mapping[str, float]  # NDCG@10 by pilot, for who fits it


@dataclass(frozen=True)
class PilotGrades:
    """float64[p,a] of one side's pilots and who may apply on the other; nan where nobody graded."""

    pilots: list[str]
    applicants: list[str]
    grade: Array


def judge_pilots(path: Path, *, on: date) -> JudgedPilots:
    """Rank every graded pair with the default weights, whatever its pilot’s state. Raises BadGradesError."""
    market = columns.load_all(definitions.default_points(), on=on, text_model=embeddings.model())
    parts = [_judged(part, market, side) for side, part in _by_host(_read(path)).items()]
    ways = {name: [ranking[name] for _part, ranking in parts] for name in (ENGINE, FLOOR, RULE)}
    grades = [part.grade for part, _ranking in parts]
    return JudgedPilots(
        {
            name: judged.judge(*_joined([r.T for r in own], [g.T for g in grades]))
            for name, own in ways.items()
        },
        {name: judged.judge(*_joined(own, grades)) for name, own in ways.items()},
        {
            slug: judged.judge(ranking[ENGINE][[row]].T, part.grade[[row]].T).figures[0].mean
            for part, ranking in parts
            for row, slug in enumerate(part.pilots)
        },
    )


def _joined(rankings: Sequence[Array], grades: Sequence[Array]) -> tuple[Array, Array]:
    """Put lists of different lengths beside each other; what one does not have nobody graded."""
    longest = max(len(grade) for grade in grades)

    def padded(parts: Sequence[Array], filler: float) -> Array:
        rows = [np.pad(part, ((0, longest - len(part)), (0, 0)), constant_values=filler) for part in parts]
        return np.concatenate(rows, axis=1)

    return padded(rankings, -np.inf), padded(grades, np.nan)


def _read(path: Path) -> dict[tuple[str, str], float]:
    """Return the grades by pilot and applicant."""
    try:
        with path.open(encoding="utf-8", newline="") as file:
            return {(row["pilot"], row["applicant"]): float(row["grade_1"]) for row in csv.DictReader(file)}
    except (OSError, KeyError, ValueError) as wrong:
        raise BadGradesError(f"{path}: {wrong}") from wrong


def _by_host(found: dict[tuple[str, str], float]) -> dict[Side, PilotGrades]:
    """Return the grades of the pilots of each side."""
    hosts = {pilot.public_id: pilot.side for pilot in Pilot.objects.filter(is_demo=True)}
    parts = {}
    for side in Side:
        pilots = sorted({pilot for pilot, _who in found if hosts.get(public_id_of("pilot", pilot)) == side})
        who = sorted({who for pilot, who in found if pilot in pilots})
        grade = np.array([[found.get((pilot, one), np.nan) for one in who] for pilot in pilots])
        if pilots:
            parts[side] = PilotGrades(pilots, who, grade.reshape(len(pilots), len(who)))
    if not parts:
        raise BadGradesError("None of the graded pilots is here: run `manage.py load_demo` first.")
    return parts


def _judged(part: PilotGrades, market: Columns, side: Side) -> tuple[PilotGrades, dict[str, Array]]:
    """Return rankings of one side's pilots × who may apply; −inf where a pair is not listed."""
    model: type[Startup] | type[Investor] = Investor if side == Side.STARTUP else Startup
    known = dict(model._default_manager.filter(is_demo=True).values_list("public_id", "pk"))
    who = [known.get(public_id_of(side.other, slug), -1) for slug in part.applicants]
    ids = {public_id_of("pilot", slug): row for row, slug in enumerate(part.pilots)}
    rows = Pilot.objects.filter(public_id__in=ids).select_related("startup", "investor")
    pilots = sorted(rows, key=lambda pilot: ids[pilot.public_id])
    fits = pilot_fits.fits_by(market.calibration, definitions.default_points(), pilots, set(who) - {-1})
    score, worth = np.full(part.grade.shape, -np.inf), np.zeros(part.grade.shape, np.bool_)
    for fit in fits:
        row = ids[next(pilot.public_id for pilot in pilots if pilot.pk == fit.pilot)]
        score[row, who.index(fit.company)] = fit.score_tenths
        worth[row, who.index(fit.company)] = fit.is_worth_a_look
    rule = _by_rule(market, pilots, who, side)
    return part, {ENGINE: score, FLOOR: np.where(worth, score, -np.inf), RULE: rule}


def _by_rule(market: Columns, pilots: Sequence[Pilot], who: Sequence[int], side: Side) -> Array:
    """float64[p,a]: 4 · best field + 1.5 · needs met + the form “pilot” + 0.7 · place; nothing refused."""
    others = market.pks(side.other).tolist()
    rows = [others.index(pk) if pk in others else -1 for pk in who]
    out = np.full((len(pilots), len(who)), -np.inf)
    for row, pilot in enumerate(pilots):
        if side == Side.INVESTOR:
            value = _rule_for_startups(market, pilot)
        else:
            value = _rule_for_partners(market, pilot)
        out[row] = [value[at] if at >= 0 else -np.inf for at in rows]
    return out


def _rule_for_startups(market: Columns, pilot: Pilot) -> Array:
    snapshot = pilot_rows.with_theses(market, [pilot], definitions.default_points())
    s, m = snapshot.startups, snapshot.mandates
    return np.array([_points(s, i, m, 0, market) for i in range(len(s))])


def _rule_for_partners(market: Columns, pilot: Pilot) -> Array:
    snapshot = pilot_rows.as_startups(market, [pilot], definitions.default_points())
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
