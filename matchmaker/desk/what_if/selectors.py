"""A what-if preview in words: changed lists, and judged figures before and after."""

from dataclasses import dataclass
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Factor, Side
from matchmaker.matching.ranking.services.weights import Lesson
from matchmaker.models.what_if import WhatIf
from profiles.catalogue.taxonomy.selectors.sectors import Wanted, wanted_words
from profiles.choices import SectorAct
from profiles.models import SIDES

FIGURES: dict[str, Promise] = {
    "ndcg": _("Order of the first ten (NDCG, 1 is best)"),
    "good": _("Good matches within the first ten"),
    "wrong": _("Wrong matches in the top five"),
}
WHOSE: dict[Side, Promise] = {
    Side.INVESTOR: _("Lists of investors and partners"),
    Side.STARTUP: _("Lists of startups"),
}


def previews() -> QuerySet[WhatIf]:
    return WhatIf.objects.select_related("by")


@dataclass(frozen=True)
class Entry:
    """Someone who enters or leaves a list; a place is None where it is not on it."""

    reader: str
    other: str
    before: int | None
    after: int | None


@dataclass(frozen=True)
class SideResult:
    title: Promise
    counts: dict[str, int]
    first: list[Entry]
    figures: list[tuple[Promise, float, float]]

    @property
    def sentence(self) -> str:
        text = gettext(
            "%(changed)s of %(lists)s lists change: %(entered)s matches enter, %(left)s leave, and %(moved)s "
            "move to another position."
        )
        return text % self.counts


def results(row: WhatIf) -> list[SideResult]:
    """Return the result by side; empty while there is none. Two queries."""
    if not row.found:
        return []
    names = {side: _names(row, side) for side in Side}
    judged = row.found["judged"] or {}
    return [
        SideResult(
            title,
            {name: row.found[side][name] for name in ("lists", "changed", "entered", "left", "moved")},
            [
                Entry(names[side].get(reader, "–"), names[side.other].get(other, "–"), before, after)
                for reader, other, before, after in row.found[side]["first"]
            ],
            [(label, *judged[side][name]) for name, label in FIGURES.items()] if judged else [],
        )
        for side, title in WHOSE.items()
    ]


def _names(row: WhatIf, side: Side) -> dict[int, str]:
    pks = {entry[0] for entry in row.found[side]["first"]}
    pks |= {entry[1] for entry in row.found[side.other]["first"]}
    companies: Any = SIDES[side]._default_manager.filter(pk__in=pks)
    return {company.pk: company.name for company in companies}


def asked_weights(row: WhatIf) -> list[tuple[str, str, int, int]]:
    return [
        (factor.value, str(factor.label), row.asked["for_investor"][factor], row.asked["for_startup"][factor])
        for factor in Factor
    ]


def lessons_of(row: WhatIf) -> list[Lesson]:
    """Return what the record teaches, side by side; empty while it is not worked out."""
    stored = row.found.get("lessons", [])
    return [Lesson(**{**lesson, "side": Side(lesson["side"])}) for lesson in stored]


@dataclass(frozen=True)
class Band:
    """Pairs of about one score: how many there were, how many of them were a yes, and the fitted chance."""

    label: str
    count: int
    yes: int
    share: int  # of a hundred
    chance: int | None

    @property
    def mark(self) -> int:
        return self.share if self.chance is None else self.chance


@dataclass(frozen=True)
class Chart:
    title: str
    missing: int
    bands: list[Band]

    @property
    def count(self) -> int:
        return sum(band.count for band in self.bands)


def charts_of(row: WhatIf) -> list[Chart]:
    """Return how often a score led to a yes, for each side, and to an outcome, for both."""
    return [
        Chart(str(CHARTS[each["side"]]), each["missing"], [_band(*band) for band in each["bands"]])
        for each in row.found.get("calibrations", [])
    ]


CHARTS: dict[str, Promise] = {
    Side.INVESTOR: _("Answers of investors and partners"),
    Side.STARTUP: _("Answers of startups"),
    "": _("Outcomes, once both had said yes"),
}


def _band(low: int, high: int, count: int, yes: int, chance: float | None) -> Band:
    share = round(100 * yes / count) if count else 0
    return Band(f"{low}–{high}", count, yes, share, None if chance is None else round(100 * chance))


def newest_study() -> WhatIf | None:
    return previews().filter(kind=WhatIf.LEARNED).first()


def asked_change(row: WhatIf) -> str:
    return wanted_words([Wanted(**{**row.asked, "act": SectorAct(row.asked["act"])})])[0]
