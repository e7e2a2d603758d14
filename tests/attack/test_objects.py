"""Whatever an address names, who may not have it gets the answer of what does not exist, byte for byte.

The addresses come from the resolver. `KINDS` says for each what it may name and who may have that, not by
asking the product. Every object of every actor is asked for by every actor; the world (world.py) has what was
left, withdrawn, blocked, hidden, suspended and deleted meanwhile.
"""

import re
from collections import Counter
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from itertools import count
from typing import Any
from urllib.parse import unquote

import pytest
from django.contrib.admin import site
from django.urls import reverse
from django.utils import timezone
from django.utils.http import int_to_base36

from matchmaker.missions.selectors.day import code_of
from matchmaker.models.conversation import Message
from matchmaker.models.missions import Delegation
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.models.pilot import AT_WORK, ON_BOARD, ApplicationState, PilotApplication, PilotState
from matchmaker.models.programmes import (
    Programme,
    ProgrammeApplication,
    ProgrammeFile,
    ProgrammeHost,
    ProgrammeOutcome,
    ProgrammeReviewer,
    ProgrammeSession,
)
from matchmaker.models.programmes.programme import ProgrammeState
from matchmaker.models.ranking import RankingJob
from matchmaker.models.report import ReportRun
from matchmaker.models.saved_view import SavedView
from matchmaker.models.search import SavedSearch
from profiles.accounts.services.closing import members
from profiles.choices import PictureState, Role
from profiles.models import (
    CannedReason,
    Deal,
    Endorsement,
    Evidence,
    ImportRun,
    Invitation,
    Membership,
    Notice,
    OutboxMail,
    Picture,
    Review,
    Thesis,
    User,
)
from tests.attack.world import FATES, Actor, World
from tests.house.urls import ADMIN, Route, routes

pytestmark = [pytest.mark.django_db, pytest.mark.attack]

ABSENT = {
    "public_id": "0" * 12, "startup": "0" * 12, "investor": "0" * 12, "pk": 999_999, "token": "x" * 32,
    "code": "NO-1", "kind": "startup", "version": 9_999, "other": "0" * 12,
    "key": "x", "size": "small", "uidb36": "zzzz", "object_id": "999999", "form": "csv",
    "delegation": "0" * 12, "part": 9_999, "provider_id": "nobodys",
}  # fmt: skip
# What a button of any page may say; a form that asks more is answered before anything is done.
SAID = {
    "wanted": "1", "act": "withdraw", "answer": "accept", "reason": "team", "line": "x", "note": "x",
    "slot": "1", "newest": "1", "outcome": "approve", "is_fine": "on", "decision": "hide", "parts": "size",
    "email": "a@example.com", "minutes": "30", "text": "x", "words": "x", "confirm": "on", "post": "yes",
}  # fmt: skip
# Words of the product, and links whose owner is whoever holds them.
NOT_OBJECTS = {
    *("startup_edit", "demo_sign_in", "unsubscribe", "invitation_accept", "claim"),
    *("report", "report_rows", "report_csv", "member_export"),
    # Opened by tokens alone (tests/matchmaker/api/test_api.py); a session gets 401.
    *("api:match", "api:introduction", "api:pilot", "api:directory", "api_absent"),
}


@dataclass(frozen=True)
class Named:
    """One object as an address names it; `owner` is what its kind's rule asks about."""

    values: dict[str, Any]
    owner: Any = None


@dataclass(frozen=True)
class Kind:
    """What some addresses name, and who may have it."""

    named: Callable[[World], Iterable[Named]]
    may: Callable[[World, Actor, Any], bool]


# --- Companies, as the other side of one's own ---

SEEN = {"talks", "asked", "stranger", "withdrew", "blocked", "stale"}
MUTUAL = {"talks", "stale"}
SPOKEN = MUTUAL | {"withdrew", "blocked"}


def across(world: World) -> Iterator[Named]:
    for company in world.companies:
        yield Named({"public_id": company.public_id}, company)


def between(fates: set[str]) -> Kind:
    return Kind(across, lambda world, actor, company: world.fate(actor.company, company) in fates)


