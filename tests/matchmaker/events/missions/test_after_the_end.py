"""Once the programme of a mission has ended, no page offers what its services refuse."""

import re

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.events.programmes.services import programmes
from matchmaker.models.missions.mission import MissionState
from matchmaker.models.programmes.programme import ProgrammeState
from tests.matchmaker.events.missions import missioned

pytestmark = pytest.mark.django_db
S = MissionState
PAGES = ("mission", "mission_set_up", "mission_rooms", "mission_delegations", "mission_plans")
OF_THE_DAY = ("mission_board", "mission_check_in", "mission_changes")
PRINTED = {"All schedules (PDF)", "Badges (PDF)", "Signs for the tables (PDF)", "All meetings (ICS)"}


def buttons(client, address):
    """Return what can be sent from a page, without what is printed or searched."""
    answer = client.get(address)
    if answer.status_code == 404:
        return set()
    main = re.search("<main.*</main>", answer.content.decode(), re.S)[0]
    forms = re.findall('<form[^>]*method="post".*?</form>', main, re.S)
    texts = (text for form in forms for text in re.findall("<button[^>]*>(.*?)</button>", form, re.S))
    return {" ".join(re.sub("<.*?>", " ", text).split()) for text in texts} - PRINTED


@pytest.mark.parametrize("state", [S.SETTING_UP, S.WISHES, S.PLANNING, S.PUBLISHED, S.RUNNING])
def test_after_the_end_nothing_is_offered_that_would_be_refused(as_user, li_wei, startup, ayesha, state):
    mission = missioned.make_mission(li_wei.membership.investor, by=li_wei, state=state)
    programme, host, founder = mission.programme, as_user(li_wei), as_user(ayesha)
    type(programme).objects.filter(pk=programme.pk).update(
        state=ProgrammeState.RUNNING, started_at=timezone.now()
    )
    ours = missioned.make_delegation(mission, startup, by=ayesha)
    theirs = missioned.make_delegation(mission, programme.investor, by=li_wei)
    missioned.make_interpreter(mission)
    has_schedule = state in (S.PUBLISHED, S.RUNNING)
    if has_schedule:
        missioned.make_meeting(mission, ours, theirs)
    pages = [reverse(name, args=[programme.public_id]) for name in (*PAGES, *OF_THE_DAY * has_schedule)]
    own = [
        reverse(name, args=[programme.public_id, ours.public_id])
        for name in ("mission_delegation", "mission_wishes", *(["mission_day"] * has_schedule))
    ]
    assert any(buttons(host, page) for page in pages)
    assert any(buttons(founder, page) for page in own)
    programmes.finish_programme(programme, by=li_wei, at=timezone.now())
    left = {page: buttons(host, page) for page in pages} | {page: buttons(founder, page) for page in own}
    assert not {page: found - {"PDF"} for page, found in left.items() if found - {"PDF"}}
    assert f'{own[0]}"' not in founder.get(pages[0]).content.decode()
