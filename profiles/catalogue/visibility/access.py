"""The only way to read a profile for a viewer."""

from collections.abc import Callable, Collection
from dataclasses import dataclass, field, replace
from functools import cache
from typing import Any, NamedTuple, TypeVar

from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.db.models import Prefetch, Q, QuerySet
from django.utils.translation import gettext as _

from profiles.catalogue.consents.selectors import contact_fields
from profiles.catalogue.visibility.fields import CATALOGUE, Field
from profiles.catalogue.visibility.policy import BLIND_GROUPS, POLICY, agrees_to_show, group_audience
from profiles.catalogue.visibility.visible_profile import (
    Grant,
    Money,
    VisibleProfile,
    banded,
    money_of,
    see_rows,
)
from profiles.choices import Audience, PictureKind, PictureState, Role, Side, Status
from profiles.models import SIDES, Consent, Investor, Membership, Startup, User
from profiles.models.profile import LISTED, TAKES_PART
from profiles.platform.memberships import membership_of


def _sectors(startup: Startup, _grant: Grant) -> tuple[Any, ...]:
    first = (startup.primary_sector,) if startup.primary_sector else ()
    return first + tuple(sector for sector in startup.other_sectors.all() if sector not in first)


def _startup_title(startup: Startup, grant: Grant) -> str:
    if grant.allows("name", POLICY[Side.STARTUP]["name"]):
        return startup.name
    if startup.primary_sector and startup.place:
        what = {"sector": startup.primary_sector.name, "place": startup.place.name}
        return _("Startup: %(sector)s, %(place)s") % what
    return _("Startup")


def _ask(startup: Startup, grant: Grant) -> Money | None:
    """Return exact amounts for those who may see them, otherwise the range."""
    if not grant.is_exact:
        return banded(startup.ask_min_usd, startup.ask_max_usd, startup.rate_on)
    return money_of(startup, "ask")


Reader = Callable[[Any, Grant], Any]


def _pictures(kind: PictureKind) -> Reader:
    return lambda company, _grant: tuple(
        picture
        for picture in company.pictures.all()
        if picture.kind == kind and picture.state == PictureState.SHOWN
    )


PICTURES: dict[str, Reader] = {
    "photos": _pictures(PictureKind.PERSON),
    "products": _pictures(PictureKind.PRODUCT),
}
COMPUTED_FIELDS: dict[Side, dict[str, Reader]] = {
    Side.STARTUP: {
        **PICTURES,
        "deck": lambda _startup, _grant: None,  # the capability reads its pages (matchmaker/deals/decks/)
        "title": _startup_title,
        "sectors": _sectors,
        "ask": _ask,
        "needs": see_rows("needs", {}),
        "traction": see_rows("traction", {}),
        "partners": see_rows("partners", {}),
    },
    Side.INVESTOR: {
        **PICTURES,
        "title": lambda investor, _grant: investor.name,
        "theses": see_rows("theses", {"ticket": lambda thesis, _grant: money_of(thesis, "ticket")}),
        "offers": see_rows("offers", {}),
        "deals": see_rows(
            "deals",
            {"startup_name": lambda deal, _grant: deal.startup.name if deal.startup else deal.startup_name},
        ),
    },
}


AnyProfile = TypeVar("AnyProfile", Startup, Investor)


class ShownGroup(NamedTuple):
    """A group of fields that was read of a profile across the table; without a group: the profile itself."""

    pk: int
    group: str


@dataclass(frozen=True)
class Viewer:
    """Who looks.

    `mutual`, `interested`, `introduced` and `opened` are keys on the other side of the table.
    """

    user_id: int | None = None
    role: str = ""
    startup_id: int | None = None
    investor_id: int | None = None
    is_checked: bool = False
    is_curator: bool = False
    is_superuser: bool = False
    mutual: frozenset[int] = frozenset()
    interested: frozenset[int] = frozenset()
    introduced: frozenset[int] = frozenset()
    is_blind: bool = False
    opened: frozenset[int] = frozenset()
    is_preview: bool = False
    countries: frozenset[str] = frozenset()
    shown: set[ShownGroup] = field(default_factory=set, compare=False, repr=False)

    @property
    def side(self) -> Side | None:
        if self.startup_id is not None:
            return Side.STARTUP
        return Side.INVESTOR if self.investor_id is not None else None