def messages(world: World) -> Iterator[Named]:
    """Give every message with its companies and with others: under a wrong company it is no message."""
    for message in Message.objects.select_related("startup", "investor"):
        for company in (message.startup, message.investor, world.startups["asked"], world.other):
            yield Named({"public_id": company.public_id, "pk": message.pk}, (message, company))


def may_message(fates: set[str]) -> Callable[[World, Actor, Any], bool]:
    def may(world: World, actor: Actor, owner: Any) -> bool:
        message, company = owner
        theirs = {message.startup, message.investor} == {actor.company, company}
        return theirs and world.fate(actor.company, company) in fates

    return may


def checks(world: World) -> Iterator[Named]:
    for named in across(world):
        yield Named({**named.values, "code": "GOV-PK-01"}, named.owner)
        yield Named({**named.values, "code": "GOV-IN-01"}, named.owner)


def evidence_of(*, own: bool) -> Callable[[World], Iterator[Named]]:
    """Give every piece of evidence beside a company across from its owner: of both or one."""

    def give(world: World) -> Iterator[Named]:
        for row in Evidence.objects.select_related("startup", "investor"):
            for company in (world.investor, world.startups["talks"], world.startups["asked"]):
                if not own or company.side != row.company.side:
                    yield Named({"public_id": company.public_id, "pk": row.pk}, (row, company))

    return give


def may_save(world: World, actor: Actor, owner: Any) -> bool:
    row, company = owner
    return row.company == company and world.fate(actor.company, company) in MUTUAL


def may_open(world: World, actor: Actor, owner: Any) -> bool:
    row, company = owner
    return bool(row.company == actor.company and world.fate(actor.company, company) in SPOKEN)


# --- Own rows ---


def rows(model: Any, *, most: int | None = None) -> Callable[[World], Iterator[Named]]:
    def give(_world: World) -> Iterator[Named]:
        for row in model.objects.order_by("-pk")[:most]:
            yield Named({"pk": row.pk}, row)

    return give


def is_colleagues(_world: World, actor: Actor, row: Any) -> bool:
    return actor.company in {getattr(row, "startup", None), row.investor} - {None}


def own(model: Any) -> Kind:
    return Kind(rows(model), is_colleagues)


# --- Pictures ---


def pictures(_world: World) -> Iterator[Named]:
    for picture in Picture.objects.select_related("startup", "investor"):
        yield Named({"key": picture.key, "pk": picture.pk, "size": "small"}, picture)


def may_see_picture(world: World, actor: Actor, picture: Any) -> bool:
    if actor.name == "curator" or actor.company == picture.company:
        return True
    is_across = world.fate(actor.company, picture.company) in SEEN
    return is_across and picture.state == PictureState.SHOWN


# --- Pilots ---


def pilots(world: World) -> Iterator[Named]:
    for pilot in world.pilots.values():
        yield Named({"public_id": pilot.public_id}, pilot)


def applications(world: World) -> Iterator[Named]:
    for row in PilotApplication.objects.select_related("pilot"):
        for pilot in {row.pilot, world.pilots["ours"]}:
            yield Named({"public_id": pilot.public_id, "pk": row.pk}, (pilot, row))


def may_read_pilot(world: World, actor: Actor, pilot: Any) -> bool:
    """Its host, a curator once it is no draft; whom no curator keeps away: of the board, and who applied."""
    host = world.hosted(pilot)
    if actor.company == host:
        return True
    if actor.name == "curator":
        return pilot.state != PilotState.DRAFT
    is_kept_away = world.fate(actor.company, host) == "hidden"
    return not is_kept_away and (pilot.state in ON_BOARD or has_application(actor, pilot))


def has_application(actor: Actor, pilot: Any, states: tuple[str, ...] = AT_WORK) -> bool:
    mine = {str(actor.company.side): actor.company} if actor.company else {"pk": 0}
    return bool(pilot.applications.filter(**mine, state__in=states).exists())


