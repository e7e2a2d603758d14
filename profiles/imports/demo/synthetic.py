"""A large believable market: every profile is a variation on one of the demonstration's.

So sectors, stages, places, needs and forms go together as they do there, and amounts spread around theirs.
The same seed gives the same market.
"""

import math
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from profiles.choices import Currency, DealSource
from profiles.imports.demo import sentences
from profiles.imports.demo.bulk_insert import Draft
from profiles.imports.demo.records import DemoVocabulary, Row, codes, investor_of, startup_of, table_rows
from profiles.models import Deal, Place, Sector, Thesis
from profiles.taxonomy.selectors.exchange_rates import Rate, rate_for

SITE = ".seeded.example"  # by which a seeded market is found again
RECORD_ENDS_ON = date(2026, 11, 1)
RECORD_DAYS = 3 * 365
DEALS_MEAN = 3.0
SHARES = {
    "replace": 0.35,
    "opted_in": 0.85,
    "nameless": 0.03,
    "silent": 0.10,
    "local_money": 0.30,
    "on_platform": 0.4,
}


@dataclass
class Recipe:
    """What a market is made from."""

    chance: Random
    at: datetime
    known: DemoVocabulary = field(default_factory=DemoVocabulary)
    speech: sentences.Speech = field(default_factory=sentences.load)
    startups: list[Row] = field(default_factory=lambda: list(table_rows("demo_startups")))
    investors: list[Row] = field(default_factory=lambda: list(table_rows("demo_investors")))
    rates: dict[str, Rate] = field(default_factory=lambda: {code: rate_for(code) for code in Currency})
    sectors: dict[str, sentences.Words] = field(default_factory=lambda: _names(Sector))
    places: dict[str, sentences.Words] = field(default_factory=lambda: _names(Place))
    siblings: dict[str, list[str]] = field(default_factory=lambda: _siblings())

    def happens(self, share: str) -> bool:
        """Tell by chance whether something of a known share happens."""
        return self.chance.random() < SHARES[share]


def _names(model: Any) -> dict[str, sentences.Words]:
    """Return the names of terms in three languages by code."""
    rows = model._default_manager.values_list("code", "name_en", "name_ur", "name_zh")
    return {
        code: dict(zip(sentences.LANGUAGES, (en, ur or en, zh or en), strict=True))
        for code, en, ur, zh in rows
    }


def _siblings() -> dict[str, list[str]]:
    """Return for each field the fields of the same sector, in order."""
    pairs = Sector.objects.order_by("code").values_list("code", "parent__code")
    families: dict[str | None, list[str]] = {}
    for code, parent in pairs:
        families.setdefault(parent, []).append(code)
    return {code: families[parent] for code, parent in pairs}


def market(startups: int, investors: int, *, seed: int, at: datetime) -> tuple[list[Draft], list[Draft]]:
    """Return a market of unsaved profiles. Their deals name startups of the same market."""
    recipe = Recipe(Random(seed), at)  # noqa: S311  a market to look at, no secret
    left = [startup(recipe, number, seed) for number in _numbers(recipe, startups)]
    by_sector: dict[int, list[Draft]] = {}
    for draft in left:
        by_sector.setdefault(draft.record.primary_sector_id or 0, []).append(draft)
    right = [investor(recipe, number, seed) for number in _numbers(recipe, investors)]
    for partner in right:
        partner.rows += [Draft(deal) for deal in deals(recipe, partner, by_sector)]
    return left, right


def _numbers(recipe: Recipe, count: int) -> list[int]:
    """Return as many different numbers in a random order: names are made from them."""
    numbers = list(range(count))
    recipe.chance.shuffle(numbers)
    return numbers


def varied(recipe: Recipe, text: str) -> str:
    """Return a list of sectors in which some are exchanged for others of the same family, none twice."""
    found = [
        recipe.chance.choice(recipe.siblings[code]) if recipe.happens("replace") else code
        for code in codes(text)
    ]
    return ";".join(dict.fromkeys(found))


def amount(recipe: Recipe, dollars: str, spread: float) -> int:
    """Return an amount around `dollars`, with two leading digits."""
    value = float(dollars) * math.exp(recipe.chance.gauss(0, spread))
    digits = 10 ** max(math.floor(math.log10(value)) - 1, 0)
    return max(int(round(value / digits) * digits), 1_000)


