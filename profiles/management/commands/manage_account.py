"""`manage.py manage_account EMAIL close|reopen|sign_out|reset_factor --reason TEXT`."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from profiles.management.tables import DatabaseCommand
from profiles.models import User
from profiles.people.accounts.services import closing


class Command(DatabaseCommand):
    help = "Close or reopen an account, end its sessions, or remove a lost second factor. The person is told."

    def add_arguments(self, parser: ArgumentParser) -> None:
        parser.add_argument("email")
        parser.add_argument("act", choices=closing.ACTS)
        parser.add_argument("--reason", required=True, help="the person reads it in an email")

    def handle(self, *args: Any, **options: Any) -> None:
        user = User.objects.filter(email=options["email"].strip().lower()).first()
        if user is None:
            raise CommandError(f"No account has the address {options['email']}.")
        try:
            closing.ACTS[options["act"]](user, reason=options["reason"], by=None, at=timezone.now())
        except closing.AlreadySoError:
            raise CommandError("This has been done already.") from None
        self.stdout.write(f"{user.email}: {options['act']}.")
