"""What the first pages show: a company's agenda and figures, and what visitors read."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, NamedTuple
from zoneinfo import ZoneInfo

from django.db.models import Count, Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.introductions.kinds import REQUEST_RECEIVED, REQUEST_REMINDER
from matchmaker.deals.introductions.selectors import introductions_of
from matchmaker.deals.meetings.selectors import meetings_on, moment_in
from matchmaker.deals.outcomes.selectors import public_count
from matchmaker.matching.current_company.selectors import CurrentCompany, PairInteractions, counterparts
from matchmaker.matching.lists.selectors.best import best_cards
from matchmaker.matching.lists.selectors.list_page import for_names
from matchmaker.matching.lists.selectors.own_list import has_no_active_thesis, own_list
from matchmaker.matching.pairs.selectors.advice import BEST, answer_of
from matchmaker.matching.pairs.selectors.match_page import MatchPage, match_page
from matchmaker.matching.pairs.selectors.pair import Pair, Replies, counted, pair_of
from matchmaker.matching.pairs.selectors.pair import Request as Received
from matchmaker.matching.ranking.selectors.stored_lists import is_readable, list_entries
from matchmaker.models.introduction import IntroductionState
from matchmaker.models.meeting import Meeting, MeetingState
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.ranking import Ranking
from matchmaker.registry import TOLD_AS_WAITING, Waiting, waiting_of
from profiles.catalogue.consents.selectors import new_text
from profiles.catalogue.visibility import access
from profiles.catalogue.visibility.access import see
from profiles.choices import Role, Status
from profiles.companies.steps.selectors import status_of, usual_review
from profiles.models import Investor, Notice, Sector, Startup, Thesis, User
from profiles.notice_kinds import KINDS
from profiles.people.accounts.selectors import corridor_names
from profiles.people.accounts.time_zones import zone_of

SHOWN = 5  # rows of one kind; the page of all of them is a click away
UNREAD_SHOWN = 3
BEST_SHOWN = 3
NEARLY = 0.8  # of what a company can take in a month
FEW = 5  # of anything that is counted: fewer would tell who
SHOWN_AS_ROWS = (REQUEST_RECEIVED, REQUEST_REMINDER)


@dataclass(frozen=True)
class AgendaRow:
    text: str
    url: str
    act: str
    icon: str
    day: date | None = None
    note: str = ""


class Request(NamedTuple):
    """A request that is open, or that was once asked of a company."""

    pk: int
    other: int
    asked_by: str
    state: str
    due_at: datetime | None
    closes_at: datetime | None
    delivered_at: datetime | None
    answered_at: datetime | None
    ended_at: datetime | None


def requests_of(side: Side, company_pk: int) -> list[Request]:
    """Return what a company and others asked of each other, what is due first. One query."""
    open_or_asked = Q(state=IntroductionState.ASKED) | Q(asked_by=side.other, due_at__isnull=False)
    rows = introductions_of(side, company_pk).filter(open_or_asked).order_by()
    found = [Request(*row) for row in rows.values_list("pk", f"{side.other}_id", *Request._fields[2:])]
    return sorted(found, key=lambda each: (each.due_at is None, each.due_at, each.pk))


def agenda(member: CurrentCompany, user: User, requests: list[Request], *, at: datetime) -> dict[str, Any]:
    """Return what a home page begins with; the same queries however much it is."""
    open_requests = [each for each in requests if each.state == IntroductionState.ASKED]
    answerable, ahead = meetings_on(member.side, member.company, at=at)
    others = [
        each
        for part in waiting_of(member.company, user, at)
        for is_ahead in (False, True)
        for each in [row for row in part if row.is_ahead == is_ahead][:SHOWN]
    ]
    about = {each.other for each in (*open_requests, *answerable, *ahead)}
    named = _named(member, about | {each.about for each in others if each.about})
    asked = [(each, named[each.other]) for each in open_requests if each.other in named]
    to_answer = [each for each in asked if each[0].asked_by != member.side]
    promised = [each for each in asked if each[0].asked_by == member.side and each[0].due_at]
    told_already = Q(kind__in=(*SHOWN_AS_ROWS, *TOLD_AS_WAITING))
    unread = Notice.objects.filter(~told_already, user=user, read_at=None).order_by("-created_at", "-pk")
    to_say = [(one, named[one.other]) for one in answerable if one.other in named]
    agreed = [(one, named[one.other]) for one in ahead[:SHOWN] if one.other in named]
    zone = zone_of(user, member.company)
    return {
        "waiting": [
            *_own_profile(member),
            *(_open_meeting(*each) for each in to_say),
            *(_request(*each) for each in to_answer[:SHOWN]),
            *(row for other in others if not other.is_ahead and (row := _registered(other, named))),
        ],
        "to_answer": len(to_answer),
        "more": max(0, len(to_answer) - SHOWN),
        "coming": [
            *(row for other in others if other.is_ahead and (row := _registered(other, named))),
            *(_agreed_meeting(*each, zone) for each in agreed),
            *(_promise(*each) for each in promised[:SHOWN]),
        ],
        "unread": [(each, KINDS[each.kind]) for each in unread[:UNREAD_SHOWN] if each.kind in KINDS],
        "resting": 0 if member.company.takes_part else len(member.interactions.introduced),
    }


def _own_profile(member: CurrentCompany) -> list[AgendaRow]:
    if member.company.status != Status.RETURNED:
        return []
    text, url = _("A curator asks you to change your profile"), reverse(f"{member.side}_status")
    return [AgendaRow(text, url, _("See what to change"), "pencil")]


class Other(NamedTuple):
    name: str
    public_id: str

    @property
    def url(self) -> str:
        return reverse("introduction", args=[self.public_id])


def _named(member: CurrentCompany, pks: set[int]) -> dict[int, Other]:
    profiles = for_names(counterparts(member)).in_bulk(pks)
    return {
        pk: Other(str(see(profile, member.viewer).title), profile.public_id)
        for pk, profile in profiles.items()
    }


def _registered(waiting: Waiting, named: Mapping[int, Other]) -> AgendaRow | None:
    """Return what a capability says waits; None where the member can open the other company no longer."""
    if not waiting.about:
        url = reverse(waiting.url_name, args=waiting.of)
        return AgendaRow(waiting.text, url, waiting.act, waiting.icon, waiting.day)
    if (other := named.get(waiting.about)) is None:
        return None
    url = reverse(waiting.url_name, args=[other.public_id])
    return AgendaRow(waiting.text % {"name": other.name}, url, waiting.act, waiting.icon, waiting.day)


def _request(request: Request, other: Other) -> AgendaRow:
    text = _("%(name)s requests an introduction") % {"name": other.name}
    note = ""
    if request.due_at and request.closes_at:
        moments = {"day": request.due_at, "closes": request.closes_at}
        days = {name: date_format(localtime(moment)) for name, moment in moments.items()}
        note = _("You promised an answer by %(day)s. The request expires on %(closes)s.") % days
    return AgendaRow(text, other.url, _("Read and answer"), "people", request.due_at, note)


def _promise(request: Request, other: Other) -> AgendaRow:
    text = _("%(name)s has promised an answer") % {"name": other.name}
    return AgendaRow(text, other.url, _("See the status"), "hourglass-split", request.due_at)


def _open_meeting(meeting: Meeting, other: Other) -> AgendaRow:
    url = reverse("meeting", args=[other.public_id])
    if meeting.state == MeetingState.OVER:
        text = _("Did the meeting with %(name)s happen?") % {"name": other.name}
        return AgendaRow(text, url, _("Answer with one click"), "hourglass-split")
    text = _("%(name)s proposes times for a meeting") % {"name": other.name}
    return AgendaRow(text, url, _("See the times and choose one"), "hourglass-split")


def _agreed_meeting(meeting: Meeting, other: Other, zone: ZoneInfo) -> AgendaRow:
    words = {"name": other.name, "moment": moment_in(zone, meeting)}
    text = _("Meeting with %(name)s: %(moment)s") % words
    return AgendaRow(text, reverse("meeting", args=[other.public_id]), _("See the meeting"), "people")


def home_page(member: CurrentCompany, user: User, *, at: datetime) -> dict[str, Any]:
    """Return the home page of a member; the same queries whatever waits."""
    company, side, relations = member.company, member.side, member.interactions
    prefetch_related_objects([company], "consents")
    is_published = company.is_published
    status = None if is_published else status_of(company)
    has_begun = bool(relations.introduced or relations.mutual)
    requests = requests_of(side, member.company_id)
    return {
        "company": company,
        "status": status,
        "badge": status.label if status else Status(company.status).label,
        "new_text": new_text(company),
        "consents_url": reverse(f"{side}_consents"),
        "agenda": agenda(member, user, requests, at=at),
        "has_begun": has_begun,
        "best": None if has_begun or not is_published else _best(member),
        "review": _review(company) if company.status == Status.SUBMITTED else None,
        "gains": gains_of(company) if is_published else [],
        "replies": _used_up(member, requests, at=at) if is_published else None,
    }


def gains_of(company: Startup | Investor) -> list[Any]:
    answer = answer_of(company)
    return [] if answer.is_old else answer.items[:BEST]


def _best(member: CurrentCompany) -> dict[str, Any]:
    """Return the matches that a company begins with, and what its list has beside them."""
    lists = own_list(member)
    entries = lists.stored.entries if lists else ()
    return {
        "cards": best_cards(member, lists, BEST_SHOWN) if lists else [],
        "count": len(member.interactions.shown(entries)),
        "is_ranked": lists is not None,
        "is_idle": not entries and has_no_active_thesis(member.company),
    }


def _used_up(member: CurrentCompany, requests: list[Request], *, at: datetime) -> Replies | None:
    """Return how many requests came this month, where they nearly fill what a company can take."""
    received = [
        Received(each.delivered_at, each.answered_at, each.ended_at, each.state)
        for each in requests
        if each.delivered_at
        and each.due_at
        and each.asked_by != member.side
        and each.other not in member.interactions.hidden
        and (each.answered_at or each.state != IntroductionState.WITHDRAWN)
    ]
    replies = counted(received, member.company, at)
    return replies if replies.month and replies.month >= NEARLY * replies.capacity else None


def _review(company: Startup | Investor) -> dict[str, Any]:
    fits = fits_of(company)
    words = {"usual": usual_review(), "fits": fits if fits >= FEW else 0, "least": FEW}
    return words | {"names_none": isinstance(company, Investor) and not _names_any(company)}


def _names_any(investor: Investor) -> bool:
    """Return whether a thesis of the investor names a sector or a stage."""
    named = Q(sectors__isnull=False) | Q(stages__isnull=False)
    return investor.theses.active_on(timezone.localdate()).filter(named).exists()


def fits_of(company: Startup | Investor) -> int:
    """Return how many companies across the table look for what a company says, or say what it looks for."""
    today = timezone.localdate()
    if isinstance(company, Startup):
        sector = company.primary_sector
        keys = [key for key in (sector.pk, sector.parent_id) if key] if sector else []
        theses = Thesis.objects.active_on(today).filter(
            Q(sectors=None) | Q(sectors__in=keys),
            Q(stages=None) | Q(stages=company.stage_id),
            investor__in=Investor.objects.published(),
        )
        out = theses.filter(Q(sectors_out__in=keys) | Q(stages_out=company.stage_id))
        return theses.exclude(pk__in=out.values("pk")).aggregate(n=Count("investor", distinct=True))["n"] or 0
    wanted = Q(pk__in=())
    for thesis in company.theses.active_on(today).prefetch_related("sectors", "stages"):
        sectors, stages = list(thesis.sectors.all()), list(thesis.stages.all())
        in_sector = Q(primary_sector__in=sectors) | Q(primary_sector__parent__in=sectors)
        wanted |= (in_sector if sectors else Q()) & (Q(stage__in=stages) if stages else Q())
    return Startup.objects.published().filter(wanted).count()


LOOKED_AT = 200  # demo startups whose lists are searched for the pair: a whole market of them would take long
FIRST_FACTS = {Side.STARTUP: 3, Side.INVESTOR: 2}  # of the portrait: what and how early, or who; and where


def figures() -> dict[str, int]:
    startups = Startup.objects.published()
    return {
        "startups": startups.count(),
        "investors": Investor.objects.published().count(),
        "sectors": Sector.objects.filter(is_active=True, merged_into__isnull=True).count(),
        "places": startups.values("place").exclude(place=None).distinct().count(),
        "outcomes": public_count(),
    }


def front_page(pair: Pair | None) -> dict[str, Any]:
    shown = _shown(pair) if pair else None
    return {"figures": figures(), "corridor": corridor_names(), "pair": shown}


def best_demo_pair() -> Pair | None:
    """Return the invented pair with the highest score on a stored list, as its startup may see it."""
    startups = Startup.objects.published().filter(is_demo=True).order_by("pk")
    lists = Ranking.objects.filter(side=Side.STARTUP, profile_id__in=startups.values("pk")[:LOOKED_AT])
    investors = set(Investor.objects.published().filter(is_demo=True).values_list("pk", flat=True))
    kept_apart = set(
        CuratorOverride.objects.filter(kind=OverrideKind.HIDE, released_at=None).values_list(
            "startup", "investor"
        )
    )
    pairs = [
        (entry.score, -row.profile_id, -entry.counterpart_id)
        for row in lists
        if is_readable(row)
        for entry in list_entries(bytes(row.entries), Side.STARTUP)
        if entry.counterpart_id in investors
        and entry.is_recommended
        and (row.profile_id, entry.counterpart_id) not in kept_apart
    ]
    if not pairs:
        return None
    _score, startup, investor = max(pairs)
    reader, other = Startup.objects.get(pk=-startup), Investor.objects.get(pk=-investor)
    return pair_of(_member_of(reader), other.public_id, whole=True)


def _member_of(company: Startup | Investor) -> CurrentCompany:
    owner: dict[str, Any] = {f"{company.side}_id": company.pk}
    viewer = access.Viewer(role=Role(company.side), is_checked=True, is_preview=True, **owner)
    return CurrentCompany(viewer, company.side, company, PairInteractions())


def _shown(pair: Pair) -> dict[str, Any] | None:
    """Return the pair in words: of each side what the other sees, and what it reads about the other."""
    mirrored = Pair(_member_of(pair.counterpart), pair.startup, pair.investor)
    of_investor, of_startup = match_page(pair), match_page(mirrored)
    scored, theirs = of_investor.scored, of_startup.scored
    if scored is None or theirs is None:
        return None
    return {
        "startup": _side(of_startup, scored.reasons),
        "investor": _side(of_investor, theirs.reasons),
        "scored": scored,
        "rows": scored.rows,
    }


def _side(page: MatchPage, reads: list[str]) -> dict[str, Any]:
    facts = page.portrait[: FIRST_FACTS[page.pair.counterpart.side]]
    values = [fact.value for fact in facts if fact.value]
    return {"name": page.pair.title, "pitch": page.pair.pitch, "facts": values, "reads": reads}
