"""The demonstration's own doors: one-click sign-in and the outbox. They exist only in the demo."""

from pathlib import Path

from django.conf import settings
from django.contrib.auth import login
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.http import url_has_allowed_host_and_scheme
from django.views.decorators.http import require_GET, require_POST

from profiles.guards import demo_only
from profiles.integrations.mail_files import stored
from profiles.people.accounts.selectors import demo_accounts
from profiles.platform.notifications.selectors import unsent_mails

MAILS_SHOWN = 50


@demo_only
@require_POST
def demo_sign_in(request: HttpRequest, persona: str) -> HttpResponse:
    user = get_object_or_404(demo_accounts(persona))
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    target = request.POST.get("next", "")
    is_ours = target.startswith("/") and url_has_allowed_host_and_scheme(target, None)
    return redirect(target if is_ours else "home")


@demo_only
@require_GET
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Show the mails, newest first: those that the worker has still to send, and those that it has sent."""
    waiting = unsent_mails()[:MAILS_SHOWN]
    mails = stored(Path(settings.MAIL_DIR), limit=MAILS_SHOWN)
    return render(request, "lab/demo/mail.html", {"waiting": waiting, "mails": mails})
