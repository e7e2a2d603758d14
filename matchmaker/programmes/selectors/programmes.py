"""Which programmes exist for whom, their list with its filters, and one programme with its page."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Case, Count, Q, QuerySet, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from matchmaker.fair_dealing.selectors.governance import QUESTIONS
from matchmaker.lists.selectors.cards import CurrentCompany, current_company
from matchmaker.models.programmes import Programme, ProgrammeApplication
from matchmaker.models.programmes.programme import (
    AT_WORK,
    PUBLIC,
    ApplicantKind,
    ApplicationState,
    ProgrammeKind,
    ProgrammeState,
)
from profiles.accounts.time_zones import zone_label
from profiles.choices import DataClass, Role, language_name
from profiles.models import Investor, Startup, User
from profiles.taxonomy.selectors.terms import TermTree, all_terms, data_place

PER_PAGE = 12
FILTERS = ("kind", "state", "who", "country", "sector")
TONES = {
    ProgrammeState.OPEN: "good",
    ProgrammeState.RUNNING: "info",
    ProgrammeState.REVIEW: "submitted",
    ProgrammeState.CANCELLED: "warn",
}
APPLICATION_TONES = {
    ApplicationState.ACCEPTED: "good",
    ApplicationState.SENT: "info",
    ApplicationState.WAITLISTED: "warn",
}


@dataclass(frozen=True)
class Reader:
    """Who reads about programmes: anybody; `member` for people of a company."""

    user: User | None = None
    member: CurrentCompany | None = None

    @property
    def is_curator(self) -> bool:
        """Whether it is a curator."""
        return self.user is not None and self.user.is_curator

    @property
    def may_apply(self) -> bool:
        """Whether it is somebody of the market."""
        return self.user is not None and self.user.role in (Role.STARTUP, Role.INVESTOR)

    @property
    def own(self) -> Q:
        """The condition that a row is of the reader, or of the reader's company."""
        mine = Q(person=self.user.pk if self.user else 0)
        return mine | Q(**{str(self.member.side): self.member.company}) if self.member else mine

    def organises(self, programme: Programme) -> bool:
        """Whether the reader's company, or for theirs a curator, organises a programme."""
        if programme.company is None:
            return self.is_curator
        return self.member is not None and programme.company == self.member.company


def reader_of(user: AbstractBaseUser | AnonymousUser) -> Reader:
    """Return the reader that an account is. At most two queries."""
    if not isinstance(user, User):
        return Reader()
    return Reader(user, current_company(user) if user.role in (Role.STARTUP, Role.INVESTOR) else None)


def organised_by(reader: Reader) -> QuerySet[Programme]:
    """Return the programmes that the reader may change."""
    if reader.is_curator:
        return Programme.objects.filter(startup=None, investor=None)
    if reader.member is None:
        return Programme.objects.none()
    return Programme.objects.filter(**{str(reader.member.side): reader.member.company})


def listed(reader: Reader) -> QuerySet[Programme]:
    """Return the public programmes: approved, of published organisers, and none that a curator hides."""
    published = Q(startup__in=Startup.objects.published()) | Q(investor__in=Investor.objects.published())
    rows = Programme.objects.filter(published | Q(startup=None, investor=None), state__in=PUBLIC)
    if reader.member and reader.member.interactions.hidden:
        hidden = Q(**{f"{reader.member.side.other}__in": reader.member.interactions.hidden})
        rows = rows.exclude(pk__in=Programme.objects.filter(hidden).values("pk"))
    return rows


def programmes_for(reader: Reader) -> QuerySet[Programme]:
    """Return the programmes that exist for somebody: public ones, own ones, and those applied for."""
    rows = listed(reader)
    if reader.is_curator:
        return Programme.objects.filter(Q(pk__in=rows) | Q(pk__in=organised_by(reader)) | _not_a_draft())
    if not reader.may_apply:
        return rows
    applied = ProgrammeApplication.objects.filter(reader.own, state__in=AT_WORK).values("programme")
    asked = Programme.objects.filter(pk__in=applied, approved_at__isnull=False)
    if reader.member and reader.member.interactions.hidden:
        hidden = Q(**{f"{reader.member.side.other}__in": reader.member.interactions.hidden})
        asked = asked.exclude(pk__in=Programme.objects.filter(hidden).values("pk"))
    return Programme.objects.filter(Q(pk__in=rows) | Q(pk__in=organised_by(reader)) | Q(pk__in=asked))


def _not_a_draft() -> Q:
    """Return what curators read of others' programmes: everything that was once submitted."""
    return ~Q(state=ProgrammeState.DRAFT) & ~Q(state=ProgrammeState.CANCELLED, approved_at=None)


