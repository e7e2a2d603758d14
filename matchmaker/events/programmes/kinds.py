"""What programmes send, record and limit."""

from typing import Any

from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from matchmaker.events.programmes.selectors.titles import titles_of
from profiles.audit_actions import Sentence, register_action, register_subject
from profiles.notice_kinds import ACCOUNT, register_category, register_notice, subject_of
from profiles.platform.limits.services import register_limit

PROGRAMMES = register_category("programmes", _("Programmes"), position=22)


def notice(
    code: str, label: Promise, *, subject: Promise | str = "", body: Promise | str = "", **options: Any
) -> str:
    if body:
        subject = subject or subject_of(label or options["sentence"])
        options["subject"] = format_lazy("{} – %(programme)s", subject)
        options["body"] = format_lazy("%(programme)s\n\n{}", body)
    return register_notice(code, label, category=PROGRAMMES, **options)


APPROVED = notice(
    "programme_approved",
    _("Your programme was approved"),
    sentence=_("Your programme is approved and open for applications."),
    act=_("View the programme"),
    body=_("A curator has approved a programme of %(company)s. It is now public and takes applications."),
)
RETURNED = notice(
    "programme_returned",
    _("Your programme was returned for changes"),
    sentence=_("Your programme was returned. A curator says what to change."),
    act=_("See what to change"),
    body=_(
        "A curator has returned a programme of %(company)s and says what to change. Make the changes and "
        "submit it again."
    ),
)
CORRECTED = notice(
    "programme_corrected",
    _("Dates or places of a programme have changed"),
    sentence=_("Dates or places of a programme you applied for have changed."),
    act=_("See the programme"),
    body=_(
        "The organiser has changed dates or places of a programme that %(company)s applied for. Your "
        "application stays as it is."
    ),
)
TEXT_CHANGED = notice(
    "programme_text_changed",
    _("The text of a programme has changed"),
    sentence=_("The text of a programme you applied for has changed."),
    act=_("See what has changed"),
    body=_(
        "The organiser has changed the text of a programme that %(company)s applied for. Its page says what "
        "has changed. Your application stays as it is."
    ),
)
TEXT_DECIDED = notice(
    "programme_text_decided",
    _("A decision about the new text of your programme"),
    sentence=_("A curator has decided about the new text of your programme."),
    act=_("See the programme"),
    body=_(
        "A curator has approved the new text of a programme of %(company)s, or says what to change. The page "
        "of the programme shows the decision."
    ),
)
CANCELLED = notice(
    "programme_cancelled",
    _("A programme was cancelled"),
    sentence=_("A programme you applied for was cancelled."),
    act=_("See the programme"),
    body=_(
        "The organiser has cancelled a programme that %(company)s applied for. You do not need to do "
        "anything."
    ),
)
APPLIED = notice(
    "programme_applied",
    _("New application for your programme"),
    sentence=_("There is a new application for your programme."),
    act=_("Read the applications"),
)
RECEIVED = notice(
    "programme_received",
    _("Your application was received"),
    act=_("See the programme"),
    body=_(
        "The organiser has received the application of %(company)s. You can change it until the applications "
        "close on %(closes)s, and you get an email when the organiser decides."
    ),
    waits=True,
)
WITHDRAWN = notice(
    "programme_withdrawn",
    _("An accepted applicant has withdrawn"),
    sentence=_("Someone you accepted into a programme has withdrawn."),
    act=_("Read the applications"),
)
ACCEPTED = notice(
    "programme_accepted",
    _("Accepted into a programme"),
    sentence=_("Your application for a programme was accepted."),
    act=_("See the programme"),
    body=_(
        "The application of %(company)s for a programme was accepted. If you cannot take part, withdraw the "
        "application."
    ),
)
MOVED_UP = notice(
    "programme_moved_up",
    _("You now have a place in a programme"),
    sentence=_("You have moved up from the waitlist of a programme: you have a place."),
    act=_("See the programme"),
    body=_(
        "A place in a programme has become free, and %(company)s now has it. If you cannot take part, "
        "withdraw the application so that the next applicant gets the place."
    ),
)
WAITLISTED = notice(
    "programme_waitlisted",
    _("On the waitlist of a programme"),
    sentence=_("Your application for a programme is on the waitlist."),
    act=_("See the programme"),
    body=_(
        "The application of %(company)s for a programme is on the waitlist. If a place becomes free, the "
        "first applicant on the list gets it. We tell you if you get a place."
    ),
)
DECLINED = notice(
    "programme_declined",
    _("An application for a programme was declined"),
    sentence=_("Your application for a programme was declined. The organiser says why."),
    act=_("Read the reason"),
    body=_("The application of %(company)s for a programme was declined. The organiser says why."),
)

