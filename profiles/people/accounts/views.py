"""Joining, account settings, language; the team page, and the invitation that someone opens from a mail."""

import logging
from collections.abc import Callable
from functools import wraps
from pathlib import Path
from typing import Any
from urllib.parse import urlencode

from allauth.account.adapter import get_adapter
from allauth.account.views import ConfirmEmailView, PasswordResetFromKeyView, PasswordResetView, SignupView
from allauth.mfa.utils import is_mfa_enabled
from allauth.socialaccount.models import SocialApp
from allauth.socialaccount.views import SignupView as SocialSignupView
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import login
from django.contrib.auth.decorators import login_required
from django.forms import BaseForm
from django.http import Http404, HttpRequest, HttpResponse, QueryDict
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone, translation
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_GET, require_POST
from django.views.i18n import set_language as switch_language
from requests import RequestException

from profiles.choices import JoinAs, Side
from profiles.guards import SignedInRequest, curator_required, demo_only, fresh_proof_required
from profiles.integrations.mail_files import stored
from profiles.models import Invitation, Membership, User
from profiles.pages import message_on_error, page_of, page_with_form, redirect_here
from profiles.people.accounts import selectors
from profiles.people.accounts.adapter import speak
from profiles.people.accounts.forms import AccountActForm, InvitationForm, SettingsForm
from profiles.people.accounts.guards import redirect_to_onboarding, same_team
from profiles.people.accounts.kinds import PROVIDER_LIMIT, RESET_LIMIT, SIGN_UP_LIMIT
from profiles.people.accounts.services import accounts, closing, teams
from profiles.platform.drafts.draft_forms import handle_form
from profiles.platform.limits import services as limits
from profiles.platform.limits.guards import refusal_words, refused, show_refusal
from profiles.platform.limits.services import LimitReachedError
from profiles.platform.memberships import membership_of
from profiles.platform.notifications.selectors import unsent_mails
from profiles.refusals import RefusedError

logger = logging.getLogger("corridor")
MAILS_SHOWN = 50  # of the demonstration


@require_GET
def join(request: HttpRequest) -> HttpResponse:
    if request.user.is_authenticated:
        return redirect("home")
    people = [(way, name) for way, name in selectors.ways_to_join().items() if JoinAs(way).is_person]
    return render(request, "people/accounts/join.html", {"people": people})


class LimitedFormView:
    """Counts what a form of allauth asks for, by network and by the address that gets the mail."""

    verb: str
    request: HttpRequest

    def form_valid(self, form: BaseForm) -> HttpResponse:
        client_ip, address = get_adapter().get_client_ip(self.request), form.cleaned_data["email"]
        view: Any = super()
        try:
            limits.take_token(self.verb, client_ip=client_ip, address=address, at=timezone.now())
        except limits.LimitReachedError as refusal:
            show_refusal(form, refusal)
            return refused(view.form_invalid(form), refusal)
        response: HttpResponse = view.form_valid(form)
        return response


class LimitedPasswordResetView(LimitedFormView, PasswordResetView):  # type: ignore[misc]  # allauth has no types
    verb = RESET_LIMIT


