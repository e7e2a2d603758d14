"""Accounts: role first, confirmed address, one answer for known and unknown, second factor."""

import re
from datetime import UTC, datetime
from typing import Any

import pytest
from django.core.cache import cache
from django.core.mail import EmailMessage
from django.core.mail.backends.filebased import EmailBackend
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from profiles.choices import JoinAs, Role, Side
from profiles.companies.steps.services import create_company
from profiles.integrations.mail_files import stored
from profiles.models import AuditRecord, OutboxMail, Startup, User
from profiles.people.accounts.kinds import SIGN_IN_LIMIT
from profiles.people.accounts.services import accounts
from profiles.platform.limits.services import LIMITS, Kind, Limit
from profiles.refusals import RefusedError
from tests.factories import PASSWORD, make_user
from tests.mails import delivered

pytestmark = pytest.mark.django_db

LONG = "a-long-enough-pass-phrase"
SIGN_UP = {
    "role": "startup",
    "full_name": "Ayesha Khan",
    "email": "ayesha@example.com",
    "password1": LONG,
    "password2": LONG,
}


@pytest.fixture(autouse=True)
def _no_limits_used_up():
    cache.clear()


def sign_up(client: Client, **fields: str) -> Any:
    return client.post(reverse("account_signup"), {**SIGN_UP, **fields})


def link_in(message: EmailMessage) -> str:
    found = re.search(r"https?://[^/\s]+(/\S+)", str(message.body))
    assert found
    return found[1]


def answer(response: Any) -> tuple[int, str]:
    return response.status_code, response.headers.get("Location", "")


class TestRoleFirst:
    def test_sign_up_without_a_role_asks_for_it(self, client):
        assert answer(client.get(reverse("account_signup"))) == (302, reverse("join"))

    def test_only_the_two_sides_can_be_chosen(self, client):
        for role in ("curator", "admin", "", "STARTUP"):
            assert answer(client.get(reverse("account_signup"), {"role": role})) == (302, reverse("join"))
            assert sign_up(client, role=role).status_code == 200
            assert User.objects.count() == 0

    @pytest.mark.parametrize("role", [Role.STARTUP, Role.INVESTOR])
    def test_the_role_is_kept(self, client, role):
        sign_up(client, role=role, is_superuser="on", is_staff="on")
        user = User.objects.get()
        assert (user.role, user.full_name) == (role, "Ayesha Khan")
        assert (user.is_staff, user.is_superuser) == (False, False)
        assert AuditRecord.objects.get(action="signed_up").subject == f"user:{user.pk}"

    def test_a_name_cannot_hide_its_direction(self, client):
        response = sign_up(client, full_name="Ayesha \u202eKhan")
        assert list(response.context["form"].errors) == ["full_name"]

    def test_the_rules_of_a_password_stand_there_and_all_that_fail_are_named_at_once(self, client):
        asked = client.get(reverse("account_signup"), {"role": "startup"}).text
        for rule in ("too similar", "at least 10 characters", "commonly used"):
            assert rule in asked
        errors = sign_up(client, password1="password", password2="passwort").context["form"].errors
        assert {name: len(errors[name]) for name in errors} == {"password1": 2, "password2": 1}


class TestConfirmation:
    def test_the_address_is_confirmed_then_the_profile_opens(self, client):
        assert answer(sign_up(client)) == (302, reverse("account_email_verification_sent"))
        assert answer(client.get(reverse("home"))) == (302, f"{reverse('account_login')}?next=/home/")
        link = link_in(delivered()[0])
        assert answer(client.post(link)) == (302, reverse("home"))
        assert answer(client.get(reverse("home"))) == (302, reverse("company_start"))

    def test_the_mail_comes_from_the_product(self, client):
        sign_up(client)
        body = str(delivered()[0].body)
        assert body.splitlines()[-1].startswith("Corridor · ")
        assert "Ayesha Khan" not in body  # a stranger's words in a stranger's mailbox

    def test_reading_the_link_changes_nothing(self, client):
        sign_up(client)
        client.get(link_in(delivered()[0]))
        assert not User.objects.get().emailaddress_set.get().verified

    def test_the_link_signs_nobody_in_elsewhere_and_speaks_the_language_of_the_account(self, client):
        client.cookies["django_language"] = "ur"
        sign_up(client)
        elsewhere, link = Client(headers={"accept-language": "zh-hans"}), link_in(delivered()[0])
        assert '<html lang="ur" dir="rtl"' in elsewhere.get(link).text
        page = elsewhere.post(link, follow=True).text
        assert "_auth_user_id" not in elsewhere.session
        assert '<html lang="ur" dir="rtl"' in page

    def test_a_forgotten_password_is_replaced_in_the_language_of_the_account(self, client):
        make_user("known@example.com", Role.STARTUP, language="ur")
        client.post(reverse("account_reset_password"), {"email": "known@example.com"})
        elsewhere = Client(headers={"accept-language": "zh-hans"})
        form = elsewhere.get(link_in(delivered()[0]), follow=True)
        assert '<html lang="ur" dir="rtl"' in form.text
        address = form.redirect_chain[-1][0]
        refused = elsewhere.post(address, {"password1": "short", "password2": "short"}).text
        assert "حروف" in refused
        assert "字符" not in refused
        assert (
            '<html lang="ur"'
            in elsewhere.post(address, {"password1": LONG, "password2": LONG}, follow=True).text
        )


