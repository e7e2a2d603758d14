"""Every sentence that a page says about a pair is true of the records, and no two parts say otherwise."""

from collections import defaultdict
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from typing import Any

import pytest
from django.utils import timezone

from matchmaker import engine
from matchmaker.choices import Factor, Side
from matchmaker.lists.selectors.current_company import CurrentCompany, current_company
from matchmaker.lists.selectors.list_page import SearchQuery, list_page
from matchmaker.matches.selectors.pair_facts import PairKey, facts_of_pairs
from matchmaker.matches.selectors.reasons import against
from matchmaker.matches.selectors.sentence_kinds import SentenceKind, Tone
from matchmaker.matches.selectors.sentences import COUNTED, SENTENCES
from matchmaker.matches.selectors.statement import Statement
from matchmaker.matches.selectors.statements import PairLevels, statements_of
from matchmaker.matches.selectors.thesis_statements import say_sector
from matchmaker.models import InferredSector
from matchmaker.pairs.selectors.compare import comparison_of
from matchmaker.pairs.selectors.match_page import MatchPage, match_page
from matchmaker.pairs.selectors.pair import pair_of
from matchmaker.ranking import definitions
from matchmaker.ranking.market import columns
from matchmaker.ranking.services import embeddings, market_state
from profiles.models import Investor, Sector, Startup, Thesis, User
from profiles.taxonomy.selectors.term_tree import all_terms
from tests import factories
from tests.matchmaker import ranked
from tests.matchmaker.matches.drawn_market import Draw
from tests.matchmaker.matches.predicates import PREDICATES, Case
from tests.matchmaker.matches.thesis_predicates import (
    counted_deals,
    deals_at,
    deals_in,
    home,
    main_sector,
    own_stage,
)

Market = tuple[list[Startup], list[Investor]]
ONE_THESIS = "(by the thesis that fits best)"


@pytest.fixture
def market(db: None, settings: Any) -> Market:
    """Return twenty startups and sixteen investors drawn at random, ranked."""
    settings.TEXT_MODEL = "glossary"
    draw = Draw(11)
    startups = [draw.startup(f"Startup {at}") for at in range(20)]
    investors = [draw.investor(f"Investor {at}") for at in range(16)]
    investors[1].theses.exclude(pk=investors[1].theses.earliest("pk").pk).delete()
    investors[1].theses.get().sectors.clear()  # a partner whose description alone says what it does
    Investor.objects.filter(pk=investors[1].pk).update(summary_en="Drip irrigation by soil moisture.")
    investors[1].deals.all().delete()
    silent = next(each for each in investors[::-1] if each.deals.exists())
    silent.withheld = {"deals": ["matching"]}
    silent.save()
    ranked.rank_whole()
    return startups, investors


# What the predicates ask of a record again and again is read once: 2,500 statements are held against them.
THESIS_WORDS = ("sectors", "stages", "places", "forms", "forms_out")
STARTUP_WORDS = (
    "primary_sector",
    "stage",
    "place",
    "other_sectors",
    "operating_places",
    "forms",
    "needs__type",
)
INVESTOR_WORDS = ("deals__sector", "deals__stage", "deals__place", "offers__type")


def with_words(market: Market) -> Market:
    """Return the records as they are stored, with all that they name."""
    startups, investors = market
    kept = Startup.objects.prefetch_related(*STARTUP_WORDS).in_bulk([each.pk for each in startups])
    others = Investor.objects.prefetch_related(*INVESTOR_WORDS).in_bulk([each.pk for each in investors])
    return [kept[each.pk] for each in startups], [others[each.pk] for each in investors]


def explained_cases(market: Market) -> list[Case]:
    """Return every statement about every pair, with its thesis and level."""
    today = timezone.localdate()
    whole = columns.load_all(definitions.default_points(), on=today, text_model=embeddings.model())
    theses = Thesis.objects.prefetch_related(*THESIS_WORDS).in_bulk()
    pairs, explained = [], []
    for startup, investor in product(*with_words(market)):
        rows = whole.startup_pk.tolist().index(startup.pk), whole.investor_pk.tolist().index(investor.pk)
        explained.append(engine.explain(whole.snapshot, *rows))
        mandate = explained[-1].mandate
        pairs.append(PairKey(startup, investor, int(whole.snapshot.mandates.key[mandate])))
    cases = []
    for pair, facts, why in zip(pairs, facts_of_pairs(pairs, all_terms(), on=today), explained, strict=True):
        levels = {part.factor: part.level for part in why.for_startup.parts}
        missing = why.not_stated_by_startup, why.not_stated_by_investor
        said = statements_of(facts, PairLevels(levels, (levels, levels), *missing))
        thesis = theses[pair.thesis]
        cases += [Case(pair.startup, pair.investor, thesis, each, levels[each.factor]) for each in said]
    return cases


def test_every_kind_of_sentence_has_a_predicate_and_words() -> None:
    assert set(PREDICATES) == set(SentenceKind) == set(SENTENCES)


def test_every_sentence_about_every_pair_is_true(market: Market) -> None:
    cases = explained_cases(market)
    of_kind: dict[SentenceKind, list[Case]] = defaultdict(list)
    for case in cases:
        of_kind[case.said.kind].append(case)

    untrue = [
        f"{c.startup} × {c.investor}: {c.said.kind}: {c.said.sentence(Side.INVESTOR)}"
        for alike in of_kind.values()
        for c in alike
        if not all(holds(c) for holds in CHECKS)
    ]
    assert untrue == []
    assert set(SentenceKind) - set(of_kind) == set(), (
        "the drawn market never says these, so nothing checks them"
    )


