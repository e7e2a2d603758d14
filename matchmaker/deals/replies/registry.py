"""What replies by email add: addresses in emails, what listens to the email service, rules of deletion."""

from datetime import datetime
from typing import Any

from anymail.signals import inbound
from django.conf import settings
from django.utils import timezone

from matchmaker.deals.replies import kinds, services  # noqa: F401  one registers itself
from matchmaker.deals.replies.selectors import read_email
from matchmaker.integrations import dispatch
from matchmaker.registry import DAY, SOON, register_periodic_task, register_task
from profiles.models import User
from profiles.notice_kinds import REPLY_WAYS
from profiles.platform import erasure, merging
from profiles.platform.erasure import ABOUT_NOBODY, GOES, Decision
from profiles.signals import sign_in_changed


def email_came(*, event: Any, **_kwargs: Any) -> None:
    at = timezone.now()
    arrival = read_email(event.message, at=at) if settings.REPLY_DOMAIN else None
    if arrival:
        services.receive(arrival, at=at)


def end_addresses(*, user: User, at: datetime, **_kwargs: Any) -> None:
    services.end_addresses(user)


REPLY_WAYS.append(services.reply_way)
inbound.connect(email_came, dispatch_uid="reply_came")
sign_in_changed.connect(end_addresses, dispatch_uid="end_reply_addresses")
register_task(dispatch.READ_REPLIES, services.read_replies)
register_periodic_task("resume_replies", services.resume, SOON)
register_periodic_task("forget_replies", services.forget_old, DAY)
merging.register({"matchmaker.ReplyAddress": merging.follows("introduction__{side}", is_watched=False)})
erasure.register(
    {"matchmaker.ReplyAddress": Decision(GOES, account="user"), "matchmaker.ReceivedReply": ABOUT_NOBODY}
)