def startup(recipe: Recipe, number: int, seed: int) -> Draft:
    """Return one startup."""
    row = dict(recipe.chance.choice(recipe.startups))
    row |= {"slug": f"s{seed}-{number}", "sectors": varied(recipe, row["sectors"])}
    low = amount(recipe, row["raise_min_usd"], 0.6)
    row |= {
        "raise_min_usd": str(low),
        "raise_max_usd": str(round(low * recipe.chance.choice((1.2, 1.5, 2.0)))),
    }
    row |= _texts(recipe, row, recipe.speech.startup_name(number), "about_startup", "customer", "way")
    draft = startup_of(row, recipe.known, recipe.at)
    record = draft.record
    record.team_size = max(2, round(int(row["team_size"]) * math.exp(recipe.chance.gauss(0, 0.4))))
    record.founded = min(2026, int(row["founded"]) + recipe.chance.randint(-1, 2))
    record.visibility = {"ask": "matched", "revenue": "matched"} if recipe.happens("opted_in") else {}
    if recipe.happens("nameless"):
        record.visibility["name"] = "mutual"
    if recipe.happens("silent"):
        record.revenue, record.revenue_band, record.stage_id = "", "", None
    if recipe.happens("local_money"):
        _restate(record, "ask", recipe.rates[Currency.PKR])
    return draft


def investor(recipe: Recipe, number: int, seed: int) -> Draft:
    """Return one investor with a thesis."""
    row = dict(recipe.chance.choice(recipe.investors))
    row |= {"slug": f"i{seed}-{number}", "sectors": varied(recipe, row["sectors"])}
    low = amount(recipe, row["ticket_min_usd"], 0.5)
    row |= {"ticket_min_usd": str(low), "ticket_max_usd": str(low * recipe.chance.choice((4, 6, 8, 10)))}
    name = recipe.speech.investor_name(
        number, row["type"], is_local=row["jurisdiction"] == "PK", chance=recipe.chance
    )
    row |= _texts(recipe, row, name, "about_investor", "strength")
    draft = investor_of(row, [], recipe.known, recipe.at)
    draft.record.capacity = max(1, draft.record.capacity + recipe.chance.randint(-2, 4))
    if row["jurisdiction"] == "CN" and recipe.happens("local_money"):
        for thesis in draft.rows_of(Thesis):
            _restate(thesis.record, "ticket", recipe.rates[Currency.CNY])
    return draft


def _texts(recipe: Recipe, row: Row, name: sentences.Words, about: str, *uses: str) -> Row:
    """Return the columns of names, descriptions and the website."""
    main = recipe.sectors[codes(row["sectors"])[0]]
    place = recipe.places[row["city"]]
    text = recipe.speech.sentence(about, recipe.chance, *uses, sector=main, place=place)
    return {
        **{f"name_{language}": name[language] for language in sentences.LANGUAGES},
        **{f"desc_{language}": text[language] for language in sentences.LANGUAGES},
        "website": f"https://{row['slug']}{SITE}",
    }


def _restate(record: Any, what: str, rate: Rate) -> None:
    """State an amount in the money of a place instead of dollars."""
    for end in ("min", "max"):
        local = Decimal(round(float(getattr(record, f"{what}_{end}_usd")) * float(rate.per_usd), -3))
        setattr(record, f"{what}_{end}", local)
        setattr(record, f"{what}_{end}_usd", rate.to_usd(local))
    setattr(record, f"{what}_currency", rate.currency)
    record.rate_on = rate.quoted_on


def deals(recipe: Recipe, partner: Draft, by_sector: dict[int, list[Draft]]) -> list[Deal]:
    """Return what the investor did: mostly in its sectors, with startups of the market or only named ones."""
    count = min(int(recipe.chance.expovariate(1 / DEALS_MEAN)), 20)
    thesis = partner.rows_of(Thesis)[0]
    known = [code for code in thesis.links["sectors"] if code in by_sector] or list(by_sector)
    return [_deal(recipe, thesis, recipe.chance.choice(known), by_sector) for _number in range(count)]


def _deal(recipe: Recipe, thesis: Draft, sector: int, by_sector: dict[int, list[Draft]]) -> Deal:
    """Return one deal in a sector."""
    startup = recipe.chance.choice(by_sector[sector]).record
    usd = amount(recipe, str(float(thesis.record.ticket_min_usd) * 2), 0.5)
    return Deal(
        startup=startup if recipe.happens("on_platform") else None,
        startup_name=startup.name_en,
        closed_on=RECORD_ENDS_ON - timedelta(days=recipe.chance.randrange(RECORD_DAYS)),
        sector_id=sector,
        stage_id=startup.stage_id,
        place_id=startup.place_id,
        form_id=recipe.chance.choice(thesis.links["forms"]),
        amount=usd,
        amount_usd=usd,
        source=DealSource.SELF,
        is_demo=True,
    )
