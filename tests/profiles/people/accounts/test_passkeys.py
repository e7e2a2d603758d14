"""Passkeys and security keys: added, used, lost, and tried by others."""

import json
from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as PROOFS
from allauth.account.utils import user_pk_to_url_str
from allauth.mfa.models import Authenticator
from django.contrib.auth import SESSION_KEY
from django.core.cache import cache
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse

from profiles.models import OutboxMail, User
from profiles.people.accounts.services import closing
from tests.factories import PASSWORD
from tests.security_keys import FLAG, SecurityKey

pytestmark = [pytest.mark.django_db, pytest.mark.attack]


@pytest.fixture(autouse=True)
def _as_live(settings):
    settings.DEMO = False
    cache.clear()


def by_password(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD}, secure=True)
    return client


def prove(client: Client, name: str, sent: dict[str, str]) -> HttpResponse:
    return client.post(reverse(name), sent, secure=True)


def options(response: HttpResponse) -> Any:
    (found,) = response.context["js_data"].values()
    return json.loads(json.dumps(found, default=dict))


def add_key(user: User) -> SecurityKey:
    """Let a person add a key, as the pages lead to it."""
    client, key, page = by_password(user), SecurityKey(), reverse("mfa_add_webauthn")
    prove(client, "account_reauthenticate", {"password": PASSWORD})
    credential = key.create(options(client.get(page, secure=True)))
    answer = client.post(page, {"name": " Blue  key ", "credential": credential}, secure=True)
    assert (answer.status_code, answer.headers["Location"]) == (302, reverse("mfa_view_recovery_codes"))
    return key


def by_key_alone(key: SecurityKey, user: User, flags: FLAG = FLAG.UP | FLAG.UV) -> Client:
    client = Client()
    asked = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}, secure=True)
    proof = key.get(asked.json()["request_options"], user=user_pk_to_url_str(user), flags=flags)
    prove(client, "mfa_login_webauthn", {"credential": proof})
    return client


def is_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def test_a_curator_reaches_the_desk_by_passkey_alone(sana):
    assert by_password(sana).get(reverse("desk"), secure=True).headers["Location"] == reverse("mfa_index")
    key = add_key(sana)
    assert sana.authenticator_set.get(type="webauthn").wrap().name == "Blue key"
    assert OutboxMail.objects.get(subject="Security Key Added").recipient == sana.email
    assert by_key_alone(key, sana).get(reverse("desk"), secure=True).status_code == 200


def test_after_a_password_the_key_is_asked_for(sana):
    key = add_key(sana)
    client = by_password(sana)
    assert not is_in(client)
    page = client.get(reverse("mfa_authenticate"), secure=True)
    prove(client, "mfa_authenticate", {"credential": SecurityKey().get(options(page))})  # another key
    assert not is_in(client)
    page = client.get(reverse("mfa_authenticate"), secure=True)
    prove(client, "mfa_authenticate", {"credential": key.get(options(page))})
    assert client.get(reverse("desk"), secure=True).status_code == 200


def test_a_found_key_without_its_pin_opens_nothing(sana, ayesha):
    key = add_key(sana)
    assert not is_in(by_key_alone(key, sana, FLAG.UP))
    guessed = by_password(sana)
    page = guessed.get(reverse("mfa_authenticate"), secure=True)
    prove(guessed, "mfa_authenticate", {"credential": key.get(options(page), flags=FLAG.UP)})
    assert not is_in(guessed)
    add_key(ayesha)
    thief = by_password(ayesha)  # whose own sign-in waits for a key
    page = thief.get(reverse("mfa_authenticate"), secure=True)
    stolen = key.get(options(page), user=user_pk_to_url_str(sana), flags=FLAG.UP)
    prove(thief, "mfa_login_webauthn", {"credential": stolen})
    assert not is_in(thief)


def test_a_key_opens_only_its_own_account_and_a_proof_only_once(sana, ayesha):
    key = add_key(sana)
    add_key(ayesha)
    assert not is_in(by_key_alone(key, ayesha))
    client = Client()
    login = reverse("mfa_login_webauthn")
    asked = client.get(login, headers={"Accept": "application/json"}, secure=True)
    proof = {"credential": key.get(asked.json()["request_options"], user=user_pk_to_url_str(sana))}
    elsewhere = Client()
    elsewhere.get(login, headers={"Accept": "application/json"}, secure=True)
    prove(elsewhere, "mfa_login_webauthn", proof)
    assert not is_in(elsewhere)
    prove(client, "mfa_login_webauthn", proof)
    assert is_in(client)
    prove(client, "account_logout", {})
    prove(client, "mfa_login_webauthn", proof)
    assert not is_in(client)


