"""Who may sign in at all."""

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.conf import settings
from django.db.models import Exists, OuterRef

from profiles.models import Membership, User
from profiles.people.accounts.selectors import users_with
from profiles.platform.notifications.selectors import with_unread_notices


def may_sign_in(user: User) -> bool:
    return user.is_active and (settings.DEMO or not user.is_demo)


# Written once: every page of a signed-in person reads this.
USERS = with_unread_notices(User.objects.all()).annotate(
    has_company=Exists(Membership.objects.filter(user=OuterRef("pk")))
)


class AccountBackend(AuthenticationBackend):  # type: ignore[misc]  # allauth has no types
    # allauth has no public way to say which accounts an address signs in to.
    def _authenticate_by_email(self, email: str, password: str) -> User | None:
        found = (self._check_password(user, password) for user in users_with(email))
        return next((user for user in found if user), None)

    def user_can_authenticate(self, user: Any) -> bool:
        return may_sign_in(user)

    def get_user(self, user_id: int) -> User | None:
        try:
            user = USERS.get(pk=user_id)  # `first` would sort
        except User.DoesNotExist:
            return None
        return user if may_sign_in(user) else None
