"""What evidence adds to the desk and the start page."""

from datetime import datetime, timedelta
from typing import Any

from django.db.models import Q
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from matchmaker.deals.evidence import kinds  # noqa: F401  registers itself
from matchmaker.registry import Waiting, WaitingPart, register_queue, register_waiting, waiting_in
from profiles.choices import EvidenceKind, EvidenceState
from profiles.companies.evidence.kinds import EVIDENCE_EXPIRED
from profiles.companies.evidence.selectors import waiting_evidence
from profiles.companies.evidence.services import erase_company
from profiles.models import Evidence, Investor, Startup, User
from profiles.platform import erasure, merging
from profiles.platform.erasure import GOES, OWN_ACT, Decision

register_queue(
    6,
    _("Evidence to review"),
    "desk_evidence",
    lambda: waiting_in(waiting_evidence(), "at"),
    target=timedelta(days=3),
)


def expired_of(company: Startup | Investor, _user: User, at: datetime) -> Q:
    return Q(**{str(company.side): company}, expires_on__lt=at.date())


def expired(found: dict[int, int], *_context: Any) -> list[Waiting]:
    text = ngettext(
        "%(count)d piece of your evidence has expired",
        "%(count)d pieces of your evidence have expired",
        len(found),
    )
    act = str(_("Add new evidence"))
    return [Waiting(text % {"count": len(found)}, act, "evidence", icon="hourglass-split")]


register_waiting(
    WaitingPart(60, lambda _side: Evidence.objects.filter(state=EvidenceState.SEEN), expired_of, expired),
    told_by=[EVIDENCE_EXPIRED],
)

merging.register(
    {
        "profiles.Evidence": merging.moves(
            once=("host",),
            among=Q(kind=EvidenceKind.DOMAIN),
            first=lambda each: each.state != EvidenceState.SEEN,
            unwatched=("asked_at",),
        ),
        "profiles.Endorsement": merging.moves(once=("side", "startup", "investor", "claim")),
        "matchmaker.EvidenceGrant": merging.moves(once=("evidence", "introduction")),
    }
)

erasure.register(
    {
        "profiles.Evidence": Decision(GOES, company="{side}"),
        "profiles.Endorsement": OWN_ACT,
        "matchmaker.EvidenceGrant": OWN_ACT,
    },
    erase_company,
)
