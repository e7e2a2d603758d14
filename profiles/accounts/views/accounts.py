"""Joining, account settings, language."""

from typing import Any

from allauth.account.adapter import get_adapter
from allauth.account.views import PasswordResetView, SignupView
from django.contrib import messages
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import redirect, render
from django.utils import timezone, translation
from django.utils.translation import gettext as _
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language as switch_language

from profiles.accounts.adapter import speak
from profiles.accounts.forms import SettingsForm
from profiles.accounts.selectors import account
from profiles.accounts.services import accounts
from profiles.choices import Side
from profiles.drafts.draft_forms import handle_form
from profiles.guards import SignedInRequest
from profiles.limits import services as limits
from profiles.limits.guards import refused, tell
from profiles.limits.table import Verb
from profiles.pages import page_with_form


@require_GET
def join(request: HttpRequest) -> HttpResponse:
    """Ask which side of the table somebody sits on, before anything else."""
    if request.user.is_authenticated:
        return redirect("home")
    return render(request, "accounts/join.html")


class LimitedFormView:
    """Counts what a form of allauth asks for, by network and by the address that gets the mail.

    Known and unknown addresses are counted alike, so that the count tells nothing about them.
    """

    verb: Verb
    request: HttpRequest

    def form_valid(self, form: BaseForm) -> HttpResponse:
        """Go on, or show the form as it was typed."""
        client_ip, address = get_adapter().get_client_ip(self.request), form.cleaned_data["email"]
        view: Any = super()
        try:
            limits.take_token(self.verb, client_ip=client_ip, address=address, at=timezone.now())
        except limits.LimitReachedError as refusal:
            tell(form, refusal)
            return refused(view.form_invalid(form), refusal)
        response: HttpResponse = view.form_valid(form)
        return response


class LimitedPasswordResetView(LimitedFormView, PasswordResetView):  # type: ignore[misc]  # allauth has no types
    """allauth's form for who forgot a password."""

    verb = Verb.RESET


class SignUpView(LimitedFormView, SignupView):  # type: ignore[misc]  # allauth has no types
    """allauth's sign-up, for a role chosen before."""

    verb = Verb.SIGN_UP

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
@page_with_form
def account_settings(request: SignedInRequest) -> HttpResponse:
    """Show and store what people decide about their own account."""

    def make(sent: QueryDict | None) -> SettingsForm:
        return SettingsForm(sent, instance=account(request.user))

    def save(form: SettingsForm) -> HttpResponse:
        accounts.save_settings(request.user, changes=form.cleaned_data, at=timezone.now())
        translation.activate(request.user.language)
        messages.success(request, _("Your settings are saved."))
        response = redirect("account_settings")
        speak(response, request.user.language)
        return response

    return handle_form(request, make, "accounts/settings.html", save)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    """Switch the language, stay on the page, and remember it for the next sign-in."""
    response: HttpResponse = switch_language(request)
    if request.user.is_authenticated:
        accounts.choose_language(request.user, language=request.POST.get("language"))
    return response
