"""What is typed into any form outlasts the session, a limit, and what others do meanwhile."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.choices import MessageState, OverrideKind, Side
from matchmaker.deals.conversations import services as conversations
from matchmaker.deals.introductions.services import decisions
from matchmaker.deals.meetings import services as meetings
from matchmaker.desk.today import services as desk
from matchmaker.models.introduction import IntroductionState
from profiles.choices import ReviewOutcome, Status
from profiles.curation.reviews.services import decide
from profiles.models import FormDraft, Startup
from profiles.platform.drafts.merging import sent_by
from profiles.platform.limits.services import LIMITS, Kind, Limit
from tests.attack.pages import Forms
from tests.house.access import ACCESS, ACTORS
from tests.matchmaker.introduced import make_introduction, make_message

pytestmark = pytest.mark.django_db
FORM = re.compile(r'<form\b[^>]*?(?: action="(?P<action>[^"]*)")?[^>]*>.*?</form>', re.DOTALL)
TEXT = re.compile(r'<(?:textarea|input type="text")[^>]* name="(?P<name>[^"]+)"')
PAPERS = ("_brief", "_print", "_export", "_file", "_copy")  # dear to make, and without a form
# Beside another form on their page, which has the draft: an announcement of a cohort, the words of a dispute.
# Addresses to invite are a list that someone has elsewhere.
WITHOUT_DRAFT = ('value="announcement"', 'name="objection"', 'name="list-addresses"')
WORDS = "half a sentence, typed"


def typing_forms(market, addresses):
    """Yield every form that takes longer texts: who fills it in, its page, where it is sent, itself."""
    for address in addresses:
        able = [actor for at, actor in enumerate(ACTORS) if address.get[at] == "o"]
        if able and not address.name.startswith("account_") and not address.name.endswith(PAPERS):
            path, actor = address.path(market), able[0]
            answer = market.client(actor).get(path)
            is_page = answer.headers["Content-Type"].startswith("text/html")
            for form in FORM.finditer(answer.text if is_page else ""):
                if any(marked in form[0] for marked in WITHOUT_DRAFT):
                    continue
                if "<textarea" in form[0] or 'name="version"' in form[0]:
                    yield actor, path, (form["action"] or path), form[0]


def test_every_form_with_longer_texts_outlasts_the_session_and_no_browser_cuts_them(market, tally):
    lost, cut, tried = [], [], set()
    for actor, path, target, form in list(typing_forms(market, ACCESS)):
        names = TEXT.findall(form)
        sent = {**Forms(form).largest, **dict.fromkeys(names, WORDS)}
        answer = Client().post(target, sent)
        shown = market.client(actor).get(path).content.decode()
        is_led_back = answer.headers.get("Location", "").endswith(f"?next={path.replace('/', '%2F')}")
        tried.add(path)
        if names and not (is_led_back and WORDS in shown):
            lost.append((actor, target))
        for found in re.findall(r"<(?:textarea|input)[^>]* maxlength=.[^>]*>", form):
            if "<textarea" in found or int(re.findall(r'maxlength="(\d+)"', found)[0]) >= 300:
                cut.append((actor, path, found))
    tally.count(len(tried))
    assert (lost, cut) == ([], [])
    assert len(tried) > 25


def as_opened(client, path, **typed):
    """Return what a browser would send for a page with a kept form."""
    shown = client.get(path).context["draft_form"]
    return {**sent_by(shown.form), "version": shown.version, **typed}


def draft(user, path):
    """Return what is kept for someone and a page."""
    return FormDraft.objects.get(user=user, path=path).sent


@pytest.fixture
def talk(startup, ayesha, li_wei):
    """Ayesha's startup and Li Wei's investor, both interested."""
    at = timezone.now()
    state = IntroductionState.MUTUAL
    return make_introduction(startup, li_wei.membership.investor, by=ayesha, state=state, at=at)


def test_a_note_outlasts_a_stale_page_and_a_limit_and_goes_when_it_is_sent(startup, li_wei, monkeypatch):
    tab = Client(enforce_csrf_checks=True)
    tab.force_login(li_wei)
    path = reverse("match_pass", args=[startup.public_id])
    sent = as_opened(tab, path, reason="team", note=WORDS)
    assert tab.post(path, sent).headers["Location"] == path
    assert tab.get(path).context["form"]["note"].value() == WORDS
    sent["csrfmiddlewaretoken"] = tab.cookies["csrftoken"].value
    FormDraft.objects.all().delete()
    monkeypatch.setitem(LIMITS, "pass", {Kind.ACCOUNT: Limit(0, 1)})
    assert tab.post(path, sent).status_code == 429
    assert tab.get(path).context["form"]["note"].value() == WORDS
    monkeypatch.undo()
    assert tab.post(path, sent).status_code == 302
    assert not FormDraft.objects.unsaved().exists()


def test_who_types_while_the_other_side_leaves_gets_the_words_back(startup, li_wei, talk, as_user):
    tab, id = as_user(li_wei), startup.public_id
    meeting, told = reverse("meeting", args=[id]), reverse("match_pass", args=[id])
    times = as_opened(tab, meeting, first="2030-01-01T09:00", call_address="https://call.example/room")
    note = as_opened(tab, told, reason="team", note=WORDS)
    decisions.pass_on(*talk.pair, side=Side.STARTUP, by=talk.by, at=timezone.now(), reason="team", note="")
    answer = tab.post(meeting, times)
    assert (answer.status_code, "https://call.example/room" in answer.content.decode()) == (404, True)
    Startup.objects.update(status=Status.RETURNED)
    talk.delete()
    answer = tab.post(told, note)
    assert (answer.status_code, WORDS in answer.content.decode()) == (404, True)
    assert draft(li_wei, told)["note"] == [WORDS]


def test_of_two_curators_the_second_keeps_the_words(startup, li_wei, talk, sana, as_user):
    tab, at = as_user(sana), timezone.now()
    said = {"by": sana, "at": at}
    investor = li_wei.membership.investor
    message = make_message(talk, Side.STARTUP, by=talk.by, state=MessageState.WAITING)
    Startup.objects.update(status=Status.SUBMITTED, submitted_at=at)
    forms = {
        reverse("review", args=["startup", startup.public_id]): ({"outcome": "rejected"}, "message"),
        reverse("desk_message_first", args=[message.pk]): ({"is_fine": "no"}, "reason"),
        reverse("pairing", args=[startup.public_id, investor.public_id]): ({"kind": "hide"}, "note"),
    }
    sent = {path: as_opened(tab, path, **chosen, **{name: WORDS}) for path, (chosen, name) in forms.items()}
    review = next(iter(forms))
    sent[review]["seen"] = tab.get(review).context["seen"]
    decide(startup, ReviewOutcome.REJECTED, message="No.", reasons=None, **said)
    conversations.deliver_first(message, **said)
    desk.curator_override(startup, investor, kind=OverrideKind.BOOST, note="Yes.", expires_on=None, **said)
    found = {path: tab.post(path, typed) for path, typed in sent.items()}
    assert [each.status_code for each in found.values()] == [409, 404, 422]
    assert [WORDS in each.content.decode() for each in found.values()] == [True] * 3
    assert [draft(sana, path)[name] for path, (_chosen, name) in forms.items()] == [[WORDS]] * 3


def test_a_form_on_anothers_page_says_beside_its_field_what_is_wrong(startup, li_wei, sana, talk, as_user):
    tab, desk_tab, at = as_user(li_wei), as_user(sana), timezone.now()
    offered = meetings.propose(
        talk, times=[at + timedelta(days=3)], minutes=30, side=Side.STARTUP, by=talk.by, at=at
    )
    meetings.take_time(offered, slot=offered.slots.get().pk, side=Side.INVESTOR, by=li_wei, at=at)
    meeting = reverse("meeting", args=[startup.public_id])
    shown = tab.get(meeting).context["address"]
    sent = {"call_address": "javascript:room", "version": shown.version}
    page = tab.post(reverse("meeting_address", args=[startup.public_id]), sent)
    again = tab.get(meeting)
    fields = re.findall(r'<input[^>]* id="([^"]*call_address)"', again.content.decode())
    assert (page.status_code, "call_address" in page.context["address"].form.errors) == (422, True)
    assert again.context["address"].form["call_address"].value() == "javascript:room"
    assert again.context["form"]["call_address"].value() == ""
    assert sorted(fields) == ["agreed_call_address", "id_call_address"]
    meetings.cancel(offered, side=Side.STARTUP, by=talk.by, at=at)
    tab.post(reverse("meeting_address", args=[startup.public_id]), {**sent, "call_address": "Room 7"})
    assert draft(li_wei, shown.path)["call_address"] == ["Room 7"], "the meeting was called off meanwhile"
    curator_override = desk.curator_override(
        startup,
        li_wei.membership.investor,
        kind=OverrideKind.HIDE,
        note="Kin.",
        expires_on=None,
        by=sana,
        at=at,
    )
    page = desk_tab.post(reverse("pin_release", args=[curator_override.pk]), {"note": ""})
    assert (page.status_code, page.context["release_form"].errors["note"]) == (
        422,
        ["Say why you are removing it."],
    )
    page = desk_tab.post(reverse("review_open", args=["startup", startup.public_id]), {"reason": ""})
    review, body = reverse("review", args=["startup", startup.public_id]), page.content.decode()
    assert (page.status_code, "Say why you need the exact amounts." in body) == (422, True)
    assert f'action="{review}"' in body, "the other form of the page still goes to its own address"


def test_a_rule_that_is_half_built_is_there_again_until_it_is_saved(as_user, sana):
    tab, path = as_user(sana), reverse("governance_rule", args=["GOV-PK-01"])
    version = tab.get(path).context["draft_form"].version
    tab.post(path, {"joined": "all", "new": "stake_pct", "add": "1", "version": version})

    left = tab.get(path).context

    assert (left["draft_form"].draft is None, left["form"].lines[0]["fact"]) == (False, "stake_pct")
    asked = {"fact-0": "stake_pct", "asked-0": "gte", "value-0": "10", "group-0": "", "seen": left["seen"]}
    saved = tab.post(path, {"joined": "all", **asked, "version": left["draft_form"].version})
    assert (saved.status_code, tab.get(path).context["draft_form"].draft) == (302, None)
