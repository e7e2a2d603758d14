"""Who did something too often reads when to try again, and finds what was typed."""

from collections.abc import Callable
from typing import Any

import pytest
from django.core import mail
from django.test import Client
from django.urls import reverse

from profiles.choices import Role
from profiles.companies.held_edits.selectors import newest
from profiles.models import Invitation, OutboxMail, User
from profiles.platform.limits.services import LIMITS, Kind, Limit
from tests.factories import PASSWORD, make_founder, make_startup, make_user

pytestmark = pytest.mark.django_db
AGAIN = "Please try again in 60 minutes."


@pytest.fixture(autouse=True)
def _one_each(monkeypatch):
    """Allow everything once an hour."""
    for verb in LIMITS:
        monkeypatch.setitem(LIMITS, verb, dict.fromkeys(LIMITS[verb], Limit(1, 1)))


def told(response: Any) -> str:
    """Return a refusal's page."""
    assert (response.status_code, int(response.headers["Retry-After"]) > 3500) == (429, True)
    return str(response.content.decode())


def test_an_invitation_stays_in_the_form(founder, as_user):
    assert founder.post(reverse("team_invite"), {"email": "bilal@example.com"}).status_code == 302
    refused = told(founder.post(reverse("team_invite"), {"email": "zara@example.com"}))
    assert (AGAIN in refused, 'value="zara@example.com"' in refused) == (True, True)
    assert Invitation.objects.count() == OutboxMail.objects.count() == 1

    other, zara = as_user(make_founder("omar@example.com", make_startup("Elsewhere"))), "zara@example.com"
    told(other.post(reverse("team_invite"), {"email": zara}))  # from the same network
    elsewhere = other.post(reverse("team_invite"), {"email": zara}, REMOTE_ADDR="198.51.100.9")
    assert elsewhere.status_code == 302


def test_two_companies_do_not_flood_one_reader(ayesha, as_user):
    as_user(ayesha).post(reverse("team_invite"), {"email": "zara@example.com"})
    other = as_user(make_founder("omar@example.com", make_startup("Elsewhere")))
    told(other.post(reverse("team_invite"), {"email": "ZARA@example.com"}, REMOTE_ADDR="198.51.100.9"))
    assert OutboxMail.objects.count() == 1


@pytest.mark.parametrize(("language", "words"), [("ur", "60 منٹ"), ("zh-hans", "60 分钟")])
def test_in_the_readers_language(language, words, founder, settings):
    founder.cookies[settings.LANGUAGE_COOKIE_NAME] = language
    founder.post(reverse("team_invite"), {"email": "bilal@example.com"})
    assert words in told(founder.post(reverse("team_invite"), {"email": "zara@example.com"}))


def test_a_step_of_a_profile_keeps_what_was_typed(ayesha, as_user):
    client, address = as_user(ayesha), reverse("startup_edit", args=["basics"])
    assert client.post(address, {"name_en": "Indus Grow", "pitch": "First"}).status_code == 302
    refused = told(client.post(address, {"name_en": "Indus Grow", "pitch": "Second thoughts"}))
    assert (AGAIN in refused, "Second thoughts" in refused) == (True, True)
    assert newest(ayesha.membership.startup).pitch == "First"


def test_an_act_on_a_pair_can_be_sent_again_and_taken_back(ayesha, li_wei, as_user):
    client, investor = as_user(ayesha), li_wei.membership.investor
    address = reverse("shortlist_toggle", args=[investor.public_id])
    client.post(address, {"wanted": "1"})
    note = reverse("shortlist_note", args=[investor.public_id])
    refused = told(client.post(note, {"note": "Ask about <water>"}))
    assert f'action="{note}"' in refused
    assert '<input type="hidden" name="note" value="Ask about &lt;water&gt;">' in refused
    assert client.post(address, {"wanted": "0"}).status_code == 302

    ask, withdraw = (
        reverse(name, args=[investor.public_id]) for name in ("introduction_ask", "match_interest")
    )
    words = {"why": "Your <valves>", "purpose": "A pilot", "next_step": "A call"}
    assert client.post(ask, words).status_code == 302
    assert client.post(withdraw, {"wanted": "0"}).status_code == 302
    refused = told(client.post(ask, words))
    assert '<input type="hidden" name="why" value="Your &lt;valves&gt;">' in refused
    assert as_user(li_wei).post(
        reverse("match_interest", args=[ayesha.membership.startup.public_id]), {"wanted": "1"}
    ).status_code == 302  # fmt: skip


def test_pages_that_cost_much_are_counted(ayesha, li_wei, as_user):
    founder, partner = as_user(ayesha), as_user(li_wei)
    asked: list[Callable[[], Any]] = [
        lambda: founder.get(reverse("startup_preview")),
        lambda: founder.post(reverse("advice_ask")),
        lambda: partner.post(reverse("thesis_fit"), {"name": "Water"}),
        lambda: partner.get(reverse("investor_preview")),
    ]
    first, second = [ask().status_code for ask in asked], [ask().status_code for ask in asked]
    assert (first, second) == ([200, 302, 200, 200], [429] * 4)


def test_an_export_is_counted(desk, settings):
    desk.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    codes = [desk.get(reverse("audit_export")).status_code for _time in range(2)]
    assert codes == [200, 429]


SIGN_UP = {"role": Role.STARTUP, "full_name": "Zara Ali", "password1": PASSWORD, "password2": PASSWORD}


def sign_up(client: Client, email: str, **extra: str) -> Any:
    return client.post(
        reverse("account_signup") + "?role=startup", {**SIGN_UP, "email": email}, headers=extra or None
    )


def test_signing_up_is_counted_by_network_and_address(monkeypatch):
    assert sign_up(Client(), "zara@example.com").status_code == 302
    refused = told(sign_up(Client(), "bilal@example.com"))
    assert (AGAIN in refused, 'value="bilal@example.com"' in refused, PASSWORD in refused) == (
        True, True, False,
    )  # fmt: skip
    assert not User.objects.filter(email="bilal@example.com").exists()
    assert sign_up(Client(REMOTE_ADDR="198.51.100.7"), "bilal@example.com").status_code == 302
    monkeypatch.setitem(LIMITS, "sign_up", {Kind.ADDRESS: Limit(1, 1)})
    told(sign_up(Client(REMOTE_ADDR="192.0.2.7"), "bilal@example.com"))


@pytest.mark.parametrize("email", ["known@example.com", "unknown@example.com"])
def test_a_reset_is_counted_alike_for_known_and_unknown_addresses(email):
    make_user("known@example.com", Role.STARTUP)
    address = reverse("account_reset_password")
    assert Client().post(address, {"email": email}).status_code == 302
    refused = told(Client().post(address, {"email": email}))
    assert (AGAIN in refused, f'value="{email}"' in refused, mail.outbox) == (True, True, [])
    assert OutboxMail.objects.count() == 1
