"""What programs read with a token: what the pages show their person, and nothing else."""

import pytest
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.conversations.services import block_company
from matchmaker.deals.introductions.services import shortlist as shortlists
from matchmaker.desk.today import services as desk
from matchmaker.models.introduction import IntroductionState
from profiles.catalogue.visibility.fields import GROUPS
from profiles.models import AuditRecord, Investor, Receipt, Startup, User
from tests import factories
from tests.attack.test_canaries import Secrets, canaries
from tests.matchmaker import ranked
from tests.matchmaker.events.missions.day_of import DayOf
from tests.matchmaker.events.missions.missioned import make_meeting
from tests.matchmaker.events.pilots.piloted import make_pilot
from tests.matchmaker.events.programmes.programmed import make_application, make_programme
from tests.matchmaker.introduced import make_introduction

pytestmark = pytest.mark.django_db


@pytest.fixture
def listed(li_wei, program):
    """A program of Li Wei, whose list has three startups."""
    for at in range(3):
        ranked.make_startup(at)
    ranked.rank_whole()
    return program(li_wei)


def test_matches_are_those_of_the_page_with_rank_score_and_reasons(listed, li_wei, as_user):
    page = as_user(li_wei).get(reverse("matches")).context["matches"]
    below = as_user(li_wei).get(reverse("matches") + "?less=1").context["matches"]
    cards = (*page.cards, *below.less_likely.cards)
    for found in (listed.pages("matches"), listed.read("matches")["items"]):
        told = [(each["profile"]["name"], each["score"], each["fit"], each["reasons"]) for each in found]
        assert told == [(card.name, card.score, card.fit_investor, list(card.reasons)) for card in cards]
        assert [each["position"] for each in found] == [1, 2, 3]
    assert [each["is_recommended"] for each in found].count(True) == page.total
    first = cards[0].public_id
    assert listed.read(f"matches/{first}") == found[0]
    assert found[0]["url"].endswith(reverse("match", args=[first]))
    assert Receipt.objects.filter(investor=li_wei.membership.investor).exists()  # as a page leaves it


def test_a_list_costs_the_same_is_sent_once_and_is_begun_again_when_it_has_changed(listed, same_queries):
    for limit in (1, 3, 3):  # the first leaves receipts of who is new
        listed.read(f"matches?limit={limit}")
    for limit in (1, 3):
        with same_queries():
            assert len(listed.read(f"matches?limit={limit}")["items"]) == limit

    answer = listed.ask("matches")
    tag = answer.headers["ETag"]
    again = listed.ask("matches", **{"If-None-Match": f"W/{tag}"})
    assert (again.status_code, again.content, again.headers["ETag"]) == (304, b"", tag)
    assert answer.headers["Cache-Control"] == "private, no-cache"
    assert "Authorization" in answer.headers["Vary"]
    Startup.objects.update(pitch="Another one")
    assert listed.ask("matches", **{"If-None-Match": tag}).status_code == 200

    first = listed.read("matches?limit=1")
    Startup.objects.filter(public_id=first["next"]).update(matching_consent=False)
    assert listed.ask(f"matches?cursor={first['next']}").status_code == 409


def test_texts_come_in_the_language_that_is_asked_for(listed):
    Startup.objects.update(pitch_zh="土壤传感器")
    (match, *_others) = listed.read("matches", **{"Accept-Language": "zh-hans"})["items"]
    assert match["profile"]["pitch"] == "土壤传感器"
    assert {fact["label"] for fact in match["profile"]["facts"]} & {"所在地"}