NOBODY = Viewer()


def viewer_of(user: AbstractBaseUser | AnonymousUser | None) -> Viewer:
    return viewer_in(user, membership_of(user)) if isinstance(user, User) and user.is_active else NOBODY


def viewer_in(
    user: User,
    membership: Membership | None,
    *,
    mutual: frozenset[int] = frozenset(),
    interested: frozenset[int] = frozenset(),
    introduced: frozenset[int] = frozenset(),
) -> Viewer:
    """Return the viewer that an account is through a membership read before."""
    if user.is_viewed:
        mutual = introduced = frozenset()
    company = membership.company if membership else None
    return Viewer(
        user_id=user.pk,
        role=user.role,
        startup_id=membership.startup_id if membership else None,
        investor_id=membership.investor_id if membership else None,
        is_checked=company is not None and company.status == Status.APPROVED,
        is_curator=user.role == Role.CURATOR,
        is_superuser=user.is_superuser,
        mutual=mutual,
        interested=interested,
        introduced=introduced,
        is_blind=user.blind_first_look,
        countries=countries_of(company) if company else frozenset(),
    )


def preview(
    side: Side,
    *,
    mutual: frozenset[int] = frozenset(),
    interested: frozenset[int] = frozenset(),
    countries: frozenset[str] = frozenset(),
) -> Viewer:
    return Viewer(
        role=Role(side),
        is_checked=True,
        is_preview=True,
        mutual=mutual,
        interested=interested,
        countries=countries,
    )


def country_of(profile: Startup | Investor) -> str:
    """Return the code of the country in which a company says that it sits; empty where it is not stated."""
    if isinstance(profile, Investor) and profile.jurisdiction:
        return profile.jurisdiction
    return profile.place.country_code if profile.place else ""


def countries_of(profile: Startup | Investor) -> frozenset[str]:
    """Return where a company sits.

    What a curator approved and, while an edit of that waits, the new one too.
    """
    stated = country_of(profile)
    is_approved = profile.approved_country or profile.status == Status.APPROVED
    return frozenset({stated, profile.approved_country} if is_approved else {stated})


def countries_across(profile: Startup | Investor) -> list[str]:
    model = SIDES[profile.side.other]
    here = model._default_manager.published().order_by()
    countries = set(here.values_list("place__country_code", flat=True).distinct())
    if model is Investor:
        countries |= set(here.values_list("jurisdiction", flat=True).distinct())
    return sorted(countries - {None, "", country_of(profile)})


def is_abroad(profile: Startup | Investor, viewer: Viewer) -> bool:
    both = countries_of(profile) | viewer.countries
    return not viewer.countries or len(both) > 1 or "" in both


def with_opened(viewer: Viewer, *pks: int) -> Viewer:
    return replace(viewer, opened=viewer.opened | set(pks))


def startups_for(viewer: Viewer) -> QuerySet[Startup]:
    return _existing(Startup, viewer, own=viewer.startup_id, other=viewer.investor_id)


def investors_for(viewer: Viewer) -> QuerySet[Investor]:
    return _existing(Investor, viewer, own=viewer.investor_id, other=viewer.startup_id)


# They are built once, because building such a query takes longer than its answer.
TAKING_PART = {model: model.objects.filter(TAKES_PART) for model in SIDES.values()}


def _existing(
    model: type[AnyProfile], viewer: Viewer, *, own: int | None, other: int | None
) -> QuerySet[AnyProfile]:
    if viewer.is_curator:
        return model.objects.all()
    across = TAKING_PART[model].none()
    if other is not None and viewer.is_checked:
        reached = LISTED | Q(pk__in=viewer.introduced) if viewer.introduced else LISTED
        across = TAKING_PART[model].filter(reached)
    return across if own is None else across | model.objects.filter(pk=own)


# --- Loading what the fields need ---------------------------------------------------------------------------

RELATED: dict[type[Any], tuple[str, ...]] = {
    Startup: ("place", "primary_sector", "stage"),
    Investor: ("place",),
}


# What holds for the whole profile, which each hidden field asks for.
CONSENTS = Prefetch("consents", Consent.objects.filter(group="", withdrawn_at__isnull=True))


