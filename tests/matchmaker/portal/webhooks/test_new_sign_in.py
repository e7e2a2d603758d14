"""Programs end with the way in which their person signed in: someone else may have made them."""

from io import StringIO
from unittest.mock import patch

import pytest
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.core.management import call_command
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from matchmaker.models.webhook import Webhook
from matchmaker.portal.webhooks import services
from profiles.models import AuditRecord, Notice
from profiles.people.accounts.services import closing
from tests.factories import PASSWORD
from tests.mails import delivered
from tests.matchmaker.portal.api.conftest import make_program
from tests.matchmaker.portal.webhooks.test_webhooks import tell

pytestmark = pytest.mark.django_db
NEW = "a-new-long-phrase"


def change_password(user, curator):
    client = Client()
    client.post(reverse("account_login"), {"login": user.email, "password": PASSWORD})
    fields = {"oldpassword": PASSWORD, "password1": NEW, "password2": NEW}
    client.post(reverse("account_change_password"), fields)


def reset_forgotten_password(user, curator):
    client = Client()
    client.post(reverse("account_reset_password"), {"email": user.email})
    link = "/accounts/" + delivered()[-1].body.partition("/accounts/")[2].split()[0]
    client.post(client.get(link).headers["Location"], {"password1": NEW, "password2": NEW})


def change_it_on_the_server(user, curator):
    """Choose a password for someone with Django's own command."""
    with patch("getpass.getpass", return_value=NEW):
        call_command("changepassword", user.email, stdout=StringIO())


def reset_factor(user, curator):
    TOTP.activate(user, generate_totp_secret())
    closing.reset_factor(user, reason="The phone was stolen.", by=curator, at=timezone.now())


def sign_out(user, curator):
    closing.sign_out(user, reason="The phone was stolen.", by=curator, at=timezone.now())


def close(user, curator):
    closing.close(user, reason="Asked", by=curator, at=timezone.now())


def close_and_reopen(user, curator):
    close(user, curator)
    closing.reopen(user, reason="Asked", by=curator, at=timezone.now())


@pytest.mark.parametrize("change", [
    change_password, change_it_on_the_server, reset_forgotten_password, reset_factor, sign_out, close,
    close_and_reopen,
])  # fmt: skip
def test_tokens_and_webhooks_end_and_their_person_is_told_which(
    change, li_wei, sana, hook, receiver, as_user
):
    ours = make_program(li_wei)
    assert ours.ask("profile").status_code == 200
    change(li_wei, sana)
    li_wei.refresh_from_db()
    tell(li_wei)
    services.send_due(at=timezone.now())
    assert (ours.ask("profile").status_code, receiver.got) == (401, [])
    told = "\n".join(mail.body for mail in delivered())
    is_told = change not in (close, close_and_reopen)  # who is out cannot look at them
    assert ("these API tokens are no longer valid: Our database." in told) == is_told
    assert ("we no longer send anything to: localhost." in told) == is_told
    kinds = set(Notice.objects.filter(user=li_wei).values_list("kind", flat=True))
    assert ({"api_tokens_ended", "webhooks_switched_off"} <= kinds) == is_told
    last = AuditRecord.objects.filter(action="webhook").latest("pk")
    assert last.details == {"act": "sign-in", "host": "localhost"}


def test_its_person_switches_a_webhook_on_again_that_is_known(li_wei, sana, hook, receiver, as_user):
    sign_out(li_wei, sana)
    li_wei.refresh_from_db()
    page = as_user(li_wei)
    shown = page.get(reverse("webhooks")).content.decode()
    assert "changed their password or two-factor authentication" in " ".join(shown.split())
    page.post(reverse("webhook_resume"), {"pk": hook.pk})
    services.send_due(at=timezone.now())
    tell(li_wei)
    services.send_due(at=timezone.now())
    assert len(receiver.got) == 2  # the test of the address, and the event


def test_a_hash_that_is_only_renewed_ends_nothing(li_wei, settings):
    ours = make_program(li_wei)
    settings.PASSWORD_HASHERS = [
        "django.contrib.auth.hashers.PBKDF2PasswordHasher",
        *settings.PASSWORD_HASHERS,
    ]
    assert li_wei.check_password(PASSWORD)
    li_wei.refresh_from_db()
    assert li_wei.password.startswith("pbkdf2")
    assert ours.ask("profile").status_code == 200


def test_programs_of_colleagues_go_on(startup, investor, li_wei, ayesha, sana, hook, receiver):
    theirs = make_program(ayesha)
    sign_out(ayesha, sana)
    assert theirs.ask("profile").status_code == 401
    tell(li_wei)
    services.send_due(at=timezone.now())
    assert len(receiver.got) == 1
    assert Webhook.objects.get().stopped_at is None
