"""Who may do what about programmes, address by address, and the programmes of that market."""

from types import SimpleNamespace

from django.utils import timezone

from matchmaker.events.programmes.selectors.secrets import secret_of
from matchmaker.models import programmes
from matchmaker.models.outcome import OutcomeState
from matchmaker.models.programmes.outcome import OutcomeKind
from matchmaker.models.programmes.programme import ProgrammeApplicationState, ProgrammeKind, ProgrammeState
from profiles.models import CheckedFile
from tests.house.access import at, each
from tests.matchmaker.events.programmes.programmed import make_application, make_programme


def add_to(market):
    """Write programmes of the investor in four states and one of the curators; the rival applies for one."""
    names = ("partner", "other_founder", "curator", "founder")
    partner, asker, curator, founder = (market.people[name] for name in names)
    assert founder
    programme = make_programme(market.investor, by=partner)
    reviewed = make_programme(market.investor, by=partner)
    call = make_programme(market.investor, by=partner, kind=ProgrammeKind.RESEARCH)
    ended = make_programme(market.investor, by=partner, state=ProgrammeState.FINISHED)
    taken_part = make_application(ended, market.rival, by=asker, state=ProgrammeApplicationState.ACCEPTED)
    accepted = make_application(
        make_programme(market.investor, by=partner),
        market.rival,
        by=asker,
        state=ProgrammeApplicationState.ACCEPTED,
    )
    market.added |= {
        "programme_ended": ended,
        "programme_outcome": programmes.ProgrammeOutcome.objects.create(
            programme=ended,
            application=taken_part,
            kind=OutcomeKind.PAPER,
            state=OutcomeState.RECORDED,
            happened_on=timezone.localdate(),
            words="A paper",
            by=asker,
        ),
        "programme_dispute": programmes.ProgrammeOutcome.objects.create(
            programme=ended,
            application=taken_part,
            kind=OutcomeKind.HIRE,
            state=OutcomeState.DISPUTED,
            happened_on=timezone.localdate(),
            words="A programmer",
            objection="Not yet",
            answered_at=timezone.now(),
            by=asker,
        ),
        "programme_host": programmes.ProgrammeHost.objects.create(programme=programme, email=founder.email),
        "programme_file": programmes.ProgrammeFile.objects.create(
            programme=programme,
            file=CheckedFile.objects.create(
                investor=market.investor,
                kind="pdf",
                name="plan.pdf",
                size=3,
                received="received/nowhere",
                by=partner,
                at=timezone.now(),
            ),
        ),
        "programme_call": call,
        "proposal": programmes.ProgrammeProposal.objects.create(
            application=make_application(call, market.rival, by=asker),
            email=founder.email,
            institution="Lahore Lab",
            other_institution="Hangzhou Lab",
        ),
        "programme_session": programmes.ProgrammeSession.objects.create(
            programme=programme, title="Opening", starts_at=programme.starts_at, ends_at=programme.ends_at
        ),
        "programme_secret": SimpleNamespace(token=secret_of(accepted, asker)),
        "programme": programme,
        "programme_draft": make_programme(market.investor, by=partner, state=ProgrammeState.DRAFT),
        "programme_waiting": make_programme(market.investor, by=partner, state=ProgrammeState.REVIEW),
        "programme_of_curators": make_programme(None, by=curator),
        "programme_asked": make_application(programme, market.rival, by=asker),
        "programme_reviewed": make_application(reviewed, market.rival, by=asker),
        "programme_invitation": programmes.ProgrammeInvitation.objects.create(
            programme=programme, kind="startup", places=5, by=partner
        ),
        "programme_reviewer": programmes.ProgrammeReviewer.objects.create(
            programme=reviewed, user=founder, email=founder.email, declared_at=timezone.now()
        ),
    }


