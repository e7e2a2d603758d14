"""Decks: who may read which page now, what the owner sees of readers, what curators see."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, Exists, F, Max, OuterRef, QuerySet, Sum, prefetch_related_objects
from django.utils import timezone

from matchmaker.deals.decks.kinds import DECK
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.matching.pairs.selectors.pair import Pair, pair_of
from matchmaker.models.deck import Deck, DeckAccess, DeckCopy, DeckOpening, DeckPage, DeckState, DeckVersion
from profiles.catalogue.consents.selectors import agreed_purposes
from profiles.catalogue.visibility.access import CONSENTS, is_abroad
from profiles.catalogue.visibility.policy import audience_label, group_audience
from profiles.choices import Audience, Purpose, Side
from profiles.models import AuditRecord, Investor, Startup, User
from profiles.people.accounts.selectors import company_of
from profiles.platform.audit.services import subject_of

INSPECTION = timedelta(days=1)  # for which a curator's reason counts
ASK_AGAIN = timedelta(days=30)  # after a startup has declined
COPY_KEPT = timedelta(hours=1)
TALLEST = 100  # units of the chart
BAR = 10


def audience_of_deck(startup: Startup) -> Audience:
    return group_audience(Side.STARTUP, "deck", startup.visibility)


def agrees(pair: Pair) -> bool:
    """Tell whether the consents of the whole profile let this reader see what the startup shows."""
    agreed = agreed_purposes(pair.startup)
    crosses = is_abroad(pair.startup, pair.member.viewer)
    return Purpose.SHOWING in agreed and (not crosses or Purpose.CROSS_BORDER in agreed)


def is_apart(pair: Pair) -> bool:
    """Tell whether one of the two has blocked the other, or the startup has passed on the investor."""
    said = pair.member.interactions
    return pair.counterpart.pk in said.blocked | said.closed_by


def decks_for(pair: Pair, *, at: datetime) -> "QuerySet[Deck]":
    """Return the deck of a pair's startup, if the investor may read it now."""
    decks = Deck.objects.filter(startup=pair.startup, current__isnull=False)
    if pair.member.side != Side.INVESTOR or is_apart(pair) or not agrees(pair):
        return decks.none()
    access = DeckAccess.objects.filter(startup=OuterRef("startup"), investor=pair.investor)
    decks = decks.exclude(Exists(access.filter(is_closed=True)))
    if not pair.seen.hides("deck"):
        return decks
    if audience_of_deck(pair.startup) != Audience.REQUEST:
        return decks.none()
    return decks.filter(Exists(access.filter(until__gt=at)))


def declined_lately(access: DeckAccess, *, at: datetime) -> bool:
    return bool(access.decided_at and not access.until and access.decided_at > at - ASK_AGAIN)


def access_of(startup: Startup, investor: Investor) -> DeckAccess | None:
    return DeckAccess.objects.filter(startup=startup, investor=investor).first()


@dataclass(frozen=True)
class DeckDoor:
    """What an investor may do about a startup's deck."""

    deck: Deck | None
    may_ask: bool
    waits: bool

    def __bool__(self) -> bool:
        return bool(self.deck or self.may_ask or self.waits)


CLOSED = DeckDoor(None, may_ask=False, waits=False)


def door_of(pair: Pair, *, at: datetime) -> DeckDoor:
    """Return what the investor of a pair may do. While a request waits, it may not ask again."""
    if pair.member.side != Side.INVESTOR or is_apart(pair):
        return CLOSED
    if not Deck.objects.filter(startup=pair.startup, current__isnull=False).exists():
        return CLOSED
    prefetch_related_objects([pair.startup], CONSENTS)
    if deck := decks_for(pair, at=at).select_related("current").first():
        return DeckDoor(deck, may_ask=False, waits=False)
    if audience_of_deck(pair.startup) != Audience.REQUEST or not agrees(pair):
        return CLOSED
    access = access_of(pair.startup, pair.investor)
    if access is None:
        return DeckDoor(None, may_ask=True, waits=False)
    is_refused = access.is_closed or declined_lately(access, at=at)
    return DeckDoor(None, may_ask=not access.waits and not is_refused, waits=access.waits)


# --- One page -----------------------------------------------------------------------------------------------


def pages_of(version: DeckVersion) -> "QuerySet[DeckPage]":
    return DeckPage.objects.filter(version=version).select_related("image")


def opened_pages(version: DeckVersion, investor: Investor, user: User) -> "QuerySet[DeckOpening]":
    return DeckOpening.objects.filter(version=version, investor=investor, user=user)


def savable_version(pair: Pair, *, at: datetime) -> DeckVersion | None:
    """Return the version that the investor of a pair may save now."""
    readable = decks_for(pair, at=at).filter(may_download=True).values("current")
    return DeckVersion.objects.filter(pk__in=readable, pages__isnull=False).first()


def copy_of(pair: Pair, *, at: datetime) -> DeckCopy | None:
    """Return the copy of what the investor may save now: what is taken back or old is never handed out."""
    copies = DeckCopy.objects.filter(investor=pair.investor, at__gt=at - COPY_KEPT)
    return copies.filter(version=savable_version(pair, at=at)).select_related("version").first()


@dataclass(frozen=True)
class Shown:
    """A page, and the reader whose name it carries."""

    page: DeckPage
    reader: str


