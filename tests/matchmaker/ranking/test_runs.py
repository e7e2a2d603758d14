"""Whole re-rankings: the same bytes however they are split, and nothing lost when a worker dies."""

from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.utils import timezone

from matchmaker.choices import RunState, Side
from matchmaker.models import (
    Heartbeat,
    Interest,
    Market,
    Ranking,
    RankingBlock,
    RankingRun,
    RunFile,
    RunFilePart,
    TextVector,
)
from matchmaker.operations import services as sweep
from matchmaker.ranking.definitions import DEFAULTS
from matchmaker.ranking.market import editions
from matchmaker.ranking.selectors import stored_lists
from matchmaker.ranking.selectors import weights as defaults
from matchmaker.ranking.services import embeddings, full_run, market_state, run_files, runs, storage, weights
from profiles.models import (
    AuditRecord,
    Investor,
    NeedType,
    PartnershipForm,
    Place,
    Sector,
    SectorRelation,
    Stage,
    Startup,
    Thesis,
    User,
)  # fmt: skip
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db

NOW = timezone.now()


def ask() -> RankingRun:
    return runs.ask(by=None, at=NOW, reason="Test")


def test_any_size_of_blocks_gives_the_same_bytes() -> None:
    ranked.make_market(9, 5)
    ranked.rank_whole(size=100)
    before = ranked.stored_bytes()
    for size in (1, 2, 4):
        Ranking.objects.all().delete()
        Market.objects.all().delete()
        ranked.rank_whole(size=size)
        assert ranked.stored_bytes() == before


def top_of(side: Side, pk: int) -> int:
    """Who is first on a profile's list."""
    stored = stored_lists.stored_ranking(side, pk)
    assert stored
    return stored.entries[0].counterpart_id


def test_a_run_stores_the_lists_with_the_handicaps_of_those_asked_more_than_they_can_answer(
    sana: User,
) -> None:
    startups, investors = ranked.make_market(130, 110)
    Startup.objects.update(capacity=20)
    Investor.objects.update(capacity=20)
    ranked.rank_whole()
    assert not Ranking.objects.exclude(handicap=0).exists()
    firsts = {Side.STARTUP: startups[0], Side.INVESTOR: investors[0]}
    best = {side: top_of(side, profile.pk) for side, profile in firsts.items()}
    startup = Startup.objects.get(pk=best[Side.INVESTOR])
    investor = Investor.objects.get(pk=best[Side.STARTUP])
    for side, asked, askers in (
        (Side.INVESTOR, startup, investors[:24]),
        (Side.STARTUP, investor, startups[:24]),
    ):
        for asker in askers:
            Interest.objects.create(side=side, by=sana, **{str(side): asker, str(side.other): asked})

    ranked.rank_whole()

    stored = ranked.stored_bytes()
    assert stored == ranked.guaranteed_bytes()
    handicapped = {key for key, (*_rest, handicap) in stored.items() if handicap}
    assert handicapped == {("startup", startup.pk), ("investor", investor.pk)}


def test_a_run_lets_everybody_be_seen() -> None:
    ranked.make_market(130, 6)  # six lists of twenty places

    ranked.rank_whole()

    assert ranked.stored_bytes() == ranked.guaranteed_bytes() != ranked.fresh_bytes()


def test_ranking_again_changes_no_row() -> None:
    ranked.make_market()
    ranked.rank_whole()
    before = list(Ranking.objects.values())
    assert ranked.rank_whole(size=2).changed_rows == 0
    assert list(Ranking.objects.values()) == before
    assert Market.objects.count() == 1


def test_ranking_again_writes_only_what_is_different() -> None:
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    seen = storage.revision()
    Ranking.objects.filter(profile_id=startups[0].pk, side="startup").update(entries=b"", size=0)
    assert ranked.rank_whole().changed_rows == 1
    assert Ranking.objects.filter(revision__gt=seen).count() == 1


