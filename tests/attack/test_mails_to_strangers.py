"""Mails to people who never joined: which kinds there are, how many of them, and whose words they say."""

import ast
import re
from itertools import count

import pytest
from allauth.account.models import EmailAddress
from django.core.cache import cache
from django.test import Client
from django.urls import reverse

from matchmaker.events.programmes.kinds import INVITED_BY_MAIL, REVIEW_ASKED_BY_MAIL
from profiles.choices import Status
from profiles.companies.claims.kinds import CLAIM_INVITATION
from profiles.companies.evidence.kinds import DOMAIN_MAIL
from profiles.models import Invitation, LimitBucket, OutboxMail
from profiles.people.accounts.kinds import ACCOUNT_EXISTS, CONFIRMATION, TEAM_INVITATION, UNKNOWN_ACCOUNT
from profiles.platform.limits.services import LIMITS, Kind
from profiles.platform.notifications.kinds import MAIL_LIMIT
from tests import factories
from tests.house.tree import APPS, ROOT, files

pytestmark = [pytest.mark.attack, pytest.mark.django_db]

# A curator writes CLAIM_INVITATION to the contact that an import names (tests/profiles/companies/claims).
# An organiser writes these two to a list, with the title of a programme that a curator has approved
# (tests/matchmaker/events/programmes/test_invitations.py).
TO_STRANGERS = {
    *(TEAM_INVITATION, CONFIRMATION, UNKNOWN_ACCOUNT, CLAIM_INVITATION, DOMAIN_MAIL),
    INVITED_BY_MAIL,
    REVIEW_ASKED_BY_MAIL,
}
STRANGER = "somebody@stranger.example"
EVIL = ("evil.example", "lottery", "winner")
TEXTS = (
    "Lottery winner: https://evil.example/{n}",
    "evil.example {n} lottery",
    "WINNER\nlottery@evil.example {n}",
)
MOST = 30  # that one sender brings to strangers before anything stops it


def test_only_these_write_to_an_address_instead_of_an_account():
    """Everything else tells an account, by `notify`."""
    found = set()
    for path in (path for app in APPS for path in files(".py", under=app)):
        text = path.read_text(encoding="utf-8")
        for node in ast.walk(ast.parse(text)) if "notifications." in text else ():
            is_call = isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute)
            if is_call and ast.unparse(node.func) in ("notifications.enqueue", "notifications.write"):
                found.add(path.relative_to(ROOT).as_posix().removeprefix("profiles/"))
    assert found == {
        "matchmaker/deals/replies/services.py",  # to the sender of an email that it does not take
        "matchmaker/events/programmes/services/invitations.py",
        "people/accounts/adapter.py",
        "people/accounts/services/closing.py",  # to whoever has the account that is closed
        "people/accounts/services/teams.py",
        "companies/claims/services.py",
        "companies/evidence/services.py",  # to a mailbox of the domain that a company says is its own
    }


def sign_up(client: Client, _text: str, email: str) -> None:
    """Sign up someone else's address, with a name that the form takes."""
    data = {"email": email, "full_name": "Lottery Winner", "role": "startup"}
    client.post(
        reverse("account_signup"), {**data, "password1": factories.PASSWORD, "password2": factories.PASSWORD}
    )


def reset(client: Client, text: str, email: str) -> None:
    client.post(reverse("account_reset_password"), {"email": email, "full_name": text})


def invite(client: Client, text: str, email: str) -> None:
    client.post(reverse("team_invite"), {"email": email, "full_name": text})


def add_address(client: Client, text: str, email: str) -> None:
    answer = client.post(reverse("account_email"), {"action_add": "", "email": email, "full_name": text})
    if "reauthenticate" in answer.headers.get("Location", ""):
        client.post(answer.headers["Location"], {"password": factories.PASSWORD}, follow=True)


WAYS = {"sign_up": sign_up, "reset": reset, "invite": invite, "add_address": add_address}


