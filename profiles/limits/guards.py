"""What somebody is answered who did something too often: 429, when to try again, and what they typed."""

import math
from collections.abc import Iterable
from datetime import timedelta

from django.contrib import messages
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.limits.services import LimitReachedError

STATUS = 429
# Never sent back to a page: passwords, and the token that every form gets anew.
NOT_KEPT = ("password", "csrfmiddlewaretoken", "oldpassword")


def refusal_words(refusal: LimitReachedError) -> str:
    """Return the refusal in the reader's language."""
    minutes = math.ceil(refusal.wait / timedelta(minutes=1))
    told = ngettext(
        "That was a lot in a short time. Nothing was changed. Please try again in %(minutes)d minute.",
        "That was a lot in a short time. Nothing was changed. Please try again in %(minutes)d minutes.",
        minutes,
    )
    return told % {"minutes": minutes}


def tell(form: BaseForm, refusal: LimitReachedError) -> None:
    """Write the refusal above the form, which keeps what was typed."""
    form.add_error(None, refusal_words(refusal))


def refused(response: HttpResponse, refusal: LimitReachedError) -> HttpResponse:
    """Give a page the status of a refusal, and say to programs when to come again."""
    response.status_code = STATUS
    response.headers["Retry-After"] = str(math.ceil(refusal.wait.total_seconds()))
    return response


def refusal_page(request: HttpRequest, refusal: LimitReachedError) -> HttpResponse:
    """Show the refusal on a page of its own, from which what was posted can be sent again."""
    is_in_place = "HX-Request" in request.headers
    if is_in_place:
        messages.warning(request, refusal_words(refusal))
    context = {
        "title": _("Please wait a little"),
        "text": refusal_words(refusal),
        "action": request.get_full_path(),
        "kept": list(_kept(request.POST.lists())) if request.method == "POST" else [],
        "is_post": request.method == "POST",
    }
    response = refused(render(request, "limits/reached.html", context), refusal)
    if is_in_place:  # a button on a page that stays: only the message is taken from the answer
        response.headers["HX-Reswap"] = "none"
    return response


def _kept(posted: Iterable[tuple[str, list[str]]]) -> Iterable[tuple[str, str]]:
    """Return the names and values that may stand in a page again."""
    for name, values in posted:
        if not name.startswith(NOT_KEPT):
            yield from ((name, value) for value in values)
