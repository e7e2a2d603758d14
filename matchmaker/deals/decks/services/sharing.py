"""A deck: sending it, and deciding who reads it. Every act locks the companies first (decision 0012)."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import Max, QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.deals.decks import kinds
from matchmaker.deals.decks.selectors import access_of, door_of
from matchmaker.integrations import dispatch
from matchmaker.matching.pairs import services as pairs
from matchmaker.matching.pairs.selectors.pair import Pair, blocked_by
from matchmaker.models.deck import Deck, DeckAccess, DeckCopy, DeckFault, DeckState, DeckVersion
from matchmaker.transitions import NotOpenError, require_unchanged
from profiles.choices import FileFault, Side
from profiles.integrations.file_checking import SentFile
from profiles.models import CheckedFile, Investor, Startup, User
from profiles.people.accounts.selectors import members_of
from profiles.people.accounts.services.accounts import notify_team
from profiles.people.accounts.services.teams import NotMemberError
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.files import services as files
from profiles.platform.limits import services as limits
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError

MOST_VERSIONS = 10
DAYS = 30  # for which a company may read, unless the owner says otherwise
PREPARING = (DeckState.CHECKING, DeckState.DRAWING)


def send(startup: Startup, sent: SentFile, *, by: User, at: datetime) -> DeckVersion:
    """Take a new version in. The worker checks the file and draws its pages; until then the old one stays.

    Raises:
        LimitReachedError, NotMemberError, RefusedError: nothing was written.
    """
    with files.stored(sent) as name, transaction.atomic():
        limits.take_token(kinds.DECK_LIMIT, account=by, company=startup, at=at)
        lock_as_member(startup, by)
        deck, _made = Deck.objects.get_or_create(startup=startup, defaults={"at": at})
        if deck.versions.filter(state__in=PREPARING).exists():
            raise RefusedError(_("Your last file is still being prepared. Please wait until it is ready."))
        if deck.versions.count() >= MOST_VERSIONS:
            raise RefusedError(_("You have 10 versions. Remove one before you send another."))
        file = files.receive(startup, sent, name=name, by=by, at=at)
        number = (deck.versions.aggregate(last=Max("number"))["last"] or 0) + 1
        version: DeckVersion = deck.versions.create(number=number, file=file, by=by, at=at)
        record("sent", startup, by=by, at=at, version=number)
    return version


def lock_as_member(startup: Startup, by: User) -> None:
    lock_profiles(startup)
    if not members_of(startup).filter(user=by).exists():
        raise NotMemberError


def file_was_checked(*, file: CheckedFile, at: datetime, **_kwargs: Any) -> None:
    stored = DeckVersion.objects.filter(file=file).select_related("deck__startup").first()
    if stored is None:
        return
    lock_profiles(stored.deck.startup)
    version = DeckVersion.objects.filter(pk=stored.pk).select_related("deck__startup", "by").first()
    if version is None:  # removed meanwhile
        file.fault = FileFault.NOT_NEEDED
    elif file.fault:
        fault = file.fault if file.fault in DeckFault.values else DeckFault.FAILED
        DeckVersion.objects.filter(pk=version.pk).update(state=DeckState.REFUSED, fault=fault)
        was_refused(version, at=at)
    else:
        DeckVersion.objects.filter(pk=version.pk).update(state=DeckState.DRAWING)
        dispatch.enqueue_on_commit(dispatch.DRAW_DECKS)


def was_refused(version: DeckVersion, *, at: datetime) -> None:
    record("refused", version.deck.startup, by=version.by, at=at, version=version.number)
    notify_owner(kinds.DECK_REFUSED, version.deck.startup, event=f"deck:{version.pk}", at=at)


@transaction.atomic
def remove(version: DeckVersion, *, by: User, at: datetime) -> None:
    """Remove a version with its pages and what is known of its readers. The newest ready one is read then."""
    startup = version.deck.startup
    lock_as_member(startup, by)
    if not DeckVersion.objects.filter(pk=version.pk).exists():  # a colleague has removed it meanwhile
        return
    forget_files(version)
    DeckVersion.objects.filter(pk=version.pk).delete()
    newest = version.deck.versions.filter(state=DeckState.READY).order_by("-number").first()
    Deck.objects.filter(pk=version.deck_id).update(current=newest)
    record("removed", startup, by=by, at=at, version=version.number)


def forget_files(version: DeckVersion) -> None:
    """Let the file and the pages of a version go."""
    files.forget(CheckedFile.objects.filter(deck_page__version=version))
    files.forget(CheckedFile.objects.filter(deck_version=version))
    forget_copies(DeckCopy.objects.filter(version=version))


@transaction.atomic
def forget_copies(copies: "QuerySet[DeckCopy]") -> None:
    names = list(copies.values_list("content", flat=True))
    copies.delete()
    transaction.on_commit(lambda: files.remove(names))


@transaction.atomic
def let_download(deck: Deck, *, wanted: bool, by: User, at: datetime) -> None:
    lock_as_member(deck.startup, by)
    if Deck.objects.filter(pk=deck.pk).exclude(may_download=wanted).update(may_download=wanted):
        record("download on" if wanted else "download off", deck.startup, by=by, at=at)


# --- Between two companies ----------------------------------------------------------------------------------


@transaction.atomic
def ask(pair: Pair, *, side: Side, by: User, at: datetime) -> None:
    """Ask to read the deck, and notify the startup.

    Raises:
        LimitReachedError, NotOpenError, RefusedError: nothing was changed.
    """
    startup, investor = pair.both
    pairs.begin_act(kinds.DECK_ACCESS_LIMIT, startup, investor, side=side, by=by, at=at)
    if blocked_by(startup, investor) or not door_of(pair, at=at).may_ask:
        raise RefusedError(_("You cannot ask for this deck now."))
    asked = {"asked_by": by, "asked_at": at, "decided_by": None, "decided_at": None, "until": None}
    row, _made = DeckAccess.objects.update_or_create(startup=startup, investor=investor, defaults=asked)
    record_between("asked", pair, by=by, at=at)
    event = f"deck:{row.pk}:{at.timestamp()}"
    notify_owner(kinds.DECK_ASKED, startup, event=event, at=at)


@transaction.atomic
def decide(
    startup: Startup,
    investor: Investor,
    *,
    until: datetime | None,
    is_closed: bool,
    by: User,
    at: datetime,
    version_read: str | None = None,
) -> None:
    """Let a company read until a moment, decline its request, or close the deck to it.

    Raises:
        LimitReachedError, NotMemberError, NotOpenError, RefusedError: nothing was changed.
    """
    limits.take_token(kinds.DECK_ACCESS_LIMIT, account=by, company=startup, other=investor, at=at)
    if until:
        pairs.lock_open_pair(startup, investor)
        if blocked_by(startup, investor):
            raise NotOpenError
    else:
        lock_profiles(startup, investor)
    if not members_of(startup).filter(user=by).exists():
        raise NotMemberError
    access = access_of(startup, investor)
    require_unchanged(access, version_read)
    was_waiting = bool(access and access.waits)
    if not (until or is_closed or was_waiting):
        raise RefusedError(_("This request has been answered already."))
    decided = {"decided_by": by, "decided_at": at, "until": until, "is_closed": is_closed}
    row, _made = DeckAccess.objects.update_or_create(startup=startup, investor=investor, defaults=decided)
    done = "allowed" if until else "closed" if is_closed else "declined"
    pairs.record(kinds.DECK, startup, investor, side=Side.STARTUP, by=by, at=at, done=done)
    event = f"deck:{row.pk}:{at.timestamp()}"
    if until:
        path = reverse("deck_read", args=[startup.public_id])
        notify_team(investor, Message(kind=kinds.DECK_ALLOWED, path=path, event=event, at=at))
    elif was_waiting:  # who only read before, is told nothing
        path = reverse("match", args=[startup.public_id])
        notify_team(investor, Message(kind=kinds.DECK_DECLINED, path=path, event=event, at=at))


def end_between(startup: Startup, investor: Investor, *, side: Side, at: datetime, **_by: Any) -> None:
    """Take back what a company was allowed, and what it asked, when one of the two blocks the other.

    If the investor blocks, what it was allowed rests meanwhile: the startup would read of the block.
    """
    rows = DeckAccess.objects.filter(startup=startup, investor=investor)
    if side == Side.INVESTOR:
        rows = rows.filter(decided_at=None)
    rows.update(asked_at=None, decided_at=at, until=None)


def notify_owner(kind: str, startup: Startup, *, event: str, at: datetime) -> None:
    notify_team(startup, Message(kind=kind, path=reverse("deck"), event=event, at=at))


def record(done: str, startup: Startup, *, by: User | None, at: datetime, **details: Any) -> None:
    subject = audit.subject_of(startup)
    audit.record(kinds.DECK, subject=subject, by=by, at=at, details={"done": done, **details})


def record_between(done: str, pair: Pair, *, by: User, at: datetime) -> None:
    side = pair.member.side
    pairs.record(kinds.DECK, pair.startup, pair.investor, side=side, by=by, at=at, done=done)
