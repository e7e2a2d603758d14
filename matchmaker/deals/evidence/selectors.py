"""Evidence between the two companies of an introduction."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils import timezone

from matchmaker.matching.pairs.selectors.pair import Pair, blocked_by, introductions_between
from matchmaker.models.evidence import EvidenceGrant
from matchmaker.models.introduction import TALKS, Introduction, IntroductionState
from profiles.choices import EvidenceKind, EvidenceState, FileState
from profiles.companies.evidence.selectors import (
    SupportedClaim,
    claims_of,
    given_by,
    may_read_entries,
    self_stated,
)
from profiles.models import Endorsement, Evidence, Investor, Startup

# Whether the two have worked together in another way than by talking; registered by who knows.
WORKED_TOGETHER: list[Callable[[Startup, Investor], bool]] = []


@dataclass(frozen=True)
class TheirClaim:
    supported: SupportedClaim
    documents: tuple[Evidence, ...]
    endorsement: Endorsement | None


@dataclass(frozen=True)
class OwnDocument:
    evidence: Evidence
    is_open: bool


@dataclass(frozen=True)
class PairEvidence:
    pair: Pair
    claims: list[TheirClaim]
    own: list[OwnDocument]
    is_open: bool  # the introduction: otherwise nothing is opened or read any more
    may_endorse: bool
    may_read_entries: bool


def evidence_introduction(pair: Pair) -> Introduction | None:
    return introductions_between(pair).filter(state__in=TALKS).first()


def pair_evidence(pair: Pair, introduction: Introduction) -> PairEvidence:
    is_open, side = introduction.state == IntroductionState.MUTUAL, pair.member.side
    ours = {pk for pk, whose in granted(introduction) if whose == side}
    theirs = readable_documents(pair, introduction)
    endorsements = {
        endorsement.claim: endorsement
        for endorsement in given_by(pair.company)
        if endorsement.endorsed == pair.counterpart
    }
    their_claims = claims_of(pair.counterpart, on=timezone.localdate())
    alone = self_stated(their_claims, pair.seen)
    claims = [
        TheirClaim(
            claim,
            tuple(document for document in theirs if document.claim == claim.claim),
            endorsements.get(str(claim.claim)),
        )
        for claim in their_claims
    ]
    claims = [
        claim
        for claim in claims
        if claim.supported in alone
        or claim.supported.is_supported
        or claim.supported.is_changed
        or claim.documents
        or claim.endorsement
    ]
    return PairEvidence(
        pair=pair,
        claims=claims,
        own=[OwnDocument(each, each.pk in ours) for each in documents_of(pair.company)],
        is_open=is_open,
        may_endorse=is_open or has_worked(pair.startup, pair.investor),
        may_read_entries=may_read_entries(pair.seen.hidden, pair.counterpart.side),
    )


def has_worked(startup: Startup, investor: Investor) -> bool:
    return not blocked_by(startup, investor) and any(asks(startup, investor) for asks in WORKED_TOGETHER)


def documents_of(company: Startup | Investor) -> list[Evidence]:
    return list(readable().filter(**{str(company.side): company}).select_related("file"))


def readable() -> "QuerySet[Evidence]":
    taken = (EvidenceState.WAITING, EvidenceState.SEEN)
    return Evidence.objects.filter(kind=EvidenceKind.FILE, file__state=FileState.READY, state__in=taken)


def granted(introduction: Introduction) -> list[tuple[int, str]]:
    return list(EvidenceGrant.objects.filter(introduction=introduction).values_list("evidence", "side"))


def readable_documents(pair: Pair, introduction: Introduction) -> list[Evidence]:
    if introduction.state != IntroductionState.MUTUAL:
        return []
    key = str(pair.counterpart.side)
    rows = readable().filter(**{key: pair.counterpart}, grants__introduction=introduction, grants__side=key)
    return list(rows.select_related("file", "startup", "investor"))