def sender(way: str, text: str, status: str) -> Client:
    """Return the browser of who sends: for an invitation or another address that of an owner."""
    client = Client(headers={"accept-language": "en"})
    if way in ("invite", "add_address"):
        number = next(NUMBERS)
        startup = factories.make_startup(f"Read by a curator {number}", status=status)
        if status != Status.APPROVED:  # no one has read the name
            startup.name_en, startup.reviewed_at, startup.submitted_at = text[:80], None, None
            startup.save()
        email = f"sender{number}@example.com"
        factories.make_founder(email, startup, full_name=text)
        client.post(reverse("account_login"), {"login": email, "password": factories.PASSWORD})
    return client


NUMBERS = count()


def what_it_says(mail: OutboxMail) -> str:
    """Return a mail without what each has of its own: the link, and the name that a curator has read."""
    text = f"{mail.kind}\n{mail.subject}\n{mail.body}".replace(mail.recipient, "")
    return re.sub("https?://\\S+|Read by a curator \\d+", "", text)


@pytest.mark.parametrize("way", WAYS)
def test_a_mail_to_a_stranger_says_nothing_that_a_sender_chose(way, tally, settings):
    settings.ACCOUNT_RATE_LIMITS = {}
    said = set[str]()
    for number, form in enumerate(TEXTS):
        for status in (Status.APPROVED, Status.DRAFT):
            text, to = form.format(n=number), f"{status}{number}-{STRANGER}"
            WAYS[way](sender(way, text, status), text, to)
            (mail,) = OutboxMail.objects.filter(recipient=to)
            words = f"{mail.subject} {mail.body}".lower()
            tally.check(mail.kind in TO_STRANGERS, mail.kind)
            tally.check(not [word for word in EVIL if word in words], words)
            if status == Status.APPROVED or way != "invite":
                said.add(what_it_says(mail))
    tally.check(len(said) == 1, said)
    tally.settle()


@pytest.mark.parametrize("way", WAYS)
def test_one_sender_brings_few_mails_to_strangers(way, tally):
    cache.clear()
    client = sender(way, "Somebody", Status.APPROVED)
    for number in range(MOST + 10):
        if way == "sign_up":
            client = sender(way, "", "")
        WAYS[way](client, "Somebody", f"{number}-{STRANGER}")
    sent = OutboxMail.objects.filter(recipient__endswith=STRANGER)
    tally.check(0 < sent.count() <= MOST, f"{sent.count()} mails")
    tally.check(not sent.exclude(kind__in=TO_STRANGERS), set(sent.values_list("kind", flat=True)))
    tally.measure(f"{sent.count()} of {MOST + 10} went out")
    tally.settle()


@pytest.mark.parametrize("way", ["sign_up", "reset", "add_address"])
def test_one_stranger_gets_few_mails_from_everybody(way, tally):
    """From many networks and accounts: the address itself is counted."""
    for number in range(15):
        cache.clear()
        client = sender(way, f"Somebody {number}", Status.APPROVED)
        client.defaults["REMOTE_ADDR"] = f"192.0.{number}.1"
        WAYS[way](client, "Somebody", STRANGER)
    sent = OutboxMail.objects.filter(recipient=STRANGER).exclude(kind=ACCOUNT_EXISTS)
    tally.check(0 < sent.count() <= 10, f"{sent.count()} mails to one person")
    tally.settle()


def test_one_sender_brings_one_stranger_few_mails_by_all_ways_together(tally, settings):
    """Each way's own limit is full every time: one limit counts them all."""
    settings.ACCOUNT_RATE_LIMITS = {}
    client, most = sender("invite", "Somebody", Status.APPROVED), LIMITS[MAIL_LIMIT][Kind.READER].capacity
    for _number in range(most):
        LimitBucket.objects.exclude(key__startswith=f"{MAIL_LIMIT}:").delete()
        Invitation.objects.filter(email=STRANGER).delete()
        EmailAddress.objects.filter(email=STRANGER).delete()
        for way in (invite, add_address):
            way(client, "Somebody", STRANGER)
    sent = OutboxMail.objects.filter(recipient=STRANGER)
    tally.check(sent.values("kind").distinct().order_by().count() == 2, "only one way was tried")
    tally.check(sent.count() == most, f"{sent.count()} mails to one stranger")
    tally.settle()
