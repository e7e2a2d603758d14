"""Pictures: upload, check, review and removal. Every act locks the company first (decision 0012)."""

import io
from dataclasses import replace
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from PIL import Image, ImageOps

from profiles.choices import FileFault, FileKind, PictureKind, PictureState
from profiles.companies.pictures.kinds import PICTURE_APPROVED, PICTURE_DECLINED, PICTURE_UNREADABLE, PICTURED
from profiles.companies.pictures.selectors import CONSENT_VERSION, own_photo
from profiles.guards import ReasonMissingError, require_curator
from profiles.integrations.file_checking import SentFile
from profiles.models import SIDES, CheckedFile, Investor, Membership, Picture, Startup, User
from profiles.people.accounts.selectors import members_of
from profiles.people.accounts.services.accounts import notify_team
from profiles.people.accounts.services.teams import NotMemberError
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import lock_profiles
from profiles.platform.files import services as files
from profiles.platform.notifications import services as notifications
from profiles.refusals import RefusedError

MOST_PRODUCTS = 4
EDGES = {PictureKind.LOGO: 384, PictureKind.PERSON: 384, PictureKind.PRODUCT: 960}  # pixels
SMALL = (160, 160)


def send(
    company: Startup | Investor, sent: SentFile, *, kind: PictureKind, text: str, by: User, at: datetime
) -> Picture:
    """Take a picture in, to be checked by the worker. A newer logo or portrait replaces one that waits.

    A portrait shows the person who sends it and has agreed to that.

    Raises:
        RefusedError, NotMemberError: nothing was written.
    """
    with files.stored(sent) as name, transaction.atomic():
        (current,) = lock_profiles(company)
        if not members_of(current).filter(user=by).exists():
            raise NotMemberError
        is_person = kind == PictureKind.PERSON
        pictures = own_photo(current, by) if is_person else current.pictures.filter(kind=kind)
        if kind == PictureKind.PRODUCT:
            if pictures.exclude(state=PictureState.DECLINED).count() >= MOST_PRODUCTS:
                raise RefusedError(
                    _("You can show four pictures of products. Remove one before you add another.")
                )
        else:
            forget(pictures.exclude(state=PictureState.SHOWN))
        file = files.receive(
            current, replace(sent, name=f"{kind}.webp"), name=name, by=by, at=at, longest_edge=EDGES[kind]
        )
        of_person = {"person": by, "text_version": CONSENT_VERSION} if is_person else {}
        picture: Picture = current.pictures.create(kind=kind, text=text, file=file, by=by, at=at, **of_person)
        _record(picture, "sent", by=by, at=at)
        return picture


def file_was_checked(*, file: CheckedFile, content: bytes, at: datetime, **_kwargs: Any) -> None:
    stored = Picture.objects.filter(file=file).select_related("startup", "investor").first()
    if stored is None:
        return
    lock_profiles(stored.company)
    picture = Picture.objects.filter(pk=stored.pk).select_related("startup", "investor", "by", "file").first()
    if picture is None:  # taken back meanwhile
        file.fault = FileFault.NOT_NEEDED
        return
    if file.fault:
        picture.state = PictureState.DECLINED
        picture.save(update_fields=["state"])
        _record(picture, "unreadable", by=picture.by, at=at)
        event = f"picture:{picture.pk}"
        notice = notifications.Message(kind=PICTURE_UNREADABLE, path=reverse("pictures"), event=event, at=at)
        notifications.notify(picture.by, notice)
        return
    _put_before_curators(picture, content, at=at)


@transaction.atomic
def add_drawn(
    company: Startup | Investor, content: bytes, *, kind: PictureKind, text: str, by: User, at: datetime
) -> Picture:
    """Add a picture that the demonstration drew, in the form that our checker writes."""
    (current,) = lock_profiles(company)
    of_person = {"person": by, "text_version": CONSENT_VERSION} if kind == PictureKind.PERSON else {}
    file = files.keep(current, content, kind=FileKind.PNG, name=f"{kind}.webp", by=by, at=at)
    picture: Picture = current.pictures.create(kind=kind, text=text, file=file, by=by, at=at, **of_person)
    _put_before_curators(picture, content, at=at)
    return picture


def _put_before_curators(picture: Picture, content: bytes, *, at: datetime) -> None:
    small, picture.width, picture.height = smaller(content)
    file = picture.file
    picture.small = files.keep(
        picture.company, small, kind=FileKind(file.kind), name=file.name, by=picture.by, at=at
    )
    picture.state = PictureState.WAITING
    picture.save(update_fields=["small", "width", "height", "state"])


