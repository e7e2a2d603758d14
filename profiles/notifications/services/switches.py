"""Switching mails on and off.

By the person, by the link in a mail, by an address that mails come back from.
"""

from datetime import datetime

from django.db import transaction

from profiles.choices import Rhythm
from profiles.models import MailSwitch, StoppedAddress, User
from profiles.notice_kinds import ACCOUNT, CATEGORIES, Category


class NotOfferedError(Exception):
    """Mails of this category cannot come in this rhythm."""


def switch_of(user: User, category: Category) -> MailSwitch:
    """Return the person's switch, made as it is by default where there is none yet."""
    switch, _made = MailSwitch.objects.get_or_create(
        user=user, category=category.code, defaults={"rhythm": category.rhythms[0]}
    )
    return switch


@transaction.atomic
def choose(user: User, *, rhythms: dict[str, Rhythm]) -> None:
    """Store how often mails of these categories come.

    Raises:
        NotOfferedError: for a rhythm that the category does not offer.
    """
    for code, rhythm in rhythms.items():
        category = CATEGORIES[code]
        if rhythm not in category.rhythms:
            raise NotOfferedError
        switch = switch_of(user, category)
        MailSwitch.objects.filter(pk=switch.pk).update(rhythm=rhythm)


def stop(switch: MailSwitch) -> None:
    """Switch the mails off that a link was clicked in. What can not be switched off has no such link."""
    MailSwitch.objects.filter(pk=switch.pk).exclude(category=ACCOUNT.code).update(rhythm=Rhythm.OFF)


def stop_address(email: str, *, reason: str, at: datetime) -> None:
    """Send nothing but security mails to an address that mails come back from; the first reason is kept."""
    StoppedAddress.objects.get_or_create(email=email.lower(), defaults={"reason": reason[:40], "at": at})


def resume_address(email: str) -> None:
    """Try an address again, because its owner says that mails arrive."""
    StoppedAddress.objects.filter(email=email.lower()).delete()
