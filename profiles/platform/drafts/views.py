"""Saving and discarding drafts, and forms older than the session."""

from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.utils.translation import gettext as _
from django.views.csrf import csrf_failure
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from profiles.guards import SignedInRequest
from profiles.platform.drafts import services
from profiles.platform.drafts.middleware import draft_first, other_account
from profiles.platform.drafts.services import posted_version, version_in


@csrf_exempt  # the signed version says whose text it is; a page from before a new sign-in has an old token
@require_POST
def draft_save(request: HttpRequest) -> HttpResponse:
    """Keep what is typed so far, for the account and the page that the form's version names."""
    version = posted_version(request)
    if version is None:
        raise Http404
    draft = services.keep(version, request.POST, at=timezone.now(), is_autosave=True)
    request.META[services.SAVED] = True
    context = {"draft": draft, "path": version.path, "is_signed_out": not request.user.is_authenticated}
    return render(request, "platform/drafts/saved.html", context)


@require_POST
@login_required
def draft_discard(request: SignedInRequest) -> HttpResponse:
    version = version_in({services.FIELD: request.POST.get("form", "")})
    if version is None or version.user_id != request.user.pk:
        raise Http404
    services.close_form(request.user, version, at=timezone.now())
    messages.success(request, _("Draft discarded. You now see the saved version."))
    return redirect(version.path)


def stale_form(request: HttpRequest, reason: str = "") -> HttpResponse:
    """Answer a form with an old token: store the input, refuse the rest."""
    version = posted_version(request)
    if version is None:
        return csrf_failure(request, reason=reason)
    if request.user.is_authenticated and request.user.pk != version.user_id:
        messages.warning(request, other_account())
        return redirect("home")
    if "HX-Request" in request.headers:
        return draft_first()
    messages.info(request, _("You have signed in again since. What you typed is here; please save it again."))
    return redirect(version.path)
