"""What merges send and record."""

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.companies.steps.kinds import PROFILE
from profiles.notice_kinds import register_notice

RECORDS_MERGED = register_notice(
    "records_merged",
    _("Two records of your company were merged"),
    category=PROFILE,
    sentence=_("Two records of your company were merged. Check the profile and the team."),
    act=_("See the status"),
    subject=_("%(company)s on Corridor: two records were merged"),
    body=_(
        "A curator has merged two records of %(company)s. The two teams are now one team, and everyone in it "
        "can read and write for the company. Check the profile, the team and who can see what. If this is "
        "wrong, write to the curators within one day. Then everything can be restored."
    ),
)
MERGE_UNDONE = register_notice(
    "merge_undone",
    _("The merge of your company was undone"),
    category=PROFILE,
    sentence=_("The merge of your company with another record was undone. Everything is as it was before."),
    act=_("See the status"),
    subject=_("%(company)s on Corridor: the merge was undone"),
    body=_(
        "A curator has undone the merge of %(company)s with another record. The profile, the team and "
        "everything else are as they were before."
    ),
)
# The trail names records by their public ids: it stays when a company is deleted.
MERGED = register_action(
    "merged",
    _("Merged two records"),
    Sentence(_("%(who)s undid the merge of the record %(old)s into %(what)s."), {"done": "undone"}),
    _("%(who)s merged the record %(old)s into %(what)s: “%(message)s”"),
)
COMPARED = register_action(
    "compared",
    _("Decided about a possible duplicate"),
    Sentence(_("%(who)s reopened the question whether %(what)s is the record %(old)s."), {"done": "open"}),
    _("%(who)s decided that %(what)s is not the record %(old)s."),
)