OF = {"public_id": "programme.public_id"}
REVIEWED = {"public_id": "programme_reviewed.programme.public_id"}
CALL = {"public_id": "programme_call.public_id"}
ADDRESSES = (
    at("api:programmes", "uuuuuuuu", "mmmmmmmm"),
    at("api:programme", "uuuuuuuu", "mmmmmmmm", public_id="=000000000000"),
    # Programmes: what is public for everyone; drafts for their organiser, what waits for curators, too.
    at("programmes", "oooooooo", "mmmmmmmm"),
    at("own_programmes", "ssooooon", "ssmmmmmn"),
    at("programme_create", "ssooooon", "ssiiiiin"),
    *each("programme programme_card", "oooooooo", "mmmmmmmm", **OF),
    at("programme", "nnnnonnn", "mmmmmmmm", public_id="programme_draft.public_id"),
    at("programme", "nnnnonon", "mmmmmmmm", public_id="programme_waiting.public_id"),
    at("programme_card", "nnnnnnnn", "mmmmmmmm", public_id="programme_draft.public_id"),
    at("programme_edit", "ssnnonnn", "ssnninnn", public_id="programme_draft.public_id"),
    at("programme_edit", "ssnnnnnn", "ssnnnnnn", **OF),
    *each("programme_dates programme_texts", "ssnnonnn", "ssnninnn", **OF),
    at("programme_dates", "ssnnnnon", "ssnnnnin", public_id="programme_of_curators.public_id"),
    at("programme_move", "ssmmmmmn", "ssnngnnn", **OF),
    # No one of the organiser.
    at("programme_apply", "ssoononn", "ssggngnn", **OF, kind="=person"),
    at("programme_apply", "ssoonnnn", "ssginnnn", **OF, kind="=startup"),
    at("programme_withdraw", "ssmmmmnn", "ssngnnnn", **OF, kind="=startup"),
    at("programme_applications", "ssnnonnn", "ssmmmmmn", **OF),
    at("programme_take_part", "ssmmmmmn", "ssnngnnn", **OF),
    # A link is for everyone who has it; nobody of the organiser, and of the startups' side, takes a place.
    at("programme_invitations", "ssnnonnn", "ssnnonnn", **OF),
    at("programme_invite_company", "ssmmmmmn", "ssnnnnnn", **OF),
    at("programme_invitation_end", "ssmmmmmn", "ssnngnnn", **OF, pk="programme_invitation.pk"),
    at("programme_join", "oooooooo", "nnggnnnn", token="programme_invitation.token"),
    at("programme_join", "nnnnnnnn", "nnnnnnnn", token="=no-such-token"),
    at("programme_decide", "ssmmmmmn", "ssnngnnn", **OF),
    at("programme_application", "ssnnonnn", "ssnninnn", **OF, pk="programme_asked.pk"),
    # The founder reviews; no one else has these pages, and the organiser has those around them.
    at("programme_jury", "ssnnonnn", "ssnnonnn", **OF),
    at("programme_reviewer_remove", "ssmmmmmn", "ssnngnnn", **REVIEWED, pk="programme_reviewer.pk"),
    at("programme_criteria", "ssnnonnn", "ssnninnn", **OF),
    *each("programme_results programme_sheet", "ssnnonnn", "ssmmmmmn", **OF),
    at("programme_export", "ssmmmmmn", "ssnnonnn", **OF, form="=csv"),
    at("programme_review_list", "ssonnnnn", "ssgnnnnn", **REVIEWED),
    at("programme_review_one", "ssonnnnn", "ssinnnnn", **REVIEWED, pk="programme_reviewed.pk"),
    # People: no one of that market takes part, so teams are the organiser's to read; the founder has to sign.
    at("person_card", "ssoooonn", "ssiiiinn"),
    at("programme_teams", "ssnnonnn", "ssnnnnnn", **OF),
    at("programme_team", "ssmmmmnn", "ssnnnnnn", **OF, pk="=1"),
    at(
        "programme_proposal",
        "ssonnnnn",
        "ssgnnnnn",
        public_id="programme_call.public_id",
        pk="proposal.application_id",
    ),
    # The cohort: its organiser's, and of those who take part; a calendar has the agenda by its secret alone.
    at("programme_cohort", "ssnnonnn", "ssnninnn", **OF),
    at("programme_session", "ssnnonnn", "ssnngnnn", **OF, pk="programme_session.pk"),
    at("programme_session_remove", "ssmmmmmn", "ssnngnnn", **OF, pk="programme_session.pk"),
    # Files are handed out once they are checked; the founder is asked to co-organise.
    at("programme_file", "ssmmmmmn", "ssnnnnnn", **OF, pk="programme_file.pk"),
    at("programme_file_remove", "ssmmmmmn", "ssnngnnn", **OF, pk="programme_file.pk"),
    at("programme_hosts", "ssononnn", "ssnninnn", **OF),
    at("programme_host", "ssmmmmmn", "ssgngnnn", **OF, pk="programme_host.pk"),
    # What came of it: for the organiser, and the rival, who took part.
    at("programme_outcomes", "ssnoonnn", "ssniinnn", public_id="programme_ended.public_id"),
    at(
        "programme_outcome",
        "ssmmmmmn",
        "ssnggnnn",
        public_id="programme_ended.public_id",
        pk="programme_outcome.pk",
    ),
    at("programme_outcome_read", "ssnnnnmn", "ssnnnngn", pk="programme_dispute.pk"),
    at("programme_feed", "nnnnnnnn", "mmmmmmmm", token="=no-such-token"),
    at("programme_feed", "oooooooo", "mmmmmmmm", token="programme_secret.token"),
    at("programme_attend", "ssnnnnnn", "ssnnnnnn", code="programme_session.code"),
    at("programme_reviews", "ssnnnnon", "ssnnnnmn"),
    at("programme_review", "ssnnnnon", "ssnnnnin", public_id="programme_waiting.public_id"),
)
# For the walk of tests/journeys/test_accessibility.py.
PAGES = {
    "visitor": ("/programmes/",),
    "partner": ("/programmes/new/", "/programmes/yours/"),
    "curator": ("/desk/programmes/",),
}
