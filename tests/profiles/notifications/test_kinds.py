"""The registered kinds of notices: each has a channel, and its words name only what is given."""

from pathlib import Path

import allauth
import pytest
from django.utils.translation import override

from profiles.accounts.kinds import ACCOUNT_MAILS
from profiles.notice_kinds import KINDS

# Ways to sign in that the settings leave off.
OFF = {
    "account/email/login_code",
    "account/email/password_reset_code",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
}


@pytest.mark.parametrize("kind", sorted(set(KINDS) - set(ACCOUNT_MAILS.values())))
def test_every_kind_of_ours_has_a_channel(kind: str) -> None:
    assert KINDS[kind].sentence or KINDS[kind].body


@pytest.mark.parametrize("language", ["en", "ur", "zh-hans"])
@pytest.mark.parametrize("kind", [code for code, kind in KINDS.items() if kind.body])
def test_the_words_of_a_mail_name_only_what_is_given(kind: str, language: str) -> None:
    given = {"company": "Indus Grow", "who": "Ayesha", "days": 14, "lines": "…", "when": "Monday"}
    with override(language):
        assert "%(" not in str(KINDS[kind].subject) % given + str(KINDS[kind].body) % given


def test_every_mail_of_allauth_has_a_kind() -> None:
    templates = Path(allauth.__file__).parent / "templates"
    found = {
        str(path.relative_to(templates)).removesuffix("_subject.txt")
        for room in ("account", "mfa")
        for path in templates.glob(f"{room}/email/*_subject.txt")
    }
    assert set(ACCOUNT_MAILS) == found - OFF
