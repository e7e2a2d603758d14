"""Going from the demonstration to production: nothing of it stays open, and nothing leaves files behind."""

import os
import re
import stat
import subprocess
import sys
from pathlib import Path

import pytest
from django.core.checks import run_checks
from django.core.management import call_command
from django.core.management.base import CommandError
from django.test import Client
from django.urls import reverse

from matchmaker.management.commands.prepare import prepare_database
from profiles.choices import Role
from profiles.models import AuditRecord, OutboxMail, User
from tests import factories

ROOT = Path(__file__).resolve().parents[3]


@pytest.fixture
def production(settings):
    """Settings as in production, all in order."""
    settings.DEMO, settings.HAS_MAIL, settings.HTTPS = False, True, True
    settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
    settings.SITE_URL = "https://corridor.example"
    return settings


@pytest.fixture
def demo_curator(db, settings):
    """Sana of the demonstration, whose password everyone knows."""
    user = factories.make_user(settings.DEMO_ACCOUNTS["curator"], Role.CURATOR, is_demo=True)
    user.set_password(settings.DEMO_PASSWORD)
    user.save()
    return user


def refused():
    """Return which of our own checks refuse a deployment."""
    found = {str(message.id) for message in run_checks(include_deployment_checks=True)}
    return {code for code in found if code.startswith("corridor.")}


class TestDemoAccounts:
    def sign_in(self, settings):
        client = Client()
        data = {"login": settings.DEMO_ACCOUNTS["curator"], "password": settings.DEMO_PASSWORD}
        client.post(reverse("account_login"), data)
        return client

    def test_they_work_in_the_demonstration_and_their_sessions_end_with_it(self, demo_curator, settings):
        client = self.sign_in(settings)
        assert client.get(reverse("desk")).status_code == 200
        settings.DEMO = False
        assert client.get(reverse("account_settings")).status_code == 302

    def test_outside_of_it_only_others_can_sign_in(self, demo_curator, sana, production):
        assert "_auth_user_id" not in self.sign_in(production).session
        client = Client()
        client.post(reverse("account_login"), {"login": sana.email, "password": factories.PASSWORD})
        assert client.session["_auth_user_id"] == str(sana.pk)

    def test_a_deployment_with_them_is_refused(self, demo_curator, production):
        assert refused() == {"corridor.E002"}
        with pytest.raises(CommandError, match=r"1 demo accounts are open.*close_demo"):
            prepare_database()
        call_command("close_demo", verbosity=0)
        assert refused() == set()
        prepare_database()
        demo_curator.refresh_from_db()
        assert (demo_curator.is_active, demo_curator.has_usable_password()) == (False, False)
        assert AuditRecord.objects.get(subject=f"user:{demo_curator.pk}").details == {"closed": "demo"}

    def test_one_that_hides_its_badge_is_found(self, demo_curator, production):
        User.objects.update(is_demo=False)
        assert refused() == {"corridor.E002"}

    def test_the_demonstration_itself_is_no_deployment(self, db):
        assert "corridor.E001" in refused()


