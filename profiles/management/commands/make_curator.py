"""`manage.py make_curator EMAIL`: give an account the curators' desk, or take it back."""

from argparse import ArgumentParser
from typing import Any

from django.core.management.base import CommandError
from django.utils import timezone

from profiles.choices import Role, Side
from profiles.management.tables import DatabaseCommand
from profiles.people.accounts.services import accounts
from profiles.refusals import RefusedError


class Command(DatabaseCommand):
    help = "Make the account of EMAIL a curator; --instead startup (or investor) takes the role back."

    def add_arguments(self, parser: ArgumentParser) -> None:
        """Take the address and, to take the role back, the side the account is on instead."""
        parser.add_argument("email")
        parser.add_argument("--instead", choices=Side.values, help="take the role back: the account's side")

    def handle(self, *args: Any, **options: Any) -> None:
        role = Role(options["instead"] or Role.CURATOR)
        try:
            user = accounts.give_role(options["email"], role=role, by=None, at=timezone.now())
        except accounts.NoSuchAccountError:
            raise CommandError(f"No active account has the address {options['email']}.") from None
        except RefusedError as refusal:
            raise CommandError(str(refusal)) from None
        if options["verbosity"]:
            self.stdout.write(f"{user.email} is now: {role}.")
