"""Reads about teams: who belongs to a company, and who is invited."""

from datetime import datetime
from functools import reduce
from operator import or_

from allauth.account.models import EmailAddress
from django.conf import settings
from django.contrib.auth.models import AnonymousUser
from django.db.models import Count, F, Q, QuerySet
from django.utils.translation import gettext as _

from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import JoinAs, Side, Status
from profiles.models import FormerMember, Investor, Invitation, Membership, Place, Startup, User
from profiles.platform.memberships import membership_of

Company = Startup | Investor


def members_of(company: Company) -> "QuerySet[Membership]":
    return (
        Membership.objects.filter(**{company.side: company})
        .select_related("user")
        .order_by("-is_owner", "joined_at", "pk")
    )


def invitations_of(company: Company) -> "QuerySet[Invitation]":
    """Return a company's invitations that no one has accepted yet, newest first."""
    return Invitation.objects.filter(**{company.side: company}, accepted_at__isnull=True)


def team_size(company: Company, *, at: datetime) -> tuple[int, int]:
    may_accept = Q(invitations__accepted_at=None, invitations__expires_at__gt=at)
    counts = (
        type(company)
        ._default_manager.filter(pk=company.pk)
        .aggregate(
            members=Count("memberships", distinct=True),
            invited=Count("invitations", filter=may_accept, distinct=True),
        )
    )
    return counts["members"], counts["invited"]


def open_invitations(*, at: datetime) -> "QuerySet[Invitation]":
    rows = Invitation.objects.filter(accepted_at=None, expires_at__gt=at, invited_by__is_active=True)
    return rows.select_related("startup", "investor", "invited_by")


def still_invites(key: str, *, at: datetime) -> bool:
    rows = open_invitations(at=at).filter(pk=key)
    return rows.exclude(startup__status=Status.SUSPENDED).exclude(investor__status=Status.SUSPENDED).exists()


def account_language(email: str) -> str | None:
    """Return the language of the account that signs in with this address, or None when there is none."""
    return User.objects.filter(email=email.lower()).values_list("language", flat=True).first()


def found_accounts(words: str = "") -> QuerySet[User]:
    """Return the members' accounts, those of the demonstration too, with their companies."""
    accounts = User.objects.filter(role__in=Side.values, is_superuser=False)
    if words:
        names = [f"membership__{side}__name_{language}" for side in Side for language in ("en", "ur", "zh")]
        fields = ("email", "full_name", *names)
        accounts = accounts.filter(reduce(or_, (Q(**{f"{field}__icontains": words}) for field in fields)))
    with_company = accounts.select_related("membership__startup", "membership__investor")
    return with_company.order_by(F("last_login").desc(nulls_last=True), "email")


def users_with(email: str) -> list[User]:
    """Return the users with this address, confirmed ones first. Always two queries."""
    confirmed = list(User.objects.filter(emailaddress__email=email.lower(), emailaddress__verified=True))
    stated = list(User.objects.filter(email=email.lower()))
    return confirmed or stated


def addresses_of(user: User) -> list[str]:
    confirmed = User.objects.filter(pk=user.pk, emailaddress__verified=True)
    return [user.email, *confirmed.values_list("emailaddress__email", flat=True)]


def has_confirmed(user: User) -> bool:
    return User.objects.filter(pk=user.pk, emailaddress__verified=True).exists()


def own_addresses_of(user: User) -> list[str]:
    others = EmailAddress.objects.filter(verified=True).exclude(user=user)
    stated = EmailAddress.objects.filter(user=user).exclude(email__in=others.values("email"))
    return [*addresses_of(user), *stated.values_list("email", flat=True)]


def account(user: User) -> User:
    return User.objects.get(pk=user.pk)


def demo_accounts(persona: str) -> "QuerySet[User]":
    email = settings.DEMO_ACCOUNTS.get(persona, "") if settings.DEMO else ""
    return User.objects.filter(email=email, is_demo=True, is_active=True, is_superuser=False)


def company_of(user: User | AnonymousUser | None) -> Startup | Investor | None:
    if not isinstance(user, User):
        return None
    membership = membership_of(user)
    return membership.company if membership else None


def teams_of(user: User) -> list[Company]:
    both = (Membership.objects.filter(user=user), FormerMember.objects.filter(user=user))
    return [membership.company for rows in both for membership in rows.select_related("startup", "investor")]


def people_of(company: Company) -> "QuerySet[User, int]":
    side = str(company.side)
    ever = Q(**{f"membership__{side}": company}) | Q(**{f"former_members__{side}": company})
    return User.objects.filter(ever).order_by().values_list("pk", flat=True)


def open_demo_accounts() -> QuerySet[User]:
    is_demo = Q(is_demo=True) | Q(email__in=settings.DEMO_ACCOUNTS.values())
    return User.objects.filter(is_demo, is_active=True).order_by("pk")


def corridor_names() -> dict[str, str] | None:
    """Return the places of `startups` and `partners` as the settings name them; None if one is unknown."""
    ours, theirs = settings.STARTUP_PLACES, settings.PARTNER_PLACES
    names = {place.code: place.name for place in Place.objects.filter(code__in=[*ours, *theirs])}
    if not ours or not theirs or not names.keys() >= {*ours, *theirs}:
        return None
    return {
        "startups": joined(names[code] for code in ours),
        "partners": joined(names[code] for code in theirs),
    }


def ways_to_join() -> dict[str, str]:
    """Return what each way to join is called; a person's by the country, where the settings name one."""
    names, places = {way.value: str(way.label) for way in JoinAs}, corridor_names()
    if places:
        words = _("Person without a company, %(country)s")
        names[JoinAs.STARTUP_PERSON] = words % {"country": places["startups"]}
        names[JoinAs.INVESTOR_PERSON] = words % {"country": places["partners"]}
    return names
