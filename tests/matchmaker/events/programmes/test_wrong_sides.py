"""What an organiser does without a change of state is refused to everyone else, whatever the page allows."""

import pytest
from django.utils import timezone

from matchmaker.events.programmes.services import applications, corrections, invitations
from matchmaker.models.programmes import ProgrammeReviewer
from matchmaker.models.programmes.programme import ApplicantKind
from matchmaker.transitions import WrongSideError
from profiles.refusals import RefusedError
from tests.matchmaker.events.programmes.programmed import make_programme

pytestmark = pytest.mark.django_db
ACTS = {
    "link": lambda programme, said: invitations.make_link(
        programme, kind=ApplicantKind.STARTUP, places=2, **said
    ),
    "company": lambda programme, said: invitations.invite_company(
        programme, said["by"].membership.startup, **said
    ),
    "addresses": lambda programme, said: invitations.invite_addresses(
        programme, ["a@stranger.example"], kind=ApplicantKind.STARTUP, **said
    ),
    "end": lambda programme, said: invitations.end_invitation(
        programme.invitations.create(kind="startup", by=programme.by), **said
    ),
    "texts": lambda programme, said: corrections.propose_texts(programme, values={}, **said),
    "take part": lambda programme, said: applications.take_part(
        programme, said["by"].membership.startup, **said
    ),
}


@pytest.mark.parametrize("act", ACTS)
def test_another_member_is_refused(act, li_wei, ayesha, startup):
    programme = make_programme(li_wei.membership.investor, by=li_wei)
    with pytest.raises(WrongSideError):
        ACTS[act](programme, {"by": ayesha, "at": timezone.now()})


def test_a_reviewer_of_the_organiser_takes_no_place(li_wei):
    programme = make_programme(li_wei.membership.investor, by=li_wei)
    ProgrammeReviewer.objects.create(
        programme=programme, user=li_wei, email=li_wei.email, declared_at=timezone.now()
    )
    with pytest.raises(RefusedError):
        applications.take_part(programme, programme.investor, by=li_wei, at=timezone.now())
    assert not programme.applications.exists()