def with_related(queryset: QuerySet[AnyProfile]) -> QuerySet[AnyProfile]:
    related = RELATED[queryset.model]
    relations = queryset.model._meta.many_to_many
    declared = CATALOGUE[queryset.model.side].values()
    lists = (_rows(queryset.model, field.name) for field in declared if field.rows)
    return queryset.select_related(*related).prefetch_related(
        CONSENTS, "pictures", *(one.name for one in relations), *lists
    )


def _rows(model: type[Any], part: str) -> Prefetch[Any]:
    relation = model._meta.get_field(part)
    fields = relation.related_model._meta
    one = [field.name for field in fields.fields if field.many_to_one and field != relation.field]
    rows = relation.related_model._default_manager.select_related(*one)
    return Prefetch(part, rows.prefetch_related(*(field.name for field in fields.many_to_many)))


# --- Trimming -----------------------------------------------------------------------------------------------


def see(profile: Startup | Investor, viewer: Viewer) -> VisibleProfile:
    own_id = viewer.startup_id if profile.side == Side.STARTUP else viewer.investor_id
    grant = _grant(profile, profile.side, viewer, is_owner=own_id == profile.pk)
    return VisibleProfile(profile, POLICY[profile.side], COMPUTED_FIELDS[profile.side], grant)


def _circles(profile: Startup | Investor, side: Side, viewer: Viewer, is_owner: bool) -> frozenset[Audience]:
    if is_owner or viewer.is_curator:
        return frozenset(Audience)
    opposite = viewer.role == side.other if viewer.is_preview else viewer.side == side.other
    goes_on = profile.takes_part and profile.pk in viewer.introduced
    exists = profile.is_published or goes_on or viewer.is_preview
    if not (opposite and viewer.is_checked and exists):
        return frozenset()
    circles = {Audience.PUBLIC, Audience.MATCHED}
    return frozenset(circles | {Audience.MUTUAL} if profile.pk in viewer.mutual else circles)


def _grant(profile: Startup | Investor, side: Side, viewer: Viewer, *, is_owner: bool) -> Grant:
    circles = _circles(profile, side, viewer, is_owner)
    is_full = is_owner or viewer.is_curator
    is_known = is_full or profile.pk in viewer.mutual | viewer.interested
    is_blind = viewer.is_blind and not is_known
    withheld = {} if is_full else profile.withheld
    crosses = bool(withheld) and is_abroad(profile, viewer)

    @cache
    def crossing() -> Collection[str]:
        if is_full:
            return POLICY[side]
        return contact_fields(profile) if Audience.MUTUAL in circles else ()

    def audience(_name: str, rule: Field) -> Audience:
        if is_blind and rule.group in BLIND_GROUPS:
            return Audience.NOBODY
        if withheld and not agrees_to_show(rule, withheld, is_abroad=crosses):
            return Audience.NOBODY
        return group_audience(side, rule.group, profile.visibility) if rule.group else rule.audience

    hides_name = audience("name", POLICY[side]["name"]) not in circles
    return Grant(
        circles,
        audience,
        is_exact=(is_owner and not viewer.is_preview) or (viewer.is_curator and profile.pk in viewer.opened),
        crossing=crossing,
        secret_words=names_of(profile) if hides_name else (),
        note=None if is_full else lambda group: viewer.shown.add(ShownGroup(profile.pk, group)),
    )


def hides_name(viewer: Viewer) -> Q:
    """Return which startups hide their name from an investor's viewer.

    The rule equals `_grant`, for queries.
    """
    unless_mutual = Q(visibility__name=Audience.MUTUAL) & ~Q(pk__in=viewer.mutual)
    if not viewer.is_blind:
        return unless_mutual
    return unless_mutual | ~Q(pk__in=viewer.mutual | viewer.interested)


def names_of(profile: Startup | Investor) -> tuple[str, ...]:
    """Return what would give a hidden name away in a text, longest first: the names and the site's host."""
    host = profile.website.partition("//")[2].partition("/")[0].removeprefix("www.")
    names = {profile.name_en, profile.name_zh, profile.name_ur, host}
    return tuple(sorted((name for name in names if name), key=len, reverse=True))
