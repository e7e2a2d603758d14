"""What an edit that waits would change, word by word."""

import re
from copy import copy
from dataclasses import dataclass
from difflib import SequenceMatcher
from typing import Any, NamedTuple

from profiles.catalogue.visibility.access import Viewer
from profiles.catalogue.visibility.fields import CATALOGUE, checked
from profiles.choices import Status
from profiles.companies.held_edits.selectors import edit_of, put
from profiles.curation.reviews.selectors import reviews
from profiles.models import Investor, Startup

# A number, a sign of a script without blanks between words, a word, blanks, any other sign.
SIGNS = "\u3040-\u30ff\u3400-\u4dbf\u4e00-\u9fff\uf900-\ufaff\U00020000-\U0003ffff"
WORD = re.compile(rf"\d+(?:[.,٬٫]\d+)*|[{SIGNS}]|(?:(?![{SIGNS}])\w)+|\s+|.", re.DOTALL)
LONGEST = 4_000  # words of both texts together that are compared one by one


class TextPiece(NamedTuple):
    kind: str
    text: str


@dataclass(frozen=True)
class EditedField:
    """A field or list that was edited. `holds`: others see it already; else it waits."""

    name: str
    label: str
    before: str
    after: str
    holds: bool = False

    @property
    def parts(self) -> list[TextPiece]:
        return word_difference(self.before, self.after)


def word_difference(before: str, after: str) -> list[TextPiece]:
    if before == after:
        return []
    old, new = WORD.findall(before), WORD.findall(after)
    if len(old) + len(new) > LONGEST:
        return [part for part in (TextPiece("del", before), TextPiece("ins", after)) if part.text]
    parts, gone, come = list[TextPiece](), "", ""
    for kind, i, j, k, m in SequenceMatcher(None, old, new, autojunk=False).get_opcodes():
        same, is_change = "".join(old[i:j]), kind != "equal"
        if is_change or ((gone or come) and not same.strip() and j < len(old)):
            gone, come = gone + same, come + "".join(new[k:m])
            continue
        parts += [TextPiece("del", gone), TextPiece("ins", come), TextPiece("", same)]
        gone = come = ""
    parts += [TextPiece("del", gone), TextPiece("ins", come)]
    return [part for part in parts if part.text]


def edited_fields(
    approved: Startup | Investor,
    viewer: Viewer,
    fields: list[reviews.ReviewedField],
    lists: list[reviews.ReviewedList],
) -> list[EditedField]:
    """Return what was changed since a curator read a profile; `fields` and `lists` are as they are now."""
    edit, replaced = edit_of(approved), replaced_since_read(approved)
    waiting, waiting_rows = (edit.values, edit.rows) if edit else ({}, {})
    closed = reviews.closed_amounts(approved, viewer)
    band = {name for name in closed if CATALOGUE[approved.side][name].group == "ask"}
    read = copy(approved)
    put(read, replaced)
    before = {field.name: field.value for field in reviews.shown_fields(read, viewer)}
    found = []
    for field in fields:
        is_band = field.name in closed[:1] and bool(band & waiting.keys())
        if is_band or (field.name in waiting and field.name not in closed):
            found.append(EditedField(field.name, field.label, before[field.name], field.value))
        elif field.name in waiting and field.name not in band:
            label = str(approved._meta.get_field(field.name).verbose_name)  # type: ignore[union-attr]
            found.append(EditedField(field.name, label, "", ""))
        elif field.name in replaced and before[field.name] != field.value:
            found.append(EditedField(field.name, field.label, before[field.name], field.value, holds=True))
    rows = (
        {reviewed.name: reviewed.rows for reviewed in reviews.reviewed_lists(approved, is_newest=False)}
        if waiting_rows
        else {}
    )
    for part in lists:
        if part.name in waiting_rows:
            old, new = map(_lines, (rows[part.name], part.rows))
            gone = "\n".join(line for line in old if line not in new)
            come = "\n".join(line for line in new if line not in old)
            found.append(EditedField(part.name, part.label, gone, come))
    return found


def replaced_since_read(profile: Startup | Investor) -> dict[str, Any]:
    """Return the values a curator read of approved fields that have changed since."""
    replaced: dict[str, Any] = {}
    if profile.status == Status.APPROVED:
        for record in reviews.edits_since(profile):
            before = record.kept.before if hasattr(record, "kept") else {}
            replaced = {name: before[name] for name in checked(profile.side) & before.keys()} | replaced
    return replaced


def _lines(rows: list[list[reviews.ReviewedField]]) -> list[str]:
    return [reviews.line_of(row) for row in rows]
