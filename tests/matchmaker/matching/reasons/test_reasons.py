"""Every sentence that a page says about a pair is true of the records, and no two parts say otherwise."""

from collections import defaultdict
from dataclasses import replace
from itertools import product

import pytest
from django.core.management import call_command
from django.utils import timezone

from matchmaker.choices import Factor, Side
from matchmaker.matching import engine
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.lists.selectors.list_page import SearchQuery, list_page
from matchmaker.matching.pairs.selectors.brief import comparison_of
from matchmaker.matching.pairs.selectors.match_page import match_page
from matchmaker.matching.pairs.selectors.pair import pair_of
from matchmaker.matching.ranking import definitions
from matchmaker.matching.ranking.market import columns
from matchmaker.matching.ranking.services import embeddings
from matchmaker.matching.reasons.facts import PairKey, facts_of_pairs
from matchmaker.matching.reasons.reasons import (
    FactorReason,
    PairLevels,
    Tone,
    against,
    lacks_common_form,
    pair_reasons,
    reasons,
)
from matchmaker.matching.reasons.sentences import COUNTED, SENTENCES
from matchmaker.models.ranking import GUESSED, InferredSector, ThesisInferredSector
from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.catalogue.visibility.access import Viewer
from profiles.models import Investor, NeedType, PartnershipForm, Sector, Startup
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.matching.reasons.checks import AXES, CHECKS, Case
from tests.matchmaker.matching.reasons.drawn_market import Draw

HIDDEN = str(SENTENCES[Side.INVESTOR]["startup_states_none"])


@pytest.fixture
def market(db, settings):
    """Return twenty startups and sixteen investors drawn at random, ranked."""
    settings.TEXT_MODEL = "glossary"
    draw = Draw(11)
    startups = [draw.startup(f"Startup {at}") for at in range(20)]
    investors = [draw.investor(f"Investor {at}") for at in range(16)]
    investors[1].theses.exclude(pk=investors[1].theses.earliest("pk").pk).delete()
    investors[1].theses.get().sectors.clear()  # a partner whose description alone says what it does
    Investor.objects.filter(pk=investors[1].pk).update(summary_en="Drip irrigation by soil moisture.")
    investors[1].deals.all().delete()
    amounts = {"ask_min": 160_000, "ask_max": 300_000, "ask_min_usd": 160_000, "ask_max_usd": 300_000}
    shown = {"seeks_capital": True, "visibility": {"ask": "matched"}}
    Startup.objects.filter(pk=startups[0].pk).update(**amounts, **shown)  # a range with the ticket below
    tickets = {"ticket_min": 350_000, "ticket_max": 380_000}
    investors[0].theses.update(**tickets, ticket_min_usd=350_000, ticket_max_usd=380_000)
    form = PartnershipForm.objects.get
    startups[2].forms.set([form(code="equity")])
    startups[2].needs.all().delete()
    startups[2].needs.create(type=NeedType.objects.get(code="hardware"), urgency=3)
    investors[2].theses.earliest("pk").forms.set([form(code="supply_agreement")])
    startups[3].forms.set([form(code="grant")])
    Startup.objects.filter(pk=startups[3].pk).update(forms_are_must=True)
    chinese = {"pitch": "", "summary_en": "", "summary_ur": "", "summary_zh": "我们投资农业机械。"}
    Investor.objects.filter(pk=investors[2].pk).update(**chinese)
    silent = next(each for each in investors[::-1] if each.deals.exists())
    silent.withheld = {"deals": ["matching"]}
    silent.save()
    ranked.rank_whole()
    for guesses in (InferredSector, ThesisInferredSector):
        guesses.objects.filter(position=GUESSED).update(position=0)  # as clear as may be: pages name them
    return startups, investors


def explained_cases(factors=frozenset(Factor)):
    """Return every reason of every pair about these factors, with its thesis and level."""
    today = timezone.localdate()
    whole = columns.load_all(definitions.default_points(), on=today, text_model=embeddings.model())
    ours = ("other_sectors", "operating_places", "forms", "needs__type")
    startups = (
        Startup.objects.select_related("primary_sector", "stage", "place").prefetch_related(*ours).in_bulk()
    )
    named = [f"theses__{name}" for name in ("sectors", "stages", "places", "forms", "forms_out")]
    theirs = ("deals__sector", "deals__stage", "deals__place", "offers__type", *named)
    investors = Investor.objects.prefetch_related(*theirs).in_bulk()
    explained = {
        PairKey(startups[startup], investors[investor], int(whole.snapshot.theses.key[why.thesis])): why
        for (i, startup), (j, investor) in product(
            enumerate(whole.startup_pk.tolist()), enumerate(whole.investor_pk.tolist())
        )
        if (why := engine.explain(whole.snapshot, i, j))
    }
    cases, terms = [], all_terms()
    facts = facts_of_pairs(explained, terms, on=today)
    read = list(zip(explained.items(), facts, strict=True))
    for startup in startups.values():  # which reads its own amounts as it typed them
        own = {key: why for key, why in explained.items() if key.startup == startup}
        facts = facts_of_pairs(own, terms, on=today, viewer=Viewer(startup_id=startup.pk))
        read += zip(own.items(), facts, strict=True)
    for (key, why), known in read:
        levels = {part.factor: part.level for part in why.for_startup.parts}
        missing = why.not_stated_by_startup, why.not_stated_by_investor
        for said in pair_reasons(known, PairLevels(levels, (levels, levels), *missing)):
            (thesis,) = (each for each in key.investor.theses.all() if each.pk == key.thesis)
            if said.factor in factors:
                cases.append(Case(key.startup, key.investor, thesis, said, levels[said.factor]))
    return cases


