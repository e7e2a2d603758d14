"""What a change would do to everyone's lists: the preview says exactly what then happens."""

from dataclasses import asdict
from datetime import timedelta

import pytest
from django.core.management import call_command
from django.utils import timezone

from matchmaker.choices import Factor, RunState, Side
from matchmaker.desk.what_if import services
from matchmaker.matching.ranking.definitions import DEFAULTS
from matchmaker.matching.ranking.selectors import stored_lists
from matchmaker.matching.ranking.services import runs, weights
from matchmaker.models.ranking import Ranking
from matchmaker.models.what_if import WhatIf
from profiles.catalogue.taxonomy import services as taxonomy
from profiles.catalogue.taxonomy.selectors.sectors import Wanted
from profiles.catalogue.taxonomy.selectors.tree_file import tree_file
from profiles.choices import SectorAct
from profiles.guards import NotACuratorError
from profiles.models import AuditRecord, Sector, SectorChange, SectorRelation
from tests.matchmaker import ranked
from tests.racing import at_once

pytestmark = pytest.mark.django_db

NOW = timezone.now()
SECTOR_ONLY = {factor: 1000 if factor == Factor.SECTOR else 0 for factor in Factor.values}
ALL_BY_SECTOR = {"for_investor": SECTOR_ONLY, "for_startup": SECTOR_ONLY}


@pytest.fixture
def market(db):
    """A ranked market in which sectors decide much."""
    found = ranked.make_market(10, 5)
    ranked.rank_whole()
    return found


def by_sector(by):
    return services.ask(WhatIf.WEIGHTS, ALL_BY_SECTOR, by=by, at=NOW)


def about(wanted, by):
    return services.ask(WhatIf.SECTORS, asdict(wanted), by=by, at=NOW)


def work_out(row):
    """Work as the worker does, and return the preview."""
    while services.work_out(at=timezone.now()):
        pass
    row.refresh_from_db()
    return row


def on_lists():
    """Return the place of each (reader, other) that a stored list recommends, by side."""
    found = {side: {} for side in Side}
    for side, pk in Ranking.objects.filter(side__in=Side.values).values_list("side", "profile_id"):
        entries = [
            each for each in stored_lists.stored_ranking(Side(side), pk).entries if each.is_recommended
        ]
        found[side] |= {(pk, each.counterpart_id): place for place, each in enumerate(entries, 1)}
    return found


WANTED = [
    Wanted(SectorAct.MERGE, "AGR01", "FIN01"),
    Wanted(SectorAct.MOVE, "AGR01", "FIN"),
    Wanted(SectorAct.RELATE, "AGR01", "HLT01", {"similarity": 0.9}),
    Wanted(SectorAct.RETIRE, "ENE01"),
    Wanted(SectorAct.ADD, other="AGR", values={"name_en": "Beekeeping"}),
    None,  # other weights
]


@pytest.mark.usefixtures("market")
@pytest.mark.parametrize("wanted", WANTED, ids=lambda each: each.act if each else "weights")
def test_a_preview_says_exactly_what_then_happens(wanted, sana):
    before, tree = on_lists(), tree_file()
    relations = set(SectorRelation.objects.values_list("first", "second", "similarity"))
    row = work_out(about(wanted, sana) if wanted else by_sector(sana))

    assert (row.state, row.error, row.steps_done) == (RunState.DONE, "", 100)
    assert (on_lists(), tree_file()) == (before, tree)
    assert set(SectorRelation.objects.values_list("first", "second", "similarity")) == relations
    assert not SectorChange.objects.exists()

    if wanted:
        taxonomy.change(wanted, by=sana, at=NOW)
    else:
        weights.apply(**ALL_BY_SECTOR, note="Sectors", by=sana, at=NOW)
    ranked.rank_whole()
    after, pairs = on_lists(), set()
    for side in Side:
        entered, left = after[side].keys() - before[side].keys(), before[side].keys() - after[side].keys()
        both = before[side].keys() & after[side].keys()
        said = row.found[side]
        assert (said["entered"], said["left"]) == (len(entered), len(left))
        assert said["moved"] == sum(before[side][pair] != after[side][pair] for pair in both)
        for reader, other, was, will in said["first"]:
            pair = (reader, other)
            assert (before[side].get(pair), after[side].get(pair)) == (was, will)
        pairs |= {pair if side == Side.STARTUP else pair[::-1] for pair in entered | left}
    assert row.found["pairs"] == len(pairs)
    if wanted is None or wanted.act in (SectorAct.MERGE, SectorAct.RELATE):
        assert pairs


@pytest.mark.parametrize("sizes", [(1, 0), (0, 1), (0, 0)])
def test_a_market_without_one_side_is_previewed_too(sizes, sana):
    ranked.make_market(*sizes)
    row = work_out(by_sector(sana))
    assert (row.state, row.error, row.found["pairs"]) == (RunState.DONE, "", 0)


def test_what_the_tree_does_not_allow_is_told_as_such(as_user, sana):
    row = work_out(about(Wanted(SectorAct.RETIRE, "AGR"), sana))
    assert (row.state, row.error) == (RunState.FAILED, "Move, merge or retire its sub-sectors first.")
    assert row.error in as_user(sana).get(f"/desk/what-if/{row.pk}/").content.decode()


def test_a_preview_whose_worker_was_killed_is_taken_up_and_given_up_in_the_end(sana):
    row = by_sector(sana)
    killed = {"state": RunState.RUNNING, "attempts": 1, "leased_until": NOW + services.LEASE}
    WhatIf.objects.filter(pk=row.pk).update(**killed)
    assert not services.work_out(at=NOW)
    later = NOW + 2 * services.LEASE
    assert WhatIf.objects.free(at=later).exists()
    WhatIf.objects.filter(pk=row.pk).update(attempts=services.MOST_ATTEMPTS)
    assert not services.work_out(at=later)
    assert WhatIf.objects.get().state == RunState.FAILED


