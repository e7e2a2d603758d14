"""Money counts where it can flow, needs by how close two work, and what is not stated against no one."""

import numpy as np
import pytest
from django.utils import timezone

from matchmaker.choices import Factor, Side
from matchmaker.matching import engine
from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import NEUTRAL
from matchmaker.matching.engine.definition.factors import stated_by_startups, stated_by_theses
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.market import columns
from matchmaker.matching.ranking.services import embeddings
from matchmaker.matching.reasons.facts import PairKey, facts_of_pairs
from matchmaker.matching.reasons.reasons import PairLevels, against, pair_reasons, reasons
from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.models import NeedType, PartnershipForm, Sector, Stage
from tests import factories
from tests.engine.markets import market

pytestmark = pytest.mark.django_db
ASK = {
    "seeks_capital": True,
    "ask_min": 300_000,
    "ask_min_usd": 300_000,
    "ask_max": 900_000,
    "ask_max_usd": 900_000,
}
TICKET = {"ticket_min": 300_000, "ticket_min_usd": 300_000, "ticket_max": 900_000, "ticket_max_usd": 900_000}


def terms(model, *codes):
    return model.objects.filter(code__in=codes)


def a_startup(forms=(), needs=(), text="", sectors=("AGR01",), **more):
    main = Sector.objects.get(code=sectors[0])
    fields = {**ASK, "summary_en": text, "visibility": {"ask": "matched"}, **more}
    startup = factories.make_startup("Paani", primary_sector=main, **fields)
    startup.forms.set(terms(PartnershipForm, *forms))
    for kind in terms(NeedType, *needs):
        startup.needs.create(type=kind)
    return startup


def a_partner(name, forms=(), offers=(), text="", sectors=("AGR01",), said=""):
    partner = factories.make_investor(name, summary_en=text)
    thesis = partner.theses.get()
    thesis.sectors.set(terms(Sector, *sectors))
    thesis.forms.set(terms(PartnershipForm, *forms))
    type(thesis).objects.filter(pk=thesis.pk).update(**TICKET)
    for kind in terms(NeedType, *offers):
        partner.offers.create(type=kind, description=said)
    return partner


def levels():
    """{partner: {factor: level}} of the one startup, and the explanation's scores."""
    for side in Side:
        embeddings.refresh(side)
    found = columns.load_all(
        definitions.default_points(), on=timezone.localdate(), text_model=embeddings.model()
    )
    told = {}
    for row, pk in enumerate(found.investor_pk.tolist()):
        why = engine.explain(found.snapshot, 0, row)
        told[pk] = {part.factor: part.level for part in why.for_startup.parts} | {"score": why.score_tenths}
    return told


@pytest.mark.parametrize("forms", [("equity", "pilot"), ()], ids=["a form of investing", "no forms stated"])
def test_money_counts_where_both_accept_a_form_of_investing_or_one_states_none(forms):
    a_startup(("equity", "pilot"), ("mentorship",))
    pays = a_partner("Pays", forms, ("mentorship",))
    pilots = a_partner("Pilots", ("pilot", "supply_agreement"), ("mentorship",))
    told = levels()
    assert (told[pays.pk]["ticket"], told[pays.pk]["needs"]) == (255, 255)
    assert told[pilots.pk]["ticket"] < NEUTRAL[2]
    assert told[pilots.pk]["needs"] == 255, "money is no need where it cannot flow"


def test_who_asks_for_money_alone_does_not_get_it_from_who_only_pilots():
    a_startup(("equity", "pilot"))
    pays, pilots = a_partner("Pays", ("equity",), ("data",)), a_partner("Pilots", ("pilot",), ("data",))
    told = levels()
    assert told[pays.pk]["needs"] == 255 > told[pilots.pk]["needs"] == NEUTRAL[4]


def test_manufacturing_of_a_mill_is_not_manufacturing_for_a_sensor_maker(settings):
    settings.TEXT_MODEL = "glossary"
    a_startup(
        ("joint_venture",),
        ("manufacturing",),
        "Soil moisture sensors and smart irrigation.",
        ("AGR01", "NET03"),
    )
    boards = a_partner("Boards", ("joint_venture",), ("manufacturing",), "Makes sensors.", ("AGR01", "NET03"))
    mill = a_partner("Mill", ("joint_venture",), ("manufacturing",), "Cotton yarn mill.", ("IND04",))
    told = levels()
    assert told[boards.pk]["needs"] > 220 > 160 > told[mill.pk]["needs"]
    assert told[boards.pk]["score"] > told[mill.pk]["score"] + 200


