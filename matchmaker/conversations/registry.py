"""The queue of first messages on the desk, and what becomes of conversations."""

from django.utils.translation import gettext_lazy as _

from matchmaker.conversations import kinds  # noqa: F401  registers itself
from matchmaker.conversations.selectors import waiting_for_curators
from matchmaker.conversations.services import erase_company, file_was_checked
from matchmaker.registry import register_queue
from profiles import erasure
from profiles.erasure import GOES, OWN_ACT, Decision
from profiles.signals import file_checked

file_checked.connect(file_was_checked, dispatch_uid="file_was_checked")
register_queue(10, _("Messages to review"), "desk_messages", waiting_for_curators)

erasure.register(
    {
        "matchmaker.Message": OWN_ACT,
        "matchmaker.MessageReport": OWN_ACT,
        "matchmaker.CompanyBlock": OWN_ACT,
        "matchmaker.LastRead": Decision(GOES, account="user"),
    },
    erase_company,
)
