"""One deal or one thesis of an investor: shown, compared with what is stored meanwhile, saved."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.utils.functional import Promise

from profiles.companies.services.companies import ChangedMeanwhileError
from profiles.drafts import services as drafts
from profiles.drafts.forms import Make, TypedForm, opened, posted
from profiles.guards import SignedInRequest
from profiles.limits import services as limits
from profiles.limits.guards import refused, tell
from profiles.limits.table import Verb
from profiles.models import Investor


@dataclass(frozen=True)
class OwnRow:
    """How a row is edited: its form, the page around it, its service, what is said then and where it leads.

    `service` takes `values`, `by`, `at` and `unchanged_since`.
    """

    make: Make
    page: Callable[[TypedForm], HttpResponse]
    service: Callable[..., Any]
    saved: str | Promise
    then: str


def edit_own_row(request: SignedInRequest, investor: Investor, row: OwnRow) -> HttpResponse:
    """Show the form, or save it; what somebody else stored meanwhile is shown beside it."""
    if request.method != "POST":
        return row.page(opened(request, row.make))
    typed = posted(request, row.make)
    if not typed.may_save:
        return row.page(typed)
    at, since = timezone.now(), investor.changed_at
    try:
        limits.take_token(Verb.EDIT, account=request.user, company=investor, at=at)
        row.service(values=typed.form.changes, by=request.user, at=at, unchanged_since=since)
    except limits.LimitReachedError as refusal:
        tell(typed.form, refusal)
        return refused(row.page(typed), refusal)
    except ChangedMeanwhileError:
        investor.refresh_from_db()
        return edit_own_row(request, investor, row)  # compares again, with what is stored now
    drafts.discard(request.user, request.path)
    messages.success(request, str(row.saved))
    return redirect(row.then)
