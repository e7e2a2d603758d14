"""A form that keeps what is typed: opened with a draft if there is one, compared with what is stored.

Whatever comes back and is not `saved` is kept by the middleware.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.core.exceptions import NON_FIELD_ERRORS
from django.forms.utils import ErrorDict
from django.http import HttpResponse, QueryDict
from django.shortcuts import render
from django.utils import timezone

from profiles.drafts.merging import Conflict, Merged, answered, merge_typed
from profiles.drafts.selectors import KEPT, draft_of
from profiles.drafts.sending import lists_of, query, sent_by
from profiles.drafts.tickets import Ticket, ticket_in
from profiles.guards import SignedInRequest
from profiles.models import FormDraft

Make = Callable[[QueryDict | None], Any]  # a form over the record as it is stored now, bound to data or not


@dataclass(frozen=True)
class TypedForm:
    """What a page shows: the form, the ticket that it sends back, and what its reader should know.

    `stored` is the same form over what was stored when the two were compared.
    """

    form: Any
    stored: Any
    ticket: str
    path: str
    draft: FormDraft | None = None
    conflicts: tuple[Conflict, ...] = ()
    taken: tuple[str, ...] = ()

    @property
    def may_save(self) -> bool:
        """Whether the form is right and says nothing that somebody else has just said otherwise."""
        is_right = self.form.is_bound and not self.draft and self.form.is_valid()
        return bool(is_right and not self.conflicts)

    @property
    def is_wrong(self) -> bool:
        """Whether fields have to be corrected."""
        return bool(self.form.is_bound and not self.draft and not self.form.is_valid())

    @property
    def is_refused(self) -> bool:
        """Whether no field is wrong, but what the form asks for cannot be done now."""
        return self.is_wrong and set(self.form.errors) == {NON_FIELD_ERRORS}

    @property
    def kept_days(self) -> int:
        """For how long a draft is kept."""
        return KEPT.days


def typed_form(request: SignedInRequest, make: Make, *, path: str = "") -> TypedForm:
    """Return the form of a page, whether it is looked at or was sent.

    `path`: where the page is looked at, if its form is sent to another address.
    """
    found = posted if request.method == "POST" else opened
    return found(request, make, path=path)


def typed_page(request: SignedInRequest, template: str, typed: TypedForm, **context: Any) -> HttpResponse:
    """Draw a page around such a form; 422 where it is wrong, 409 where others stored something else.

    The first wrong field comes into view and gets the focus, however long the page is.
    """
    if typed.is_wrong:
        focus_first_error(typed.form)
    context |= {"form": typed.form, "typed": typed}
    status = 409 if typed.conflicts else 422 if typed.is_wrong else 200
    return render(request, template, context, status=status)


def focus_first_error(form: Any) -> None:
    """Let a browser show the first field that has to be corrected, with or without scripts."""
    for each in (form, *(row for formset in lists_of(form).values() for row in formset.forms)):
        for name, field in each.fields.items():
            if name in each.errors and not field.widget.is_hidden:
                field.widget.attrs["autofocus"] = True
                return


def opened(request: SignedInRequest, make: Make, *, path: str = "") -> TypedForm:
    """Return the form for a page that is looked at: as it was left, or as it is stored."""
    stored = make(None)
    fresh = ticket_for(request, stored, path)
    draft = draft_of(request.user, fresh.path, at=timezone.now())
    if draft is None:
        return TypedForm(stored, stored, str(fresh), fresh.path)
    sent = query(draft.sent)
    known = ticket_in(sent)
    form = without_errors(make(sent))
    return TypedForm(form, stored, str(known or fresh), fresh.path, draft=draft)


def posted(request: SignedInRequest, make: Make, *, path: str = "") -> TypedForm:
    """Return the form for a page that was sent: as typed, and with what others stored meanwhile.

    A form without a ticket is taken as it is: programs have none.
    """
    stored = make(None)
    fresh, known = ticket_for(request, stored, path), ticket_in(request.POST)
    found = Merged(request.POST)
    if known is not None:
        found = Merged(answered(stored, request.POST, known.base))
        if known.base != fresh.base:
            found = merge_typed(stored, found.sent, known.base, fresh.base)
    return TypedForm(
        make(found.sent), stored, str(fresh), fresh.path, conflicts=found.conflicts, taken=found.taken
    )


def ticket_for(request: SignedInRequest, stored: Any, path: str) -> Ticket:
    """Return the ticket of a form that shows what is stored."""
    return Ticket(request.user.pk, path or request.path, sent_by(stored))


def without_errors(form: Any) -> Any:
    """Return a form that shows what was typed without telling yet what is wrong with it."""
    for each in (form, *(row for formset in lists_of(form).values() for row in formset.forms)):
        each._errors, each.cleaned_data = ErrorDict(), {}
    for formset in lists_of(form).values():
        formset._errors, formset._non_form_errors = [{} for _row in formset.forms], formset.error_class()
    return form
