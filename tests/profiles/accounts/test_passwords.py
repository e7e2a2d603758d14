"""Passwords: long ones of any kind, none that everybody guesses, kept as slow hashes."""

from typing import Any

import pytest
from django.conf import global_settings
from django.contrib.auth.hashers import PBKDF2PasswordHasher, identify_hasher, make_password
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.test import Client
from django.urls import reverse

from matchmaker import settings as product
from profiles.models import User


@pytest.mark.parametrize(
    ("password", "fits"),
    [
        ("short-9ch", False),
        ("password123", False),
        ("1q2w3e4r5t", False),
        ("qwertyuiop", False),
        ("ayesha@example.com", False),
        ("ten letters", True),
        ("只有十个字的一句密码吧", True),
        ("آبپاشی کے لیے پانی", True),
        ("1111 2222 3333", True),
        ("x" * 30 + " and much more " + "y" * 30, True),
    ],
)
def test_what_is_a_password(password: str, fits: bool) -> None:
    """Ten characters or more, of any kind; nothing that is common or the address itself."""
    try:
        validate_password(password, User(email="ayesha@example.com"))
    except ValidationError:
        assert not fits
    else:
        assert fits


def test_they_are_kept_as_slow_hashes(settings: Any) -> None:
    """By Django's own choice: the product names no hasher, only the tests do."""
    assert not hasattr(product, "PASSWORD_HASHERS")
    settings.PASSWORD_HASHERS = global_settings.PASSWORD_HASHERS
    assert identify_hasher(make_password("a-long-enough-pass-phrase")).algorithm == "pbkdf2_sha256"
    assert PBKDF2PasswordHasher.iterations >= 600_000


@pytest.mark.django_db
def test_managers_may_fill_it_in(client: Client) -> None:
    body = client.get(reverse("account_login")).content.decode()
    (field,) = [tag for tag in body.split("<input") if 'type="password"' in tag]
    assert 'autocomplete="current-password"' in field
    assert "paste" not in body
