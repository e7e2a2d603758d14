"""New texts of a public programme: its organiser proposes them, a curator reads them, all see the change."""

from collections.abc import Mapping
from datetime import datetime

from django.db import transaction
from django.utils.translation import gettext_lazy as _

from matchmaker.events.programmes.kinds import PROGRAMME_LIMIT, TEXT_CHANGED, TEXT_DECIDED
from matchmaker.events.programmes.selectors.programmes import had_part_in, missing_in
from matchmaker.events.programmes.services import programmes
from matchmaker.events.programmes.services.telling import notify_many, notify_organiser
from matchmaker.models.programmes import Programme
from matchmaker.models.programmes.programme import CORRECTABLE_TEXTS, ONGOING
from matchmaker.transitions import WrongStateError, require_unchanged
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import User
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError

MOST_TOLD = 5  # earlier texts that the page of a programme shows


@transaction.atomic
def propose_texts(
    programme: Programme,
    *,
    values: Mapping[str, str],
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> bool:
    """Submit new texts to the curators, and return whether any differs. The present ones stay.

    Raises:
        RefusedError: a title, a text, or who pays would be missing.
    """
    limits.take_token(PROGRAMME_LIMIT, account=by, company=programme.company, at=at)
    locked = programmes.lock_ongoing(programme, by=by)
    require_unchanged(locked, version_read)
    new = {name: values[name] for name in CORRECTABLE_TEXTS if values[name] != getattr(locked, name)}
    was_waiting = locked.corrected_at is not None
    locked.corrected, locked.corrected_at, locked.corrected_by = new, at if new else None, by if new else None
    locked.note = ""
    for name, value in new.items():
        setattr(locked, name, value)
    if missing_in(locked) or not locked.title:
        raise RefusedError(_("Something is still missing. The page says what."))
    locked.save(update_fields=["corrected", "corrected_at", "corrected_by", "note"])
    if new or was_waiting:
        programmes.record_audit(locked, "texts", by=by, at=at)
    return bool(new)


def _lock_waiting(programme: Programme, by: User, version_read: str | None) -> Programme:
    require_curator(by)
    locked = programmes.lock_programme(programme)
    if locked.corrected_at is None or locked.state not in ONGOING:
        raise WrongStateError
    require_unchanged(locked, version_read)
    return locked


@transaction.atomic
def approve_texts(programme: Programme, *, by: User, at: datetime, version_read: str | None) -> None:
    """Publish the new texts as they were read, and notify the organiser and everyone who applied."""
    locked = _lock_waiting(programme, by, version_read)
    if had_part_in(locked, by):
        raise RefusedError(_("You proposed this programme, so another curator must approve it."))
    programmes.require_open_organiser(locked)
    before = {name: getattr(locked, name) for name in locked.corrected}
    for name, value in locked.corrected.items():
        setattr(locked, name, value)
    locked.text_changes = [{"at": at.isoformat(), "before": before}, *locked.text_changes][:MOST_TOLD]
    changed = list(locked.corrected)
    locked.corrected, locked.corrected_at, locked.corrected_by = {}, None, None
    locked.save(update_fields=[*changed, "text_changes", "corrected", "corrected_at", "corrected_by"])
    programmes.record_audit(locked, "texts_approved", by=by, at=at)
    event = f"texts:{at.isoformat()}"
    notify_organiser(TEXT_DECIDED, locked, at=at, event=event)
    concerned = programmes.at_work(locked).select_related("programme", "startup", "investor", "person")
    notify_many(TEXT_CHANGED, locked, concerned, event=event, at=at)


@transaction.atomic
def return_texts(
    programme: Programme, *, message: str, by: User, at: datetime, version_read: str | None = None
) -> None:
    """Return the new texts to the organiser, who can change them and submit them again."""
    if not message:
        raise ReasonMissingError
    locked = _lock_waiting(programme, by, version_read)
    locked.corrected_at, locked.note = None, message
    locked.save(update_fields=["corrected_at", "note"])
    programmes.record_audit(locked, "texts_returned", by=by, at=at)
    notify_organiser(TEXT_DECIDED, locked, at=at, event=f"texts:{at.isoformat()}")
