"""What is in a copy of somebody's data and what becomes of it on deletion: one decision for every table.

A table without a line here fails a test, and so does one that points at a person or a company and says that
it is about nobody.
"""

from dataclasses import dataclass
from enum import StrEnum


class Fate(StrEnum):
    """What deletion does to the rows."""

    GOES = "goes"  # deleted with the account or the company
    EMPTIED = "emptied"  # the row stays as a number that others point at, everything personal in it goes
    STAYS = "stays"  # see `because`
    NOBODYS = "nobody's"  # about no person and no company


@dataclass(frozen=True)
class Decision:
    """How one table is treated.

    `account` and `company`: the path from a row to the account, or to the company; "{side}" stands for
    startup or investor. Without a path the rows are in no copy. `own_side`: only what the own side said.
    """

    fate: Fate
    account: str = ""
    company: str = ""
    own_side: bool = False
    because: str = ""


GOES, EMPTIED, STAYS, NOBODYS = Fate.GOES, Fate.EMPTIED, Fate.STAYS, Fate.NOBODYS
ABOUT_NOBODY = Decision(NOBODYS)
OWN_ACT = Decision(GOES, company="{side}", own_side=True)

DECISIONS: dict[str, Decision] = {
    # Accounts
    "profiles.User": Decision(EMPTIED, account="pk", because="others' records point at its number"),
    "account.EmailAddress": Decision(GOES, account="user"),
    "account.EmailConfirmation": Decision(GOES, because="a secret that opens the address"),
    "mfa.Authenticator": Decision(GOES, because="a secret that opens the account"),
    "sessions.Session": Decision(GOES, because="a secret that opens the account"),
    "profiles.FormDraft": Decision(GOES, account="user"),
    "profiles.OutboxMail": Decision(GOES, because="is emptied once it is sent"),
    "profiles.Notice": Decision(GOES, account="user"),
    "profiles.MailSwitch": Decision(GOES, because="a secret link beside a choice that the settings show"),
    "profiles.StoppedAddress": Decision(GOES, because="an address with what its mail server said"),
    "profiles.LimitBucket": Decision(STAYS, because="numbers only, gone within days"),
    "admin.LogEntry": Decision(STAYS, because="what operators did by hand; the name of an account goes"),
    # Companies
    "profiles.Startup": Decision(GOES, company="pk"),
    "profiles.Investor": Decision(GOES, company="pk"),
    "profiles.Membership": Decision(GOES, account="user", company="{side}"),
    "profiles.Invitation": Decision(GOES, company="{side}"),
    "profiles.Consent": Decision(GOES, company="{side}"),
    "profiles.Receipt": Decision(
        GOES, because="says who looked, whose page and export leave out who looked blind"
    ),
    "profiles.Review": Decision(GOES, company="{side}"),
    "profiles.Need": Decision(GOES, company="startup"),
    "profiles.TractionFigure": Decision(GOES, company="startup"),
    "profiles.ExistingPartner": Decision(GOES, company="startup"),
    "profiles.Thesis": Decision(GOES, company="investor"),
    "profiles.Offer": Decision(GOES, company="investor"),
    "profiles.Deal": Decision(GOES, company="investor"),
    # Pairs
    "matchmaker.Interest": OWN_ACT,
    "matchmaker.Pass": OWN_ACT,
    "matchmaker.ShortlistEntry": OWN_ACT,
    "matchmaker.Introduction": Decision(
        GOES, because="holds words of both sides; each reads them on its page"
    ),
    "matchmaker.IntroductionStep": Decision(GOES, because="the moves of an introduction, on the same page"),
    "matchmaker.Message": OWN_ACT,
    "matchmaker.MessageReport": OWN_ACT,
    "matchmaker.CompanyBlock": OWN_ACT,
    "matchmaker.ReadMark": Decision(GOES, account="user"),
    "matchmaker.Meeting": Decision(GOES, company="introduction__{side}"),
    "matchmaker.MeetingSlot": Decision(
        GOES, because="gone once the offer is answered; on its page until then"
    ),
    "matchmaker.MeetingStep": Decision(GOES, because="the moves of a meeting, on the same page"),
    "matchmaker.MeetingReply": Decision(GOES, company="meeting__introduction__{side}", own_side=True),
    "matchmaker.CheckAnswer": OWN_ACT,
    "matchmaker.DisclosureRequest": OWN_ACT,
    "matchmaker.FairTerms": OWN_ACT,
    "matchmaker.Pilot": Decision(GOES, company="{side}"),
    "matchmaker.PilotAim": Decision(GOES, company="pilot__{side}"),
    "matchmaker.PilotApplication": Decision(GOES, company="{side}"),
    "matchmaker.PilotStep": Decision(GOES, because="the moves of a pilot, shown on its page"),
    "matchmaker.ScreeningCandidate": Decision(GOES, because="a curator's question, told to neither side"),
    "matchmaker.DigestEntry": Decision(GOES, account="user"),
    "matchmaker.Advice": Decision(GOES, company="startup"),
    "matchmaker.Pin": Decision(GOES, because="a curator's note, told to neither side"),
    "matchmaker.Ranking": Decision(GOES, because="numbers that the pages show in words"),
    "matchmaker.TextVector": Decision(GOES, because="numbers made from the company's own words"),
    "matchmaker.InferredSector": Decision(GOES, company="startup"),
    "matchmaker.ThesisInferredSector": Decision(GOES, company="thesis__investor"),
    "matchmaker.RankingJob": Decision(STAYS, because="numbers only: which list has to be made anew"),
    # The record
    "profiles.AuditRecord": Decision(
        STAYS, account="actor", because="nobody can edit it: numbers of who and what, and curators' words"
    ),
    "matchmaker.Weights": Decision(STAYS, because="a curator's act, under a number"),
    "matchmaker.RankingRun": Decision(STAYS, because="a curator's act, under a number"),
    # About nobody
    "profiles.AuditHead": ABOUT_NOBODY,
    "profiles.Sector": ABOUT_NOBODY,
    "profiles.SectorRelation": ABOUT_NOBODY,
    "profiles.Stage": ABOUT_NOBODY,
    "profiles.NeedType": ABOUT_NOBODY,
    "profiles.PartnershipForm": ABOUT_NOBODY,
    "profiles.Place": ABOUT_NOBODY,
    "profiles.ExchangeRate": ABOUT_NOBODY,
    "profiles.GovernanceCheck": ABOUT_NOBODY,
    "matchmaker.Heartbeat": ABOUT_NOBODY,
    "matchmaker.ScreeningName": ABOUT_NOBODY,
    "matchmaker.SectorVector": ABOUT_NOBODY,
    "matchmaker.RankingClock": ABOUT_NOBODY,
    "matchmaker.Market": ABOUT_NOBODY,
    "auth.Permission": ABOUT_NOBODY,
    "auth.Group": ABOUT_NOBODY,
    "contenttypes.ContentType": ABOUT_NOBODY,
}
# Never in a copy: what opens an account, what belongs to the machine, and what others must not learn. A
# sent file is there itself (archive.py), not where it is kept.
LEFT_OUT = frozenset(
    {"password", "token", "name_key", "factors", "previous_hash", "hash", "file", "call_address"}
)
