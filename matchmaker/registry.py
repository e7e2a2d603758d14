"""What a capability adds to pages of others, registered in its `registry.py`.

Menu entries, queues on the curators' desk, what waits for a company on its start page, sections on a
company's record, what is open between a company and others, origins of an introduction, steps of the funnel.
Tasks of the worker, and when each runs.
"""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import cache
from typing import Any

from celery import shared_task
from django.conf import settings
from django.db.models import Count, IntegerField, Min, Q, QuerySet, Value
from django.http import HttpRequest, HttpResponseBase
from django.utils import timezone
from django.utils.functional import Promise
from kombu import Queue

from matchmaker.celery import app
from matchmaker.choices import Side
from matchmaker.models.introduction import Introduction
from profiles.models import Investor, Startup, User

Label = str | Promise
SOON, MINUTE = timedelta(seconds=settings.PERIODIC_SECONDS), timedelta(minutes=1)
HOUR, DAY = timedelta(hours=1), timedelta(days=1)
LONG_TASK: dict[str, Any] = {"time_limit": 3600, "soft_time_limit": 3540}


@dataclass(frozen=True)
class MenuEntry:
    """One entry of a menu. `covers`: beginnings of the URL names on which it is the current one.

    `is_extra`: it stands behind "More". `is_shown`: whether this site has it.
    """

    url_name: str
    label: Label
    covers: tuple[str, ...] = ()
    is_extra: bool = False
    position: int = 0
    is_shown: Callable[[], bool] = lambda: True


@dataclass(frozen=True)
class QueueState:
    count: int
    oldest_at: datetime | None = None


@dataclass(frozen=True)
class DeskQueue:
    label: Label
    url_name: str
    state: Callable[[], QueueState]
    position: int
    target: timedelta | None = None
    query: str = ""


@dataclass(frozen=True)
class OpenMatter:
    """What a company has open with others, and a pair between the two."""

    label: Label
    count: Callable[[Startup | Investor], int]
    count_between: Callable[[Startup, Investor], int]
    when_suspended: Label
    when_hidden: Label
    position: int


@dataclass(frozen=True)
class Origin:
    label: Label
    title: str
    url: str


@dataclass(frozen=True)
class IntroductionPart:
    """What a capability shows of introductions that both sides may read.

    On the page of one and in the list.
    """

    read: Callable[[Sequence[Introduction], Side], Mapping[int, Any]]
    page: str
    row: str = ""
    columns: Sequence[Label] = ()
    cells: Callable[[Any], list[Any]] = lambda _part: []


INTRODUCTION_PARTS: list[IntroductionPart] = []
AFTER_MEETING: list[str] = []  # URL names of pages on which two who continue after a meeting say how


@dataclass(frozen=True)
class Waiting:
    """Something that a member's company has to do next, on its start page.

    `about`: the key of the other company; then `text` may name it as %(name)s, and `url_name` is a page of
    the pair. `of`: what else the page is of, as in its address. `day`: until when. `is_ahead`: it asks for
    nothing and comes soon.
    """

    text: str
    act: str
    url_name: str
    about: int = 0
    of: tuple[str, ...] = ()
    icon: str = "hourglass-split"
    day: date | None = None
    is_ahead: bool = False


@dataclass(frozen=True)
class WaitingPart:
    """What waits for a company by one capability.

    `rows`: a row for each thing that waits for one side; `own`: which are of a company, for a person, now.
    `of`: the column with the key of what a row is of; {other} is the other side. `say`: what the rows say,
    from their keys, each with what it is of.
    """

    position: int
    rows: Callable[[Side], QuerySet[Any]]
    own: Callable[[Startup | Investor, User, datetime], Q]
    say: Callable[[dict[int, int], Startup | Investor, datetime], list[Waiting]]
    of: str = "pk"


