"""Whole re-rankings: the same bytes however they are ranked, one writer, nothing lost when a worker dies."""

from datetime import timedelta

import numpy as np
import pytest
from django.core.management import call_command
from django.core.management.base import CommandError
from django.db.models.signals import post_init
from django.utils import timezone

from matchmaker.choices import Phase, RunState, Side
from matchmaker.integrations import dispatch
from matchmaker.matching import engine
from matchmaker.matching.engine.definition import reference
from matchmaker.matching.ranking.definitions import DEFAULTS
from matchmaker.matching.ranking.market import term_index
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.matching.ranking.services import embeddings, jobs, market_state, rank_market, runs, weights
from matchmaker.models.pair_action import Interest
from matchmaker.models.ranking import Market, Ranking, RankingJob, RankingRun, TextVector
from matchmaker.operations import services as operations
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
)  # fmt: skip
from profiles.platform.leases import LeaseLostError
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db

NOW = timezone.now()


LATER = NOW + 2 * runs.LEASE  # whoever held a run has lost it


def request():
    return runs.request(by=None, at=NOW, reason="Test")


@pytest.mark.parametrize("smallest", [1, 4])
def test_any_number_of_parts_gives_the_values_of_the_definition(smallest, monkeypatch):
    ranked.make_market(9, 5)
    ranked.rank_whole()
    snapshot = ranked.again().snapshot
    plain = reference.rank_all(snapshot).values
    reports: list[tuple[int, int]] = []
    monkeypatch.setattr(reference, "SMALL", 0)
    monkeypatch.setattr(rank_market, "SMALLEST", smallest)

    found = rank_market.best_values(
        engine.Prepared(snapshot), Phase.MERIT, lambda _phase, done, of: reports.append((done, of))
    )

    assert np.array_equal(found.startups, plain.startups)
    assert np.array_equal(found.investors, plain.investors)
    parts = min(rank_market.MOST, 9 // smallest)
    assert reports == [(done, parts) for done in range(parts)]


def top_of(side, pk):
    """Who is first on a profile's list."""
    stored = stored_lists.stored_ranking(side, pk)
    return stored.entries[0].counterpart_id


def test_a_run_stores_the_lists_with_the_handicaps_of_those_asked_more_than_they_can_answer(sana):
    startups, investors = ranked.make_market(130, 110)
    Startup.objects.update(capacity=20)
    Investor.objects.update(capacity=20)
    ranked.rank_whole()
    assert not Ranking.objects.exclude(demand_adjustment=0).exists()
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
    handicapped = {key for key, (*_rest, demand_adjustment) in stored.items() if demand_adjustment}
    assert handicapped == {("startup", startup.pk), ("investor", investor.pk)}


def test_a_run_lets_everybody_be_seen():
    ranked.make_market(130, 6)  # six lists of twenty places

    ranked.rank_whole()

    assert ranked.stored_bytes() == ranked.guaranteed_bytes() != ranked.fresh_bytes()


def test_ranking_again_writes_only_what_is_different():
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    before = list(Ranking.objects.values())
    assert ranked.rank_whole().changed_rows == 0
    assert list(Ranking.objects.values()) == before
    assert Market.objects.count() == 1

    seen = market_state.clock_revision()
    Ranking.objects.filter(profile_id=startups[0].pk, side="startup").update(entries=b"", size=0)
    assert ranked.rank_whole().changed_rows == 1
    assert Ranking.objects.filter(revision__gt=seen).count() == 1


def test_many_descriptions_are_embedded_by_several_messages(monkeypatch):
    """What one message has read the next does not read again: of a million that would take days."""
    sent: list[str] = []
    monkeypatch.setattr(rank_market, "TEXTS", 2)
    monkeypatch.setattr(embeddings, "AT_ONCE", 2)
    monkeypatch.setattr(dispatch, "enqueue", lambda task: sent.append(task) or True)
    ranked.make_market(5, 3)
    run, read = request(), []

    def count(instance, **_told):
        read.append(instance.pk)

    post_init.connect(count, sender=Startup)
    assert [rank_market.work(at=NOW) for _message in range(3)] == [True] * 3
    post_init.disconnect(count, sender=Startup)
    assert len(read) == len({*read}) == 5
    assert (TextVector.objects.count(), sent) == (7, [dispatch.RANK_MARKET] * 3)
    run.refresh_from_db()
    assert (run.phase, run.steps_done, run.steps_total, run.claim) == ("texts", 4, 8, None)
    assert ranked.finish(run).changed_rows == 8


def test_a_run_of_a_large_market_is_held_longer(monkeypatch):
    """To read it takes longer than the lease of a small one: other workers would begin it again and again."""
    monkeypatch.setattr(runs, "PER_LEASE", 4)
    ranked.make_market(5, 3)
    run, held = request(), []

    def read_lease(_run):
        run.refresh_from_db()
        held.append(run.leased_until - timezone.now())

    assert rank_market.work(at=NOW, on_report=read_lease)
    assert {round(lease / runs.LEASE, 1) for lease in held} == {2.0}


def test_edits_of_a_large_market_are_held_longer(monkeypatch):
    """The first edit of a process reads the market, which takes longer than the lease of a small one."""
    monkeypatch.setattr(runs, "PER_LEASE", 4)
    startups, _investors = ranked.make_market(5, 3)
    ranked.rank_whole()
    ranked.touch(startups[0])
    read, held = embeddings.refresh, []

    def refresh(*args):
        held.extend(RankingJob.objects.exclude(leased_until=None).values_list("leased_until", flat=True))
        return read(*args)

    monkeypatch.setattr(embeddings, "refresh", refresh)
    assert rank_market.rank_due(at=NOW)
    assert held == [NOW + 2 * jobs.LEASE]


def test_an_empty_market_is_ranked_too():
    assert ranked.rank_whole().changed_rows == 0
    only = ranked.make_startup(0)
    assert ranked.rank_whole().changed_rows == 1
    assert ranked.on_list(Side.STARTUP, only) == []


def test_a_market_without_tables_is_ranked_too():
    Sector.objects.update(parent=None)
    Place.objects.update(parent=None)
    for model in (SectorRelation, Sector, Place, NeedType, PartnershipForm, Stage):
        model._default_manager.all().delete()

    assert ranked.rank_whole().changed_rows == 0


def test_a_run_that_is_requested_twice_is_one_run_on_record(sana):
    first, second = request(), runs.request(by=sana, at=NOW, reason="Again")
    assert first == second
    records = AuditRecord.objects.filter(action="ranked", subject=f"run:{first.pk}")
    assert sorted(record.details["joined"] for record in records) == [False, True]


def test_runs_take_turns():
    ranked.make_market()
    first = request()
    claimed = runs.claim(at=NOW)
    second = request()
    assert claimed == first != second
    assert not rank_market.work(at=NOW)
    assert rank_market.work(at=LATER)
    assert [run.state for run in RankingRun.objects.order_by("pk")] == [RunState.DONE, RunState.WAITING]
    assert ranked.finish(second).state == RunState.DONE


def test_progress_is_told():
    ranked.make_market(6, 3)
    run, seen = request(), []
    rank_market.work(at=NOW, on_report=lambda run: seen.append((run.phase, run.steps_done, run.steps_total)))
    assert seen == [("texts", 0, 9), *((phase, 0, 1) for phase in (*list(Phase)[1:], Phase.WRITING))]
    run.refresh_from_db()
    assert (run.phase, run.steps_done, run.steps_total) == ("", 1, 1)
    assert NOW <= run.started_at <= run.finished_at


def test_a_run_whose_worker_died_is_taken_up_when_its_lease_ends(monkeypatch):
    sent: list[str] = []
    monkeypatch.setattr(dispatch, "enqueue", lambda task: sent.append(task) or True)
    ranked.make_market()
    run = request()
    assert runs.claim(at=NOW)  # and the worker dies
    assert not rank_market.work(at=NOW)
    operations.resume_ranking(at=NOW)
    assert sent == []

    operations.resume_ranking(at=LATER)
    assert sent == [dispatch.RANK_MARKET]
    assert rank_market.work(at=LATER)

    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert ranked.stored_bytes() == ranked.fresh_bytes()


@pytest.mark.parametrize("phase", [Phase.READING, Phase.WRITING])
def test_a_worker_that_lost_its_claim_neither_reports_nor_writes(phase):
    ranked.make_market()
    run = request()

    def take_over(held):
        if held.phase == phase and not RankingRun.objects.filter(attempts=2).exists():
            assert runs.claim(at=timezone.now() + 2 * runs.LEASE)

    assert not rank_market.work(at=NOW, on_report=take_over)

    run.refresh_from_db()
    assert (run.state, run.attempts, run.error) == (RunState.RUNNING, 2, "")
    assert Ranking.objects.count() == 0
    with pytest.raises(LeaseLostError):
        runs.finish(run=RankingRun(pk=run.pk), changed=0, unseen=runs.Unseen(), at=NOW)


def cut_a_vector():
    """Spoil a stored vector, so that the market cannot be read."""
    embeddings.refresh(Side.STARTUP)
    one = TextVector.objects.filter(side=Side.STARTUP).first()
    TextVector.objects.filter(pk=one.pk).update(vector=one.vector[:-1])


def test_a_run_that_fails_is_tried_again_and_given_up_in_the_end():
    ranked.make_market()
    cut_a_vector()
    run = request()
    for _attempt in range(runs.MOST_ATTEMPTS):
        assert not rank_market.work(at=NOW)
        run.refresh_from_db()
        assert (run.state, run.error[:10]) == (RunState.RUNNING, "ValueError")
    assert not rank_market.work(at=NOW)
    run.refresh_from_db()
    assert (run.state, run.error[:10]) == (RunState.FAILED, "ValueError")


def test_a_run_that_kills_its_workers_is_given_up_too():
    run = request()
    for attempt in range(runs.MOST_ATTEMPTS):
        assert runs.claim(at=NOW + attempt * 2 * runs.LEASE)
    assert runs.claim(at=NOW + timedelta(days=1)) is None
    run.refresh_from_db()
    assert (run.state, run.error) == (RunState.FAILED, runs.KILLED)


def test_the_first_ranking_is_requested_by_itself_and_then_one_a_day():
    ranked.make_market(2, 2)
    first = operations.request_ranking(at=NOW)
    assert operations.request_ranking(at=NOW) is None  # it waits already
    ranked.finish(first)
    done = timezone.now()
    assert operations.request_ranking(at=done + timedelta(hours=23)) is None
    asked = operations.request_ranking(at=done + timedelta(hours=25))
    assert asked.reason == "Daily"


def test_an_edit_while_a_run_is_under_way_is_kept():
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    run, newcomers = request(), []

    def edit(held):
        if held.phase != Phase.SHARES:
            return
        Startup.objects.filter(pk=startups[0].pk).update(
            stage=Stage.objects.get(code="series_b"), matching_consent=False
        )
        newcomers.append(ranked.make_startup(30))
        ranked.touch(startups[0], *newcomers)
        assert ranked.work() == 2

    assert rank_market.work(at=NOW, on_report=edit)

    run.refresh_from_db()
    assert run.state == RunState.DONE
    assert not Ranking.objects.filter(side="startup", profile_id=startups[0].pk).exists()
    assert ranked.on_list(Side.STARTUP, newcomers[0]) != []
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_new_weights_count_from_their_run_on(sana):
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    before = term_index.latest(market_state.ENGINE_VERSION)
    applied = weights.apply(
        for_investor={**DEFAULTS[Side.INVESTOR], "sector": 270, "needs": 150},
        for_startup=DEFAULTS[Side.STARTUP],
        note="Needs matter more",
        by=sana,
        at=NOW,
    )
    ranked.touch(startups[0])
    ranked.work()
    assert set(Ranking.objects.values_list("weights_version", flat=True)) == {before.weights_version}
    ranked.finish(RankingRun.objects.open().get())
    assert set(Ranking.objects.values_list("weights_version", flat=True)) == {applied.pk}
    ranked.touch(startups[0])
    ranked.work()
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_the_command_ranks_and_says_so(capsys):
    ranked.make_market()
    call_command("rank")
    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "Waiting 0/0"
    assert lines[-1].endswith("10 rankings changed.")
    call_command("rank", verbosity=0)
    assert capsys.readouterr().out == ""


def test_the_command_tells_of_a_failure():
    ranked.make_market()
    cut_a_vector()
    with pytest.raises(CommandError, match=r"^The re-ranking failed: ValueError: cannot reshape"):
        call_command("rank", verbosity=0)


def test_who_is_on_no_list_is_counted_and_the_first_are_named_with_the_reason(monkeypatch):
    ranked.make_market(3, 2)
    dear = {"visibility": {"ask": "matched"}, "ask_min_usd": 90_000_000, "ask_max_usd": 95_000_000}
    alone = [factories.make_startup(name, **dear) for name in ("Alone", "Alone too")]
    Thesis.objects.update(ticket_importance="must")
    monkeypatch.setattr(rank_market, "MOST_NAMED", 1)
    run = ranked.rank_whole()
    assert (run.unseen_startups, run.unseen_investors) == (2, 0)
    (named,) = run.unseen
    assert (named["side"], named["reason"]) == ("startup", "nobody_eligible")
    assert named["profile"] in {each.pk for each in alone}


def test_edits_keep_to_the_tree_of_sectors_that_the_last_run_knew(sana):
    startups, _investors = ranked.make_market(9, 5)
    ranked.rank_whole()
    before = ranked.stored_bytes()
    Sector.objects.filter(code="AGR01").update(parent=Sector.objects.get(code="FIN"))

    market_state.memory.clear()  # as in a worker that has just started
    term_index.of.cache_clear()
    ranked.touch(*startups)
    assert ranked.work() == 9

    assert ranked.stored_bytes() == before
    ranked.rank_whole()
    assert ranked.stored_bytes() != before
