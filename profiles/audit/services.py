"""The audit trail: every act is one more link of a chain of hashes."""

from datetime import datetime
from typing import Any

from django.db import transaction

from profiles.audit.hash_chain import link_hash
from profiles.choices import AuditAction
from profiles.models import AuditHead, AuditRecord, Investor, Startup, User


@transaction.atomic
def record(
    action: AuditAction,
    *,
    subject: str,
    by: User | None,
    at: datetime,
    details: dict[str, Any] | None = None,
) -> AuditRecord:
    """Append one record in the caller's transaction and return it.

    `subject` names what was acted on, such as "startup:<public id>" or "user:<pk>". `details` must be plain
    JSON. `by` is None for acts of the machine.
    """
    AuditHead.objects.get_or_create(pk=1)
    # Holding the head makes writers take turns, so that two records never follow the same one.
    head = AuditHead.objects.select_for_update(no_key=True).get(pk=1)
    link = AuditRecord(
        at=at,
        actor=by,
        action=action,
        subject=subject,
        details=details or {},
        previous_hash=head.hash,
    )
    link.hash = link_hash(link)
    link.save(force_insert=True)
    head.length, head.hash = head.length + 1, link.hash
    head.save(update_fields=["length", "hash"])
    return link


def pair_subject(startup: Startup, investor: Investor) -> str:
    """Return how audit records name a pair."""
    return f"pair:{startup.public_id}:{investor.public_id}"


def subject_of(profile: Startup | Investor) -> str:
    """Return what the audit trail calls this profile."""
    return f"{profile.side}:{profile.public_id}"
