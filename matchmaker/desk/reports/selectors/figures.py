"""What a report is made of: figures that the worker stores, and sections, tables and bars that pages show."""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple
from urllib.parse import urlencode

from django.db.models import (
    Case,
    CharField,
    DateTimeField,
    Exists,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    Subquery,
    Value,
    When,
)
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, pgettext

from matchmaker.choices import Side
from matchmaker.models.report import ReportRow
from profiles.choices import PlaceLevel, ReviewOutcome, Status
from profiles.models import SIDES, Place, Review, Sector, Stage, Startup

SCALE = 1000  # the length of the longest bar
COLUMN = 10  # the width of a column with its gap
NOBODY = Value(None, output_field=IntegerField())
NO_MOMENT = Value(None, output_field=DateTimeField())


class Figures(NamedTuple):
    report: str
    group: str
    key: str
    values: dict[str, Any]


class NoSuchRowsError(Exception):
    """The address names no figure."""


Query = Mapping[str, str]  # what an address says of a figure


@dataclass(frozen=True)
class Cell:
    """A figure, the address of its rows, and how many these are. A page shows None as a dash."""

    value: Any
    url: str = ""
    count: int = 0
    unit: str = ""


@dataclass(frozen=True)
class Bar:
    label: str
    length: int
    cell: Cell
    other: int = 0
    other_cell: Cell | None = None

    @property
    def tops(self) -> tuple[int, int]:
        return SCALE - self.length, SCALE - self.other


@dataclass(frozen=True)
class Section:
    """A heading with sentences, a chart and its table. The first cell of each row is its name."""

    title: str
    rows: list[list[Cell]]
    bars: list[Bar] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    is_over_time: bool = False  # columns from left to right; else lines one below the other
    heads: tuple[str | Promise, ...] = ()
    url: str = ""

    @property
    def lines(self) -> list[tuple[str, list[tuple[str | Promise, Cell]]]]:
        return [
            (str(name.value), list(zip(self.heads[1:], cells, strict=True))) for name, *cells in self.rows
        ]

    @property
    def columns(self) -> list[tuple[int, Bar]]:
        return [(COLUMN * at, bar) for at, bar in enumerate(self.bars)]

    @property
    def width(self) -> int:
        return COLUMN * len(self.bars)


@dataclass(frozen=True)
class Report:
    code: str
    label: str | Promise
    lead: str | Promise
    heads: tuple[str | Promise, ...]
    sections: Callable[[Sequence[ReportRow], Query], list[Section]]
    records: Callable[[Query, datetime], tuple[str, QuerySet[Any]]]
    groups: tuple[tuple[str, str | Promise], ...] = ()


def rows_url(report: str, **query: str) -> str:
    return f"{reverse('report_rows', args=[report])}?{urlencode(query)}"


def length_of(value: float, most: float) -> int:
    return round(SCALE * value / most) if most else 0


def percent(part: float, whole: float) -> int | None:
    """Return a share in whole percent; None of nothing."""
    return round(100 * part / whole) if whole else None


def tenth(number: float) -> float:
    rounded = round(number, 1)
    return int(rounded) if rounded == int(rounded) else rounded


# --- Startups and their groups ------------------------------------------------------------------------------

# The rule by which a startup belongs to a group, in the database: for counting and for listing alike.
KEYS: dict[str, Any] = {
    "sector": Coalesce("primary_sector__parent__code", "primary_sector__code", Value("")),
    "place": Case(
        When(place__level=PlaceLevel.CITY, place__parent__isnull=False, then=F("place__parent__code")),
        default=Coalesce("place__code", Value("")),
        output_field=CharField(),
    ),
    "stage": Coalesce("stage__code", Value("")),
    "women": Case(
        When(women_led=True, then=Value("yes")),
        When(women_led=False, then=Value("no")),
        default=Value(""),
        output_field=CharField(),
    ),
}
GROUP_LABELS: dict[str, str | Promise] = {
    "sector": gettext_lazy("Sector"),
    "place": gettext_lazy("Province"),
    "stage": gettext_lazy("Stage"),
    "women": gettext_lazy("Led by women"),
}
TERMS: dict[str, Any] = {"sector": Sector, "place": Place, "stage": Stage}


def names_of(group: str) -> Callable[[str], str]:
    names = {"": _("not stated"), "yes": _("Led by women"), "no": _("Not led by women")}
    if group in TERMS:
        names |= {term.code: term.name for term in TERMS[group].objects.all()}
    return lambda key: names.get(key, key)


def startups_in(group: str, key: str) -> QuerySet[Startup]:
    startups = Startup.objects.all()
    return startups.annotate(group_key=KEYS[group]).filter(group_key=key) if group else startups


def keys_of(startups: QuerySet[Startup], group: str) -> dict[int, str]:
    return dict(startups.annotate(group_key=KEYS[group]).values_list("pk", "group_key"))


def approved(side: Side) -> QuerySet[Any]:
    """Return the companies of a side that were approved once, with the `moment` of the first approval."""
    first = Review.objects.filter(**{side: OuterRef("pk")}, outcome=ReviewOutcome.APPROVED)
    since = Subquery(first.order_by("decided_at").values("decided_at")[:1])
    companies = SIDES[side].objects.filter(Exists(first) | Q(status=Status.APPROVED))
    rows: QuerySet[Any] = companies.annotate(moment=Coalesce(since, "reviewed_at", "created_at"))
    return rows


def approved_startups() -> QuerySet[Any]:
    startups: QuerySet[Any] = approved(Side.STARTUP).annotate(of_startup=F("pk"), of_investor=NOBODY)
    return startups


def listed(startups: QuerySet[Startup]) -> QuerySet[Any]:
    return startups.annotate(of_startup=F("pk"), of_investor=NOBODY, moment=NO_MOMENT)


def label_of(group: str, key: str) -> str:
    return f"{GROUP_LABELS[group]}: {names_of(group)(key)}" if group else pgettext("reports", "All startups")


def order_keys(keys: Iterable[str], name: Callable[[str], str]) -> list[str]:
    return sorted(keys, key=lambda key: (key == "", name(key)))
