"""Who may apply for a programme and why not, own applications, and those that an organiser reads."""

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import Case, Q, QuerySet, When
from django.utils.translation import get_language
from django.utils.translation import gettext as _

from matchmaker.events.programmes.selectors.people import card_of
from matchmaker.events.programmes.selectors.programmes import APPLICATION_TONES, Reader, condition_labels
from matchmaker.models.conversation import CompanyBlock
from matchmaker.models.programmes import PersonCard, Programme, ProgrammeApplication
from matchmaker.models.programmes.people import Skill
from matchmaker.models.programmes.programme import (
    ACTIVE_STATES,
    ONGOING,
    SENT_STATES,
    ApplicantKind,
    ProgrammeApplicationState,
    ProgrammeKind,
)
from profiles.catalogue.taxonomy.selectors.terms import all_terms
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import WORKING_LANGUAGES, Side, Status
from profiles.models import Investor, Membership, Startup, User
from profiles.people.accounts.selectors import company_of, people_of

PER_PAGE = 25
OF_PEOPLE = {"sectors": "field_id", "places": "place_id"}
TERM_KINDS = {"sectors": "sector", "stages": "stage", "places": "place", "forms": "form"}


@dataclass(frozen=True)
class Applicant:
    kind: ApplicantKind
    company: Startup | Investor | None
    person: User | None

    @property
    def own(self) -> dict[str, Any]:
        return {str(self.kind): self.company or self.person}

    @property
    def behind(self) -> Startup | Investor | None:
        member = Membership.objects.filter(user=self.person).select_related("startup", "investor").first()
        return self.company or (member.company if member else None)

    @property
    def name(self) -> str:
        return self.company.name if self.company else str(self.person)


def applicants_of(reader: Reader, programme: Programme) -> list[Applicant]:
    """Return the applicants that the reader can act for, the company first.

    Organisers and reviewers cannot apply.
    """
    applicants, organises = [], reader.organises(programme) or reader.leads(programme)
    if reader.member and reader.member.side in programme.applicants:
        applicants.append(Applicant(ApplicantKind(reader.member.side), reader.member.company, None))
    if reader.may_apply and ApplicantKind.PERSON in programme.applicants:
        applicants.append(Applicant(ApplicantKind.PERSON, None, reader.user))
    at_work = programme.applications.filter(state__in=ACTIVE_STATES)
    return [
        applicant
        for applicant in applicants
        if not (organises or reviews(programme, applicant)) or at_work.filter(**applicant.own).exists()
    ]


def may_take_part(reader: Reader, programme: Programme) -> bool:
    """Return whether an organiser's own company can have a place."""
    if reader.member is None or programme.state not in ONGOING:
        return False
    active = programme.applications.filter(reader.own, state__in=ACTIVE_STATES)
    return reader.member.side in programme.applicants and not active.exists()


def reviews(programme: Programme, applicant: Applicant) -> bool:
    people: Any = people_of(applicant.company) if applicant.company else [applicant.person]
    return programme.reviewers.filter(user__in=people, declared_at__isnull=False).exists()


def not_open_to(reader: Reader, programme: Programme, at: datetime) -> str:
    """Return why the reader's company, or a reader without one, is none of those that may apply now."""
    if not reader.may_apply or reader.organises(programme) or not programme.takes_applications(at):
        return ""
    if reader.leads(programme):
        return ""
    company = reader.member.company if reader.member else None
    own_kind = ApplicantKind(company.side) if company else ApplicantKind.PERSON
    if reviews(programme, Applicant(own_kind, company, None if company else reader.user)):
        return _("You cannot apply: you, or a person of your team, review the applications.")
    if own_kind in programme.applicants:
        return ""
    params = {"kinds": joined([str(kind.label) for kind in ApplicantKind if kind in programme.applicants])}
    if reader.member:
        return _("Your company cannot apply: this programme is open to %(kinds)s.") % params
    return _("You cannot apply without a company: this programme is open to %(kinds)s.") % params


@dataclass(frozen=True)
class Condition:
    """One condition of the programme. `is_met` is None where the profile does not state it."""

    label: str
    asked: str
    is_met: bool | None

    @property
    def reason(self) -> str:
        words = {"label": self.label, "asked": self.asked}
        if self.is_met is None:
            return _("%(label)s: you have not stated this. The organiser is looking for: %(asked)s") % words
        return _("%(label)s: this programme is only for %(asked)s") % words


def conditions(programme: Programme, applicant: Applicant) -> list[Condition]:
    """Return the conditions of a programme and whether the applicant meets them."""
    company = applicant.company
    card = card_of(applicant.person) if applicant.person else None
    results, terms = [] if company else _conditions_for_people(programme, card), None
    for name, label in condition_labels().items():
        wanted = {term.pk for term in getattr(programme, name).all()}
        if not wanted or (company is None and name not in OF_PEOPLE):
            continue
        terms, kind = terms or all_terms(), TERM_KINDS[name]
        said = _stated(company, name) if company else [getattr(card, OF_PEOPLE[name], None)]
        stated = {pk for pk in said if pk}
        wider = {each for pk in stated for each in terms.family(kind, pk)}
        is_met = bool(wider & wanted) if stated else None
        results.append(Condition(label, joined(terms.names(kind, wanted)), is_met))
    return results


def _conditions_for_people(programme: Programme, card: PersonCard | None) -> list[Condition]:
    results = []
    for label, codes, choices, stated in (
        (_("Skills"), programme.skills, Skill.choices, card.skills if card else []),
        (_("Working languages"), programme.languages, WORKING_LANGUAGES, card.languages if card else []),
    ):
        if codes:
            names = [str(name) for code, name in choices if code in codes]
            is_met = bool(set(codes) & set(stated)) if stated else None
            results.append(Condition(label, joined(names), is_met))
    return results


