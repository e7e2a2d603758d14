"""How allauth meets our accounts: what a new account holds, and in which language a session speaks."""

from types import SimpleNamespace
from typing import Any

from allauth.account.adapter import DefaultAccountAdapter
from django.conf import settings
from django.core.mail import EmailMessage
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.utils import timezone, translation

from profiles.accounts.services import accounts
from profiles.models import User


def speak(response: HttpResponse, language: str) -> None:
    """Let the pages after `response` come in `language`, with the cookie that Django's own switch sets."""
    response.set_cookie(
        settings.LANGUAGE_COOKIE_NAME,
        language,
        max_age=settings.LANGUAGE_COOKIE_AGE,
        path=settings.LANGUAGE_COOKIE_PATH,
        domain=settings.LANGUAGE_COOKIE_DOMAIN,
        secure=settings.LANGUAGE_COOKIE_SECURE,
        httponly=settings.LANGUAGE_COOKIE_HTTPONLY,
        samesite="Lax",
    )


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    """Our rules on top of allauth's."""

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        """Open the account that the sign-up form describes."""
        super().save_user(request, user, form, commit=False)
        return accounts.sign_up(
            user,
            role=form.cleaned_data["role"],
            full_name=form.cleaned_data["full_name"],
            language=translation.get_language(),
            at=timezone.now(),
        )

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Let our mails come from the product, not from the name of a machine."""
        sender = SimpleNamespace(name=settings.PRODUCT, domain=context["current_site"].domain)
        mail: EmailMessage = super().render_mail(
            template_prefix, email, {**context, "current_site": sender}, headers
        )
        return mail

    def post_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse:
        """Go on in the person's own language, wherever they sign in."""
        response: HttpResponse = super().post_login(request, user, **login)
        speak(response, user.language)
        return response
