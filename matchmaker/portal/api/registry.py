"""What the API adds: a menu entry, and what becomes of tokens."""

from datetime import datetime
from typing import Any

from django.utils.translation import gettext_lazy as _

from matchmaker.portal.api import kinds, services  # noqa: F401  kinds registers itself
from matchmaker.registry import DAY, register_menu_entry, register_periodic_task
from profiles.models import User
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision
from profiles.signals import sign_in_changed

register_menu_entry(
    "startup-developer investor-developer curator-developer", 10, "api_tokens", _("API tokens")
)
erasure.register({"matchmaker.ApiToken": Decision(GOES, account="user", company="membership__{side}")})
# A token reads for its person's team: with the membership it goes over to the kept company.
merging.register({"matchmaker.ApiToken": merging.follows("membership__{side}", unwatched=("used_at",))})


def end_tokens(*, user: User, at: datetime, **_kwargs: Any) -> None:
    """End a person's tokens with the old way to sign in."""
    services.end_tokens(user, at=at)


sign_in_changed.connect(end_tokens, dispatch_uid="end_tokens")

register_periodic_task("delete_expired_tokens", services.forget_expired, DAY)
