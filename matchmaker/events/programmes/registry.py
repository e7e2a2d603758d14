"""What programmes add to the menus, Today and the start page."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q, QuerySet
from django.db.models.signals import post_delete, post_save
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext, ngettext, pgettext_lazy
from django.utils.translation import gettext_lazy as _

from matchmaker import registry
from matchmaker.events.programmes import admin, kinds  # noqa: F401  register themselves
from matchmaker.events.programmes.selectors import searched
from matchmaker.events.programmes.selectors.outcomes import NOT_SAID, RECORDED, to_confirm, unblocked, unsaid
from matchmaker.events.programmes.selectors.programmes import Reader, listed, waiting_programmes
from matchmaker.events.programmes.selectors.titles import names_on
from matchmaker.events.programmes.services import (
    applications,
    hosts,
    invitations,
    jury,
    outcomes,
    people,
    programmes,
    telling,
)
from matchmaker.events.programmes.services.applications import withdraw_duplicate
from matchmaker.models.programmes import (
    PersonCard,
    Programme,
    ProgrammeApplication,
    ProgrammeHost,
    ProgrammeInvitation,
    ProgrammeStep,
)
from matchmaker.models.programmes.programme import (
    ACTIVE_STATES,
    ONGOING,
    ProgrammeApplicationState,
    ProgrammeKind,
    ProgrammeState,
)
from matchmaker.searchable import Searchable, register_searchable, searchable_changed
from profiles import signals
from profiles.catalogue.taxonomy import uses
from profiles.choices import ReviewOutcome, Side
from profiles.models import Investor, Membership, Review, Startup, User
from profiles.notice_kinds import NAMERS
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision
from profiles.platform.memberships import membership_of
from profiles.platform.notifications import services as notifications

COVERED = ("programme", "own_programmes")
registry.register_menu_entry(
    "startup investor", 42, "programmes", _("Programmes"), covers=COVERED, is_extra=True
)
registry.register_menu_entry(
    "startup-alone investor-alone", 10, "programmes", _("Programmes"), covers=("programme",)
)
registry.register_menu_entry("startup-alone investor-alone", 60, "person_card", _("Your card"), is_extra=True)
registry.register_menu_entry("curator", 52, "programmes", _("Programmes"), covers=COVERED, is_extra=True)
registry.register_menu_entry("footer", 12, "programmes", _("Programmes"))


def page_of_person(user: User) -> str:
    if user.joined_alone:
        return "own_programmes"
    own = PersonCard.objects.filter(user=user).order_by().values("pk")
    applied = ProgrammeApplication.objects.filter(person=user).order_by().values("pk")
    return "own_programmes" if own.union(applied).exists() else ""


registry.OF_PERSONS.append(page_of_person)


def public_pages() -> list[str]:
    codes = listed(Reader()).order_by("pk").values_list("public_id", flat=True)
    return [reverse("programme", args=[code]) for code in codes]


registry.PUBLIC_PAGES.append(public_pages)
uses.register("programme", Programme, "sectors")
uses.register("card", PersonCard, "field")
registry.register_queue(
    22,
    _("Programmes to review"),
    "programme_reviews",
    lambda: registry.waiting_in(waiting_programmes(), "waits_since"),
    target=timedelta(days=3),
)


def undecided(_side: Side) -> QuerySet[ProgrammeApplication]:
    unsigned = Q(programme__kind=ProgrammeKind.RESEARCH, proposal__signed_at=None)
    sent = ProgrammeApplication.objects.filter(state=ProgrammeApplicationState.SENT)
    return sent.filter(programme__state__in=ONGOING).exclude(unsigned)


def applications_to_decide(found: dict[int, int], *_context: Any) -> list[registry.Waiting]:
    text = ngettext(
        "%(count)d application for your programmes is waiting for your decision",
        "%(count)d applications for your programmes are waiting for your decision",
        len(found),
    )
    line = text % {"count": len(found)}, gettext("Read and decide")
    return [registry.Waiting(*line, "own_programmes", icon="people")]


registry.register_waiting(
    registry.WaitingPart(42, undecided, registry.own_in("programme__{side}"), applications_to_decide),
    told_by=[kinds.APPLIED],
)


def taken_part(company: Startup | Investor, user: User, _at: datetime) -> Q:
    return Q(**{str(company.side): company}) | Q(person=user)


def outcomes_to_say(found: dict[int, int], *_context: Any) -> list[registry.Waiting]:
    act, rows = gettext("Record outcomes"), Programme.objects.filter(pk__in=found.values())
    return [
        registry.Waiting(
            gettext("What were the outcomes of “%(title)s”?") % {"title": programme.title},
            act,
            "programme_outcomes",
            of=(programme.public_id,),
            icon="signpost-split",
        )
        for programme in rows.order_by("-ended_at", "pk")[:MOST_WAITING]
    ]


def outcomes_to_confirm(
    found: dict[int, int], company: Startup | Investor, _at: datetime
) -> list[registry.Waiting]:
    text, act = gettext("Outcome of “%(title)s” to confirm: %(kind)s"), gettext("Confirm or dispute it")
    return [
        registry.Waiting(
            text % {"title": outcome.programme.title, "kind": outcome.get_kind_display()},
            act,
            "programme_outcomes",
            of=(outcome.programme.public_id,),
            icon="signpost-split",
        )
        for outcome in unblocked(company, found)[:MOST_WAITING]
    ]


MOST_WAITING = 5
registry.register_waiting(
    registry.WaitingPart(43, lambda _side: RECORDED, to_confirm, outcomes_to_confirm),
    told_by=[kinds.OUTCOME_RECORDED],
)
registry.register_waiting(
    registry.WaitingPart(
        44, lambda _side: Programme.objects.filter(NOT_SAID), registry.own_in("{side}"), outcomes_to_say
    ),
    told_by=[kinds.OUTCOMES_ASKED],
)
registry.register_waiting(
    registry.WaitingPart(44, lambda _side: unsaid(Q()), taken_part, outcomes_to_say, "programme")
)
registry.WHEN_BLOCKED.extend([hosts.end_between, applications.end_between, invitations.end_between])
NAMERS.append(names_on)


def organiser_left(*, instance: Membership | ProgrammeHost, **_kwargs: Any) -> None:
    if isinstance(instance, Membership) or instance.accepted_at:
        invitations.renew_links(instance, at=timezone.now())


def role_ended(*, user: User, at: datetime, **_kwargs: Any) -> None:
    membership = membership_of(user)
    if membership or user.is_curator:
        invitations.renew_links(membership, at=at)


def organiser_suspended(*, instance: Review, created: bool, **_kwargs: Any) -> None:
    if created and instance.outcome == ReviewOutcome.SUSPENDED:
        roles = ProgrammeHost.objects.filter(startup=instance.startup_id, investor=instance.investor_id)
        for host in roles.filter(accepted_at__isnull=False):
            invitations.renew_links(host, at=instance.decided_at)


post_save.connect(organiser_suspended, sender=Review, dispatch_uid="organiser_suspended")
post_delete.connect(organiser_left, sender=Membership, dispatch_uid="organiser_left_team")
post_delete.connect(organiser_left, sender=ProgrammeHost, dispatch_uid="organiser_left")
signals.role_ended.connect(role_ended, dispatch_uid="role_ended_programmes")

register_searchable(
    Searchable(
        kind="programme",
        label=pgettext_lazy("search", "Programme"),
        documents=searched.documents,
        visible=searched.visible,
        rows=searched.rows,
        facets=searched.facets,
        of_company=searched.of_company,
        changes=searched.changes,
    )
)


def programme_moved(instance: Programme | ProgrammeStep, **_kwargs: Any) -> None:
    if isinstance(instance, Programme):
        searchable_changed.send(sender=Programme, kind="programme", pk=instance.pk)
    elif instance.application_id is None and instance.outcome_id is None:
        searchable_changed.send(sender=Programme, kind="programme", pk=instance.programme_id)


for sender in (Programme, ProgrammeStep):
    post_save.connect(programme_moved, sender=sender, dispatch_uid=f"programme_moved_{sender.__name__}")


def programmes_going_on(company: Startup | Investor) -> int:
    going_on = (ProgrammeState.REVIEW, *ONGOING)
    return Programme.objects.filter(**{str(company.side): company}, state__in=going_on).count()


def programmes_between(startup: Startup, investor: Investor) -> int:
    either = Q(startup=startup, programme__investor=investor) | Q(
        investor=investor, programme__startup=startup
    )
    return ProgrammeApplication.objects.filter(either, state__in=ACTIVE_STATES).count()


registry.register_open_matter(
    42,
    _("Programmes"),
    programmes_going_on,
    programmes_between,
    when_hidden=_("Neither side sees the other’s programme. Applications are kept."),
    when_suspended=_(
        "Its programmes are removed from the list, and no one can apply. Participants can still see them. "
        "The company can cancel its own programmes, but do nothing else with them. In programmes of others "
        "it keeps its place, but cannot see participants, files or schedules."
    ),
)


def erase_company(company: Startup | Investor, at: datetime) -> None:
    owner = {str(company.side): company}
    applications.remove_applications(ProgrammeApplication.objects.filter(**owner), at=at)
    ProgrammeInvitation.objects.filter(programme__in=Programme.objects.filter(**owner)).delete()
    notifications.forget_leading_to(Programme.objects.filter(**owner).values_list("public_id", flat=True))


def erase_account(user: User, at: datetime) -> None:
    jury.remove_reviewers(user)
    hosts.forget_requests(user)
    invitations.forget_invitations(user)
    people.forget_person(user)
    applications.remove_applications(ProgrammeApplication.objects.filter(person=user), at=at)


merging.register(
    {
        "matchmaker.Programme": merging.moves(),
        "matchmaker.ProgrammeApplication": merging.moves(
            also="programme__{side}",
            once=("programme",),
            among=Q(state__in=ACTIVE_STATES),
            first=lambda each: (each.state != ProgrammeApplicationState.ACCEPTED, each.at),
            fold=withdraw_duplicate,
        ),
        "matchmaker.ProgrammeStep": merging.follows("programme__{side} application__{side}"),
        "matchmaker.ProgrammeHost": merging.moves(also="programme__{side}", once=("programme",)),
        "matchmaker.ProgrammeInvitation": merging.moves(also="programme__{side}", once=("programme",)),
        "matchmaker.ProgrammeFile": merging.follows("programme__{side} file__{side}"),
        "matchmaker.ProgrammeOutcome": merging.follows(
            "programme__{side} application__{side} other__{side} deal__{side}"
        ),
        "matchmaker.ProgrammeReviewer": merging.follows("programme__{side}"),
        "matchmaker.ProgrammeAnnouncement": merging.follows("programme__{side}"),
        "matchmaker.ProgrammeTelling": merging.follows("programme__{side}", is_watched=False),
        "matchmaker.ProgrammeSession": merging.follows("programme__{side}"),
        "matchmaker.ProgrammeAttendance": merging.follows("session__programme__{side} application__{side}"),
        "matchmaker.PersonCard": merging.unaffected("a person’s own words"),
        "matchmaker.ProgrammeTeam": merging.follows("programme__{side} lead__{side}"),
        "matchmaker.ProgrammeTeamMember": merging.follows("team__programme__{side} application__{side}"),
        "matchmaker.ProgrammeProposal": merging.follows("application__{side} application__programme__{side}"),
        "matchmaker.ProgrammeConflict": merging.follows("reviewer__programme__{side} application__{side}"),
        "matchmaker.ProgrammeScore": merging.follows("reviewer__programme__{side} application__{side}"),
    }
)

OF_APPLICANT = Decision(GOES, account="application__person", company="application__{side}")
erasure.register(
    {
        "matchmaker.Programme": Decision(GOES, company="{side}"),
        "matchmaker.ProgrammeApplication": Decision(GOES, account="person", company="{side}"),
        "matchmaker.ProgrammeHost": Decision(GOES, account="user", company="{side}"),
        "matchmaker.ProgrammeInvitation": Decision(GOES, company="{side}"),
        "matchmaker.ProgrammeFile": Decision(GOES, company="programme__{side}"),
        "matchmaker.ProgrammeOutcome": OF_APPLICANT,
        "matchmaker.ProgrammeAnnouncement": Decision(GOES, company="programme__{side}"),
        "matchmaker.ProgrammeTelling": Decision(GOES, because="who is told of something within a minute"),
        "matchmaker.ProgrammeSession": Decision(GOES, company="programme__{side}"),
        "matchmaker.ProgrammeAttendance": OF_APPLICANT,
        "matchmaker.PersonCard": Decision(GOES, account="user"),
        "matchmaker.ProgrammeTeam": Decision(GOES, account="lead__person", company="lead__{side}"),
        "matchmaker.ProgrammeTeamMember": OF_APPLICANT,
        "matchmaker.ProgrammeProposal": OF_APPLICANT,
        "matchmaker.ProgrammeReviewer": Decision(GOES, account="user"),
        "matchmaker.ProgrammeConflict": Decision(GOES, account="reviewer__user"),
        "matchmaker.ProgrammeScore": Decision(GOES, account="reviewer__user"),
        "matchmaker.ProgrammeStep": Decision(GOES, because="the moves of a programme and of applications"),
    },
    erase_company,
    erase_account,
)

registry.register_periodic_task("close_programmes", programmes.close_due, registry.MINUTE)
registry.register_periodic_task("end_undecided", programmes.lapse_ended, registry.HOUR)
registry.register_periodic_task("ask_for_outcomes", outcomes.ask_due, registry.HOUR)
registry.register_periodic_task("tell_programmes", telling.notify_waiting, registry.SOON)
registry.register_periodic_task("send_programme_invitations", invitations.send_waiting, registry.SOON)