def may_apply(world: World, actor: Actor, pilot: Any) -> bool:
    return actor.company is not None and may_read_pilot(world, actor, pilot)


def has_applied(world: World, actor: Actor, pilot: Any) -> bool:
    return may_apply(world, actor, pilot) and has_application(actor, pilot, tuple(ApplicationState.values))


# --- Programmes ---


def programmes(world: World) -> Iterator[Named]:
    for programme in world.programmes.values():
        yield Named({"public_id": programme.public_id}, programme)


def parts_of_programmes(model: Any) -> Callable[[World], Iterator[Named]]:
    def give(world: World) -> Iterator[Named]:
        for row in model.objects.select_related("programme"):
            for programme in {row.programme, *world.programmes.values()}:
                yield Named({"public_id": programme.public_id, "pk": row.pk}, (programme, row))

    return give


def may_read_programme(world: World, actor: Actor, programme: Any) -> bool:
    """Its organiser, a curator once it is no draft, and others what is public and not kept away."""
    if actor.company == programme.company:
        return True
    if actor.name == "curator":
        return programme.state != ProgrammeState.DRAFT
    is_kept_away = actor.company is not None and world.fate(actor.company, programme.company) == "hidden"
    return programme.state == ProgrammeState.OPEN and not is_kept_away


def organises(_world: World, actor: Actor, owner: Any) -> bool:
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    return actor.company == programme.company and (row is None or row.programme == programme)


def may_apply_for(kind: str) -> Callable[[World, Actor, Any], bool]:
    """A company for others' programmes, and a person; the page of what is closed leads back."""

    def may(world: World, actor: Actor, programme: Any) -> bool:
        is_of_the_market = actor.user is not None and actor.user.role in (Role.STARTUP, Role.INVESTOR)
        if not is_of_the_market or not may_read_programme(world, actor, programme):
            return False
        is_others = actor.company is not None and actor.company != programme.company
        return kind == "person" or (is_others and actor.company.side == kind)

    return may


def organises_in(*states: str) -> Callable[[World, Actor, Any], bool]:
    def may(world: World, actor: Actor, owner: Any) -> bool:
        programme = owner[0] if isinstance(owner, tuple) else owner
        return organises(world, actor, owner) and programme.state in states

    return may


def may_review(world: World, actor: Actor, owner: Any) -> bool:
    """The one whom the organiser asked, for the open programme, but for the own company's application."""
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    is_asked = actor.user == world.other_partner and programme == world.programmes[ProgrammeState.OPEN]
    return is_asked and (row is None or (row.programme == programme and row.investor != world.other))


def organises_the_hackathon(world: World, actor: Actor, programme: Any) -> bool:
    return organises(world, actor, programme) and programme == world.programmes[ProgrammeState.OPEN]


def is_asked_to_host(world: World, actor: Actor, owner: Any) -> bool:
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    is_asked = actor.user == world.founders["talks"] and programme == world.programmes[ProgrammeState.OPEN]
    return is_asked and (row is None or row.programme == programme)


def ended(_world: World) -> Iterator[Named]:
    for programme in Programme.objects.filter(state=ProgrammeState.FINISHED):
        yield Named({"public_id": programme.public_id}, programme)


def took_part(world: World, actor: Actor, owner: Any) -> bool:
    """Of the programme that is over: its organiser, and the startup that took part."""
    programme, row = owner if isinstance(owner, tuple) else (owner, None)
    companies = (world.investor, world.startups["talks"])
    is_over = programme.state == ProgrammeState.FINISHED
    return is_over and actor.company in companies and (row is None or row.programme == programme)


def may_sign(world: World, actor: Actor, owner: Any) -> bool:
    programme, row = owner
    return actor.user == world.other_partner and row.programme == programme and hasattr(row, "proposal")


def of_kind(kind: str) -> Callable[[World], Iterator[Named]]:
    def give(world: World) -> Iterator[Named]:
        for named in programmes(world):
            yield Named({**named.values, "kind": kind}, named.owner)

    return give


# --- Missions ---


def missions(world: World) -> Iterator[Named]:
    for mission in world.missions:
        yield Named({"public_id": mission.programme.public_id}, mission)


