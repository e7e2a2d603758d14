"""Signing in with an account elsewhere, against an OpenID Connect provider that runs here."""

from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as PROOFS
from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from allauth.socialaccount.models import SocialAccount, SocialToken
from allauth.socialaccount.providers.weixin.views import WeixinOAuth2Adapter
from django.contrib.auth import SESSION_KEY
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ImproperlyConfigured
from django.http import HttpResponse
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker import settings as product
from matchmaker.portal.own_data.selectors import copy_for
from matchmaker.portal.own_data.services import erase_account
from profiles.models import OutboxMail, User
from profiles.people.accounts.services import closing
from tests.factories import PASSWORD
from tests.mails import delivered
from tests.openid_provider import CLIENT, SECRET, offered, running

pytestmark = [pytest.mark.django_db, pytest.mark.attack]
LOGIN = reverse("openid_connect_login", args=["organisation"])
SIGN_UP, CONNECTIONS = reverse("socialaccount_signup"), reverse("socialaccount_connections")
MARYAM = {"sub": "m-1", "name": "Maryam  Aziz", "email": "maryam@uni.example", "email_verified": True}


@pytest.fixture(scope="module")
def _server():
    with running() as server:
        yield server


@pytest.fixture
def provider(_server, monkeypatch, settings):
    """A university that the operator has set as a way to sign in, where Maryam is signed in."""
    cache.clear()
    _server.forget()
    _server.person = dict(MARYAM)
    settings.DEMO = False
    said = f"{_server.address} {CLIENT} {SECRET} uni.example,alumni.example University of Examples"
    monkeypatch.setenv("SIGN_IN_OIDC", said)
    offered(monkeypatch, settings, "organisation", "SIGN_IN_OIDC")
    return _server


def go(client: Client, *, process: str = "login") -> HttpResponse:
    """Press the button, go to the provider, and come back."""
    there = client.post(LOGIN, {"process": process})
    back = requests.get(there.headers["Location"], allow_redirects=False, timeout=5).headers["Location"]
    return client.get(back.removeprefix("http://testserver"))


def sign_up(client: Client, **changes: str) -> HttpResponse:
    typed = {"role": "startup", "full_name": "Maryam Aziz", "email": MARYAM["email"], **changes}
    return client.post(SIGN_UP, typed)


def joined(**changes: str) -> tuple[Client, User]:
    """Let Maryam come from the provider and sign up."""
    client = Client()
    assert go(client).headers["Location"] == SIGN_UP
    assert sign_up(client, **changes).status_code == 302
    return client, User.objects.get(full_name="Maryam Aziz")


def by_password(user: User) -> Client:
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    return client


def connect(user: User) -> Client:
    """Let a person sign in, prove who it is, and connect its account with the provider."""
    client = by_password(user)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert go(client, process="connect").headers["Location"] == CONNECTIONS
    return client


def is_in(client: Client) -> bool:
    return SESSION_KEY in client.session


def titles(response: HttpResponse) -> str:
    return response.content.decode()


def test_who_is_new_says_side_and_name_and_comes_back_without_a_password(provider):
    client = Client()
    client.get(f"{reverse('account_signup')}?role=investor")
    assert go(client).headers["Location"] == SIGN_UP
    assert "for-this-test" not in str([row.get_decoded() for row in Session.objects.all()])
    begun = client.get(SIGN_UP).context["form"].initial
    assert (begun["role"], begun["full_name"], begun["email"]) == ("investor", "Maryam Aziz", MARYAM["email"])
    assert sign_up(client, role="curator").status_code == 200
    assert not User.objects.filter(email=MARYAM["email"]).exists()
    sign_up(client, role="investor")
    user = User.objects.get(email=MARYAM["email"])
    assert (user.role, user.full_name) == ("investor", "Maryam Aziz")
    assert (user.has_usable_password(), is_in(client)) == (False, True)
    assert EmailAddress.objects.get(user=user).verified
    again = Client()
    go(again)
    assert again.get(reverse("home")).wsgi_request.user == user
    assert not SocialToken.objects.exists()
    assert "for-this-test" not in str(SocialAccount.objects.values())


@pytest.mark.parametrize(
    "person", [{"email_verified": False}, {"email_verified": "true"}, {"email": "maryam@elsewhere.example"}]
)
def test_an_address_that_is_not_theirs_or_not_confirmed_is_confirmed_by_mail(provider, person):
    """An organisation can speak for its own domains, not for everyone's."""
    provider.person |= person
    client, user = joined(email=provider.person["email"])
    assert (is_in(client), EmailAddress.objects.get(user=user).verified) == (False, False)
    assert OutboxMail.objects.filter(recipient=user.email, kind="confirmation").exists()


