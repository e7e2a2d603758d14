"""The audit trail: nobody can change it unnoticed, and the database does not let them try."""

import threading
from collections.abc import Callable
from random import Random
from typing import Any

import pytest
from django.db import DatabaseError, connection, connections, transaction
from django.utils import timezone

from profiles.audit import services as audit
from profiles.audit.services import link_hash, verify
from profiles.models import AuditHead, AuditRecord, User
from tests.tables import without_triggers
from tests.tally import Tally


def write(count: int, by: User | None = None) -> list[AuditRecord]:
    """Record and seal."""
    written = unsealed(count, by)
    audit.seal_new_records()
    return list(AuditRecord.objects.filter(pk__in=[each.pk for each in written]).order_by("pk"))


def unsealed(count: int, by: User | None = None) -> list[AuditRecord]:
    return [
        audit.record(
            "edited",
            subject=f"startup:{number}",
            by=by,
            at=timezone.now(),
            details={"fields": ["name_en"], "نام": "水", "n": number},
        )
        for number in range(count)
    ]


def test_an_untouched_trail_holds(sana: User) -> None:
    records = write(5, sana)
    verdict = verify()
    assert (verdict.holds, verdict.length, verdict.broken) == (True, 5, None)
    assert records[1].previous_hash == records[0].hash


def test_an_empty_trail_holds(db: None) -> None:
    assert verify().holds


FORGERIES = {
    "update": "UPDATE profiles_auditrecord SET subject = 'nobody'",
    "delete": "DELETE FROM profiles_auditrecord",
    # A statement that only one of the two databases knows
    "sqlite": "REPLACE INTO profiles_auditrecord SELECT * FROM profiles_auditrecord",
    "postgresql": "SET CONSTRAINTS ALL IMMEDIATE; TRUNCATE profiles_auditrecord",
}


@pytest.mark.attack
@pytest.mark.parametrize("verb", ["update", "delete", connection.vendor])
def test_the_database_refuses_to_change_records(db: None, verb: str) -> None:
    write(2)
    with (
        pytest.raises(DatabaseError, match="append-only"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(FORGERIES[verb])
    assert (verify().holds, AuditRecord.objects.count()) == (True, 2)


def test_the_orm_cannot_change_records_either(db: None) -> None:
    record = write(1)[0]
    for act in (
        record.delete,
        AuditRecord.objects.all().delete,
        lambda: AuditRecord.objects.update(subject="x"),
    ):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            act()


FORGED: list[tuple[str, Any]] = [
    ("subject", "x"),
    ("action", "viewed"),
    ("details", {}),
    ("actor", None),
    ("hash", "0" * 64),
    ("previous_hash", "0" * 64),
    ("at", timezone.now()),
]


def change_field(chance: Random, pks: list[int]) -> None:
    field, value = chance.choice(FORGED)
    AuditRecord.objects.filter(pk=chance.choice(pks)).update(**{field: value})


def insert(chance: Random, pks: list[int]) -> None:
    record = AuditRecord(pk=10**6, at=timezone.now(), action="edited", previous_hash="0" * 64)
    forge(record, new=True)


# Ways to change the trail behind the guards' back.
WAYS: dict[str, Callable[[Random, list[int]], Any]] = {
    "change a field": change_field,
    "delete any": lambda chance, pks: AuditRecord.objects.filter(pk=chance.choice(pks)).delete(),
    "delete the last": lambda chance, pks: AuditRecord.objects.filter(pk=pks[-1]).delete(),
    "swap two": lambda chance, pks: swap(*chance.sample(pks, 2)),
    "change and hash again": lambda chance, pks: forge(AuditRecord.objects.get(pk=chance.choice(pks))),
    "slip one in": insert,
    "move the head": lambda chance, pks: AuditHead.objects.update(length=len(pks) + 1),
}


def swap(one: int, other: int) -> None:
    first, second = AuditRecord.objects.get(pk=one), AuditRecord.objects.get(pk=other)
    AuditRecord.objects.filter(pk=one).update(subject=second.subject, details=second.details)
    AuditRecord.objects.filter(pk=other).update(subject=first.subject, details=first.details)


def forge(record: AuditRecord, *, new: bool = False) -> None:
    """Change a record and give it a hash that fits its new contents."""
    record.subject = "forged"
    record.hash = link_hash(record)
    record.save(force_insert=new, force_update=not new)


@pytest.mark.attack
def test_every_tampering_is_found(sana: User, tally: Tally, share: Callable[..., int]) -> None:
    chance = Random(7)  # noqa: S311  the same tamperings every time
    write(12, sana)
    pks = list(AuditRecord.objects.order_by("pk").values_list("pk", flat=True))
    for turn in range(share(small=200, full=1_000)):
        saved = transaction.savepoint()
        with without_triggers():
            list(WAYS.values())[turn % len(WAYS)](chance, pks)
        tally.check(not verify().holds, list(WAYS)[turn % len(WAYS)])
        transaction.savepoint_rollback(saved)
    tally.settle()
    assert verify().holds


def test_what_was_rolled_back_leaves_no_gap(db: None) -> None:
    write(1)
    with transaction.atomic():
        write(2)
        transaction.set_rollback(True)
    write(1)
    assert (verify().holds, verify().length) == (True, 2)


def test_a_new_record_can_be_sealed_once_and_changed_in_no_other_way(db: None) -> None:
    (record,) = unsealed(1)
    assert (record.hash, verify().length) == (None, 0)
    for changed in ({"subject": "nobody"}, {"hash": "0" * 64, "subject": "nobody"}, {"position": 7}):
        with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
            AuditRecord.objects.filter(pk=record.pk).update(**changed)
    assert (audit.seal_new_records(), audit.seal_new_records()) == (1, 0)
    with pytest.raises(DatabaseError, match="append-only"), transaction.atomic():
        AuditRecord.objects.filter(pk=record.pk).update(hash="0" * 64)
    assert (verify().holds, verify().length) == (True, 1)


def test_a_record_that_is_committed_late_is_sealed_after_those_with_higher_keys(sana: User) -> None:
    late = AuditRecord(at=timezone.now(), actor=sana, action="edited", subject="user:1")
    unsealed(1)
    late.pk = AuditRecord.objects.get().pk - 1
    audit.seal_new_records()
    late.save(force_insert=True)
    audit.seal_new_records()
    assert list(AuditRecord.objects.order_by("position").values_list("pk", flat=True)) == [
        late.pk + 1,
        late.pk,
    ]
    assert (verify().holds, verify().length) == (True, 2)


def test_many_writers_and_sealers_at_once(transactional_db: None) -> None:
    errors: list[Exception] = []

    def work() -> None:
        try:
            for _turn in range(10):
                with transaction.atomic():
                    write(1)
        except Exception as error:
            errors.append(error)
        finally:
            connections.close_all()

    threads: list[Any] = [threading.Thread(target=work) for _writer in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == []
    assert (verify().holds, verify().length) == (True, 40)
