"""What supports each claim of a company, what a curator has to look at, and who endorsed what."""

from collections import Counter
from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from operator import attrgetter
from typing import Any

from django.db.models import Q, QuerySet
from django.utils import timezone
from django.utils.formats import date_format
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from profiles.catalogue.visibility.visible_profile import VisibleProfile
from profiles.choices import EvidenceClaim, EvidenceKind, EvidenceLevel, EvidenceState, Side, Status
from profiles.companies.steps.hosts import host_of
from profiles.models import Endorsement, Evidence, Investor, Startup
from profiles.models.evidence import STATED

Company = Startup | Investor
DOCUMENTS = (EvidenceKind.FILE, EvidenceKind.LINK)
# Mailboxes of a domain that only its owner gives away.
MAILBOXES = ("info", "contact", "admin", "webmaster", "postmaster", "hostmaster")
ASKED_OF = (Status.SUBMITTED, Status.APPROVED)  # whose evidence curators are asked to look at


@dataclass(frozen=True)
class Support:
    text: str
    url: str = ""


@dataclass(frozen=True)
class SupportedClaim:
    """One claim of a company, and what supports it now."""

    claim: EvidenceClaim
    side: Side
    evidence: tuple[Evidence, ...]
    endorsed: int
    is_changed: bool = False

    @property
    def level(self) -> EvidenceLevel:
        if self.endorsed:
            return EvidenceLevel.ENDORSED
        if any(evidence.kind in DOCUMENTS for evidence in self.evidence):
            return EvidenceLevel.DOCUMENT
        return EvidenceLevel.DOMAIN if self.evidence else EvidenceLevel.SELF_STATED

    @property
    def is_supported(self) -> bool:
        return self.level != EvidenceLevel.SELF_STATED

    @property
    def supports(self) -> list[Support]:
        lines = [Support(_support_words(evidence), evidence.url) for evidence in self.evidence]
        if self.endorsed:
            lines.append(Support(_endorsed_by(self.side.other, self.endorsed)))
        return lines


def _support_words(evidence: Evidence) -> str:
    words = {"day": date_format(timezone.localtime(evidence.decided_at))}
    if evidence.kind == EvidenceKind.DOMAIN:
        return _("Domain proved on %(day)s") % words
    if evidence.kind == EvidenceKind.LINK:
        return _("Entry in a public registry, seen by a curator on %(day)s") % words
    if evidence.issued_on is None:
        return _("Document seen by a curator on %(day)s") % words
    words["year"] = str(evidence.issued_on.year)
    return _("Document from %(year)s, seen by a curator on %(day)s") % words


def _endorsed_by(side: Side, count: int) -> str:
    if side == Side.STARTUP:
        text = ngettext("Endorsed by %(count)d startup", "Endorsed by %(count)d startups", count)
    else:
        text = ngettext("Endorsed by %(count)d partner", "Endorsed by %(count)d partners", count)
    return text % {"count": count}


def claims_of(company: Company, *, on: date) -> list[SupportedClaim]:
    # Sorted here, because building a query with an order takes longer.
    evidence = sorted(company.evidences.seen_on(on).order_by(), key=attrgetter("pk"))
    evidence.sort(key=attrgetter("decided_at"), reverse=True)
    endorsed = COUNTED_ENDORSEMENTS[company.side].filter(**{str(company.side): company})
    return supported(company, evidence, endorsed.order_by().values_list("claim", flat=True))


def supported(company: Company, evidence: Iterable[Evidence], claims: Iterable[str]) -> list[SupportedClaim]:
    rows, endorsed = list(evidence), Counter(claims)
    counting = [row for row in rows if not row.is_of_other_details]
    changed = {row.claim for row in rows} - {row.claim for row in counting}
    stated = {claim for claim, field in STATED[company.side].items() if getattr(company, field)}
    stated |= {EvidenceClaim(row.claim) for row in rows}
    return [
        SupportedClaim(
            claim,
            company.side,
            tuple(row for row in counting if row.claim == claim),
            endorsed[claim.value] if claim in stated else 0,
            claim.value in changed,
        )
        for claim in EvidenceClaim
    ]


def self_stated(claims: Iterable[SupportedClaim], seen: VisibleProfile) -> list[SupportedClaim]:
    alone = (claim for claim in claims if not (claim.is_supported or claim.is_changed))
    return [claim for claim in alone if getattr(seen, STATED[claim.side].get(claim.claim, ""), None)]


def checked(claims: Iterable[SupportedClaim]) -> list[str]:
    return [str(claim.claim.label) for claim in claims if claim.evidence]


# They are built once, because building such a query takes longer than its answer.
COUNTED_ENDORSEMENTS = {
    side: Endorsement.objects.filter(
        side=side.other, **{f"{side.other}__status": Status.APPROVED, f"{side.other}__matching_consent": True}
    )
    for side in Side
}