@pytest.mark.django_db
class TestMail:
    @pytest.mark.parametrize(
        ("change", "code"),
        [
            ({"HAS_MAIL": False}, "corridor.E003"),
            ({"EMAIL_BACKEND": "django.core.mail.backends.filebased.EmailBackend"}, "corridor.E003"),
            ({"SITE_URL": "http://localhost:8000"}, "corridor.E004"),
            ({"SITE_URL": "http://corridor.example"}, "corridor.E004"),
            ({"SITE_URL": "corridor.example"}, "corridor.E004"),
            ({"EMBEDDINGS_URL": "http://texts.example/v1/embeddings"}, "corridor.E005"),
        ],
    )
    def test_a_deployment_without_is_refused(self, production, change, code):
        assert refused() == set()
        for name, value in change.items():
            setattr(production, name, value)
        assert refused() == {code}

    @pytest.mark.parametrize("host", ["evil.example", "localhost:9999"])
    def test_links_lead_to_the_site_whatever_host_is_named(self, ayesha, production, host):
        production.ALLOWED_HOSTS = ["*"]
        reset, join = reverse("account_reset_password"), reverse("account_signup") + "?role=startup"
        phrases = dict.fromkeys(("password1", "password2"), "a-long-enough-pass-phrase")
        new = {"role": "startup", "full_name": "New", "email": "new@example.com", **phrases}
        for path, data in (
            (reset, {"email": ayesha.email}),
            (reset, {"email": "nobody@example.com"}),
            (join, new),
        ):
            Client().post(path, data, headers={"host": host})
        mails = "\n".join(str(mail.body) for mail in OutboxMail.objects.all())
        links = re.findall(r"https?://\S+", mails)
        assert len(links) >= 3
        assert [link for link in links if not link.startswith("https://corridor.example/")] == []
        assert host not in mails

    def test_a_link_of_a_mail_works(self, ayesha, production):
        Client().post(reverse("account_reset_password"), {"email": ayesha.email})
        (link,) = re.findall(r"https://corridor\.example(/\S+)", str(OutboxMail.objects.get().body))
        assert Client().get(link, follow=True).status_code == 200


def test_a_new_key_signs_nobody_out(ayesha, as_user, settings):
    client, home = as_user(ayesha), reverse("account_settings")
    old, settings.SECRET_KEY = settings.SECRET_KEY, "n" * 50
    settings.SECRET_KEY_FALLBACKS = [old]
    assert client.get(home).status_code == 200
    settings.SECRET_KEY_FALLBACKS = []  # by now the session is one of the new key
    assert client.get(home).status_code == 200
    settings.SECRET_KEY = "m" * 50  # a key that got known is replaced without
    assert client.get(home).status_code == 302


CODE = """
import django
django.setup()
from django.core.mail import send_mail
from django.core.management import call_command
call_command("createcachetable", verbosity=0)
send_mail("a", "b", None, ["c@example.com"])
"""


def modes(folder):
    """Return who may read a folder and the files in it."""
    return {path.name: oct(stat.S_IMODE(path.stat().st_mode)) for path in (folder, *folder.iterdir())}


def test_only_this_account_reads_the_data_and_a_mail_without_a_server_leaves_no_file(tmp_path):
    """By code that runs in a process of its own, in an empty folder, as in production."""
    (tmp_path / "var").mkdir(mode=0o755)
    kept = {name: value for name, value in os.environ.items() if name not in ("EMAIL_URL", "DATABASE_URL")}
    own = {"CORRIDOR_VAR": str(tmp_path / "var"), "DJANGO_SETTINGS_MODULE": "matchmaker.settings"}
    own |= {"PYTHONPATH": str(ROOT), "CORRIDOR_DEMO": "0", "SECRET_KEY": "x" * 60}
    done = subprocess.run(
        [sys.executable, "-c", CODE], cwd=tmp_path, env={**kept, **own}, capture_output=True, text=True,
        check=False, umask=0o022,
    )  # fmt: skip
    assert "ConnectionRefusedError" in done.stderr
    found = modes(tmp_path / "var")
    assert found["var"] == "0o700"
    assert {mode for name, mode in found.items() if name != "var"} == {"0o600"}
    assert "corridor.sqlite3" in found
    assert [path.name for path in tmp_path.iterdir()] == ["var"]


def test_every_account_reads_the_files_of_the_release(settings, tmp_path):
    """Root makes them, in an image or a clone, and the account of the site serves them."""
    settings.STATIC_ROOT = tmp_path / "static"
    before = os.umask(0o077)
    try:
        call_command("prepare", "static", verbosity=0)
    finally:
        assert os.umask(before) == 0o077
    made = list(settings.STATIC_ROOT.rglob("*"))
    assert len(made) > 50
    assert {oct(stat.S_IMODE(path.stat().st_mode)) for path in made} == {"0o644", "0o755"}
