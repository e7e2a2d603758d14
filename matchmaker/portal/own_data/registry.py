"""What becomes of the tables of accounts, companies and Django itself."""

from matchmaker.portal.own_data import (
    kinds,  # noqa: F401  registers itself
    services,
)
from matchmaker.registry import MINUTE, register_periodic_task
from profiles.platform import erasure
from profiles.platform.erasure import EMPTIED, GOES, STAYS, Decision
from profiles.platform.files import services as files

DECISIONS = {
    # Accounts
    "profiles.User": Decision(EMPTIED, account="pk", because="others' records point at its number"),
    "account.EmailAddress": Decision(GOES, account="user"),
    "account.EmailConfirmation": Decision(GOES, because="a secret that opens the address"),
    "socialaccount.SocialAccount": Decision(GOES, account="user"),
    "socialaccount.SocialToken": Decision(GOES, because="a secret; none is stored"),
    "socialaccount.SocialApp": Decision(STAYS, because="not about a person; the settings are used instead"),
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
    "profiles.FormerMember": Decision(GOES, account="user", company="{side}"),
    "profiles.Invitation": Decision(GOES, company="{side}"),
    "profiles.CheckedFile": Decision(GOES, company="{side}"),
    "profiles.Consent": Decision(GOES, company="{side}"),
    "profiles.Receipt": Decision(
        GOES, because="says who looked, whose page and export leave out who looked blind"
    ),
    "profiles.Review": Decision(GOES, company="{side}", untold="tell_at"),
    "profiles.ReviewReason": Decision(GOES, company="review__{side}", untold="review__tell_at"),
    "profiles.ReviewAssignment": Decision(GOES, because="which curator reads it, told to neither side"),
    "profiles.CuratorNote": Decision(GOES, because="curators' notes to each other, told to neither side"),
    "profiles.HeldEdit": Decision(GOES, company="{side}"),
    "profiles.KeptValues": Decision(GOES, company="{side}"),
    "profiles.Appeal": Decision(GOES, company="{side}"),
    "profiles.Claim": Decision(GOES, because="who may take the company over; gone once someone has"),
    "profiles.ImportRun": Decision(
        STAYS, account="by", because="what curators imported; the rows of the file are gone within a day"
    ),
    "profiles.ImportFile": Decision(GOES, because="rows of a file that a curator sent; gone within a day"),
    "profiles.ImportedRow": Decision(GOES, because="says from which line of which file a company came"),
    "profiles.Selection": Decision(
        STAYS, account="by", because="which filter a curator acted on, under a number"
    ),
    "profiles.SelectedCompany": Decision(
        GOES, because="what came of a curator's act, which the audit log has"
    ),
    "profiles.Need": Decision(GOES, company="startup"),
    "profiles.TractionFigure": Decision(GOES, company="startup"),
    "profiles.ExistingPartner": Decision(GOES, company="startup"),
    "profiles.Thesis": Decision(GOES, company="investor"),
    "profiles.Offer": Decision(GOES, company="investor"),
    "profiles.Deal": Decision(GOES, company="investor"),
    # The record
    "profiles.SectorChange": Decision(STAYS, because="a curator's act, under a number; names rows by number"),
    "profiles.CheckVersion": Decision(STAYS, because="a curator's act, under a number"),
    "profiles.AuditRecord": Decision(
        STAYS, account="actor", because="nobody can edit it: numbers of who and what, and curators' words"
    ),
}
NOBODYS = """
profiles.AuditHead profiles.CannedReason profiles.Sector profiles.SectorRelation profiles.Stage
profiles.NeedType profiles.PartnershipForm profiles.Place profiles.ExchangeRate profiles.ColumnMapping
profiles.GovernanceCheck
auth.Permission auth.Group contenttypes.ContentType
"""

erasure.register(DECISIONS, files.erase_company)
erasure.register(dict.fromkeys(NOBODYS.split(), erasure.ABOUT_NOBODY))

register_periodic_task("delete_companies", services.erase_due, MINUTE)
