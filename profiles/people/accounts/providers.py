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
    offered = [code for code, _name in settings.SIGN_IN_WAYS]
    accounts: QuerySet[SocialAccount] = SocialAccount.objects.filter(user=user, provider__in=offered)
    return accounts.order_by("date_joined")


class ProviderAdapter(DefaultSocialAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def pre_social_login(self, request: HttpRequest, sociallogin: SocialLogin) -> None:
        data = sociallogin.account.extra_data
        is_openid = sociallogin.provider.id == "openid_connect"
        subjects = [data.get(part, {}).get("sub") for part in ("id_token", "userinfo")]
        is_connecting = sociallogin.state.get("process") == AuthProcess.CONNECT
        of_demo = is_connecting and getattr(request.user, "is_demo", False)
        if of_demo or (is_openid and (not subjects[0] or subjects[0] != subjects[1])):
            raise ImmediateHttpResponse(redirect("socialaccount_login_error"))
        sociallogin.token = None  # else it lies in the session until the sign-up is done
        for address in sociallogin.email_addresses:
            address.verified = is_confirmed(address, sociallogin.provider)

    def populate_user(self, request: HttpRequest, sociallogin: SocialLogin, data: dict[str, Any]) -> User:
        user: User = super().populate_user(request, sociallogin, data)
        user.full_name = one_line(str(data.get("name") or ""))[:120]
        return user

    def get_signup_form_initial_data(self, sociallogin: SocialLogin) -> dict[str, Any]:
        initial: dict[str, Any] = super().get_signup_form_initial_data(sociallogin)
        role = self.request.session.get("role", "")
        return {**initial, "full_name": sociallogin.user.full_name, "role": role}

    def save_user(self, request: HttpRequest, sociallogin: SocialLogin, form: BaseForm) -> User:
        typed = form.cleaned_data["email"]
        sociallogin.email_addresses = [
            address for address in sociallogin.email_addresses if address.email.lower() == typed
        ]
        user: User = super().save_user(request, sociallogin, form=form)
        return user

    def validate_disconnect(self, account: SocialAccount, accounts: "QuerySet[SocialAccount]") -> None:
        others = connections_of(account.user).exclude(pk=account.pk)
        if not (account.user.has_usable_password() or others.exists()):
            raise self.validation_error("no_password")


def is_confirmed(address: EmailAddress, provider: Any) -> bool:
    """Tell whether the provider has seen its reader read the mails of this address."""
    domains = provider.app.settings.get("domains")
    is_theirs = domains is None or address.email.rpartition("@")[2].lower() in domains
    return address.verified is True and is_theirs