def page_for(
    user: User, public_id: str, number: int, page: int, *, at: datetime, is_curator: bool
) -> Shown | None:
    """Return a page for its startup, for a curator who gave a reason, or for an investor who opened it."""
    pages = DeckPage.objects.filter(
        version__deck__startup__public_id=public_id, version__number=number, number=page
    ).select_related("image", "version__deck__startup")
    if user.is_curator:
        found = pages.first() if is_curator else None
        allowed = found and is_inspected(found.version.deck.startup, user, at=at)
        return Shown(found, "Corridor") if found and allowed else None
    own = company_of(user)
    if isinstance(own, Startup):
        found = pages.filter(version__deck__startup=own).first()
        return Shown(found, own.name) if found else None
    member = current_company(user)
    pair = pair_of(member, public_id) if member else None
    if pair is None or pair.member.side != Side.INVESTOR:
        return None
    opened = DeckOpening.objects.filter(
        version=OuterRef("version"), investor=pair.investor, user=user, number=OuterRef("number")
    )
    current = decks_for(pair, at=at).values("current")
    found = pages.filter(Exists(opened), version__in=current).first()
    return Shown(found, pair.investor.name) if found else None


# --- The owner ----------------------------------------------------------------------------------------------


def deck_of(startup: Startup) -> Deck | None:
    return Deck.objects.filter(startup=startup).select_related("current").first()


def versions_of(deck: Deck) -> list[DeckVersion]:
    rows = deck.versions.select_related("by", "file").annotate(drawn=Count("pages"))
    return list(rows.order_by("-number"))


def version_of(startup: Startup, number: int) -> DeckVersion | None:
    rows = DeckVersion.objects.filter(deck__startup=startup, number=number)
    return rows.select_related("deck__startup").first()


def access_rows(startup: Startup) -> "QuerySet[DeckAccess]":
    """Return the companies that asked or were let in, those that wait first."""
    rows = DeckAccess.objects.filter(startup=startup).select_related("investor")
    return rows.order_by(F("decided_at").asc(nulls_first=True), "-pk")


def waiting_requests() -> "QuerySet[DeckAccess]":
    return DeckAccess.objects.filter(decided_at=None, asked_at__isnull=False)


def inspections(startup: Startup) -> "QuerySet[AuditRecord]":
    rows = AuditRecord.objects.filter(action=DECK, subject=subject_of(startup), details__done="inspected")
    return rows.order_by("-pk")


def is_inspected(startup: Startup, curator: User, *, at: datetime) -> bool:
    return inspections(startup).filter(actor=curator, at__gt=at - INSPECTION).exists()


@dataclass(frozen=True)
class Reader:
    """A company that read a version, with its seconds by page."""

    name: str
    last_at: datetime
    pages: list[int | None]  # seconds; None where it did not open the page

    @property
    def opened(self) -> int:
        return sum(each is not None for each in self.pages)

    @property
    def seconds(self) -> int:
        return sum(each or 0 for each in self.pages)


@dataclass(frozen=True)
class Readings:
    readers: list[Reader]
    bars: list[dict[str, int]]
    most: int

    @property
    def width(self) -> int:
        return max(1, len(self.bars)) * BAR


def readings_of(version: DeckVersion) -> Readings:
    """Return who read a version and for how long; two queries, however many they are."""
    rows = DeckOpening.objects.filter(version=version).order_by().values_list("investor", "number")
    found: dict[int, dict[int, int]] = {}
    last: dict[int, datetime] = {}
    for investor, number, seconds, at in rows.annotate(sum=Sum("seconds"), at_last=Max("at")):
        found.setdefault(investor, {})[number] = seconds or 0
        last[investor] = max(at, last.get(investor, at))
    companies = Investor.objects.in_bulk(list(found))
    numbers = range(1, version.page_count + 1)
    readers = [
        Reader(companies[pk].name, last[pk], [pages.get(number) for number in numbers])
        for pk, pages in found.items()
        if pk in companies
    ]
    readers.sort(key=lambda reader: reader.last_at, reverse=True)
    by_page = zip(*(reader.pages for reader in readers), strict=True)
    totals = (sum(seconds or 0 for seconds in page) for page in by_page)
    return Readings(readers, *bars_of(totals))


def bars_of(totals: Iterable[int]) -> tuple[list[dict[str, int]], int]:
    seconds = list(totals)
    most = max(seconds, default=0)
    bars = []
    for at, total in enumerate(seconds):
        height = total * TALLEST // most if most else 0
        bars.append(
            {"number": at + 1, "seconds": total, "x": at * BAR, "y": TALLEST - height, "height": height}
        )
    return bars, most


# --- Curators, and the worker -------------------------------------------------------------------------------


def all_decks() -> "QuerySet[Any]":
    """Return every deck with its states and sizes, never its content."""
    sizes = Sum("current__pages__image__size")
    return Deck.objects.select_related("startup", "current").annotate(size=sizes).order_by("-at", "pk")


def audience_words(startup: Startup) -> str:
    return str(audience_label(audience_of_deck(startup), Side.STARTUP))


def due(at: datetime) -> Any:
    """Return the versions whose pages are to be drawn and that no worker has: those tried least first."""
    waiting = DeckVersion.objects.filter(state=DeckState.DRAWING, file__isnull=False)
    return waiting.select_related("deck__startup", "file", "by").free(at=at).order_by("attempts", "at", "pk")


def copies_due(at: datetime) -> Any:
    """Return the copies that are to be made and that no worker has."""
    waiting = DeckCopy.objects.filter(content="", has_failed=False, at__gt=at - COPY_KEPT)
    return waiting.select_related("version", "investor").free(at=at).order_by("attempts", "at", "pk")


def is_due(at: datetime) -> bool:
    return bool(due(at).exists() or copies_due(at).exists())


def today() -> str:
    return timezone.localdate().isoformat()
