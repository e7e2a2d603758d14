"""Begin to look at the site as a member, and say whether that still goes on."""

from datetime import datetime, timedelta
from typing import TypedDict

from django.db import transaction
from django.db.models import QuerySet
from django.urls import reverse

from profiles.choices import Side
from profiles.guards import ReasonMissingError, require_curator
from profiles.models import User
from profiles.people.view_as.kinds import VIEW_AS_LIMIT, VIEWED_AS, VIEWED_AS_YOU
from profiles.platform.audit import services as audit
from profiles.platform.limits import services as limits
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message

LASTS = timedelta(minutes=30)


class Viewing(TypedDict):
    user: int
    until: str


class NotAMemberError(Exception):
    """Only an open account of a startup or an investor is looked through."""


def viewable() -> QuerySet[User]:
    return User.objects.filter(is_active=True, role__in=Side.values, is_superuser=False)


@transaction.atomic
def begin(person: User, *, reason: str, by: User, at: datetime) -> Viewing:
    """Record that the curator looks at the site as the person, and tell the person why.

    Raises:
        ReasonMissingError: without a reason.
        NotAMemberError: for any other account.
        LimitReachedError: if the curator does so too often.
    """
    require_curator(by)
    if not reason.strip():
        raise ReasonMissingError
    if not viewable().filter(pk=person.pk).exists():
        raise NotAMemberError
    limits.take_token(VIEW_AS_LIMIT, account=by, at=at)
    audit.record(VIEWED_AS, subject=f"user:{person.pk}", by=by, at=at, details={"message": reason})
    message = Message(
        kind=VIEWED_AS_YOU,
        path=reverse("contact"),
        event=f"{person.pk}:{at.isoformat()}",
        at=at,
        context={"reason": reason, "minutes": LASTS.seconds // 60},
    )
    notifications.notify(person, message)
    return {"user": person.pk, "until": (at + LASTS).isoformat()}


def person_in(viewing: Viewing, *, at: datetime) -> User | None:
    if datetime.fromisoformat(viewing["until"]) <= at:
        return None
    return viewable().filter(pk=viewing["user"]).first()