class SignUpView(LimitedFormView, SignupView):  # type: ignore[misc]  # allauth has no types
    verb = SIGN_UP_LIMIT

    def get(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        """Show the form for a known role; without one, ask for the role first."""
        if request.GET.get("role") not in JoinAs:
            return redirect("join")
        if settings.SIGN_IN_WAYS:
            request.session["role"] = request.GET["role"]  # for who goes on with an account elsewhere
        response: HttpResponse = super().get(request, *args, **kwargs)
        return response

    def get_initial(self) -> dict[str, Any]:
        initial = {name: self.request.GET.get(name, "") for name in ("role", "invitation")}
        return {**super().get_initial(), **initial}

    def get_context_data(self, **kwargs: Any) -> dict[str, Any]:
        context: dict[str, Any] = super().get_context_data(**kwargs)
        role = context["form"]["role"].value()
        context["role"] = JoinAs(role) if role in JoinAs else None
        context["role_name"] = selectors.ways_to_join().get(role)
        return context


class LinkInMailView:
    """Speaks the language of the account, in whichever browser the link in the mail is opened."""

    language = ""

    def speak_to(self, user: User) -> None:
        self.language = user.language
        translation.activate(self.language)

    def dispatch(self, request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        view: Any = super()
        response: HttpResponse = view.dispatch(request, *args, **kwargs)
        if self.language:
            speak(response, self.language)
        return response


class ConfirmView(LinkInMailView, ConfirmEmailView):  # type: ignore[misc]  # allauth has no types
    def get_object(self, queryset: Any = None) -> Any:
        confirmation = super().get_object(queryset)
        self.speak_to(confirmation.email_address.user)
        return confirmation


class NewPasswordView(LinkInMailView, PasswordResetFromKeyView):  # type: ignore[misc]  # allauth has no types
    def get_form_kwargs(self) -> dict[str, Any]:
        values: dict[str, Any] = super().get_form_kwargs()
        if self.reset_user:
            self.speak_to(self.reset_user)
        return values


class ProviderSignUpView(LimitedFormView, SocialSignupView):  # type: ignore[misc]  # allauth has no types
    verb = SIGN_UP_LIMIT


def asks_a_provider(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Let a view of allauth's ask a provider: not too often, and without failing where it answers badly."""

    @wraps(view)
    def guarded(request: HttpRequest, **values: str) -> HttpResponse:
        try:
            if request.method == "POST" or "code" in request.GET:
                client_ip = get_adapter().get_client_ip(request)
                limits.take_token(PROVIDER_LIMIT, client_ip=client_ip, at=timezone.now())
            return view(request, **values)
        except limits.LimitReachedError as refusal:
            messages.error(request, refusal_words(refusal))
            return redirect("account_login")
        except SocialApp.DoesNotExist as error:
            raise Http404 from error
        except (RequestException, LookupError, TypeError, ValueError):  # no answer, or none that is agreed on
            logger.warning("a sign-in by a provider failed", exc_info=True)
            return redirect("socialaccount_login_error")

    return guarded


@login_required
@page_with_form
def account_settings(request: SignedInRequest) -> HttpResponse:
    def make(sent: QueryDict | None) -> SettingsForm:
        user = selectors.account(request.user)
        return SettingsForm(sent, instance=user, has_company=membership_of(user) is not None)

    def save(form: SettingsForm) -> HttpResponse:
        accounts.save_settings(request.user, changes=form.cleaned_data, at=timezone.now())
        translation.activate(request.user.language)
        messages.success(request, _("Your settings are saved."))
        response = redirect("account_settings")
        speak(response, request.user.language)
        return response

    return handle_form(request, make, "people/accounts/settings.html", save)


@require_POST
def set_language(request: HttpRequest) -> HttpResponse:
    response: HttpResponse = switch_language(request)
    if request.user.is_authenticated:
        accounts.choose_language(request.user, language=request.POST.get("language"))
    return response


@require_POST
@login_required
def switch_side(request: SignedInRequest) -> HttpResponse:
    """Let someone without a company join as another kind than chosen; without a kind, on the other side."""
    if request.user.role not in Side:
        raise Http404
    way = request.POST.get("as", Side(request.user.role).other.value)
    if way not in JoinAs:
        raise Http404
    done = _("You are on the other side now. Describe your company here.")
    if JoinAs(way).is_person:
        done = _("You take part as a person now. Your programmes are here.")
    with message_on_error(request, done):
        accounts.join_as(request.user, way=JoinAs(way), at=timezone.now())
    return redirect("home")


@demo_only
@require_POST
def demo_sign_in(request: HttpRequest, persona: str) -> HttpResponse:
    """Sign in as one of the demonstration's people, with one click."""
    user = get_object_or_404(selectors.demo_accounts(persona))
    login(request, user, backend=settings.AUTHENTICATION_BACKENDS[0])
    return redirect_here(request.POST.get("next", ""))


@demo_only
@require_GET
def demo_mail(request: HttpRequest) -> HttpResponse:
    """Show the mails, newest first: those that the worker has still to send, and those that it has sent."""
    mails = stored(Path(settings.MAIL_DIR), limit=MAILS_SHOWN)
    waiting = unsent_mails()[:MAILS_SHOWN]
    return render(request, "lab/demo/mail.html", {"waiting": waiting, "mails": mails})


def own_membership(request: SignedInRequest, *, owner: bool = False) -> Membership:
    membership = membership_of(request.user)
    if membership is None or (owner and not membership.is_owner):
        raise Http404
    return membership


@login_required
@require_GET
def team(request: SignedInRequest) -> HttpResponse:
    """Show who belongs to the company and who is invited; without a company, lead to making one."""
    if request.user.role not in Side:
        raise Http404
    if membership_of(request.user) is None:
        return redirect_to_onboarding(request)
    return team_page(request, InvitationForm())


def team_page(request: SignedInRequest, form: InvitationForm) -> HttpResponse:
    membership = own_membership(request)
    company = membership.company
    context = {
        "membership": membership,
        "company": company,
        "members": selectors.members_of(company),
        "invitations": selectors.invitations_of(company),
        "now": timezone.now(),
        "form": form,
    }
    return render(request, "people/accounts/team.html", context)


@login_required
@require_POST
def team_invite(request: SignedInRequest) -> HttpResponse:
    company = own_membership(request, owner=True).company
    form = InvitationForm(request.POST)
    if not form.is_valid():
        return team_page(request, form)
    email = form.cleaned_data["email"]
    try:
        with same_team():
            client_ip = get_adapter().get_client_ip(request)
            teams.invite(company, email=email, by=request.user, at=timezone.now(), client_ip=client_ip)
        messages.success(request, _("The invitation to %(email)s is on its way.") % {"email": email})
    except RefusedError as refusal:
        form.add_error("email", str(refusal))
        return team_page(request, form)
    except LimitReachedError as refusal:
        show_refusal(form, refusal)
        return refused(team_page(request, form), refusal)
    return redirect("team")


@login_required
@require_POST
def invitation_withdraw(request: SignedInRequest, pk: int) -> HttpResponse:
    company = own_membership(request, owner=True).company
    invitation = get_object_or_404(selectors.invitations_of(company), pk=pk)
    with same_team():
        teams.withdraw(invitation, by=request.user, at=timezone.now())
    messages.success(request, _("The invitation has been withdrawn."))
    return redirect("team")


@login_required
@require_POST
def team_remove(request: SignedInRequest, pk: int) -> HttpResponse:
    own = own_membership(request, owner=True)
    membership = get_object_or_404(selectors.members_of(own.company).exclude(pk=own.pk), pk=pk)
    with same_team():
        teams.remove(membership, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is no longer in the team.") % {"name": membership.user})
    return redirect("team")


@login_required
@require_POST
def team_owner(request: SignedInRequest, pk: int) -> HttpResponse:
    own = own_membership(request, owner=True)
    membership = get_object_or_404(selectors.members_of(own.company), pk=pk)
    with same_team():
        teams.make_owner(membership, by=request.user, at=timezone.now())
    messages.success(request, _("%(name)s is now an owner.") % {"name": membership.user})
    return redirect("team")


@login_required
@require_POST
def team_leave(request: SignedInRequest) -> HttpResponse:
    try:
        with same_team():
            teams.leave(own_membership(request), at=timezone.now())
    except teams.LastOwnerError:
        messages.error(request, _("You are the only owner. Make someone else an owner first."))
        return redirect("team")
    messages.success(request, _("You have left the team."))
    return redirect("home")


ACCOUNTS_A_PAGE = 25
DONE: dict[str, Promise] = {
    "close": gettext_lazy("The account has been closed."),
    "reopen": gettext_lazy("The account has been reopened."),
    "sign_out": gettext_lazy("The person has been signed out on all devices."),
    "reset_factor": gettext_lazy(
        "Two-factor authentication has been removed, and the person has been signed out on all devices."
    ),
}


@curator_required
@require_GET
def desk_accounts(request: SignedInRequest) -> HttpResponse:
    words = request.GET.get("q", "").strip()[:120]
    page = page_of(request, selectors.found_accounts(words), ACCOUNTS_A_PAGE)
    return render(request, "people/accounts/desk_accounts.html", {"q": words, "page": page})


@curator_required
@fresh_proof_required
@page_with_form
def desk_account(request: SignedInRequest, pk: int) -> HttpResponse:
    """Close an account or open it again, end its sessions, or remove a lost second factor."""
    may_act_on = closing.members()
    person = get_object_or_404(may_act_on if request.method == "POST" else selectors.found_accounts(), pk=pk)

    def save(form: AccountActForm) -> HttpResponse:
        act, reason = form.cleaned_data["act"], form.cleaned_data["reason"]
        closing.ACTS[act](person, reason=reason, by=request.user, at=timezone.now())
        messages.success(request, f"{DONE[act]} {_('We email your reason to the person.')}")
        return redirect("desk_account", pk)

    context = {
        "person": person,
        "has_factor": is_mfa_enabled(person),
        "membership": membership_of(person),
        "may_act": may_act_on.filter(pk=pk).exists(),
    }
    return handle_form(request, AccountActForm, "people/accounts/desk_account.html", save, context)


@never_cache
@page_with_form
def invitation_accept(request: HttpRequest, token: str) -> HttpResponse:
    invitation = selectors.open_invitations(at=timezone.now()).filter(token=token).first()
    if invitation is None:
        return render(request, "people/accounts/invitation_gone.html", status=404)
    if not request.user.is_authenticated:
        return invitation_for_visitor(request, invitation)
    if request.method == "POST":
        return join_team(request, invitation, request.user)
    fits = request.user.email.lower() == invitation.email.lower()
    context = {"invitation": invitation, "fits": fits, "refusal": refusal_now(request.user)}
    return render(request, "people/accounts/invitation.html", context)


def refusal_now(user: User) -> Promise | str:
    """Return why someone could not join any team now; empty for who can."""
    if user.works_here:
        return teams.OtherRoleError.message
    return teams.AlreadyMemberError.message if membership_of(user) else ""


def invitation_for_visitor(request: HttpRequest, invitation: Invitation) -> HttpResponse:
    back = {"next": request.path}
    role = invitation.company.side
    joining = {**back, "role": role, "email": invitation.email, "invitation": invitation.token}
    context = {
        "invitation": invitation,
        "sign_up_url": f"{reverse('account_signup')}?{urlencode(joining)}",
        "sign_in_url": f"{reverse('account_login')}?{urlencode(back)}",
    }
    return render(request, "people/accounts/invitation.html", context)


def join_team(request: HttpRequest, invitation: Invitation, user: User) -> HttpResponse:
    try:
        membership = teams.accept(invitation, by=user, at=timezone.now())
    except teams.InvitationSpentError:
        return render(request, "people/accounts/invitation_gone.html", status=404)
    except RefusedError as refusal:
        messages.error(request, str(refusal))
        return redirect("invitation_accept", token=invitation.token)
    messages.success(request, _("Welcome to %(company)s.") % {"company": membership.company})
    return redirect("home")
