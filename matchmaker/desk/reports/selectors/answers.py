"""How fast and how often each side answers, and how long profiles wait for a review."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import datetime, timedelta
from math import ceil
from statistics import median
from typing import Any

from django.db.models import Count, F, Min, Q, QuerySet
from django.urls import reverse
from django.utils.formats import number_format
from django.utils.translation import gettext, ngettext, pgettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.desk.reports.selectors import figures
from matchmaker.desk.reports.selectors.funnel import Market
from matchmaker.desk.reports.selectors.periods import KINDS, MONTHS, WEEKS, Period, day_of, newest, period_of
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.report import ReportRow
from profiles.choices import ReviewOutcome
from profiles.companies.steps.selectors import WAITING
from profiles.models import SIDES, Review

DAY, HOUR = timedelta(days=1), timedelta(hours=1)
WHAT = ("reached", "due", "answered", "in_time")


# --- Answers ------------------------------------------------------------------------------------------------


def _asked(side: Side) -> QuerySet[Introduction]:
    reached = Introduction.objects.filter(asked_by=side.other, due_at__isnull=False, left_at=None)
    return reached.exclude(state=IntroductionState.WITHDRAWN, answered_at=None)


def _conditions(at: datetime) -> dict[str, Q]:
    return {
        "reached": Q(delivered_at__lte=at),
        "due": Q(answered_at__isnull=False) | Q(ended_at__isnull=False) | Q(due_at__lt=at),
        "answered": Q(answered_at__isnull=False),
        "in_time": Q(answered_at__lte=F("due_at")),
    }


def answers_by(kind: str, count: int, at: datetime) -> dict[str, dict[str, Any]]:
    """Return what each side answered of the requests that reached it in a period, by the period's key."""
    periods = newest(kind, count, at=at)
    found: dict[str, dict[str, Any]] = {
        one.key: {str(side): dict.fromkeys(WHAT, 0) for side in Side} for one in periods
    }
    first = periods[0].span[0]
    for side in Side:
        rows = _asked(side).filter(delivered_at__gte=first, delivered_at__lte=at).order_by()
        counts = {what: Count("pk", filter=when) for what, when in _conditions(at).items()}
        for day, *numbers in rows.values_list("delivered_at__date").annotate(**counts):
            one = found[KINDS[kind](day).key][str(side)]
            for what, number in zip(WHAT, numbers, strict=True):
                one[what] += number
        took: dict[str, list[float]] = defaultdict(list)
        answered: QuerySet[Any, Any] = rows.filter(answered_at__isnull=False)
        for reached, answered_at in answered.values_list("delivered_at", "answered_at").iterator(
            chunk_size=5000
        ):
            took[KINDS[kind](day_of(reached)).key].append((answered_at - reached) / DAY)
        for key, each in took.items():
            found[key][str(side)]["days"] = figures.tenth(median(each))
    return found


def compute_answers(market: Market) -> Iterator[figures.Figures]:
    for key, values in answers_by("month", MONTHS, market.at).items():
        yield figures.Figures("answers", "month", key, values)


def _answers_sections(rows: Sequence[ReportRow], _query: figures.Query) -> list[figures.Section]:
    titles = {
        Side.STARTUP: gettext("Startups answer partners"),
        Side.INVESTOR: gettext("Partners answer startups"),
    }
    return [_answers_section(titles[side], side, rows) for side in Side]


def _answers_section(title: str, side: Side, rows: Sequence[ReportRow]) -> figures.Section:
    lines, bars, due, in_time = [], [], 0, 0
    for row in reversed(rows):
        one, label = row.values[side], period_of("month", row.key).label
        if not one["reached"]:
            continue
        cells = {
            what: figures.Cell(
                one[what], figures.rows_url("answers", side=side, month=row.key, what=what), one[what]
            )
            for what in WHAT
        }
        share, days = figures.percent(one["in_time"], one["due"]), one.get("days")
        share_cell = figures.Cell(share, cells["in_time"].url, one["in_time"], "%")
        took = figures.Cell(days, cells["answered"].url, one["answered"])
        lines.append([figures.Cell(label), *cells.values(), share_cell, took])
        bars.append(figures.Bar(label, figures.length_of(share or 0, 100), share_cell))
        due, in_time = due + one["due"], in_time + one["in_time"]
    text = ngettext(
        "%(in_time)d of %(due)d request that was due was answered within the promised time.",
        "%(in_time)d of %(due)d requests that were due were answered within the promised time.",
        due,
    )
    return figures.Section(title, lines, bars, [text % {"in_time": in_time, "due": due}])


def _answers_records(query: figures.Query, at: datetime) -> tuple[str, QuerySet[Any]]:
    period, what = period_of("month", query.get("month", "")), query.get("what", "")
    if query.get("side") not in Side.values or what not in WHAT:
        raise figures.NoSuchRowsError
    side = Side(query["side"])
    begin, end = period.span
    rows = _asked(side).filter(_conditions(at)[what], delivered_at__gte=begin, delivered_at__lt=end)
    rows = rows.filter(delivered_at__lte=at)
    title = f"{ANSWERS_REPORT.heads[1 + WHAT.index(what)]} · {side.label} · {period.label}"
    return title, rows.annotate(of_startup=F("startup"), of_investor=F("investor"), moment=F("delivered_at"))


