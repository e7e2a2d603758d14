"""Introductions as their pages show them: one, the open requests, the shortlist, and the places left."""

import re
from collections.abc import Collection, Iterable, Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, F, OuterRef, Q, QuerySet, Subquery
from django.urls import Resolver404, resolve
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from matchmaker.choices import PassReason, Side
from matchmaker.matching.current_company.selectors import (
    CurrentCompany,
    all_counterparts,
    counterparts,
    current_company,
    hidden_counterparts,
)
from matchmaker.matching.lists.selectors.closed import refusal_of
from matchmaker.matching.lists.selectors.list_page import for_cards, for_names
from matchmaker.matching.pairs.selectors.pair import (
    Pair,
    PastPair,
    introductions_between,
    paused_pair,
    replies_to,
)
from matchmaker.models.introduction import (
    OPEN,
    PENDING,
    WAITING,
    Introduction,
    IntroductionAct,
    IntroductionState,
    IntroductionStep,
)
from matchmaker.models.pair_action import Pass
from matchmaker.registry import INTRODUCTION_PARTS, Origin, origins_of
from profiles.catalogue.visibility.access import names_of, see, with_related
from profiles.catalogue.visibility.disclosure import opened_fields
from profiles.catalogue.visibility.visible_profile import VisibleProfile, pitch_of
from profiles.companies.pictures.selectors import face_of
from profiles.models import SIDES, Investor, OutboxMail, Startup, User
from profiles.models.profile import ID_LENGTH
from profiles.validators import unlinked

REQUEST_SLOTS = 5  # pending requests of a startup
MONTH = timedelta(days=30)  # over which a company's capacity is counted
AGAIN = timedelta(days=60)  # after a request that came to nothing, before the next to the same partner
WITHDRAWN_SLOT = timedelta(days=7)  # for which a request that was delivered and withdrawn keeps its place


def introductions_of(side: Side, company_pk: int) -> "QuerySet[Introduction]":
    return Introduction.objects.filter(**{f"{side}_id": company_pk}).order_by("-asked_at", "-pk")


def open_between(startup: Startup, investor: Investor) -> Introduction | None:
    pair = Introduction.objects.filter(startup=startup, investor=investor, state__in=OPEN)
    return pair.select_related("startup", "investor", "by").first()


def request_slots_taken(startup: Startup, *, at: datetime) -> int:
    """Return how many of the startup's places are taken: by requests without an answer."""
    withdrawn = Q(state=IntroductionState.WITHDRAWN, delivered_at__isnull=False, answered_at=None)
    taken = Q(state__in=PENDING) | withdrawn & Q(ended_at__gt=at - WITHDRAWN_SLOT)
    return introductions_of(Side.STARTUP, startup.pk).filter(taken, asked_by=Side.STARTUP).count()


def room_of(side: Side, company: Startup | Investor, *, at: datetime) -> int:
    """Return how many more requests may reach a company now; those that wait before count as arrived."""
    to_us = introductions_of(side, company.pk).filter(asked_by=side.other)
    to_us = to_us.exclude(state=IntroductionState.WITHDRAWN)
    reached = to_us.filter(delivered_at__gt=at - MONTH).count()
    return company.capacity - reached - to_us.filter(state=IntroductionState.QUEUED).count()


def asked_lately(startup: Startup, investor: Investor, *, side: Side, at: datetime) -> bool:
    """Return whether this side's last request to the other ended a short while ago.

    Requests that never left the queue do not count.
    """
    pair = Introduction.objects.filter(startup=startup, investor=investor)
    unread = Q(state=IntroductionState.WITHDRAWN, delivered_at=None)
    return pair.exclude(unread).filter(asked_by=side, ended_at__gt=at - AGAIN).exists()


def met_lately(startup: Startup, investor: Investor, *, side: Side, at: datetime) -> bool:
    pair = {"introduction__startup": startup, "introduction__investor": investor}
    steps = IntroductionStep.objects.filter(act=IntroductionAct.MEET, side=side, **pair)
    return steps.filter(at__gt=at - AGAIN).exists()


# What only its asker knows of: how long the request waited in the queue.
ASKERS_OWN = (IntroductionAct.QUEUE, IntroductionAct.DELIVER)


@dataclass(frozen=True)
class IntroductionPage:
    pair: Pair
    introduction: Introduction
    steps: list[IntroductionStep]
    opened: dict[str, Any] | None  # once both said yes

    @property
    def is_here(self) -> bool:
        return not isinstance(self.pair, PastPair)

    @property
    def origins(self) -> list[Origin]:
        return origins_of(self.introduction)

    @property
    def parts(self) -> list[tuple[str, Any]]:
        one, side = self.introduction, self.pair.member.side
        parts = [(part.page, part.read([one], side)) for part in INTRODUCTION_PARTS]
        return [(page, read[one.pk]) for page, read in parts if one.pk in read]

    @property
    def is_ours(self) -> bool:
        return self.introduction.asked_by == self.pair.member.side

    @property
    def waits_for_us(self) -> bool:
        return not self.is_ours and self.introduction.state in WAITING

    @property
    def waits_for_them(self) -> bool:
        return self.is_ours and self.introduction.state in WAITING

    @property
    def is_mutual(self) -> bool:
        return self.introduction.state == IntroductionState.MUTUAL

    @property
    def tone(self) -> str:
        if self.is_mutual:
            return "good"
        return "info" if self.introduction.state in WAITING else ""

    @property
    def may_postpone(self) -> bool:
        return self.waits_for_us and self.introduction.state == IntroductionState.ASKED


