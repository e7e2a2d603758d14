"""What the first pages show: a company's agenda and figures, and what visitors read."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from math import ceil
from typing import Any

from django.db.models import Count, F, Q, prefetch_related_objects
from django.urls import reverse
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import gettext as _

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.introductions.kinds import REQUEST_RECEIVED, REQUEST_REMINDER
from matchmaker.deals.introductions.selectors import introductions_of
from matchmaker.deals.meetings.selectors import meetings_on, moment_for
from matchmaker.deals.outcomes.selectors import public_count
from matchmaker.matching.lists.selectors.best import best_cards
from matchmaker.matching.lists.selectors.cards import (
    CurrentCompany,
    PairInteractions,
    counterparts,
    has_no_active_thesis,
    own_list,
)
from matchmaker.matching.lists.selectors.list_page import for_cards
from matchmaker.matching.pairs.selectors.advice import BEST, answer_of
from matchmaker.matching.pairs.selectors.match_page import MatchPage, match_page
from matchmaker.matching.pairs.selectors.pair import Pair, Replies, known_to, pair_of, replies_of
from matchmaker.matching.ranking.selectors.stored_lists import is_readable, list_entries
from matchmaker.models.introduction import Introduction, IntroductionState
from matchmaker.models.meeting import Meeting, MeetingState
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.ranking import Ranking
from matchmaker.registry import TOLD_AS_WAITING, Waiting, waiting_of
from profiles.catalogue.consents.selectors import new_text
from profiles.catalogue.visibility import access
from profiles.catalogue.visibility.access import see
from profiles.choices import Role, Status
from profiles.companies.steps.selectors import status_of
from profiles.models import Investor, Review, Sector, Startup, Thesis, User
from profiles.notice_kinds import KINDS
from profiles.people.accounts.selectors import corridor_names
from profiles.platform.notifications.selectors import notices_of

SHOWN = 5  # rows of one kind; the page of all of them is a click away
UNREAD_SHOWN = 3
BEST_SHOWN = 3
NEARLY = 0.8  # of what a company can take in a month
FEW = 5  # of anything that is counted: fewer would tell who
MONTH, DAY = timedelta(days=30), timedelta(days=1)
MOST_COUNTED = 1000
SHOWN_AS_ROWS = (REQUEST_RECEIVED, REQUEST_REMINDER)


@dataclass(frozen=True)
class AgendaRow:
    text: str
    url: str
    act: str
    icon: str
    day: date | None = None
    note: str = ""


def agenda(member: CurrentCompany, user: User, *, at: datetime) -> dict[str, Any]:
    """Return what a home page begins with; the same queries however much it is."""
    known = introductions_of(member.side, member.company_id).filter(known_to(member.side))
    waiting = known.filter(state=IntroductionState.ASKED).order_by(F("due_at").asc(nulls_last=True), "pk")
    open_requests = list(waiting) if member.interactions.introduced else []
    answerable, ahead = meetings_on(member.side, member.company, at=at)
    parts = waiting_of(member.company, user, at)
    others = [
        each
        for part in parts
        for is_ahead in (False, True)
        for each in [row for row in part if row.is_ahead == is_ahead][:SHOWN]
    ]
    introductions = [
        *open_requests,
        *(meeting.introduction for meeting in (*answerable, *ahead)),
        *(other.about for other in others if other.about),
    ]
    named = {row.introduction.pk: row for row in _named(member, introductions)}
    asked = [named[one.pk] for one in open_requests if one.pk in named]
    to_answer = [row for row in asked if row.introduction.asked_by != member.side]
    promised = [row for row in asked if row.introduction.asked_by == member.side and row.introduction.due_at]
    told_already = {*SHOWN_AS_ROWS, *TOLD_AS_WAITING}
    unread = notices_of(user).filter(read_at=None).exclude(kind__in=told_already)[:UNREAD_SHOWN]
    to_say = [(one, named[one.introduction_id]) for one in answerable if one.introduction_id in named]
    agreed = [(one, named[one.introduction_id]) for one in ahead[:SHOWN] if one.introduction_id in named]
    return {
        "waiting": [
            *_own_profile(member),
            *(_open_meeting(meeting, row) for meeting, row in to_say),
            *(_request(row) for row in to_answer[:SHOWN]),
            *(row for other in others if not other.is_ahead and (row := _registered(other, named))),
        ],
        "to_answer": len(to_answer),
        "more": max(0, len(to_answer) - SHOWN),
        "coming": [
            *(row for other in others if other.is_ahead and (row := _registered(other, named))),
            *(_agreed_meeting(meeting, row, member, user) for meeting, row in agreed),
            *(_promise(row) for row in promised[:SHOWN]),
        ],
        "unread": [(notice, KINDS[notice.kind]) for notice in unread],
        "resting": 0 if member.company.takes_part else len(member.interactions.introduced),
    }


def _own_profile(member: CurrentCompany) -> list[AgendaRow]:
    if member.company.status != Status.RETURNED:
        return []
    text, url = _("A curator asks you to change your profile"), reverse(f"{member.side}_status")
    return [AgendaRow(text, url, _("See what to change"), "pencil")]


@dataclass(frozen=True)
class Asked:
    introduction: Introduction
    name: str
    public_id: str

    @property
    def url(self) -> str:
        return reverse("introduction", args=[self.public_id])


def _named(member: CurrentCompany, introductions: list[Introduction]) -> Iterator[Asked]:
    key = f"{member.side.other}_id"
    wanted = {getattr(one, key) for one in introductions}
    profiles = for_cards(counterparts(member)).prefetch_related(None).in_bulk(wanted)  # only their names
    for one in introductions:
        if profile := profiles.get(getattr(one, key)):
            name = str(see(profile, member.viewer).title)
            yield Asked(one, name, profile.public_id)


def _registered(waiting: Waiting, named: Mapping[int, Asked]) -> AgendaRow | None:
    """Return what a capability says waits; None where the member can open the other company no longer."""
    if waiting.about is None:
        url = reverse(waiting.url_name, args=waiting.of)
        return AgendaRow(waiting.text, url, waiting.act, waiting.icon, waiting.day)
    if (row := named.get(waiting.about.pk)) is None:
        return None
    url = reverse(waiting.url_name, args=[row.public_id])
    return AgendaRow(waiting.text % {"name": row.name}, url, waiting.act, waiting.icon, waiting.day)


def _request(row: Asked) -> AgendaRow:
    text = _("%(name)s requests an introduction") % {"name": row.name}
    one = row.introduction
    note = ""
    if one.due_at and one.closes_at:
        days = {"day": date_format(localtime(one.due_at)), "closes": date_format(localtime(one.closes_at))}
        note = _("You promised an answer by %(day)s. The request expires on %(closes)s.") % days
    return AgendaRow(text, row.url, _("Read and answer"), "people", one.due_at, note)


def _promise(row: Asked) -> AgendaRow:
    text = _("%(name)s has promised an answer") % {"name": row.name}
    return AgendaRow(text, row.url, _("See the status"), "hourglass-split", row.introduction.due_at)


def _open_meeting(meeting: Meeting, row: Asked) -> AgendaRow:
    url = reverse("meeting", args=[row.public_id])
    if meeting.state == MeetingState.OVER:
        text = _("Did the meeting with %(name)s happen?") % {"name": row.name}
        return AgendaRow(text, url, _("Answer with one click"), "hourglass-split")
    text = _("%(name)s proposes times for a meeting") % {"name": row.name}
    return AgendaRow(text, url, _("See the times and choose one"), "hourglass-split")


def _agreed_meeting(meeting: Meeting, row: Asked, member: CurrentCompany, user: User) -> AgendaRow:
    words = {"name": row.name, "moment": moment_for(meeting, member.side, user)}
    text = _("Meeting with %(name)s: %(moment)s") % words
    return AgendaRow(text, reverse("meeting", args=[row.public_id]), _("See the meeting"), "people")


def home_page(member: CurrentCompany, user: User, *, at: datetime) -> dict[str, Any]:
    """Return the home page of a member; the same queries whatever waits."""
    company, side, relations = member.company, member.side, member.interactions
    prefetch_related_objects([company], "consents")
    is_published = company.is_published
    status = None if is_published else status_of(company)
    has_begun = bool(relations.introduced or relations.mutual)
    return {
        "company": company,
        "status": status,
        "badge": status.label if status else Status(company.status).label,
        "new_text": new_text(company),
        "consents_url": reverse(f"{side}_consents"),
        "agenda": agenda(member, user, at=at),
        "has_begun": has_begun,
        "best": None if has_begun or not is_published else _best(member),
        "review": _review(company, at=at) if company.status == Status.SUBMITTED else None,
        "gains": gains_of(company) if is_published else [],
        "replies": _used_up(replies_of(side, company, at=at)) if is_published else None,
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


def _used_up(replies: Replies) -> Replies | None:
    """Return how many requests came this month, where they nearly fill what a company can take."""
    return replies if replies.month and replies.month >= NEARLY * replies.capacity else None


def _review(company: Startup | Investor, *, at: datetime) -> dict[str, Any]:
    fits = fits_of(company)
    return {"days": review_days(at=at), "fits": fits if fits >= FEW else 0}


def review_days(*, at: datetime) -> tuple[int, int] | None:
    """Return in how many days half, and 19 of 20, of last month's reviews were done; None for a few."""
    rows = Review.objects.filter(decided_at__gt=at - MONTH, waited_since__isnull=False)
    moments = rows.order_by("-decided_at").values_list("decided_at", "waited_since")[:MOST_COUNTED]
    took = sorted(max(1, ceil((decided - since) / DAY)) for decided, since in moments if since)
    if len(took) < FEW:
        return None
    return took[(len(took) - 1) // 2], took[ceil(0.95 * len(took)) - 1]


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
