"""What someone is answered who did something too often: 429, and when to try again."""

import math
from datetime import timedelta

from django.forms import BaseForm
from django.http import HttpResponse
from django.utils.translation import ngettext

from profiles.platform.limits.services import LimitReachedError

STATUS = 429


def refusal_words(refusal: LimitReachedError) -> str:
    minutes = math.ceil(refusal.wait / timedelta(minutes=1))
    text = ngettext(
        "Too many actions in a short time. Nothing was changed. Please try again in %(minutes)d minute.",
        "Too many actions in a short time. Nothing was changed. Please try again in %(minutes)d minutes.",
        minutes,
    )
    return text % {"minutes": minutes}


def show_refusal(form: BaseForm, refusal: LimitReachedError) -> None:
    form.add_error(None, refusal_words(refusal))


def refused(response: HttpResponse, refusal: LimitReachedError) -> HttpResponse:
    response.status_code = STATUS
    response.headers["Retry-After"] = str(math.ceil(refusal.wait.total_seconds()))
    return response