@pytest.mark.django_db
def test_a_field_that_a_description_tells_of_another_sector_is_not_called_the_main_one() -> None:
    startup = factories.make_startup("Kisaan Qarz", primary_sector=Sector.objects.get(code="FIN"))
    startup.other_sectors.set(Sector.objects.filter(code="AGR"))
    InferredSector.objects.create(startup=startup, sector=Sector.objects.get(code="AGR01"), position=0)
    investor = factories.make_investor("Field Fund")
    key = PairKey(startup, investor, investor.theses.get().pk)

    said = say_sector(facts_of_pairs([key], all_terms(), on=timezone.localdate())[0])

    assert replace(said, deals=None).sentence(Side.INVESTOR) == (
        "Smart irrigation and water management (from the description), one of its fields, is part of "
        "Agritech and food, which is in your thesis; its main field, Fintech, is not"
    )


def record_is_right(c: Case) -> bool:
    """Whether what is added of the recorded deals is so; that they lower points only where a thesis is."""
    if c.said.deals is None:
        return True
    count, deals = c.said.deals
    counted = {
        Factor.SECTOR: lambda: deals_in(c, "sector", main_sector(c)),
        Factor.STAGE: lambda: deals_at(c, own_stage(c)),
        Factor.PLACE: lambda: deals_in(c, "place", home(c)),
    }[c.said.factor]()
    right = (count, deals) == (counted, counted_deals(c).count())
    return right and (c.level < 255 if c.said.lowers else c.said.kind in COUNTED and count > 0)


def tells_of_one_thesis(c: Case) -> bool:
    """Whether what speaks against the pair, and is not said to be by one thesis, is true of every thesis."""
    others = c.investor.theses.exclude(pk=c.thesis.pk)
    said = [ONE_THESIS in c.said.sentence(side) for side in Side]
    assert said[0] == said[1]
    if all(said):
        return others.exists() and c.said.tone != Tone.GOOD
    if c.said.tone != Tone.AGAINST:
        return True
    return all(PREDICATES[c.said.kind](replace(c, thesis=other)) for other in others)


def hides_what_is_hidden(c: Case) -> bool:
    """Whether what is hidden reads to the other side as what is not stated."""
    blank = Statement(c.said.factor, SentenceKind.STARTUP_STATES_NONE, c.said.tone, {})
    same = c.said.sentence(Side.INVESTOR) == blank.sentence(Side.INVESTOR)
    return same == (c.said.kind in (SentenceKind.STARTUP_STATES_NONE, SentenceKind.ROUND_HIDDEN))


def says_why_it_brings_little(c: Case) -> bool:
    """Whether a thesis that is met in full and yet brings few points says why."""
    return not (c.said.is_whole and c.level < 204) or all("lower" in c.said.sentence(side) for side in Side)


CHECKS: tuple[Callable[[Case], bool], ...] = (
    lambda c: PREDICATES[c.said.kind](c),
    record_is_right,
    tells_of_one_thesis,
    hides_what_is_hidden,
    says_why_it_brings_little,
)


def test_what_is_stated_against_a_pair_comes_before_what_is_computed() -> None:
    text = Statement(Factor.TEXT, SentenceKind.TEXTS_APART, Tone.AGAINST, {}, lost=9)
    forms = Statement(Factor.FORMS, SentenceKind.FORMS_NONE, Tone.AGAINST, {}, lost=2)
    stage = Statement(Factor.STAGE, SentenceKind.STAGE_OUT, Tone.AGAINST, {"what": "Seed"}, lost=4)
    said = [each.sentence(Side.STARTUP) for each in (stage, forms, text)]
    assert against([text, forms, stage], Side.STARTUP) == said


def test_the_parts_of_the_pages_agree(market: Market) -> None:
    startups, investors = market
    parts_agree(factories.make_founder("founder@example.com", startups[0]))
    parts_agree(factories.make_partner("partner@example.com", investors[0]))


def parts_agree(user: User) -> None:
    """Hold list, comparison and page of the person's pairs against each other."""
    member = current_company(user)
    assert member
    listed = list_page(member, SearchQuery(with_weaker=True)).cards
    assert len(listed) > 3
    compared = {
        card.public_id: card for card in comparison_of(member, [c.public_id for c in listed[:4]]).cards
    }
    for card in listed:
        page = page_of(member, card.public_id)
        assert page.scored
        assert list(card.reasons) == page.scored.reasons
        assert card.caution in (
            [*page.scored.against, ""] if not page.scored.against else page.scored.against
        )
        assert not set(page.scored.reasons) & set(page.scored.against)
        notes = {row.label: row.note for row in page.scored.rows}
        assert set(page.scored.reasons) | set(page.scored.against) <= set(notes.values())
        tables_agree(page, notes)
        if card.public_id in compared:
            beside = compared[card.public_id]
            assert (beside.reasons, beside.caution, beside.score) == (card.reasons, card.caution, card.score)


def page_of(member: CurrentCompany, public_id: str) -> MatchPage:
    pair = pair_of(member, public_id, whole=True)
    assert pair
    return match_page(pair, market_state.explain_pair(pair.startup, pair.investor))


def tables_agree(page: MatchPage, notes: dict[str, str]) -> None:
    """Hold the tables of needs and forms against the sentences about them."""
    common = [form.name for form in page.forms if form.is_common]
    assert ("You both accept" in notes["Forms of partnership"]) == bool(common)
    met = [row.need for row in page.needs if row.is_met]
    note = notes["Needs and offers"]
    assert ("offer nothing of" in note) == (bool(page.needs) and not met and "state" not in note)
    for name in note.partition(": ")[2].split(", "):
        if met and name and "…" not in name:
            assert name in met
