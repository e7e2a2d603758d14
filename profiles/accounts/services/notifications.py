"""Notifying a company's team, each member in their own language."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace

from django.utils.translation import override

from profiles.accounts.selectors import Company, members_of
from profiles.models import User
from profiles.notifications.services import notices
from profiles.notifications.services.outbox import Message


@dataclass(frozen=True)
class PersonalContext:
    """What the mail to one person names beside what all mails name, and that person's calendar entry."""

    context: Mapping[str, object] = field(default_factory=dict)
    calendar: str = ""


def notify_team(
    company: Company,
    message: Message,
    *,
    but: User | None = None,
    personal: Callable[[User], PersonalContext] = lambda _user: PersonalContext(),
) -> None:
    """Tell every member of the company, but for one, if the caller's transaction commits.

    `personal` makes what reads differently for each person: moments in their own time zone, say.
    """
    for member in members_of(company):
        if member.user != but:
            own = personal(member.user)
            context = {"company": name_in(company, member.user.language), **message.context, **own.context}
            notices.notify(member.user, replace(message, context=context, calendar=own.calendar))


def name_in(company: Company, language: str) -> str:
    """Return the company's name as a reader of this language sees it."""
    with override(language):
        return company.name
