"""What is sent and limited when companies show and endorse evidence."""

from django.utils.translation import gettext_lazy as _

from matchmaker.deals.introductions.kinds import REQUESTS
from profiles.notice_kinds import register_notice
from profiles.platform.limits.services import register_limit

DOCUMENT_OPENED = register_notice(
    "document_opened",
    _("A document was opened to you"),
    category=REQUESTS,
    sentence=_("A company that you were introduced to has opened a document to you."),
    act=_("See the document"),
    body=_("A company that %(company)s was introduced to has opened a document to it."),
)
SHARE_LIMIT = register_limit("share_evidence", account=(60, 60), company=(120, 120), pair=(40, 40))