def _stated(company: Startup | Investor, name: str) -> Iterable[int | None]:
    if name == "places":
        others = company.operating_places.values_list("pk", flat=True) if isinstance(company, Startup) else ()
        return [company.place_id, *others]
    if isinstance(company, Investor):
        return company.theses.filter(is_active=True).values_list(name, flat=True)
    if name == "stages":
        return [company.stage_id]
    if name == "forms":
        return company.forms.values_list("pk", flat=True)
    return [company.primary_sector_id, *company.other_sectors.values_list("pk", flat=True)]


def unmet(conditions: list[Condition]) -> list[Condition]:
    return [condition for condition in conditions if condition.is_met is False]


def is_blocked(programme: Programme, applicant: Applicant) -> bool:
    """Tell whether there is a block between an organiser and the applicant."""
    company = applicant.behind
    if company is None:
        return False
    hosts = [programme.company, *(host.company for host in programme.hosts.all())]
    if applicant.person and company in hosts:
        return True
    others = [host.pk for host in hosts if host and host.side == company.side.other]
    between = {str(company.side): company, f"{company.side.other}__in": others}
    return bool(others) and CompanyBlock.objects.filter(**between).exists()


def is_unpublished(applicant: Applicant) -> bool:
    company = applicant.behind
    if company is None or applicant.company is None:
        return company is not None and company.status == Status.SUSPENDED
    return not company.is_published


def own_application(programme: Programme, applicant: Applicant) -> ProgrammeApplication | None:
    rows = ProgrammeApplication.objects.filter(programme=programme, **applicant.own)
    at_work = Case(When(state__in=ACTIVE_STATES, then=0), default=1)
    return rows.order_by(at_work, "-pk").first()


def question_of(question: dict[str, Any]) -> str:
    language = (get_language() or "en")[:2]
    return str(next((question[each] for each in (language, "en", "ur", "zh") if question.get(each)), ""))


def answered(application: ProgrammeApplication) -> list[tuple[str, str]]:
    answers = [*application.answers, *[""] * len(application.programme.questions)]
    questions = map(question_of, application.programme.questions)
    return list(zip(questions, answers, strict=False))


def own_applications(reader: Reader, programme: Programme, at: datetime) -> list[dict[str, Any]]:
    rows = []
    for applicant in applicants_of(reader, programme):
        application = own_application(programme, applicant)
        is_new = application is None or application.state not in ACTIVE_STATES
        takes = programme.takes_applications(at)
        missing = unmet(conditions(programme, applicant)) if takes and is_new else []
        is_published = not is_unpublished(applicant)
        refused = takes and is_new and is_published and not missing and is_blocked(programme, applicant)
        if application is None or is_new:
            may_write = takes and is_published and not missing and not refused
        else:
            may_write = takes and application.state in (
                ProgrammeApplicationState.DRAFT,
                ProgrammeApplicationState.SENT,
            )
        may_withdraw = (
            application is not None
            and programme.state in ONGOING
            and application.state in SENT_STATES
            and application.state != ProgrammeApplicationState.DECLINED
        )
        rows.append(
            {
                "applicant": applicant,
                "application": application,
                "answered": answered(application) if application else [],
                "tone": APPLICATION_TONES.get(application.state, "") if application else "",
                "is_new": is_new,
                "missing": missing,
                "is_unpublished": takes and is_new and not is_published,
                "is_refused": refused,
                "may_write": may_write,
                "may_withdraw": may_withdraw,
                "lacks_card": bool(may_withdraw and applicant.person and not card_of(applicant.person)),
                "waits_as": _place_on_waitlist(application) if application else 0,
            }
        )
    return rows


def _place_on_waitlist(application: ProgrammeApplication) -> int:
    if application.state != ProgrammeApplicationState.WAITLISTED:
        return 0
    before = waitlist(application.programme, application.kind).filter(
        Q(decided_at__lt=application.decided_at) | Q(decided_at=application.decided_at, pk__lt=application.pk)
    )
    return before.count() + 1


def waitlist(programme: Programme, kind: str) -> QuerySet[ProgrammeApplication]:
    """Return the waitlist on which an applicant of this kind is."""
    rows = ProgrammeApplication.objects.filter(
        programme=programme, state=ProgrammeApplicationState.WAITLISTED
    )
    if programme.side_places:
        rows = rows.filter(**{f"{kind}__isnull": False})
    return rows.order_by("decided_at", "pk")


def sent_to(programme: Programme, user: User | None = None) -> QuerySet[ProgrammeApplication]:
    """Return the applications that an organiser may read: no drafts, none withdrawn, not its own."""
    rows = programme.applications.filter(state__in=SENT_STATES)
    if programme.kind == ProgrammeKind.RESEARCH:  # a joint proposal counts once both have signed it
        rows = rows.filter(proposal__signed_at__isnull=False)
    if user:
        company = company_of(user)
        own = Q(person=user) | (Q(**{str(company.side): company}) if company else Q(pk__in=()))
        rows = rows.exclude(own)
    return rows.select_related("startup", "investor", "person", "programme")


def kind_of(application: ProgrammeApplication) -> str:
    return _("Person") if application.person_id else str(Side(application.kind).label)


def application_row(application: ProgrammeApplication) -> dict[str, Any]:
    goes_on = application.programme.state in ONGOING
    waits = application.state in (ProgrammeApplicationState.SENT, ProgrammeApplicationState.WAITLISTED)
    return {
        "application": application,
        "name": application.name,
        "kind": kind_of(application),
        "answered": answered(application),
        "tone": APPLICATION_TONES.get(application.state, ""),
        "may_decide": goes_on and waits,
        "may_waitlist": goes_on and application.state == ProgrammeApplicationState.SENT,
    }
