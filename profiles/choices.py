"""Closed lists of the profiles: what a stored code may be, and how it reads."""

from babel import Locale
from django.conf import settings
from django.db import models
from django.utils.choices import CallableChoiceIterator
from django.utils.translation import get_language, pgettext_lazy, to_locale
from django.utils.translation import gettext_lazy as _


class Role(models.TextChoices):
    STARTUP = "startup", _("Startup")
    INVESTOR = "investor", _("Investor or partner")
    CURATOR = "curator", _("Curator")
    OBSERVER = "observer", _("Observer")  # reads reports and the audit log, decides nothing


class JoinAs(models.TextChoices):
    """What a new account is chosen for. A person takes part in programmes of a side, without a company."""

    STARTUP = "startup", _("Startup")
    INVESTOR = "investor", _("Investor or partner")
    STARTUP_PERSON = "startup-person", _("Person without a company, in the startups’ country")
    INVESTOR_PERSON = "investor-person", _("Person without a company, in the investors’ country")

    @property
    def side(self) -> "Side":
        return Side(self.partition("-")[0])

    @property
    def is_person(self) -> bool:
        return self.endswith("-person")


class FileKind(models.TextChoices):
    PDF = "pdf", "PDF"
    PPTX = "pptx", "PPTX"
    DOCX = "docx", "DOCX"
    XLSX = "xlsx", "XLSX"
    CSV = "csv", "CSV"
    ZIP = "zip", _("ZIP file with drawings")
    PNG = "png", "PNG"
    JPEG = "jpeg", "JPEG"


class FileState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    READY = "ready", _("Checked")
    REFUSED = "refused", _("Not accepted")


class FileFault(models.TextChoices):
    UNKNOWN = (
        "unknown",
        _(
            "We cannot accept this type of file. Choose a PDF, PPTX, DOCX, XLSX, CSV, PNG or JPEG file, or a "
            "ZIP file with drawings."
        ),
    )
    DAMAGED = "damaged", _("This file is damaged, or is not what its name says. Save it again and retry.")
    LOCKED = "locked", _("This file is protected with a password. Send it without one.")
    ACTIVE = (
        "active",
        _(
            "This file contains a macro, a script or another file, or loads something from elsewhere. Export "
            "it again without macros, scripts and attachments."
        ),
    )
    LARGE = "large", _("This file is too large once it is unpacked. Send a smaller one.")
    LONG = "long", _("This file has too many pages. Send a shorter one.")
    CONTENTS = (
        "contents",
        _(
            "This ZIP file contains types of files that we do not accept. It may contain only Gerber, drill "
            "and STEP files, PDFs, pictures, CSV and plain text. Remove all other files, or send them "
            "separately."
        ),
    )
    FAILED = "failed", _("This file could not be checked. Save it again, or send it in another format.")
    NOT_NEEDED = "unneeded", _("Something changed while we were checking the file. Please send it again.")


class PictureKind(models.TextChoices):
    LOGO = "logo", _("Logo")
    PERSON = "person", _("Picture of a person")
    PRODUCT = "product", _("Picture of a product")


class PictureState(models.TextChoices):
    CHECKING = "checking", _("Being checked")
    WAITING = "waiting", _("Waiting for a curator")
    SHOWN = "shown", _("Approved")
    DECLINED = "declined", _("Not accepted")


class ImportKind(models.TextChoices):
    STARTUPS = "startups", _("Startups")
    INVESTORS = "investors", _("Investors and partners")
    DEALS = "deals", _("Recorded deals")


class ImportState(models.TextChoices):
    UPLOADED = "uploaded", _("Waiting for you to match the columns")
    CHECKING = "checking", _("Being checked")
    FAULTY = "faulty", _("Has errors")
    READY = "ready", _("Ready to import")
    WRITING = "writing", _("Being imported")
    DONE = "done", _("Imported")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")
    EXPIRED = "expired", _("Not imported")


class RowOutcome(models.TextChoices):
    NEW = "new", _("New")
    UPDATED = "updated", _("Changed")
    UNCHANGED = "unchanged", _("Unchanged")


class KeptBecause(models.TextChoices):
    CLAIMED = "claimed", _("The company has been claimed.")
    CHANGED = "changed", _("It was changed after the import.")
    USED = "used", _("Someone has used it, for example in an introduction or a pilot.")


class SelectionAct(models.TextChoices):
    APPROVE = "approve", _("Approve profiles")
    INVITE = "invite", _("Invite unclaimed companies")


class SelectionState(models.TextChoices):
    WORKING = "working", _("In progress")
    DONE = "done", _("Finished")
    UNDOING = "undoing", _("Being undone")
    UNDONE = "undone", _("Undone")


