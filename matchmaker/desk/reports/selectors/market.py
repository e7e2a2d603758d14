"""Exposure of startups against their share of the market, and concentration of deals."""

from collections import Counter
from collections.abc import Iterator, Sequence
from datetime import datetime
from typing import Any

from django.db.models import DateTimeField, F, QuerySet
from django.db.models.functions import Cast
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from matchmaker.choices import Side
from matchmaker.deals.fair_dealing.selectors.figures import Concentration, Spread, by_sector, deals_in
from matchmaker.desk.reports.selectors import figures
from matchmaker.desk.reports.selectors.funnel import Market
from matchmaker.desk.reports.selectors.periods import day_of
from matchmaker.matching.ranking.selectors.stored_lists import exposure_of
from matchmaker.models.report import ReportRow
from profiles.models import Startup

GROUPS = ("place", "stage", "women")


def compute_exposure(market: Market) -> Iterator[figures.Figures]:
    seen = exposure_of(Side.STARTUP)
    published = set(Startup.objects.published().values_list("pk", flat=True))
    for group in GROUPS:
        startups: Counter[str] = Counter()
        exposure: Counter[str] = Counter()
        unseen: Counter[str] = Counter()
        for pk, key in figures.keys_of(Startup.objects.published(), group).items():
            startups[key] += 1
            exposure[key] += seen.get(pk, 0)
            unseen[key] += pk not in seen
        whole = sum(seen.get(pk, 0) for pk in published)
        for key, count in startups.items():
            values = {"startups": count, "exposure": exposure[key], "unseen": unseen[key]}
            yield figures.Figures("exposure", group, key, {**values, "all": len(published), "whole": whole})


def _exposure_sections(rows: Sequence[ReportRow], _query: figures.Query) -> list[figures.Section]:
    return [_exposure_section(group, [row for row in rows if row.group == group]) for group in GROUPS]


def shares_of(values: dict[str, Any]) -> tuple[int, int]:
    """Return a group's share of all startups, and its share of exposure, in percent."""
    ours = figures.percent(values["startups"], values["all"]) or 0
    return ours, figures.percent(values["exposure"], values["whole"]) or 0


def _exposure_section(group: str, rows: Sequence[ReportRow]) -> figures.Section:
    name, stored = figures.names_of(group), {row.key: row.values for row in rows}
    shares = {key: shares_of(one) for key, one in stored.items()}
    most = max((share for both in shares.values() for share in both), default=0)
    lines, bars = [], []
    for key in figures.order_keys(stored, name):
        one = stored[key]
        url, unseen = (
            figures.rows_url("exposure", by=group, key=key, what=what) for what in ("startups", "unseen")
        )
        ours, theirs = (figures.Cell(share, url, one["startups"], "%") for share in shares[key])
        lines.append(
            [
                figures.Cell(name(key)),
                figures.Cell(one["startups"], url, one["startups"]),
                ours,
                theirs,
                figures.Cell(one["unseen"], unseen, one["unseen"]),
            ]
        )
        lengths = [figures.length_of(share, most) for share in shares[key]]
        bars.append(figures.Bar(name(key), lengths[1], theirs, lengths[0], ours))
    text = _("Dark: the share of exposure. Outlined: the share of all startups.")
    return figures.Section(str(figures.GROUP_LABELS[group]), lines, bars, [text] if bars else [])


def _exposure_records(query: figures.Query, _at: datetime) -> tuple[str, QuerySet[Any]]:
    by, key, what = (query.get(name, "") for name in ("by", "key", "what"))
    if by not in GROUPS or what not in ("startups", "unseen"):
        raise figures.NoSuchRowsError
    startups, title = (
        Startup.objects.published().filter(pk__in=figures.startups_in(by, key).values("pk")),
        figures.label_of(by, key),
    )
    if what == "unseen":
        pks = set(startups.values_list("pk", flat=True)) - exposure_of(Side.STARTUP).keys()
        startups, title = startups.filter(pk__in=pks), f"{_('Not in anyone’s top 20')} · {title}"
    return title, figures.listed(startups)


# --- Concentration: the rule is fair_dealing's --------------------------------------------------------------


def _stored(one: Concentration) -> dict[str, Any]:
    spreads = {"by_count": one.by_count, "by_amount": one.by_amount}
    return {
        "deals": one.deals,
        "partners": one.partners,
        **{name: [spread.hhi, spread.largest_pct] if spread else None for name, spread in spreads.items()},
    }