def own_in(path: str) -> Callable[[Startup | Investor, User, datetime], Q]:
    """Return which rows are of a company by the column `path`; {side} is its side."""
    return lambda company, _user, _at: Q(**{path.format(side=company.side): company})


WAITING: list[WaitingPart] = []
OF_PERSONS: list[Callable[[User], str]] = []  # where a person without a company goes on; empty for others
PUBLIC_PAGES: list[Callable[[], list[str]]] = []  # addresses of pages that everyone may read
TOLD_AS_WAITING: set[str] = set()  # kinds of notices that say the same as a row of what waits


@dataclass(frozen=True)
class FunnelStep:
    """One step of a startup's way from approval to an outcome. `meaning`: what counts, in one sentence.

    `records` have the columns `of_startup`, `of_investor` (keys of companies; the second may be None) and
    `moment`, which is None in all of them where `is_dated` is False.
    """

    code: str
    label: Label
    meaning: Label
    records: Callable[[], QuerySet[Any]]
    is_dated: bool
    position: int


@dataclass(frozen=True)
class PeriodicTask:
    """A function that is called with the time `at`, every so often. Safe in any number of workers at once.

    `is_slow`: it takes minutes, and has a message and a queue of its own.
    """

    name: str
    run: Callable[..., object]
    every: timedelta
    is_slow: bool = False


EndBetween = Callable[..., None]
SETTLED_BY_CLOSING: dict[str, tuple[str, ...]] = {}  # notices by the page of a pair that asks for something
# From when to when a startup or an investor is at what a capability arranges, from a moment on.
BUSY_TIMES: list[Callable[[Startup, Investor, datetime], list[tuple[datetime, datetime]]]] = []
WHEN_BLOCKED: list[EndBetween] = []  # what ends between two companies when one of them blocks the other
MENUS: dict[str, list[MenuEntry]] = {}
QUEUES: list[DeskQueue] = []
OPEN_MATTERS: list[OpenMatter] = []
RECORD_SECTIONS: list[tuple[Label, Callable[[Startup | Investor], list[str]]]] = []
DIGEST_LINES: list[Callable[..., list[str]]] = []
ORIGINS: list[Callable[[Introduction], Origin | None]] = []
FUNNEL: list[FunnelStep] = []
PERIODIC_TASKS: list[PeriodicTask] = []
OPTIONAL_QUEUES: dict[str, Callable[[], bool]] = {}  # of tasks, with whether a worker has to serve it
MENU_COVERS: dict[str, list[str]] = {}  # what an entry, by its URL name, covers of other capabilities
WHEN_NOT_FOUND: list[Callable[[HttpRequest], HttpResponseBase | None]] = []  # what else a 404 may become


def register_periodic_task(
    name: str, run: Callable[..., object], every: timedelta, *, is_slow: bool = False
) -> None:
    """Have the worker call `run` with the time `at`, every so often."""
    PERIODIC_TASKS.append(PeriodicTask(name, run, every, is_slow))


def register_task(name: str, run: Callable[..., object], *, queue: str = "", **options: Any) -> None:
    """Have the worker call `run` with the time `at` when `dispatch.enqueue(name)` asks for it."""

    @shared_task(name=name, **options)
    def run_now() -> None:
        run(at=timezone.now())

    if queue:
        app.conf.task_routes[name] = {"queue": queue}


def register_task_queue(name: str, *, is_needed: Callable[[], bool]) -> None:
    """Add a queue of tasks; a worker without `-Q` serves it too."""
    app.conf.task_queues.append(Queue(name))
    OPTIONAL_QUEUES[name] = is_needed


def register_menu_entry(menus: str, position: int, url_name: str, label: Label, **fields: Any) -> None:
    """Add an entry, with the fields of MenuEntry, to menus between blanks.

    A menu is named by a role; `<role>-alone` is that of a person without a company. A menu that is named by
    the `url_name` of an entry has the tabs of that entry's pages.
    """
    entry = MenuEntry(url_name, label, position=position, **fields)
    for menu in menus.split():
        MENUS[menu] = sorted([*MENUS.get(menu, ()), entry], key=lambda each: each.position)