def is_true(c):
    """Return whether a sentence is so, and reads as it must."""
    said, read = c.said, [c.said.sentence(side) for side in Side]
    return (
        CHECKS[said.code](c)
        and (said.factor not in AXES or is_of_the_startup(c))
        and (not said.lowers or (c.level < 204 and all("lower" in sentence for sentence in read)))
        and ["(by the thesis that fits best)" in sentence for sentence in read]
        == [said.is_one_of_several] * 2
        and (said.tone != Tone.AGAINST or is_of_all_theses(c))
        and said.sentence(Side.INVESTOR).startswith(HIDDEN)
        == (said.code in ("startup_states_none", "round_hidden"))
    )


def is_of_the_startup(c):
    """Return whether a sentence is about something that it states, and counts the deals that were so."""
    record = (c.deals_in(c["what"]), len(c.deals)) if c.said.record else None
    return c.said.record == record and ("what" not in c.said.words or c["what"] in c.ours)


def is_of_all_theses(c):
    """Return whether what speaks against the pair is so by all theses, or said to be by one of several."""
    others = [replace(c, thesis=each) for each in c.investor.theses.all() if each != c.thesis]
    return bool(others) if c.said.is_one_of_several else all(map(CHECKS[c.said.code], others))


def test_every_sentence_about_every_pair_is_true(market):
    of_code = defaultdict(list)
    for case in explained_cases():
        of_code[case.said.code].append(case)
    untrue = [
        f"{c.startup} × {c.investor}: {code}: {c.said.sentence(Side.INVESTOR)}"
        for code, cases in of_code.items()
        for c in cases
        if not is_true(c)
    ]
    assert untrue == []
    sentences = SENTENCES[Side.STARTUP].keys() - {*COUNTED.values(), "record_lowers"}
    assert SENTENCES[Side.INVESTOR].keys() == SENTENCES[Side.STARTUP].keys()
    assert of_code.keys() == sentences == CHECKS.keys(), (
        "the drawn market never says these: nothing checks them"
    )


@pytest.mark.django_db
def test_no_sentence_about_money_is_false_by_exact_amounts_in_the_demonstration(settings):
    settings.TEXT_MODEL = "glossary"
    call_command("load_demo", companies=True, verbosity=0)
    cases = explained_cases({Factor.TICKET})
    assert {"ticket_meets", "ticket_may_meet", "ticket_close", "ticket_below"} <= {c.said.code for c in cases}
    assert [f"{c.startup} × {c.investor}: {c.said.code}" for c in cases if not CHECKS[c.said.code](c)] == []


@pytest.mark.django_db
def test_a_range_is_told_alike_whatever_the_amounts_within_it_are():
    """So the sentence gives away none of them."""
    startup, investor = (
        factories.make_startup("Qarz", visibility={"ask": "matched"}),
        factories.make_investor("Fund"),
    )
    tickets = {"ticket_min": 300_000, "ticket_max": 800_000}
    investor.theses.update(**tickets, **{f"{name}_usd": value for name, value in tickets.items()})
    told = set()
    for low, high in ((110_000, 260_000), (140_000, 390_000)):
        asked = {"ask_min": low, "ask_max": high, "ask_min_usd": low, "ask_max_usd": high}
        Startup.objects.filter(pk=startup.pk).update(**asked, seeks_capital=True)
        key = PairKey(Startup.objects.get(pk=startup.pk), investor, investor.theses.get().pk)
        facts = facts_of_pairs([key], all_terms(), on=timezone.localdate())[0]
        reasons_of_pair = pair_reasons(facts, PairLevels(dict.fromkeys(Factor.values, 255), ({}, {}), (), ()))
        told |= {each.sentence(Side.INVESTOR) for each in reasons_of_pair if each.factor == Factor.TICKET}
    assert len(told) == 1
    assert "may fit" in told.pop()