def parts_of_missions(name: str, key: str, of: str, **more: str) -> Callable[[World], Iterator[Named]]:
    """Give every part of every mission, under its own mission and under the other one."""

    def give(world: World) -> Iterator[Named]:
        for mission in world.missions:
            for part in getattr(mission, of).all():
                for other in world.missions:
                    values = {"public_id": other.programme.public_id, name: getattr(part, key), **more}
                    yield Named(values, (other, part))

    return give


def organises_mission(world: World, actor: Actor, owner: Any) -> bool:
    mission, part = owner if isinstance(owner, tuple) else (owner, None)
    return actor.company == world.investor and (part is None or part.mission == mission)


def comes_to_mission(world: World, actor: Actor, mission: Any) -> bool:
    return actor.company in (world.investor, world.other, world.startups["talks"])


def sends(_world: World, actor: Actor, owner: Any) -> bool:
    mission, one = owner
    return actor.company is not None and (actor.company, one.mission) == (one.application.company, mission)


def meets(_world: World, actor: Actor, owner: Any) -> bool:
    mission, meeting = owner
    both = (meeting.startup.application.company, meeting.investor.application.company)
    return actor.company in both and meeting.mission == mission


def has_a_schedule(world: World, actor: Actor, owner: Any) -> bool:
    return sends(world, actor, owner) and owner[0].published_at is not None


def organises_day(world: World, actor: Actor, owner: Any) -> bool:
    mission = owner[0] if isinstance(owner, tuple) else owner
    return organises_mission(world, actor, owner) and mission.published_at is not None


def codes_of_missions(world: World) -> Iterator[Named]:
    for mission in world.missions:
        for other in world.missions:
            values = {"public_id": other.programme.public_id, "code": code_of(mission)}
            yield Named(values, (other, mission))


def has_read_the_code(world: World, actor: Actor, owner: Any) -> bool:
    mission, of = owner
    is_guest = actor.company in (world.other, world.startups["talks"])
    return is_guest and mission == of and mission.published_at is not None


def tokens_of_delegations(_world: World) -> Iterator[Named]:
    for one in Delegation.objects.select_related("mission"):
        yield Named({"token": one.token}, one)


def has_the_secret(_world: World, _actor: Actor, one: Any) -> bool:
    return one.mission.published_at is not None


DELEGATIONS = parts_of_missions("delegation", "public_id", "delegations")
PLANS = parts_of_missions("pk", "pk", "plans")

# --- Curators, operators, nobody ---


def for_role(name: str, named: Callable[[World], Iterable[Named]]) -> Kind:
    return Kind(named, lambda _world, actor, _owner: actor.name == name)


def reviewed(world: World) -> Iterator[Named]:
    for company in world.companies:
        yield Named({"kind": str(company.side), "public_id": company.public_id})


def doubles(world: World) -> Iterator[Named]:
    """Give two records of one side, whichever of them is kept."""
    one, other = world.startups["talks"], world.startups["asked"]
    for kept, gone in ((one, other), (other, one)):
        values = {"kind": "startup", "public_id": kept.public_id, "other": gone.public_id}
        yield Named(values)


def imported(world: World) -> Iterator[Named]:
    values = {"kind": "startup", "public_id": world.unclaimed.public_id}
    yield Named(values)


def runs_of_imports(_world: World) -> Iterator[Named]:
    curator = User.objects.filter(role=Role.CURATOR).first()
    run, _made = ImportRun.objects.get_or_create(
        kind="startups", name="list.csv", defaults={"by": curator, "at": timezone.now()}
    )
    yield Named({"pk": run.pk})


def pairs(world: World) -> Iterator[Named]:
    for fate in FATES:
        yield Named({"startup": world.startups[fate].public_id, "investor": world.investor.public_id})


def one(**values: Any) -> Callable[[World], Iterator[Named]]:
    return lambda _world: iter([Named(values)])


def people(_world: World) -> Iterator[Named]:
    for user in User.objects.all():
        yield Named({"uidb36": int_to_base36(user.pk), "key": "x-x"})


