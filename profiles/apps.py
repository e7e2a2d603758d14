"""The app's configuration."""

from importlib import import_module
from typing import Any

from anymail.signals import EventType, tracking
from django.apps import AppConfig
from django.contrib.auth import update_session_auth_hash
from django.db.models.signals import pre_save
from django.http import HttpRequest
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

from profiles.signals import edit_changed, file_checked, profile_changed

RETURNED = (EventType.BOUNCED, EventType.COMPLAINED)

# Each has a module `kinds`, which registers what it sends, records and limits.
CAPABILITIES = (
    "people.accounts",
    "companies.claims",
    "companies.steps",
    "catalogue.consents",
    "curation.reviews",
    "companies.evidence",
    "platform.files",
    "curation.freshness",
    "companies.held_edits",
    "curation.imports",
    "curation.selections",
    "platform.notifications",
    "companies.pictures",
    "people.staff",
    "catalogue.taxonomy",
    "people.view_as",
    "catalogue.visibility",
)


class ProfilesConfig(AppConfig):
    name = "profiles"
    verbose_name = _("Companies and people")
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        for capability in CAPABILITIES:
            import_module(f"profiles.{capability}.kinds")
        tracking.connect(stop_bounced, dispatch_uid="stop_what_came_back")
        # Not before the apps are loaded: it brings models.
        from allauth.account.signals import password_reset, user_signed_up
        from allauth.mfa.signals import authenticator_added

        password_reset.connect(know_browser, dispatch_uid="know_browser")
        user_signed_up.connect(remember_sign_up, dispatch_uid="remember_sign_up")
        pre_save.connect(end_programs, sender=self.get_model("User"), dispatch_uid="end_programs")
        authenticator_added.connect(end_other_sessions, dispatch_uid="end_other_sessions")
        file_checked.connect(evidence_was_checked, dispatch_uid="evidence_was_checked")
        for signal in (profile_changed, edit_changed):
            signal.connect(check_requests, dispatch_uid="check_requests")


def stop_bounced(*, event: Any, **_kwargs: Any) -> None:
    # Not before the apps are loaded: the service brings models.
    from profiles.platform.notifications import services as notifications

    if event.event_type in RETURNED and event.recipient:
        notifications.stop_address(event.recipient, reason=event.event_type, at=timezone.now())


def end_other_sessions(*, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    """Keep only the session that has set up a second factor: the others have not proved it."""
    # Not before the apps are loaded: the service brings models.
    from profiles.people.accounts.services import accounts

    accounts.end_sessions(user, at=timezone.now())
    update_session_auth_hash(request, user)


def remember_sign_up(*, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    # Not before the apps are loaded: it brings models.
    from profiles.people.accounts import browsers

    browsers.remember_sign_up(request, user)


def end_programs(*, instance: Any, **_kwargs: Any) -> None:
    # Not before the apps are loaded: the service brings models.
    from profiles.people.accounts.services import accounts

    is_chosen = instance._password is not None  # a hash that is only renewed leaves None
    if is_chosen and not instance._state.adding:
        accounts.end_programs(instance, at=timezone.now())


def check_requests(*, sender: Any, pk: int, **_kwargs: Any) -> None:
    # Not before the apps are loaded: the service brings models.
    from profiles.curation.reviews import services as curation

    curation.check_requests(sender, pk, at=timezone.now())


def evidence_was_checked(**kwargs: Any) -> None:
    # Not before the apps are loaded: the service brings models.
    from profiles.companies.evidence import services as evidence

    evidence.file_was_checked(**kwargs)


def know_browser(*, request: HttpRequest, user: Any, **_kwargs: Any) -> None:
    # Not before the apps are loaded: both bring models.
    from profiles.people.accounts import browsers, selectors

    browsers.remember_session(request, selectors.addresses_of(user))
