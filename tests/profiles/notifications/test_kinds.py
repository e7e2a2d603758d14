"""Every kind of mail is declared once, with words, and no mail of allauth is forgotten."""

from dataclasses import fields
from pathlib import Path

import allauth
import pytest
from django.utils.translation import override

from profiles.events import EventKind
from profiles.notifications.kinds import ACCOUNT_MAILS, EVENTS, Event

# Ways to sign in that the settings leave off.
OFF = {
    "account/email/login_code",
    "account/email/password_reset_code",
    "mfa/email/webauthn_added",
    "mfa/email/webauthn_removed",
}


def test_every_kind_is_declared_in_one_place() -> None:
    assert set(EVENTS) | set(ACCOUNT_MAILS.values()) == set(EventKind)
    assert set(EVENTS) & set(ACCOUNT_MAILS.values()) == set()


@pytest.mark.parametrize("kind", EVENTS)
def test_every_kind_of_ours_has_a_channel(kind: EventKind) -> None:
    event = EVENTS[kind]
    assert event.sentence or event.mail


def test_only_who_has_an_account_has_a_page_of_notices() -> None:
    assert EVENTS["team_invitation"].sentence is None


@pytest.mark.parametrize("language", ["en", "ur", "zh-hans"])
@pytest.mark.parametrize("kind", [kind for kind in EVENTS if EVENTS[kind].mail])
def test_the_words_of_a_mail_name_only_what_is_given(kind: EventKind, language: str) -> None:
    given = {"company": "Indus Grow", "who": "Ayesha", "days": 14, "lines": "…", "when": "Monday"}
    mail = EVENTS[kind].mail
    assert mail is not None
    with override(language):
        assert "%(" not in str(mail.subject) % given + str(mail.body) % given


def test_a_declaration_that_forgets_something_is_no_declaration() -> None:
    whole = EVENTS["mutual_interest"]
    for missing in fields(Event):
        words = {field.name: getattr(whole, field.name) for field in fields(Event) if field != missing}
        with pytest.raises(TypeError, match=missing.name):
            Event(**words)


def test_every_mail_of_allauth_has_a_kind() -> None:
    templates = Path(allauth.__file__).parent / "templates"
    found = {
        str(path.relative_to(templates)).removesuffix("_subject.txt")
        for room in ("account", "mfa")
        for path in templates.glob(f"{room}/email/*_subject.txt")
    }
    assert set(ACCOUNT_MAILS) == found - OFF
