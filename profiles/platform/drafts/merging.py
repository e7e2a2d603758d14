"""Two people on one form: changes of one are kept, changes of both are shown side by side.

`base` is the opened form, `now` the stored values, `typed` the input.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from django.core.exceptions import ValidationError
from django.db.models import Model
from django.forms import BaseForm, BoundField, CheckboxInput
from django.http import QueryDict
from django.utils.translation import gettext as _
from django.utils.translation import pgettext

from profiles.platform.drafts.services import Sent

KEEP = "keep-"
MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class Conflict:
    name: str
    label: str
    mine: str
    theirs: str


@dataclass(frozen=True)
class Merged:
    sent: QueryDict
    conflicts: tuple[Conflict, ...] = ()
    taken: tuple[str, ...] = ()


def answered(form: BaseForm, typed: QueryDict, base: Sent) -> QueryDict:
    sent, theirs = typed.copy(), query(base)
    for bound in form_fields(form):
        if typed.get(KEEP + bound.html_name) == THEIRS:
            sent.setlist(bound.html_name, theirs.getlist(bound.html_name))
    return sent


def merge_typed(form: BaseForm, typed: QueryDict, base: Sent, now: Sent) -> Merged:
    states = query(base), query(now), typed
    sent, conflicts, taken = typed.copy(), [], []
    for bound in form_fields(form):
        name, label = bound.html_name, str(bound.label)
        verdict = who_changed(*(said(bound, state) for state in states))
        if verdict == THEIRS:
            sent.setlist(name, states[1].getlist(name))
            taken.append(label)
        elif verdict == BOTH:
            conflicts.append(Conflict(name, label, in_words(bound, typed), in_words(bound, states[1])))
    return Merged(sent, tuple(conflicts), tuple(taken))


def who_changed(before: Any, stored: Any, typed: Any) -> str:
    if stored in (before, typed):
        return MINE
    return THEIRS if typed == before else BOTH


def query(sent: Mapping[str, Sequence[str]]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, texts in sent.items():
        made.setlist(name, list(texts))
    return made


def form_fields(form: BaseForm) -> list[BoundField]:
    return [field.get_bound_field(form, name) for name, field in form.fields.items()]


def sent_by(form: BaseForm) -> Sent:
    return {bound.html_name: texts_of(bound) for bound in form_fields(form)}


def texts_of(bound: BoundField) -> list[str]:
    value = bound.value()
    if isinstance(bound.field.widget, CheckboxInput):
        return ["on"] if value else []
    if value is None:
        return [""]
    return [str(item) for item in value] if isinstance(value, (list, tuple)) else [str(value)]


def said(bound: BoundField, sent: QueryDict) -> str:
    """Return what the field says in `sent`, so that equal input is equal; as typed where it is wrong."""
    raw = bound.field.widget.value_from_datadict(sent, {}, bound.html_name)
    try:
        return _plain(bound.field.clean(raw))
    except ValidationError:
        return _plain(raw)


def _plain(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, Model):
        return str(value.pk)
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, (list, tuple)):
        return "\n".join(sorted(_plain(item) for item in value))
    return str(value)


def in_words(bound: BoundField, sent: QueryDict) -> str:
    raw = bound.field.widget.value_from_datadict(sent, {}, bound.html_name)
    if isinstance(bound.field.widget, CheckboxInput):
        return _("Yes") if raw else _("No")
    names = dict(_choices(getattr(bound.field, "choices", ())))
    values = raw if isinstance(raw, (list, tuple)) else [raw]
    words = [str(names.get(str(value), value)) for value in values if value not in (None, "")]
    return pgettext("between the items of a list", ", ").join(words)


def _choices(options: Any) -> Iterator[tuple[str, Any]]:
    for value, name in options:
        if isinstance(name, (list, tuple)):
            yield from _choices(name)
        else:
            yield str(value), name
