"""The chain of hashes over the sealed records of the audit trail, and its check."""

import hashlib
import json
from dataclasses import dataclass
from datetime import UTC

from profiles.models import AuditHead, AuditRecord


@dataclass(frozen=True)
class Verdict:
    """What a check of the whole trail found. `broken` is the first record (pk) that does not hold."""

    length: int
    broken: int | None
    problem: str

    @property
    def holds(self) -> bool:
        """Whether nothing was changed, removed or slipped in."""
        return not self.problem


def link_hash(record: AuditRecord) -> str:
    """Return the SHA-256 of a record's contents and of the hash before it, in hexadecimal."""
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

    Records that are not sealed yet are no part of it.
    """
    previous, length = "", 0
    for record in AuditRecord.objects.exclude(hash=None).order_by("position", "pk").iterator():
        length += 1
        if record.previous_hash != previous or record.position != length:
            return Verdict(length, record.pk, "does not follow the record before it")
        if record.hash != link_hash(record):
            return Verdict(length, record.pk, "was changed")
        previous = record.hash
    return _check_end(length, previous)


def _check_end(length: int, newest: str) -> Verdict:
    """Compare the chain's end with what the head remembers."""
    head = AuditHead.objects.filter(pk=1).first() or AuditHead(length=0, hash="")
    if (head.length, head.hash) != (length, newest):
        return Verdict(length, None, f"ends after {length} records, the head counts {head.length}")
    return Verdict(length, None, "")
