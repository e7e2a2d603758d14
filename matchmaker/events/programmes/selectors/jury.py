"""What reviewers may see: no application of someone they are connected with."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import reduce
from operator import or_
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Count, Q, QuerySet
from django.utils.translation import gettext as _

from matchmaker.events.programmes.selectors import applications
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.programmes import (
    Programme,
    ProgrammeApplication,
    ProgrammeProposal,
    ProgrammeReviewer,
    ProgrammeScore,
)
from matchmaker.models.programmes.programme import ONGOING, SENT_STATES
from profiles.choices import Status
from profiles.models import FormerMember, Investor, Membership, User
from profiles.people.accounts.selectors import company_of, people_of, teams_of
from profiles.sheets import Cell


def asked_of(user: User) -> Q:
    return Q(user=user) | Q(user=None, email__iexact=user.email)


def reviews_of(user: User) -> QuerySet[ProgrammeReviewer]:
    suspended = Q(programme__startup__status=Status.SUSPENDED)
    suspended |= Q(programme__investor__status=Status.SUSPENDED)
    rows = ProgrammeReviewer.objects.filter(asked_of(user), programme__state__in=ONGOING).exclude(suspended)
    applied = ProgrammeApplication.objects.filter(applied_with(user), state__in=SENT_STATES)
    rows = rows.exclude(programme__in=applied.order_by().values("programme"))
    company = company_of(user)
    if company and company.status == Status.SUSPENDED:
        return rows.none()
    return rows.select_related("programme__startup", "programme__investor", "user")


def applied_with(user: User) -> Q:
    applies = Q(person=user) | Q(proposal__partner=user)
    return reduce(or_, (Q(**{str(company.side): company}) for company in teams_of(user)), applies)


def connected_with(reviewer: ProgrammeReviewer) -> QuerySet[ProgrammeApplication]:
    """Return all applications of the people and companies behind those with a declared connection."""
    conflicts = reviewer.conflicts.values("application")
    declared = ProgrammeApplication.objects.filter(pk__in=conflicts).order_by()
    people: set[int | None] = set()
    startups: set[int | None] = set()
    investors: set[int | None] = set()
    applicants = declared.values_list("person", "proposal__partner", "startup", "investor")
    for person, partner, startup, investor in applicants:
        people.update((person, partner))
        startups.add(startup)
        investors.add(investor)
    for member in _members_ever(Q(user__in=people)):
        startups.add(member.startup_id)
        investors.add(member.investor_id)
    of_companies = Q(startup__in=startups) | Q(investor__in=investors)
    people.update(member.user_id for member in _members_ever(of_companies))
    of_people = Q(person__in=people) | Q(proposal__partner__in=people)
    return reviewer.programme.applications.filter(of_companies | of_people).order_by()


def _members_ever(rule: Q) -> Iterator[Membership | FormerMember]:
    yield from Membership.objects.filter(rule)
    yield from FormerMember.objects.filter(rule)


def visible_to(reviewer: ProgrammeReviewer, user: User) -> QuerySet[ProgrammeApplication]:
    """Return the applications that a reviewer may see."""
    rows = applications.sent_to(reviewer.programme)
    rows = rows.exclude(pk__in=connected_with(reviewer).values("pk"))
    signed = ProgrammeProposal.objects.filter(Q(partner=user) | Q(email__iexact=user.email))
    rows = rows.exclude(pk__in=signed.values("application"))
    excluded = applied_with(user)
    for company in teams_of(user):
        side, other, near = str(company.side), str(company.side.other), [company]
        if isinstance(company, Investor) and company.group_name.strip():
            near += Investor.objects.filter(group_name__iexact=company.group_name.strip())
        blocks = CompanyBlock.objects.filter(**{side: company}).order_by()
        excluded |= Q(**{f"{side}__in": near}) | Q(**{f"{other}__in": blocks.values(other)})
        for each in near:
            people = people_of(each)
            excluded |= Q(person__in=people) | Q(proposal__partner__in=people)
    return rows.exclude(pk__in=ProgrammeApplication.objects.filter(excluded).values("pk"))


def review_page(reviewer: ProgrammeReviewer, user: User, number: str) -> dict[str, Any]:
    """Return the applications of a reviewer by name, with the own mean, those first that have none."""
    own_means = {
        score.application_id: mean_of(score.points, reviewer.programme.criteria)
        for score in reviewer.scores.all()
    }
    rows = visible_to(reviewer, user).order_by("sent_at", "pk")
    paged = Paginator(rows, applications.PER_PAGE).get_page(number)
    return {
        "page": paged,
        "rows": [
            {
                "application": application,
                "name": application.name,
                "kind": applications.kind_of(application),
                "mean": own_means.get(application.pk),
            }
            for application in paged.object_list
        ],
        "left": rows.exclude(pk__in=own_means).count(),
    }


def mean_of(points: Sequence[int], criteria: Sequence[dict[str, Any]]) -> float:
    weights = [int(criterion["weight"]) for criterion in criteria]
    return sum(point * weight for point, weight in zip(points, weights, strict=True)) / sum(weights)


@dataclass(frozen=True)
class Result:
    means: tuple[float, ...]

    @property
    def mean(self) -> float | None:
        return sum(self.means) / len(self.means) if self.means else None

    @property
    def lowest(self) -> float:
        return min(self.means)

    @property
    def highest(self) -> float:
        return max(self.means)

    @property
    def is_apart(self) -> bool:
        return len(self.means) > 1 and self.highest - self.lowest >= FAR


FAR = 1.5  # points of five


def scores_page(reviewer: ProgrammeReviewer, application: ProgrammeApplication) -> dict[str, Any]:
    criteria = reviewer.programme.criteria
    own_score = reviewer.scores.filter(application=application).first()
    others: list[dict[str, Any]] = []
    result: Result | None = None
    if own_score:
        means = [mean_of(own_score.points, criteria)]
        for score in application.scores.exclude(pk=own_score.pk).select_related("reviewer__user"):
            mean = mean_of(score.points, criteria)
            means.append(mean)
            others.append({"name": str(score.reviewer), "mean": mean, "note": score.note})
        result = Result(tuple(means))
    return {
        "application": application,
        "name": application.name,
        "kind": applications.kind_of(application),
        "answered": applications.answered(application),
        "own": own_score,
        "others": others,
        "result": result,
    }


def results_of(programme: Programme, user: User) -> list[dict[str, Any]]:
    """Return all applications with what the reviewers say, the best first. Two queries."""
    means: dict[int, list[float]] = defaultdict(list)
    notes: dict[int, list[tuple[str, str]]] = defaultdict(list)
    scores = ProgrammeScore.objects.filter(application__programme=programme).select_related("reviewer__user")
    for score in scores:
        means[score.application_id].append(mean_of(score.points, programme.criteria))
        if score.note:
            notes[score.application_id].append((str(score.reviewer), score.note))
    rows = [
        {
            "application": application,
            "name": application.name,
            "kind": applications.kind_of(application),
            "result": Result(tuple(means[application.pk])),
            "notes": notes[application.pk],
            "answered": applications.answered(application),
        }
        for application in applications.sent_to(programme, user)
    ]
    return sorted(rows, key=lambda row: -(row["result"].mean or 0))


def has_scores(programme: Programme) -> bool:
    return ProgrammeScore.objects.filter(application__programme=programme).exists()


def jury_page(programme: Programme) -> dict[str, Any]:
    scored = Count("scores", filter=Q(scores__application__state__in=SENT_STATES))
    rows = programme.reviewers.select_related("user").annotate(scored=scored)
    return {"rows": rows, "has_scores": has_scores(programme)}


def sheet_header(programme: Programme) -> list[str]:
    questions = [applications.question_of(question) for question in programme.questions]
    numbers = [_("Scores"), _("Average"), _("Lowest"), _("Highest")]
    return [_("Applicant"), _("Kind"), _("Status"), *questions, *numbers, _("Notes")]


def sheet_rows(programme: Programme, user: User) -> Iterator[list[Cell]]:
    for row in results_of(programme, user):
        result: Result = row["result"]
        numbers: list[Cell] = [len(result.means), None, None, None]
        if result.mean is not None:
            numbers[1:] = [round(value, 2) for value in (result.mean, result.lowest, result.highest)]
        notes = "\n".join(f"{name}: {words}" for name, words in row["notes"])
        answers = [answer for _question, answer in row["answered"]]
        state = str(row["application"].get_state_display())
        yield [row["name"], str(row["kind"]), state, *answers, *numbers, notes]
