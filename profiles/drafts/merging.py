"""Two people on one form: what only one of them changed stands, what both changed is shown side by side.

`base` is what the form showed when it was opened, `now` what is stored, `typed` what came in. The answers to
a conflict come back as fields of the form: `keep-<name>` is mine, theirs or, for lists, both.
"""

from dataclasses import dataclass
from typing import Any

from django.forms import BaseForm
from django.forms.formsets import BaseFormSet
from django.http import QueryDict

from profiles.drafts.sending import form_fields, in_words, lists_of, query, rows_in, said
from profiles.drafts.tickets import Sent

KEEP = "keep-"
States = tuple[QueryDict, QueryDict, QueryDict]  # as opened, as stored now, as typed
MINE, THEIRS, BOTH = "mine", "theirs", "both"


@dataclass(frozen=True)
class Conflict:
    """A field that two changed. `name` is where the answer goes; a list can keep both."""

    name: str
    label: str
    mine: str
    theirs: str
    is_list: bool = False


@dataclass(frozen=True)
class Merged:
    """What the form says now: `sent`, with `taken`, the labels of what only the others changed."""

    sent: QueryDict
    conflicts: tuple[Conflict, ...] = ()
    taken: tuple[str, ...] = ()


def answered(form: BaseForm, typed: QueryDict, base: Sent) -> QueryDict:
    """Return what was typed, with the answers to an earlier conflict put in; `base` has what theirs was."""
    sent, theirs = typed.copy(), query(base)
    for bound in form_fields(form):
        if typed.get(KEEP + bound.html_name) == THEIRS:
            take_field(sent, theirs, bound.html_name)
    for name, formset in lists_of(form).items():
        answer = typed.get(KEEP + name)
        if answer == THEIRS:
            take_rows(sent, theirs, formset.prefix)
        elif answer == BOTH:
            add_rows(sent, theirs, formset)
    return sent


def merge_typed(form: BaseForm, typed: QueryDict, base: Sent, now: Sent) -> Merged:
    """Return what was typed and what was stored meanwhile in one; `form` shows what is stored."""
    states = query(base), query(now), typed
    fields, lists = form_fields(form), lists_of(form)
    verdicts = {bound.html_name: who_changed(*(said(bound, each) for each in states)) for bound in fields}
    verdicts |= {name: compared_rows(rows, states)[0] for name, rows in lists.items()}
    sent = typed.copy()
    for name, verdict in verdicts.items():
        if verdict == THEIRS:
            (take_rows if name in lists else take_field)(sent, states[1], name)
    labels = {bound.html_name: str(bound.label) for bound in fields} | {n: title_of(form, n) for n in lists}
    return Merged(
        sent,
        tuple(_conflict(form, name, labels[name], states) for name in verdicts if verdicts[name] == BOTH),
        tuple(labels[name] for name in verdicts if verdicts[name] == THEIRS),
    )


def _conflict(form: BaseForm, name: str, label: str, states: States) -> Conflict:
    """Return both versions in words."""
    if name in lists_of(form):
        return Conflict(name, label, *compared_rows(lists_of(form)[name], states)[1], is_list=True)
    bound = next(field for field in form_fields(form) if field.html_name == name)
    return Conflict(name, label, in_words(bound, states[2]), in_words(bound, states[1]))


def compared_rows(formset: BaseFormSet[Any], states: States) -> tuple[str, tuple[str, str]]:
    """Return whose change of a list counts, and how mine and theirs read."""
    rows = [rows_in(formset, state) for state in states]
    lines = ["\n".join(words for _index, words in each.values()) for each in rows]
    return who_changed(*(set(each) for each in rows)), (lines[2], lines[1])


def who_changed(before: Any, stored: Any, typed: Any) -> str:
    """Return whose change counts: mine, theirs, or both differ."""
    if stored in (before, typed):
        return MINE
    return THEIRS if typed == before else BOTH


def title_of(form: BaseForm, name: str) -> str:
    """Return what a list of rows is called."""
    found = form._meta.model._meta.get_field(name).related_model  # type: ignore[attr-defined]
    return str(found._meta.verbose_name_plural)


def take_field(sent: QueryDict, other: QueryDict, name: str) -> None:
    """Let `sent` say of one field what `other` says."""
    sent.setlist(name, other.getlist(name))


def take_rows(sent: QueryDict, other: QueryDict, prefix: str) -> None:
    """Let `sent` have the rows of `other`."""
    start = f"{prefix}-"
    for name in [name for name in sent if name.startswith(start)]:
        del sent[name]
    for name in other:
        if name.startswith(start):
            take_field(sent, other, name)


def add_rows(sent: QueryDict, other: QueryDict, formset: Any) -> None:
    """Put those rows of `other` that `sent` has not under those of `sent`."""
    prefix, mine = formset.prefix, rows_in(formset, sent)
    total = type(formset)(sent, prefix=prefix).total_form_count()  # a number, whatever was sent
    new = [index for text, (index, _words) in rows_in(formset, other).items() if text not in mine]
    for place, index in enumerate(new, start=total):
        start = f"{prefix}-{index}-"
        for name in [name for name in other if name.startswith(start)]:
            sent.setlist(f"{prefix}-{place}-{name.removeprefix(start)}", other.getlist(name))
    sent[f"{prefix}-TOTAL_FORMS"] = str(total + len(new))
