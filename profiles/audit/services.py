"""The audit trail: recording actions, and sealing them into a chain of hashes."""

from datetime import datetime
from typing import Any

from django.db import transaction

from profiles.audit.hash_chain import link_hash
from profiles.models import AuditHead, AuditRecord, Investor, Startup, User

BATCH = 1000  # records that one transaction seals


def record(
    action: str,
    *,
    subject: str,
    by: User | None,
    at: datetime,
    details: dict[str, Any] | None = None,
) -> AuditRecord:
    """Append one record in the caller's transaction and return it; the worker seals it later.

    `subject` names what was acted on, such as "startup:<public id>" or "user:<pk>". `details` must be plain
    JSON. `by` is None for acts of the machine.
    """
    return AuditRecord.objects.create(at=at, actor=by, action=action, subject=subject, details=details or {})


def seal_new_records() -> int:
    """Chain the records that are not sealed yet, in the order of their keys; return how many.

    A record whose transaction was long is sealed after others with higher keys. Safe in any number of workers
    at once: whoever holds the head seals.
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
    """Return how audit records name a pair."""
    return f"pair:{startup.public_id}:{investor.public_id}"


def subject_of(profile: Startup | Investor) -> str:
    """Return what the audit trail calls this profile."""
    return f"{profile.side}:{profile.public_id}"
