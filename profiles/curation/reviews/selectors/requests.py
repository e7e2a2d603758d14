"""What curators have asked for: whether its content has changed since, and the reasons at hand."""

from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils import translation
from django.utils.translation import gettext as _

from profiles.companies.held_edits.selectors import edit_of
from profiles.curation.reviews.concerns import concerns_of
from profiles.curation.reviews.selectors.queues import Row
from profiles.curation.reviews.selectors.reviews import Content, exact_fields, reviewed_list
from profiles.models import CannedReason, Investor, ReviewReason, Startup, User

Company = Startup | Investor


def offered_reasons() -> "QuerySet[CannedReason]":
    return CannedReason.objects.filter(retired_at=None)


def open_requests(profile: Company) -> "QuerySet[ReviewReason]":
    rows = ReviewReason.objects.filter(closed_at=None, **{f"review__{profile.side}": profile})
    return rows.exclude(field="").select_related("canned", "review").order_by("pk")


def held_back_by(row: Row, *, me: User) -> list[str]:
    """Return why a profile needs a look of its own, so that it is not approved together with others."""
    profile = row.profile
    asked = open_requests(profile).filter(mended_at=None).exists()
    others = [row.curator] if row.curator and row.curator != me else []
    return [
        *(concern.text for concern in concerns_of(profile)),
        *([_("The team has edited the profile. Read each change.")] if edit_of(profile) else []),
        *([_("The owner has not yet done what a curator asked for.")] if asked else []),
        *(_("%(name)s is assigned to this profile.") % {"name": curator} for curator in others),
    ]


def digest_of(content: Content, profile: Company, name: str) -> str:
    exact = exact_fields(profile.side)
    if name in exact:
        return "".join(content.fields[each][: 24 // len(exact)] for each in exact)
    return content.fields.get(name, "")


def is_mended(asked: ReviewReason, content: Content, profile: Company) -> bool:
    if asked.row:
        return asked.digest not in content.rows.get(asked.field, ())
    return asked.digest != digest_of(content, profile, asked.field)


def request_about(profile: Company, key: str, content: Content) -> dict[str, Any]:
    name, _dash, digest = key.partition("-")
    keys = content.rows.get(name, [])
    if digest not in keys:
        return {"field": name, "digest": digest_of(content, profile, name)}
    names = {}
    for code, _language in settings.LANGUAGES:
        with translation.override(code):
            row = reviewed_list(profile, name).rows[keys.index(digest)]
        names[code[:2]] = row[0].value[:120] if row else ""
    return {"field": name, "row": names, "digest": digest}
