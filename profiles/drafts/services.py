"""Writes drafts. They are nobody's record yet, so they leave no trace in the audit trail."""

from contextlib import suppress
from datetime import datetime

from django.http import HttpRequest, QueryDict

from profiles.drafts.selectors import RETENTION
from profiles.drafts.versions import FormVersion, texts_to_keep, version_in
from profiles.guards import SignedInRequest
from profiles.limits import services as limits
from profiles.limits.services import register_limit
from profiles.models import FormDraft, User

DRAFT_LIMIT = register_limit("draft", account=(1200, 1200))

SAVED = "corridor.form_is_saved"  # in the META of a request whose form is stored


def keep(version: FormVersion, posted: QueryDict, *, at: datetime) -> FormDraft | None:
    """Keep what was typed for the account and the page of the version; None if that account is gone.

    Raises:
        LimitReachedError: if it does so too often.
    """
    user = User.objects.filter(pk=version.user_id, is_active=True).first()
    if user is None:
        return None
    limits.take_token(DRAFT_LIMIT, account=user, at=at)
    sent = texts_to_keep(dict(posted.lists()))
    made, _is_new = FormDraft.objects.update_or_create(
        user=user, path=version.path, defaults={"sent": sent, "saved_at": at}
    )
    return made


def keep_sent(request: HttpRequest, version: FormVersion, *, at: datetime) -> None:
    """Keep the form that was sent; only a program sends so much that it is not."""
    with suppress(limits.LimitReachedError):
        keep(version, request.POST, at=at)


def discard_draft(request: SignedInRequest) -> None:
    """Note that the form that was sent is stored: its draft goes, and the middleware keeps none of it."""
    version = version_in(request.POST)
    discard(request.user, version.path if version else request.path)
    request.META[SAVED] = True


def discard(user: User, path: str) -> None:
    """Delete a draft: it was saved as a record, or is not wanted."""
    FormDraft.objects.filter(user=user, path=path).delete()


def discard_all(user_id: int) -> None:
    """Delete all drafts of an account: it has left the company that they were about."""
    FormDraft.objects.filter(user_id=user_id).delete()


def forget_old(*, at: datetime) -> int:
    """Delete the drafts that are too old to be shown; return how many."""
    deleted, _by_model = FormDraft.objects.filter(saved_at__lte=at - RETENTION).delete()
    return deleted