@pytest.mark.django_db
def test_a_sector_that_a_description_tells_is_not_called_the_main_one():
    startup = factories.make_startup("Kisaan Qarz", primary_sector=Sector.objects.get(code="FIN"))
    startup.other_sectors.set(Sector.objects.filter(code="AGR"))
    InferredSector.objects.create(startup=startup, sector=Sector.objects.get(code="AGR01"), position=0)
    investor = factories.make_investor("Field Fund")
    key = PairKey(startup, investor, investor.theses.get().pk)
    facts = facts_of_pairs([key], all_terms(), on=timezone.localdate())[0]

    said = pair_reasons(facts, PairLevels(dict.fromkeys(Factor.values, 255), ({}, {}), (), ()))[0]

    assert said.sentence(Side.INVESTOR) == (
        "One of its sectors, Agritech and food, is in your thesis; its main sector, Fintech, is not"
    )
    investor.theses.get().sectors.set([Sector.objects.get(code="AGR01")])
    facts = facts_of_pairs([key], all_terms(), on=timezone.localdate())[0]
    said = pair_reasons(facts, PairLevels(dict.fromkeys(Factor.values, 255), ({}, {}), (), ()))[0]
    assert said.sentence(Side.INVESTOR) == (
        "Smart irrigation and water management (may be the sector, from the description) is in your thesis"
    )


@pytest.mark.django_db
@pytest.mark.parametrize(
    ("named", "sentence"),
    [
        ("FIN08", "They look for {named}, not for {own}; both belong to Fintech"),
        ("AGR01", "{own} is only related to {named}, which they look for"),
    ],
)
def test_a_sector_that_is_less_than_half_alike_is_no_reason_for_a_pair(named, sentence):
    own = Sector.objects.get(code="FIN02")
    startup = factories.make_startup("Qarz", primary_sector=own)
    investor = factories.make_investor("Fund")
    near = Sector.objects.get(code=named)
    investor.theses.get().sectors.set([near])
    alike = {(own.pk, near.pk): 0.4, (near.pk, own.pk): 0.4} if named == "AGR01" else {}
    facts = facts_of_pairs(
        [PairKey(startup, investor, investor.theses.get().pk)], all_terms(), on=timezone.localdate()
    )[0]
    facts = replace(facts, scales=replace(facts.scales, related={**facts.scales.related, **alike}))

    said = pair_reasons(facts, PairLevels(dict.fromkeys(Factor.values, 85), ({}, {}), (), ()))

    told = sentence.format(own=own.name, named=near.name)
    assert told in against(said, Side.STARTUP)
    assert told not in reasons(said, Side.STARTUP, limit=9)


def test_what_is_stated_against_a_pair_comes_before_what_is_computed():
    text = FactorReason(Factor.TEXT, "texts_apart", Tone.AGAINST, lost=9)
    place = FactorReason(Factor.PLACE, "place_out", Tone.AGAINST, {"what": "Punjab"}, lost=2)
    forms = FactorReason(Factor.FORMS, "forms_refused", Tone.AGAINST, lost=1)  # which nothing may push aside
    stage = FactorReason(Factor.STAGE, "stage_out", Tone.AGAINST, {"what": "Seed"}, lost=4)
    said = [each.sentence(Side.STARTUP) for each in (forms, stage, place, text)]
    assert against([text, place, forms, stage], Side.STARTUP) == said
    assert lacks_common_form([text, forms])


def test_what_a_record_lowers_speaks_against_a_pair():
    stage = FactorReason(
        Factor.STAGE, "stage_in", Tone.GOOD, {"what": "Seed", "count": 1}, record=(0, 4), lowers=True
    )
    (told,) = against([stage], Side.INVESTOR)
    assert told.endswith("0 of 4, which lowers the points")
    assert reasons([stage], Side.INVESTOR) == []


def test_the_parts_of_the_pages_agree(market):
    parts_agree(factories.make_founder("founder@example.com", market[0][0]))
    parts_agree(factories.make_partner("partner@example.com", market[1][0]))


def parts_agree(user):
    """Hold list, comparison and page of the person's pairs against each other."""
    member = current_company(user)
    assert member
    listed = list_page(member, SearchQuery()).cards
    listed += list_page(member, SearchQuery(is_less=True)).less_likely.cards
    assert len(listed) > 3
    for beside, card in zip(
        comparison_of(member, [c.public_id for c in listed[:4]])["cards"], listed, strict=False
    ):
        assert (beside.reasons, beside.caution, beside.score) == (card.reasons, card.caution, card.score)
    for card in listed:
        pair = pair_of(member, card.public_id, whole=True)
        assert pair
        page = match_page(pair)
        assert page.scored
        reasons, bad = page.scored.reasons, page.scored.against
        assert list(card.reasons) == reasons
        assert card.caution in (bad or [""])
        assert not set(reasons) & set(bad)
        notes = {row.label: row.note for row in page.scored.rows}
        for said in (*reasons, *bad):
            assert any(note.startswith(said) for note in notes.values())
        common = any(form.accepted_by == "both" for form in page.forms)
        assert ("You both accept" in notes["Partnership types"]) == common
        note, met = notes["Needs and offers"], {row.need for row in page.needs if row.is_met}
        is_left_open = "state" in note or "money does not count" in note
        assert ("offer nothing of" in note) == (bool(page.needs) and not met and not is_left_open)
        assert not met or {*note.partition(": ")[2].removesuffix(" …").split(", ")} <= met