LAPSED = notice(
    "programme_lapsed",
    _("An application ended without a decision"),
    sentence=_("Your application for a programme ended without a decision."),
    act=_("See the programme"),
)

REVIEW_ASKED = notice(
    "programme_review_asked",
    _("You are invited to review applications"),
    sentence=_("You are invited to review applications for a programme."),
    act=_("See the applications"),
    body=_(
        "%(company)s, an organiser invites you to review applications for a programme. First mark the "
        "applicants you are connected with. You never see those applications."
    ),
)

STILL_INVITES = "matchmaker.events.programmes.services.invitations.still_invites"
INVITED = notice(
    "programme_invited",
    _("Invited to take part in a programme"),
    holds=STILL_INVITES,
    sentence=_("You are invited to take part in a programme. A place is kept for you."),
    act=_("See the programme and take the place"),
    subject=_("Corridor: an invitation to take part in a programme"),
    body=_(
        "An organiser offers you a place in a programme. You do not need to apply. If you do not know "
        "anything about it, ignore this email."
    ),
)
INVITED_BY_MAIL = register_notice(
    "programme_invited_by_mail",
    _("Invited to take part in a programme, by email"),
    category=ACCOUNT,
    holds=STILL_INVITES,
    act=_("See the programme and join"),
    subject=_("Corridor: an invitation to take part in “%(programme)s”"),
    body=_(
        "An organiser offers you a place in the programme “%(programme)s” on Corridor, which introduces "
        "startups and partners from different countries to each other. Join with this email address and take "
        "the place. You do not need to apply. If you do not know anything about it, ignore this email."
    ),
)

REVIEW_ASKED_BY_MAIL = register_notice(
    "programme_review_by_mail",
    _("Invited to review applications, by email"),
    category=ACCOUNT,
    holds=STILL_INVITES,
    act=_("See the programme and join"),
    subject=_("Corridor: an invitation to review applications for “%(programme)s”"),
    body=_(
        "An organiser invites you to review applications for the programme “%(programme)s” on Corridor. "
        "Corridor introduces startups and partners from different countries to each other. Join with this "
        "email address. Once you have confirmed it, you can read the applications. If you did not expect "
        "this invitation, ignore this email."
    ),
)

PROPOSAL_TO_SIGN = notice(
    "programme_proposal",
    _("A joint proposal to sign"),
    sentence=_("You are named as the second principal investigator of a joint proposal."),
    act=_("Read and sign"),
    body=_(
        "%(company)s, you are named as the second principal investigator of a joint proposal. It counts only "
        "after you have signed it. If you do not know anything about it, ignore this email."
    ),
)
TEAM_INVITED = notice(
    "team_invited",
    _("Invited to a team"),
    sentence=_("A team in a programme invites you to join."),
    act=_("See the teams"),
    body=_("A team in a programme that %(company)s takes part in invites you to join."),
)
TEAM_ASKED = notice(
    "team_asked",
    _("Someone asks to join your team"),
    sentence=_("Someone asks to join your team."),
    act=_("See the teams"),
)
TEAM_JOINED = notice(
    "team_joined",
    _("New member of your team"),
    sentence=_("Your team has a new member."),
    act=_("See the teams"),
)