def test_what_is_said_of_need_and_offer_tells_two_partners_apart(settings):
    settings.TEXT_MODEL = "glossary"
    startup = a_startup((), ("manufacturing",), "Science kits for schools.")
    startup.needs.update(description="Moulded plastic trays and lenses for science kits")
    kits = a_partner(
        "Kits", (), ("manufacturing",), "Factory.", said="Moulded plastic trays for science kits"
    )
    frames = a_partner("Frames", (), ("manufacturing",), "Factory.", said="Welding of motorcycle frames")
    told = levels()
    assert told[kits.pk]["needs"] > told[frames.pk]["needs"]
    assert told[kits.pk]["text"] > told[frames.pk]["text"]


@pytest.mark.parametrize("deals", [0, 1, 12])
def test_a_thesis_without_stages_is_never_held_against_a_startup(deals):
    """Whatever its deals were: one recorded deal of another stage brought 35 of 100."""
    a_startup(stage=Stage.objects.get(code="series_a"))
    partner = a_partner("Silent")
    thesis = partner.theses.get()
    thesis.stages.clear()
    thesis.places.clear()
    thesis.sectors.clear()
    for at in range(deals):
        partner.deals.create(
            startup_name=f"Deal {at}", closed_on="2026-01-05", stage=Stage.objects.get(code="seed")
        )
    told = levels()[partner.pk]
    for at, factor in enumerate(("sector", "stage")):
        assert told[factor] >= NEUTRAL[at]
    assert told["place"] >= NEUTRAL[3]
    assert told["activity"] >= NEUTRAL[7]


@pytest.mark.parametrize("factor", ["sector", "stage", "ticket", "place", "needs", "forms", "text"])
def test_leaving_a_field_out_never_gives_less_than_neutral(factor):
    """By one rule for all factors, on either side, in random markets."""
    at = engine.FACTORS.index(factor)
    for seed in range(8):
        snapshot = market(seed, 9, 9, stated=0.6)
        silent = (
            ~stated_by_startups(snapshot.startups)[:, at, None] | ~stated_by_theses(snapshot.theses)[:, at]
        )
        found = np.stack([reference.levels(snapshot, i)[:, at] for i in range(9)])
        assert silent.any()
        assert (found[silent] >= NEUTRAL[at]).all()


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("urgency", "changes", "counts"),
    [(2, {}, True), (1, {}, False), (3, {"forms_are_must": True}, False), (3, {"forms": ()}, False)],
    ids=["urgent", "not urgent", "others are refused", "no type stated"],
)
def test_an_urgent_need_counts_the_type_that_brings_it_unless_it_is_refused(urgency, changes, counts):
    """Hardware comes by a supply agreement."""
    startup = factories.make_startup("Meter Works", forms_are_must=changes.get("forms_are_must", False))
    startup.forms.set(PartnershipForm.objects.filter(code__in=changes.get("forms", ("equity",))))
    startup.needs.create(type=NeedType.objects.get(code="hardware"), urgency=urgency)
    investor = factories.make_investor("Maker")
    investor.theses.get().forms.set(PartnershipForm.objects.filter(code="supply_agreement"))
    found = columns.load_all(definitions.default_points(), on=timezone.localdate(), text_model="none")
    level = reference.levels(found.snapshot, 0)[0, engine.FACTORS.index("forms")]
    assert level == (255 if counts else 0 if startup.forms.exists() else NEUTRAL[5])
    key = PairKey(startup, investor, investor.theses.get().pk)
    (facts,) = facts_of_pairs([key], all_terms(), on=timezone.localdate())
    said = pair_reasons(facts, PairLevels(dict.fromkeys(Factor.values, 255), ({}, {}), (), ()))
    because = (
        "They accept Supply or manufacturing agreement, which counts because you need Hardware and devices"
    )
    assert (because in reasons(said, Side.STARTUP, limit=9)) == counts
    assert not any("partnership" in each for each in against(said, Side.STARTUP)) or changes
