"""Who may sign in at all."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings

from profiles.models import User
from profiles.people.accounts.selectors import users_with
from profiles.platform.notifications.selectors import with_unread_notices


def may_sign_in(user: User) -> bool:
    """Tell whether an account is open; the demonstration's, whose password is public, only in the demo."""
    return user.is_active and (settings.DEMO or not user.is_demo)


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    """Signs in by email and password, and ends the sessions of accounts that are not open any more."""

    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        """Check a password, with as many queries for an address that nobody has."""
        found = (self._check_password(user, password) for user in users_with(email))
        return next((user for user in found if user), None)

    def user_can_authenticate(self, user: Any) -> bool:
        """Tell whether the account is open; asked at each sign-in and with each request of a session."""
        return may_sign_in(user)

    def get_user(self, user_id: int) -> User | None:
        """Return whose session it is, with the number of new notices that the bell of every page shows."""
        try:
            user = with_unread_notices(User.objects.all()).get(pk=user_id)  # `first` would sort
        except User.DoesNotExist:
            return None
        return user if may_sign_in(user) else None
