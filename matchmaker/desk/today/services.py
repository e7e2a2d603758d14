"""Curators' overrides and their daily notification. Each act has a reason and re-ranks both sides."""

from datetime import date, datetime

from django.db import IntegrityError, transaction
from django.urls import reverse
from django.utils.translation import gettext as _
from django.utils.translation import ngettext, override

from matchmaker.choices import OverrideKind, Side
from matchmaker.deals.introductions.services.decisions import notify_of_pause
from matchmaker.desk.today import kinds
from matchmaker.desk.today.selectors import QueueLine, due_curators, queue_lines
from matchmaker.matching.pairs.selectors.why_not_shown import can_be_suggested, standings
from matchmaker.matching.ranking.selectors.explained import explain_pair
from matchmaker.matching.ranking.services import jobs
from matchmaker.models.pair_action import CuratorOverride
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import Investor, MailSwitch, Startup, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.merging import Merging
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

ACTIONS = {
    OverrideKind.BOOST: kinds.BOOSTED,
    OverrideKind.HIDE: kinds.HIDDEN,
    OverrideKind.SUGGEST: kinds.SUGGESTED,
}


def suggest(
    startup: Startup, investor: Investor, *, note: str, expires_on: date, by: User, at: datetime
) -> CuratorOverride:
    """Put a pair first on both lists, with a note that both sides read, until `expires_on`."""
    explained = explain_pair(startup, investor)
    if not can_be_suggested(standings(startup, investor, explained), explained):
        raise RefusedError(_("This pairing cannot be suggested now. See its page for the reason."))
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
        raise RefusedError(
            _("This pairing is already boosted, hidden or suggested. Remove that override first.")
        ) from error
    if kind == OverrideKind.HIDE:
        notify_of_pause(startup, investor, is_over=False, at=at)
    if kind == OverrideKind.SUGGEST:
        for one, other in ((startup, investor), (investor, startup)):
            path = reverse("match", args=[other.public_id])
            notify_team(
                one, Message(kind=kinds.PAIR_SUGGESTED, path=path, event=f"{made.pk}:{one.side}", at=at)
            )
    _record(made, ACTIONS[kind], note=made.note, by=by, at=at)
    return made


def release(curator_override: CuratorOverride, *, note: str, by: User, at: datetime) -> None:
    require_curator(by)
    if not _release(curator_override, note=note, by=by, at=at):
        raise RefusedError(_("It was already removed."))


def _record(
    curator_override: CuratorOverride, action: str, *, by: User | None, at: datetime, **details: str
) -> None:
    audit.record(
        action,
        subject=audit.pair_subject(curator_override.startup, curator_override.investor),
        by=by,
        at=at,
        details={
            "kind": curator_override.kind,
            "expires_on": curator_override.expires_on and curator_override.expires_on.isoformat(),
            **details,
        },
    )
    jobs.request(Side.STARTUP, curator_override.startup_id, at=at)
    jobs.request(Side.INVESTOR, curator_override.investor_id, at=at)


def expire(*, at: datetime) -> int:
    """Release expired pins, re-rank both sides, and return how many."""
    expired = CuratorOverride.objects.filter(released_at=None, expires_on__lt=at.date())
    return sum(
        _release(curator_override, at=at)
        for curator_override in expired.select_related("startup", "investor")
    )


@transaction.atomic
def _release(
    curator_override: CuratorOverride, *, at: datetime, by: User | None = None, **details: str
) -> bool:
    lock_profiles(curator_override.startup, curator_override.investor)
    if not CuratorOverride.objects.filter(pk=curator_override.pk, released_at=None).update(released_at=at):
        return False
    if curator_override.kind == OverrideKind.HIDE:
        notify_of_pause(curator_override.startup, curator_override.investor, is_over=True, at=at)
    _record(curator_override, kinds.RELEASED, by=by, at=at, **details)
    return True


def release_second(_stays: CuratorOverride, other: CuratorOverride, merging: Merging) -> bool:
    other.released_at = merging.at
    other.save(update_fields=["released_at"])
    return True


def notify_curators(*, at: datetime) -> None:
    """Tell every curator once a day what waits, by the bell and, unless switched off, by email."""
    due = list(due_curators(at=at))
    lines = [each for each in queue_lines(at=at) if each.state.count and each.queue.target] if due else []
    for curator in due:
        _notify_curator(curator, lines, at=at)


@transaction.atomic
def _notify_curator(curator: User, lines: list[QueueLine], *, at: datetime) -> None:
    """Notify one curator, unless another worker did or nothing waits."""
    switch = notifications.switch_of(curator, kinds.TODAY)
    mine = MailSwitch.objects.filter(pk=switch.pk, collected_at=switch.collected_at)
    if mine.update(collected_at=at) and lines:
        with override(curator.language):
            words = "\n".join(map(line_words, lines))
        path, event = reverse("desk"), f"{at:%Y%m%d%H%M}"
        message = Message(kind=kinds.TODAY_MAIL, path=path, event=event, at=at, context={"lines": words})
        notifications.notify(curator, message)


def line_words(line: QueueLine) -> str:
    words = f"{line.queue.label}: {line.state.count}"
    if not line.is_overdue:
        return words
    days = line.overdue_days
    late = ngettext("overdue by %(days)s day", "overdue by %(days)s days", days) if days else _("overdue")
    return f"{words} ({late % {'days': days}})"
