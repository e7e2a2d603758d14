"""Unclaimed companies, and who may claim one."""

import re
from datetime import datetime
from typing import Any

from allauth.account.models import EmailAddress
from django.db.models import Count, Min, Q, QuerySet

from profiles.choices import Status
from profiles.companies.steps.hosts import own_host_of, with_parents
from profiles.models import SIDES, Claim, Investor, Startup, User

Company = Startup | Investor


def unclaimed(side: str) -> QuerySet[Any]:
    return SIDES[side].objects.filter(is_unclaimed=True).order_by("name_en", "pk")


def unclaimed_since() -> tuple[int, datetime | None]:
    sums = [
        unclaimed(side).order_by().aggregate(count=Count("pk"), oldest=Min("created_at")) for side in SIDES
    ]
    oldest = [each["oldest"] for each in sums if each["oldest"]]
    return sum(each["count"] for each in sums), min(oldest, default=None)


def open_claims(*, at: datetime) -> "QuerySet[Claim]":
    return Claim.objects.filter(sent_at__isnull=False, expires_at__gt=at)


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
