"""A pair: who they are to each other, how the other side replies, and what a change would do.

Of replies, what counts is what has reached the company: a request that waits in the queue, or was taken back
before it was answered, is none. Yes, later and no are answers; the first one counts.
"""

from collections.abc import Iterator
from dataclasses import dataclass, fields
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np
from django.db.models import Prefetch, Q, QuerySet, prefetch_related_objects
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from matchmaker.choices import Factor, OverrideKind, Side
from matchmaker.lists.selectors.cards import CurrentCompany
from matchmaker.lists.selectors.list_page import counterparts
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.introduction import OPEN, Introduction, IntroductionState
from matchmaker.models.pair_action import Advice, CuratorOverride, Pass
from matchmaker.ranking.market.columns import Columns
from matchmaker.ranking.selectors.stored_lists import is_waiting
from profiles.models import (
    Deal,
    ExistingPartner,
    Investor,
    Need,
    NeedType,
    Offer,
    PartnershipForm,
    Place,
    Stage,
    Startup,
    Thesis,
)
from profiles.taxonomy.selectors import money
from profiles.visibility import access
from profiles.visibility.access import see
from profiles.visibility.visible_profile import Money, VisibleProfile, pitch_of


@dataclass(frozen=True)
class Pair:
    """A startup and an investor, seen from one of them."""

    member: CurrentCompany
    startup: Startup
    investor: Investor

    @property
    def both(self) -> tuple[Startup, Investor]:
        """The two companies, the startup first."""
        return self.startup, self.investor

    @property
    def counterpart(self) -> Startup | Investor:
        """The profile across the table."""
        return self.startup if self.member.side == Side.INVESTOR else self.investor

    @property
    def company(self) -> Startup | Investor:
        """The member's own profile."""
        return self.investor if self.member.side == Side.INVESTOR else self.startup

    @cached_property
    def seen(self) -> VisibleProfile:
        """The counterpart as the member may see it."""
        return see(self.counterpart, self.member.viewer)

    @property
    def is_mutual(self) -> bool:
        """Whether both sides said yes."""
        return self.counterpart.pk in self.member.interactions.mutual

    @property
    def title(self) -> str:
        """What the member may call the counterpart."""
        return str(self.seen.title)

    @property
    def pitch(self) -> str:
        """What the counterpart says of itself in one sentence, in the reader's language if it has one."""
        return pitch_of(self.seen)


NEEDS = Prefetch("needs", Need.objects.select_related("type"))
OFFERS = Prefetch("offers", Offer.objects.select_related("type"))
DEALS = Prefetch("deals", Deal.objects.select_related("sector", "stage", "place", "form"))
# What a page about a pair shows of the reader's own company, and of the other one.
OWN_ROWS: dict[Side, tuple[str | Prefetch[Any], ...]] = {
    Side.STARTUP: (NEEDS,),
    Side.INVESTOR: ("theses", OFFERS, DEALS),
}
THEIR_ROWS: dict[Side, tuple[str | Prefetch[Any], ...]] = {
    Side.STARTUP: (
        "other_sectors",
        "operating_places",
        "forms",
        "traction",
        Prefetch("partners", ExistingPartner.objects.select_related("type")),
        NEEDS,
    ),
    Side.INVESTOR: (
        Prefetch("theses", Thesis.objects.prefetch_related("sectors", "stages", "places", "forms")),
        OFFERS,
        DEALS,
    ),
}


def pair_of(member: CurrentCompany, public_id: str, *, whole: bool = False) -> Pair | None:
    """Return the pair with this counterpart; None where it does not exist for the member.

    A pair exists while both profiles are approved and agree to matching, and no curator hides it; where one
    is off the lists, while an introduction is open. `whole` loads everything that a page about it shows: the
    counterpart's profile, and of the own company what stands beside it; and whether the counterpart's ranking
    is still to come (`is_waiting`).
    """
    company: Any = member.company
    theirs = counterparts(member).filter(public_id=public_id)
    if whole:
        other = member.side.other
        theirs = theirs.select_related(*access.RELATED[theirs.model]).prefetch_related(*THEIR_ROWS[other])
        theirs = theirs.annotate(is_waiting=is_waiting(other))
        prefetch_related_objects([company], *OWN_ROWS[member.side])
    found = theirs.first()
    if found is None:
        return None
    if whole and found.pk in member.interactions.mutual:  # what is open then depends on consents
        for each in (company, found):
            prefetch_related_objects([each], access.CONSENTS)
    return Pair(member, company, found) if member.side == Side.STARTUP else Pair(member, found, company)


