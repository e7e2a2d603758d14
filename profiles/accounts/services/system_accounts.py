"""Accounts in whose name a machine writes: nobody can sign in with them."""

from datetime import datetime

from profiles.models import User

DEMO = "records@demo.corridor.example"
IMPORTS = "imports@corridor.invalid"


def system_account(email: str, *, at: datetime, is_demo: bool = False) -> User:
    """Return the account of that address, created on first use."""
    found = User.objects.filter(email=email).first()
    return found or User.objects.create_user(email, is_active=False, is_demo=is_demo, date_joined=at)