def test_many_descriptions_are_embedded_in_several_steps(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(full_run, "TEXTS", 2)
    ranked.make_market(5, 3)
    run = ask()
    assert [full_run.advance(run.pk, at=NOW) for _step in range(3)] == [True] * 3
    assert (TextVector.objects.count(), runs.round_of(run.pk)) == (7, 0)
    run.refresh_from_db()
    assert (run.phase, run.steps_done, run.steps_total) == ("texts", 4, 8)  # as the third step began
    assert full_run.run_here(run.pk, pause=lambda: None).changed_rows == 8


def test_an_empty_market_is_ranked_too() -> None:
    assert ranked.rank_whole().changed_rows == 0
    only = ranked.make_startup(0)
    assert ranked.rank_whole().changed_rows == 1
    assert ranked.on_list(ranked.Side.STARTUP, only) == []


def test_a_market_without_tables_is_ranked_too() -> None:
    Sector.objects.update(parent=None)
    Place.objects.update(parent=None)
    for model in (SectorRelation, Sector, Place, NeedType, PartnershipForm, Stage):
        model._default_manager.all().delete()

    assert ranked.rank_whole().changed_rows == 0


def test_a_run_that_is_asked_for_twice_is_one_run_on_record(sana: Any) -> None:
    first, second = ask(), runs.ask(by=sana, at=NOW, reason="Again")
    assert first == second
    records = AuditRecord.objects.filter(action="ranked", subject=f"run:{first.pk}")
    assert sorted(record.details["joined"] for record in records) == [False, True]


def test_runs_take_their_turns() -> None:
    ranked.make_market()
    first = ask()
    assert full_run.advance(first.pk, at=NOW)
    second = ask()
    assert not full_run.advance(second.pk, at=NOW)
    assert full_run.run_here(second.pk, pause=lambda: None).state == RunState.DONE
    first.refresh_from_db()
    assert first.state == RunState.DONE


def test_progress_counts_the_blocks() -> None:
    ranked.make_market(6, 3)
    seen: list[tuple[str, int, int]] = []
    run = ask()
    full_run.run_here(
        run.pk,
        size=2,
        progress=lambda run: seen.append((run.phase, run.steps_done, run.steps_total)),
        pause=lambda: None,
    )
    assert seen == [
        ("", 0, 0),
        *(("merit", done, 3) for done in range(3)),
        *(("shares", done, 3) for done in range(3)),
        ("", 1, 1),
    ]


def test_a_killed_worker_costs_its_block_only() -> None:
    ranked.make_market(6, 3)
    run = ask()
    full_run.advance(run.pk, at=NOW, size=2)
    lost = runs.claim_block(run.pk, at=NOW)  # and the worker dies
    assert lost
    while full_run.work_block(run.pk, at=NOW):
        pass
    assert [block.first for block in runs.open_blocks(run.pk, 1)] == [lost.first]
    assert not full_run.advance(run.pk, at=NOW)
    later = NOW + runs.BLOCK_LEASE * 2
    while full_run.work_block(run.pk, at=later):
        pass
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_a_step_whose_worker_died_is_taken_again() -> None:
    ranked.make_market()
    run = ask()
    assert runs.claim(run.pk, at=NOW)  # and the worker dies
    assert not full_run.advance(run.pk, at=NOW)
    assert full_run.advance(run.pk, at=NOW + runs.STEP_LEASE * 2)


def cut_a_vector() -> None:
    """Spoil a stored vector, so that the market cannot be read."""
    embeddings.refresh(Side.STARTUP)
    one = TextVector.objects.filter(side=Side.STARTUP).first()
    TextVector.objects.filter(pk=one.pk).update(vector=one.vector[:-1])


def test_a_step_that_fails_is_tried_again_and_given_up_in_the_end() -> None:
    ranked.make_market()
    cut_a_vector()
    run = ask()
    for _attempt in range(runs.MOST_ATTEMPTS):
        assert not full_run.advance(run.pk, at=NOW)
        run.refresh_from_db()
        assert (run.state, run.error[:10]) == (RunState.RUNNING, "ValueError")
    assert not full_run.advance(run.pk, at=NOW)
    run.refresh_from_db()
    assert (run.state, run.error[:10]) == (RunState.FAILED, "ValueError")


def test_the_sweep_resumes_a_run_that_waits() -> None:
    ranked.make_market()
    run = ask()
    for _sweep in range(10):
        sweep.do_what_is_due(at=timezone.now())
    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert [beat.name for beat in Heartbeat.objects.all()] == [sweep.name()]


def test_the_sweep_asks_for_the_first_ranking_and_then_once_a_day() -> None:
    ranked.make_market(2, 2)
    assert sweep.keep_fresh(at=NOW)
    assert sweep.keep_fresh(at=NOW) is None  # it waits already
    full_run.run_here(RankingRun.objects.get().pk, pause=lambda: None)
    done = timezone.now()
    assert sweep.keep_fresh(at=done + timedelta(hours=23)) is None
    asked = sweep.keep_fresh(at=done + timedelta(hours=25))
    assert asked
    assert asked.reason == "Daily"


def test_an_edit_while_a_run_is_under_way_is_kept() -> None:
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    run = ask()
    full_run.advance(run.pk, at=NOW)
    Startup.objects.filter(pk=startups[0].pk).update(
        stage=Stage.objects.get(code="series_b"), matching_consent=False
    )
    ranked.touch(startups[0])
    newcomer = ranked.make_startup(30)
    ranked.touch(newcomer)
    assert ranked.work() == 2
    assert full_run.run_here(run.pk, pause=lambda: None).state == RunState.DONE
    assert not Ranking.objects.filter(side="startup", profile_id=startups[0].pk).exists()
    assert ranked.on_list(ranked.Side.STARTUP, newcomer) != []
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_new_weights_count_from_their_run_on(sana: Any) -> None:
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    before = editions.latest(market_state.ENGINE_VERSION)
    applied = weights.apply(
        for_investor={**DEFAULTS[Side.INVESTOR], "sector": 270, "needs": 150},
        for_startup=DEFAULTS[Side.STARTUP],
        note="Needs matter more",
        by=sana,
        at=NOW,
    )
    ranked.touch(startups[0])
    ranked.work()
    assert before
    assert set(Ranking.objects.values_list("weights_version", flat=True)) == {before.weights_version}
    run = runs.unfinished().get()
    full_run.run_here(run.pk, pause=lambda: None)
    assert set(Ranking.objects.values_list("weights_version", flat=True)) == {applied.pk}
    ranked.touch(startups[0])
    ranked.work()
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_a_preview_of_the_weights_in_force_moves_nobody() -> None:
    startups, investors = ranked.make_market(9, 3)
    investors[0].theses.update(weights={"stage": 3, "place": 1})
    Startup.objects.filter(pk=startups[0].pk).update(primary_sector=None)
    ranked.rank_whole()

    moves = defaults.preview_weights(DEFAULTS[Side.INVESTOR], DEFAULTS[Side.STARTUP])

    assert len(moves) == 3 * defaults.SAMPLE_PAIRS
    assert [m.rank_after for m in moves] == [m.rank_before for m in moves] == 3 * [1, 2, 3, 4, 5]
    assert [m.score_after for m in moves] == [m.score_before for m in moves]


def test_a_finished_run_leaves_no_files_or_blocks(settings: Any, tmp_path: Path) -> None:
    settings.VAR_DIR = tmp_path
    ranked.make_market()
    ranked.rank_whole(size=2)
    assert (RankingBlock.objects.count(), RunFile.objects.count(), RunFilePart.objects.count()) == (0, 0, 0)
    assert list(run_files.folder().glob("*")) == []


def test_the_command_ranks_and_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    ranked.make_market()
    call_command("rank", blocks=2)
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Waiting 0/0"
    assert lines[-1].endswith("10 rankings changed.")
    call_command("rank", verbosity=0)
    assert capsys.readouterr().out == ""


def test_the_command_tells_of_a_failure() -> None:
    ranked.make_market()
    cut_a_vector()
    with pytest.raises(CommandError, match=r"^The re-ranking failed: ValueError: cannot reshape"):
        call_command("rank", verbosity=0)


def test_who_is_on_no_list_is_named_with_the_reason() -> None:
    ranked.make_market(3, 2)
    alone = factories.make_startup(
        "Alone", visibility={"ask": "matched"}, ask_min_usd=90_000_000, ask_max_usd=95_000_000
    )
    Thesis.objects.update(ticket_importance="must")
    run = ranked.rank_whole()
    assert run.unseen == [{"side": "startup", "profile": alone.pk, "reason": "nobody_eligible"}]
