"""What conversations add to the desk, and what becomes of them."""

from datetime import timedelta

from django.urls import reverse
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from matchmaker.choices import ReportDecision
from matchmaker.conversations import kinds  # noqa: F401  registers itself
from matchmaker.conversations.selectors import open_reports, waiting_first
from matchmaker.conversations.services import erase_company, file_was_checked
from matchmaker.models.conversation import CompanyBlock, MessageReport
from matchmaker.registry import register_queue, waiting_in
from profiles import erasure
from profiles.choices import Side
from profiles.curation.concerns import Concern, register_concerns
from profiles.erasure import GOES, OWN_ACT, Decision
from profiles.models import Investor, Startup
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
                "%(count)s report of its messages waits for a decision.",
                "%(count)s reports of its messages wait for a decision.",
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

erasure.register(
    {
        "matchmaker.Message": OWN_ACT,
        "matchmaker.MessageReport": OWN_ACT,
        "matchmaker.CompanyBlock": OWN_ACT,
        "matchmaker.LastRead": Decision(GOES, account="user"),
    },
    erase_company,
)
