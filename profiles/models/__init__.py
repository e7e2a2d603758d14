"""The tables of the profiles."""

from profiles.choices import Side
from profiles.models.audit import AuditHead, AuditRecord
from profiles.models.consent import Consent
from profiles.models.deal import Deal
from profiles.models.draft import FormDraft
from profiles.models.governance import CheckWeight, GovernanceCheck
from profiles.models.investor import Investor
from profiles.models.limit import LimitBucket
from profiles.models.need import Need
from profiles.models.notice import MailSwitch, Notice, StoppedAddress
from profiles.models.offer import Offer
from profiles.models.outbox import OutboxMail
from profiles.models.place import Place
from profiles.models.profile import Profile
from profiles.models.rate import ExchangeRate
from profiles.models.receipt import Receipt
from profiles.models.review import Review
from profiles.models.startup import Startup
from profiles.models.taxonomy import NeedType, PartnershipForm, Sector, SectorRelation, Stage
from profiles.models.team import Invitation, Membership
from profiles.models.thesis import Thesis
from profiles.models.traction import ExistingPartner, TractionFigure
from profiles.models.user import User

# The companies of both sides, by side.
SIDES: dict[str, type[Startup] | type[Investor]] = {Side.STARTUP: Startup, Side.INVESTOR: Investor}