def accounts(_world: World) -> Iterator[Named]:
    for user in members():
        yield Named({"pk": user.pk})


def curators(_world: World) -> Iterator[Named]:
    for user in User.objects.filter(role=Role.CURATOR):
        yield Named({"pk": user.pk})


def is_founder(actor: Actor) -> bool:
    return actor.user is not None and actor.user.role == Role.STARTUP


def nobody(_world: World, _actor: Actor, _owner: Any) -> bool:
    return False


def desk(model: Any) -> Kind:
    return for_role("curator", rows(model, most=3))


OF_PAIRS = (
    *(
        "match",
        "match_brief",
        "match_pass",
        "match_unpass",
        "match_interest",
        "match_translation",
        "shortlist_toggle",
    ),
    *("shortlist_note", "introduction", "introduction_ask", "introduction_later", "fair_dealing"),
    *("disclosure_ask", "fair_terms", "fair_terms_open", "fair_terms_print"),
)
OF_MEETINGS = (
    *("meeting", "meeting_take", "meeting_keep", "meeting_cancel", "meeting_address", "meeting_reply"),
    *("meeting_file", "stages", "stage_answer", "stage_withdraw", "stage_done"),
)
KINDS: dict[str, Kind] = {
    **dict.fromkeys(OF_PAIRS, between(SEEN)),
    **dict.fromkeys(OF_MEETINGS, between(MUTUAL)),
    "check_answer": Kind(checks, lambda world, actor, company: world.fate(actor.company, company) in SEEN),
    "conversation": between({*SPOKEN, "gone", "hidden"}),
    # Of a pair that a curator hides, four pages say so to the two, and nothing else. Two pages of an
    # introduction that was closed lead back to it.
    "introduction": between({*SEEN, "hidden"}),
    **dict.fromkeys(("meeting", "stages"), between({*SPOKEN, "hidden"})),
    **dict.fromkeys(("conversation_read", "conversation_block"), between(SPOKEN)),
    **dict.fromkeys(
        ("conversation_report", "conversation_file"), Kind(messages, may_message({*SPOKEN, "gone"}))
    ),
    **dict.fromkeys(("thesis_edit", "thesis_delete"), own(Thesis)),
    **dict.fromkeys(("deal_edit", "deal_delete"), own(Deal)),
    **dict.fromkeys(("team_owner", "team_remove"), own(Membership)),
    "invitation_withdraw": own(Invitation),
    **dict.fromkeys(("evidence_remove", "evidence_file"), own(Evidence)),
    "evidence_domain_link": Kind(one(token="x"), nobody),
    "endorsement_withdraw": Kind(
        rows(Endorsement), lambda _world, actor, said: bool(actor.company == said.endorser)
    ),
    **dict.fromkeys(("pair_evidence", "pair_evidence_endorse"), between(SPOKEN)),
    "pair_evidence_grant": Kind(evidence_of(own=True), may_open),
    "pair_evidence_file": Kind(evidence_of(own=False), may_save),
    **dict.fromkeys(("desk_evidence_one", "desk_evidence_file"), desk(Evidence)),
    **dict.fromkeys(
        ("saved_search_open", "saved_search_rename", "saved_search_delete"),
        Kind(rows(SavedSearch), lambda _world, actor, saved: saved.user == actor.user),
    ),
    **dict.fromkeys(
        ("notice_open", "notice_seen"),
        Kind(rows(Notice, most=12), lambda _world, actor, notice: notice.user == actor.user),
    ),
    "picture": Kind(pictures, may_see_picture),
    "picture_remove": Kind(pictures, lambda _world, actor, picture: actor.company == picture.company),
    "desk_picture": for_role("curator", pictures),
    "pilot": Kind(pilots, may_read_pilot),
    **dict.fromkeys(
        ("pilot_edit", "pilot_move", "pilot_open", "pilot_invite", "pilot_results", "pilot_candidates"),
        Kind(pilots, lambda world, actor, pilot: actor.company == world.hosted(pilot)),
    ),
    "pilot_answer": Kind(
        applications,
        lambda world, actor, owner: actor.company == world.hosted(owner[0]) and owner[1].pilot == owner[0],
    ),
    "pilot_apply": Kind(pilots, may_apply),
    "pilot_seat": Kind(pilots, has_applied),
    "pilot_review": for_role("curator", pilots),
    "programme": Kind(programmes, may_read_programme),
    "programme_card": Kind(programmes, lambda _world, _actor, one: one.state == ProgrammeState.OPEN),
    "programme_edit": Kind(programmes, organises_in(ProgrammeState.DRAFT)),
    "programme_move": Kind(programmes, organises),
    "programme_applications": Kind(programmes, organises),
    **dict.fromkeys(
        ("programme_dates", "programme_jury", "programme_criteria", "programme_results", "programme_sheet"),
        Kind(programmes, organises_in(ProgrammeState.OPEN)),
    ),
    "programme_export": Kind(
        lambda world: (Named({**each.values, "form": "csv"}, each.owner) for each in programmes(world)),
        organises_in(ProgrammeState.OPEN),
    ),
    "programme_application": Kind(parts_of_programmes(ProgrammeApplication), organises),
    "programme_reviewer_remove": Kind(parts_of_programmes(ProgrammeReviewer), organises),
    # Nobody has been accepted, so there is no team, and only the organiser has the page of teams.
    "programme_cohort": Kind(programmes, organises_in(ProgrammeState.OPEN)),
    **dict.fromkeys(
        ("programme_session", "programme_session_remove"),
        Kind(parts_of_programmes(ProgrammeSession), organises),
    ),
    **dict.fromkeys(
        ("programme_file", "programme_file_remove"), Kind(parts_of_programmes(ProgrammeFile), organises)
    ),
    "programme_hosts": Kind(programmes, lambda *owner: organises(*owner) or is_asked_to_host(*owner)),
    "programme_host": Kind(
        parts_of_programmes(ProgrammeHost), lambda *owner: organises(*owner) or is_asked_to_host(*owner)
    ),
    "programme_outcomes": Kind(ended, took_part),
    "programme_outcome": Kind(parts_of_programmes(ProgrammeOutcome), took_part),
    "programme_attend": Kind(lambda _world: [Named({"code": ProgrammeSession.objects.get().code})], nobody),
    "programme_feed": Kind(
        lambda world: (
            Named({"token": row.token})
            for row in ProgrammeApplication.objects.filter(programme__in=world.programmes.values())
        ),
        nobody,
    ),
    "programme_teams": Kind(programmes, organises_the_hackathon),
    "programme_team": Kind(
        lambda world: (Named({**each.values, "pk": 1}, each.owner) for each in programmes(world)), nobody
    ),
    "programme_proposal": Kind(parts_of_programmes(ProgrammeApplication), may_sign),
    "programme_review_list": Kind(programmes, may_review),
    "programme_review_one": Kind(parts_of_programmes(ProgrammeApplication), may_review),
    **dict.fromkeys(
        ("programme_apply", "programme_withdraw"), Kind(of_kind("startup"), may_apply_for("startup"))
    ),
    "mission": Kind(missions, comes_to_mission),
    "mission_set_up": Kind(
        missions, lambda world, actor, one: organises_mission(world, actor, one) and one.published_at is None
    ),
    **dict.fromkeys(
        ("mission_slots", "mission_move", "mission_rooms", "mission_delegations", "mission_plans"),
        Kind(missions, organises_mission),
    ),
    "mission_room_remove": Kind(parts_of_missions("pk", "pk", "tables", kind="table"), organises_mission),
    **dict.fromkeys(("mission_plan", "mission_plan_progress"), Kind(PLANS, organises_mission)),
    **dict.fromkeys(
        ("mission_delegation", "mission_second"),
        Kind(
            DELEGATIONS,
            lambda world, actor, owner: sends(world, actor, owner) or organises_mission(world, actor, owner),
        ),
    ),
    "mission_wishes": Kind(DELEGATIONS, sends),
    **dict.fromkeys(("mission_board", "mission_check_in", "mission_changes"), Kind(missions, organises_day)),
    "mission_proposal": Kind(PLANS, organises_day),
    "mission_papers": Kind(
        lambda world: (
            Named({**one.values, "kind": "signs", "part": 1}, one.owner) for one in missions(world)
        ),
        organises_day,
    ),
    "mission_here": Kind(codes_of_missions, has_read_the_code),
    **dict.fromkeys(
        ("mission_day", "mission_day_paper"),
        Kind(
            DELEGATIONS,
            lambda world, actor, owner: (
                has_a_schedule(world, actor, owner) or organises_day(world, actor, owner)
            ),
        ),
    ),
    **dict.fromkeys(
        ("mission_day_meeting", "mission_note"),
        Kind(
            parts_of_missions("key", "key", "meetings"),
            lambda world, actor, owner: meets(world, actor, owner) and owner[0].published_at is not None,
        ),
    ),
    **dict.fromkeys(("mission_day_open", "mission_feed"), Kind(tokens_of_delegations, has_the_secret)),
    "programme_review": Kind(
        programmes, lambda _world, actor, one: actor.name == "curator" and one.state != ProgrammeState.DRAFT
    ),
    **dict.fromkeys(
        ("review", "review_open", "review_assign", "review_note", "suspension", "desk_profile"),
        for_role("curator", reviewed),
    ),
    "review_undo": Kind(rows(Review, most=3), lambda _world, actor, review: actor.user == review.decided_by),
    "canned_reason": desk(CannedReason),
    **dict.fromkeys(
        ("duplicate_pair", "duplicate_preview", "duplicate_merge", "duplicate_decide"),
        for_role("curator", doubles),
    ),
    "duplicate_find": for_role("curator", reviewed),
    "merge_undo": for_role("curator", one(pk=1)),
    **dict.fromkeys(("claim_invite", "claim_refuse"), for_role("curator", imported)),
    # Who knows the id, from describing the same company, may say that it is theirs.
    "claim_same": Kind(imported, lambda _world, actor, _owner: is_founder(actor)),
    **dict.fromkeys(("desk_account", "view_as"), for_role("curator", accounts)),
    **dict.fromkeys(("person", "person_role"), for_role("operator", curators)),
    **dict.fromkeys(("pairing", "pairing_suggest"), for_role("curator", pairs)),
    "saved_view_delete": Kind(rows(SavedView), lambda _world, actor, view: view.user == actor.user),
    **dict.fromkeys(
        ("import_run", "import_progress", "import_start", "import_undo", "import_discard"),
        for_role("curator", runs_of_imports),
    ),
    "table_export": for_role("curator", one(kind="deals", form="csv")),
    "pin_release": desk(CuratorOverride),
    **dict.fromkeys(("desk_message_first", "desk_message_file"), desk(Message)),
    "desk_message_report": for_role("curator", lambda world: [Named({"pk": world.report.pk})]),
    "screening_candidate": for_role("curator", one(pk=1)),
    **dict.fromkeys(
        ("governance_check", "governance_rule", "governance_count"),
        for_role("curator", one(code="GOV-PK-01")),
    ),
    "governance_restore": for_role("curator", one(code="GOV-PK-01", version=1)),
    **dict.fromkeys(
        ("sector", "sector_move", "sector_merge", "sector_relate"), for_role("curator", one(code="AGR01"))
    ),
    **dict.fromkeys(("taxonomy_undo", "what_if", "what_if_progress"), for_role("curator", one(pk=1))),
    "weights_roll_back": for_role("curator", one(version=1)),
    "run_progress": for_role("curator", lambda world: [Named({"pk": world.run.pk})]),
    "job_retry": desk(RankingJob),
    "report_progress": desk(ReportRun),
    "mail_retry": desk(OutboxMail),
    "account_confirm_email": Kind(one(key="MQ:x:x"), nobody),
    "account_reset_password_from_key": Kind(people, nobody),
    **dict.fromkeys(
        ("openid_connect_login", "openid_connect_callback"), Kind(one(provider_id="google"), nobody)
    ),
    **dict.fromkeys(("mfa_edit_webauthn", "mfa_remove_webauthn"), Kind(one(pk=1), nobody)),
}


