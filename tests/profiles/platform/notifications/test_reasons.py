"""Every email says in one line why this person gets it, with the link to change it."""

import re

import pytest
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from matchmaker.deals.digests.kinds import NEW_MATCHES
from profiles.choices import Rhythm, Role
from profiles.models import MailSwitch, OutboxMail
from profiles.notice_kinds import ACCOUNT, KINDS
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from tests.factories import MOMENT, make_user

pytestmark = pytest.mark.django_db
MAILED = sorted(code for code, kind in KINDS.items() if kind.body)


def sent(user, code):
    kind = KINDS[code]
    names = re.findall(r"%\((\w+)\)", f"{kind.subject}{kind.body}")
    message = Message(
        kind=code, path="/home/", event="1", at=MOMENT, context=dict.fromkeys(names, "something")
    )
    notifications.notify(user, message)
    return OutboxMail.objects.get(kind=code)


def reason_in(body):
    (line,) = [line for line in body.splitlines() if line.startswith("Why you get this:")]
    return line


def test_each_kind_names_the_company_the_setting_and_the_link(ayesha, startup, settings):
    settings.SITE_URL = "https://corridor.example"
    link, wrong = f"https://corridor.example{reverse('mail_settings')}", {}
    for code in MAILED:
        category = KINDS[code].category
        rhythm = Rhythm(notifications.switch_of(ayesha, category).rhythm)
        change = "cannot be switched off" if category == ACCOUNT else str(rhythm.label)
        line = reason_in(sent(ayesha, code).body)
        parts = (startup.name, str(category.label), change)
        if not line.endswith(link) or not all(part in line for part in parts):
            wrong[code] = line
    assert MAILED
    assert wrong == {}


def test_it_says_what_the_reader_has_set(ayesha):
    notifications.choose(ayesha, rhythms={"matches": Rhythm.DAILY})
    assert "“New matches (summary email)” is set to “Once a day”" in reason_in(sent(ayesha, NEW_MATCHES).body)


@pytest.mark.parametrize(
    ("role", "words"),
    [(Role.CURATOR, "you are on the staff of this site"), (Role.STARTUP, "you have an account here")],
)
def test_who_has_no_company_reads_so(role, words):
    line = reason_in(sent(make_user("new@example.com", role), NEW_MATCHES).body)
    assert words in line
    assert MailSwitch.objects.filter(user__email="new@example.com").exists()


def test_a_reader_without_an_account_reads_whence_the_address_comes():
    code = "team_invitation"
    words = dict.fromkeys(("who", "company", "days"), "something")
    message = Message(kind=code, path="/home/", event="1", at=MOMENT, context=words)
    notifications.enqueue(message, to="new@example.com", language="en")
    line = reason_in(OutboxMail.objects.get().body)
    assert "someone entered your email address" in line
    assert line.endswith(reverse("contact"))


def test_emails_about_the_account_say_so_too():
    cache.clear()
    Client().post(reverse("account_reset_password"), {"email": "unknown@example.com"})
    assert "cannot be switched off" in reason_in(OutboxMail.objects.get().body)
