"""Drafts of forms, and the version in every form that keeps them: who opened it, and what it showed then."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.core import signing
from django.http import HttpRequest, QueryDict

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


@dataclass(frozen=True)
class FormVersion:
    user_id: int
    path: str
    base: Sent

    def __str__(self) -> str:
        return signing.dumps([self.user_id, self.path, self.base], salt=SALT, compress=True)


def version_in(sent: Mapping[str, str]) -> FormVersion | None:
    """Return the version that came with a form; None where there is none, or it is forged or too old."""
    try:
        user_id, path, base = signing.loads(sent.get(FIELD, ""), salt=SALT, max_age=LASTS)
    except (signing.BadSignature, ValueError):
        return None
    return FormVersion(user_id, path, base)


def posted_version(request: HttpRequest) -> FormVersion | None:
    if request.method != "POST" or request.content_type not in FORMS or FIELD not in request.POST:
        return None
    return version_in(request.POST)


def texts_to_keep(sent: Mapping[str, list[str]]) -> Sent:
    """Return what may be kept of a form: no secrets, and no zero bytes, which PostgreSQL does not store."""
    return {
        name.replace("\0", ""): [text.replace("\0", "") for text in texts]
        for name, texts in sent.items()
        if not name.startswith(EXCLUDED_FIELDS)
    }


RETENTION = timedelta(days=14)


def draft_of(user: User, path: str, *, at: datetime) -> FormDraft | None:
    if user.is_viewed:
        return None
    return FormDraft.objects.filter(user=user, path=path, saved_at__gt=at - RETENTION).first()


def has_drafts(user: User, *, at: datetime) -> bool:
    return FormDraft.objects.filter(user=user, saved_at__gt=at - RETENTION).exists()


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


def keep_typed(version: FormVersion, posted: QueryDict, *, at: datetime) -> None:
    with suppress(limits.LimitReachedError):
        keep(version, posted, at=at)


def discard_draft(request: SignedInRequest) -> None:
    version = version_in(request.POST)
    discard(request.user, version.path if version else request.path)
    request.META[SAVED] = True


def discard(user: User, path: str) -> None:
    FormDraft.objects.filter(user=user, path=path).delete()


def discard_all(user_id: int) -> None:
    FormDraft.objects.filter(user_id=user_id).delete()


def forget_old(*, at: datetime) -> int:
    deleted, _by_model = FormDraft.objects.filter(saved_at__lte=at - RETENTION).delete()
    return deleted
