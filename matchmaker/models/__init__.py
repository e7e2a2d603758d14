"""The tables of the matches."""

from matchmaker.models.api import ApiToken
from matchmaker.models.conversation import CompanyBlock, LastRead, Message, MessageReport
from matchmaker.models.deck import Deck, DeckAccess, DeckCopy, DeckOpening, DeckPage, DeckVersion
from matchmaker.models.duplicate import CompanyMerge, DuplicateCandidate, DuplicateKey, DuplicateProbe
from matchmaker.models.evidence import EvidenceGrant
from matchmaker.models.fair_dealing import (
    CheckAnswer,
    DisclosureRequest,
    FairTerms,
    ScreeningCandidate,
    ScreeningName,
)
from matchmaker.models.hours import AvailableDay, AvailableHours, DayOff
from matchmaker.models.introduction import Introduction, IntroductionStep
from matchmaker.models.machine_translation import MachineTranslation
from matchmaker.models.meeting import Meeting, MeetingReply, MeetingSlot, MeetingStep
from matchmaker.models.missions import (
    Delegation,
    Interpreter,
    Mission,
    MissionMeeting,
    MissionNote,
    MissionPlan,
    MissionSlot,
    MissionStep,
    MissionTable,
    MissionWish,
)
from matchmaker.models.outcome import IntroductionOutcome, OutcomeQuestion, OutcomeStep
from matchmaker.models.pair_action import (
    Advice,
    CuratorOverride,
    DigestEntry,
    Interest,
    Look,
    Pass,
    ShortlistEntry,
)
from matchmaker.models.pilot import Pilot, PilotAim, PilotApplication, PilotInvitation, PilotStep
from matchmaker.models.programmes import (
    PersonCard,
    Programme,
    ProgrammeAnnouncement,
    ProgrammeApplication,
    ProgrammeAttendance,
    ProgrammeConflict,
    ProgrammeFile,
    ProgrammeHost,
    ProgrammeInvitation,
    ProgrammeOutcome,
    ProgrammeProposal,
    ProgrammeReviewer,
    ProgrammeScore,
    ProgrammeSession,
    ProgrammeStep,
    ProgrammeTeam,
    ProgrammeTeamMember,
    ProgrammeTelling,
)
from matchmaker.models.ranking import (
    Heartbeat,
    InferredSector,
    Market,
    Ranking,
    RankingClock,
    RankingJob,
    RankingRun,
    SectorVector,
    TextVector,
    ThesisInferredSector,
    Weights,
    Worker,
)
from matchmaker.models.reply import ReceivedReply, ReplyAddress
from matchmaker.models.report import ReportRow, ReportRun
from matchmaker.models.saved_view import SavedView
from matchmaker.models.search import SavedSearch, SearchEntry, SearchTerm, SearchWord
from matchmaker.models.stage import IntroductionStage, StageStep
from matchmaker.models.webhook import Webhook, WebhookDelivery
from matchmaker.models.what_if import WhatIf
