"""Startups and investors drawn at random, wide enough that all that can be said is said of some pair."""

from datetime import date, timedelta
from decimal import Decimal
from random import Random

from django.utils import timezone

from profiles.choices import InvestorKind
from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage, Thesis
from tests import factories

CODES = {
    Sector: ("AGR", "AGR01", "AGR02", "AGR03", "ENE", "ENE01", "FIN01", "FIN03", "HLT01"),
    Stage: ("pre_seed", "angel", "seed", "pre_a", "series_a", "series_b", "strategic"),
    Place: ("PK", "PK-PB", "PK-LHE", "PK-SD", "PK-KHI", "PK-KP", "CN-GD"),
    NeedType: ("hardware", "manufacturing", "mentorship", "data", "cloud", "test_site"),
    PartnershipForm: ("equity", "joint_venture", "pilot", "tech_licence", "grant", "debt"),
}
AMOUNTS = (10_000, 40_000, 100_000, 150_000, 250_000, 300_000, 1_000_000, 2_500_000)
SUMMARIES = (
    "",
    "Soil sensors and valves for cotton and wheat growers, paid per acre and season.",
    "We back founders who make farming and food use less water and energy.",
    "Mobile wallets and credit for shopkeepers.",
)


class Draw:
    """Draws records, by one seed."""

    def __init__(self, seed):
        self.chance = Random(seed)  # noqa: S311  no secret

    def some(self, model, most, *, chance=0.8):
        """Return up to `most` terms of a table; none at all with what is left of `chance`."""
        if self.chance.random() > chance:
            return []
        known = list(model.objects.filter(code__in=CODES[model]))
        return self.chance.sample(known, self.chance.randint(1, min(most, len(known))))

    def one(self, model):
        return next(iter(self.some(model, 1, chance=0.9)), None)

    def amounts(self, name):
        """Return a range of dollars, either end sometimes open, sometimes none."""
        low, high = sorted(self.chance.sample(AMOUNTS, 2))
        ends = {"min": Decimal(low), "max": Decimal(high)}
        kept = {key: value if self.chance.random() > 0.2 else None for key, value in ends.items()}
        return {f"{name}_{end}{usd}": value for end, value in kept.items() for usd in ("", "_usd")}

    def add_rows(self, manager):
        """Give a profile a few needs or offers, one of four out of date."""
        for kind in self.some(NeedType, 5):
            gone = self.chance.random() < 0.25
            manager.create(type=kind, expires_on=timezone.localdate() - timedelta(days=9) if gone else None)

    def startup(self, name):
        ask = self.amounts("ask")
        startup = factories.make_startup(
            name,
            primary_sector=self.one(Sector),
            stage=self.one(Stage),
            place=self.one(Place),
            seeks_capital=self.chance.random() < 0.8,
            summary_en=self.chance.choice(SUMMARIES),
            visibility={"ask": self.chance.choice(("matched", "matched", "mutual"))},
            **ask,
        )
        startup.other_sectors.set(self.some(Sector, 2, chance=0.6))
        startup.operating_places.set(self.some(Place, 2, chance=0.6))
        startup.forms.set(self.some(PartnershipForm, 5))
        self.add_rows(startup.needs)
        return startup

    def investor(self, name):
        """Return a new investor with one to two theses and some deals."""
        kind = InvestorKind.STRATEGIC if int(name.split()[-1]) % 2 else InvestorKind.VC
        investor = factories.make_investor(name, kind=kind, summary_en=self.chance.choice(SUMMARIES))
        theses = [investor.theses.get()]
        if self.chance.random() < 0.4:
            theses.append(factories.make_thesis(investor, "Second"))
        for thesis in theses:
            for field, model in (("sectors", Sector), ("stages", Stage), ("places", Place)):
                getattr(thesis, field).set(self.some(model, 2))
            thesis.forms.set(self.some(PartnershipForm, 2))
            thesis.forms_out.set(self.some(PartnershipForm, 1, chance=0.3))
            Thesis.objects.filter(pk=thesis.pk).update(**self.amounts("ticket"))
        self.add_rows(investor.offers)
        for at in range(self.chance.choice((0, 0, 2, 9, 24))):
            terms = {"sector": self.one(Sector), "stage": self.one(Stage), "place": self.one(Place)}
            investor.deals.create(startup_name=f"Deal {at}", closed_on=date(2026, 1, 1), **terms)
        return investor
