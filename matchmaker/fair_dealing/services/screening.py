"""Screening lists: import, find names that resemble a listed one, let a curator decide, forget in time.

Nothing is ever rejected, hidden or told to the other side because of a list.
"""

from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db import transaction

from matchmaker.choices import ScreeningDecision
from matchmaker.fair_dealing.kinds import SCREENED
from matchmaker.fair_dealing.name_tokens import name_tokens, resemble
from matchmaker.fair_dealing.services.screening_files import ListedName
from matchmaker.models import ScreeningCandidate, ScreeningName
from profiles.audit import services as audit
from profiles.choices import Status
from profiles.guards import ReasonMissingError, require_curator
from profiles.imports.kinds import IMPORTED
from profiles.models import SIDES, Investor, Startup, User

BATCH = 2_000
NAMES = ("name_en", "name_zh", "name_ur", "beneficial_owner")
Found = tuple[Startup | Investor, str, ScreeningName]


@transaction.atomic
def import_names(list_code: str, names: Sequence[ListedName], *, at: datetime) -> int:
    """Put a list in the place of the one before; return how many new candidates it brings."""
    ScreeningName.objects.filter(list_code=list_code).delete()
    rows = [ScreeningName(list_code=list_code, imported_at=at, **one._asdict()) for one in names]
    ScreeningName.objects.bulk_create(rows, batch_size=BATCH)
    audit.record(IMPORTED, subject=f"screening:{list_code}", by=None, at=at, details={"names": len(rows)})
    return find_candidates(at=at)


@transaction.atomic
def find_candidates(*, at: datetime) -> int:
    """Look at every company's names and owner; return how many new candidates there are.

    Finding the same again changes nothing: a decision stands.
    """
    before = ScreeningCandidate.objects.count()
    rows = [_candidate(profile, own, listed, at) for profile, own, listed in _resembling()]
    ScreeningCandidate.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return ScreeningCandidate.objects.count() - before


def _candidate(
    profile: Startup | Investor, own: str, listed: ScreeningName, at: datetime
) -> ScreeningCandidate:
    company: dict[str, Any] = {profile.side: profile}
    return ScreeningCandidate(
        list_code=listed.list_code,
        entry=listed.entry,
        listed_name=listed.name,
        own_name=own,
        found_at=at,
        **company,
    )


def _resembling() -> Iterator[Found]:
    """Give the names of companies that resemble a listed one."""
    by_token: dict[str, list[tuple[frozenset[str], ScreeningName]]] = defaultdict(list)
    for listed in ScreeningName.objects.all():
        tokens = name_tokens(listed.name)
        for token in tokens:
            by_token[token].append((tokens, listed))
    for profile, own in _own_names():
        tokens = name_tokens(own)
        near = {listed.pk: (theirs, listed) for token in tokens for theirs, listed in by_token.get(token, ())}
        for theirs, listed in near.values():
            if resemble(tokens, theirs):
                yield profile, own, listed


def _own_names() -> Iterator[tuple[Startup | Investor, str]]:
    """Give every name of every company that is or wants to be on the market."""
    for model in SIDES.values():
        companies: Iterable[Any] = model.objects.filter(status__in=(Status.SUBMITTED, Status.APPROVED))
        for company in companies:
            names = [getattr(company, name) for name in (*NAMES, "legal_name") if hasattr(company, name)]
            yield from ((company, name) for name in dict.fromkeys(names) if name)


@transaction.atomic
def decide_candidate(
    candidate: ScreeningCandidate, *, decision: ScreeningDecision, reason: str, by: User, at: datetime
) -> None:
    """Write down what a curator finds, and why. Nothing else happens.

    Raises:
        NotACuratorError: for anybody but a curator.
        ReasonMissingError: without a reason.
    """
    require_curator(by)
    if not reason.strip():
        raise ReasonMissingError
    current = ScreeningCandidate.objects.select_for_update(no_key=True).get(pk=candidate.pk)
    current.decision, current.reason = decision, reason.strip()
    current.decided_by, current.decided_at = by, at
    current.save(update_fields=["decision", "reason", "decided_by", "decided_at"])
    details = {"list": current.list_code, "decision": str(decision)}
    audit.record(SCREENED, subject=audit.subject_of(current.company), by=by, at=at, details=details)


def forget_candidates(*, at: datetime) -> int:
    """Delete what was decided longer ago than the settings keep it; return how many rows."""
    oldest = at - timedelta(days=settings.SCREENING_KEPT_DAYS)
    deleted, _by_model = ScreeningCandidate.objects.filter(decided_at__lt=oldest).delete()
    return deleted