# --- The queue of reviews -----------------------------------------------------------------------------------

DECIDED = (ReviewOutcome.APPROVED, ReviewOutcome.RETURNED, ReviewOutcome.REJECTED)


def _decisions(at: datetime) -> QuerySet[Review]:
    return Review.objects.filter(outcome__in=DECIDED, waited_since__isnull=False, decided_at__lte=at)


def ninth_tenth(sizes: Sequence[float]) -> float:
    return sorted(sizes)[ceil(0.9 * len(sizes)) - 1]


def queue_by(kind: str, count: int, at: datetime) -> dict[str, dict[str, Any]]:
    """Return decisions and hours of waiting by the period of the decision, by its key. One query."""
    periods = newest(kind, count, at=at)
    waits: dict[str, list[float]] = {one.key: [] for one in periods}
    rows: QuerySet[Any] = _decisions(at).filter(decided_at__gte=periods[0].span[0]).order_by()
    for since, decided in rows.values_list("waited_since", "decided_at").iterator(chunk_size=5000):
        waits[KINDS[kind](day_of(decided)).key].append((decided - since) / HOUR)
    return {
        key: {
            "decisions": len(each),
            "median": figures.tenth(median(each)),
            "most": figures.tenth(ninth_tenth(each)),
        }
        if each
        else {"decisions": 0}
        for key, each in waits.items()
    }


def compute_queue(market: Market) -> Iterator[figures.Figures]:
    for key, values in queue_by("week", WEEKS, market.at).items():
        yield figures.Figures("queue", "week", key, values)
    waiting, oldest = 0, market.at
    for model in SIDES.values():
        rows = model._default_manager.filter(WAITING, submitted_at__lte=market.at)
        totals = rows.aggregate(count=Count("pk"), oldest=Min("submitted_at"))
        waiting, oldest = waiting + totals["count"], min(oldest, totals["oldest"] or oldest)
    hours = figures.tenth((market.at - oldest) / HOUR)
    yield figures.Figures("queue", "now", "", {"waiting": waiting, "hours": hours})


def _queue_sections(rows: Sequence[ReportRow], _query: figures.Query) -> list[figures.Section]:
    weeks = [row for row in rows if row.group == "week"]
    most = max((row.values.get("most", 0) for row in weeks), default=0)
    lines, bars = [], []
    for row in weeks:
        label, decisions = period_of("week", row.key).label, row.values["decisions"]
        cells = [
            figures.Cell(row.values.get(name), figures.rows_url("queue", week=row.key), decisions)
            for name in ("decisions", "median", "most")
        ]
        lengths = [figures.length_of(row.values.get(name, 0), most) for name in ("median", "most")]
        bars.append(figures.Bar(label, lengths[0], cells[1], lengths[1]))
        if decisions:
            lines.append([figures.Cell(label), *cells])
    title = pgettext("reports", "Hours in the review queue")
    told = gettext("Dark: the median of the week. Outlined: 9 of 10 decisions were made within this time.")
    waiting = [_waiting_now(row.values) for row in rows if row.group == "now"]
    notes = [*waiting, told] if lines else waiting
    return [figures.Section(title, lines[::-1], bars, notes, is_over_time=True, url=reverse("reviews"))]


def _waiting_now(values: dict[str, Any]) -> str:
    if not values["waiting"]:
        return gettext("No profile is waiting now.")
    told = ngettext(
        "%(count)d profile is waiting now, for %(hours)s hours.",
        "%(count)d profiles are waiting now, the oldest for %(hours)s hours.",
        values["waiting"],
    )
    return told % {"count": values["waiting"], "hours": number_format(values["hours"])}


def _queue_records(query: figures.Query, at: datetime) -> tuple[str, QuerySet[Any]]:
    period: Period = period_of("week", query.get("week", ""))
    begin, end = period.span
    rows = _decisions(at).filter(decided_at__gte=begin, decided_at__lt=end)
    rows = rows.annotate(of_startup=F("startup"), of_investor=F("investor"), moment=F("decided_at"))
    return f"{gettext('Decisions')} · {period.label}", rows


ANSWERS_REPORT = figures.Report(
    "answers",
    _("Answers"),
    _(
        "How often and how fast each side answers, by the month in which a request was received. Requests "
        "that wait in the queue, or were withdrawn before an answer, do not count. “Later” and “Pass” are "
        "answers too."
    ),
    (
        _("Requests received in"),
        _("Arrived"),
        _("Answer was due by now"),
        pgettext_lazy("reports", "Answered"),
        _("Answered within the promise"),
        _("Share answered within the promise"),
        _("Median days to answer"),
    ),
    _answers_sections,
    _answers_records,
)
QUEUE_REPORT = figures.Report(
    "queue",
    _("Review queue"),
    _(
        "How long profiles wait until a curator decides. Decisions made before we started to store this do "
        "not count."
    ),
    (_("Week of the decision"), _("Decisions"), _("Median hours"), _("9 of 10 decided within (hours)")),
    _queue_sections,
    _queue_records,
)