ANNOUNCED = notice(
    "programme_announced",
    _("Announcement in a programme"),
    sentence=_("The organiser of a programme you take part in has published an announcement."),
    act=_("Read the announcement"),
    body=_("The organiser of a programme that %(company)s takes part in has published an announcement."),
)

HOST_ASKED = notice(
    "programme_host_asked",
    _("Invited to co-organise a programme"),
    sentence=_("An organiser invites you to co-organise a programme."),
    act=_("Read it and decide"),
    body=_(
        "%(company)s, an organiser invites you to co-organise a programme. Your name is not shown there "
        "before you accept. If you do not know anything about it, ignore this email."
    ),
    waits=True,
    holds="matchmaker.events.programmes.services.hosts.still_asks",
)
HOST_ACCEPTED = notice(
    "programme_host_accepted",
    _("New co-organiser of a programme"),
    sentence=_(
        "Someone has accepted your invitation to co-organise your programme. The programme page now "
        "shows this."
    ),
    act=_("See the co-organisers"),
)
LINKS_RENEWED = notice(
    "programme_links_renewed",
    _("New addresses of links to your programme"),
    sentence=_(
        "Someone who knew the links of your programme may no longer organise it. The links have new "
        "addresses, and the old ones no longer work. Send the new ones to those who need them."
    ),
    act=_("See the new links"),
)
OUTCOMES_ASKED = notice(
    "programme_outcomes_asked",
    _("What were the outcomes of a programme?"),
    sentence=_("A programme has ended. Record its outcomes, or say that there were none."),
    act=_("Record outcomes"),
    body=_(
        "A programme that %(company)s organised or took part in has ended. Record its outcomes: a prototype, "
        "a pilot, a joint proposal, a paper, a hire, an agreement or an investment. If there were none, one "
        "click is enough. We ask once at the end of the programme, and once after 3, 6 and 12 months."
    ),
)
OUTCOME_RECORDED = notice(
    "programme_outcome_recorded",
    _("An outcome to confirm"),
    sentence=_("Someone has recorded an outcome of a programme with you. Confirm or dispute it."),
    act=_("Read it, and confirm or dispute it"),
    body=_(
        "Someone has recorded an outcome of a programme together with %(company)s. It counts once you "
        "confirm it. If you disagree, dispute it."
    ),
    waits=True,
    holds="matchmaker.events.programmes.services.outcomes.still_asks",
)
OUTCOME_ANSWERED = notice(
    "programme_outcome_answered",
    _("An outcome was confirmed or disputed"),
    sentence=_("The other side has answered an outcome that you recorded."),
    act=_("Read the answer"),
)

