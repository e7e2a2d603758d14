"""What people are told, and by which kinds."""

import re
from pathlib import Path
from typing import Any

import allauth
import pytest
from anymail.signals import AnymailTrackingEvent, tracking
from django.conf import settings
from django.db import IntegrityError, transaction
from django.test import Client
from django.utils import timezone
from django.utils.translation import override

from profiles.choices import Rhythm
from profiles.models import MailSwitch, Notice, OutboxMail, User
from profiles.notice_kinds import ACCOUNT, CATEGORIES, KINDS
from profiles.people.accounts.kinds import ACCOUNT_MAILS
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.selectors import rhythms_of
from profiles.platform.notifications.services import Message
from tests.mails import delivered

pytestmark = pytest.mark.django_db
NOW = timezone.now()
KIND = "request_received"
RHYTHMS = {"mails-matches": "daily"} | {
    f"mails-{of}": "at_once"
    for of in ("requests", "messages", "meetings", "fair", "pilots", "programmes", "profile")
}


def tell(user: User, event: str = "1", kind: str = KIND) -> None:
    context = {"company": "Indus Grow"}
    notifications.notify(user, Message(kind=kind, path="/deals/", event=event, at=NOW, context=context))


def test_what_is_told_twice_is_told_once_on_the_page_and_by_mail(ayesha):
    for _time in range(2):
        tell(ayesha)
    assert (Notice.objects.count(), OutboxMail.objects.count()) == (1, 1)
    tell(ayesha, "2")
    assert (Notice.objects.count(), OutboxMail.objects.count()) == (2, 2)


def test_opening_a_page_settles_the_notices_that_lead_to_it(as_user, ayesha, li_wei):
    for user in (ayesha, li_wei):
        tell(user)
    tell(ayesha, "message", "message")  # the conversation tells how far someone has read
    client = as_user(ayesha)
    page = client.get("/deals/").content.decode()
    assert "1 notification is about this page: mark as read" in page
    assert "mark as read" not in client.get("/passed/").content.decode()
    address = re.search(r'hx-post="(/notices/\d+/seen/)"', page)
    assert address
    assert Notice.objects.filter(read_at=None).count() == 3  # looking alone reads nothing

    tell(ayesha, "2")  # while the page is open: it has not told of this one
    settled = client.post(address[1], headers={"HX-Request": "true"})
    assert (settled.status_code, settled.content, settled["HX-Trigger"]) == (200, b"", "corridor:tick")
    left = Notice.objects.filter(read_at=None).values_list("user", "key")
    assert {(user, key.split(":")[1]) for user, key in left} == {
        (ayesha.pk, "message"),
        (ayesha.pk, "2"),
        (li_wei.pk, "1"),
    }
    newest = Notice.objects.latest("pk").pk
    assert client.post(f"/notices/{newest}/seen/").url == "/deals/"  # by the button
    assert "mark as read" not in client.get("/deals/").content.decode()
    assert as_user(li_wei).post(f"/notices/{newest}/seen/").status_code == 404


def test_the_bell_counts_what_is_new_and_opening_leads_on(as_user, ayesha):
    tell(ayesha)
    client = as_user(ayesha)
    assert 'aria-label="Notifications, 1 new"' in client.get("/home/").content.decode()
    page = client.get("/notices/").content.decode()
    assert "You have a new introduction request." in page
    assert (
        'aria-label="Notifications, 1 new"' in client.get("/notices/bell/").content.decode()
    )  # looking reads nothing

    assert client.post(f"/notices/{Notice.objects.get().pk}/open/").url == "/deals/"

    assert 'aria-label="Notifications, 0 new"' in client.get("/notices/bell/").content.decode()
    tell(ayesha, "2")
    client.post("/notices/read/")
    assert Notice.objects.filter(read_at=None).count() == 0


def test_the_bell_of_who_signed_out_is_no_sign_in_page(client):
    assert client.get("/notices/bell/").status_code == 404


def test_a_mail_is_text_and_page_with_its_styles_inside_in_the_readers_language(ayesha):
    User.objects.filter(pk=ayesha.pk).update(language="ur")
    ayesha.refresh_from_db()
    tell(ayesha)
    (mail,) = delivered()
    ((html, kind),) = mail.alternatives
    assert kind == "text/html"
    assert '<html lang="ur" dir="rtl">' in html
    assert "<style" not in html
    assert re.search(r'<p[^>]* style="[^"]*font', html)
    assert mail.subject in html
    link = settings.SITE_URL + "/deals/"
    assert f'href="{link}"' in html
    assert link in mail.body


