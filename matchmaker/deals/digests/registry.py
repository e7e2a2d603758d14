"""What becomes of digests."""

from typing import Any

from django.db.models.signals import post_delete

from matchmaker.deals.digests import kinds, services
from matchmaker.registry import MINUTE, register_periodic_task
from profiles.models import OutboxMail
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, Decision

merging.register(
    {"matchmaker.DigestEntry": merging.moves(once=("user", "startup", "investor"), is_watched=False)}
)
erasure.register({"matchmaker.DigestEntry": Decision(GOES, account="user")})

register_periodic_task("send_digests", services.send_due_digests, MINUTE)


def mail_dropped(*, instance: OutboxMail, **_kwargs: Any) -> None:
    if instance.kind == kinds.NEW_MATCHES and instance.sent_at is None:
        services.forget_unsent(instance)


post_delete.connect(mail_dropped, sender=OutboxMail, dispatch_uid="mail_dropped_digests")
