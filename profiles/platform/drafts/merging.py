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
from django.forms.formsets import DELETION_FIELD_NAME, BaseFormSet
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
    is_list: bool = False


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
    for name, formset in lists_of(form).items():
        answer = typed.get(KEEP + name)
        if answer == THEIRS:
            take_rows(sent, theirs, formset.prefix)
        elif answer == BOTH:
            add_rows(sent, theirs, formset)
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
    for name, formset in lists_of(form).items():
        rows = [rows_in(formset, state) for state in states]
        related = form._meta.model._meta.get_field(name).related_model  # type: ignore[attr-defined]
        label = str(related._meta.verbose_name_plural)
        verdict = who_changed(*(set(row) for row in rows))
        if verdict == THEIRS:
            take_rows(sent, states[1], formset.prefix)
            taken.append(label)
        elif verdict == BOTH:
            _before, theirs, mine = ("\n".join(words for _at, words in row.values()) for row in rows)
            conflicts.append(Conflict(name, label, mine, theirs, is_list=True))
    return Merged(sent, tuple(conflicts), tuple(taken))


def who_changed(before: Any, stored: Any, typed: Any) -> str:
    if stored in (before, typed):
        return MINE
    return THEIRS if typed == before else BOTH


def take_rows(sent: QueryDict, other: QueryDict, prefix: str) -> None:
    start = f"{prefix}-"
    for name in [name for name in sent if name.startswith(start)]:
        del sent[name]
    for name in other:
        if name.startswith(start):
            sent.setlist(name, other.getlist(name))


def add_rows(sent: QueryDict, other: QueryDict, formset: Any) -> None:
    prefix, mine = formset.prefix, rows_in(formset, sent)
    total = type(formset)(sent, prefix=prefix).total_form_count()  # a number, whatever was sent
    new = [index for text, (index, _words) in rows_in(formset, other).items() if text not in mine]
    for place, index in enumerate(new, start=total):
        start = f"{prefix}-{index}-"
        for name in [name for name in other if name.startswith(start)]:
            sent.setlist(f"{prefix}-{place}-{name.removeprefix(start)}", other.getlist(name))
    sent[f"{prefix}-TOTAL_FORMS"] = str(total + len(new))


def query(sent: Mapping[str, Sequence[str]]) -> QueryDict:
    made = QueryDict(mutable=True)
    for name, texts in sent.items():
        made.setlist(name, list(texts))
    return made


def lists_of(form: BaseForm) -> dict[str, Any]:
    sections: dict[str, Any] = getattr(form, "sections", {})
    return sections


def form_fields(form: BaseForm) -> list[BoundField]:
    return [
        field.get_bound_field(form, name)
        for name, field in form.fields.items()
        if name != DELETION_FIELD_NAME
    ]


def sent_by(form: BaseForm) -> Sent:
    sent = {bound.html_name: texts_of(bound) for bound in form_fields(form)}
    for formset in lists_of(form).values():
        rows = [row for row in formset if row.initial]
        counts = {"TOTAL_FORMS": len(rows), "INITIAL_FORMS": len(rows)}
        sent |= {f"{formset.prefix}-{name}": [str(count)] for name, count in counts.items()}
        sent |= {bound.html_name: texts_of(bound) for row in rows for bound in form_fields(row)}
    return sent


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


def rows_in(formset: BaseFormSet[Any], sent: QueryDict) -> dict[str, tuple[int, str]]:
    """Return the rows that are filled in, in order: what each says → its number and how it reads."""
    terms = getattr(formset.forms[0], "terms", None) if formset.forms else None
    bound: Any = type(formset)(sent, prefix=formset.prefix, **({"terms": terms} if terms else {}))
    filled = (
        (index, row)
        for index, row in enumerate(bound.forms)
        if row.has_changed() and not sent.get(row.add_prefix(DELETION_FIELD_NAME))
    )
    return {
        "\n\n".join(said(field, sent) for field in form_fields(row)): (index, row_words(row, sent))
        for index, row in filled
    }


def row_words(row: BaseForm, sent: QueryDict) -> str:
    lines = ((bound.label, in_words(bound, sent)) for bound in form_fields(row))
    return " · ".join(f"{label}: {words}" for label, words in lines if words)
