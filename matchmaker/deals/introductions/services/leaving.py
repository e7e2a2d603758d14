"""A company is deleted.

Its words go, the other sides keep their own words and the facts (docs/decisions/0033).
"""

from datetime import datetime
from typing import Any

from django.db.models import QuerySet
from django.urls import reverse

from matchmaker.choices import Side
from matchmaker.deals.introductions.selectors import introductions_of
from matchmaker.deals.introductions.services.decisions import NO_DEADLINES
from matchmaker.matching.pairs.selectors.pair import known_to
from matchmaker.models.conversation import LastRead
from matchmaker.models.conversation import Message as Written
from matchmaker.models.introduction import OPEN, TALKS, Introduction, IntroductionAct, IntroductionState
from matchmaker.transitions import apply_transition
from profiles.catalogue.visibility.access import countries_of, preview, see
from profiles.models import SIDES, Investor, Startup, User
from profiles.models.profile import new_public_id
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.notifications.services import Message

NAMELESS = "(deleted)"
ASKERS_WORDS = ("why", "purpose", "next_step")
ANSWER = ("line", "answer_purpose", "answer_next_step")


def notify_others(kind: str, company: Startup | Investor, *, at: datetime) -> None:
    path = reverse("introduction", args=[company.public_id])
    for introduction in _known(company).filter(state__in=OPEN):
        message = Message(kind=kind, path=path, event=f"{introduction.pk}:{at.timestamp()}", at=at)
        notify_team(introduction.company_on(Side(company.side).other), message)


def _known(company: Startup | Investor) -> "QuerySet[Introduction]":
    side = Side(company.side)
    introductions = introductions_of(side, company.pk).filter(known_to(side.other), left_at=None)
    return introductions.select_related("startup", "investor")


def leave_records(company: Startup | Investor, *, by: User, at: datetime) -> None:
    """End a company's introductions.

    Records of the other sides point to a row without a profile, which keeps the public id. The caller then
    deletes the company.
    """
    side, introductions = Side(company.side), list(_known(company))
    if not introductions:
        return
    model = SIDES[side]
    model.everything.filter(pk=company.pk).update(public_id=new_public_id())
    record = model(name_en=NAMELESS, public_id=company.public_id, erased_at=at, created_at=at, changed_at=at)
    record.save()
    for introduction in introductions:
        name = company.name_en if _knows_name(introduction, side) else ""
        if introduction.state in OPEN:
            _end(introduction, side, by=by, at=at)
        words = dict.fromkeys(ASKERS_WORDS if introduction.asked_by == side else ANSWER, "")
        left = {str(side): record, "left_at": at, "left_name": name, **words}
        Introduction.objects.filter(pk=introduction.pk).update(**left)
    messages = Written.objects.filter(introduction__in=introductions)
    messages.filter(side=side).delete()
    messages.update(**{str(side): record})
    LastRead.objects.filter(introduction__in=introductions).delete()


def _knows_name(introduction: Introduction, side: Side) -> bool:
    company, other = introduction.company_on(side), introduction.company_on(side.other)
    met = frozenset({company.pk} if introduction.state in TALKS else ())
    viewer = preview(side.other, mutual=met, countries=countries_of(other))
    return "name" not in see(company, viewer).hidden


def _end(introduction: Introduction, side: Side, *, by: User, at: datetime) -> None:
    changes: dict[str, Any] = {"ended_at": at, **NO_DEADLINES}
    if introduction.state == IntroductionState.MUTUAL:
        act = IntroductionAct.CLOSE
    elif introduction.asked_by == side:
        act = IntroductionAct.WITHDRAW
    else:
        act = IntroductionAct.DECLINE
        changes |= {"answered_at": introduction.answered_at or at, "answered_by": by}
    apply_transition(introduction, act, checked_side=side, by=by, at=at, **changes)


def forget_records(side: Side) -> None:
    used = Introduction.objects.exclude(left_at=None).values(f"{side}_id")
    SIDES[side].everything.exclude(erased_at=None).exclude(pk__in=used).delete()