@pytest.mark.parametrize("act", ["closed", "demo", "reset"])
def test_what_ends_an_account_or_its_factors_ends_its_keys(ayesha, sana, act, settings):
    key = add_key(ayesha)
    if act == "reset":
        closing.reset_factor(ayesha, reason="Lost phone and key.", by=sana, at=ayesha.date_joined)
        assert not Authenticator.objects.filter(user=ayesha).exists()
    else:
        User.objects.filter(pk=ayesha.pk).update(is_active=act != "closed", is_demo=act == "demo")
    assert not is_in(by_key_alone(key, ayesha))


def test_changing_keys_asks_for_a_key_and_never_for_the_password(sana):
    thief = by_password(sana)
    key = add_key(sana)
    (pk,) = sana.authenticator_set.filter(type="webauthn").values_list("pk", flat=True)
    by_key = reverse("mfa_reauthenticate_webauthn")
    pages = [
        reverse("mfa_add_webauthn"),
        *(reverse(f"mfa_{act}_webauthn", args=[pk]) for act in ("edit", "remove")),
    ]
    owner = by_key_alone(key, sana)
    session = owner.session
    session[PROOFS] = [{**proof, "at": proof["at"] - 3 * 86400} for proof in session[PROOFS]]
    session.save()
    assert thief.get(pages[0], secure=True).headers["Location"].startswith(reverse("account_login"))
    for page in pages:
        asked = owner.post(page, {"name": "mine"}, secure=True)
        assert asked.headers["Location"] == f"{by_key}?{urlencode({'next': page})}"
    prove(owner, "account_reauthenticate", {"password": PASSWORD})
    assert owner.post(pages[1], {"name": "mine"}, secure=True).headers["Location"].startswith(by_key)
    assert sana.authenticator_set.get(pk=pk).wrap().name == "Blue key"
    proof = {"credential": key.get(options(owner.get(by_key, secure=True)))}
    owner.post(f"{by_key}?{urlencode({'next': pages[2]})}", proof, secure=True)
    assert owner.post(pages[2], secure=True).headers["Location"] == reverse("mfa_list_webauthn")
    assert not sana.authenticator_set.exists()  # with the last key go the recovery codes


def test_keys_of_others_are_as_if_they_were_not(sana, ayesha):
    add_key(sana)
    key = add_key(ayesha)
    theirs = sana.authenticator_set.get(type="webauthn").pk
    client = by_key_alone(key, ayesha)
    page = client.get(reverse("mfa_reauthenticate_webauthn"), secure=True)
    prove(client, "mfa_reauthenticate_webauthn", {"credential": key.get(options(page))})
    for act in ("edit", "remove"):
        found = client.post(reverse(f"mfa_{act}_webauthn", args=[theirs]), {"name": "x"}, secure=True)
        assert found.status_code == 404
    assert "Blue key" in client.get(reverse("mfa_list_webauthn"), secure=True).content.decode()


MADE_UP = ("", "[]", "7", '"a"', "null", "{}", '{"response": 1}', '{"rawId": 5}')


def test_made_up_proofs_are_refused(sana):
    key = add_key(sana)
    client, waiting = Client(), by_password(sana)
    asked = client.get(reverse("mfa_login_webauthn"), headers={"Accept": "application/json"}, secure=True)
    proof = json.loads(key.get(asked.json()["request_options"], user=user_pk_to_url_str(sana)))
    numbers = json.dumps({**proof, "response": dict.fromkeys(proof["response"], 5)})
    waiting.get(reverse("mfa_authenticate"), secure=True)
    for sent in (*MADE_UP, numbers):
        cache.clear()
        assert prove(client, "mfa_login_webauthn", {"credential": sent}).status_code == 302
        assert prove(waiting, "mfa_authenticate", {"credential": sent}).status_code == 200
    assert not is_in(client)
    assert not is_in(waiting)
