"""What many pages do alike: draw a form, say what came of an act, answer that there is no such page."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import Any, TypeVar

from django.contrib import messages
from django.core.paginator import Page, Paginator
from django.db.models import Model, QuerySet
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.functional import Promise
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_http_methods

from profiles.refusals import RefusedError

Found = TypeVar("Found")
Row = TypeVar("Row", bound=Model)
page_with_form = require_http_methods(["GET", "HEAD", "POST"])


def sent_by_post(request: HttpRequest) -> QueryDict | None:
    """Return what the page's form was sent with; None while the page is only looked at."""
    return request.POST if request.method == "POST" else None


def keys_in(request: HttpRequest, name: str) -> list[int]:
    return [int(key) for key in request.POST.getlist(name) if key.isdecimal() and len(key) < 18]


def sent_row_or_404(request: HttpRequest, rows: QuerySet[Row], name: str) -> Row:
    """Return the one of `rows` whose number a field of the page's form names."""
    return get_object_or_404(rows, pk__in=keys_in(request, name)[:1])


def form_page(request: HttpRequest, template: str, form: BaseForm, **context: Any) -> HttpResponse:
    """Draw a page around its form: an empty one, or one in which something is wrong (422)."""
    return render(request, template, {"form": form, **context}, status=422 if form.is_bound else 200)


def page_of(request: HttpRequest, rows: Any, size: int) -> "Page[Any]":
    return Paginator(rows, size).get_page(request.GET.get("page"))


def redirect_here(address: str) -> HttpResponse:
    """Redirect to an address of this site, else to the start page."""
    is_here = address.startswith("/") and url_has_allowed_host_and_scheme(address, allowed_hosts=None)
    return HttpResponseRedirect(address) if is_here else redirect("home")


Words = Mapping[type[Exception], str | Promise]  # for pages that word an exception differently


@contextmanager
def message_on_error(
    request: HttpRequest, done: str | Promise = "", *, words: Words | None = None
) -> Iterator[None]:
    """Show that an act is `done`, or why it is refused: the message of the exception, or its `words`."""
    refusals = (RefusedError, *(words or ()))
    try:
        yield
    except refusals as refusal:
        messages.warning(request, words_for(refusal, words))
    else:
        if done:
            messages.success(request, str(done))


@contextmanager
def raise_404_on(*errors: type[Exception]) -> Iterator[None]:
    try:
        yield
    except errors as error:
        raise Http404 from error


@contextmanager
def form_error_on(form: BaseForm, *, words: Words | None = None, field: str | None = None) -> Iterator[None]:
    """Show at a field, or else above the form, why an act is refused; the form keeps what was typed."""
    refusals = (RefusedError, *(words or ()))
    try:
        yield
    except refusals as refusal:
        name = field or getattr(refusal, "field", None)
        form.add_error(name if name in form.fields else None, words_for(refusal, words))


def words_for(refusal: Exception, words: Words | None = None) -> str:
    """Return the words for an exception: those of the page, else its own message."""
    return next(
        (str(text) for kind, text in (words or {}).items() if isinstance(refusal, kind)), str(refusal)
    )


def found_or_404(found: Found | None) -> Found:
    if found is None:
        raise Http404
    return found
