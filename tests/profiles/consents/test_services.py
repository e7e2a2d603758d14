"""What was agreed to, group by group and text by text, stays on record."""

from datetime import timedelta
from typing import Any

import pytest

from profiles.changes.services import ChangedMeanwhileError
from profiles.choices import Purpose
from profiles.consents import services
from profiles.consents.selectors import NEWEST, TEXTS, agreed_purposes, new_text
from profiles.curation.selectors.audit_trail import sentence_of
from profiles.models import AuditRecord, Consent, Startup, User
from profiles.visibility.fields import CONSENT_GROUPS
from tests.consented import leave_out
from tests.factories import MOMENT

pytestmark = pytest.mark.django_db
LATER, LAST = MOMENT + timedelta(days=1), MOMENT + timedelta(days=2)
CELLS = sum(len(group.purposes) for group in CONSENT_GROUPS["startup"].values())


def rows_of(startup: Startup, **fields: Any) -> list[Consent]:
    return list(startup.consents.filter(**fields).order_by("given_at", "pk"))


def test_a_group_is_left_out_and_agreed_to_again_and_every_step_stays(startup: Startup, ayesha: User) -> None:
    services.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=MOMENT)
    leave_out(startup, {"revenue"}, {Purpose.SHOWING}, by=ayesha, at=LATER)

    assert startup.withheld == {"revenue": ["showing"]}
    (ended,) = rows_of(startup, group="revenue", purpose="showing")
    assert (ended.given_at, ended.withdrawn_at) == (MOMENT, LATER)  # the whole profile's consent covered it
    assert startup.consents.filter(withdrawn_at=None).exclude(group="").count() == CELLS - 1
    assert agreed_purposes(startup) == set(Purpose)

    before, changed_at = Consent.objects.count(), Startup.objects.get().changed_at
    leave_out(startup, {"revenue"}, {Purpose.SHOWING}, by=ayesha, at=LAST)
    assert (Consent.objects.count(), Startup.objects.get().changed_at) == (before, changed_at)

    leave_out(startup, (), (), by=ayesha, at=LAST)
    assert startup.withheld == Startup.objects.get().withheld == {}
    both = rows_of(startup, group="revenue", purpose="showing")
    assert [(row.given_at, row.withdrawn_at) for row in both] == [(MOMENT, LATER), (LAST, None)]
    told = [sentence_of(row, ["Indus Grow"]) for row in acts(with_groups=True)]
    assert told == [
        "Ayesha Khan left groups of fields out of the consents of Indus Grow: Yearly revenue, as a band.",
        "Ayesha Khan agreed for Indus Grow to every group of fields.",
    ]


def acts(*, with_groups: bool) -> list[AuditRecord]:
    found = AuditRecord.objects.filter(action="consented").order_by("pk")
    return [row for row in found if ("groups" in row.details) == with_groups]


def test_what_was_never_agreed_to_has_no_row(startup: Startup, ayesha: User) -> None:
    leave_out(startup, {"ask"}, {Purpose.CROSS_BORDER}, by=ayesha)
    assert rows_of(startup, group="ask", purpose="cross_border") == []
    assert startup.withheld == {"ask": ["cross_border"]}


def test_a_new_text_asks_again_and_the_old_consent_holds_until_then(startup: Startup, ayesha: User) -> None:
    services.set_all(startup, purposes=frozenset(Purpose), by=ayesha, at=MOMENT)
    assert new_text(startup) is None
    startup.consents.update(text_version=TEXTS[0].version)

    assert new_text(startup) == NEWEST
    assert agreed_purposes(startup) == set(Purpose)
    leave_out(startup, (), (), by=ayesha, at=LATER)

    assert new_text(startup) is None
    old, new = rows_of(startup, group="", purpose="matching")
    assert (old.text_version, old.withdrawn_at) == (TEXTS[0].version, LATER)
    assert (new.text_version, new.given_at, new.withdrawn_at) == (NEWEST.version, LATER, None)
    assert Startup.objects.get().matching_consent


def test_who_had_read_other_consents_is_refused(startup: Startup, ayesha: User) -> None:
    stale = Startup.objects.get()
    leave_out(startup, {"ask"}, {Purpose.SHOWING}, by=ayesha)
    with pytest.raises(ChangedMeanwhileError):
        leave_out(stale, (), (), by=ayesha)
    assert Startup.objects.get().withheld == {"ask": ["showing"]}


def test_the_whole_profiles_consents_are_apart_from_those_of_groups(startup: Startup, ayesha: User) -> None:
    leave_out(startup, (), (), by=ayesha)
    assert agreed_purposes(startup) == frozenset()
    services.give(startup, purpose=Purpose.MATCHING, by=ayesha, at=MOMENT)
    services.withdraw(startup, purpose=Purpose.SHOWING, by=ayesha, at=MOMENT)
    assert startup.consents.filter(group="ask", purpose="showing", withdrawn_at=None).count() == 1
