"""Writes drafts. They are nobody's record yet, so they leave no trace in the audit trail."""

from collections.abc import Mapping
from datetime import datetime

from django.http import QueryDict

from profiles.drafts.selectors import KEPT
from profiles.drafts.tickets import NOT_KEPT, Sent, Ticket
from profiles.limits import services as limits
from profiles.limits.registry import register_limit
from profiles.models import FormDraft, User

DRAFT_LIMIT = register_limit("draft", account=(1200, 1200))


def keep(ticket: Ticket, posted: QueryDict, *, at: datetime) -> FormDraft | None:
    """Keep what was typed for the account and the page of the ticket; None if that account is gone.

    Raises:
        LimitReachedError: if it does so too often.
    """
    user = User.objects.filter(pk=ticket.user_id, is_active=True).first()
    if user is None:
        return None
    limits.take_token(DRAFT_LIMIT, account=user, at=at)
    made, _is_new = FormDraft.objects.update_or_create(
        user=user, path=ticket.path, defaults={"sent": kept(dict(posted.lists())), "saved_at": at}
    )
    return made


def kept(sent: Mapping[str, list[str]]) -> Sent:
    """Return what may be kept: no secrets; files are not among the texts of a form anyway.

    Nor a zero byte, which no field takes and PostgreSQL does not store.
    """
    return {
        name.replace("\0", ""): [text.replace("\0", "") for text in texts]
        for name, texts in sent.items()
        if not name.startswith(NOT_KEPT)
    }


def discard(user: User, path: str) -> None:
    """Throw a draft away: it was saved as a record, or is not wanted."""
    FormDraft.objects.filter(user=user, path=path).delete()


def discard_all(user_id: int) -> None:
    """Throw all drafts of an account away: it has left the company that they were about."""
    FormDraft.objects.filter(user_id=user_id).delete()


def forget_old(*, at: datetime) -> int:
    """Delete the drafts that are too old to be shown; return how many."""
    deleted, _by_model = FormDraft.objects.filter(saved_at__lte=at - KEPT).delete()
    return deleted
