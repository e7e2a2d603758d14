"""What a reviewer was shown, and what has changed since, so that no one approves what no one has read.

A review form carries a signed snapshot. For every field and list it has a keyed digest of the exact content,
by which a decision on changed content is refused, and the text as shown, to say what has changed.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from django.core import signing
from django.utils import translation
from django.utils.crypto import salted_hmac

from profiles.curation.selectors.reviews import (
    ReviewedField,
    ReviewedList,
    reviewed_fields,
    reviewed_lists,
)
from profiles.models import Investor, Startup

SALT = "profiles.curation.snapshot"


@dataclass(frozen=True)
class Change:
    """A field or list that differs from the snapshot. For a list: the rows removed and added."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ReviewSnapshot:
    """A profile as a review showed it: `digests` and `shown` texts by field; one line per row of a list."""

    digests: Mapping[str, str]
    shown: Mapping[str, str]

    @cached_property
    def version(self) -> str:
        """Equal if and only if all contents are equal."""
        return _digest(sorted(self.digests.items()))

    @property
    def token(self) -> str:
        """The signed snapshot for a form."""
        return signing.dumps([dict(self.digests), dict(self.shown)], salt=SALT, compress=True)


NOTHING = ReviewSnapshot({}, {})


def snapshot_in(token: str) -> ReviewSnapshot:
    """Return the snapshot in a form; NOTHING, which equals no profile, if there is none."""
    try:
        digests, shown = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return NOTHING
    return ReviewSnapshot(digests, shown)


def snapshot_of(
    profile: Startup | Investor, fields: Iterable[ReviewedField], lists: Iterable[ReviewedList]
) -> ReviewSnapshot:
    return ReviewSnapshot(_digests(profile), _texts(fields, lists))


def version_of(profile: Startup | Investor) -> str:
    """Return the version of the present content of a profile."""
    return ReviewSnapshot(_digests(profile), {}).version


def changes(before: ReviewSnapshot, after: ReviewSnapshot, labels: Mapping[str, str]) -> list[Change]:
    """Return the changes in the order of the labels. A text shared by several fields appears once."""
    found = (
        Change(label, *_difference(before.shown.get(name, ""), after.shown.get(name, "")))
        for name, label in labels.items()
        if name in before.digests and before.digests[name] != after.digests[name]
    )
    return list(dict.fromkeys(found))


def labels_of(fields: Iterable[ReviewedField], lists: Iterable[ReviewedList]) -> dict[str, str]:
    return {field.name: field.label for field in fields} | {rows.name: rows.label for rows in lists}


def _difference(before: str, after: str) -> tuple[str, str]:
    """Return the lines that only one of two texts has."""
    old, new = before.splitlines(), after.splitlines()
    return "\n".join(line for line in old if line not in new), "\n".join(
        line for line in new if line not in old
    )


def _digests(profile: Startup | Investor) -> dict[str, str]:
    """Return digests of the exact contents. They do not depend on the language."""
    with translation.override("en"):
        texts = _texts(reviewed_fields(profile), reviewed_lists(profile))
    return {name: _digest(text) for name, text in texts.items()}


def _texts(fields: Iterable[ReviewedField], lists: Iterable[ReviewedList]) -> dict[str, str]:
    rows = {part.name: "\n".join(_line(row) for row in part.rows) for part in lists}
    return {field.name: field.value for field in fields} | rows


def _line(row: list[ReviewedField]) -> str:
    return " · ".join(f"{field.label}: {' '.join(field.value.split())}" for field in row)


def _digest(content: Any) -> str:
    """Return a keyed digest, so that hidden contents cannot be guessed from it."""
    return salted_hmac(SALT, str(content), algorithm="sha256").hexdigest()[:24]