def with_parts(rows: QuerySet[Programme]) -> QuerySet[Programme]:
    """Load what a programme shows: no query per row afterwards."""
    taken = Count("applications", filter=Q(applications__slot__isnull=False))
    related = rows.select_related("startup", "investor", "place__parent").annotate(taken=taken)
    return related.prefetch_related("sectors", "stages", "places", "forms")


def waiting_programmes() -> QuerySet[Programme]:
    """Return the programmes that wait for a curator, oldest first."""
    rows = Programme.objects.filter(state=ProgrammeState.REVIEW).select_related("startup", "investor")
    return rows.order_by("submitted_at", "pk")


def list_page(reader: Reader, asked: Mapping[str, str], number: str) -> dict[str, Any]:
    """Return the list with its filters; the same queries however many programmes there are."""
    terms, everything = all_terms(), listed(reader)
    chosen = {name: asked.get(name, "") for name in FILTERS}
    order = Case(*(When(state=state, then=at) for at, state in enumerate(PUBLIC)))
    rows = with_parts(_narrowed(everything, chosen, terms)).order_by(order, "apply_by", "-pk")
    paged = Paginator(rows, PER_PAGE).get_page(number)
    return {
        "rows": [row_of(programme) for programme in paged.object_list],
        "page": paged,
        "filters": _filters(everything, chosen, terms),
        "is_filtered": any(chosen.values()),
    }


def row_of(programme: Programme) -> dict[str, Any]:
    """Return a programme as a list shows it."""
    return {
        "programme": programme,
        "organiser": organiser_of(programme),
        "where": where_of(programme),
        "zone": zone_label(programme.zone),
        "tone": TONES.get(ProgrammeState(programme.state), ""),
        "free": free_in(programme),
    }


def free_in(programme: Programme) -> int:
    """Return how many slots nobody holds; `with_parts` has counted those that somebody does."""
    taken: int = getattr(programme, "taken")  # noqa: B009  an annotation
    return max(programme.slots - taken, 0)


def organiser_of(programme: Programme) -> str:
    """Return who organises it: whoever does, lets everybody read the name."""
    return programme.company.name if programme.company else _("The curators of Corridor")


def where_of(programme: Programme) -> str:
    """Return where it takes place, in words."""
    named = [str(programme.place)] if programme.place else []
    return ", ".join([*named, *([_("online")] if programme.is_online else [])])


def _narrowed(rows: QuerySet[Programme], chosen: Mapping[str, str], terms: TermTree) -> QuerySet[Programme]:
    """Keep what the filters say; a word that is none leaves everything."""
    if chosen["kind"] in ProgrammeKind.values:
        rows = rows.filter(kind=chosen["kind"])
    if chosen["state"] in PUBLIC:
        rows = rows.filter(state=chosen["state"])
    if chosen["who"] in ApplicantKind.values:
        # A list of three codes at most, stored as JSON text: no database of ours needs more than this.
        rows = rows.filter(applicants__icontains=f'"{chosen["who"]}"')
    if chosen["country"] == "online":
        rows = rows.filter(is_online=True)
    elif place := terms.find("place", chosen["country"]):
        rows = rows.filter(place__in=terms.within("place", place.pk))
    if sector := terms.find("sector", chosen["sector"]):
        near = terms.within("sector", sector.pk)
        linked = Programme.sectors.through.objects.filter(sector__in=near).values("programme")
        rows = rows.filter(pk__in=linked)
    return rows


def _filters(rows: QuerySet[Programme], chosen: Mapping[str, str], terms: TermTree) -> list[dict[str, Any]]:
    """Return the filters with what there is, and what is chosen. Two queries."""
    found = list(rows.order_by().values_list("kind", "state", "place_id", "is_online").distinct())
    linked = Programme.sectors.through.objects.filter(programme__in=rows.order_by().values("pk"))
    sectors = {terms.family("sector", pk)[-1] for pk in linked.values_list("sector", flat=True).distinct()}
    countries = {terms.family("place", place)[-1] for _kind, _state, place, _online in found if place}
    online = [("online", _("Online"))] if any(is_online for *_rest, is_online in found) else []
    kinds, states = {kind for kind, *_rest in found}, {state for _kind, state, *_rest in found}
    options: dict[str, tuple[str, list[tuple[str, Any]]]] = {
        "kind": (_("Kind"), [(each.value, each.label) for each in ProgrammeKind if each in kinds]),
        "state": (_("Status"), [(each.value, each.label) for each in PUBLIC if each in states]),
        "who": (_("Who may apply"), list(ApplicantKind.choices)),
        "country": (_("Location"), [*_named("place", countries, terms), *online]),
        "sector": (_("Sector"), _named("sector", sectors, terms)),
    }
    return [
        {"name": name, "label": label, "choices": [("", _("All")), *choices], "chosen": chosen[name]}
        for name, (label, choices) in options.items()
    ]


