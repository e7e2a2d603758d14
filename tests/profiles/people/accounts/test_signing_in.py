"""Passwords, the second factor, and how long a session lasts."""

from typing import Any
from urllib.parse import urlencode

import pytest
from allauth.account.authentication import AUTHENTICATION_METHODS_SESSION_KEY as PROOFS
from allauth.mfa import app_settings
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import (
    TOTP,
    format_hotp_value,
    generate_totp_secret,
    hotp_value,
    yield_hotp_counters_from_time,
)
from django.conf import global_settings, settings
from django.contrib.auth import SESSION_KEY
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker import settings as product
from profiles.choices import Role
from profiles.models import Sector, User
from profiles.people.accounts.kinds import CODE_LIMIT
from profiles.platform.limits.services import LIMITS, Kind, Limit
from tests.factories import PASSWORD


@pytest.mark.parametrize(("password", "fits"), [
    ("short-9ch", False), ("password123", False), ("1q2w3e4r5t", False), ("qwertyuiop", False),
    ("ayesha@example.com", False), ("ten letters", True), ("只有十个字的一句密码吧", True),
    ("آبپاشی کے لیے پانی", True), ("1111 2222 3333", True),
    ("x" * 30 + " and much more " + "y" * 30, True),
])  # fmt: skip
def test_what_is_a_password(password, fits):
    """Ten characters or more, of any kind; nothing that is common or the address itself."""
    try:
        validate_password(password, User(email="ayesha@example.com"))
    except ValidationError:
        assert not fits
    else:
        assert fits


def test_they_are_kept_as_slow_hashes(settings):
    """By Django's own choice: the product names no hasher, only the tests do."""
    assert not hasattr(product, "PASSWORD_HASHERS")
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    assert identify_hasher(make_password("a-long-enough-pass-phrase")).algorithm == "pbkdf2_sha256"
    assert PBKDF2PasswordHasher.iterations >= 600_000


def test_managers_may_fill_it_in(client):
    body = client.get(reverse("account_login")).content.decode()
    (field,) = [tag for tag in body.split("<input") if 'type="password"' in tag]
    assert 'autocomplete="current-password"' in field
    assert "paste" not in body


pytestmark = pytest.mark.django_db


def answer(response: Any) -> tuple[int, str]:
    """Return a redirect's status and target."""
    return response.status_code, response.headers["Location"]


