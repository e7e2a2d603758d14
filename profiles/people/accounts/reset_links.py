"""Links by which a forgotten password is replaced, and when they stop working."""

from typing import Any

from allauth.account.forms import EmailAwarePasswordResetTokenGenerator


class ResetLinks(EmailAwarePasswordResetTokenGenerator):  # type: ignore[misc]  # allauth has no types
    # Django has no public way to add what ends a link; its own docstring of this method describes it.
    def _make_hash_value(self, user: Any, timestamp: int) -> str:
        return f"{super()._make_hash_value(user, timestamp)}{user.sessions_ended}"