def test_another_address_than_the_provider_knows_is_the_only_one(provider):
    client, user = joined(email="private@example.com")
    assert [(row.email, row.verified) for row in EmailAddress.objects.filter(user=user)] == [
        ("private@example.com", False)
    ]
    assert not is_in(client)


def test_a_victims_address_opens_nothing(provider, ayesha):
    provider.person["email"] = ayesha.email
    client, users = Client(), User.objects.count()
    assert go(client).headers["Location"] == SIGN_UP
    answer = sign_up(client, email=ayesha.email)
    assert answer.headers["Location"] == reverse("account_email_verification_sent")
    assert (is_in(client), User.objects.count(), SocialAccount.objects.count()) == (False, users, 0)
    assert OutboxMail.objects.get(recipient=ayesha.email).kind == "account_exists"
    other, _user = joined(email="own@example.com")
    assert not EmailAddress.objects.filter(email=ayesha.email).exclude(user=ayesha).exists()
    assert not is_in(other)


def test_who_has_an_account_connects_it_with_a_fresh_proof_and_reads_of_it(provider, ayesha):
    client = by_password(ayesha)
    session = client.session
    session[PROOFS] = [{**proof, "at": proof["at"] - 86400} for proof in session[PROOFS]]
    session.save()
    assert go(client, process="connect").headers["Location"] == reverse("account_reauthenticate")
    assert not SocialAccount.objects.exists()
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert SocialAccount.objects.get().user == ayesha
    (mail,) = OutboxMail.objects.filter(recipient=ayesha.email, kind="security_notice")
    assert "University of Examples" in mail.body
    elsewhere = Client()
    go(elsewhere)
    assert is_in(elsewhere)
    assert "University of Examples" in titles(client.get(CONNECTIONS))
    assert client.post(CONNECTIONS, {"account": SocialAccount.objects.get().pk}).status_code == 302
    assert not SocialAccount.objects.exists()


def test_one_account_elsewhere_belongs_to_one_person(provider, ayesha, li_wei):
    connect(ayesha)
    client = by_password(li_wei)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    go(client, process="connect")
    assert SocialAccount.objects.get().user == ayesha
    theirs = {"account": SocialAccount.objects.get().pk}
    assert client.post(CONNECTIONS, theirs).status_code == 200
    assert SocialAccount.objects.exists()


def test_the_last_way_in_stays_until_there_is_a_password(provider):
    client, user = joined()
    account = {"account": SocialAccount.objects.get(user=user).pk}
    assert "Your account has no password set up." in titles(client.post(CONNECTIONS, account))
    client.post(reverse("account_set_password"), {"password1": "a quiet river", "password2": "a quiet river"})
    assert User.objects.get(pk=user.pk).has_usable_password()


def test_without_a_password_a_new_sign_in_is_the_proof(provider):
    client, user = joined()
    for page in ("account_email", "mfa_add_webauthn", "account_set_password", "account_delete"):
        session = client.session
        session[PROOFS] = [{**proof, "at": proof["at"] - 86400} for proof in session[PROOFS]]
        session.save()
        asked = client.post(reverse(page), {"email": "thief@example.com", "action_add": ""})
        assert asked.headers["Location"].startswith(reverse("account_login"))
        assert not is_in(client)
        go(client)
    assert client.get(reverse("mfa_add_webauthn")).status_code == 200
    assert EmailAddress.objects.filter(user=user).count() == 1


def test_a_curator_gives_the_second_factor_all_the_same(provider, sana):
    connect(sana)
    TOTP.activate(sana, generate_totp_secret())
    client = Client()
    assert go(client).headers["Location"] == reverse("mfa_authenticate")
    assert not is_in(client)


@pytest.mark.parametrize("state", ["closed", "demo"])
def test_a_closed_account_and_one_of_the_demonstration_stay_shut(provider, ayesha, state):
    connect(ayesha)
    User.objects.filter(pk=ayesha.pk).update(is_active=state != "closed", is_demo=state == "demo")
    client = Client()
    assert go(client).headers["Location"] == reverse("account_inactive")
    assert not is_in(client)


def test_nothing_is_connected_to_an_account_whose_password_is_public(provider, settings, ayesha):
    settings.DEMO = True
    User.objects.filter(pk=ayesha.pk).update(is_demo=True)
    client = by_password(ayesha)
    client.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    assert go(client, process="connect").headers["Location"] == reverse("socialaccount_login_error")
    assert not SocialAccount.objects.exists()


