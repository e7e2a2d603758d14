"""Joining, account settings, language."""

from typing import Any

from allauth.account.views import SignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_http_methods, require_POST
from django.views.i18n import set_language as switch_language

from profiles.accounts.adapter import speak
from profiles.accounts.forms.account import SettingsForm
from profiles.accounts.services import accounts
from profiles.choices import Side
from profiles.guards import SignedInRequest


@require_GET
def join(request: HttpRequest) -> HttpResponse:
    """Ask which side of the table somebody sits on, before anything else."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "accounts/join.html")


class SignUpView(SignupView):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-up, for a role chosen before."""

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form for a known role; without one, ask for the role first."""
        if request.GET.get("role") not in Side:
            return redirect("join")
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_initial(self) -> dict[str, Any]:
        """Return what the address says already: the role, and the email of an invitation."""
        known = {name: self.request.GET.get(name, "") for name in ("role", "invitation")}
        return {**super().get_initial(), **known}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        """Give the page the role's name."""
        context: dict[str, Any] = super().get_context_data(**kwargs)
        role = context["form"]["role"].value()
        context["role"] = Side(role) if role in Side else None
        return context


@login_required
@require_http_methods(["GET", "HEAD", "POST"])
def account_settings(request: SignedInRequest) -> HttpResponse:
    """Show and store what people decide about their own account."""
    form = SettingsForm(request.POST or None, instance=request.user)
    if request.method != "POST" or not form.is_valid():
        # The form writes what was typed into its instance; the page's head shows the stored name.
        request.user.refresh_from_db()
        return render(request, "accounts/settings.html", {"form": form})
    accounts.save_settings(request.user, changes=form.cleaned_data, at=timezone.now())
    translation.activate(request.user.language)
    messages.success(request, _("Your settings are saved."))
    response = redirect("account_settings")
    speak(response, request.user.language)
    return response


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language, stay on the page, and remember it for the next sign-in."""
    response: HttpResponse = switch_language(request)
    if request.user.is_authenticated:
        accounts.choose_language(request.user, language=request.POST.get("language"))
    return response