@pytest.mark.attack
class TestNoEnumeration:
    """Known and unknown addresses get the same answer and the same number of mails."""

    def test_sign_up(self, client):
        make_user("known@example.com", Role.STARTUP)
        known = sign_up(client, email="known@example.com")
        unknown = sign_up(Client(), email="unknown@example.com")
        assert answer(known) == answer(unknown)
        assert [m.to for m in delivered()] == [["known@example.com"], ["unknown@example.com"]]

    def test_reset(self, client):
        make_user("known@example.com", Role.STARTUP)
        page = reverse("account_reset_password")
        answers = {answer(client.post(page, {"email": f"{who}@example.com"})) for who in ("known", "unknown")}
        assert answers == {(302, reverse("account_reset_password_done"))}
        assert len(delivered()) == 2

    def test_neither_asks_a_mail_server(self, client, settings):
        settings.EMAIL_BACKEND = "tests.mails.DeadServer"
        make_user("known@example.com", Role.STARTUP)
        for who in ("known", "unknown"):
            sign_up(Client(), email=f"{who}@example.com")
            client.post(reverse("account_reset_password"), {"email": f"{who}-2@example.com"})
        kinds = list(OutboxMail.objects.order_by("pk").values_list("kind", flat=True))
        assert kinds == ["account_exists", "unknown_account", "confirmation", "unknown_account"]

    def test_an_account_is_written_to_in_its_own_language(self, client):
        make_user("known@example.com", Role.STARTUP, language="zh-hans")
        client.post(reverse("account_reset_password"), {"email": "known@example.com"})
        assert OutboxMail.objects.get().subject == "设置新密码"

    def test_sign_in(self, client):
        make_user("known@example.com", Role.STARTUP)
        page = reverse("account_login")
        errors = [
            client.post(page, {"login": f"{who}@example.com", "password": "wrong"}).context["form"].errors
            for who in ("known", "unknown")
        ]
        assert errors[0] == errors[1]