def test_a_preview_of_a_large_market_is_held_longer(sana, monkeypatch):
    """Both markets are read before the first report."""
    monkeypatch.setattr(runs, "PER_LEASE", 4)
    ranked.make_market(5, 3)
    row = by_sector(sana)
    reading, held = services._read, []

    def read(*asked):
        row.refresh_from_db()
        held.append(row.leased_until - timezone.now())
        return reading(*asked)

    monkeypatch.setattr(services, "_read", read)
    assert work_out(row).state == RunState.DONE
    assert {round(lease / services.LEASE, 1) for lease in held} == {2.0}


def test_who_lost_the_claim_stores_nothing(sana, monkeypatch):
    row = by_sector(sana)
    taken = services._read

    def read(*asked):
        WhatIf.objects.filter(pk=row.pk).update(claim="00000000-0000-0000-0000-000000000000")
        return taken(*asked)

    monkeypatch.setattr(services, "_read", read)
    services.work_out(at=NOW)
    row.refresh_from_db()
    assert (row.state, row.found) == (RunState.RUNNING, {})


def test_only_curators_ask_and_a_month_later_it_is_gone(ayesha, sana):
    with pytest.raises(NotACuratorError):
        by_sector(ayesha)
    by_sector(sana)
    services.forget_old(at=NOW + services.KEPT)
    assert WhatIf.objects.exists()
    services.forget_old(at=NOW + services.KEPT + timedelta(seconds=1))
    assert not WhatIf.objects.exists()


# --- Pages -------------------------------------------------------------------------------------------------


def sent(**changed):
    """Return the form of the weights as the browser sends it."""
    filled = {
        f"{name}-{factor}": str(points)
        for name, side in (("for_investor", Side.INVESTOR), ("for_startup", Side.STARTUP))
        for factor, points in DEFAULTS[side].items()
    }
    return filled | changed


def test_a_curator_compares_weights_waits_reads_and_applies(desk, market):
    other = {
        f"{name}-{factor}": str(points) for name in ALL_BY_SECTOR for factor, points in SECTOR_ONLY.items()
    }
    address = desk.post("/desk/weights/compare/", sent(**other)).url
    waiting = desk.get(address).content.decode()
    assert f'hx-get="{address}progress/"' in waiting
    assert "HX-Refresh" not in desk.get(f"{address}progress/").headers

    work_out(WhatIf.objects.get())

    assert desk.get(f"{address}progress/").headers["HX-Refresh"] == "true"
    page = desk.get(address)
    assert [len(side.first) > 0 for side in page.context["results"]] == [True, True]
    assert "None of the graded profiles takes part in this market" in page.content.decode()
    assert desk.post("/desk/weights/compare/", sent(**{"for_startup-sector": "1"})).status_code == 422
    assert desk.post("/desk/weights/apply/", sent(**other, note="Try")).status_code == 302
    assert weights.current().for_startup == SECTOR_ONLY


def test_a_page_takes_the_same_queries_for_few_and_many_names(as_user, sana, same_queries):
    row = by_sector(sana)
    counts = dict.fromkeys(("lists", "changed", "entered", "left", "moved"), 1)
    row.state, client = RunState.DONE, as_user(sana)
    for most in (1, 3):
        first = [[1, number, None, number + 1] for number in range(most)]
        row.found = {side: {**counts, "first": first} for side in Side} | {"pairs": most, "judged": None}
        row.save()
        with same_queries():
            assert client.get(f"/desk/what-if/{row.pk}/").status_code == 200


def test_a_change_that_somebody_made_up_is_not_taken(desk):
    wanted = Wanted(SectorAct.MOVE, "AGR01", "ENE")
    assert desk.post("/desk/what-if/sectors/", {"ticket": wanted.ticket[:-1] + "x"}).status_code == 404
    assert desk.post("/desk/what-if/sectors/", {"ticket": wanted.ticket}).status_code == 302
    page = desk.get(f"/desk/what-if/{WhatIf.objects.get().pk}/").content.decode()
    assert "Move Smart irrigation and water management (AGR01) under Energy" in page


def test_the_demonstration_is_judged_before_and_after(as_user, sana, settings):
    settings.DEMO = True
    call_command("load_demo", verbosity=0)
    row = work_out(by_sector(sana))
    for side in Side:
        before, after = row.found["judged"][side]["ndcg"]
        assert 0 < after < before <= 1
    page = as_user(sana).get(f"/desk/what-if/{row.pk}/").content.decode()
    assert page.count("bar-was") == 6


@pytest.mark.django_db(transaction=True)
@pytest.mark.vendor("postgresql")
def test_two_workers_work_out_a_preview_once_while_a_curator_moves_the_same_sector(sana):
    ranked.make_market(8, 4)
    ranked.rank_whole()
    row = about(Wanted(SectorAct.MERGE, "AGR01", "FIN01"), sana)
    acts = [lambda: services.work_out(at=NOW)] * 2
    move = lambda: taxonomy.change(Wanted(SectorAct.MOVE, "AGR02", "ENE"), by=sana, at=NOW)  # noqa: E731

    found = at_once(*acts, move)

    assert sorted(found[:2]) == [False, True]
    row.refresh_from_db()
    assert (row.state, row.attempts) == (RunState.DONE, 1)
    assert Sector.objects.get(code="AGR02").parent.code == "ENE"
    assert Sector.objects.get(code="AGR01").is_active
    assert AuditRecord.objects.filter(action="taxonomy").count() == 1