def test_one_click_stops_mails_without_a_session_and_the_page_goes_on(ayesha):
    tell(ayesha)
    (mail,) = delivered()
    (link,) = re.findall(r"^<(.+)>$", mail.extra_headers["List-Unsubscribe"])
    assert mail.extra_headers["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    assert len(link) <= 58
    assert link in mail.body
    stranger = Client(enforce_csrf_checks=True)
    path = link.removeprefix(settings.SITE_URL)
    assert stranger.get(path).status_code == 200
    assert MailSwitch.objects.get(category="requests").rhythm == Rhythm.AT_ONCE  # looking stops nothing

    assert stranger.post(path, {"List-Unsubscribe": "One-Click"}).status_code == 200

    tell(ayesha, "2")
    assert len(delivered()) == 1
    assert Notice.objects.count() == 2


def test_stopping_says_what_stops_and_what_still_comes(ayesha):
    MailSwitch.objects.create(user=ayesha, category="meetings", rhythm=Rhythm.OFF)
    switch = notifications.switch_of(ayesha, CATEGORIES["messages"])
    before = Client().get(f"/u/{switch.token}/").content.decode()
    after = Client().post(f"/u/{switch.token}/").content.decode()
    assert "Stop emails about “Messages in conversations”?" in before
    assert "You no longer get emails about “Messages in conversations”" in after
    for page in (before, after):
        assert "<li>Requests and introductions</li>" in page
        assert "<li>Meetings</li>" not in page
    tell(ayesha)
    assert len(delivered()) == 1  # of a request: only messages were stopped


def test_stopping_offers_to_keep_what_somebody_waits_for(ayesha):
    switch = notifications.switch_of(ayesha, CATEGORIES["requests"])
    before = Client().get(f"/u/{switch.token}/").content.decode()
    assert "New introduction request" in before  # what stops, by name
    assert "These emails are sent when someone is waiting" in before
    assert "Stop all emails except those about Requests and introductions, Meetings" in before
    after = Client().post(f"/u/{switch.token}/", {"keep": "waiting"}).content.decode()
    assert "You now get only emails about Requests and introductions, Meetings" in after
    assert after.count("<li>Account, team and security</li>") == 1
    tell(ayesha)
    tell(ayesha, "2", "message")
    assert [mail.subject for mail in delivered()] == ["Indus Grow on Corridor: new introduction request"]
    assert rhythms_of(ayesha) | {"requests": "at_once", "meetings": "at_once", "account": "at_once"} == {
        code: Rhythm.AT_ONCE if category.others_wait or code == "account" else Rhythm.OFF
        for code, category in CATEGORIES.items()
    }


def test_mails_about_the_account_cannot_be_stopped(ayesha):
    switch = notifications.switch_of(ayesha, ACCOUNT)
    assert Client().post(f"/u/{switch.token}/").status_code == 404
    with pytest.raises(notifications.NotOfferedError):
        notifications.choose(ayesha, rhythms={"account": Rhythm.OFF})
    with pytest.raises(IntegrityError), transaction.atomic():
        MailSwitch.objects.filter(pk=switch.pk).update(rhythm=Rhythm.OFF)


def test_each_category_is_switched_by_its_reader(ayesha, founder):
    chosen = {**RHYTHMS, "mails-requests": "off"}
    assert (
        'name="matches"' not in founder.get("/settings/mails/").content.decode()
    )  # would hide form.matches()
    assert founder.post("/settings/mails/", {**chosen, "mails-matches": "hourly"}).status_code == 422
    assert founder.post("/settings/mails/", chosen).status_code == 302
    tell(ayesha)
    tell(ayesha, kind="profile_approved")
    assert [mail.kind for mail in OutboxMail.objects.all()] == ["profile_approved"]


@pytest.mark.parametrize(
    ("what", "mails"), [("bounced", 0), ("complained", 0), ("opened", 1), ("deferred", 1)]
)
def test_an_address_that_mails_come_back_from_gets_no_more(as_user, ayesha, what, mails):
    event = AnymailTrackingEvent(event_type=what, recipient=ayesha.email.upper())
    tracking.send(sender=object, event=event, esp_name="Test")
    tell(ayesha)
    assert OutboxMail.objects.count() == mails
    assert Notice.objects.count() == 1
    client = as_user(ayesha)
    assert ("could not be delivered" in client.get("/settings/mails/").content.decode()) is (mails == 0)
    client.post("/settings/mails/", RHYTHMS)  # its owner says that it works
    tell(ayesha, "2")

    assert OutboxMail.objects.count() == mails + 1


def test_a_closed_account_is_told_nothing(ayesha):
    ayesha.is_active = False
    tell(ayesha)
    assert (Notice.objects.count(), OutboxMail.objects.count()) == (0, 0)


def test_nobody_opens_the_notice_of_another(as_user, ayesha, li_wei):
    tell(ayesha)
    notice: Any = Notice.objects.get()
    assert as_user(li_wei).post(f"/notices/{notice.pk}/open/").status_code == 404
    assert as_user(li_wei).get("/notices/").content.decode().count("You have a new introduction request") == 0


# Ways to sign in that the settings leave off.
OFF = {"account/email/login_code", "account/email/password_reset_code"}


def test_every_kind_of_ours_has_a_channel():
    ours = set(KINDS) - set(ACCOUNT_MAILS.values())
    assert [kind for kind in sorted(ours) if not (KINDS[kind].sentence or KINDS[kind].body)] == []


@pytest.mark.parametrize("language", ["en", "ur", "zh-hans"])
def test_the_words_of_a_mail_name_only_what_is_given(language):
    given = dict.fromkeys(("company", "who", "lines", "when", "programme", "reason", "role"), "Indus Grow")
    given |= dict.fromkeys(("day", "scopes", "host", "hosts", "names", "message"), "a.example")
    given |= {"days": 14, "minutes": 30, "closes": "a day", "usual": ""}
    with override(language):
        mails = {code: f"{kind.subject}{kind.body}" % given for code, kind in KINDS.items() if kind.body}
    assert [code for code, text in mails.items() if "%(" in text] == []


def test_every_mail_of_allauth_has_a_kind():
    templates = Path(allauth.__file__).parent / "templates"
    found = {
        str(path.relative_to(templates)).removesuffix("_subject.txt")
        for room in ("account", "mfa", "socialaccount")
        for path in templates.glob(f"{room}/email/*_subject.txt")
    }
    assert set(ACCOUNT_MAILS) == found - OFF
