"""How allauth meets our accounts: what a new account holds, and in which language a session speaks."""

from types import SimpleNamespace
from typing import Any
from urllib.parse import urlencode, urlsplit, urlunsplit
from uuid import uuid4

from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.models import EmailAddress
from allauth.account.utils import get_next_redirect_url
from allauth.core import context as allauth_context
from allauth.core.exceptions import ImmediateHttpResponse
from allauth.mfa.adapter import DefaultMFAAdapter
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.models import AnonymousUser
from django.contrib.sites.shortcuts import get_current_site
from django.core.exceptions import ValidationError
from django.core.mail import EmailMessage
from django.db import transaction
from django.forms import BaseForm
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone, translation
from django.utils.translation import gettext, gettext_lazy

from profiles.guards import has_fresh_proof, sign_in_again
from profiles.models import OutboxMail, User
from profiles.people.accounts import browsers, kinds
from profiles.people.accounts.backends import may_sign_in
from profiles.people.accounts.selectors import account_language, addresses_of, has_confirmed
from profiles.people.accounts.services import accounts
from profiles.platform.limits import services as limits
from profiles.platform.limits.services import network_of
from profiles.platform.notifications import services as notifications
from profiles.validators import unlinked


def speak(response: HttpResponse, language: str) -> None:
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


def on_our_site(url: str) -> str:
    return f"{settings.SITE_URL.rstrip('/')}{urlunsplit(('', '', *urlsplit(url)[2:]))}"


TOO_MANY_TRIES = gettext_lazy(
    "There have been too many sign-in attempts for this email address. Use a browser in which you have "
    "signed in before. Or request a new password by email, then sign in with this browser."
)

