"""A whole re-ranking, step by step: read, rank in blocks, share out attention, rank in blocks again, write.

The columns are stored once as a file that every worker maps into memory (run_files.py); a block's result is
a file too.
Merging is associative and all arithmetic integer, so neither the number of workers nor the size of the
blocks changes a byte.
"""

import logging
from collections.abc import Callable, Sequence
from datetime import datetime
from uuid import UUID

from django.db import transaction
from django.utils import timezone

from matchmaker.choices import Phase, Side
from matchmaker.integrations import task_hints
from matchmaker.models import Market, Ranking, RankingBlock, RankingRun
from matchmaker.models.ranking import THESIS
from matchmaker.ranking.selectors.packing import ListRow
from matchmaker.ranking.services import (
    embeddings,
    full_steps,
    run_files,
    runs,
    storage,
    told_fields,
    weights,
)
from matchmaker.ranking.services.full_steps import ShownLists, Whole
from matchmaker.ranking.services.incremental import memory
from matchmaker.ranking.services.market_state import MarketState

logger = logging.getLogger(__name__)

SMALLEST, MOST = 4096, 8  # startups in a block at least; blocks at most
TEXTS = 1000  # descriptions embedded in one step: well within its lease
TRIES = 20
COLUMNS, HANDICAPS = "columns", "handicaps"  # files: of the market, and of the handicaps of the second round

Progress = Callable[[RankingRun], None]


def result_of(block: RankingBlock) -> str:
    """Return the name of the file of a block's result."""
    return f"round-{block.round}-from-{block.first}"