def compute_concentration(market: Market) -> Iterator[figures.Figures]:
    for one in by_sector(today=day_of(market.at)):
        yield figures.Figures("concentration", "sector", one.code, _stored(one))
        for province in one.within:
            yield figures.Figures("concentration", "place", f"{one.code} {province.code}", _stored(province))


def spread_words(values: dict[str, Any]) -> str:
    spread = Spread(*values["by_count"])
    text = _(
        "%(deals)d deals with %(partners)d partners, spread as if there were %(equal)s partners of the same "
        "size. The largest has %(largest)d%%."
    )
    numbers = {"equal": number_format(spread.effective), "largest": spread.largest_pct}
    return text % {**values, **numbers}


def _concentration_sections(rows: Sequence[ReportRow], _query: figures.Query) -> list[figures.Section]:
    name = figures.names_of("sector")
    stored = {row.key: row.values for row in rows if row.group == "sector"}
    keys = figures.order_keys(stored, name)
    shown_keys = [key for key in keys if stored[key]["by_count"]]
    rest = [_concentration_row(name(key), key, stored[key]) for key in keys if key not in shown_keys]
    sections = [_concentration_section(name(key), key, stored[key]) for key in shown_keys]
    few = _("At least 5 deals and 3 partners are needed.")
    return (
        [*sections, figures.Section(_("Not enough deals or partners to say"), rest, notes=[few])]
        if rest
        else sections
    )


def _concentration_section(title: str, key: str, values: dict[str, Any]) -> figures.Section:
    row, largest = _concentration_row(title, key, values), values["by_count"][1]
    bar = figures.Bar(_("Share of the largest partner"), figures.length_of(largest, 100), row[5])
    return figures.Section(title, [row], [bar], [spread_words(values)], url=reverse("concentration"))


def _concentration_row(title: str, key: str, values: dict[str, Any]) -> list[figures.Cell]:
    url, deals = figures.rows_url("concentration", sector=key), values["deals"]
    count, amount = (Spread(*figure) if (figure := values[by]) else None for by in ("by_count", "by_amount"))

    def cell(value: Any, unit: str = "") -> figures.Cell:
        return figures.Cell(value, url, deals, unit)

    return [
        figures.Cell(title),
        cell(deals),
        cell(values["partners"]),
        cell(count and count.hhi),
        cell(count and figures.tenth(float(count.effective))),
        cell(count and count.largest_pct, "%"),
        cell(amount and amount.hhi),
        cell(amount and amount.largest_pct, "%"),
    ]


def _concentration_records(query: figures.Query, at: datetime) -> tuple[str, QuerySet[Any]]:
    code, today = query.get("sector", ""), day_of(at)
    deals = deals_in(code, today=today).annotate(
        of_startup=F("startup"), of_investor=F("investor"), moment=Cast("closed_on", DateTimeField())
    )
    return f"{_('Recorded deals')} · {figures.names_of('sector')(code)}", deals


EXPOSURE_REPORT = figures.Report(
    "exposure",
    gettext_lazy("Exposure"),
    gettext_lazy(
        "How often each group of startups appears in the first 20 positions of partners’ lists, compared "
        "with its share of all startups on the lists. A higher position counts more."
    ),
    (
        gettext_lazy("Group"),
        gettext_lazy("Startups"),
        gettext_lazy("Share of all startups"),
        gettext_lazy("Share of exposure"),
        gettext_lazy("Not in anyone’s top 20"),
    ),
    _exposure_sections,
    _exposure_records,
)
CONCENTRATION_REPORT = figures.Report(
    "concentration",
    gettext_lazy("Concentration"),
    gettext_lazy(
        "How the recorded deals of the last 24 months are spread over partners. Companies in the same group "
        "count as one. HHI is the sum of the squared shares in percent: 10,000 means one partner has all "
        "deals, 2,500 is the value for four equal partners."
    ),
    (
        gettext_lazy("Sector"),
        gettext_lazy("Deals in 24 months"),
        gettext_lazy("Partners"),
        gettext_lazy("By number: HHI"),
        gettext_lazy("By number: equivalent number of equal partners"),
        gettext_lazy("By number: share of the largest"),
        gettext_lazy("By amount: HHI"),
        gettext_lazy("By amount: share of the largest"),
    ),
    _concentration_sections,
    _concentration_records,
)