@pytest.mark.attack
class TestLimits:
    def test_guessing_a_password_ends_after_five_tries_for_every_process(self, client):
        make_user("known@example.com", Role.STARTUP)
        for _n in range(5):
            client.post(reverse("account_login"), {"login": "known@example.com", "password": "wrong"})
        right = {"login": "known@example.com", "password": PASSWORD}
        response = Client().post(reverse("account_login"), right)
        assert response.context["form"].non_field_errors() == [
            "Too many failed login attempts. Try again later."
        ]

    @pytest.mark.parametrize(
        ("guesser", "owner", "enters"),
        [
            ("203.0.113.7", "198.51.100.9", True),
            ("203.0.113.7", "203.0.113.200", False),  # the same /24
            ("2001:db8:0:1::7", "2001:db8:0:2::7", True),
            ("2001:db8:0:1::7", "2001:db8:0:1:ffff::1", False),  # the same /64
            ("::ffff:203.0.113.7", "203.0.113.8", False),
        ],
    )
    def test_guesses_from_elsewhere_do_not_lock_the_owner_out(self, guesser, owner, enters):
        user, page = make_user("known@example.com", Role.STARTUP), reverse("account_login")
        for _n in range(6):
            Client(REMOTE_ADDR=guesser).post(page, {"login": user.email, "password": "wrong"})
        client = Client(REMOTE_ADDR=owner)
        client.post(page, {"login": user.email, "password": PASSWORD})
        assert ("_auth_user_id" in client.session) is enters

    @pytest.fixture
    def four_tries(self, monkeypatch):
        """Let four guesses end what thirty do."""
        assert LIMITS[SIGN_IN_LIMIT][Kind.ADDRESS] == Limit(30, 1)
        monkeypatch.setitem(LIMITS, SIGN_IN_LIMIT, {Kind.ADDRESS: Limit(4, 1)})

    def guess_from_everywhere(self, email: str) -> list[str]:
        """Guess once from each of six networks, and return what each was told."""
        page, fields = reverse("account_login"), {"login": email, "password": "wrong"}
        guesses = (Client(REMOTE_ADDR=f"198.51.{n}.7").post(page, fields) for n in range(6))
        return [str(answer.context["form"].non_field_errors()) for answer in guesses]

    def signs_in(self, client: Client, email: str, password: str = PASSWORD) -> bool:
        client.post(reverse("account_login"), {"login": email, "password": password})
        return "_auth_user_id" in client.session

    def test_guessing_over_many_networks_ends_too_for_known_and_unknown_alike(self, four_tries):
        make_user("known@example.com", Role.STARTUP)
        told = self.guess_from_everywhere("known@example.com")
        assert told == self.guess_from_everywhere("unknown@example.com")
        wrong, too_many = dict.fromkeys(told)
        assert (told.count(wrong), told.count(too_many)) == (4, 2)
        assert not self.signs_in(Client(REMOTE_ADDR="203.0.113.7"), "known@example.com")

    def test_that_locks_no_owner_out(self, four_tries):
        user = make_user("known@example.com", Role.STARTUP)
        at_home, elsewhere = (Client(REMOTE_ADDR=f"203.0.{n}.7") for n in range(2))
        assert self.signs_in(at_home, user.email)
        cookie = at_home.cookies["browser"]
        assert (cookie["httponly"], cookie["samesite"], user.email in cookie.value) == (True, "Lax", False)
        at_home.post(reverse("account_logout"))
        self.guess_from_everywhere(user.email)
        assert self.signs_in(at_home, user.email)
        # Who has no such browser at hand chooses a new password by mail, and has one from then on.
        assert not self.signs_in(elsewhere, user.email)
        elsewhere.post(reverse("account_reset_password"), {"email": user.email})
        form = elsewhere.get(link_in(delivered()[-1])).headers["Location"]
        elsewhere.post(form, {"password1": LONG, "password2": LONG})
        assert self.signs_in(elsewhere, user.email, LONG)
        elsewhere.post(reverse("account_logout"))
        assert self.signs_in(elsewhere, user.email, LONG)

    def test_a_browser_that_is_known_guesses_no_longer_than_any(self, four_tries):
        user, thief = make_user("known@example.com", Role.STARTUP), Client()
        assert self.signs_in(thief, user.email)
        thief.post(reverse("account_logout"))
        for n in range(6):
            thief.defaults["REMOTE_ADDR"] = f"198.51.{n}.7"
            assert not self.signs_in(thief, user.email, "wrong")
        assert not self.signs_in(thief, user.email)
        assert not self.signs_in(thief, "other@example.com")
        assert self.signs_in(Client(REMOTE_ADDR="203.0.113.7"), user.email)

    def test_a_made_up_browser_is_known_to_nobody(self, settings, four_tries):
        user, client = make_user("known@example.com", Role.STARTUP), Client()
        other = make_user("other@example.com", Role.STARTUP)
        assert self.signs_in(client, other.email)
        client.post(reverse("account_logout"))
        self.guess_from_everywhere(user.email)
        assert not self.signs_in(client, user.email)
        client.cookies[settings.BROWSER_COOKIE_NAME] = "made.up:signature"
        assert not self.signs_in(client, user.email)

    def test_signing_up_in_bulk_ends_with_a_clear_page(self, client):
        for _n in range(20):
            sign_up(client, role="nobody")
        page = sign_up(client)
        assert (page.status_code, [t.name for t in page.templates][:1]) == (429, ["429.html"])
        assert User.objects.count() == 0