def _named(kind: str, keys: set[int], terms: TermTree) -> list[tuple[str, str]]:
    """Return codes and names of terms, in their order."""
    known = sorted((terms.by_pk[kind][pk] for pk in keys), key=lambda term: term.order)
    return [(term.code, term.name) for term in known]


def facts_of(programme: Programme) -> dict[str, Any]:
    """Return what everybody reads of a programme, in words; `with_parts` must have loaded it."""
    return {
        **row_of(programme),
        "languages": [language_name(code) for code in programme.languages],
        "applicants": [str(ApplicantKind(code).label) for code in programme.applicants],
        "conditions": [
            (label, [term.name for term in getattr(programme, name).all()])
            for name, label in condition_labels().items()
            if getattr(programme, name).all()
        ],
        "data": [(question, answer) for question, answer in _data_card(programme) if answer],
    }


def condition_labels() -> dict[str, str]:
    """Return the names of what a programme may ask of applicants."""
    return {
        "sectors": _("Sectors"),
        "stages": _("Funding stages"),
        "places": _("Locations"),
        "forms": _("Partnership types"),
    }


def _data_card(programme: Programme) -> list[tuple[Any, str]]:
    """Return the five questions about data with the answers, empty where there is none."""
    crosses = {True: _("Yes"), False: _("No"), None: ""}[programme.data_crosses_border]
    classes = [str(DataClass(code).label) for code in programme.data_classes if code in DataClass.values]
    place = data_place(programme.data_location)
    answers = [", ".join(classes), place, crosses, programme.data_access, programme.data_exit]
    return [(question, answer) for (question, *_names), answer in zip(QUESTIONS, answers, strict=True)]


def programme_in(reader: Reader, public_id: str) -> Programme | None:
    """Return a programme that exists for the reader, with its parts."""
    return with_parts(programmes_for(reader).filter(public_id=public_id)).first()


def address_of(programme: Programme, name: str = "programme") -> str:
    """Return the whole address of a page of the programme, for links that leave the site."""
    return str(settings.SITE_URL).rstrip("/") + reverse(name, args=[programme.public_id])


def own_page(reader: Reader, number: str, reviews: Iterable[Any], to_sign: Iterable[Any]) -> dict[str, Any]:
    """Return what the reader organises, page by page, and the applications of the reader."""
    organised = with_parts(organised_by(reader)).order_by("-written_at", "-pk")
    paged = Paginator(organised, PER_PAGE).get_page(number)
    rows = ProgrammeApplication.objects.filter(reader.own) if reader.may_apply else None
    applied = (
        rows.filter(programme__approved_at__isnull=False).order_by("-at", "-pk")[:MOST_APPLIED]
        if rows is not None
        else []
    )
    keys = [application.programme_id for application in applied]
    known = with_parts(programmes_for(reader)).in_bulk(keys)
    return {
        "organised": [row_of(programme) for programme in paged.object_list],
        "page": paged,
        "reviews": list(reviews),
        "to_sign": [each for each in to_sign if not each.signed_at],
        "applied": [
            (row_of(known[each.programme_id]), each, APPLICATION_TONES.get(ApplicationState(each.state), ""))
            for each in applied
            if each.programme_id in known
        ],
    }


MOST_APPLIED = 50


def is_over(programme: Programme, at: datetime | None = None) -> bool:
    """Tell whether nobody can apply any more, although the programme is still called open."""
    return programme.state == ProgrammeState.OPEN and not programme.takes_applications(at or timezone.now())


def missing_in(programme: Programme) -> list[str]:
    """Return what a draft still has to say before a curator reads it, in words."""
    needed = {
        _("a text"): programme.text,
        _("who may apply"): programme.applicants,
        _("working languages"): programme.languages,
        _("when the applications close"): programme.apply_by,
        _("when it starts"): programme.starts_at,
        _("when it ends"): programme.ends_at,
        _("a location, or that it is online"): programme.place_id or programme.is_online,
        _("who pays what"): programme.who_pays,
    }
    return [name for name, value in needed.items() if not value]


def texts_of(programme: Programme) -> list[tuple[str, str, str]]:
    """Return the title and the text in each language that has one, for who reviews them."""
    found = (
        (each, getattr(programme, f"title_{each}"), getattr(programme, f"text_{each}")) for each in LANGUAGES
    )
    return [(language, title, text) for language, title, text in found if title or text]


LANGUAGES = ("en", "ur", "zh")