def test_a_curator_can_open_again_who_never_had_a_password(provider, sana):
    _client, user = joined()
    moment = timezone.now()
    closing.close(user, reason="Asked for.", by=sana, at=moment)
    closing.reopen(user, reason="Asked for.", by=sana, at=moment)
    client = Client()
    go(client)
    assert is_in(client)


def test_the_copy_names_the_connection_and_erasure_ends_it(provider):
    _client, user = joined()
    assert "m-1" in str(copy_for(user))
    erase_account(user, at=timezone.now())
    assert not SocialAccount.objects.exists()


VICTIM = "victim@example.com"


def link_to(email: str, page: str) -> str:
    """Return the link in the newest mail to an address that leads to this page of accounts."""
    bodies = [mail.body for mail in delivered() if mail.to == [email] and f"/accounts/{page}/" in mail.body]
    return "/accounts/" + bodies[-1].partition("/accounts/")[2].split()[0]


def confirm(client: Client, email: str) -> HttpResponse:
    return client.post(link_to(email, "confirm-email"))


def choose_password(client: Client, email: str) -> None:
    client.post(reverse("account_reset_password"), {"email": email})
    there = client.get(link_to(email, "password/reset")).headers["Location"]
    assert client.post(there, {"password1": PASSWORD, "password2": PASSWORD}).status_code == 302


@pytest.mark.parametrize("acts", ["confirm", "reset", "reset confirm", "confirm reset"])
def test_who_states_a_victims_address_is_out_once_its_owner_proves_it(provider, acts):
    """The account is the one of the mailbox's owner; whoever opened it with an account elsewhere is not."""
    thief, user = joined(email=VICTIM)
    TOTP.activate(user, generate_totp_secret())
    owner = Client()
    for act in acts.split():
        {"confirm": confirm, "reset": choose_password}[act](owner, VICTIM)
    assert not SocialAccount.objects.exists()
    assert not Authenticator.objects.exists()
    for client in (thief, Client()):
        client.get(reverse("account_email_verification_sent"))
        assert (go(client).headers["Location"], is_in(client)) == (SIGN_UP, False)
    if "reset" in acts:
        owner.post(reverse("account_login"), {"login": VICTIM, "password": PASSWORD})
        if acts == "reset":
            confirm(owner, VICTIM)
        owner.post(reverse("account_login"), {"login": VICTIM, "password": PASSWORD})
        assert owner.get(reverse("home")).wsgi_request.user == user


def test_who_confirms_in_the_browser_that_signed_up_is_in_and_stays_connected(provider):
    client, user = joined(email="private@example.com")
    confirm(client, user.email)
    assert is_in(client)
    again = Client()
    go(again)
    assert again.get(reverse("home")).wsgi_request.user == user


def test_who_confirms_in_another_browser_reads_how_to_sign_in(provider):
    joined(email="private@example.com")
    page = Client().post(link_to("private@example.com", "confirm-email"), follow=True)
    assert "To sign in, ask for an email with a link to choose a password." in titles(page)


def test_a_second_address_that_is_confirmed_elsewhere_ends_nothing(provider):
    client, user = joined()
    client.post(reverse("account_email"), {"email": "second@example.com", "action_add": ""})
    confirm(Client(), "second@example.com")
    assert EmailAddress.objects.filter(user=user, verified=True).count() == 2
    assert SocialAccount.objects.get().user == user
    assert is_in(client)


def test_the_first_password_by_mail_ends_the_connection_but_no_factor(provider):
    """Whoever reads the mails of an account does not get around its second factor."""
    client, user = joined()
    TOTP.activate(user, generate_totp_secret())
    reader = Client()
    choose_password(reader, user.email)
    assert not SocialAccount.objects.exists()
    assert client.get(reverse("account_settings")).status_code == 302
    asked = reader.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    assert asked.headers["Location"] == reverse("mfa_authenticate")


def test_a_later_password_by_mail_leaves_the_connection(provider, ayesha):
    connect(ayesha)
    choose_password(Client(), ayesha.email)
    assert SocialAccount.objects.get().user == ayesha