def smaller(content: bytes) -> tuple[bytes, int, int]:
    """Return a small form of a picture that our own checker has written, and width and height of that."""
    image = Image.open(io.BytesIO(content), formats=["WEBP"])
    white = Image.new("RGBA", image.size, "white")
    flat = Image.alpha_composite(white, image.convert("RGBA")).convert("RGB")
    drawn = io.BytesIO()
    ImageOps.pad(flat, SMALL, color="white").save(drawn, "WEBP", quality=88)
    return drawn.getvalue(), image.width, image.height


@transaction.atomic
def approve(picture: Picture, *, by: User, at: datetime) -> None:
    """Show a picture, in the place of an older logo of the company or portrait of the person.

    Raises:
        NotACuratorError: for anyone but a curator.
        RefusedError: if it does not wait any more.
    """
    require_curator(by)
    (company,) = lock_profiles(picture.company)
    older = company.pictures.filter(kind=picture.kind, state=PictureState.SHOWN, person=picture.person)
    is_waiting = company.pictures.filter(pk=picture.pk, state=PictureState.WAITING).exists()
    if is_waiting and picture.kind != PictureKind.PRODUCT:
        forget(older)
    _decide(picture, (PictureState.WAITING,), PictureState.SHOWN, by=by, at=at)
    if picture.kind == PictureKind.LOGO:
        type(company).objects.filter(pk=company.pk).update(logo=picture.key)
    _record(picture, "approved", by=by, at=at)
    _notify(picture, PICTURE_APPROVED, at=at)


@transaction.atomic
def decline(picture: Picture, *, reason: str, by: User, at: datetime) -> None:
    """Refuse a picture that waits, or hide one that is shown; its company reads why.

    Raises:
        NotACuratorError: for anyone but a curator.
        ReasonMissingError: without a reason.
        RefusedError: if it is refused already, or gone.
    """
    require_curator(by)
    if not reason:
        raise ReasonMissingError
    lock_profiles(picture.company)
    open_states = PictureState.WAITING, PictureState.SHOWN
    _decide(picture, open_states, PictureState.DECLINED, reason=reason, by=by, at=at)
    _hide_logos([picture.key])
    _record(picture, "declined", by=by, at=at, message=reason)
    _notify(picture, PICTURE_DECLINED, at=at)


def _decide(
    picture: Picture, among: tuple[str, ...], state: PictureState, *, by: User, at: datetime, reason: str = ""
) -> None:
    decided = {"state": state, "reason": reason, "decided_by": by, "decided_at": at}
    if not Picture.objects.filter(pk=picture.pk, state__in=among).update(**decided):
        raise RefusedError(_("Someone has already decided about this picture or removed it."))


@transaction.atomic
def remove(picture: Picture, *, by: User, at: datetime) -> None:
    """Remove a picture with its bytes; it disappears with the next request."""
    lock_profiles(picture.company)
    forget(Picture.objects.filter(pk=picture.pk))
    _record(picture, "removed", by=by, at=at)


def person_left(*, instance: Membership, **_kwargs: Any) -> None:
    """Delete the pictures of someone who left a company, in the transaction that records it."""
    forget(Picture.objects.filter(person=instance.user_id))


def forget(pictures: QuerySet[Picture]) -> None:
    """Delete pictures with their bytes."""
    rows = list(pictures.values_list("key", "file", "small"))
    _hide_logos([key for key, *_files in rows])
    files.forget(CheckedFile.objects.filter(pk__in=[pk for _key, *both in rows for pk in both if pk]))


def _hide_logos(keys: list[str]) -> None:
    for model in SIDES.values() if keys else ():
        model._default_manager.filter(logo__in=keys).update(logo="")


def _record(picture: Picture, act: str, *, by: User, at: datetime, **details: str) -> None:
    """Record an act on a picture in the audit log, without its content."""
    said = {"act": act, "kind": str(picture.kind), "picture": picture.key, **details}
    audit.record(PICTURED, subject=audit.subject_of(picture.company), by=by, at=at, details=said)


def _notify(picture: Picture, kind: str, *, at: datetime) -> None:
    event = f"picture:{picture.pk}:{at.isoformat()}"
    message = notifications.Message(kind=kind, path=reverse("pictures"), event=event, at=at)
    notify_team(picture.company, message)
