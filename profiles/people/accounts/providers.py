"""How those who sign people in for us (Google, LinkedIn, WeChat, an organisation) meet our accounts."""

from typing import Any

from allauth.account.models import EmailAddress
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.socialaccount.adapter import DefaultSocialAccountAdapter
from allauth.socialaccount.models import SocialAccount, SocialLogin
from allauth.socialaccount.providers.base import AuthProcess
from django.conf import settings
from django.db.models import QuerySet
from django.forms import BaseForm
from django.http import HttpRequest
from django.shortcuts import redirect

from profiles.models import User
from profiles.validators import one_line


def connections_of(user: User) -> "QuerySet[SocialAccount]":
    """Return the accounts elsewhere with which a person can sign in now."""
    offered = [code for code, _name in settings.SIGN_IN_WAYS]
    found: QuerySet[SocialAccount] = SocialAccount.objects.filter(user=user, provider__in=offered)
    return found.order_by("date_joined")


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Our rules on top of allauth's: nobody gets into an account by stating its address."""

    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        """Refuse an answer that names two people, and connect nothing to a demonstration's account."""
        said = sociallogin.account.extra_data
        is_openid = sociallogin.provider.id == "openid_connect"
        subjects = [said.get(part, {}).get("sub") for part in ("id_token", "userinfo")]
        is_connecting = sociallogin.state.get("process") == AuthProcess.CONNECT
        of_demo = is_connecting and getattr(request.user, "is_demo", False)
        if of_demo or (is_openid and (not subjects[0] or subjects[0] != subjects[1])):
            raise ImmediateHttpResponse(redirect("socialaccount_login_error"))
        sociallogin.token = None  # else it lies in the session until the sign-up is done
        for address in sociallogin.email_addresses:
            address.verified = is_confirmed(address, sociallogin.provider)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        """Suggest the name that the provider knows."""
        user: User = super().populate_user(request, sociallogin, data)
        user.full_name = one_line(str(data.get("name") or ""))[:120]
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        """Return what the sign-up form begins with."""
        initial: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        role = self.request.session.get("role", "")
        return {**initial, "full_name": sociallogin.user.full_name, "role": role}

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm) -> User:
        """Open the account with the address that was typed, and with no other one of the provider's."""
        typed = form.cleaned_data["email"]
        sociallogin.email_addresses = [
            address for address in sociallogin.email_addresses if address.email.lower() == typed
        ]
        user: User = super().save_user(request, sociallogin, form=form)
        return user

    def validate_disconnect(self, account: SocialAccount, accounts: "QuerySet[SocialAccount]") -> None:
        """Keep one way in: a password, or another account elsewhere that is still offered."""
        others = connections_of(account.user).exclude(pk=account.pk)
        if not (account.user.has_usable_password() or others.exists()):
            raise self.validation_error("no_password")


def is_confirmed(address: EmailAddress, provider: Any) -> bool:
    """Tell whether the provider has seen its reader read the mails of this address.

    An organisation may say so of the domains that the setting names, not of everybody's.
    """
    domains = provider.app.settings.get("domains")
    is_theirs = domains is None or address.email.rpartition("@")[2].lower() in domains
    return address.verified is True and is_theirs