class TestSession:
    def test_sign_in_speaks_the_persons_language(self, client):
        make_user("li.wei@example.com", Role.INVESTOR, language="zh-hans")
        client.post(reverse("account_login"), {"login": "li.wei@example.com", "password": PASSWORD})
        assert client.cookies["django_language"].value == "zh-hans"

    def test_the_language_switch_keeps_the_page_and_is_remembered(self, ayesha, founder):
        response = founder.post(reverse("set_language"), {"language": "ur", "next": "/settings/?a=1"})
        assert answer(response) == (302, "/settings/?a=1")
        ayesha.refresh_from_db()
        assert ayesha.language == "ur"

    def test_the_language_switch_leads_to_no_other_site(self, client):
        response = client.post(reverse("set_language"), {"language": "ur", "next": "https://evil.example/"})
        assert answer(response) == (302, "/")

    def test_an_unknown_language_changes_nothing(self, ayesha, as_user):
        as_user(ayesha).post(reverse("set_language"), {"language": "xx"})
        ayesha.refresh_from_db()
        assert ayesha.language == "en"

    def test_settings_are_stored(self, li_wei, as_user):
        fields = {"full_name": "李  伟", "language": "zh-hans", "blind_first_look": "on", "role": "curator"}
        response = as_user(li_wei).post(reverse("account_settings"), fields)
        assert answer(response) == (302, reverse("account_settings"))
        li_wei.refresh_from_db()
        stored_now = (li_wei.full_name, li_wei.language, li_wei.blind_first_look, li_wei.role)
        assert stored_now == ("李 伟", "zh-hans", True, Role.INVESTOR)

    def test_a_person_without_a_company_is_asked_only_what_works_for_a_person(self, as_user, ayesha):
        asked = [
            set(as_user(user).get(reverse("account_settings")).context["form"].fields)
            for user in (make_user("sara@example.com", Role.STARTUP), ayesha)
        ]
        assert asked[1] - asked[0] == {"job_title", "blind_first_look"}
        assert asked[0] == {"full_name", "language", "time_zone"}


class TestDemo:
    def personas(self, settings: Any) -> None:
        roles = {"founder": Role.STARTUP, "investor": Role.INVESTOR, "curator": Role.CURATOR}
        for persona, email in settings.DEMO_ACCOUNTS.items():
            make_user(email, roles[persona], is_demo=True)

    def test_one_click_signs_in(self, client, settings):
        self.personas(settings)
        for persona in ("founder", "investor", "curator"):
            assert answer(client.post(reverse("demo_sign_in", args=[persona]))) == (302, reverse("home"))
            assert (
                User.objects.get(pk=client.session["_auth_user_id"]).email == settings.DEMO_ACCOUNTS[persona]
            )

    def test_nobody_else_and_never_by_reading(self, client, settings):
        self.personas(settings)
        for target, there in (("/matches/?sort=new", "/matches/?sort=new"), ("//evil.example", "/home/")):
            page = client.post(reverse("demo_sign_in", args=["founder"]), {"next": target})
            assert answer(page) == (302, there)
        assert client.get(reverse("demo_sign_in", args=["founder"])).status_code == 405
        assert client.post(reverse("demo_sign_in", args=["root"])).status_code == 404
        User.objects.update(is_demo=False)
        assert client.post(reverse("demo_sign_in", args=["founder"])).status_code == 404

    def test_outside_the_demo_there_is_neither(self, client, settings):
        self.personas(settings)
        settings.DEMO = False
        assert client.post(reverse("demo_sign_in", args=["founder"])).status_code == 404
        assert client.get(reverse("demo_mail")).status_code == 404

    def test_mails_are_read_newest_first_and_decoded(self, tmp_path):
        outbox = EmailBackend(file_path=tmp_path)
        texts = ["دعوت نامہ: https://corridor.example/x/", "邀请 — 请打开链接"]
        outbox.send_messages([EmailMessage(text, text * 40, to=["a@example.com"]) for text in texts])
        EmailBackend(file_path=tmp_path).send_messages([EmailMessage("Last", "Plain", to=["b@example.com"])])
        mails = stored(tmp_path, limit=10)
        assert [(m.subject, m.recipient, m.text) for m in mails] == [
            ("Last", "b@example.com", "Plain"),
            (texts[1], "a@example.com", texts[1] * 40),
            (texts[0], "a@example.com", texts[0] * 40),
        ]
        assert mails[0].sent_at is not None
        assert abs(datetime.now(UTC) - mails[0].sent_at).total_seconds() < 60

    def test_the_page_links_what_the_mail_links(self, client, settings, tmp_path):
        settings.MAIL_DIR = tmp_path
        text = "Open https://corridor.example/accounts/confirm-email/abc/ please"
        EmailBackend(file_path=tmp_path).send_messages([EmailMessage("Hello", text, to=["a@example.com"])])
        page = client.get(reverse("demo_mail")).content.decode()
        assert '<a href="https://corridor.example/accounts/confirm-email/abc/"' in page

    def test_the_page_shows_a_mail_before_the_worker_sends_it_and_once_after(
        self, client, settings, tmp_path
    ):
        settings.MAIL_DIR, settings.EMAIL_FILE_PATH = tmp_path, str(tmp_path)
        settings.EMAIL_BACKEND = "django.core.mail.backends.filebased.EmailBackend"
        sign_up(client)
        link = OutboxMail.objects.get().body.split("http://")[1].split()[0]

        def shown() -> int:
            return client.get(reverse("demo_mail")).content.decode().count(f'<a href="http://{link}"')

        assert shown() == 1
        delivered()
        assert shown() == 1


