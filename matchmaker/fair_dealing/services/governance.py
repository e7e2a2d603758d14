"""Keeping the table of governance checks current."""

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any

from django.db import transaction

from matchmaker.fair_dealing.kinds import GOVERNANCE
from profiles.audit import services as audit
from profiles.guards import require_curator
from profiles.models import GovernanceCheck, User
from profiles.taxonomy.triggers import check_trigger


@transaction.atomic
def revise_check(check: GovernanceCheck, *, changes: Mapping[str, Any], by: User, at: datetime) -> None:
    """Set fields of a check; from now on the tables' file leaves it alone. No difference, no act.

    Raises:
        NotACuratorError: for anybody but a curator.
        TriggerError: if the new trigger is not of the language.
    """
    require_curator(by)
    check_trigger(changes.get("trigger", check.trigger))
    current = GovernanceCheck.objects.select_for_update(no_key=True).get(pk=check.pk)
    before = {name: getattr(current, name) for name in changes if getattr(current, name) != changes[name]}
    if not before:
        return
    for name in before:
        setattr(current, name, changes[name])
    current.edited_at = at
    current.save(update_fields=[*before, "edited_at"])
    details = {
        "before": {name: _plain(value) for name, value in before.items()},
        "after": {name: _plain(changes[name]) for name in before},
    }
    audit.record(GOVERNANCE, subject=f"check:{current.code}", by=by, at=at, details=details)


def _plain(value: Any) -> Any:
    """Return a value as the trail keeps it."""
    return value.isoformat() if isinstance(value, date) else value
