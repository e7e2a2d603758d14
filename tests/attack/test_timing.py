"""Sign-up and reset take as long for an address that is known as for one that is not."""

import random
import time
from collections import Counter

import pytest
from django.contrib.auth.hashers import PBKDF2PasswordHasher
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from profiles.choices import Role
from profiles.models import User
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.attack]

KNOWN = "known-{}@example.com"
LONG = "a-long-enough-pass-phrase"


class Hasher(PBKDF2PasswordHasher):
    """Django's own with fewer rounds: a hash left out is seen, and other work is not lost beside it."""

    iterations = 20_000


@pytest.fixture(autouse=True)
def _as_in_production(settings):
    settings.PASSWORD_HASHERS = [f"{__name__}.Hasher"]


def chance_to_tell(slow, fast):
    """Return how often one of the first takes longer than one of the second: the area under the ROC curve."""
    ranked = sorted([(value, 1) for value in slow] + [(value, 0) for value in fast])
    above = sum(place for place, (_value, is_slow) in enumerate(ranked, 1) if is_slow)
    return (above - len(slow) * (len(slow) + 1) / 2) / (len(slow) * len(fast))


def sign_up(email, network):
    typed = {"role": "startup", "full_name": "Ayesha Khan", "password1": LONG, "password2": LONG}
    answer = Client().post(reverse("account_signup"), {**typed, "email": email}, REMOTE_ADDR=network)
    assert answer.status_code == 302


def reset(email, network):
    answer = Client().post(reverse("account_reset_password"), {"email": email}, REMOTE_ADDR=network)
    assert answer.status_code == 302


def sign_in(email, network):
    data = {"login": email, "password": "a-wrong-long-pass-phrase"}
    answer = Client().post(reverse("account_login"), data, REMOTE_ADDR=network)
    assert answer.status_code == 200


@pytest.mark.deep
@pytest.mark.parametrize("act", [sign_up, reset, sign_in])
def test_time_tells_nothing(act, tally, depth):
    """Known and unknown addresses by turns in an order of chance, each from a network of its own."""
    number, order = depth(25, deep=1_000), random.Random(3)  # noqa: S311  the same in every run
    for one in range(number):
        factories.make_user(KNOWN.format(one), Role.STARTUP)
    for warm in range(2):
        act(f"warm-{warm}@example.com", f"198.18.{warm}.1")
    turns = [(kind, one) for one in range(number) for kind in order.sample(("known", "other"), 2)]
    taken = {"known": [], "other": []}
    for turn, (kind, one) in enumerate(turns):
        network = f"10.{turn // 250}.{turn % 250}.1"
        begun = time.perf_counter()
        act(f"{kind}-{one}@example.com", network)
        taken[kind].append(time.perf_counter() - begun)
        tally.count()
    found = chance_to_tell(taken["known"], taken["other"])
    tally.measure(f"{act.__name__.replace('_', '-')} AUC {found:.2f}")
    assert User.objects.count() >= number
    # A few tell a missing hash; what is finer takes a thousand.
    margin = depth(300, deep=50) / 1000
    assert abs(found - 0.5) <= margin, f"{act.__name__}: AUC {found:.3f}"


@pytest.mark.parametrize("act", [sign_up, reset, sign_in])
def test_known_and_unknown_addresses_take_the_same_work(act, monkeypatch):
    """As many queries of each kind, and as many hashes; and no one's request waits for a clock."""
    hashed, slept = [], []
    monkeypatch.setattr(time, "sleep", slept.append)
    encode = Hasher.encode
    monkeypatch.setattr(Hasher, "encode", lambda *args: hashed.append("hash") or encode(*args))
    factories.make_user("known@example.com", Role.STARTUP)
    act("warm@example.com", "198.18.1.1")
    work = {}
    for at, who in enumerate(("known", "other")):
        hashed.clear()
        with CaptureQueriesContext(connection) as queries:
            act(f"{who}@example.com", f"198.18.{at + 2}.1")
        kinds = Counter(query["sql"].split()[0] for query in queries)
        work[who] = {
            **{kind: kinds[kind] for kind in ("SELECT", "INSERT", "UPDATE", "DELETE")},
            "hash": len(hashed),
        }
    assert work["known"] == work["other"]
    assert slept == []