def register_queue(
    position: int,
    label: Label,
    url_name: str,
    state: Callable[[], QueueState],
    *,
    target: timedelta | None = None,
    query: str = "",
) -> None:
    QUEUES.append(DeskQueue(label, url_name, state, position, target, query))
    QUEUES.sort(key=lambda each: each.position)


def waiting_in(rows: QuerySet[Any], since: str) -> QueueState:
    return QueueState(**rows.order_by().aggregate(count=Count("pk"), oldest_at=Min(since)))


def register_open_matter(
    position: int,
    label: Label,
    count: Callable[[Startup | Investor], int],
    count_between: Callable[[Startup, Investor], int],
    *,
    when_suspended: Label,
    when_hidden: Label,
) -> None:
    OPEN_MATTERS.append(OpenMatter(label, count, count_between, when_suspended, when_hidden, position))
    OPEN_MATTERS.sort(key=lambda each: each.position)


def register_waiting(part: WaitingPart, *, told_by: Collection[str] = ()) -> None:
    """Add what waits for a company, for the start page. `told_by`: kinds of notices that say the same.

    `say` of a part is called only if there are rows. It asks the database at most once, however much waits,
    and may find that nothing does.
    """
    WAITING.append(part)
    WAITING.sort(key=lambda each: each.position)
    TOLD_AS_WAITING.update(told_by)


def waiting_of(company: Startup | Investor, user: User, at: datetime) -> list[list[Waiting]]:
    """Return what waits for a company, by capability.

    One query, and at most one for each part where something does.
    """
    if not WAITING:
        return []
    rows = zip(_rows_waiting(Side(company.side)), WAITING, strict=True)
    first, *rest = (each.filter(part.own(company, user, at)) for each, part in rows)
    found: dict[int, dict[int, int]] = defaultdict(dict)
    for number, pk, of in first.union(*rest, all=True):
        found[number][pk] = of
    return [part.say(found[n], company, at) for n, part in enumerate(WAITING) if n in found]


@cache
def _rows_waiting(side: Side) -> list[QuerySet[Any]]:
    """Return the rows of all parts, written once: a home page reads them, and writing takes long."""
    return [
        part.rows(side)
        .order_by()
        .values_list(Value(number, IntegerField()), "pk", part.of.format(other=side.other))
        for number, part in enumerate(WAITING)
    ]


def register_funnel_step(
    position: int,
    code: str,
    label: Label,
    records: Callable[[], QuerySet[Any]],
    *,
    meaning: Label,
    is_dated: bool = True,
) -> None:
    FUNNEL.append(FunnelStep(code, label, meaning, records, is_dated, position))
    FUNNEL.sort(key=lambda each: each.position)


def register_digest_lines(lines: Callable[..., list[str]]) -> None:
    DIGEST_LINES.append(lines)


def open_matters_of(company: Startup | Investor) -> list[tuple[OpenMatter, int]]:
    counts = [(matter, matter.count(company)) for matter in OPEN_MATTERS]
    return [(matter, count) for matter, count in counts if count]


def open_matters_between(startup: Startup, investor: Investor) -> list[tuple[OpenMatter, int]]:
    counts = [(matter, matter.count_between(startup, investor)) for matter in OPEN_MATTERS]
    return [(matter, count) for matter, count in counts if count]


def record_of(company: Startup | Investor) -> list[tuple[Label, list[str]]]:
    sections = [(title, lines(company)) for title, lines in RECORD_SECTIONS]
    return [(title, shown_lines) for title, shown_lines in sections if shown_lines]


def origins_of(introduction: Introduction) -> list[Origin]:
    origins = [origin_of(introduction) for origin_of in ORIGINS]
    return [origin for origin in origins if origin]
