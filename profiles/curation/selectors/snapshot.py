"""What a reviewer was shown, and what has changed since: so that nobody approves what nobody has read.

A review's form carries a signed snapshot. Of every field and list it holds a keyed digest of the exact
content, by which the decision is refused when something differs, and the text as it was shown, to show what.
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
    """One field or list that is not as it was shown; of a list, the rows that went and those that came."""

    label: str
    before: str
    after: str


@dataclass(frozen=True)
class ReviewSnapshot:
    """A profile as a review showed it: `digests` and `shown` texts by field; a list has a line a row."""

    digests: Mapping[str, str]
    shown: Mapping[str, str]

    @cached_property
    def version(self) -> str:
        """What is equal exactly when all contents are."""
        return _digest(sorted(self.digests.items()))

    @property
    def token(self) -> str:
        """The snapshot as a form carries it, signed."""
        return signing.dumps([dict(self.digests), dict(self.shown)], salt=SALT, compress=True)


NOTHING = ReviewSnapshot({}, {})


def snapshot_in(token: str) -> ReviewSnapshot:
    """Return the snapshot that a form carried; NOTHING, which no profile equals, for anything else."""
    try:
        digests, shown = signing.loads(token, salt=SALT)
    except signing.BadSignature:
        return NOTHING
    return ReviewSnapshot(digests, shown)


def snapshot_of(
    profile: Startup | Investor, fields: Iterable[ReviewedField], lists: Iterable[ReviewedList]
) -> ReviewSnapshot:
    """Return the snapshot of a profile that is shown in these words."""
    return ReviewSnapshot(_digests(profile), _texts(fields, lists))


def version_of(profile: Startup | Investor) -> str:
    """Return the version of what a profile says now."""
    return ReviewSnapshot(_digests(profile), {}).version


def changes(before: ReviewSnapshot, after: ReviewSnapshot, labels: Mapping[str, str]) -> list[Change]:
    """Return what differs, in the order of the labels; what several fields tell alike only once."""
    found = (
        Change(label, *_difference(before.shown.get(name, ""), after.shown.get(name, "")))
        for name, label in labels.items()
        if name in before.digests and before.digests[name] != after.digests[name]
    )
    return list(dict.fromkeys(found))


def labels_of(fields: Iterable[ReviewedField], lists: Iterable[ReviewedList]) -> dict[str, str]:
    """Return what the fields and lists are called."""
    return {field.name: field.label for field in fields} | {rows.name: rows.label for rows in lists}


def _difference(before: str, after: str) -> tuple[str, str]:
    """Return the lines that only one of two texts has."""
    old, new = before.splitlines(), after.splitlines()
    return "\n".join(line for line in old if line not in new), "\n".join(
        line for line in new if line not in old
    )


def _digests(profile: Startup | Investor) -> dict[str, str]:
    """Return the digests of the exact contents, the same in every language."""
    with translation.override("en"):
        texts = _texts(reviewed_fields(profile), reviewed_lists(profile))
    return {name: _digest(text) for name, text in texts.items()}


def _texts(fields: Iterable[ReviewedField], lists: Iterable[ReviewedList]) -> dict[str, str]:
    """Return the fields and lists as text, by name."""
    rows = {part.name: "\n".join(_line(row) for row in part.rows) for part in lists}
    return {field.name: field.value for field in fields} | rows


def _line(row: list[ReviewedField]) -> str:
    """Return a row of a list in one line."""
    return " · ".join(f"{field.label}: {' '.join(field.value.split())}" for field in row)


def _digest(content: Any) -> str:
    """Return a keyed digest: hidden contents cannot be guessed from it."""
    return salted_hmac(SALT, str(content), algorithm="sha256").hexdigest()[:24]
