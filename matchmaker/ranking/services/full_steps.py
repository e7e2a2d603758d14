"""The engine's part of a whole re-ranking: from the market's columns to everybody's lists.

Two rounds: first on merit alone, then with the handicaps that follow from it (docs/rules.md). Each
round is ranked in blocks, which hand over packed values alone. Only what the second one's merged lists name
is described, with fits and levels; these lists let everybody be seen.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker import engine
from matchmaker.choices import Side
from matchmaker.engine import fairness
from matchmaker.engine.definition import lists, reference
from matchmaker.models import RankingJob, Weights
from matchmaker.models.ranking import THESIS
from matchmaker.ranking import definitions
from matchmaker.ranking.market import columns, editions, term_index
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.selectors import packing
from matchmaker.ranking.selectors.packing import ListRow
from matchmaker.ranking.selectors.stored_lists import STORED
from matchmaker.ranking.services import array_files, market_state, storage, thesis_lists
from matchmaker.ranking.services.list_edits import SIDES, has_few_pairs
from matchmaker.ranking.services.market_state import MarketState

Array = NDArray[Any]
Arrays = Mapping[str, Array]

# Why a profile is on nobody's top 20.
REASONS = {fairness.NOBODY_ELIGIBLE: "nobody_eligible", fairness.NO_PLACE: "no_place"}


class OtherEngineError(Exception):
    """Another engine wrote this file; its columns may be others."""


Prepared = engine.Prepared
Values = engine.Values


@dataclass(frozen=True)
class Whole:
    """The columns of a whole re-ranking, and the clock's revision when they were read."""

    columns: Columns
    revision: int


@dataclass(frozen=True)
class ShownLists:
    """What a whole re-ranking found: the market with everybody's lists, and who is on none.

    `unseen`: side, profile, reason.
    """

    state: MarketState
    unseen: tuple[dict[str, object], ...]


def load_market(weights: Weights, *, on: date, text_model: str) -> Whole:
    """Read the whole market by these weights."""
    revision = (
        storage.revision()
    )  # before the rows: what changes while they are read is read again at the end
    points = definitions.points(weights.pk, weights.for_startup, weights.for_investor)
    found = columns.load_all(points, on=on, text_model=text_model)
    found.snapshot.validate()
    return Whole(found, revision)


def to_arrays(whole: Whole) -> dict[str, Array]:
    """Return the columns as arrays for a file."""
    found = whole.columns
    edition = {f"edition.{name}": array for name, array in found.edition.arrays.items()}
    numbers = np.array([whole.revision, found.edition.weights_version])
    return {
        **array_files.flat(found.snapshot),
        **edition,
        "numbers": numbers,
        "engine_version": np.array(found.edition.engine_version),
        "startup_pk": found.startup_pk,
        "investor_pk": found.investor_pk,
    }


def from_arrays(arrays: Arrays) -> Whole:
    """Return the columns that `to_arrays` took apart.

    Raises:
        OtherEngineError: if an engine of another version did.
    """
    if str(arrays.get("engine_version")) != engine.ENGINE_VERSION:
        raise OtherEngineError
    revision, weights_version = (int(number) for number in arrays["numbers"])
    stored = {
        name.removeprefix("edition."): np.array(a)
        for name, a in arrays.items()
        if name.startswith("edition.")
    }
    edition = editions.Edition(0, weights_version, str(arrays["engine_version"]), stored)
    pks = arrays["startup_pk"], arrays["investor_pk"]
    here = (np.ones(len(pk), np.bool_) for pk in pks)
    snapshot = array_files.rebuilt(engine.Snapshot, arrays)
    return Whole(Columns(edition, term_index.of(edition), snapshot, *pks, *here), revision)


def with_handicaps(whole: Whole, startups: Array, investors: Array) -> Whole:
    """Return the same columns with these handicaps."""
    return replace(whole, columns=columns.with_handicaps(whole.columns, startups, investors))


def prepared(whole: Whole) -> Prepared:
    """Lay the market out for ranking blocks."""
    return engine.prepare(whole.columns.snapshot)


def block_lists(prepared: Prepared, first: int, last: int) -> dict[str, Array]:
    """Rank the startups first … last − 1: their lists' values, and the investors' among these startups."""
    snapshot = prepared.snapshot
    last = min(last, len(snapshot.startups))
    if (first, last) == (0, len(snapshot.startups)) and has_few_pairs(snapshot):
        found = reference.rank_values(snapshot, STORED)
    else:
        found = engine.rank_values(prepared, np.arange(first, last), STORED)
    return {"first": np.array(first), **array_files.flat(found)}


def merged(whole: Whole, results: Iterable[Arrays]) -> Values:
    """Return the values of everybody's list from the blocks' results, in whatever order they come."""
    snapshot = whole.columns.snapshot
    startups = np.full((len(snapshot.startups), STORED), lists.NOTHING, np.int64)
    investors = np.full((len(snapshot.investors), STORED), lists.NOTHING, np.int64)
    for block in results:
        first, own = int(block["first"]), block["startups"]
        startups[first : first + len(own)] = own
        investors = engine.best_values(investors, block["investors"])
    return Values(startups, investors)


def market_handicaps(whole: Whole, values: Values) -> tuple[Array, Array]:
    """Return the handicaps of the startups and of the investors."""
    return engine.handicaps(values, whole.columns.snapshot)


def described_rankings(prepared: Prepared, values: Values) -> engine.Rankings:
    """Return everybody's lists with the fits and levels of their entries."""
    snapshot = prepared.snapshot
    if has_few_pairs(snapshot):
        return reference.described(snapshot, values)
    return engine.described(prepared, values)


def shown(whole: Whole, result: engine.Rankings) -> ShownLists:
    """Return what is shown: everybody on one list, where that can be."""
    found = whole.columns
    guaranteed = engine.guarantees(result, found.snapshot)
    none, laid_out = {side: np.zeros(0, np.int64) for side in SIDES}, engine.Prepared(found.snapshot)
    unseen = tuple(
        {"side": str(side), "profile": int(found.pks(side)[row]), "reason": REASONS[int(reason)]}
        for side, rows in (
            (Side.STARTUP, guaranteed.unseen_startups),
            (Side.INVESTOR, guaranteed.unseen_investors),
        )
        for row, reason in rows
    )
    theses = thesis_lists.ranked(found)
    return ShownLists(MarketState(found, guaranteed.rankings, whole.revision, none, laid_out, theses), unseen)


def caught_up(before: ShownLists) -> ShownLists:
    """Return the same with every profile that was ranked while the run went on read and ranked anew."""
    revision = storage.revision()
    since = RankingJob.objects.filter(revision__gt=before.state.revision).values_list("side", "profile_id")
    pks = {side: {pk for found, pk in since if found == side} for side in SIDES}
    if not any(map(len, pks.values())):
        return replace(before, state=replace(before.state, revision=revision))
    change = market_state.apply_changes(before.state, pks)
    return replace(before, state=replace(change.state, revision=revision))


def state_rows(state: MarketState, side: str) -> list[ListRow]:
    """Return one side's lists as packed rows, or the theses', those of profiles that are gone left out."""
    if side == THESIS:
        return thesis_lists.list_rows(state.theses)
    side = Side(side)
    here = np.flatnonzero(state.columns.here(side))
    return packing.list_rows(state.columns, side, market_state.lists(state.rankings, side).take(here))
