"""The demonstration has lived: each of its people finds something to answer, and something that comes."""

import pytest
from django.core.management import call_command
from django.utils import timezone

from matchmaker.conversations import selectors as conversations
from matchmaker.introductions.services import deadlines
from matchmaker.meetings import services as meetings
from matchmaker.models.conversation import Message
from matchmaker.models.introduction import Introduction
from matchmaker.models.meeting import Meeting
from matchmaker.models.pair_action import Pass
from profiles.models import Notice, OutboxMail, User
from tests.sealing import seal_and_verify

LOADED = (Introduction, Meeting, Message, Pass, Notice, OutboxMail)


def load():
    """Load the demonstration; return how much there is of each."""
    call_command("load_demo", "introductions", "messages", "meetings", verbosity=0)
    deadlines.advance(at=timezone.now())
    meetings.advance(at=timezone.now())
    return [model._default_manager.count() for model in LOADED]


def told(agenda):
    """Return what waits for a person and what comes, without days."""
    return [row.text for row in agenda["waiting"]], [row.text.split(":")[0] for row in agenda["coming"]]


@pytest.mark.django_db
def test_everybody_finds_something_to_answer(as_user, settings):
    settings.DEMO = True
    assert load() == load()
    assert seal_and_verify().holds

    founder, investor = (
        User.objects.get(email=settings.DEMO_ACCOUNTS[name]) for name in ("founder", "investor")
    )
    assert told(as_user(founder).get("/home/").context["agenda"]) == (
        ["Qiquan Irrigation requests an introduction"],
        ["Meeting with Chengsui Agritech", "Weizhen Microelectronics has promised an answer"],
    )
    assert told(as_user(investor).get("/home/").context["agenda"]) == (
        ["Did the meeting with Khait Chashm happen?", "Nehr Nigraan requests an introduction"],
        ["Meeting with Paani Paimana"],
    )

    # The page is in the language that is chosen on it, and an introduction knows of its meeting.
    reader = as_user(founder)
    talk = reader.get(f"/introductions/{investor.membership.investor.public_id}/").content.decode()
    assert "See the meeting" in talk
    reader.cookies[settings.LANGUAGE_COOKIE_NAME] = "zh-hans"
    assert "年" in reader.get("/home/").context["agenda"]["coming"][0].text

    requests = as_user(investor).get("/introductions/").content.decode()
    assert "1 new message" in requests
    assert "Will not go ahead" in requests
    assert "We work up to the farm gate" in as_user(investor).get("/shortlist/").content.decode()
    assert [message.startup.name_en for message in conversations.waiting_first()] == ["Saibaan-e-Nau"]
    assert [report.startup.name_en for report in conversations.open_reports()] == ["Rezgari Raah"]
    curator = User.objects.get(email=settings.DEMO_ACCOUNTS["curator"])
    acts = as_user(curator).get("/desk/").context["today"]["acts"]
    assert [bool(act.sentence) for act in acts] == [True] * 8

    # What happened days ago is read, and its mails are not sent now.
    new = {person: person.notices.filter(read_at=None).count() for person in (founder, investor)}
    assert new == {founder: 1, investor: 3}
    assert OutboxMail.objects.filter(sent_at=None).count() <= 2
