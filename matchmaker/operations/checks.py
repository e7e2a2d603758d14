"""What `manage.py check --deploy` refuses besides Django's own list."""

from collections.abc import Sequence
from typing import Any
from urllib.parse import urlsplit

from django.apps import AppConfig
from django.conf import settings
from django.core.checks import CheckMessage, Error, Tags, register
from django.db import DatabaseError

from profiles.people.accounts.selectors import open_demo_accounts

FILES = "django.core.mail.backends.filebased.EmailBackend"


@register(Tags.security, deploy=True)
def check_demo(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    if settings.DEMO:
        return [Error("CORRIDOR_DEMO is on.", hint="Set CORRIDOR_DEMO=0.", id="corridor.E001")]
    try:
        count = open_demo_accounts().count()
    except DatabaseError:  # no tables yet, so no accounts
        return []
    hint = "Use a database of its own, or close them: manage.py close_demo"
    return [Error(f"{count} demo accounts are open.", hint=hint, id="corridor.E002")] if count else []


@register(Tags.security, deploy=True)
def check_mail(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    problems: list[CheckMessage] = []
    if not settings.HAS_MAIL or settings.EMAIL_BACKEND == FILES:
        hint = "Set EMAIL_URL=smtp+tls://user:password@host:587."
        problems.append(Error("There is no mail server.", hint=hint, id="corridor.E003"))
    site = urlsplit(settings.SITE_URL)
    if site.hostname in (None, "localhost", "127.0.0.1") or (settings.HTTPS and site.scheme != "https"):
        hint = "Set SITE_URL=https://… as people reach the site: links in mails begin with it."
        problems.append(Error(f"SITE_URL is {settings.SITE_URL}.", hint=hint, id="corridor.E004"))
    return problems


@register(Tags.security, deploy=True)
def check_services(app_configs: Sequence[AppConfig] | None, **_kwargs: Any) -> list[CheckMessage]:
    """Refuse services to which texts would go in the clear, unless they are on this machine.

    A name without a dot, such as `translator`, is one of its own network of containers.
    """
    problems: list[CheckMessage] = []
    for name in ("TRANSLATION_URL", "EMBEDDINGS_URL"):
        address = urlsplit(getattr(settings, name))
        host = address.hostname or ""
        is_here = host.isalpha() or host in ("127.0.0.1", "::1")
        if address.geturl() and address.scheme != "https" and not (address.scheme == "http" and is_here):
            hint = f"Set {name}=https://…, or http:// for a service on this machine."
            problems.append(Error(f"{name} is {address.geturl()}.", hint=hint, id="corridor.E005"))
    return problems