@pytest.mark.attack
class TestSecondFactor:
    """Outside the demo neither the desk nor the admin opens without it."""

    @pytest.fixture(autouse=True)
    def _no_limits_used_up(self):
        cache.clear()

    @pytest.fixture
    def live(self, settings):
        settings.DEMO = False
        assert app_settings.TOTP_PERIOD == 30
        settings.MFA_TOTP_PERIOD = 86400  # no test depends on the second in which it runs

    def give_factor(self, user: User) -> str:
        secret = generate_totp_secret()
        TOTP.activate(user, secret)
        return secret

    def code(self, secret: str) -> str:
        cache.clear()  # a code is good once
        return format_hotp_value(hotp_value(secret, next(iter(yield_hotp_counters_from_time()))))

    def sign_in(self, user: User, secret: str = "") -> Client:
        """Sign in as people do: by password, and by code where the account asks for one."""
        client = Client()
        client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
        if secret:
            client.post(reverse("mfa_authenticate"), {"code": self.code(secret)})
        assert SESSION_KEY in client.session
        return client

    def days_later(self, client: Client) -> None:
        """Let three days pass for a session."""
        session = client.session
        session[PROOFS] = [{**proof, "at": proof["at"] - 3 * 86400} for proof in session[PROOFS]]
        session.save()

    def asked(self, page: str, name: str = "mfa_reauthenticate") -> tuple[int, str]:
        return 302, f"{reverse(name)}?{urlencode({'next': page})}"

    def test_a_curator_sets_it_up_first(self, live, sana):
        assert answer(self.sign_in(sana).get(reverse("desk"))) == (302, reverse("mfa_index"))
        secret = self.give_factor(sana)
        assert self.sign_in(sana, secret).get(reverse("desk")).status_code == 200

    def test_what_another_session_set_up_does_not_open_this_one(self, live, sana):
        desk = reverse("desk")
        by_password = self.sign_in(sana)
        secret = self.give_factor(sana)
        assert answer(by_password.get(desk)) == self.asked(desk)
        wrong = by_password.post(self.asked(desk)[1], {"code": "000000"})
        assert (wrong.status_code, by_password.get(desk).status_code) == (200, 302)
        given = by_password.post(self.asked(desk)[1], {"code": self.code(secret)})
        assert answer(given) == (302, desk)
        assert by_password.get(desk).status_code == 200

    @pytest.mark.django_db(transaction=True)
    def test_setting_it_up_ends_every_other_session(self, live, sana):
        page, other, here = reverse("mfa_activate_totp"), self.sign_in(sana), self.sign_in(sana)
        assert answer(here.get(page)) == self.asked(page, "account_reauthenticate")
        here.post(self.asked(page, "account_reauthenticate")[1], {"password": PASSWORD})
        code = self.code(here.get(page).context["form"].secret)
        assert answer(here.post(page, {"code": code})) == (302, reverse("mfa_view_recovery_codes"))
        assert SESSION_KEY in here.session
        assert here.get(reverse("home")).wsgi_request.user == sana
        assert answer(other.get(page)) == (302, f"{reverse('account_login')}?{urlencode({'next': page})}")

    @pytest.mark.parametrize("name", ["deactivate_totp", "generate_recovery_codes", "view_recovery_codes"])
    def test_a_password_alone_neither_removes_it_nor_makes_codes(self, live, sana, name):
        thief = self.sign_in(sana)
        secret, page, by_password = self.give_factor(sana), reverse(f"mfa_{name}"), "account_reauthenticate"
        codes = RecoveryCodes.activate(sana).get_unused_codes()
        factors = list(sana.authenticator_set.order_by("pk").values_list("pk", "type"))
        for method in (thief.get, thief.post) if name != "view_recovery_codes" else (thief.get,):
            assert answer(method(page)) == self.asked(page)
        assert answer(thief.post(self.asked(page, by_password)[1], {"password": PASSWORD})) == self.asked(
            page
        )
        assert answer(thief.get(page)) == self.asked(page)
        assert list(sana.authenticator_set.order_by("pk").values_list("pk", "type")) == factors
        for recovery_code in (codes[0], ""):
            owner = self.sign_in(sana, secret)
            self.days_later(owner)
            assert answer(owner.get(page)) == self.asked(page)
            proof = {"code": recovery_code or self.code(secret)}
            assert answer(owner.post(self.asked(page)[1], proof)) == (302, page)
            assert owner.get(page).status_code == 200

    @pytest.mark.parametrize("page", ["mfa_authenticate", "mfa_reauthenticate"])
    def test_guessing_codes_ends_within_a_day(self, live, sana, monkeypatch, page):
        assert LIMITS[CODE_LIMIT][Kind.ACCOUNT] == Limit(30, 2)
        monkeypatch.setitem(LIMITS, CODE_LIMIT, {Kind.ACCOUNT: Limit(4, 2)})
        thief = self.sign_in(sana)
        secret = self.give_factor(sana)
        if page == "mfa_authenticate":
            thief = Client()
            thief.post(reverse("account_login"), {"login": sana.email, "password": PASSWORD})
        for _guess in range(4):
            cache.clear()  # the minutes that allauth counts go by
            thief.post(reverse(page), {"code": "000000"})
        answer = thief.post(reverse(page), {"code": self.code(secret)})
        assert "Too many actions in a short time." in str(answer.context["form"].errors["code"])

    def test_a_session_alone_changes_no_address(self, live, ayesha):
        client, page = self.sign_in(ayesha), reverse("account_email")
        new = {"email": "thief@example.com", "action_add": ""}
        assert answer(client.post(page, new)) == self.asked(page, "account_reauthenticate")
        assert [one.email for one in ayesha.emailaddress_set.all()] == [ayesha.email]
        client.post(self.asked(page, "account_reauthenticate")[1], {"password": PASSWORD})
        assert ayesha.emailaddress_set.count() == 2

    def test_a_first_operator_signs_in_without_an_email_and_sets_it_up(self, live):
        operator = User.objects.create_superuser("root@example.com", PASSWORD)
        client, index = self.sign_in(operator), reverse("admin:index")
        to_login = client.get(index).headers["Location"]
        assert answer(client.get(to_login)) == (302, reverse("mfa_index"))
        secret = self.give_factor(operator)
        assert answer(client.get(to_login)) == self.asked(to_login)
        back = client.post(self.asked(to_login)[1], {"code": self.code(secret)}, follow=True)
        assert (back.request["PATH_INFO"], back.status_code) == (index, 200)

    def test_an_old_session_exports_nothing_before_a_fresh_proof(self, live, sana):
        secret, export = self.give_factor(sana), reverse("audit_export")
        client = self.sign_in(sana, secret)
        assert client.get(export).status_code == 200
        self.days_later(client)
        assert client.get(reverse("desk")).status_code == 200
        assert answer(client.get(export)) == self.asked(export)
        of_two_records = reverse("duplicate_merge", args=["startup", "0" * 12, "1" * 12])
        for merging in (of_two_records, reverse("merge_undo", args=[1])):
            assert answer(client.post(merging)) == self.asked(merging)
        assert answer(client.post(self.asked(export)[1], {"code": self.code(secret)})) == (302, export)
        assert client.get(export).status_code == 200

    def test_what_was_posted_is_done_after_the_proof(self, live, sana):
        into, source = Sector.objects.filter(parent=None, is_active=True).order_by("code")[:2]
        secret, page = self.give_factor(sana), reverse("sector_merge", args=[source.code])
        client = self.sign_in(sana, secret)
        self.days_later(client)
        assert answer(client.post(page, {"other": into.code})) == self.asked(page)
        source.refresh_from_db()
        assert source.is_active
        done = client.post(self.asked(page)[1], {"code": self.code(secret)})
        assert answer(done) == (302, reverse("taxonomy_changes"))
        source.refresh_from_db()
        assert source.merged_into == into

    def test_an_old_session_gives_no_role(self, live, ayesha):
        operator = User.objects.create_superuser("root@example.com", PASSWORD)
        secret, page = self.give_factor(operator), reverse("admin:profiles_user_change", args=[ayesha.pk])
        client = self.sign_in(operator, secret)
        self.days_later(client)
        assert client.get(page).status_code == 200
        assert answer(client.post(page, {"role": Role.CURATOR})) == self.asked(page)

    def test_an_old_session_applies_no_weights_and_neither_imports_nor_takes_back(self, live, sana):
        client = self.sign_in(sana, self.give_factor(sana))
        self.days_later(client)
        acts = ("learned_apply", "weights_roll_back", "import_start", "import_undo", "import_discard")
        for page in (reverse("weights_apply"), *(reverse(name, args=[1]) for name in acts)):
            assert answer(client.post(page)) == self.asked(page)

    def test_the_admin_has_no_sign_in_of_its_own(self, client):
        page = reverse("admin:login")
        status, target = answer(client.post(page, {"username": "a", "password": "b"}))
        assert (status, target.partition("?")[0]) == (302, reverse("account_login"))


@pytest.mark.parametrize(
    ("key", "status"), [(r'"\000\000\000\000made up"', 400), ('"; DROP TABLE"', 302), ("x" * 3000, 302)]
)
def test_a_made_up_session_is_nobodys(client, key, status):
    answer = client.get("/home/", headers={"Cookie": f"{settings.SESSION_COOKIE_NAME}={key}"})

    assert answer.status_code == status


def test_who_was_signed_in_too_long_ago_signs_in_again(client, ayesha):
    client.force_login(ayesha)
    assert client.get("/home/").status_code == 200

    Session.objects.update(expire_date=timezone.now())

    answer = client.get("/home/")
    assert (answer.status_code, answer["Location"]) == (302, "/accounts/login/?next=/home/")
