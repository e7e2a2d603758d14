"""What curators' decisions send, record and limit."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import ANY, Sentence, register_action, register_subject
from profiles.companies.steps.kinds import PROFILE
from profiles.notice_kinds import register_notice
from profiles.platform.limits.services import register_limit

notice = partial(register_notice, category=PROFILE)
PROFILE_APPROVED = notice(
    "profile_approved",
    _("Your profile was approved"),
    sentence=_("Your profile is approved."),
    act=_("See your matches"),
    subject=_("%(company)s on Corridor: your profile is approved"),
    body=_(
        "A curator has approved the profile of %(company)s. It now takes part in matching, as far as you "
        "have agreed to it."
    ),
)
PROFILE_RETURNED = notice(
    "profile_returned",
    _("Your profile was returned for changes"),
    sentence=_("Your profile was returned. A curator says what to change."),
    act=_("See what to change"),
    subject=_("%(company)s on Corridor: your profile was returned for changes"),
    body=_(
        "A curator has returned the profile of %(company)s and says what to change. Make the changes and "
        "submit it again."
    ),
)
EDIT_APPROVED = notice(
    "edit_approved",
    _("Your edit was approved"),
    sentence=_("Your edit is approved. Others see it now."),
    act=_("See the status"),
    subject=_("%(company)s on Corridor: your edit is approved"),
    body=_("A curator has approved your edit of the profile of %(company)s. Others see the new version now."),
)
EDIT_RETURNED = notice(
    "edit_returned",
    _("Your edit was returned"),
    sentence=_("Your edit was returned. A curator says what to change."),
    act=_("See what to change"),
    subject=_("%(company)s on Corridor: your edit was returned for changes"),
    body=_(
        "A curator has returned your edit of the profile of %(company)s and says what to change. Your edit "
        "is kept, and others see the approved version. Change your edit, or withdraw it."
    ),
)
PROFILE_REJECTED = notice(
    "profile_rejected",
    _("Your profile was not accepted"),
    sentence=_("Your profile was not accepted. A curator has given the reason."),
    act=_("See why"),
    subject=_("%(company)s on Corridor: your profile was not accepted"),
    body=_("A curator has not accepted the profile of %(company)s and has given the reason."),
)
PROFILE_SUSPENDED = notice(
    "profile_suspended",
    _("Your profile was suspended"),
    sentence=_("Your profile is suspended. You can read the curator’s reason."),
    act=_("See why"),
    subject=_("%(company)s on Corridor: your profile is suspended"),
    body=_(
        "A curator has suspended the profile of %(company)s and given a reason. Other companies cannot see "
        "it now. You can read the reason and appeal."
    ),
)
PROFILE_RESTORED = notice(
    "profile_restored",
    _("Your profile was restored"),
    sentence=_("Your profile is no longer suspended."),
    act=_("See the status"),
    subject=_("%(company)s on Corridor: your profile is no longer suspended"),
    body=_(
        "The profile of %(company)s is no longer suspended. If you changed it during the suspension, a "
        "curator reviews the changes first."
    ),
)
PROFILE_REOPENED = notice(
    "profile_reopened",
    _("Your profile is being reviewed again"),
    sentence=_("Your profile is waiting for review again."),
    act=_("See the status"),
    subject=_("%(company)s on Corridor: your profile is being reviewed again"),
    body=_("A curator has withdrawn the rejection of %(company)s. The profile is waiting for review again."),
)
DECISION_UPHELD = notice(
    "decision_upheld",
    _("Your appeal was answered"),
    sentence=_("Your appeal was answered: the decision does not change. A curator has given the reason."),
    act=_("See why"),
    subject=_("%(company)s on Corridor: your appeal was answered"),
    body=_(
        "A curator has reviewed the appeal of %(company)s. The decision does not change. You can read "
        "the reason."
    ),
)

APPROVED = register_action(
    "approved",
    _("Approved a profile"),
    Sentence(_("%(who)s approved %(what)s: “%(message)s”"), {"message": ANY}),
    _("%(who)s approved %(what)s."),
)
RETURNED = register_action(
    "returned",
    _("Returned a profile"),
    Sentence(_("%(who)s returned %(what)s for changes: “%(message)s”"), {"message": ANY}),
    _("%(who)s returned %(what)s for changes in: %(reasons)s."),
)
REJECTED = register_action("rejected", _("Rejected a profile"), _("%(who)s rejected %(what)s: “%(message)s”"))
SUSPENDED = register_action(
    "suspended", _("Suspended a profile"), _("%(who)s suspended %(what)s: “%(message)s”")
)
RESTORED = register_action(
    "restored",
    _("Restored a profile"),
    Sentence(_("%(who)s restored %(what)s: “%(message)s”"), {"message": ANY}),
    _("%(who)s restored %(what)s."),
)
REOPENED = register_action(
    "reopened",
    _("Withdrew a rejection"),
    Sentence(_("%(who)s withdrew the rejection of %(what)s: “%(message)s”"), {"message": ANY}),
    _("%(who)s withdrew the rejection of %(what)s."),
)
UPHELD = register_action(
    "upheld",
    _("Upheld a decision after an appeal"),
    _("%(who)s upheld the decision about %(what)s: “%(message)s”"),
)
UNDONE = register_action(
    "undone",
    _("Undid a decision"),
    _("%(who)s undid their decision about %(what)s. No one had been notified."),
)
ASSIGNED = register_action(
    "assigned",
    _("Changed who reviews a profile"),
    Sentence(_("%(who)s took over the reviews of %(what)s."), {"act": "taken"}),
    Sentence(_("%(who)s assigned the reviews of %(what)s to another curator."), {"act": "given"}),
    _("%(who)s no longer reviews %(what)s. No curator is assigned to it now."),
)
NOTED = register_action(
    "noted", _("Wrote an internal note"), _("%(who)s wrote an internal note about %(what)s.")
)
CANNED = register_action(
    "canned",
    _("Changed the ready-made reasons"),
    Sentence(_("%(who)s added a ready-made reason: “%(after)s”"), {"before": "", "after": ANY}),
    Sentence(_("%(who)s removed a ready-made reason: “%(before)s”"), {"before": ANY, "after": ""}),
    _("%(who)s replaced a ready-made reason: “%(after)s”"),
)
APPEALED = register_action(
    "appealed", _("Submitted an appeal"), _("%(who)s submitted an appeal for %(what)s.")
)
EXPORTED = register_action(
    "exported",
    _("Exported records"),
    Sentence(_("%(who)s exported records: %(rows)s."), {"rows": ANY}),
    _("%(who)s downloaded a copy of their own data."),
)

APPEAL_LIMIT = register_limit("appeal", company=(5, 1))
EXPORT_LIMIT = register_limit("export", account=(20, 20))
register_subject("reasons", _("the ready-made reasons"))
register_subject("admin", _("rows of a table"))
