"""Every kind of mail is declared once, with words, and no mail of allauth is forgotten."""

from pathlib import Path

import allauth
import pytest
from django.template.loader import get_template

from profiles.choices import MailKind
from profiles.notifications.kinds import ACCOUNT_MAILS, NOTICES

# Ways to sign in that the settings leave off.
OFF = {
    "account/email/login_code",
    "account/email/password_reset_code",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
}


def test_every_kind_is_declared_in_one_place() -> None:
    assert set(NOTICES) | set(ACCOUNT_MAILS.values()) == set(MailKind)
    assert set(NOTICES) & set(ACCOUNT_MAILS.values()) == set()


@pytest.mark.parametrize("kind", NOTICES)
def test_every_kind_of_ours_has_its_template(kind: MailKind) -> None:
    assert get_template(NOTICES[kind].template)


def test_every_mail_of_allauth_has_a_kind() -> None:
    templates = Path(allauth.__file__).parent / "templates"
    found = {
        str(path.relative_to(templates)).removesuffix("_subject.txt")
        for room in ("account", "mfa")
        for path in templates.glob(f"{room}/email/*_subject.txt")
    }
    assert set(ACCOUNT_MAILS) == found - OFF
