"""Opening a document to the other side of an introduction, and endorsing what it states."""

from datetime import datetime
from typing import Any

from django.db import transaction
from django.urls import reverse
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Side
from matchmaker.deals.evidence.kinds import DOCUMENT_OPENED, SHARE_LIMIT
from matchmaker.deals.evidence.selectors import has_worked
from matchmaker.matching.pairs import services as pairs
from matchmaker.models.evidence import EvidenceGrant
from matchmaker.models.introduction import Introduction, IntroductionState
from profiles.choices import EvidenceClaim
from profiles.companies.evidence.kinds import ENDORSED_YOU, EVIDENCE
from profiles.companies.evidence.services import notify_owner
from profiles.models import Endorsement, Evidence, User
from profiles.people.accounts.services.accounts import notify_team
from profiles.platform.notifications.services import Message
from profiles.refusals import RefusedError


@transaction.atomic
def grant(evidence: Evidence, introduction: Introduction, *, side: Side, by: User, at: datetime) -> None:
    """Let the other side save a document of one's own, and notify it.

    Raises:
        LimitReachedError, NotOpenError, RefusedError: nothing was changed.
    """
    _lock(introduction, side=side, by=by, at=at)
    pair = {"startup": introduction.startup, "investor": introduction.investor}
    values = {**pair, "side": side, "by": by, "at": at}
    row, made = EvidenceGrant.objects.get_or_create(
        evidence=evidence, introduction=introduction, defaults=values
    )
    if not made:
        return
    _record("granted", introduction, side=side, by=by, at=at, evidence=evidence.pk)
    company = introduction.company_on(side)
    path = reverse("pair_evidence", args=[company.public_id])
    message = Message(kind=DOCUMENT_OPENED, path=path, event=f"grant:{row.pk}", at=at)
    notify_team(introduction.company_on(side.other), message)


@transaction.atomic
def revoke(evidence: Evidence, introduction: Introduction, *, side: Side, by: User, at: datetime) -> None:
    _lock(introduction, side=side, by=by, at=at)
    gone, _by_model = EvidenceGrant.objects.filter(evidence=evidence, introduction=introduction).delete()
    if gone:
        _record("revoked", introduction, side=side, by=by, at=at, evidence=evidence.pk)


@transaction.atomic
def endorse(
    introduction: Introduction, *, claim: EvidenceClaim, side: Side, by: User, at: datetime
) -> Endorsement:
    """Endorse a claim of the other side, once, and notify it.

    Raises:
        LimitReachedError, NotOpenError: nothing was changed.
        RefusedError: if the two neither talk nor have worked together.
    """
    has = has_worked(introduction.startup, introduction.investor)
    _lock(introduction, side=side, by=by, at=at, also=has)
    pair = {"startup": introduction.startup, "investor": introduction.investor}
    values = {"by": by, "at": at}
    row, made = Endorsement.objects.get_or_create(**pair, side=side, claim=claim, defaults=values)
    if made:
        _record("endorsed", introduction, side=side, by=by, at=at, claim=claim.value)
        notify_owner(ENDORSED_YOU, row.endorsed, event=f"endorsement:{row.pk}", at=at)
    return row


def _lock(introduction: Introduction, *, side: Side, by: User, at: datetime, also: bool = False) -> None:
    """Count an act and lock both companies; refuse it after the introduction, unless `also`."""
    pairs.begin_act(SHARE_LIMIT, introduction.startup, introduction.investor, side=side, by=by, at=at)
    introduction.refresh_from_db(fields=["state"])
    if introduction.state != IntroductionState.MUTUAL and not also:
        raise RefusedError(_("This introduction has ended."))


def _record(
    done: str, introduction: Introduction, *, side: Side, by: User, at: datetime, **details: Any
) -> None:
    startup, investor = introduction.startup, introduction.investor
    pairs.record(EVIDENCE, startup, investor, side=side, by=by, at=at, done=done, **details)