def of_admin(route: Route) -> Kind:
    """Return what an address of the admin names: the rows of its model."""
    models = {f"{model._meta.app_label}_{model._meta.model_name}": model for model in site._registry}
    model = models[route.name.removeprefix(ADMIN).rpartition("_")[0]]
    return for_role(
        "operator", lambda _world: [Named({"object_id": row.pk}) for row in model.objects.all()[:3]]
    )


AT_THE_ADMIN = ("visitor", "talks", "curator", "operator")  # tests/house/test_access.py has the others


def object_routes() -> list[Route]:
    """Return every address that names an object; of the admin those of a row."""
    named = [route for route in routes() if route.arguments and route.name not in NOT_OBJECTS]
    of_rows = ("_change", "_delete", "_history")
    return [route for route in named if not route.name.startswith(ADMIN) or route.name.endswith(of_rows)]


def kind_of(route: Route) -> Kind:
    return of_admin(route) if route.name.startswith(ADMIN) else KINDS[route.name]


def test_every_address_with_an_argument_says_what_it_names():
    named = {route.name for route in object_routes() if not route.name.startswith(ADMIN)}
    assert named == KINDS.keys()


ONCE = re.compile(r'value="\w{64}"|nonce="[^"]+"|nonce-[\w+/=-]+|\d{2}:\d{2}')


