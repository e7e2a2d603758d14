"""What evidence sends, records and limits."""

from functools import partial

from django.utils.translation import gettext_lazy as _

from profiles.audit_actions import Sentence, register_action
from profiles.companies.steps.kinds import PROFILE
from profiles.notice_kinds import ACCOUNT, register_notice
from profiles.platform.limits.services import register_limit

notice = partial(register_notice, category=PROFILE)
EVIDENCE_SEEN = notice(
    "evidence_seen",
    _("A curator has seen your evidence"),
    sentence=_("A curator has seen a piece of your evidence. Others can now see its level."),
    act=_("See your evidence"),
)
EVIDENCE_DECLINED = notice(
    "evidence_declined",
    _("A curator did not accept your evidence"),
    sentence=_("A curator did not accept a piece of your evidence and has given the reason."),
    act=_("See why"),
    subject=_("%(company)s on Corridor: a piece of evidence was not accepted"),
    body=_("A curator reviewed a piece of evidence of %(company)s, did not accept it, and gave a reason."),
)
EVIDENCE_REFUSED = notice(
    "evidence_refused",
    _("Your document was not accepted"),
    sentence=_("We could not accept the file of a piece of your evidence. The page shows the reason."),
    act=_("See why"),
)
EVIDENCE_EXPIRED = notice(
    "evidence_expired",
    _("A piece of your evidence has expired"),
    sentence=_("A piece of your evidence has expired and no longer counts. Add a new one."),
    act=_("Add new evidence"),
    subject=_("%(company)s on Corridor: a piece of evidence has expired"),
    body=_(
        "A piece of evidence of %(company)s has expired. It no longer counts, and others now see a lower "
        "level. If you have a new document, add it to your evidence."
    ),
)
ENDORSED_YOU = notice(
    "endorsed_you",
    _("Another company endorsed you"),
    sentence=_("A company that you were introduced to has endorsed one of your claims."),
    act=_("See your evidence"),
    subject=_("%(company)s on Corridor: a claim was endorsed"),
    body=_("A company that %(company)s was introduced to has endorsed one of its claims."),
)
ENDORSEMENT_WITHDRAWN = notice(
    "endorsement_withdrawn",
    _("An endorsement was withdrawn"),
    sentence=_("A company has withdrawn its endorsement of one of your claims."),
    act=_("See your evidence"),
)
# To an address at the company's website that anyone there may read. It holds no word that a member wrote.
DOMAIN_MAIL = register_notice(
    "domain_mail",
    _("Proof of a domain"),
    category=ACCOUNT,
    holds="profiles.companies.evidence.selectors.is_proof_open",
    act=_("Confirm the domain"),
    subject=_("Is %(host)s yours? Confirm it on Corridor"),
    body=_(
        "A member of Corridor says that %(host)s is their company’s domain. If this is right, sign in with "
        "the company’s account and open the link. If not, ignore this email."
    ),
)

EVIDENCE = register_action(
    "evidence",
    _("Evidence"),
    Sentence(_("%(who)s added a piece of evidence to %(what)s."), {"done": "added"}),
    Sentence(_("%(who)s removed a piece of evidence from %(what)s."), {"done": "removed"}),
    Sentence(_("%(who)s marked a piece of evidence of %(what)s as seen."), {"done": "seen"}),
    Sentence(_("%(who)s did not accept a piece of evidence of %(what)s."), {"done": "declined"}),
    Sentence(_("%(who)s asked to prove the domain of %(what)s by email."), {"done": "mailed"}),
    Sentence(_("%(who)s proved the domain of %(what)s."), {"done": "proved"}),
    Sentence(_("A piece of evidence of %(what)s has expired."), {"done": "expired"}),
    Sentence(_("%(who)s endorsed a claim of the other company: %(what)s."), {"done": "endorsed"}),
    Sentence(_("%(who)s withdrew an endorsement: %(what)s."), {"done": "withdrawn"}),
    Sentence(_("%(who)s opened a document to the other company: %(what)s."), {"done": "granted"}),
    Sentence(_("%(who)s closed a document to the other company: %(what)s."), {"done": "revoked"}),
    _("%(who)s downloaded an evidence document: %(what)s."),
)

EVIDENCE_LIMIT = register_limit("evidence", account=(30, 20), company=(60, 40))
DOMAIN_LIMIT = register_limit("domain", account=(10, 10), company=(10, 10))
DOMAIN_MAIL_LIMIT = register_limit("domain_mail", account=(5, 1), company=(5, 1), address=(5, 1))
