"""Drafts of forms, and the version in every form that keeps them: who opened it, and what it showed then."""

import secrets
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass, field
from datetime import datetime, timedelta

from django.core import signing
from django.db import transaction
from django.http import HttpRequest, QueryDict
from django.utils import timezone

from profiles.guards import SignedInRequest
from profiles.models import FormDraft, User
from profiles.platform.limits import services as limits
from profiles.platform.limits.services import register_limit

Sent = dict[str, list[str]]  # what a browser sends: texts by name
FIELD = "version"  # the name under which it comes back
SALT = "profiles.drafts"
LASTS = timedelta(days=30)
FORMS = {"application/x-www-form-urlencoded", "multipart/form-data"}
# Never kept: passwords, codes, and the token of the form.
EXCLUDED_FIELDS = ("password", "oldpassword", "csrfmiddlewaretoken", "code")


def new_opening() -> str:
    return secrets.token_hex(4)


@dataclass(frozen=True)
class FormVersion:
    """One form on one page: `base` is what it showed, and `opening` tells two tabs apart."""

    user_id: int
    path: str
    base: Sent
    opening: str = field(default_factory=new_opening)

    def __str__(self) -> str:
        parts = [self.user_id, self.path, self.base, self.opening]
        return signing.dumps(parts, salt=SALT, compress=True)


def version_in(sent: Mapping[str, str]) -> FormVersion | None:
    """Return the version that came with a form; None where there is none, or it is forged or too old."""
    try:
        parts = signing.loads(sent.get(FIELD, ""), salt=SALT, max_age=LASTS)
    except signing.BadSignature:
        return None
    return FormVersion(*parts)


def posted_version(request: HttpRequest) -> FormVersion | None:
    if request.method != "POST" or request.content_type not in FORMS or FIELD not in request.POST:
        return None
    return version_in(request.POST)


def texts_to_keep(sent: Mapping[str, list[str]]) -> Sent:
    """Return what may be kept of a form: no secrets, and no zero bytes, which PostgreSQL does not store."""
    kept = {name: texts for name, texts in sent.items() if not name.startswith(EXCLUDED_FIELDS)}
    return {name.replace("\0", ""): _without_zero_bytes(texts) for name, texts in kept.items()}


def _without_zero_bytes(texts: list[str]) -> list[str]:
    return [text.replace("\0", "") for text in texts]


RETENTION = timedelta(days=14)


def draft_of(user: User, path: str, *, at: datetime) -> FormDraft | None:
    if user.is_viewed:
        return None
    return FormDraft.objects.unsaved().filter(user=user, path=path, saved_at__gt=at - RETENTION).first()


def has_drafts(user: User, *, at: datetime) -> bool:
    return FormDraft.objects.unsaved().filter(user=user, saved_at__gt=at - RETENTION).exists()


DRAFT_LIMIT = register_limit("draft", account=(1200, 1200))

SAVED_FORMS_KEPT = 20

SAVED = "corridor.form_is_saved"  # in the META of a request whose form is stored


def keep(
    version: FormVersion, posted: QueryDict, *, at: datetime, is_autosave: bool = False
) -> FormDraft | None:
    """Keep what was typed for the account and the page of the version.

    Returns None if that account is gone, or for an autosave that arrives after its form was saved.

    Raises:
        LimitReachedError: if it does so too often.
    """
    user = User.objects.filter(pk=version.user_id, is_active=True).first()
    if user is None:
        return None
    limits.take_token(DRAFT_LIMIT, account=user, at=at)
    with transaction.atomic():
        draft = _locked_draft(user, version.path)
        if is_autosave and version.opening in draft.saved_forms:
            return None
        draft.sent = texts_to_keep(dict(posted.lists()))
        draft.saved_at = at
        draft.save()
    return draft


def _locked_draft(user: User, path: str) -> FormDraft:
    FormDraft.objects.get_or_create(user=user, path=path)
    return FormDraft.objects.select_for_update(no_key=True).get(user=user, path=path)


def keep_typed(version: FormVersion, posted: QueryDict, *, at: datetime, is_autosave: bool = False) -> None:
    with suppress(limits.LimitReachedError):
        keep(version, posted, at=at, is_autosave=is_autosave)


def discard_draft(request: SignedInRequest) -> None:
    """Forget what was typed: the form of this request is saved, and a late autosave of it is dropped."""
    version = version_in(request.POST)
    if version:
        close_form(request.user, version, at=timezone.now())
    else:
        discard(request.user, request.path)
    request.META[SAVED] = True


def close_form(user: User, version: FormVersion, *, at: datetime) -> None:
    with transaction.atomic():
        draft = _locked_draft(user, version.path)
        saved_forms = [*draft.saved_forms, version.opening]
        draft.saved_forms = saved_forms[-SAVED_FORMS_KEPT:]
        draft.sent = {}
        draft.saved_at = at
        draft.save()


def discard(user: User, path: str) -> None:
    FormDraft.objects.filter(user=user, path=path).update(sent={})


def discard_all(user_id: int) -> None:
    FormDraft.objects.filter(user_id=user_id).delete()


def forget_old(*, at: datetime) -> int:
    deleted, _by_model = FormDraft.objects.filter(saved_at__lte=at - RETENTION).delete()
    return deleted