class SelectedOutcome(models.TextChoices):
    WAITING = "", _("Waiting")
    DONE = "done", _("Done")
    LEFT = "left", _("Left out")
    UNDONE = "undone", _("Undone")


class Side(models.TextChoices):
    STARTUP = "startup", _("Startup")
    INVESTOR = "investor", _("Investor or partner")

    @property
    def other(self) -> "Side":
        return Side.INVESTOR if self is Side.STARTUP else Side.STARTUP


class Status(models.TextChoices):
    DRAFT = "draft", _("Draft")
    SUBMITTED = "submitted", _("Waiting for review")
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned for changes")
    REJECTED = "rejected", _("Not accepted")
    SUSPENDED = "suspended", _("Suspended")


class ReviewOutcome(models.TextChoices):
    APPROVED = "approved", _("Approved")
    RETURNED = "returned", _("Returned for changes")
    REJECTED = "rejected", _("Not accepted")
    SUSPENDED = "suspended", _("Suspended")
    RESTORED = "restored", _("Restored")
    REOPENED = "reopened", _("Reopened for review")
    UPHELD = "upheld", _("Decision upheld after an appeal")


class Audience(models.TextChoices):
    PUBLIC = "public", _("Everyone")
    MATCHED = "matched", _("Checked members of the other side")
    MUTUAL = "mutual", _("Only after both sides have said yes")
    REQUEST = "request", _("On request, decided for each company")
    NOBODY = "nobody", _("No one")


class Purpose(models.TextChoices):
    MATCHING = "matching", _("Matching")
    SHOWING = "showing", _("Showing to the other side")
    CROSS_BORDER = "cross_border", _("Transfer across borders")


def cldr() -> Locale:
    return Locale.parse(to_locale(get_language() or settings.LANGUAGE_CODE))


USD = "USD"  # in which all amounts are compared


def currencies() -> list[tuple[str, str]]:
    return [(code, cldr().currencies.get(code, code)) for code in settings.CURRENCIES]


class Language(models.TextChoices):
    ENGLISH = "en", _("English")
    URDU = "ur", _("Urdu")
    CHINESE = "zh", _("Chinese")
    PUNJABI = "pa", _("Punjabi")
    SINDHI = "sd", _("Sindhi")
    PASHTO = "ps", _("Pashto")
    BALOCHI = "bal", _("Balochi")


def language_name(code: str) -> str:
    return str(Language(code).label) if code in Language.values else cldr().languages.get(code, code)


def working_languages() -> list[tuple[str, str]]:
    return [(code, language_name(code)) for code in settings.WORKING_LANGUAGES]


# Languages people work in, read again for each form.
WORKING_LANGUAGES = CallableChoiceIterator(working_languages)


class PlaceLevel(models.TextChoices):
    COUNTRY = "country", _("Country")
    DIVISION = "division", _("Province")
    CITY = "city", _("City")


class Revenue(models.TextChoices):
    PRE = "pre", _("Pre-revenue")
    POST = "post", _("Post-revenue")


class RevenueBand(models.TextChoices):
    """Yearly revenue in USD."""

    UP_TO_10K = "0-10k", _("Up to USD 10,000")
    UP_TO_50K = "10-50k", _("USD 10,000 – 50,000")
    UP_TO_250K = "50-250k", _("USD 50,000 – 250,000")
    UP_TO_1M = "250k-1m", _("USD 250,000 – 1,000,000")
    UP_TO_5M = "1m-5m", _("USD 1,000,000 – 5,000,000")
    OVER_5M = "5m+", _("Over USD 5,000,000")


class BusinessModel(models.TextChoices):
    B2B = "b2b", _("Sells to businesses")
    B2C = "b2c", _("Sells to consumers")
    B2B2C = "b2b2c", _("Sells through businesses to consumers")
    MARKETPLACE = "marketplace", _("Marketplace")
    B2G = "b2g", _("Sells to government")


class Exclusivity(models.TextChoices):
    NONE = "none", _("None")
    LIMITED = "limited", _("Limited")
    BROAD = "broad", _("Broad")


class IpPolicy(models.TextChoices):
    KEEP = "keep", _("We keep it")
    SHARE = "share", _("Shared")
    OPEN = "open", _("Open")


class SectorAct(models.TextChoices):
    ADD = "add", _("Added")
    RENAME = "rename", _("Renamed")
    MOVE = "move", _("Moved")
    MERGE = "merge", _("Merged")
    RETIRE = "retire", _("Retired")
    RELATE = "relate", _("Related")