def given_by(company: Company) -> "QuerySet[Endorsement]":
    endorsements = Endorsement.objects.filter(side=company.side, **{str(company.side): company})
    return endorsements.select_related("startup", "investor").order_by("-at", "-pk")


def with_level(side: Side, level: str, *, on: date) -> Q:
    key = f"{side}_id"
    current = Evidence.objects.current(on).filter(**{f"{side}__isnull": False})
    rules = {
        EvidenceLevel.DOMAIN: Q(pk__in=current.filter(kind=EvidenceKind.DOMAIN).values(key)),
        EvidenceLevel.DOCUMENT: Q(pk__in=current.filter(kind__in=DOCUMENTS).values(key)),
        EvidenceLevel.ENDORSED: Q(pk__in=COUNTED_ENDORSEMENTS[side].values(key)),
    }
    wanted = EvidenceLevel(level)
    if wanted in rules:
        return rules[wanted]
    return ~(rules[EvidenceLevel.DOMAIN] | rules[EvidenceLevel.DOCUMENT] | rules[EvidenceLevel.ENDORSED])


def evidence_of(company: Company) -> "QuerySet[Evidence]":
    """Return all evidence of a company, for itself and for curators; without a domain that is not proved."""
    rows = company.evidences.select_related("startup", "investor", "file")
    return rows.exclude(state=EvidenceState.OPEN).order_by("claim", "-at", "pk")


def own_rows(company: Company) -> list[tuple[SupportedClaim, list[Evidence]]]:
    rows = list(evidence_of(company))
    claims = claims_of(company, on=timezone.localdate())
    return [(claim, [row for row in rows if row.claim == claim.claim]) for claim in claims]


def domain_of(company: Company) -> Evidence | None:
    evidence: Evidence | None = company.evidences.filter(
        kind=EvidenceKind.DOMAIN, host=host_of(company)
    ).first()
    return evidence


def is_proof_open(key: str, **_at: Any) -> bool:
    return Evidence.objects.filter(pk=key, state=EvidenceState.OPEN).exists()


def waiting_evidence() -> "QuerySet[Evidence]":
    of_one = Q(startup__status__in=ASKED_OF) | Q(investor__status__in=ASKED_OF)
    rows = Evidence.objects.to_see().filter(of_one)
    return rows.select_related("startup", "investor", "file").order_by("at", "pk")


def for_curators() -> "QuerySet[Evidence]":
    rows = Evidence.objects.exclude(state=EvidenceState.OPEN)
    return rows.select_related("startup", "investor", "file", "decided_by")


def next_to_see(evidence: Evidence) -> Evidence | None:
    """Return the next piece of evidence: of the same company first, else the oldest."""
    rows = waiting_evidence().exclude(pk=evidence.pk)
    of_company = rows.filter(startup=evidence.startup_id, investor=evidence.investor_id)
    return of_company.first() or rows.first()


def expired(*, on: date) -> "QuerySet[Evidence]":
    rows = Evidence.objects.filter(state=EvidenceState.SEEN, expires_on__lt=on, asked_at=None)
    demo = Q(startup__is_demo=True) | Q(investor__is_demo=True)
    return rows.exclude(demo).select_related("startup", "investor").order_by("expires_on", "pk")


# What of the profile stands beside the evidence for a claim, for the curator.
COMPARED: dict[Side, dict[EvidenceClaim, Collection[str]]] = {
    Side.STARTUP: {
        EvidenceClaim.REGISTRATION: ("registration_number", "registrar", "place", "founded"),
        EvidenceClaim.WEBSITE: ("website", "contact_email"),
        EvidenceClaim.LICENCE: ("licences",),
    },
    Side.INVESTOR: {
        EvidenceClaim.REGISTRATION: ("registry_id", "legal_name", "group_name", "jurisdiction", "place"),
        EvidenceClaim.WEBSITE: ("website", "contact_email"),
        EvidenceClaim.BANK: ("beneficial_owner", "state_owned"),
    },
}


def compared(evidence: Evidence) -> list[dict[str, str]]:
    company = evidence.company
    names = [name for name in (company.name_en, company.name_zh, company.name_ur) if name]
    fields = COMPARED[company.side].get(EvidenceClaim(evidence.claim), ())
    return [
        {"label": _("Name"), "value": " · ".join(names)},
        *(
            {
                "label": capfirst(str(company._meta.get_field(name).verbose_name)),  # type: ignore[union-attr]
                "value": str(getattr(company, name) or ""),
            }
            for name in fields
        ),
    ]


def may_read_entries(hidden: Collection[str], side: Side) -> bool:
    """Tell whether a reader may open public registry entries, which reveal the company's name and number."""
    number = "registration_number" if side == Side.STARTUP else "registry_id"
    return not {"name", number} & set(hidden)
