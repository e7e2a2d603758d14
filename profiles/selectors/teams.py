"""Reads about teams: who belongs to a company, and who is invited."""

from datetime import datetime

from django.db.models import QuerySet

from profiles.models import Investor, Invitation, Membership, Review, Startup, User

Company = Startup | Investor


def kind_of(company: Company) -> str:
    """Return the name of the company's table, which is also the name of its foreign key."""
    return "startup" if isinstance(company, Startup) else "investor"


def membership_of(user: User) -> Membership | None:
    """Return a person's membership with its company, or None while there is none."""
    return Membership.objects.select_related("startup", "investor", "user").filter(user=user).first()


def company_in(row: Membership | Invitation | Review) -> Company:
    """Return the company that a row names (the database sees to it that there is one)."""
    company = row.startup or row.investor
    assert company is not None  # noqa: S101  constraint *_one_company
    return company


def members_of(company: Company) -> "QuerySet[Membership]":
    """Return a company's people, owners first."""
    return (
        Membership.objects.filter(**{kind_of(company): company})
        .select_related("user")
        .order_by("-is_owner", "joined_at", "pk")
    )


def invitations_of(company: Company) -> "QuerySet[Invitation]":
    """Return a company's invitations that nobody has accepted yet, newest first."""
    return Invitation.objects.filter(**{kind_of(company): company}, accepted_at__isnull=True)


def open_invitations(*, at: datetime) -> "QuerySet[Invitation]":
    """Return the invitations that can still be accepted."""
    return Invitation.objects.filter(accepted_at__isnull=True, expires_at__gt=at).select_related(
        "startup", "investor", "invited_by"
    )