def test_introductions_are_the_newest_of_each_pair_that_its_reader_knows(
    startup, investor, ayesha, li_wei, sana, program
):
    partner, founder = program(li_wei), program(ayesha)
    at = timezone.now()
    make_introduction(startup, investor, by=ayesha, state=IntroductionState.WITHDRAWN, at=at)
    newest = make_introduction(startup, investor, by=ayesha, at=at)
    queued = factories.make_startup("Queued Pumps")
    make_introduction(queued, investor, by=ayesha, state=IntroductionState.QUEUED, at=at)
    gone = factories.make_startup("Gone Pumps", matching_consent=False)
    make_introduction(gone, investor, by=ayesha, state=IntroductionState.CLOSED, at=at)
    (found,) = partner.pages("introductions")
    assert (found["name"], found["state"], found["asked_by"]) == ("Indus Grow", "asked", "them")
    assert partner.read(f"introductions/{startup.public_id}") == found
    (ours,) = founder.read("introductions")["items"]
    assert (ours["asked_by"], ours["state"]) == ("us", newest.state)
    desk.curator_override(
        startup, investor, kind=OverrideKind.HIDE, note="They compete", expires_on=None, by=sana, at=at
    )
    assert partner.read("introductions")["items"] == []
    assert partner.ask(f"introductions/{startup.public_id}").status_code == 404


def test_pilots_are_those_of_the_board_and_ones_own_drafts(startup, investor, ayesha, li_wei, program):
    opened = make_pilot(investor, by=li_wei)
    draft = make_pilot(investor, by=li_wei, state="draft", title_en="Not told yet")
    host, reader = program(li_wei), program(ayesha)
    assert {each["id"] for each in host.pages("pilots")} == {opened.public_id, draft.public_id}
    (seen,) = reader.pages("pilots")
    assert (seen["id"], seen["is_own"], seen["seats"], seen["application"]) == (
        opened.public_id, False, 2, None
    )  # fmt: skip
    assert reader.ask(f"pilots/{draft.public_id}").status_code == 404


def test_programmes_are_the_public_ones_and_ones_own(startup, investor, ayesha, li_wei, program):
    opened = make_programme(investor, by=li_wei)
    draft = make_programme(investor, by=li_wei, state="draft", title_en="Not told yet")
    host, reader = program(li_wei), program(ayesha)
    assert {each["id"] for each in host.pages("programmes")} == {opened.public_id, draft.public_id}
    make_application(opened, startup, by=ayesha)
    (seen,) = reader.pages("programmes")
    assert (seen["id"], seen["is_own"], seen["free_places"], seen["application"]) == (
        opened.public_id, False, 2, "sent"
    )  # fmt: skip
    assert "Sixty sensors" not in str(seen)
    assert reader.ask(f"programmes/{draft.public_id}").status_code == 404
    assert reader.ask(f"programmes/{opened.public_id}/meetings").status_code == 404


def test_meetings_are_ones_own_once_the_schedule_is_published(startup, investor, ayesha, li_wei, program):
    today = DayOf()
    ours, theirs = today.delegation(startup), today.delegation(investor)
    meeting = make_meeting(today.mission, ours, theirs, slot=4)
    other = make_meeting(today.mission, today.startup("Ravi Fields"), theirs, slot=5)
    address = f"programmes/{today.programme.public_id}/meetings"
    (seen,) = program(ayesha).read(address)["meetings"]
    assert (seen["id"], seen["other"], seen["table"]) == (
        meeting.key, "Pearl River Capital", "Hall A · Table 1"
    )  # fmt: skip
    partner = program(li_wei)
    assert {each["id"] for each in partner.read(address)["meetings"]} == {meeting.key, other.key}
    assert program(today.host).ask(address).status_code == 404, "of the token's company alone"
    today.mission.state, today.mission.published_at = "planning", None
    today.mission.save()
    assert partner.read(address)["meetings"] == []
    block_company(startup, investor, side=Side.INVESTOR, by=li_wei, at=timezone.now())
    theirs.application.state = "withdrawn"
    theirs.application.place_number, theirs.application.ended_at = None, timezone.now()
    theirs.application.save()
    assert partner.ask(address).status_code == 404


