"""Cards of people, teams, and who would complete a team from across the border, with the reasons."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from typing import Any

from django.db.models import F, Prefetch, Q, QuerySet
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from matchmaker import models
from matchmaker.events.programmes.selectors.programmes import Reader
from matchmaker.matching.pairs.selectors.pair import blocked_by
from matchmaker.models.programmes.people import CardAudience, MemberState, Skill
from matchmaker.models.programmes.programme import ONGOING, ProgrammeApplicationState, ProgrammeKind
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import WORKING_LANGUAGES, Side
from profiles.models import Investor, Startup, User

MOST_LOOKED_AT, MOST_SUGGESTED, MOST_TEAMS = 200, 8, 100


def card_of(user: User) -> models.PersonCard | None:
    return models.PersonCard.objects.filter(user=user).select_related("field", "place").first()


def card_facts(card: models.PersonCard) -> dict[str, Any]:
    facts = {
        _("Skills"): joined([str(skill.label) for skill in Skill if skill in card.skills]),
        pgettext("of a person", "Sector"): card.field,
        _("University or employer"): card.affiliation,
        _("Languages"): joined([name for code, name in WORKING_LANGUAGES if code in card.languages]),
        _("Location"): card.place,
        _("Looks for"): card.seeks,
    }
    items = [{"label": label, "value": value} for label, value in facts.items() if value]
    return {"card": card, "items": items}


def card_for_organiser(application: models.ProgrammeApplication) -> dict[str, Any] | None:
    card = card_of(application.person) if application.person else None
    return card_facts(card) if card else None


@dataclass(frozen=True)
class Participant:
    application: models.ProgrammeApplication
    card: models.PersonCard | None

    @property
    def pk(self) -> int:
        return self.application.pk

    @property
    def name(self) -> str:
        if self.application.person_id and self.card is None:
            return _("A person")
        return self.application.name

    @property
    def country(self) -> str:
        place = self.card.place if self.card else None
        if self.application.company:
            place = self.application.company.place
        return place.country_code if place else ""

    @property
    def languages(self) -> frozenset[str]:
        company = self.application.company
        return frozenset(self.card.languages if self.card else company.languages if company else ())

    @property
    def skills(self) -> frozenset[str]:
        return frozenset(self.card.skills if self.card else ())


def participants(programme: models.Programme, *, shows_all: bool = False) -> list[Participant]:
    """Return who takes part, the first accepted first. Two queries. `shows_all`: as organisers read it."""
    rows = models.ProgrammeApplication.objects.filter(
        programme=programme, state=ProgrammeApplicationState.ACCEPTED
    )
    rows = rows.select_related("startup__place", "investor__place", "person").order_by("place_number")
    applications = list(rows[:MOST_LOOKED_AT])
    people = [row.person_id for row in applications if row.person_id]
    shown = models.PersonCard.objects.filter(user__in=people)
    if not shows_all:
        shown = shown.filter(audience=CardAudience.PARTICIPANTS)
    cards = {card.user_id: card for card in shown.select_related("place", "field")}
    return [Participant(row, cards.get(row.person_id or 0)) for row in applications]


def of_team(company: Startup | Investor, path: str = "") -> Q:
    side = str(company.side)
    return Q(**{f"{path}{side}": company}) | Q(**{f"{path}person__membership__{side}": company})


def blocking(*companies: Startup | Investor | None) -> set[Side]:
    both: dict[str, Any] = {str(company.side): company for company in companies if company}
    return blocked_by(**both) if len(both) == len(Side) else set()


def _unread(reader: Reader, known: Collection[int]) -> set[int]:
    if reader.member is None or not reader.member.interactions.blocked:
        return set()
    side, blocked = reader.member.side.other, reader.member.interactions.blocked
    theirs = Q(**{f"{side}__in": blocked}) | Q(**{f"person__membership__{side}__in": blocked})
    return set(models.ProgrammeApplication.objects.filter(theirs, pk__in=known).values_list("pk", flat=True))


def own_part(reader: Reader, programme: models.Programme) -> models.ProgrammeApplication | None:
    if not reader.may_take_part:
        return None
    rows = models.ProgrammeApplication.objects.filter(
        reader.own, programme=programme, state=ProgrammeApplicationState.ACCEPTED
    )
    return rows.order_by(F("person").asc(nulls_last=True), "pk").first()


def has_teams(programme: models.Programme) -> bool:
    return programme.kind == ProgrammeKind.HACKATHON and programme.state in ONGOING


def suggestions(
    team: Collection[Participant], wanted: Iterable[str], others: Iterable[Participant]
) -> list[tuple[Participant, list[str]]]:
    """Return who would complete a team from across the border, the best first."""
    countries = {member.country for member in team} - {""}
    have = frozenset[str]().union(*(member.skills for member in team))
    spoken = frozenset.intersection(*(member.languages for member in team)) if team else frozenset()
    asked = set(wanted)
    candidates = []
    for other in others:
        shared = other.languages & spoken
        if not countries or not other.country or other.country in countries or not shared:
            continue
        new = other.skills - have
        order = (-len(new & asked), -len(new), -len(shared), other.pk)
        candidates.append((order, (other, _reasons(new, shared))))
    return [
        suggestion for _order, suggestion in sorted(candidates, key=lambda each: each[0])[:MOST_SUGGESTED]
    ]


def _reasons(new: Collection[str], shared: Collection[str]) -> list[str]:
    skills = [str(skill.label) for skill in Skill if skill in new]
    languages = [name for code, name in WORKING_LANGUAGES if code in shared]
    reasons = [_("Works on the other side of the border")]
    if skills:
        reasons.append(_("Has skills that your team does not have: %(skills)s") % {"skills": joined(skills)})
    return [
        *reasons,
        _("Shares a language with all of you: %(languages)s") % {"languages": joined(languages)},
    ]


def invitable(team: models.ProgrammeTeam) -> QuerySet[models.ProgrammeApplication]:
    """Return whom the lead of a team may invite or turn down: who can be found, and who has asked."""
    cards = models.PersonCard.objects.filter(audience=CardAudience.PARTICIPANTS).order_by()
    can_be_found = Q(person=None) | Q(person__in=cards.values("user")) | Q(team_members__team=team)
    rows = team.programme.applications.filter(can_be_found, state=ProgrammeApplicationState.ACCEPTED)
    return rows.distinct()


def teams_page(reader: Reader, programme: models.Programme) -> dict[str, Any]:
    by_pk = {
        participant.pk: participant
        for participant in participants(programme, shows_all=reader.organises(programme))
    }
    own_application = own_part(reader, programme)
    away = _unread(reader, by_pk)
    unread = Q(application__in=away) & ~Q(state=MemberState.JOINED)
    members = Prefetch("members", models.ProgrammeTeamMember.objects.exclude(unread).order_by("at", "pk"))
    teams = list(programme.teams.prefetch_related(members)[:MOST_TEAMS])
    rows = [_team_row(team, by_pk, own_application) for team in teams]
    mine = next((row for row in rows if row["is_member"]), None)
    joined_ones = {member["participant"].pk for row in rows for member in row["joined"]}
    free = [
        participant
        for key, participant in by_pk.items()
        if key not in joined_ones and (own_application is None or key != own_application.pk)
    ]
    team: list[Participant] = [member["participant"] for member in mine["joined"]] if mine else []
    if own_application and not mine and own_application.pk in by_pk:
        team = [by_pk[own_application.pk]]
    shown = [
        each for each in free if each.pk not in away and (each.application.person_id is None or each.card)
    ]
    asked = {member["participant"].pk for member in mine["waiting"]} if mine else set()
    shown = [each for each in shown if each.pk not in asked]
    suggested = suggestions(team, mine["team"].skills if mine else (), shown)
    return {
        "own": own_application,
        "mine": mine,
        "rows": [row for row in rows if row is not mine and row["team"].lead_id not in away],
        "suggestions": suggested,
        "others": [each for each in shown if each not in [other for other, _reasons in suggested]],
        "may_invite": bool(mine and mine["is_lead"] and mine["free"]),
    }


def _team_row(
    team: models.ProgrammeTeam,
    participants: dict[int, Participant],
    own_application: models.ProgrammeApplication | None,
) -> dict[str, Any]:
    members: list[dict[str, Any]] = [
        {"member": member, "participant": participants[member.application_id]}
        for member in team.members.all()
        if member.application_id in participants
    ]
    inside = [skill for skill in members if skill["member"].state == MemberState.JOINED]
    own_row = next(
        (
            each["member"]
            for each in members
            if own_application and each["participant"].pk == own_application.pk
        ),
        None,
    )
    countries = {each["participant"].country for each in inside} - {""}
    return {
        "team": team,
        "joined": inside,
        "waiting": [each for each in members if each["member"].state != MemberState.JOINED],
        "free": max(team.place_count - len(inside), 0),
        "skills": [str(each.label) for each in Skill if each in team.skills],
        "own": own_row,
        "is_member": own_row is not None and own_row.state == MemberState.JOINED,
        "is_lead": own_application is not None and team.lead_id == own_application.pk,
        "is_mixed": len(countries) > 1,
    }


def to_sign(user: User) -> QuerySet[models.ProgrammeProposal]:
    """Return the joint proposals that name a person as the second principal investigator."""
    rows = models.ProgrammeProposal.objects.filter(
        email__iexact=user.email, application__state=ProgrammeApplicationState.SENT
    )
    return rows.select_related(
        *(f"application__{each}" for each in ("programme", "startup", "investor", "person"))
    )