class TestJoining:
    def test_a_form_of_the_side_that_was_left_makes_no_company(self):
        newcomer = make_user("new@example.com", Role.STARTUP)
        accounts.join_as(newcomer, way=JoinAs.INVESTOR, at=timezone.now())
        with pytest.raises(RefusedError):
            create_company(Side.STARTUP, changes={"name_en": "Late"}, by=newcomer, at=timezone.now())
        assert not Startup.objects.exists()

    def test_a_wrong_side_costs_one_click_until_there_is_a_company(self, as_user, ayesha):
        newcomer = make_user("new@example.com", Role.STARTUP)
        client = as_user(newcomer)
        page = client.get("/home/", follow=True)
        assert f'action="{reverse("switch_side")}"' in page.text
        assert "Join as an investor or partner instead" in page.text
        after = client.post(reverse("switch_side"), follow=True)
        assert after.redirect_chain[-1][0] == reverse("company_start")
        assert "ticket_min" in after.context["form"].fields
        assert "Join as a startup instead" in after.text
        assert (
            as_user(ayesha).post(reverse("switch_side"), follow=True).text.count("Leave or delete it first")
            == 1
        )
        assert set(User.objects.values_list("email", "role")) == {
            ("new@example.com", "investor"),
            (ayesha.email, "startup"),
        }

    def test_a_person_joins_without_a_company_and_starts_among_the_programmes(self, client):
        page = client.get(reverse("join")).text
        assert "?role=startup-person" in page
        assert "?role=investor-person" in page
        form = client.get(reverse("account_signup"), {"role": "investor-person"}).text
        assert page.count("Person without a company, ") == 2
        assert "Person without a company, China" in form
        sign_up(client, role="investor-person")
        assert answer(client.post(link_in(delivered()[0]))) == (302, reverse("home"))
        start = client.get(reverse("home"), follow=True)
        assert start.redirect_chain == [(reverse("own_programmes"), 302)]
        assert f'href="{reverse("company_start")}"' in start.text
        assert User.objects.get().role == Role.INVESTOR

    def test_a_founder_by_mistake_becomes_a_person_and_back_with_one_click_each(self, as_user):
        client = as_user(make_user("new@example.com", Role.STARTUP))
        assert 'name="as" value="startup-person"' in client.get("/home/", follow=True).text
        after = client.post(reverse("switch_side"), {"as": "startup-person"}, follow=True)
        assert after.redirect_chain[-1][0] == reverse("own_programmes")
        client.post(reverse("switch_side"), {"as": "startup"})
        assert client.get("/home/").url == reverse("company_start")
        assert client.post(reverse("switch_side"), {"as": "curator"}).status_code == 404

    def test_who_comes_from_a_page_is_led_back_there_by_the_link_in_the_mail(self, client, as_user):
        page = "/programmes/abc123/"
        join = client.get(reverse("join"), {"next": page}).text
        assert "?role=startup&amp;next=/programmes/abc123/" in join
        assert f'href="{reverse("account_login")}?next=/programmes/abc123/"' in join.partition("<main")[2]
        form = client.get(reverse("account_signup"), {"role": "startup", "next": page}).text
        assert f'href="{reverse("join")}?next=/programmes/abc123/"' in form
        sign_up(client, next=page)
        link = link_in(delivered()[0])
        assert link.endswith("?next=%2Fprogrammes%2Fabc123%2F")
        elsewhere = Client()
        assert f'value="{page}"' in elsewhere.get(link).text
        path = link.partition("?")[0]
        assert answer(elsewhere.post(path, {"next": page}))[1] in (page, f"/accounts/login/?next={page}")

    def test_one_message_comes_above_the_first_question(self, client):
        sign_up(client)
        page = client.post(link_in(delivered()[0]).partition("?")[0], follow=True).text
        assert f"You have confirmed {SIGN_UP['email']}." in page
        assert "Successfully signed in" not in page

    def test_it_leads_to_no_other_site(self, client):
        sign_up(client, next="https://evil.example/")
        assert "evil" not in link_in(delivered()[0])

    def test_signing_up_names_the_terms_and_the_privacy_page(self, client):
        page = client.get(reverse("account_signup"), {"role": "startup"}).text.partition("<footer")[0]
        for name in ("terms", "privacy"):
            assert f'href="{reverse(name)}"' in page