def test_the_directory_has_the_columns_of_the_page_and_is_recorded(startup, sana, program, li_wei):
    factories.make_startup("Chenab Sketch", status="draft", reviewed_at=None)
    found = program(sana).pages("directory/startup")
    assert {each["columns"]["name"] for each in found} == {"Indus Grow", "Chenab Sketch"}
    assert set(found[0]["columns"]) >= {"number", "mail", "people", "status", "signed_in"}
    record = AuditRecord.objects.get(action="directory_read")
    assert (record.details, record.actor) == ({"side": "startup"}, sana)
    assert program(li_wei).ask("directory/startup").status_code == 403


def test_what_is_hidden_from_a_person_is_hidden_from_its_programs(program):
    secrets = Secrets()
    people = secrets.market.people
    everything = (
        *("profile", "matches", "introductions", "pilots", "programmes"),
        *("directory/startup", "directory/investor"),
    )
    texts = {}
    for actor in ("founder", "other_founder", "partner", "unchecked", "curator"):
        one = program(people[actor])
        texts[actor] = str([one.ask(path).content.decode() for path in everything]).lower()
        assert [word for word in secrets.forbidden(actor) if word in texts[actor]] == []
    assert secrets.words[Side.INVESTOR]["name_en"] in texts["partner"]
    assert secrets.words[Side.STARTUP]["name_en"] in texts["founder"]


def test_hidden_fields_and_blind_first_looks_hold(listed, li_wei):
    words = {}
    for startup in Startup.objects.all():
        startup.visibility = {key: group.choices[-1].value for key, group in GROUPS["startup"].items()}
        words |= canaries(startup, but=("registration_number",))
        shortlists.shortlist(
            startup, li_wei.membership.investor, side=Side.INVESTOR, by=li_wei, at=timezone.now()
        )
    text = listed.ask("matches").content.decode().lower()
    assert words["pitch"] in text
    hidden = ("name_en", "name_zh", "website", "contact_email", "contact_name", "founders")
    assert [name for name in hidden if words[name] in text] == []
    User.objects.update(blind_first_look=True)
    assert {each["profile"]["name"][:7] for each in listed.read("matches")["items"]} == {"Startup"}


def test_errors_are_problems_without_secrets_cookies_or_other_origins(listed, li_wei, caplog):
    caplog.set_level("DEBUG")
    Investor.objects.update(matching_consent=True)
    wrong = {
        "matches?limit=0": 422, "matches?curser=000000000000": 422, "matches?cursor=../../etc": 422,
        "matches/000000000000": 404, "pilots/not-an-id": 422, "directory/nobody": 403, "nothing": 404,
    }  # fmt: skip
    for path, status in wrong.items():
        answer = listed.ask(path, Origin="https://evil.example")
        assert (path, answer.status_code) == (path, status)
        assert answer.headers["Content-Type"] == "application/problem+json"
        assert answer.json()["status"] == answer.status_code
        assert "etc" not in answer.content.decode()
        assert not answer.cookies
        assert "Access-Control-Allow-Origin" not in answer.headers
    posted = listed.client.post("/api/v1/matches", headers={"Authorization": f"Bearer {listed.secret}"})
    assert (posted.status_code, posted.headers["Allow"]) == (405, "GET")
    assert listed.secret not in caplog.text


def test_a_token_in_the_clear_is_refused_and_not_led_on(listed, settings):
    settings.HTTPS = settings.SECURE_SSL_REDIRECT = True
    answer = listed.ask("profile")
    assert (answer.status_code, "Location" in answer.headers) == (403, False)
    assert (
        listed.client.get(
            "/api/v1/profile", secure=True, headers={"Authorization": f"Bearer {listed.secret}"}
        ).status_code
        == 200
    )


def test_a_fault_of_ours_is_a_problem_too(listed, caplog):
    listed.client.raise_request_exception = False
    with pytest.MonkeyPatch.context() as patch:  # the database goes away
        patch.setattr("django.db.models.query.QuerySet.in_bulk", None)
        answer = listed.ask("introductions")
    assert (answer.status_code, answer.json()["detail"][:20]) == (500, "Something went wrong")
    assert "Traceback" in caplog.text