OTHER_BROWSER = gettext_lazy(
    "You signed up in another browser, so the account elsewhere that you used (for example Google) is not "
    "connected. To sign in, ask for an email with a link to choose a password."
)


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]  # allauth has no types
    def add_message(
        self, request: HttpRequest, level: int, message_template: str = "", *more: Any, **named: Any
    ) -> None:
        """Say nothing about signing in: the menu names who it is, and a phone shows the page's question."""
        if message_template != "account/messages/logged_in.txt":
            super().add_message(request, level, message_template, *more, **named)

    def save_user(self, request: HttpRequest, user: User, form: BaseForm, commit: bool = True) -> User:
        super().save_user(request, user, form, commit=False)
        return accounts.sign_up(
            user,
            way=form.cleaned_data["role"],
            full_name=form.cleaned_data["full_name"],
            language=translation.get_language(),
            at=timezone.now(),
        )

    def get_email_confirmation_url(self, request: HttpRequest, emailconfirmation: Any) -> str:
        """Return the address in the mail; it leads on to the page on which the person began to join."""
        url, page = (
            super().get_email_confirmation_url(request, emailconfirmation),
            get_next_redirect_url(request),
        )
        return f"{url}?{urlencode({'next': page})}" if page else str(url)

    def confirm_email(self, request: HttpRequest, email_address: EmailAddress) -> bool:
        """Confirm an address; the first one, in another browser than signed up.

        Ends what opened the account.
        """
        user = email_address.user
        with transaction.atomic():
            is_foreign = not (has_confirmed(user) or browsers.has_signed_up(request, user))
            is_done = bool(super().confirm_email(request, email_address))
            if is_done and is_foreign and accounts.end_ways_in(user, with_factors=True, at=timezone.now()):
                messages.warning(request, OTHER_BROWSER)
        return is_done

    def set_password(self, user: User, password: str) -> None:
        """Store a password; the first one that is chosen by mail ends what opened the account."""
        was_confirmed, is_first = has_confirmed(user), not user.has_usable_password()
        with transaction.atomic():
            super().set_password(user, password)
            if self.request.user != user and (is_first or not was_confirmed):
                accounts.end_ways_in(user, with_factors=not was_confirmed, at=timezone.now())

    def render_mail(
        self, template_prefix: str, email: str | list[str], context: dict[str, Any], headers: Any = None
    ) -> EmailMessage:
        """Let our mails come from the product and lead to SITE_URL."""
        sender = SimpleNamespace(name=settings.PRODUCT, domain=urlsplit(settings.SITE_URL).netloc)
        links = {name: on_our_site(value) for name, value in context.items() if name.endswith("_url")}
        mail: EmailMessage = super().render_mail(
            template_prefix, email, {**context, **links, "current_site": sender}, headers
        )
        return mail

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Write the mail in the reader's language and leave it to the worker."""
        kind = kinds.ACCOUNT_MAILS[template_prefix]
        if kind in (
            kinds.CONFIRMATION,
            kinds.ACCOUNT_EXISTS,
        ):  # known addresses and unknown ones are counted alike
            try:
                limits.take_token(kinds.CONFIRMATION_LIMIT, address=email, at=timezone.now())
            except limits.LimitReachedError:
                return
        request = allauth_context.request
        words = {"request": request, "email": email, "current_site": get_current_site(request), **context}
        words["user_agent"] = unlinked(str(words.get("user_agent", "")))  # anyone's words
        language = accounts.known_language(account_language(email) or translation.get_language())
        with translation.override(language):
            mail = self.render_mail(template_prefix, email, words)
        notifications.write(
            OutboxMail(
                key=f"{kind}:{uuid4().hex}",
                kind=kind,
                recipient=email,
                language=language,
                subject=str(mail.subject),
                body=str(mail.body),
                created_at=timezone.now(),
            )
        )

    def _get_login_attempts_cache_key(self, request: HttpRequest, **credentials: Any) -> str:
        """Count wrong passwords by account and network: five from elsewhere must not lock its owner out."""
        login = str(credentials.get("email", "")).lower()
        return f"{network_of(self.get_client_ip(request))}:{login}"

    def pre_authenticate(self, request: HttpRequest, **credentials: Any) -> None:
        super().pre_authenticate(request, **credentials)
        email = str(credentials.get("email", "")).lower()
        address = f"{email} {browsers.known_to(email, request)}"
        try:
            limits.take_token(kinds.SIGN_IN_LIMIT, address=address, at=timezone.now())
        except limits.LimitReachedError as error:
            raise ValidationError(TOO_MANY_TRIES) from error

    def get_reauthentication_methods(self, user: User | AnonymousUser) -> list[dict[str, Any]]:
        """Let no one prove by password alone who they are, where an account has a second factor."""
        methods: list[dict[str, Any]] = super().get_reauthentication_methods(user)
        is_weaker = is_mfa_enabled(user)
        left = [method for method in methods if not (is_weaker and method["id"] == "reauthenticate")]
        has_app = is_mfa_enabled(user, [Authenticator.Type.TOTP])
        # The first is asked for: a key comes before recovery codes.
        return left if has_app else left[::-1]

    def is_reauthentication_required(self, *, app: str, **kwargs: Any) -> bool:
        user = self.request.user
        has_no_way = user.is_authenticated and not self.get_reauthentication_methods(user)
        if has_no_way and not has_fresh_proof(self.request):
            raise ImmediateHttpResponse(sign_in_again(self.request))
        return bool(super().is_reauthentication_required(app=app, **kwargs))

    def pre_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse | None:
        if user.is_active and not may_sign_in(user):
            return redirect("account_inactive")
        response: HttpResponse | None = super().pre_login(request, user, **login)
        return response

    def post_login(self, request: HttpRequest, user: User, **login: Any) -> HttpResponse:
        response: HttpResponse = super().post_login(request, user, **login)
        speak(response, user.language)
        browsers.remember(request, response, addresses_of(user))
        return response


class FactorAdapter(DefaultMFAAdapter):  # type: ignore[misc]  # allauth has no types
    """Our words on top of allauth's second factors."""

    def get_public_key_credential_rp_entity(self) -> dict[str, str]:
        entity: dict[str, str] = super().get_public_key_credential_rp_entity()
        return {**entity, "name": settings.PRODUCT}

    def generate_authenticator_name(self, user: User, type: Authenticator.Type) -> str:
        count = Authenticator.objects.filter(user=user, type=type).count()
        return gettext("Key %(number)s") % {"number": count + 1}