def size_of(startups: int, asked: int | None) -> int:
    """Return how many startups a block takes."""
    return asked or max(SMALLEST, -(-startups // MOST))


def advance(run_pk: int, *, at: datetime, size: int | None = None) -> bool:
    """Take the next step of a run unless it is taken or waits for blocks; return whether one was taken."""
    if _waits(run_pk):
        return False
    run = runs.claim(run_pk, at=at)
    if run is None:
        return False
    if _waits(run_pk):  # between the look and the claim somebody else took a step and opened the next round
        runs.release(run)
        return False
    try:
        STEPS[runs.round_of(run_pk)](run, size)
    except full_steps.OtherEngineError:
        _begin_again(run_pk)
    except Exception as error:
        logger.exception("Re-ranking %s failed", run)
        runs.give_back(run, error=f"{type(error).__name__}: {error}")
        return False
    return True


def _waits(run_pk: int) -> bool:
    """Return whether blocks of the run's round are still to be ranked."""
    number = runs.round_of(run_pk)
    return bool(number) and runs.open_blocks(run_pk, number).exists()


def _read(run: RankingRun, size: int | None) -> None:
    """Embed what has changed, read the market, and split the first round."""
    read, texts = embeddings.progress()
    runs.begin_phase(run, Phase.TEXTS, steps=texts, done=read)
    if any(embeddings.refresh(side, most=TEXTS) == TEXTS for side in Side):
        runs.release(run)
        task_hints.send(task_hints.ADVANCE, run.pk)  # the next step goes on with the texts
        return
    for side in Side:
        told_fields.refresh(side)
    runs.begin_phase(run, Phase.READING, steps=1)
    market = full_steps.load_market(
        weights.current(), on=timezone.now().date(), text_model=embeddings.model()
    )
    run_files.save(run.pk, COLUMNS, full_steps.to_arrays(market))
    RankingRun.objects.filter(pk=run.pk, started_at=None).update(started_at=timezone.now())
    _split(run, market, round_=1, size=size)


def _split(run: RankingRun, market: Whole, *, round_: int, size: int | None) -> None:
    startups = len(market.columns.startup_pk)
    runs.split(run, round_=round_, startups=startups, size=size_of(startups, size))
    runs.call_workers(run, blocks=runs.open_blocks(run.pk, round_).count())


def _share_out(run: RankingRun, _size: int | None) -> None:
    """Merge the first round, reckon the handicaps from it, and split the second round."""
    runs.begin_phase(run, Phase.HANDICAPS, steps=1)
    market = _market(run.pk)
    handicaps = full_steps.market_handicaps(market, _results(run.pk, 1, market))
    run_files.save(run.pk, HANDICAPS, dict(zip(("startups", "investors"), handicaps, strict=True)))
    first = RankingBlock.objects.filter(run=run, round=1).order_by("first")[:1].get()
    _split(run, market, round_=2, size=first.last - first.first)


def _write(run: RankingRun, _size: int | None) -> None:
    """Merge the second round, bring it up to date with what changed since, and store what is different."""
    runs.begin_phase(run, Phase.WRITING, steps=1)
    market = _market(run.pk)
    shown = full_steps.shown(
        market, full_steps.described_rankings(_prepared(run.pk, 2), _results(run.pk, 2, market))
    )
    for _try in range(TRIES):
        shown = full_steps.caught_up(shown)
        if _store(run, shown, at=timezone.now()):
            break
    else:
        raise TimeoutError("Other workers wrote every time before this run could.")
    memory.clear()
    run_files.remove(run.pk)


STEPS: dict[int, Callable[[RankingRun, int | None], None]] = {0: _read, 1: _share_out, 2: _write}


def _market(run_pk: int) -> Whole:
    """Return a run's columns, with the handicaps of its second round if there are any."""
    market = full_steps.from_arrays(run_files.load(run_pk, COLUMNS))
    if run_files.token(run_pk, HANDICAPS) is None:
        return market
    found = run_files.load(run_pk, HANDICAPS)
    return full_steps.with_handicaps(market, found["startups"], found["investors"])


def _results(run_pk: int, round_: int, market: Whole) -> full_steps.Values:
    """Return the merged results of a round."""
    done = RankingBlock.objects.filter(run_id=run_pk, round=round_, done_at__isnull=False).order_by("first")
    return full_steps.merged(market, (run_files.load(run_pk, result_of(block)) for block in done))


def work_block(run_pk: int, *, at: datetime) -> bool:
    """Rank one block of a run and return whether there was one; the last of a round takes the next step."""
    block = runs.claim_block(run_pk, at=at)
    if block is None:
        return False
    try:
        result = full_steps.block_lists(_prepared(block.run_id, block.round), block.first, block.last)
        run_files.save(run_pk, result_of(block), result)
    except full_steps.OtherEngineError:
        _begin_again(run_pk)
        return True
    except Exception as error:
        logger.exception("Block %s failed", block)
        runs.give_block_back(block, error=f"{type(error).__name__}: {error}")
        return True
    if runs.finish_block(block, at=timezone.now()):
        advance(run_pk, at=timezone.now())
    return True


def _begin_again(run_pk: int) -> None:
    """Let a run that was begun by another engine read the market anew."""
    logger.warning("Re-ranking %s was begun by another engine and begins again", run_pk)
    runs.begin_again(run_pk)
    run_files.remove(run_pk)


class PreparedCache:
    """The last market that this process laid out for blocks: blocks of one round share it."""

    key: tuple[UUID | None, int] | None = None
    prepared: full_steps.Prepared | None = None


prepared_cache = PreparedCache()


def _prepared(run_pk: int, round_: int) -> full_steps.Prepared:
    key = run_files.token(run_pk, COLUMNS), round_
    if prepared_cache.prepared is None or prepared_cache.key != key:
        prepared_cache.key, prepared_cache.prepared = key, full_steps.prepared(_market(run_pk))
    return prepared_cache.prepared


def run_here(
    run_pk: int, *, size: int | None = None, progress: Progress | None = None, pause: Callable[[], None]
) -> RankingRun:
    """Work on a run in this process, together with whoever else does, until it is finished."""
    while True:
        run = RankingRun.objects.get(pk=run_pk)
        if progress:
            progress(run)
        if run.state not in runs.OPEN:
            return run
        now = timezone.now()
        older = runs.unfinished().first()
        if not (
            work_block(older.pk if older else run_pk, at=now)
            or advance(older.pk if older else run_pk, at=now, size=size)
        ):
            pause()


@transaction.atomic
def _store(run: RankingRun, shown: ShownLists, *, at: datetime) -> bool:
    """Write the lists that differ from the stored ones; False, and nothing written, if others wrote since."""
    state = shown.state
    if not storage.advance(state.revision):
        return False
    edition = state.columns.edition
    stamp = storage.Stamp(
        edition.weights_version, _edition(state, at=at), edition.engine_version, at, state.revision + 1
    )
    changed = 0
    for side in (*Side, THESIS):
        different, gone = _different(side, full_steps.state_rows(state, side), stamp)
        storage.write(side, different, stamp=stamp)
        storage.remove(side, gone)
        changed += len(different) + len(gone)
    runs.finish(run, changed=changed, unseen=shown.unseen, at=at)
    return True


def _edition(state: MarketState, *, at: datetime) -> int:
    """Store the edition that the run made, unless it is the one that counts already; return its version."""
    edition = state.columns.edition
    packed = edition.packed()
    newest = Market.objects.order_by("-pk").first()
    same = newest and (bytes(newest.statistics), newest.weights_version, newest.engine_version) == (
        packed,
        edition.weights_version,
        edition.engine_version,
    )
    if newest and same:
        return newest.pk
    here = {side: int(state.columns.here(side).sum()) for side in Side}
    made = Market.objects.create(
        statistics=packed,
        weights_version=edition.weights_version,
        engine_version=edition.engine_version,
        startups=here[Side.STARTUP],
        investors=here[Side.INVESTOR],
        made_at=at,
    )
    return made.pk


def _different(side: str, rows: Sequence[ListRow], stamp: storage.Stamp) -> tuple[list[ListRow], list[int]]:
    """Return the lists that are not stored like this, and the profiles whose list has to go."""
    fields = ("profile_id", "entries", "is_whole", "handicap", "weights_version", "engine_version")
    stored = {
        pk: (bytes(entries), *rest)
        for pk, entries, *rest in Ranking.objects.filter(side=side).values_list(*fields).iterator(2000)
    }
    made_with = stamp.weights_version, stamp.engine_version
    different = [
        row
        for row in rows
        if stored.get(row.profile_id) != (row.entries, row.is_whole, row.handicap, *made_with)
    ]
    return different, sorted(stored.keys() - {row.profile_id for row in rows})