def known_to(side: Side) -> Q:
    """Return which introductions of its own a side knows of: what it asked, and what has reached it.

    A request that waits in the queue is known to its asker only.
    """
    return Q(asked_by=side) | Q(delivered_at__isnull=False)


def introductions_between(pair: Pair) -> "QuerySet[Introduction]":
    """Return the pair's introductions that the member's side knows of, newest first."""
    both = Introduction.objects.filter(startup=pair.startup, investor=pair.investor)
    return both.filter(known_to(pair.member.side)).order_by("-asked_at", "-pk")


def open_introduction(pair: Pair) -> Introduction | None:
    """Return the pair's open introduction, if the member's side knows of one. One query."""
    return introductions_between(pair).filter(state__in=OPEN).first()


def may_act_on(startup: Startup, investor: Investor) -> bool:
    """Return whether the two may still act on each other, by what their rows say now.

    Both are published and no curator keeps them apart. Where one is off the lists for want of a confirmation,
    an open introduction goes on.
    """
    hidden = CuratorOverride.objects.filter(
        startup=startup, investor=investor, kind=OverrideKind.HIDE, released_at__isnull=True
    )
    if not (startup.takes_part and investor.takes_part) or hidden.exists():
        return False
    if startup.is_published and investor.is_published:
        return True
    return Introduction.objects.filter(startup=startup, investor=investor, state__in=OPEN).exists()


def blocked_by(startup: Startup, investor: Investor) -> set[Side]:
    """Return the sides that want nothing more from the other."""
    blocks = CompanyBlock.objects.filter(startup=startup, investor=investor)
    return {Side(side) for side in blocks.values_list("side", flat=True)}


def takes_nothing_new(startup: Startup, investor: Investor, *, side: Side, at: datetime) -> bool:
    """Return whether one side takes nothing new from the other: it paused, blocked, or passed a while ago.

    Pages say of all three the same: that it takes no new requests at the moment. Two queries.
    """
    company: Startup | Investor = startup if side is Side.STARTUP else investor
    passes = Pass.objects.in_effect(at=at).filter(side=side, startup=startup, investor=investor)
    return company.paused_at is not None or bool(blocked_by(startup, investor)) or passes.exists()


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
        """The length of the bar of the month: the capacity, or more where more was asked."""
        return max(self.capacity, self.month)

    @property
    def is_telling(self) -> bool:
        """Whether there is enough of a record to tell others."""
        return self.due >= ENOUGH


def replies_of(
    side: Side, company: Startup | Investor, *, at: datetime, except_pk: int | None = None
) -> Replies:
    """Return a company's record up to `at`, without the request of `except_pk`. One query."""
    own = {side.value: company}
    other = f"{side.other.value}_id"
    hidden = CuratorOverride.objects.filter(kind=OverrideKind.HIDE, released_at=None, **own).values(other)
    asked = Introduction.objects.filter(asked_by=side.other, due_at__isnull=False, **own)
    unanswered = Q(state=IntroductionState.WITHDRAWN, answered_at=None)
    asked = asked.exclude(**{f"{other}__in": hidden}).exclude(unanswered)
    rows = asked.order_by().values_list(other, "delivered_at", "answered_at", "ended_at", "state")
    requests = [Request(*told) for pk, *told in rows if pk != except_pk]
    return _counted(requests, company, at)


def replies_to(pair: Pair, *, at: datetime) -> Replies:
    """Return the record of a pair's investor as the startup may know it: without its own request."""
    return replies_of(Side.INVESTOR, pair.investor, at=at, except_pk=pair.startup.pk)


