"""A curator's hand on a pairing: boost, hide, suggest, release. Each act says why and re-ranks both sides."""

from datetime import date, datetime

from django.db import IntegrityError, transaction

from matchmaker.choices import OverrideKind, Side
from matchmaker.desk.kinds import BOOSTED, HIDDEN, RELEASED, SUGGESTED
from matchmaker.models.pair_action import CuratorOverride
from matchmaker.pairs.selectors.why_not_shown import can_be_suggested, standings
from matchmaker.ranking.selectors.explained import explain_pair
from matchmaker.ranking.services import jobs
from profiles.audit import services as audit
from profiles.changes.services import lock_profiles
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import Investor, Startup, User

ACTIONS = {OverrideKind.BOOST: BOOSTED, OverrideKind.HIDE: HIDDEN, OverrideKind.SUGGEST: SUGGESTED}


class AlreadyPinnedError(Exception):
    """The pairing has an open pin; release that one first."""


class NotPinnedError(Exception):
    """The pin was released already."""


class NotSuggestableError(Exception):
    """The pair could not stand on both lists: a side is off the lists, said no, or excludes the other."""


def suggest(
    startup: Startup, investor: Investor, *, note: str, expires_on: date, by: User, at: datetime
) -> CuratorOverride:
    """Put a pair first on both lists, with a note that both sides read, until `expires_on`.

    The engine is asked before anything is held. A pair that breaks a rule of one of its sides is not
    suggested, as none is ranked.
    """
    explained = explain_pair(startup, investor)
    if not can_be_suggested(standings(startup, investor, explained), explained):
        raise NotSuggestableError
    return curator_override(
        startup, investor, kind=OverrideKind.SUGGEST, note=note, expires_on=expires_on, by=by, at=at
    )


@transaction.atomic
def curator_override(
    startup: Startup,
    investor: Investor,
    *,
    kind: OverrideKind,
    note: str,
    expires_on: date | None,
    by: User,
    at: datetime,
) -> CuratorOverride:
    """Boost, hide or suggest a pairing until `expires_on`, or for good."""
    require_curator(by)
    if not note.strip():
        raise ReasonMissingError
    lock_profiles(startup, investor)
    try:
        with transaction.atomic():
            made = CuratorOverride.objects.create(
                startup=startup,
                investor=investor,
                kind=kind,
                note=note.strip(),
                expires_on=expires_on,
                by=by,
                at=at,
            )
    except IntegrityError as error:
        raise AlreadyPinnedError from error
    _record(made, ACTIONS[kind], note=made.note, by=by, at=at)
    return made


def release(curator_override: CuratorOverride, *, note: str, by: User, at: datetime) -> None:
    """End a pin; the row stays for the record."""
    require_curator(by)
    if not _release(curator_override, note=note, by=by, at=at):
        raise NotPinnedError


def _record(
    curator_override: CuratorOverride, action: str, *, by: User | None, at: datetime, **said: str
) -> None:
    """Write the act down, with what its curator said, and have both sides ranked again."""
    audit.record(
        action,
        subject=audit.pair_subject(curator_override.startup, curator_override.investor),
        by=by,
        at=at,
        details={
            "kind": curator_override.kind,
            "expires_on": curator_override.expires_on and curator_override.expires_on.isoformat(),
            **said,
        },
    )
    jobs.request(Side.STARTUP, curator_override.startup_id, at=at)
    jobs.request(Side.INVESTOR, curator_override.investor_id, at=at)


def expire(*, at: datetime) -> int:
    """Release the pins whose last day is over, have both sides ranked again, and return how many."""
    expired = CuratorOverride.objects.filter(released_at=None, expires_on__lt=at.date())
    return sum(
        _release(curator_override, at=at)
        for curator_override in expired.select_related("startup", "investor")
    )


@transaction.atomic
def _release(curator_override: CuratorOverride, *, at: datetime, by: User | None = None, **said: str) -> bool:
    """End a pin, unless it ended already."""
    lock_profiles(curator_override.startup, curator_override.investor)
    if not CuratorOverride.objects.filter(pk=curator_override.pk, released_at=None).update(released_at=at):
        return False
    _record(curator_override, RELEASED, by=by, at=at, **said)
    return True
