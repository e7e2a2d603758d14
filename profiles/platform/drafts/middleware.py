"""Neither a refused form nor an ended session costs anyone what was typed, or the place where one was."""

from urllib.parse import urlencode, urlsplit

from django.conf import settings
from django.contrib import messages
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render, resolve_url
from django.utils import timezone
from django.utils.deprecation import MiddlewareMixin
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.platform.drafts import services
from profiles.platform.limits.guards import refusal_words, refused
from profiles.platform.limits.services import LimitReachedError


class DraftMiddleware(MiddlewareMixin):
    """Keeps forms that were not saved, whatever the answer, and leads back who has to sign in first."""

    def process_request(self, request: HttpRequest) -> HttpResponse | None:
        version = services.posted_version(request) if request.method == "POST" else None
        if not version or not request.user.is_authenticated or request.user.pk == version.user_id:
            return None
        services.keep_typed(version, request.POST, at=timezone.now())
        messages.warning(request, other_account())
        return HttpResponse(status=204) if "HX-Request" in request.headers else redirect("home")

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        return refusal_page(request, exception) if isinstance(exception, LimitReachedError) else None

    def process_response(self, request: HttpRequest, response: HttpResponse) -> HttpResponse:
        if request.method != "POST":
            return response
        version = services.posted_version(request)
        is_ended = not request.user.is_authenticated and is_sign_in(request, response)
        # What a part of a page asks beside the form while someone types is not the form being sent.
        is_by_script = "HX-Request" in request.headers
        is_beside = bool(version and is_by_script and request.path != version.path)
        is_kept = is_ended or not is_beside
        if version and services.SAVED not in request.META and is_kept:
            services.keep_typed(version, request.POST, at=timezone.now(), is_autosave=is_beside)
        if version and response.status_code == 404:
            return gone_page(request, version)
        if not is_ended:
            return response
        if version and is_by_script:
            return draft_first()
        text = _(
            "You are no longer signed in, so nothing was changed. Sign in and you will return to where you "
            "were."
        )
        if version:
            text = ngettext(
                "Your session had ended. What you typed is kept for %(days)d day, for your account only. "
                "Sign in, and the form is there.",
                "Your session had ended. What you typed is kept for %(days)d days, for your account only. "
                "Sign in, and the form is there.",
                services.RETENTION.days,
            ) % {"days": services.RETENTION.days}
        messages.info(request, text)
        return to_sign_in(request, version.path if version else place_of(request))


def refusal_page(request: HttpRequest, refusal: LimitReachedError) -> HttpResponse:
    is_in_place = "HX-Request" in request.headers
    if is_in_place:
        messages.warning(request, refusal_words(refusal))
    sent = services.texts_to_keep(dict(request.POST.lists()))
    context = {
        "title": _("Please wait a little"),
        "text": refusal_words(refusal),
        "action": request.get_full_path(),
        "kept": texts_by_name(sent),
        "is_post": request.method == "POST",
    }
    response = refused(render(request, "platform/limits/reached.html", context), refusal)
    if is_in_place:  # a button on a page that stays: only the message is taken from the answer
        response.headers["HX-Reswap"] = "none"
    return response


def texts_by_name(sent: services.Sent) -> list[tuple[str, str]]:
    return [(name, text) for name, texts in sent.items() for text in texts]


def gone_page(request: HttpRequest, version: services.FormVersion) -> HttpResponse:
    typed = {
        name: texts
        for name, texts in services.texts_to_keep(dict(request.POST.lists())).items()
        if name != services.FIELD and texts != version.base.get(name)
    }
    texts = [text for value in typed.values() for text in value if text]
    return render(request, "platform/drafts/gone.html", {"texts": texts}, status=404)


def is_sign_in(request: HttpRequest, response: HttpResponse) -> bool:
    if response.status_code != 302:
        return False
    target = urlsplit(response["Location"])
    wanted = QueryDict(target.query).get("next")
    return target.path == resolve_url(settings.LOGIN_URL) and wanted == request.get_full_path()


def to_sign_in(request: HttpRequest, path: str) -> HttpResponse:
    address = f"{resolve_url(settings.LOGIN_URL)}?{urlencode({'next': path})}"
    if "HX-Request" not in request.headers:
        return redirect(address)
    response = HttpResponse(status=204)
    response.headers["HX-Redirect"] = address
    return response


def draft_first() -> HttpResponse:
    """Leave the page as it is and let its form keep its draft, whose answer says what to do."""
    response = HttpResponse(status=204)
    response.headers["HX-Trigger"] = "keep-draft"
    return response


def place_of(request: HttpRequest) -> str:
    page = request.headers.get("HX-Current-URL") or request.headers.get("Referer") or ""
    if not url_has_allowed_host_and_scheme(page, {request.get_host()}, require_https=request.is_secure()):
        return resolve_url(settings.LOGIN_REDIRECT_URL)
    parts = urlsplit(page)
    return f"{parts.path}?{parts.query}" if parts.query else parts.path


def other_account() -> str:
    return _(
        "That form was filled in with another account. Nothing was saved here. Sign in with that account to "
        "find what was typed."
    )
