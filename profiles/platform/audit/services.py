"""The audit trail: acts are recorded, and sealed in a chain of hashes."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from django.db import transaction

from profiles.models import AuditHead, AuditRecord, Investor, KeptValues, Startup, User
from profiles.models.account import new_token

BATCH = 1000  # records that one transaction seals


def record(
    action: str,
    *,
    subject: str,
    by: User | None,
    at: datetime,
    details: dict[str, Any] | None = None,
    kept: KeptValues | None = None,
) -> AuditRecord:
    """Append one record in the caller's transaction and return it; the worker seals it later.

    `subject` names what was acted on, such as "startup:<public id>" or "user:<pk>". `details` must be plain
    JSON. `by` is None for acts of the machine. `kept`, unsaved: what was before and after, of one
    company; the record gets only its hash.
    """
    details = dict(details or {})
    if kept:
        kept.salt = new_token()
        details["values"] = hash_of(kept)
    made = AuditRecord.objects.create(at=at, actor=by, action=action, subject=subject, details=details)
    if kept:
        kept.record = made
        kept.save()
    return made


def hash_of(kept: KeptValues) -> str:
    contents = [kept.salt, kept.before, kept.after]
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def seal_new_records() -> int:
    """Chain unsealed records in the order of their keys; return how many.

    Safe with any number of workers: the one that locks the head seals.
    """
    sealed = 0
    while batch := _seal_batch():
        sealed += batch
    return sealed


@transaction.atomic
def _seal_batch() -> int:
    AuditHead.objects.get_or_create(pk=1)
    head = AuditHead.objects.select_for_update(no_key=True).get(pk=1)
    records = list(AuditRecord.objects.filter(hash=None).order_by("pk")[:BATCH])
    for link in records:
        link.previous_hash, link.position = head.hash, head.length + 1
        link.hash = head.hash = link_hash(link)
        head.length = link.position
        link.save(update_fields=["previous_hash", "position", "hash"])
    if records:
        head.save(update_fields=["length", "hash"])
    return len(records)


def pair_subject(startup: Startup, investor: Investor) -> str:
    return f"pair:{startup.public_id}:{investor.public_id}"


def subject_of(profile: Startup | Investor) -> str:
    return f"{profile.side}:{profile.public_id}"


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole trail found. `broken` is the first record (pk) that does not hold."""

    length: int
    broken: int | None
    problem: str

    @property
    def holds(self) -> bool:
        return not self.problem


def link_hash(record: AuditRecord) -> str:
    contents = [
        record.previous_hash,
        record.at.astimezone(UTC).isoformat(timespec="microseconds"),
        record.actor_id,
        record.action,
        record.subject,
        record.details,
    ]
    text = json.dumps(contents, ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(text.encode()).hexdigest()


def verify() -> Verdict:
    """Walk the whole chain, oldest first, and say whether it holds to its end.

    With the values that are kept.
    """
    previous, length = "", 0
    sealed = AuditRecord.objects.exclude(hash=None).select_related("kept")
    for record in sealed.order_by("position", "pk").iterator():
        length += 1
        if record.previous_hash != previous or record.position != length:
            return Verdict(length, record.pk, "does not follow the record before it")
        if record.hash != link_hash(record):
            return Verdict(length, record.pk, "was changed")
        values = getattr(record, "kept", None)
        if values and hash_of(values) != record.details.get("values"):
            return Verdict(length, record.pk, "has other values than were kept")
        previous = record.hash
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(length=0, hash="")
    if (head.length, head.hash) != (length, previous):
        return Verdict(length, None, f"ends after {length} records, the head counts {head.length}")
    return Verdict(length, None, "")
