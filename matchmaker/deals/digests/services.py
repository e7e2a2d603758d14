"""Digests: one mail with what is new, by the rhythm that its reader chose."""

from datetime import datetime, timedelta

from django.db import transaction
from django.utils import timezone

from matchmaker.deals.digests.kinds import MATCHES, NEW_MATCHES
from matchmaker.deals.digests.selectors import due_members, new_lines
from matchmaker.matching.current_company.selectors import current_company
from matchmaker.models.pair_action import DigestEntry
from matchmaker.registry import DIGEST_LINES
from profiles.companies.receipts.services import write_receipts
from profiles.models import MailSwitch, Membership, OutboxMail
from profiles.people.accounts.services.accounts import name_in
from profiles.platform.notifications import services as notifications
from profiles.platform.notifications.services import Message

BATCH = 25  # people per task
# One that is dropped sooner waits for the next: else it could be made and dropped each minute.
SOON = timedelta(hours=1)


def send_due_digests(*, at: datetime) -> int:
    return sum(send_digest(person, at=at) for person in due_members(at=at)[:BATCH])


@transaction.atomic
def send_digest(person: Membership, *, at: datetime) -> bool:
    user = person.user
    switch = notifications.switch_of(user, MATCHES)
    mine = MailSwitch.objects.filter(pk=switch.pk, collected_at=switch.collected_at)
    if not mine.update(collected_at=at):
        return False
    member = current_company(user)
    lines = new_lines(member, user_id=user.pk, language=user.language) if member else {}
    others = [line for more in DIGEST_LINES for line in more(user, language=user.language)]
    if member is None or not (lines or others):
        return False
    write_receipts(member.company, member.viewer, member.viewer.shown, at=at)
    own_column, other = f"{member.side}_id", f"{member.side.other}_id"
    DigestEntry.objects.bulk_create(
        DigestEntry(user=user, at=at, **{own_column: member.company_id, other: counterpart})
        for counterpart in lines
    )
    message = Message(
        kind=NEW_MATCHES,
        path="/matches/",
        event=f"{at:%Y%m%d%H%M}",
        at=at,
        context={
            "company": name_in(member.company, user.language),
            "lines": "\n\n".join([*lines.values(), *others]),
        },
    )
    notifications.notify(user, message)
    return True


def forget_unsent(mail: OutboxMail) -> None:
    """Undo a digest that is dropped before it is sent: its matches are new again, and it is due again."""
    switches = MailSwitch.objects.filter(token=mail.unsubscribe_token)
    DigestEntry.objects.filter(user__in=switches.values("user"), at=mail.created_at).delete()
    if mail.created_at + SOON < timezone.now():
        switches.filter(collected_at=mail.created_at).update(collected_at=None)
