"""A curator's hand on a pairing: said why, on record, and both sides are ranked again."""

from datetime import date

import pytest

from matchmaker.choices import PinKind, Side
from matchmaker.models import Pin, RankingJob
from matchmaker.services import pins
from profiles.choices import AuditAction
from profiles.models import AuditRecord, Startup, User
from tests.factories import MOMENT, make_investor


def boost(startup: Startup, investor, by: User, note: str = "Met at the irrigation fair") -> Pin:
    return pins.pin(
        startup, investor, kind=PinKind.BOOST, note=note, expires_on=date(2026, 6, 1), by=by, at=MOMENT
    )


def test_a_boost_is_on_record_and_has_both_sides_ranked(startup: Startup, sana: User) -> None:
    investor = make_investor()
    boost(startup, investor, sana)

    record = AuditRecord.objects.get()
    assert record.action == AuditAction.BOOSTED
    assert record.subject == f"pair:{startup.public_id}:{investor.public_id}"
    assert record.details == {
        "note": "Met at the irrigation fair",
        "kind": "boost",
        "expires_on": "2026-06-01",
    }
    wanted = RankingJob.objects.values_list("side", "profile_id").order_by("side")
    assert list(wanted) == [(Side.INVESTOR, investor.pk), (Side.STARTUP, startup.pk)]


def test_a_pairing_has_one_open_pin(startup: Startup, sana: User) -> None:
    investor = make_investor()
    boost(startup, investor, sana)
    with pytest.raises(pins.AlreadyPinnedError):
        boost(startup, investor, sana)

    assert Pin.objects.count() == 1


def test_a_released_pin_stays_for_the_record_and_makes_room(startup: Startup, sana: User) -> None:
    investor = make_investor()
    first = boost(startup, investor, sana)
    pins.release(first, note="The fair is over", by=sana, at=MOMENT)
    with pytest.raises(pins.NotPinnedError):
        pins.release(first, note="Again", by=sana, at=MOMENT)
    boost(startup, investor, sana)

    assert Pin.objects.count() == 2
    assert AuditRecord.objects.filter(action=AuditAction.RELEASED).count() == 1


def test_a_pin_says_why(startup: Startup, sana: User) -> None:
    with pytest.raises(pins.ReasonMissingError):
        boost(startup, make_investor(), sana, note="  ")


def test_only_curators_pin(startup: Startup, ayesha: User) -> None:
    with pytest.raises(pins.NotACuratorError):
        boost(startup, make_investor(), ayesha)

    assert not Pin.objects.exists()