def introduction_page(pair: Pair) -> IntroductionPage | None:
    """Return the newest introduction of the pair; None while the member's side knows of none."""
    introduction = introductions_between(pair).first()
    if introduction is None:
        return None
    steps = IntroductionStep.objects.filter(introduction=introduction)
    if introduction.asked_by != pair.member.side:
        steps = steps.exclude(act__in=ASKERS_OWN)
    is_mutual = introduction.state == IntroductionState.MUTUAL
    return IntroductionPage(pair, introduction, list(steps), now_open(pair) if is_mutual else None)


CONTACTS = ("contact_name", "contact_email", "contact_whatsapp", "contact_wechat")


def now_open(pair: Pair) -> dict[str, Any]:
    """Return what the two see of each other's contact now, and why we are not seen."""
    seen, company = pair.seen, pair.company
    ours = opened_fields(company, pair.counterpart, is_own=True)
    return {
        "contacts": [
            (name, capfirst(seen.labels[name]), value) for name in CONTACTS if (value := getattr(seen, name))
        ],
        "website": seen.website or "",
        "is_shared": any(field.value for field in ours if field.name in CONTACTS[1:]),
        "has_contact": bool(company.contact_email or company.contact_whatsapp or company.contact_wechat),
    }


def prospect(pair: Pair, *, at: datetime) -> dict[str, Any]:
    """Return what a request would face: places, room, promise and record.

    `queue_position` is 0 if it is delivered at once.
    """
    side, taken = pair.member.side, request_slots_taken(pair.startup, at=at)
    refusals = {
        "is_full": side == Side.STARTUP and taken >= REQUEST_SLOTS,
        "refusal": refusal_of(side, pair.company.pk, pair.counterpart.pk, at=at),
        "is_too_soon": asked_lately(pair.startup, pair.investor, side=side, at=at),
    }
    return {
        **refusals,
        "may_ask": not any(refusals.values()),
        "is_shortlisted": pair.counterpart.pk in pair.member.interactions.shortlisted,
        "places": REQUEST_SLOTS,
        "taken": taken,
        "queue_position": max(0, 1 - room_of(side.other, pair.counterpart, at=at)),
        "replies": replies_to(pair, at=at) if side == Side.STARTUP else None,
    }


# URL names
OF_A_PAIR = {"introduction", "pipeline_notes", "conversation", "meeting", "stages", "match", "pair_evidence"}
OF_A_PAIR |= {"fair_dealing", "fair_terms"}


def names_on(paths: Iterable[str], member: CurrentCompany) -> dict[str, str]:
    ids = {}
    for path in paths:
        with suppress(Resolver404):
            match = resolve(path)
            if match.url_name in OF_A_PAIR:
                ids[path] = match.kwargs["public_id"]
    if not ids:
        return {}
    profiles = for_names(counterparts(member).filter(public_id__in=ids.values())).prefetch_related("consents")
    titles = {profile.public_id: str(see(profile, member.viewer).title) for profile in profiles}
    if left := ids.values() - titles.keys():
        gone = introductions_of(member.side, member.company_id).exclude(left_name="")
        id_path = f"{member.side.other}__public_id"
        titles |= dict(gone.filter(**{f"{id_path}__in": left}).values_list(id_path, "left_name"))
    return {path: titles[public_id] for path, public_id in ids.items() if public_id in titles}


IDS = re.compile(rf"/([a-z0-9]{{{ID_LENGTH}}})/")


def is_still_readable(mail: OutboxMail, reader: User) -> bool:
    """Tell whether the reader can see each company that a mail leads to, and each hidden name is left out.

    Everyone may learn that an appointment is off.
    """
    member, ids = current_company(reader), set(IDS.findall(mail.body))
    if member is None or not ids or "METHOD:CANCEL" in mail.calendar:
        return True
    theirs = SIDES[member.side.other]._default_manager.filter(public_id__in=ids)
    there = with_related(all_counterparts(member).filter(public_id__in=ids))
    apart = member.interactions.hidden  # by a curator; what is open between the two only rests
    seen = [each for each in there if each.pk not in apart or paused_pair(member, each.public_id)]
    nameless = [each for each in seen if "name" in see(each, member.viewer).hidden]
    is_named = any(unlinked(name) in mail.body for each in nameless for name in names_of(each))
    return len(seen) == theirs.count() and not is_named


ENOUGH = 5  # passes before their reasons are told: fewer would tell who


