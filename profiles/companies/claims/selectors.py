"""Unclaimed companies, and who may claim one."""

import re
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from datetime import datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.models import EmailAddress
from django.db.models import Count, Exists, Min, OuterRef, Q, QuerySet
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms
from profiles.choices import Side, Status
from profiles.companies.steps.hosts import own_host_of, with_parents
from profiles.companies.steps.selectors import name_filter
from profiles.models import SIDES, Claim, Investor, Startup, User

Company = Startup | Investor


def unclaimed(side: str) -> QuerySet[Any]:
    return SIDES[side].objects.filter(is_unclaimed=True).order_by("name_en", "pk")


INVITED = {
    "no": _("Not invited"),
    "yes": _("Invited"),
    "expired": _("Invitation expired"),
    "asked": _("Someone says it is theirs"),
}
SECTORS = {Side.STARTUP: ("primary_sector", "other_sectors"), Side.INVESTOR: ("theses__sectors",)}


@dataclass(frozen=True)
class UnclaimedPart:
    """A filter of unclaimed companies. A value that means nothing is empty."""

    side: str = Side.STARTUP
    q: str = ""
    sector: str = ""
    place: str = ""
    invited: str = ""

    @property
    def query(self) -> str:
        return urlencode({name: value for name, value in asdict(self).items() if value})


def part_in(words: Mapping[str, str], terms: TermTree) -> UnclaimedPart:
    side, invited = words.get("side", ""), words.get("invited", "")
    codes = {kind: words.get(kind, "") for kind in ("sector", "place")}
    return UnclaimedPart(
        side=side if side in Side.values else Side.STARTUP,
        q=words.get("q", "").strip()[:120],
        invited=invited if invited in INVITED else "",
        **{kind: code if code and terms.find(kind, code) else "" for kind, code in codes.items()},
    )


def found_unclaimed(part: UnclaimedPart, *, at: datetime, terms: TermTree | None = None) -> QuerySet[Any]:
    """Return the unclaimed companies of a filter, by name."""
    rows, terms = unclaimed(part.side), terms or all_terms()
    if part.q:
        rows = rows.filter(name_filter(part.q) | Q(contact_email__icontains=part.q) | Q(public_id=part.q))
    if part.place and (place := terms.find("place", part.place)):
        rows = rows.filter(place__in=terms.within("place", place.pk))
    if part.sector and (sector := terms.find("sector", part.sector)):
        within, condition = terms.within("sector", sector.pk), Q()
        for path in SECTORS[Side(part.side)]:
            condition |= Q(**{f"{path}__in": within})
        same = SIDES[part.side].objects.order_by().filter(condition)
        rows = rows.filter(pk__in=same.values("pk"))
    if part.invited:
        claims = Claim.objects.filter(**{part.side: OuterRef("pk")})
        sent = claims.filter(sent_at__isnull=False)
        rows = rows.filter(
            {
                "no": ~Exists(claims),
                "yes": Exists(sent.filter(expires_at__gt=at)),
                "expired": Exists(sent.filter(expires_at__lte=at)),
                "asked": Exists(claims.filter(sent_at=None)),
            }[part.invited]
        )
    return rows


def term_choices(terms: TermTree, kind: str) -> list[tuple[str, str]]:
    """Return the choices of a menu: each term under its topmost one."""
    words = terms.by_pk[kind]
    paths = {pk: [words[each] for each in reversed(terms.family(kind, pk))] for pk in words}
    ordered = sorted(paths.values(), key=lambda path: [term.order for term in path])
    return [(path[-1].code, " · ".join(term.name for term in path[-2:])) for path in ordered]


def unclaimed_since() -> tuple[int, datetime | None]:
    sums = [
        unclaimed(side).order_by().aggregate(count=Count("pk"), oldest=Min("created_at")) for side in SIDES
    ]
    oldest = [each["oldest"] for each in sums if each["oldest"]]
    return sum(each["count"] for each in sums), min(oldest, default=None)


def open_claims(*, at: datetime) -> "QuerySet[Claim]":
    return Claim.objects.filter(sent_at__isnull=False, expires_at__gt=at)


def still_invites(key: str, *, at: datetime) -> bool:
    return open_claims(at=at).filter(pk=key).exists()


def open_claim(token: str, *, at: datetime) -> Claim | None:
    return open_claims(at=at).filter(token=token).select_related("startup", "investor").first()


def claims_of(companies: list[Company]) -> dict[str, Claim]:
    of_them = Q(startup__in=[one for one in companies if isinstance(one, Startup)]) | Q(
        investor__in=[one for one in companies if isinstance(one, Investor)]
    )
    claims = Claim.objects.filter(of_them).select_related("startup", "investor", "asked_by")
    return {claim.company.public_id: claim for claim in claims}


def is_proven(company: Company, user: User) -> bool:
    host = own_host(company)
    confirmed = EmailAddress.objects.filter(user=user, verified=True).values_list("email", flat=True)
    return any(
        address.lower() == company.contact_email.lower() or (host and address.lower().endswith(f"@{host}"))
        for address in confirmed
    )


def own_host(company: Company) -> str:
    """Return the company's own website host, if no other company and no public mail provider uses it."""
    host = own_host_of(company)
    if not host:
        return ""
    above = "|".join(map(re.escape, with_parents(host)))
    near = Q(website__iregex=rf"^https?://(([^/]+\.)?{re.escape(host)}|(www\.)?({above}))([/:?#]|$)")
    taken = Q(is_unclaimed=True) | Q(status=Status.APPROVED)  # a draft of anyone's takes it from no one
    shared = any(
        model._default_manager.filter(near, taken)
        .exclude(pk=company.pk if type(company) is model else 0)
        .exists()
        for model in SIDES.values()
    )
    return "" if shared else host
