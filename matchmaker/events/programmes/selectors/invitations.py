"""Places and reviews that an organiser offers by name or by a link, and who may take one."""

from typing import Any

from django.db.models import Count, F, Q, QuerySet

from matchmaker.choices import Side
from matchmaker.events.programmes.selectors.applications import Applicant
from matchmaker.events.programmes.selectors.deciding import readable
from matchmaker.events.programmes.selectors.jury import reviews_of
from matchmaker.events.programmes.selectors.programmes import Reader, listed, with_parts
from matchmaker.models.programmes import Programme, ProgrammeInvitation
from matchmaker.models.programmes.invitation import REVIEWER
from matchmaker.models.programmes.programme import ACTIVE_STATES, ONGOING, ApplicantKind
from profiles.catalogue.visibility.access import NOBODY, hides_name, see, with_related
from profiles.companies.steps.selectors import name_filter
from profiles.models import SIDES, User
from profiles.people.accounts.selectors import addresses_of

MOST_FOUND = 10  # companies that one search offers


def with_taken(rows: QuerySet[ProgrammeInvitation]) -> Any:
    taken = Count("taken_by", filter=Q(taken_by__state__in=ACTIVE_STATES))
    return rows.annotate(taken=taken)


def invitation_of(reader: Reader, token: str) -> ProgrammeInvitation | None:
    """Return an invitation of a programme that the reader may read of; None where there is none."""
    rows = ProgrammeInvitation.objects.filter(token=token, ended_at=None, programme__state__in=ONGOING)
    rows = rows.filter(programme__in=listed(reader).order_by().values("pk"))
    invitation = rows.select_related("startup", "investor").first()
    if invitation:
        invitation.programme = with_parts(Programme.objects.all()).get(pk=invitation.programme_id)
    return invitation


def is_taken(invitation: ProgrammeInvitation) -> bool:
    return invitation.taken_by.filter(state__in=ACTIVE_STATES).count() >= invitation.places


def invitations_for(user: User, reader: Reader) -> QuerySet[ProgrammeInvitation]:
    """Return what is offered to a person by address or to the person's company, and not yet taken."""
    mine = Q(email__in=addresses_of(user))
    if reader.member:
        mine |= Q(**{str(reader.member.side): reader.member.company})
    offered = ProgrammeInvitation.objects.filter(mine, ended_at=None, programme__state__in=ONGOING)
    rows = with_taken(offered.exclude(kind=REVIEWER))
    rows = rows.filter(taken__lt=F("places"), programme__in=listed(reader).order_by().values("pk"))
    found: QuerySet[ProgrammeInvitation] = rows.select_related("programme")
    return found


def applicant_for(invitation: ProgrammeInvitation, reader: Reader) -> Applicant | None:
    """Return who of the reader's can take a place by an invitation; None if no one."""
    user = reader.user
    if user is None or not reader.may_apply or reader.organises(invitation.programme):
        return None
    if invitation.email and invitation.email not in addresses_of(user):
        return None
    if invitation.kind == ApplicantKind.PERSON:
        return Applicant(ApplicantKind.PERSON, None, user)
    company = reader.member.company if reader.member else None
    if company is None or company.side != invitation.kind:
        return None
    if invitation.company and invitation.company != company:
        return None
    return Applicant(ApplicantKind(company.side), company, None)


def may_review(invitation: ProgrammeInvitation, reader: Reader) -> bool:
    """Return whether an invitation made the reader a reviewer who can read now."""
    if reader.user is None or invitation.kind != REVIEWER:
        return False
    return reviews_of(reader.user).filter(programme=invitation.programme).exists()


def sending(programme: Programme, *, to_reviewers: bool) -> dict[str, int]:
    """Return how many of the invitations to addresses the worker has sent, and of how many."""
    rows = programme.invitations.exclude(email="").filter(ended_at=None)
    rows = rows.filter(kind=REVIEWER) if to_reviewers else rows.exclude(kind=REVIEWER)
    left = rows.filter(is_waiting=True).count()
    size = rows.count() if left else 0
    return {"left": left, "size": size, "done": size - left}


def invitations_page(reader: Reader, programme: Programme, words: str) -> dict[str, Any]:
    """Return the invitations of a programme for its organiser, and companies of that name to invite."""
    standing = programme.invitations.filter(ended_at=None).exclude(kind=REVIEWER)
    rows = with_taken(standing.select_related("startup", "investor")).order_by("-at", "-pk")
    found: list[Any] = []
    for side in Side if words else ():
        if side in programme.applicants:
            here = readable(reader, side).published().filter(name_filter(words))
            here = here.exclude(pk__in=_nameless(reader, side).filter(name_filter(words)).values("pk"))
            found += here.order_by("name_en", "pk")[:MOST_FOUND]
    invited = {(row.kind, row.company.pk) for row in rows if row.company}
    return {
        "links": [row for row in rows if not row.email and not row.company],
        "named": _named(reader, [row for row in rows if row.email or row.company]),
        "words": words,
        "found": [(each, (each.side, each.pk) in invited) for each in found],
    }


def _nameless(reader: Reader, side: Side) -> Any:
    """Return the companies of a side that hide their name from the reader."""
    rows = SIDES[side]._default_manager.order_by()
    if reader.member is None or side != Side.STARTUP:
        return rows.none()
    return rows.filter(hides_name(reader.member.viewer))


def _named(reader: Reader, rows: list[Any]) -> list[tuple[Any, str]]:
    """Return invitations with who is invited. Who takes part shows the name, others as their profile does."""
    keys = [row.startup_id for row in rows if row.startup_id and not row.taken]
    viewer = reader.member.viewer if reader.member else NOBODY
    nameless = with_related(_nameless(reader, Side.STARTUP).filter(pk__in=keys))
    titles = {startup.pk: str(see(startup, viewer).title) for startup in nameless}
    return [(row, row.email or titles.get(row.startup_id, row.company.name)) for row in rows]