def reasons_of_passes(side: Side, company_pk: int, *, at: datetime) -> list[tuple[str, int]]:
    """Return why others passed on a company, by frequency: without names, and without small counts."""
    passes = Pass.objects.in_effect(at=at).filter(side=side.other, **{f"{side}_id": company_pk}).order_by()
    counts = passes.values_list("reason").annotate(count=Count("pk"))
    reasons = [(str(PassReason[reason.upper()].label), count) for reason, count in counts]
    if sum(count for _label, count in reasons) < ENOUGH:
        return []
    return sorted(reasons, key=lambda reason: (-reason[1], reason[0]))


def with_queue_position(introductions: "QuerySet[Introduction]", other: Side) -> "QuerySet[Introduction]":
    """Add where each request stands in the queue of its receiver, and the other side's public id."""
    return introductions.annotate(queue_position=_queue_position(other), their_id=F(f"{other}__public_id"))


def _queue_position(receiver: Side) -> Subquery:
    key = f"{receiver}_id"
    before = Q(asked_at__lt=OuterRef("asked_at")) | Q(asked_at=OuterRef("asked_at"), pk__lte=OuterRef("pk"))
    queue = Introduction.objects.filter(
        before, asked_by=receiver.other, state=IntroductionState.QUEUED, **{key: OuterRef(key)}
    )
    return Subquery(queue.order_by().values(key).annotate(count=Count("pk")).values("count"))


def request_rows(member: CurrentCompany, introductions: Sequence[Introduction]) -> dict[int, dict[str, Any]]:
    key = f"{member.side.other}_id"
    wanted = [getattr(one, key) for one in introductions]
    # What is mutual shows what crosses the border, so the consents are read with the rest.
    profiles = for_cards(counterparts(member)).prefetch_related("consents").in_bulk(wanted)
    rows = {one.pk: _row(member, one, profiles.get(getattr(one, key))) for one in introductions}
    if member.interactions.hidden:
        hidden = for_cards(hidden_counterparts(member)).in_bulk(wanted)
        for one in introductions:
            if one.state in OPEN and (paused := hidden.get(getattr(one, key))):
                title = str(see(paused, member.viewer).title)
                rows[one.pk] |= {"paused_id": paused.public_id, "name": title}
    _add_parts(member, [one for one in introductions if rows[one.pk].get("public_id")], rows)
    return rows


def _add_parts(
    member: CurrentCompany, introductions: list[Introduction], rows: dict[int, dict[str, Any]]
) -> None:
    for part in INTRODUCTION_PARTS:
        if not part.row:
            continue
        for pk, read in part.read(introductions, member.side).items():
            rows[pk].setdefault("parts", []).append((part.row, read))


def _row(member: CurrentCompany, introduction: Introduction, profile: Any) -> dict[str, Any]:
    """Return one row; nameless where the counterpart exists for the member no longer."""
    row = {
        "introduction": introduction,
        "queue_position": getattr(introduction, "queue_position", None) or 0,
        "is_ours": introduction.asked_by == member.side,
    }
    if profile is None and introduction.left_at and (their_id := getattr(introduction, "their_id", "")):
        return {**row, "public_id": their_id, "name": introduction.left_name or _("The other company")}
    if profile is None:
        return {**row, "talk_id": _talk_id(member, introduction)}
    return {**row, **_of_profile(member, profile)}


def card_rows(member: CurrentCompany, keys: Collection[int]) -> dict[int, dict[str, Any]]:
    """Return what rows show of companies without an introduction."""
    profiles = for_cards(counterparts(member)).prefetch_related("consents").in_bulk(list(keys))
    return {pk: _of_profile(member, profile) for pk, profile in profiles.items()}


def _of_profile(member: CurrentCompany, profile: Any) -> dict[str, Any]:
    shown = _in_short(see(profile, member.viewer), member.side)
    return {**shown, "demo": profile.is_demo, "leaves_at": profile.leaves_at}


def _in_short(seen: VisibleProfile, reader: Side) -> dict[str, Any]:
    what = seen.display["kind" if reader == Side.STARTUP else "primary_sector"]
    return {
        "public_id": seen.public_id,
        "name": str(seen.title),
        "face": face_of(seen),
        "pitch": pitch_of(seen),
        "facts": [word for word in (what, seen.display["place"]) if word],
    }


def _talk_id(member: CurrentCompany, introduction: Introduction) -> str:
    is_hidden = getattr(introduction, f"{member.side.other}_id") in member.interactions.hidden
    if is_hidden or introduction.state != IntroductionState.CLOSED:
        return ""
    return str(getattr(introduction, "their_id", ""))


def passed_page(member: CurrentCompany) -> dict[str, Any]:
    """Return all passes, with the same queries whatever their number."""
    owner = {"side": member.side, f"{member.side.value}_id": member.company_id}
    passes = {getattr(act, f"{member.side.other}_id"): act for act in Pass.objects.filter(**owner)}
    rows = card_rows(member, passes)
    return {
        "rows": [
            {**rows[pk], "reason": act.get_reason_display(), "note": act.note, "at": act.at}
            for pk, act in passes.items()
            if pk in rows
        ],
        "unseen": [act for pk, act in passes.items() if act.note and pk not in rows],
    }
