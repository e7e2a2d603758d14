"""The tables of the matches."""

from matchmaker.models.advice import Advice
from matchmaker.models.conversation import CompanyBlock, Message, MessageReport, ReadMark
from matchmaker.models.digest import DigestEntry
from matchmaker.models.fair_dealing import CheckAnswer, DisclosureRequest, FairTerms
from matchmaker.models.heartbeat import Heartbeat
from matchmaker.models.introduction import Introduction, IntroductionStep
from matchmaker.models.meeting import Meeting, MeetingReply, MeetingSlot, MeetingStep
from matchmaker.models.pair_action import Interest, Pass, ShortlistEntry
from matchmaker.models.pilot import Pilot, PilotAim, PilotApplication, PilotStep
from matchmaker.models.pin import Pin
from matchmaker.models.ranking import Market, Ranking, RankingClock
from matchmaker.models.ranking_job import RankingJob, RankingRun
from matchmaker.models.screening import ScreeningCandidate, ScreeningName
from matchmaker.models.text_vector import (
    InferredSector,
    SectorVector,
    TextVector,
    ThesisInferredSector,
)
from matchmaker.models.weights import Weights

__all__ = [
    "Advice",
    "CheckAnswer",
    "CompanyBlock",
    "DigestEntry",
    "DisclosureRequest",
    "FairTerms",
    "Heartbeat",
    "InferredSector",
    "Interest",
    "Introduction",
    "IntroductionStep",
    "Market",
    "Meeting",
    "MeetingReply",
    "MeetingSlot",
    "MeetingStep",
    "Message",
    "MessageReport",
    "Pass",
    "Pilot",
    "PilotAim",
    "PilotApplication",
    "PilotStep",
    "Pin",
    "Ranking",
    "RankingClock",
    "RankingJob",
    "RankingRun",
    "ReadMark",
    "ScreeningCandidate",
    "ScreeningName",
    "SectorVector",
    "ShortlistEntry",
    "TextVector",
    "ThesisInferredSector",
    "Weights",
]