CHANGED = register_action(
    "programme",
    _("Programme activity"),
    Sentence(_("%(who)s drafted %(what)s."), {"done": "write"}),
    Sentence(_("%(who)s changed %(what)s."), {"done": "edit"}),
    Sentence(_("%(who)s submitted %(what)s for review."), {"done": "submit"}),
    Sentence(_("%(who)s approved %(what)s."), {"done": "approve"}),
    Sentence(_("%(who)s returned %(what)s for changes: “%(message)s”"), {"done": "send_back"}),
    Sentence(_("%(who)s changed dates or places of %(what)s."), {"done": "correct"}),
    Sentence(_("%(who)s submitted new texts of %(what)s."), {"done": "texts"}),
    Sentence(_("%(who)s approved new texts of %(what)s."), {"done": "texts_approved"}),
    Sentence(_("%(who)s returned new texts of %(what)s."), {"done": "texts_returned"}),
    Sentence(_("%(who)s closed the applications for %(what)s."), {"done": "close"}),
    Sentence(_("The applications for %(what)s were closed at the deadline."), {"done": "deadline"}),
    Sentence(_("%(who)s reopened applications for %(what)s."), {"done": "reopen"}),
    Sentence(_("%(who)s started %(what)s."), {"done": "start"}),
    Sentence(_("%(who)s ended %(what)s."), {"done": "finish"}),
    Sentence(_("%(who)s undid the end of %(what)s."), {"done": "resume"}),
    Sentence(_("%(who)s cancelled %(what)s."), {"done": "cancel"}),
    Sentence(_("%(who)s invited someone to review the applications for %(what)s."), {"done": "reviewer"}),
    Sentence(_("%(who)s removed a reviewer from %(what)s."), {"done": "no_reviewer"}),
    Sentence(_("%(who)s invited participants to %(what)s."), {"done": "invitation"}),
    Sentence(_("%(who)s withdrew an invitation to %(what)s."), {"done": "no_invitation"}),
    Sentence(_("%(who)s wrote the criteria of the review of %(what)s."), {"done": "criteria"}),
    Sentence(_("%(who)s scored an application for %(what)s."), {"done": "score"}),
    Sentence(_("%(who)s exported the applications for %(what)s."), {"done": "export"}),
    Sentence(_("%(who)s started a team in %(what)s."), {"done": "team"}),
    Sentence(_("%(who)s signed a joint proposal for %(what)s."), {"done": "signed"}),
    Sentence(_("%(who)s published an announcement in %(what)s."), {"done": "announce"}),
    Sentence(_("%(who)s changed the agenda of %(what)s."), {"done": "agenda"}),
    Sentence(_("%(who)s recorded the attendance of a session of %(what)s."), {"done": "attendance"}),
    Sentence(_("%(who)s invited someone to co-organise %(what)s."), {"done": "host"}),
    Sentence(_("%(who)s agreed to co-organise %(what)s."), {"done": "host_accepted"}),
    Sentence(_("%(who)s ended a co-organiser’s role in %(what)s."), {"done": "no_host"}),
    Sentence(_("%(who)s added a file to %(what)s."), {"done": "file"}),
    Sentence(_("%(who)s deleted a file of %(what)s."), {"done": "no_file"}),
    Sentence(_("%(who)s downloaded a file of %(what)s."), {"done": "file_opened"}),
    Sentence(_("%(who)s recorded an outcome of %(what)s."), {"step": "record"}),
    Sentence(_("%(who)s confirmed an outcome of %(what)s."), {"step": "confirm"}),
    Sentence(_("%(who)s disputed an outcome of %(what)s."), {"step": "dispute"}),
    Sentence(_("%(who)s withdrew an outcome of %(what)s."), {"step": "retract"}),
    Sentence(_("An application for %(what)s moved up from the waitlist."), {"step": "move_up"}),
    Sentence(_("Applications for %(what)s ended without a decision."), {"step": "lapse"}),
    _("%(who)s changed the status of an application for %(what)s."),
)
register_subject("programme", _("the programme %(code)s"), titles_of)

PROGRAMME_LIMIT = register_limit("programme", account=(60, 60), company=(120, 120))  # written or moved
APPLICATION_LIMIT = register_limit("programme_application", account=(60, 60), company=(120, 120))
# Other addresses named: each may get a mail.
PROPOSAL_LIMIT = register_limit("programme_proposal", account=(10, 5))
DECISION_LIMIT = register_limit("programme_decision", account=(600, 600))
DECISIONS_LIMIT = register_limit("programme_decisions", account=(30, 30))  # each decides up to 500
ANNOUNCEMENT_LIMIT = register_limit("programme_announcement", account=(10, 5))  # each is a mail to all
TEAM_LIMIT = register_limit("programme_team", account=(60, 60))  # cards, teams, requests, invitations
# Each who is invited may get a mail: 100 at once, and again within a day.
PARTICIPANT_LIMIT = register_limit("programme_participant", account=(100, 100 / 24), company=(200, 200 / 24))
JURY_LIMIT = register_limit("programme_jury", account=(30, 30))  # each co-organiser who is asked may get one
OUTCOME_LIMIT = register_limit("programme_outcome", account=(60, 30))  # each may be a mail to the other side
EXPORT_LIMIT = register_limit("programme_export", account=(20, 20))
PICTURE_LIMIT = register_limit("programme_picture", network=(120, 240))  # each takes 0.05 s of a processor