@dataclass(frozen=True)
class Request:
    """When a request reached the company, was answered, and was over."""

    reached: datetime
    answered: datetime | None
    ended: datetime | None
    state: str

    def is_due(self, promise: timedelta, at: datetime) -> bool:
        """Whether it counts: answered, over, or waiting for longer than was promised."""
        return bool(self.answered or self.ended) or at - self.reached > promise


def _counted(requests: list[Request], company: Any, at: datetime) -> Replies:
    """Count requests with their answers."""
    days = getattr(company, "reply_days", None)
    promise = timedelta(days=days) if days else MONTH
    due = [one for one in requests if one.is_due(promise, at)]
    took = sorted(one.answered - one.reached for one in due if one.answered)
    tenths, within = _nine_of_ten(took, len(due))
    return Replies(
        month=sum(at - one.reached <= MONTH for one in requests if one.state != IntroductionState.WITHDRAWN),
        capacity=company.capacity,
        waiting=sum(not (one.answered or one.ended) for one in requests),
        due=len(due),
        answered=len(took),
        in_time=sum(each <= promise for each in took),
        days=days,
        tenths=tenths,
        within=within,
    )


def _nine_of_ten(took: list[timedelta], due: int) -> tuple[int, int | None]:
    """Return how many of ten due requests were answered, nine at most, and within how many whole days."""
    tenths = min(len(took) * TENTHS // due, TENTHS - 1) if due else 0
    if not tenths:
        return 0, None
    slowest = took[-(-due * tenths // TENTHS) - 1]
    return tenths, max(1, -(-slowest // timedelta(days=1)))


MODELS: dict[str, Any] = {
    "form": PartnershipForm,
    "need": NeedType,
    "offer": NeedType,
    "place": Place,
    "stage": Stage,
}
STEPS = {"form": "needs", "need": "needs", "place": "basics", "ask": "round", "stage": "product"}
BEST = 3  # edits that a page shows


@dataclass(frozen=True)
class AdviceItem:
    """One edit in words, how many partners it adds, and where in the profile it is made.

    `kind` and `code` name the term that it adds, if it adds one.
    """

    text: str
    partners: int
    gain: str
    url: str
    kind: str = ""
    code: str = ""


@dataclass(frozen=True)
class AdviceAnswer:
    """What the page shows: who fits is worth a look, as on a list of matches.

    `is_old`: the profile has changed since, so the numbers are of the one before.
    """

    waits: bool
    fitting: int
    items: list[AdviceItem]
    advice: Advice | None
    is_old: bool = False

    @property
    def most(self) -> int:
        """How many partners would fit after the best of the edits: the length of the longest bar."""
        return self.fitting + max((item.partners for item in self.items), default=0)


def answer_of(company: Startup | Investor) -> AdviceAnswer:
    """Return the newest answer for a company; `waits` while the worker has yet to answer."""
    advice = Advice.objects.filter(**{company.side: company.pk}).first()
    if advice is None:
        return AdviceAnswer(waits=False, fitting=0, items=[], advice=None)
    waits = advice.answered_at is None or advice.answered_at < advice.asked_at
    is_old = company.changed_at > advice.asked_at
    items = [item for edit in advice.items if (item := _item(edit, company))]
    return AdviceAnswer(waits=waits, fitting=advice.fitting, items=items, advice=advice, is_old=is_old)


def _item(edit: dict[str, Any], company: Startup | Investor) -> AdviceItem | None:
    """Return one edit in words; None if its term is gone."""
    kind, count = edit["kind"], edit["fitting"]
    if isinstance(company, Startup):
        gain = ngettext("%(count)d more partner fits", "%(count)d more partners fit", count)
        url = reverse("startup_edit", args=[STEPS[kind]])
    else:
        gain = ngettext("%(count)d more startup fits", "%(count)d more startups fit", count)
        url = reverse("offer_list") if kind == "offer" else reverse("thesis_list")
    term = MODELS[kind].objects.filter(pk=edit["pk"]).first() if kind in MODELS else None
    if kind == "ask" and isinstance(company, Startup):
        text = _ask(edit, company)
    elif kind == "must":
        text = _relaxed(edit, company)
    else:
        text = str(SENTENCES[kind] % {"name": term.name}) if term else ""
    code = term.code if term else ""
    return AdviceItem(text, count, gain % {"count": count}, url, kind, code) if text else None


SENTENCES = {
    "form": gettext_lazy("If you also accept: %(name)s"),
    "need": gettext_lazy("If you also need: %(name)s"),
    "place": gettext_lazy("If you also work in %(name)s"),
    "stage": gettext_lazy("If you state your stage: %(name)s"),
    "offer": gettext_lazy("If you also offer: %(name)s"),
}


def _relaxed(edit: dict[str, Any], company: Any) -> str:
    """Return a must-have of a thesis that is made a nice-to-have."""
    thesis = company.theses.filter(pk=edit["pk"]).first()
    if thesis is None:
        return ""
    words = {"criterion": Factor(edit["factor"]).label, "thesis": thesis.name}
    return _("If this is nice to have, not a must-have, in “%(thesis)s”: %(criterion)s") % words


def _ask(edit: dict[str, Any], startup: Startup) -> str:
    """Return the other amount: an end that stays in its range is named as its owner typed it."""
    low: Any
    high: Any
    low, high = money.limits(edit["first"], edit["last"])
    ends = startup.ask_min_usd, startup.ask_max_usd
    first, last = money.span(*ends) or (None, None)
    if edit["first"] == first and ends[0] is not None:
        low = ends[0]
    if edit["last"] == last and ends[1] is not None:
        high = ends[1]
    if high is None:
        return _("If you ask for %(amount)s or more") % {"amount": Money(low, low, "USD")}
    return _("If you ask for %(amount)s") % {"amount": Money(low, high, "USD")}


USUAL_URGENCY = 2


@dataclass(frozen=True)
class Edit:
    """One edit: a term to add (`pk`), another range of the ask (bands), or a must-have to relax.

    Of a must-have, `pk` is the thesis's and `factor` the criterion.
    """

    kind: str  # form | need | place | stage | ask; of investors: offer | must
    pk: int = 0
    first: int = 0
    last: int = 0
    factor: str = ""


def edits_of(found: Columns, row: int) -> list[Edit]:
    """Return every small edit that the startup in this row could make."""
    startups, words = found.snapshot.startups, found.vocabulary
    forms, needs = int(startups.forms[row]), startups.needs[row]
    edits = list(_asks(startups, row))
    if forms:  # who states none already accepts all
        edits += [Edit("form", pk) for bit, pk in enumerate(words.forms.tolist()) if not forms >> bit & 1]
    if needs.any():
        free = [at for at in np.flatnonzero(needs == 0).tolist() if at != words.capital]
        edits += [Edit("need", int(words.needs[at])) for at in free]
    edits += [Edit("place", int(words.places[at])) for at in _places(found, row)]
    if startups.stage[row] < 0:
        edits += [Edit("stage", pk) for pk in _stages()]
    return edits


def _stages() -> list[int]:
    """Return a stage of each band: two of one band are the same to every thesis."""
    stages = Stage.objects.exclude(match_band=None).order_by("match_band", "pk")
    by_band: dict[int | None, int] = {}
    for band, pk in stages.values_list("match_band", "pk"):
        by_band.setdefault(band, pk)
    return [*by_band.values()]


def _asks(startups: Any, row: int) -> Iterator[Edit]:
    """Yield the ask one band wider or narrower at either end."""
    first, last = (int(band) for band in startups.ask[row])
    if first < 0 or not startups.seeks_capital[row]:
        return
    for low, high in ((first - 1, last), (first, last + 1), (first + 1, last), (first, last - 1)):
        if 0 <= low <= high <= money.LAST:
            yield Edit("ask", first=low, last=high)


def _places(found: Columns, row: int) -> list[int]:
    """Return the provinces of its own country that it could work in too, while there is room for one more."""
    here = found.snapshot.startups.places[row]
    parents, home = found.vocabulary.place_parent, int(here[0])
    if home < 0 or parents[home] < 0 or (here >= 0).all():
        return []
    siblings = np.flatnonzero(parents == parents[home])
    return [int(at) for at in siblings if at not in here]


def copies(found: Columns, row: int, edits: list[Edit]) -> Any:
    """Return the startup as it is and once per edit, as rows like snapshot.startups."""
    table = found.snapshot.startups
    columns = {
        each.name: np.repeat(getattr(table, each.name)[row : row + 1], len(edits) + 1, axis=0)
        for each in fields(table)
    }
    for at, edit in enumerate(edits, start=1):
        _APPLY[edit.kind](found, columns, at, edit)
    return type(table)(**columns)


def _ask_engine(_found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    columns["ask"][at] = edit.first, edit.last


def _need(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    columns["needs"][at, found.vocabulary.need_row[edit.pk]] = USUAL_URGENCY


def _place(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    free = int(np.flatnonzero(columns["places"][at] < 0)[0])
    columns["places"][at, free] = found.vocabulary.place_row[edit.pk]


def _stage(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    """State the stage, which a thesis may also exclude."""
    words = found.vocabulary
    band = int(words.stage_band[edit.pk])
    trait = int(words.stage_bit(np.array(band)))
    columns["stage"][at] = band
    columns["traits"][at, trait // 64] |= np.uint64(1 << trait % 64)


def _form(found: Columns, columns: dict[str, Any], at: int, edit: Edit) -> None:
    """Accept one form more; a startup that had one only is no longer one that insists on it."""
    before, words = int(columns["forms"][at]), found.vocabulary
    if before.bit_count() == 1:
        trait = int(words.form_bit(np.array(before.bit_length() - 1)))
        columns["traits"][at, trait // 64] &= ~np.uint64(1 << trait % 64)
    columns["forms"][at] |= np.uint64(1 << int(words.form_row[edit.pk]))


_APPLY = {"ask": _ask_engine, "need": _need, "place": _place, "form": _form, "stage": _stage}


def edits_of_investor(found: Columns, row: int) -> list[Edit]:
    """Return every small edit that the investor in this row could make."""
    theses, words = found.snapshot.theses, found.vocabulary
    own = np.flatnonzero(theses.owner == row)
    offered = int(np.bitwise_or.reduce(theses.offers[own], initial=0))
    edits = [
        Edit("offer", pk)
        for bit, pk in enumerate(words.needs.tolist())
        if offered and bit != words.capital and not offered >> bit & 1  # who states none may offer anything
    ]
    for at in own.tolist():
        edits += [
            Edit("must", int(theses.key[at]), factor=factor)
            for bit, factor in enumerate(CRITERIA)
            if int(theses.must[at]) >> bit & 1
        ]
    return edits


CRITERIA = (Factor.SECTOR, Factor.STAGE, Factor.TICKET, Factor.PLACE, Factor.FORMS)  # the bits of `must`


def copies_of_theses(found: Columns, row: int, edits: list[Edit]) -> tuple[Any, Any]:
    """Return the investor's theses as they are and once per edit, and which copy each row belongs to."""
    table, words = found.snapshot.theses, found.vocabulary
    own = np.flatnonzero(table.owner == row)
    size = len(own)
    columns = {
        each.name: np.concatenate([getattr(table, each.name)[own]] * (len(edits) + 1))
        for each in fields(table)
    }
    for at, edit in enumerate(edits, start=1):
        rows = slice(at * size, (at + 1) * size)
        if edit.kind == "offer":
            columns["offers"][rows] |= np.uint32(1 << int(words.need_row[edit.pk]))
        else:
            mine = np.flatnonzero(columns["key"][rows] == edit.pk) + at * size
            columns["must"][mine] &= np.uint8(~(1 << CRITERIA.index(Factor(edit.factor))) & 0xFF)
    return type(table)(**columns), np.repeat(np.arange(len(edits) + 1), size)
