"""A pair: who they are to each other, and how the other side replies."""

from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.utils.translation import gettext as _

from matchmaker.choices import OverrideKind, Side
from matchmaker.matching.current_company.selectors import CurrentCompany, counterparts, hidden_counterparts
from matchmaker.matching.ranking.selectors.stored_lists import is_waiting
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.introduction import OPEN, Introduction, IntroductionState
from matchmaker.models.pair_action import CuratorOverride, Interest
from profiles.catalogue.visibility import access
from profiles.catalogue.visibility.access import see
from profiles.catalogue.visibility.visible_profile import VisibleProfile, pitch_of
from profiles.companies.pictures.selectors import APPROVED_PICTURES, Face, face_of
from profiles.models import Deal, ExistingPartner, Investor, Need, Offer, Startup


@dataclass(frozen=True)
class Pair:
    member: CurrentCompany
    startup: Startup
    investor: Investor

    @property
    def both(self) -> tuple[Startup, Investor]:
        return self.startup, self.investor

    @property
    def counterpart(self) -> Startup | Investor:
        return self.startup if self.member.side == Side.INVESTOR else self.investor

    @property
    def company(self) -> Startup | Investor:
        return self.investor if self.member.side == Side.INVESTOR else self.startup

    @cached_property
    def seen(self) -> VisibleProfile:
        return see(self.counterpart, self.member.viewer)

    @property
    def is_mutual(self) -> bool:
        return self.counterpart.pk in self.member.interactions.mutual

    @property
    def title(self) -> str:
        return str(self.seen.title)

    @property
    def face(self) -> Face:
        return face_of(self.seen)

    @property
    def pitch(self) -> str:
        return pitch_of(self.seen)


@dataclass(frozen=True)
class PastPair(Pair):
    name: str = ""  # of a deleted company, where the member's side knew it

    @property
    def title(self) -> str:
        return self.name or _("The other company")


NEEDS = Prefetch("needs", Need.objects.select_related("type"))
OFFERS = Prefetch("offers", Offer.objects.select_related("type"))
DEALS = Prefetch("deals", Deal.objects.select_related("sector", "stage", "place", "form"))
Rows = tuple[str | Prefetch[Any], ...]
# What a page about a pair reads of both companies, then of both where its folded parts are open, and of the
# reader's counterpart only.
ROWS: dict[Side, Rows] = {Side.STARTUP: (), Side.INVESTOR: ("theses",)}
MORE_ROWS: dict[Side, Rows] = {Side.STARTUP: (NEEDS,), Side.INVESTOR: (OFFERS, DEALS)}
THEIR_MORE_ROWS: dict[Side, Rows] = {
    Side.STARTUP: (
        "other_sectors",
        "forms",
        "operating_places",
        "traction",
        Prefetch("partners", ExistingPartner.objects.select_related("type")),
    ),
    Side.INVESTOR: tuple(f"theses__{part}" for part in ("sectors", "stages", "places", "forms")),
}


def pair_of(
    member: CurrentCompany, public_id: str, *, whole: bool = False, with_more: bool = True
) -> Pair | None:
    """Return the pair with this counterpart; None where it does not exist for the member."""
    company: Any = member.company
    theirs = counterparts(member).filter(public_id=public_id)
    if whole:
        other = member.side.other
        own_rows, their_rows = ROWS[member.side], ROWS[other]
        if with_more:
            own_rows += MORE_ROWS[member.side]
            their_rows += MORE_ROWS[other] + THEIR_MORE_ROWS[other]
        theirs = theirs.select_related(*access.RELATED[theirs.model])
        theirs = theirs.prefetch_related(*their_rows, APPROVED_PICTURES)
        theirs = theirs.annotate(is_waiting=is_waiting(other))
    try:
        counterpart = theirs.get()
    except theirs.model.DoesNotExist:
        return None
    if whole:
        prefetch_related_objects([company], *own_rows)
    if whole and counterpart.pk in member.interactions.mutual:  # what is open then depends on consents
        for profile in (company, counterpart):
            prefetch_related_objects([profile], access.CONSENTS)
    return pair_with(member, counterpart)


def pair_with(member: CurrentCompany, counterpart: Any) -> Pair:
    """Return the member's company and the counterpart as a pair."""
    company: Any = member.company
    if member.side == Side.STARTUP:
        return Pair(member, company, counterpart)
    return Pair(member, counterpart, company)


def known_to(side: Side) -> Q:
    """Return which introductions of its own a side knows of: what it asked, and what has reached it."""
    return Q(asked_by=side) | Q(delivered_at__isnull=False)


def introductions_between(pair: Pair) -> "QuerySet[Introduction]":
    """Return the pair's introductions that the member's side knows of, newest first."""
    both = Introduction.objects.filter(startup=pair.startup, investor=pair.investor)
    return both.filter(known_to(pair.member.side)).order_by("-asked_at", "-pk")


def open_introduction(pair: Pair) -> Introduction | None:
    return introductions_between(pair).filter(state__in=OPEN).first()


def is_hidden(startup: Startup, investor: Investor) -> bool:
    hidden = CuratorOverride.objects.filter(kind=OverrideKind.HIDE, released_at__isnull=True)
    return hidden.filter(startup=startup, investor=investor).exists()


