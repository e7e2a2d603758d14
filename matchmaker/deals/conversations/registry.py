"""What conversations add to the desk."""

from collections import Counter
from datetime import timedelta
from typing import Any

from django.urls import reverse
from django.utils.translation import gettext, ngettext
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import ReportDecision
from matchmaker.deals.conversations import kinds
from matchmaker.deals.conversations.selectors import delivered_to, open_reports, unread_by, waiting_first
from matchmaker.deals.conversations.services import file_was_checked
from matchmaker.models.conversation import CompanyBlock, MessageReport
from matchmaker.registry import Waiting, WaitingPart, register_queue, register_waiting, waiting_in
from profiles.choices import Side
from profiles.curation.reviews.concerns import Concern, register_concerns
from profiles.models import Investor, Startup
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, OWN_ACT, SHARED_ACT, Decision
from profiles.signals import file_checked

file_checked.connect(file_was_checked, dispatch_uid="file_was_checked")
register_queue(
    10,
    _("First messages"),
    "desk_messages",
    lambda: waiting_in(waiting_first(), "at"),
    target=timedelta(days=1),
)
register_queue(
    11,
    _("Reported messages"),
    "desk_messages",
    lambda: waiting_in(open_reports(), "at"),
    target=timedelta(days=1),
)


def unread_of(found: dict[int, int], *_context: Any) -> list[Waiting]:
    counts = Counter(other for _pk, other in sorted(found.items()))
    return [
        Waiting(
            ngettext("%(count)d new message from %%(name)s", "%(count)d new messages from %%(name)s", count)
            % {"count": count},
            gettext("Read and reply"),
            "conversation",
            about=other,
            icon="envelope",
        )
        for other, count in counts.items()
    ]


register_waiting(WaitingPart(20, delivered_to, unread_by, unread_of, "{other}"), told_by=[kinds.MESSAGE])


def conversation_concerns(company: Startup | Investor) -> list[Concern]:
    """Return how often others have reported its messages or blocked it, without saying who."""
    other = {company.side: company, "side": Side(company.side).other}
    reports = MessageReport.objects.filter(**other)
    waiting = reports.filter(decision="").count()
    hidden = reports.filter(decision=ReportDecision.HIDE).count()
    blocks = CompanyBlock.objects.filter(**other).count()
    texts = [
        (
            waiting,
            ngettext(
                "%(count)s report about its messages is waiting for a decision.",
                "%(count)s reports about its messages are waiting for a decision.",
                waiting,
            ),
            reverse("desk_messages"),
        ),
        (
            hidden,
            ngettext(
                "A curator has hidden %(count)s of its messages.",
                "A curator has hidden %(count)s of its messages.",
                hidden,
            ),
            "",
        ),
        (
            blocks,
            ngettext("%(count)s company has blocked it.", "%(count)s companies have blocked it.", blocks),
            "",
        ),
    ]
    return [Concern(text % {"count": count}, url) for count, text, url in texts if count]


register_concerns(conversation_concerns)

merging.register(
    {
        "matchmaker.Message": merging.moves(unwatched=("read_at",)),
        "matchmaker.MessageReport": merging.moves(),
        "matchmaker.CompanyBlock": merging.OF_A_PAIR,  # the one that was blocked stays blocked
        "matchmaker.LastRead": merging.follows("introduction__{side}", is_watched=False),
    }
)

erasure.register(
    {
        "matchmaker.Message": SHARED_ACT,
        "matchmaker.MessageReport": OWN_ACT,
        "matchmaker.CompanyBlock": OWN_ACT,
        "matchmaker.LastRead": Decision(GOES, account="user"),
    }
)
