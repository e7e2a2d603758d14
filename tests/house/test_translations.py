"""What the accounts package tells people is translated; `make translations` checks our own texts."""

from datetime import UTC, datetime, timedelta
from pathlib import Path

import allauth
import pytest
from django.template.loader import render_to_string
from django.utils import timesince, translation

from profiles.models import User

NOTICES = [
    f"{folder}/messages/{path.name}"
    for folder in ("account", "mfa", "socialaccount")
    for path in sorted((Path(allauth.__file__).parent / "templates" / folder / "messages").glob("*.txt"))
    if not path.name.startswith(("login_code", "phone"))  # ways to sign in that are not offered
]


@pytest.mark.parametrize("language", ["ur", "zh-hans"])
def test_the_notices_of_the_accounts_package_are_translated(language):
    context = {"email": "a@example.com", "user": User(full_name="Ayesha")}
    for notice in NOTICES:
        words = {}
        for each in ("en", language):
            with translation.override(each):
                words[each] = render_to_string(notice, context).strip()
        assert words["en"] not in ("", words[language]), notice


def test_a_duration_in_urdu_has_a_space_after_its_comma():
    began = datetime(2026, 1, 1, tzinfo=UTC)
    with translation.override("ur"):
        assert "، " in timesince.timesince(began, began + timedelta(hours=30))