@pytest.mark.parametrize(
    "answer", ["state", "code", "issuer", "audience", "expired", "another", "none", "down"]
)
def test_an_answer_that_was_not_asked_for_signs_nobody_in(provider, ayesha, answer):
    connect(ayesha)
    victim, thief = Client(), Client()
    started = [client.post(LOGIN, {"process": "login"}).headers["Location"] for client in (victim, thief)]
    provider.id_token = {
        "issuer": {"iss": "https://evil.example"},
        "audience": {"aud": "another site"},
        "expired": {"exp": 1},
        "another": {"sub": "m-2"},
        "none": {"sub": None},
    }.get(answer, {})
    if answer == "none":
        provider.userinfo = {"sub": None}
    backs = [requests.get(url, allow_redirects=False, timeout=5).headers["Location"] for url in started]
    codes = [parse_qs(urlsplit(url).query)["code"][0] for url in backs]
    back = backs[0].removeprefix("http://testserver")
    if answer == "state":
        back = backs[1].removeprefix("http://testserver")  # begun in another browser
    if answer == "code":
        back = back.replace(codes[0], codes[1])  # of another browser: PKCE
    provider.is_down = answer == "down"
    refused = victim.get(back)
    assert (refused.status_code, is_in(victim)) in ((401, False), (302, False))
    assert victim.get(reverse("socialaccount_login_error")).status_code == 401


def test_a_provider_that_fails_breaks_no_page(provider):
    provider.is_down = True
    assert Client().post(LOGIN).headers["Location"] == reverse("socialaccount_login_error")


def test_forms_may_lead_to_exactly_what_is_set_and_nothing_is_asked_before_a_click(provider, settings):
    page = Client().get(reverse("account_login"))
    assert "Continue with University of Examples" in titles(page)
    assert "Continue with" not in titles(Client().get(reverse("account_email_verification_sent")))
    assert [provider.address] == product.SIGN_IN_ORIGINS
    assert product.CONTENT_SECURITY_POLICY["DIRECTIVES"]["form-action"] == [
        "'self'"
    ]  # none is set in the tests
    assert provider.asked == []
    settings.SIGN_IN_WAYS, settings.SOCIALACCOUNT_PROVIDERS = [], {}
    assert "Continue with" not in titles(Client().get(reverse("account_login")))
    assert Client().post(LOGIN).status_code == 404


def test_wechat_knows_a_person_and_no_address(provider, monkeypatch, settings):
    monkeypatch.setenv("SIGN_IN_WECHAT", f"{CLIENT} {SECRET}")
    offered(monkeypatch, settings, "weixin", "SIGN_IN_WECHAT", "https://open.weixin.qq.com")
    settings.SOCIALACCOUNT_PROVIDERS["weixin"]["AUTHORIZE_URL"] = f"{provider.address}/authorize"
    for name in ("access_token_url", "profile_url"):
        there = getattr(WeixinOAuth2Adapter, name).replace("https://api.weixin.qq.com", provider.address)
        monkeypatch.setattr(WeixinOAuth2Adapter, name, there)
    provider.person = {"sub": "wx-1", "name": "李伟"}
    client = Client()
    there = client.post(reverse("weixin_login")).headers["Location"].partition("#")[0]
    back = requests.get(there, allow_redirects=False, timeout=5).headers["Location"]
    assert client.get(back.removeprefix("http://testserver")).headers["Location"] == SIGN_UP
    begun = client.get(SIGN_UP).context["form"].initial
    assert (begun["full_name"], begun["email"]) == ("李伟", "")
    sign_up(client, role="investor", full_name="李伟", email="li@example.com")
    assert SocialAccount.objects.get(provider="weixin", uid="wx-1").user.email == "li@example.com"
    assert not EmailAddress.objects.get(email="li@example.com").verified
    assert not is_in(client)


GOOGLE, LINKEDIN = "https://accounts.google.com", "https://www.linkedin.com/oauth"
OF_UNIVERSITY = "https://id.example/a id secret x.example A University"


@pytest.mark.parametrize(
    ("code", "value", "server", "origin"),
    [
        ("google", "id secret", GOOGLE, GOOGLE),
        ("linkedin", "id secret", LINKEDIN, "https://www.linkedin.com"),
        ("organisation", OF_UNIVERSITY, "", "https://id.example"),
        ("organisation", "id secret", "", None),
        ("organisation", OF_UNIVERSITY.replace("https", "http"), "", None),
        ("google", "id", GOOGLE, None),
    ],
)
def test_the_settings_say_so_where_they_are_wrong(monkeypatch, settings, code, value, server, origin):
    monkeypatch.setenv("SIGN_IN_TRIED", value)
    monkeypatch.setattr(product, "DEMO", False)
    if origin is None:
        with pytest.raises(ImproperlyConfigured):
            offered(monkeypatch, settings, code, "SIGN_IN_TRIED", server)
    else:
        offered(monkeypatch, settings, code, "SIGN_IN_TRIED", server)
        assert [origin] == product.SIGN_IN_ORIGINS
