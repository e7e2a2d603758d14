"""Reads drafts: only ever those of the account that asks."""

from datetime import datetime, timedelta

from profiles.models import FormDraft, User

RETENTION = timedelta(days=14)


def draft_of(user: User, path: str, *, at: datetime) -> FormDraft | None:
    """Return what the account typed on a page and did not save, if that is not too old."""
    return FormDraft.objects.filter(user=user, path=path, saved_at__gt=at - RETENTION).first()


def has_drafts(user: User, *, at: datetime) -> bool:
    """Tell whether something that the account typed and did not save is kept."""
    return FormDraft.objects.filter(user=user, saved_at__gt=at - RETENTION).exists()