class DataClass(models.TextChoices):
    PERSONAL = "personal", _("Personal")
    FINANCIAL = "financial", _("Financial")
    HEALTH = "health", _("Health")
    LOCATION = "location", pgettext_lazy("kind of data", "Location data")
    GEOSPATIAL = "geospatial", _("Geospatial")
    CHILDREN = "children", _("Children's")
    BIOMETRIC = "biometric", _("Biometric")
    GOVERNMENT = "government", _("Government")


class Sensitivity(models.TextChoices):
    NONE = "none", _("No data about people or places")
    INTERNAL = "internal", _("Business data")
    PERSONAL = "personal", _("Personal data")


class DataHosting(models.TextChoices):
    """Where data is kept. Country codes are stored as they are; these are the answers without one."""

    HOME = "home", _("In the startup's country")
    PARTNER = "partner", _("In the partner's country")
    MIXED = "mixed", _("In several countries")
    STARTUP_CHOICE = "startup_choice", _("The startup chooses")


class InvestorKind(models.TextChoices):
    ANGEL_NETWORK = "angel_network", _("Angel or angel network")
    VC = "vc", _("Venture fund")
    GROWTH_FUND = "growth_fund", _("Growth fund")
    IMPACT_FUND = "impact_fund", _("Impact fund")
    GOVERNMENT_FUND = "government_fund", _("Government fund")
    DFI = "dfi", _("Development finance institution")
    BANK = "bank", _("Bank")
    CORPORATE = "corporate", _("Corporate")
    CORPORATE_BUYER = "corporate_buyer", _("Corporate buyer")
    STRATEGIC = "strategic", _("Technology firm or manufacturer")
    UNIVERSITY = "university", _("University or research institute")
    ACCELERATOR = "accelerator", _("Accelerator")
    INCUBATOR = "incubator", _("Incubator")
    AGENCY = "agency", _("Agency or public body")


# Those whose description says in which fields they work; that of a fund or a lender speaks of money.
WORKS_IN_A_FIELD = (
    InvestorKind.CORPORATE,
    InvestorKind.CORPORATE_BUYER,
    InvestorKind.STRATEGIC,
    InvestorKind.UNIVERSITY,
)


class StateOwned(models.TextChoices):
    NO = "no", _("No")
    PARTLY = "partly", _("Partly")
    YES = "yes", _("Yes")


class EvidenceLevel(models.TextChoices):
    SELF_STATED = "self_stated", _("Self-stated")
    DOMAIN = "domain", _("Domain proved")
    DOCUMENT = "document", _("Document seen")
    ENDORSED = "endorsed", _("Endorsed")


class EvidenceClaim(models.TextChoices):
    REGISTRATION = "registration", _("Registration")
    WEBSITE = "website", _("Website")
    LICENCE = "licence", _("Licences")
    CERTIFICATE = "certificate", _("Certificates")
    BANK = "bank", _("Bank account and funds")
    REFERENCE = "reference", _("Customers and references")


class EvidenceKind(models.TextChoices):
    FILE = "file", _("Document")
    LINK = "link", _("Entry in a public registry")
    DOMAIN = "domain", _("Domain")


class EvidenceState(models.TextChoices):
    OPEN = "open", _("Not proved yet")
    WAITING = "waiting", _("Waiting for a curator")
    SEEN = "seen", pgettext_lazy("evidence", "Seen")
    DECLINED = "declined", _("Not accepted")


class FeePolicy(models.TextChoices):
    NEVER = "never", _("Never charges the other side")
    DISCLOSED = "disclosed", _("Charges the other side (disclosed)")


class Importance(models.TextChoices):
    NICE = "nice", _("Nice to have")
    MUST = "must", _("Must have")


class Urgency(models.IntegerChoices):
    LATER = 1, _("Later")
    SOON = 2, _("Soon")
    NOW = 3, _("Now")


class Delivery(models.TextChoices):
    ON_SITE = "on_site", _("On site")
    ONLINE = "online", _("Online")
    BOTH = "both", _("Both")


class Maturity(models.TextChoices):
    RESEARCH = "research", _("Research")
    PILOTED = "piloted", _("Piloted")
    IN_MARKET = "in_market", _("In the market")


class LeadRole(models.TextChoices):
    LEAD = "lead", _("Leads")
    FOLLOW = "follow", _("Follows")
    EITHER = "either", _("Either")


class DealSource(models.TextChoices):
    SELF = "self", _("Stated by the investor")
    BOTH = "both", _("Recorded by both sides")
    IMPORTED = "imported", _("Imported by a curator")


class Rhythm(models.TextChoices):
    OFF = "off", pgettext_lazy("mails", "Never")
    AT_ONCE = "at_once", pgettext_lazy("mails", "Immediately")
    DAILY = "daily", pgettext_lazy("mails", "Once a day")
    WEEKLY = "weekly", pgettext_lazy("mails", "Once a week")
