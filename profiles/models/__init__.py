"""The tables of the profiles."""

from profiles.choices import Side
from profiles.models.account import Claim, FormerMember, Invitation, Membership, User
from profiles.models.audit import AuditHead, AuditRecord, KeptValues
from profiles.models.consent import (
    Appeal,
    CannedReason,
    Consent,
    CuratorNote,
    Receipt,
    Review,
    ReviewAssignment,
    ReviewReason,
)
from profiles.models.draft import FormDraft, LimitBucket
from profiles.models.evidence import Endorsement, Evidence
from profiles.models.file import CheckedFile, FileStore, Picture
from profiles.models.held_edit import HeldEdit
from profiles.models.imports import ColumnMapping, ImportedRow, ImportFile, ImportRun
from profiles.models.investor import Deal, Investor, Offer, Thesis
from profiles.models.notice import MailSwitch, Notice, OutboxMail, StoppedAddress
from profiles.models.profile import Profile
from profiles.models.selection import SelectedCompany, Selection
from profiles.models.startup import ExistingPartner, Need, Startup, TractionFigure
from profiles.models.taxonomy import (
    CheckVersion,
    CheckWeight,
    ExchangeRate,
    GovernanceCheck,
    NeedType,
    PartnershipForm,
    Place,
    Sector,
    SectorChange,
    SectorRelation,
    Stage,
)

# The companies of both sides, by side.
SIDES: dict[str, type[Startup] | type[Investor]] = {Side.STARTUP: Startup, Side.INVESTOR: Investor}
