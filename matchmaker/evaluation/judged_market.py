"""The demonstration's market ranked by the production engine, and by a rule of twenty lines beside it."""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date
from pathlib import Path

import numpy as np

from matchmaker import engine
from matchmaker.choices import Side
from matchmaker.engine.affinity import affinity
from matchmaker.engine.definition.columns import Array, Snapshot
from matchmaker.engine.definition.lists import Lists
from matchmaker.evaluation import judged
from matchmaker.evaluation.judged import BadGradesError, Grades, Line
from matchmaker.ranking import definitions
from matchmaker.ranking.market import columns, thesis_rows
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.services import embeddings, inferred_sectors
from profiles.imports.demo import scratch_market
from profiles.imports.demo.records import public_id_of
from profiles.models import Investor, Startup

ENGINE, FAIR, FLOOR, RULE = "engine", "with the handicap", "down to the floor", "rule of twenty lines"

FOLDS = 5


@dataclass(frozen=True)
class Judged:
    """The figures of every way of ranking, by its name: partners' lists, then startups' lists."""

    partners: Mapping[str, Line]
    startups: Mapping[str, Line]
    left_out: list[str]  # graded, and not ranked here, because nobody approved them


def judge(path: Path, market: str = "", *, on: date) -> Judged:
    """Rank the graded profiles with the default weights and judge the lists. Raises BadGradesError.

    The profiles are the demonstration's, as they stand in the database; those that nobody approved are left
    out. Makes the vectors of descriptions that are missing, and writes nothing else. Another `market` is read
    from profiles/data, and nothing of it is kept.
    """
    grades = judged.read(path)
    try:
        with scratch_market.only(market) if market else nullcontext():
            return _judge(grades, on)
    except FileNotFoundError as wrong:
        raise BadGradesError(str(wrong)) from wrong


def _judge(grades: Grades, on: date) -> Judged:
    for side in (Side.STARTUP, Side.INVESTOR):
        embeddings.refresh(side)
        inferred_sectors.refresh(side)
    market = columns.load_all(definitions.default_points(), on=on, text_model=embeddings.model())
    rows = _rows(market, grades)
    ways = {
        ENGINE: _by_score(market.snapshot),
        FAIR: _as_shown(market.snapshot),
        FLOOR: _by_score(market.snapshot, to_the_floor=True),
        RULE: _by_rule(market, on),
    }
    for at, factor in enumerate(engine.FACTORS):
        ways[f"without {factor}"] = _by_score(_without(market.snapshot, at))
    chosen = {name: tuple(_among(own, rows) for own in both) for name, both in ways.items()}
    grade = np.where((rows[0] >= 0)[:, None] & (rows[1] >= 0), grades.grade, np.nan)
    names = [*zip(grades.startups, rows[0], strict=True), *zip(grades.investors, rows[1], strict=True)]
    by_startup, by_partner = chosen[ENGINE]
    return Judged(
        {name: judged.judge(own[1], grade) for name, own in chosen.items()} | _folds(by_partner, grade),
        {name: judged.judge(own[0].T, grade.T) for name, own in chosen.items()}
        | _folds(by_startup.T, grade.T),
        [name for name, row in names if row < 0],
    )


def _folds(ranking: Array, grade: Array) -> dict[str, Line]:
    """Every fifth list by itself: what the figures are worth where only a few lists are known."""
    return {
        f"engine, fold {at + 1} of {FOLDS}": judged.judge(ranking[:, at::FOLDS], grade[:, at::FOLDS])
        for at in range(FOLDS)
    }


Ranking = tuple[Array, Array]  # float64[n,c] twice: by the startups' lists, by the partners'


def _rows(market: Columns, grades: Grades) -> tuple[Array, Array]:
    """The rows of the graded startups and investors; -1 where a profile is not ranked."""
    found = []
    for side, model, pks, slugs in (
        ("startup", Startup, market.startup_pk, grades.startups),
        ("investor", Investor, market.investor_pk, grades.investors),
    ):
        known = dict(model._default_manager.filter(is_demo=True).values_list("public_id", "pk"))
        place = {int(pk): row for row, pk in enumerate(pks)}
        found.append(np.array([place.get(known.get(public_id_of(side, slug), -1), -1) for slug in slugs]))
    if not all((rows >= 0).any() for rows in found):
        raise BadGradesError("None of the graded profiles is ranked here: run `manage.py load_demo` first.")
    return found[0], found[1]


def _among(ranking: Array, rows: tuple[Array, Array]) -> Array:
    """The ranking of these rows only; whoever has none is on no list."""
    startups, investors = rows
    out: Array = ranking[np.ix_(startups, investors)]
    return np.where((startups >= 0)[:, None] & (investors >= 0), out, -np.inf)


def _by_score(snapshot: Snapshot, *, to_the_floor: bool = False) -> Ranking:
    """By the match score alone, all pairs or only those that are worth a look."""
    return _as_tables(engine.rank_all(snapshot), snapshot, to_the_floor=to_the_floor)


def _as_shown(snapshot: Snapshot) -> Ranking:
    """As the product shows it: with the handicaps and the two guarantees."""
    ours, theirs = engine.handicaps(engine.rank_all(snapshot).values, snapshot)
    startups, investors = (
        replace(snapshot.startups, handicap=ours),
        replace(snapshot.investors, handicap=theirs),
    )
    handicapped = replace(snapshot, startups=startups, investors=investors)
    found = engine.guarantees(engine.rank_all(handicapped), handicapped).rankings
    return _as_tables(found, snapshot)


def _as_tables(found: engine.Rankings, snapshot: Snapshot, *, to_the_floor: bool = False) -> Ranking:
    n, c = len(snapshot.startups), len(snapshot.investors)
    return _places(found.startups, c, to_the_floor), _places(found.investors, n, to_the_floor).T


def _places(lists: Lists, others: int, to_the_floor: bool) -> Array:
    """float64[r,others]: minus the place of each counterpart on each list; −inf where it is not on it."""
    out = np.full((len(lists.rows), others), -np.inf)
    worth = engine.score_tenths(lists.u, lists.v) >= engine.least_score(lists.levels)
    row, place = np.nonzero((lists.ids >= 0) & (worth | (not to_the_floor)))
    out[row, lists.ids[row, place]] = -place.astype(np.float64)
    return out


def _without(snapshot: Snapshot, factor: int) -> Snapshot:
    """The market where a factor has no points on either side; they are left idle."""
    ours, theirs = snapshot.startups.weights.copy(), snapshot.mandates.weights.copy()
    ours[:, factor], theirs[:, factor] = 0, 0
    startups, mandates = replace(snapshot.startups, weights=ours), replace(snapshot.mandates, weights=theirs)
    return replace(snapshot, startups=startups, mandates=mandates)


def _by_rule(market: Columns, on: date) -> Ranking:
    """4 · best sector + 1.5 · needs met + stage + ticket + form in common + 0.7 · place; nothing refused."""
    s, m = market.snapshot.startups, market.snapshot.mandates
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