def paused_pair(member: CurrentCompany, public_id: str) -> Pair | None:
    """Return the hidden pair with an open introduction that the member knows of."""
    if not member.interactions.hidden:
        return None
    counterpart = hidden_counterparts(member).filter(public_id=public_id).first()
    if counterpart is None:
        return None
    pair = pair_with(member, counterpart)
    if open_introduction(pair) is None:
        return None
    return pair


def left_pair(member: CurrentCompany, public_id: str) -> PastPair | None:
    own_side, their = str(member.side), str(member.side.other)
    introductions = Introduction.objects.filter(known_to(member.side), left_at__isnull=False)
    introductions = introductions.filter(
        **{f"{own_side}_id": member.company_id, f"{their}__public_id": public_id}
    )
    newest = introductions.select_related("startup", "investor").order_by("-asked_at", "-pk").first()
    return PastPair(member, newest.startup, newest.investor, newest.left_name) if newest else None


def may_act_on(startup: Startup, investor: Investor) -> bool:
    """Return whether the two may still act on each other, by what their rows say now."""
    if not (startup.takes_part and investor.takes_part) or is_hidden(startup, investor):
        return False
    if startup.is_published and investor.is_published:
        return True
    return Introduction.objects.filter(startup=startup, investor=investor, state__in=OPEN).exists()


def blocked_by(startup: Startup, investor: Investor) -> set[Side]:
    blocks = CompanyBlock.objects.filter(startup=startup, investor=investor)
    return {Side(side) for side in blocks.values_list("side", flat=True)}


def mutual_with(company: Startup | Investor) -> set[int]:
    yes = Interest.objects.filter(**{str(company.side): company}).values_list(
        "side", f"{company.side.other}_id"
    )
    by_side: dict[str, set[int]] = {str(side): set() for side in Side}
    for side, pk in yes:
        by_side[side].add(pk)
    return by_side[Side.STARTUP] & by_side[Side.INVESTOR]


MONTH = timedelta(days=30)
ENOUGH = 5  # requests of others before a record is told: fewer would tell who was passed on
TENTHS = 10


@dataclass(frozen=True)
class Replies:
    """What was asked of a company and answered. Requests that may still wait are not part of `due`.

    `tenths` of ten due requests were answered within `within` days; None where less than one in ten was.
    """

    month: int
    capacity: int
    waiting: int
    due: int
    answered: int
    in_time: int
    days: int | None  # the promise; startups make none
    tenths: int = 0
    within: int | None = None

    @property
    def width(self) -> int:
        return max(self.capacity, self.month)

    @property
    def is_telling(self) -> bool:
        return self.due >= ENOUGH


def replies_of(
    side: Side, company: Startup | Investor, *, at: datetime, except_pk: int | None = None
) -> Replies:
    """Return a company's record up to `at`, without the request of `except_pk`. One query."""
    owner = {side.value: company}
    other = f"{side.other.value}_id"
    hidden = CuratorOverride.objects.filter(kind=OverrideKind.HIDE, released_at=None, **owner).values(other)
    asked = Introduction.objects.filter(asked_by=side.other, due_at__isnull=False, **owner)
    unanswered = Q(state=IntroductionState.WITHDRAWN, answered_at=None)
    asked = asked.exclude(**{f"{other}__in": hidden}).exclude(unanswered)
    rows = asked.order_by().values_list(other, "delivered_at", "answered_at", "ended_at", "state")
    requests = [Request(*moments) for pk, *moments in rows if pk != except_pk]
    return counted(requests, company, at)


def replies_to(pair: Pair, *, at: datetime) -> Replies:
    """Return the record of a pair's investor as the startup may know it: without its own request."""
    return replies_of(Side.INVESTOR, pair.investor, at=at, except_pk=pair.startup.pk)


@dataclass(frozen=True)
class Request:
    reached: datetime
    answered: datetime | None
    ended: datetime | None
    state: str

    def is_due(self, promise: timedelta, at: datetime) -> bool:
        return bool(self.answered or self.ended) or at - self.reached > promise


def counted(requests: list[Request], company: Any, at: datetime) -> Replies:
    days = getattr(company, "reply_days", None)
    promise = timedelta(days=days) if days else MONTH
    month, waiting, due = 0, 0, 0
    durations = []
    for request in requests:
        if request.state != IntroductionState.WITHDRAWN and at - request.reached <= MONTH:
            month += 1
        if not request.answered and not request.ended:
            waiting += 1
        if request.is_due(promise, at):
            due += 1
            if request.answered:
                durations.append(request.answered - request.reached)
    durations.sort()
    tenths, within = _nine_of_ten(durations, due)
    return Replies(
        month=month,
        capacity=company.capacity,
        waiting=waiting,
        due=due,
        answered=len(durations),
        in_time=sum(duration <= promise for duration in durations),
        days=days,
        tenths=tenths,
        within=within,
    )


def _nine_of_ten(durations: list[timedelta], due: int) -> tuple[int, int | None]:
    if not due:
        return 0, None
    tenths = min(len(durations) * TENTHS // due, TENTHS - 1)
    if not tenths:
        return 0, None
    slowest = durations[-(-due * tenths // TENTHS) - 1]
    return tenths, max(1, -(-slowest // timedelta(days=1)))