def seen(response: Any, path: str) -> tuple[int, str, str]:
    """Return what an answer shows, but for what each answer has of its own and the address itself."""
    body = b"".join(response)  # also reads a file to its end, and so closes it
    where = response.headers.get("Location", "")
    return (
        response.status_code,
        unquote(where).replace(path, ""),  # as it is, or as the page to come back to
        ONCE.sub("", body.decode("latin-1")).replace(path, ""),
    )


@dataclass
class Replay:
    """Asks for objects, and remembers what is answered about those that do not exist."""

    world: World

    def __post_init__(self) -> None:
        self.nothing: dict[tuple[str, ...], Any] = {}

    def ask(self, route: Route, values: dict[str, Any], actor: Actor, method: str) -> Any:
        path = reverse(route.name, kwargs={name: values[name] for name in route.arguments})
        with self.world.undone(actor) as client:
            return seen(getattr(client, method)(path, SAID if method == "post" else None), path)

    def is_nothing(self, route: Route, values: dict[str, Any], actor: Actor, method: str) -> bool:
        key = (route.name, actor.name, method)
        if key not in self.nothing:
            absent = {name: ABSENT[name] for name in route.arguments}
            self.nothing[key] = self.ask(route, absent, actor, method)
        return bool(self.ask(route, values, actor, method) == self.nothing[key])


def test_what_one_may_not_have_is_as_if_it_were_not(tally, share):
    world = World()
    replay, step, turn = Replay(world), share(small=173, full=1), count()
    asked, opened = Counter[str](), set[str]()
    for route in object_routes():
        kind, capability = kind_of(route), route.name.partition("_")[0]
        is_of_admin = route.name.startswith(ADMIN)
        actors = [actor for actor in world.actors if not is_of_admin or actor.name in AT_THE_ADMIN]
        for named in kind.named(world):
            for actor in actors:
                for method in ("get", "post"):
                    if next(turn) % step:
                        continue
                    may = kind.may(world, actor, named.owner)
                    is_nothing = replay.is_nothing(route, named.values, actor, method)
                    asked[capability] += 1
                    if may:
                        opened |= set() if is_nothing else {route.name}
                        continue
                    tally.check(is_nothing, f"{method} {route.name} {named.values} by {actor.name}")
    if step == 1:
        closed = {name for name in KINDS if KINDS[name].may is not nobody} - opened
        tally.check(not closed, f"nobody reaches anything by {closed}")
    tally.measure(", ".join(f"{name} {number:,}" for name, number in sorted(asked.items())))
    tally.settle()
