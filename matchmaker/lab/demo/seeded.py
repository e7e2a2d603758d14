"""A large believable market: every profile is a variation on one of the demonstration's."""

import math
from datetime import date, datetime, timedelta
from decimal import Decimal
from random import Random
from typing import Any

from matchmaker.lab.demo import companies
from profiles.catalogue.taxonomy.selectors.money import rate_for
from profiles.choices import DealSource
from profiles.curation.imports.drafts import Draft
from profiles.models import Deal, ExchangeRate, Place, Sector, Thesis

SITE = ".seeded.example"  # by which a seeded market is found again
RECORD_ENDS_ON = date(2026, 11, 1)
RECORD_DAYS = 3 * 365
DEALS_MEAN = 3.0
LANGUAGES = ("en", "ur", "zh")
Words = dict[str, str]  # by language


def joined_words(*parts: Words) -> Words:
    return {
        language: ("" if language == "zh" else " ").join(part[language] for part in parts)
        for language in LANGUAGES
    }


def names_by_code(model: Any) -> dict[str, Words]:
    rows = model._default_manager.values_list("code", "name_en", "name_ur", "name_zh")
    return {code: {"en": en, "ur": ur or en, "zh": zh or en} for code, en, ur, zh in rows}


class SyntheticMarket:
    def __init__(self, *, seed: int, at: datetime) -> None:
        self.seed, self.at = seed, at
        self.chance = Random(seed)  # noqa: S311  a market to look at, no secret
        self.known = companies.DemoVocabulary()
        self.startup_rows, self.investor_rows = (
            list(companies.table_rows("demo_startups")),
            list(companies.table_rows("demo_investors")),
        )
        self.rates = {code: rate_for(code) for code in ("PKR", "CNY")}
        self.sectors, self.places = names_by_code(Sector), names_by_code(Place)
        self.words: dict[str, list[Words]] = {}  # by use
        for row in companies.table_rows("seed_words"):
            self.words.setdefault(row["use"], []).append({language: row[language] for language in LANGUAGES})
        pairs = Sector.objects.order_by("code").values_list("code", "parent__code")
        families: dict[str | None, list[str]] = {}
        for code, parent in pairs:
            families.setdefault(parent, []).append(code)
        self.siblings = {code: families[parent] for code, parent in pairs}

    def make(self, startups: int, investors: int) -> tuple[list[Draft], list[Draft]]:
        left = [self.startup(number) for number in self.numbers(startups)]
        by_sector: dict[int, list[Draft]] = {}
        for draft in left:
            by_sector.setdefault(draft.record.primary_sector_id or 0, []).append(draft)
        right = [self.investor(number) for number in self.numbers(investors)]
        for partner in right:
            partner.rows += self.deals(partner, by_sector)
        return left, right

    def numbers(self, count: int) -> list[int]:
        """Return as many different numbers in a random order: names are made from them."""
        numbers = list(range(count))
        self.chance.shuffle(numbers)
        return numbers

    def happens(self, probability: float) -> bool:
        return self.chance.random() < probability

    def varied(self, text: str) -> str:
        """Return a list of sectors in which some are exchanged for others of the same family, none twice."""
        varied = [
            self.chance.choice(self.siblings[code]) if self.happens(0.35) else code
            for code in companies.codes(text)
        ]
        return ";".join(dict.fromkeys(varied))

    def amount(self, dollars: float, spread: float) -> int:
        value = dollars * math.exp(self.chance.gauss(0, spread))
        digits = 10 ** max(math.floor(math.log10(value)) - 1, 0)
        return max(int(round(value / digits) * digits), 1_000)

    def startup(self, number: int) -> Draft:
        row = dict(self.chance.choice(self.startup_rows))
        row |= {"slug": f"s{self.seed}-{number}", "sectors": self.varied(row["sectors"])}
        low = self.amount(float(row["raise_min_usd"]), 0.6)
        high = round(low * self.chance.choice((1.2, 1.5, 2.0)))
        row |= {"raise_min_usd": str(low), "raise_max_usd": str(high)}
        row |= self.texts(row, self.startup_name(number), "about_startup", "customer", "way")
        draft = companies.startup_of(row, self.known, self.at)
        record = draft.record
        record.team_size = max(2, round(int(row["team_size"]) * math.exp(self.chance.gauss(0, 0.4))))
        record.founded = min(2026, int(row["founded"]) + self.chance.randint(-1, 2))
        record.visibility = {"ask": "matched", "revenue": "matched"} if self.happens(0.85) else {}
        if self.happens(0.03):
            record.visibility["name"] = "mutual"
        if self.happens(0.10):
            record.revenue, record.revenue_band, record.stage_id = "", "", None
        if self.happens(0.30):
            restate(record, "ask", self.rates["PKR"])
        return draft

    def investor(self, number: int) -> Draft:
        row = dict(self.chance.choice(self.investor_rows))
        row |= {"slug": f"i{self.seed}-{number}", "sectors": self.varied(row["sectors"])}
        low = self.amount(float(row["ticket_min_usd"]), 0.5)
        row |= {"ticket_min_usd": str(low), "ticket_max_usd": str(low * self.chance.choice((4, 6, 8, 10)))}
        name = self.investor_name(number, row["type"], is_local=row["jurisdiction"] == "PK")
        row |= self.texts(row, name, "about_investor", "strength")
        draft = companies.investor_of(row, [], self.known, self.at)
        draft.record.capacity = max(1, draft.record.capacity + self.chance.randint(-2, 4))
        if row["jurisdiction"] == "CN" and self.happens(0.30):
            for thesis in draft.rows_of(Thesis):
                restate(thesis.record, "ticket", self.rates["CNY"])
        return draft

    def startup_name(self, number: int) -> Words:
        """Return the name of a number: different for the first 21,120 numbers, whatever their order."""
        firsts, seconds, thirds = (self.words[use] for use in ("first", "second", "third"))
        number, first = divmod(number, len(firsts))
        number, second = divmod(number, len(seconds))
        return joined_words(firsts[first], seconds[second], thirds[number % len(thirds)])

    def investor_name(self, number: int, kind: str, *, is_local: bool) -> Words:
        firsts, syllables = self.words["first"], self.words["syllable"]
        what = self.chance.choice(self.words[kind])
        if is_local:
            return joined_words(firsts[number % len(firsts)], what)
        first, second = divmod(number % len(syllables) ** 2, len(syllables))
        one, two = syllables[first], syllables[second]
        both = {
            "en": one["en"] + two["en"].lower(),
            "ur": f"{one['ur']} {two['ur']}",
            "zh": one["zh"] + two["zh"],
        }
        return joined_words(both, what)

    def texts(self, row: companies.Row, name: Words, about: str, *uses: str) -> companies.Row:
        pattern = self.chance.choice(self.words[about])
        words = {
            "sector": self.sectors[companies.codes(row["sectors"])[0]],
            "place": self.places[row["city"]],
        }
        words |= {use: self.chance.choice(self.words[use]) for use in uses}
        columns = {"website": f"https://{row['slug']}{SITE}"}
        for language in LANGUAGES:
            text = pattern[language].format(**{use: word[language] for use, word in words.items()})
            columns |= {f"name_{language}": name[language], f"desc_{language}": text[:1].upper() + text[1:]}
        return columns

    def deals(self, partner: Draft, by_sector: dict[int, list[Draft]]) -> list[Draft]:
        count = min(int(self.chance.expovariate(1 / DEALS_MEAN)), 20)
        thesis = partner.rows_of(Thesis)[0]
        sectors = [sector for sector in thesis.links["sectors"] if sector in by_sector] or list(by_sector)
        deals = []
        for _deal in range(count):
            sector = self.chance.choice(sectors)
            startup = self.chance.choice(by_sector[sector]).record
            usd = self.amount(float(thesis.record.ticket_min_usd) * 2, 0.5)
            deal = Deal(
                startup=startup if self.happens(0.4) else None,
                startup_name=startup.name_en,
                closed_on=RECORD_ENDS_ON - timedelta(days=self.chance.randrange(RECORD_DAYS)),
                sector_id=sector,
                stage_id=startup.stage_id,
                place_id=startup.place_id,
                form_id=self.chance.choice(thesis.links["forms"]),
                amount=usd,
                amount_usd=usd,
                source=DealSource.SELF,
                is_demo=True,
            )
            deals.append(Draft(deal))
        return deals


def restate(record: Any, what: str, rate: ExchangeRate) -> None:
    for end in ("min", "max"):
        local = Decimal(round(float(getattr(record, f"{what}_{end}_usd")) * float(rate.per_usd), -3))
        setattr(record, f"{what}_{end}", local)
        setattr(record, f"{what}_{end}_usd", rate.to_usd(local))
    setattr(record, f"{what}_currency", rate.currency)
    record.rate_on = rate.quoted_on
