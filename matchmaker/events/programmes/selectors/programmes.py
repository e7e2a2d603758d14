"""Which programmes a reader may see, their list with filters, and the programme page."""

from collections import defaultdict
from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import reduce
from operator import or_
from typing import Any

from django.conf import settings
from django.contrib.auth.base_user import AbstractBaseUser
from django.contrib.auth.models import AnonymousUser
from django.core.paginator import Paginator
from django.db.models import Case, Count, Exists, OuterRef, Prefetch, Q, QuerySet, When
from django.db.models.functions import Coalesce
from django.urls import reverse
from django.utils.text import capfirst
from django.utils.translation import gettext as _

from matchmaker import models
from matchmaker.deals.fair_dealing.selectors.governance import QUESTIONS
from matchmaker.matching.current_company.selectors import CurrentCompany, current_company
from matchmaker.models.outcome import OutcomeState
from matchmaker.models.programmes.outcome import OutcomeKind
from matchmaker.models.programmes.people import Skill
from matchmaker.models.programmes.programme import (
    ACTIVE_STATES,
    ONGOING,
    OVER,
    PUBLIC,
    ApplicantKind,
    ProgrammeAct,
    ProgrammeApplicationState,
    ProgrammeKind,
    ProgrammeState,
)
from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms, data_place
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import DataClass, Role, Status, language_name
from profiles.models import Investor, Startup, User
from profiles.people.accounts.time_zones import zone_label

# Label and URL of a page of another capability, for those who take part and those who organise (True).
PAGE_LINKS: list[Callable[[models.Programme, bool], tuple[str, str] | None]] = []
PER_PAGE = 12
FILTERS = ("q", "kind", "state", "who", "country", "sector")
LANGUAGES = ("en", "ur", "zh")
TEXTS = [f"{name}_{language}" for name in ("title", "text") for language in LANGUAGES]
MOST_WORDS = 6  # that a list is searched for
FEWEST = 5  # confirmed outcomes of a kind from which on everyone reads how many
TONES: dict[str, str] = {
    ProgrammeState.OPEN: "good",
    ProgrammeState.RUNNING: "info",
    ProgrammeState.REVIEW: "submitted",
    ProgrammeState.CANCELLED: "warn",
}
APPLICATION_TONES: dict[str, str] = {
    ProgrammeApplicationState.ACCEPTED: "good",
    ProgrammeApplicationState.SENT: "info",
    ProgrammeApplicationState.WAITLISTED: "warn",
}


@dataclass(frozen=True)
class Reader:
    user: User | None = None
    member: CurrentCompany | None = None

    @property
    def is_curator(self) -> bool:
        return self.user is not None and self.user.is_curator

    @property
    def may_apply(self) -> bool:
        return self.user is not None and self.user.role in (Role.STARTUP, Role.INVESTOR)

    @property
    def is_suspended(self) -> bool:
        return self.member is not None and self.member.company.status == Status.SUSPENDED

    @property
    def may_take_part(self) -> bool:
        """Whether the reader sees what participants see, where it has a place."""
        return self.may_apply and not self.is_suspended

    @property
    def own(self) -> Q:
        mine = Q(person=self.user.pk if self.user else 0)
        return mine | Q(**{str(self.member.side): self.member.company}) if self.member else mine

    @property
    def is_unpublished(self) -> bool:
        return self.member is not None and not self.member.company.is_published

    def leads(self, programme: models.Programme) -> bool:
        """Whether the programme is the reader's own: while the company must rest, only to cancel it."""
        if programme.company is None:
            return self.is_curator
        return self.member is not None and programme.company == self.member.company

    def organises(self, programme: models.Programme) -> bool:
        """Whether the reader leads a programme or co-organises it, which no company does that must rest."""
        company = self.member.company if self.member else None
        if not (company.is_published if company else self.is_curator):
            return False
        hosts = (host.company for host in programme.hosts.all() if host.accepted_at)
        return self.leads(programme) or company in hosts


def reader_of(user: AbstractBaseUser | AnonymousUser) -> Reader:
    if not isinstance(user, User):
        return Reader()
    return Reader(user, current_company(user) if user.role in (Role.STARTUP, Role.INVESTOR) else None)


def led_by(reader: Reader) -> QuerySet[models.Programme]:
    if reader.is_curator:
        return models.Programme.objects.filter(startup=None, investor=None)
    if reader.member is None:
        return models.Programme.objects.none()
    return models.Programme.objects.filter(**{str(reader.member.side): reader.member.company})


def organised_by(reader: Reader) -> QuerySet[models.Programme]:
    """Return the programmes that the reader organises, alone or with others: none while the company rests."""
    helped = models.ProgrammeHost.objects.filter(accepted_at__isnull=False)
    if reader.member and not reader.is_unpublished:
        helped = helped.filter(**{str(reader.member.side): reader.member.company})
    elif reader.is_curator:
        helped = helped.filter(startup=None, investor=None)
    else:
        return models.Programme.objects.none()
    return models.Programme.objects.filter(
        Q(pk__in=led_by(reader).order_by().values("pk")) | Q(pk__in=helped.values("programme"))
    )


def _own(reader: Reader) -> QuerySet[models.Programme]:
    return led_by(reader) if reader.is_unpublished else organised_by(reader)


def asked_to_host(user: User | None) -> QuerySet[models.ProgrammeHost]:
    rows = models.ProgrammeHost.objects.filter(email__iexact=user.email if user else "", accepted_at=None)
    return rows.exclude(programme__state__in=OVER).select_related("programme")


def hosts_for(reader: Reader, programme: models.Programme) -> QuerySet[models.ProgrammeHost]:
    rows = models.ProgrammeHost.objects.filter(programme=programme).select_related(
        "programme__startup", "programme__investor", "startup", "investor"
    )
    if reader.leads(programme) or reader.user is None:
        return rows if reader.user else rows.none()
    condition = Q(email__iexact=reader.user.email, accepted_at=None)
    if reader.is_curator:
        condition |= Q(accepted_at__isnull=False, startup=None, investor=None)
    elif reader.member:
        condition |= Q(**{str(reader.member.side): reader.member.company})
    return rows.filter(condition)


def of_published() -> QuerySet[models.Programme]:
    """Return the programmes of organisers that are published, and of the curators."""
    # By host: PostgreSQL reads all companies for an IN beside an OR.
    startups = Startup.objects.published().filter(pk=OuterRef("startup"))
    investors = Investor.objects.published().filter(pk=OuterRef("investor"))
    published = Q(Exists(startups)) | Q(Exists(investors))
    return models.Programme.objects.filter(published | Q(startup=None, investor=None))


def listed(reader: Reader) -> QuerySet[models.Programme]:
    return of_published().filter(state__in=PUBLIC).exclude(pk__in=_hidden_from(reader))


def _hidden_from(reader: Reader) -> QuerySet[Any, int]:
    if reader.member is None or not reader.member.interactions.hidden:
        return models.Programme.objects.none().values_list("pk", flat=True)
    side, hidden = reader.member.side.other, reader.member.interactions.hidden
    organised = Q(**{f"{side}__in": hidden}) | Q(**{f"hosts__{side}__in": hidden})
    return models.Programme.objects.filter(organised).order_by().values_list("pk", flat=True)


def programmes_for(reader: Reader) -> QuerySet[models.Programme]:
    rows = listed(reader)
    if reader.user is None or not (reader.may_apply or reader.is_curator):
        return rows
    condition = Q(pk__in=_own(reader).order_by().values("pk"))
    condition |= Q(pk__in=asked_to_host(reader.user).order_by().values("programme"))
    if reader.is_curator:
        # Of others, what was once submitted.
        submitted = ~Q(state=ProgrammeState.DRAFT) & ~Q(state=ProgrammeState.CANCELLED, approved_at=None)
        return models.Programme.objects.filter(Q(pk__in=rows) | condition | submitted)
    # Who was told that a programme is cancelled, or over without a decision, can read that it is.
    states = (*ACTIVE_STATES, ProgrammeApplicationState.LAPSED)
    applied = models.ProgrammeApplication.objects.filter(reader.own, state__in=states).values("programme")
    signed = models.ProgrammeProposal.objects.filter(partner=reader.user, signed_at__isnull=False)
    asked = models.Programme.objects.filter(
        Q(pk__in=applied) | Q(pk__in=signed.values("application__programme")), approved_at__isnull=False
    )
    return models.Programme.objects.filter(
        Q(pk__in=rows) | condition | Q(pk__in=asked.exclude(pk__in=_hidden_from(reader)))
    )


def with_parts(rows: QuerySet[models.Programme]) -> QuerySet[models.Programme]:
    taken = Count("applications", filter=Q(applications__place_number__isnull=False))
    related = rows.select_related("startup", "investor", "place__parent").annotate(taken=taken)
    hosts = Prefetch("hosts", models.ProgrammeHost.objects.select_related("startup", "investor"))
    return related.prefetch_related("sectors", "stages", "places", "forms", hosts)


def waiting_programmes() -> QuerySet[models.Programme]:
    """Return what curators have to read: new programmes, and new texts of public ones."""
    texts = Q(state__in=ONGOING, corrected_at__isnull=False)
    rows = models.Programme.objects.filter(Q(state=ProgrammeState.REVIEW) | texts)
    rows = rows.annotate(waits_since=Coalesce("corrected_at", "submitted_at"))
    return rows.select_related("startup", "investor").order_by("waits_since", "pk")


def list_page(reader: Reader, asked: Mapping[str, str], number: str) -> dict[str, Any]:
    terms, everything = all_terms(), listed(reader)
    chosen = {name: asked.get(name, "") for name in FILTERS}
    order = Case(*(When(state=state, then=at) for at, state in enumerate(PUBLIC)))
    rows = with_parts(_narrowed(everything, chosen, terms)).order_by(order, "apply_by", "-pk")
    paged = Paginator(rows, PER_PAGE).get_page(number)
    outcomes = outcome_counts([programme.pk for programme in paged.object_list])
    return {
        "rows": [
            {**row_of(programme), "outcomes": outcomes.get(programme.pk)} for programme in paged.object_list
        ],
        "words": chosen["q"],
        "page": paged,
        "filters": _filters(everything, chosen, terms),
        "is_filtered": any(chosen.values()),
    }


def row_of(programme: models.Programme) -> dict[str, Any]:
    return {
        "programme": programme,
        "organiser": organiser_of(programme),
        "where": where_of(programme),
        "zone": zone_label(programme.zone),
        "tone": TONES.get(programme.state, ""),
        "free": free_in(programme),
    }


def free_in(programme: models.Programme) -> int:
    taken: int = getattr(programme, "taken")  # noqa: B009  an annotation
    return max(programme.place_count - taken, 0)


def free_by_kind(programme: models.Programme) -> list[tuple[str, int, int]]:
    """Return the free places and all places, by kind of applicant; together where they are shared."""
    return [
        (
            str(ApplicantKind(kind).label) if kind else "",
            free_for(programme, kind),
            programme.places_for(kind),
        )
        for kind in programme.side_places or ("",)
    ]


def free_for(programme: models.Programme, kind: str) -> int:
    accepted = models.ProgrammeApplication.objects.filter(programme=programme, place_number__isnull=False)
    if programme.side_places:
        accepted = accepted.filter(**{f"{kind}__isnull": False})
    return max(programme.places_for(kind) - accepted.count(), 0)


def organiser_of(programme: models.Programme) -> str:
    return programme.company.name if programme.company else _("The curators of Corridor")


def where_of(programme: models.Programme) -> str:
    named = [str(programme.place)] if programme.place else []
    return joined([*named, *([_("online")] if programme.is_online else [])])


def _narrowed(
    rows: QuerySet[models.Programme], chosen: Mapping[str, str], terms: TermTree
) -> QuerySet[models.Programme]:
    for word in chosen["q"].split()[:MOST_WORDS]:
        rows = rows.filter(reduce(or_, (Q(**{f"{name}__icontains": word}) for name in TEXTS)))
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
        linked = models.Programme.sectors.through.objects.filter(sector__in=near).values("programme")
        rows = rows.filter(pk__in=linked)
    return rows


def _filters(
    rows: QuerySet[models.Programme], chosen: Mapping[str, str], terms: TermTree
) -> list[dict[str, Any]]:
    in_use = list(rows.order_by().values_list("kind", "state", "place_id", "is_online").distinct())
    linked = models.Programme.sectors.through.objects.filter(programme__in=rows.order_by().values("pk"))
    sectors = {terms.family("sector", pk)[-1] for pk in linked.values_list("sector", flat=True).distinct()}
    countries = {terms.family("place", place)[-1] for _kind, _state, place, _online in in_use if place}
    online = [("online", _("Online"))] if any(is_online for *_rest, is_online in in_use) else []
    kinds, states = {kind for kind, *_rest in in_use}, {state for _kind, state, *_rest in in_use}
    options: dict[str, tuple[str, list[tuple[str, Any]]]] = {
        "kind": (_("Kind"), [(kind.value, kind.label) for kind in ProgrammeKind if kind in kinds]),
        "state": (_("Status"), [(state.value, state.label) for state in PUBLIC if state in states]),
        "who": (_("Who can apply"), list(ApplicantKind.choices)),
        "country": (_("Location"), [*_named("place", countries, terms), *online]),
        "sector": (_("Sector"), _named("sector", sectors, terms)),
    }
    return [
        {"name": name, "label": label, "choices": [("", _("All")), *choices], "chosen": chosen[name]}
        for name, (label, choices) in options.items()
    ]


def _named(kind: str, keys: set[int], terms: TermTree) -> list[tuple[str, str]]:
    options = sorted((terms.by_pk[kind][pk] for pk in keys), key=lambda term: term.order)
    return [(term.code, term.name) for term in options]


def outcome_counts(keys: Collection[int]) -> dict[int, list[tuple[str, int]]]:
    """Return confirmed outcomes by programme and kind. Counts below five are left out. One query."""
    pairs = defaultdict[tuple[int, str], set[Any]](set)
    rows = models.ProgrammeOutcome.objects.filter(programme__in=keys, state=OutcomeState.CONFIRMED).order_by()
    sides = rows.values_list("programme", "kind", "application", "other", "partner")
    for programme, kind, application, other, partner in sides:
        pairs[programme, kind].add((frozenset((application, other)), partner))
    told: dict[int, list[tuple[str, int]]] = {}
    for programme in keys:
        counts = [
            (str(kind.label), len(pairs[programme, kind]))
            for kind in OutcomeKind
            if (programme, kind) in pairs
        ]
        told[programme] = [(label, count) for label, count in counts if count >= FEWEST]
    return told


def facts_of(programme: models.Programme) -> dict[str, Any]:
    """Return the public facts of a programme in words; `with_parts` must have loaded it."""
    skills = [str(skill.label) for skill in Skill if skill in programme.skills]
    return {
        **row_of(programme),
        "hosts": sorted(
            {
                host.company.name if host.company else _("The curators of Corridor")
                for host in programme.hosts.all()
                if host.accepted_at and (host.company is None or host.company.is_published)
            }
        ),
        "outcomes": outcome_counts([programme.pk])[programme.pk],
        "sides": free_by_kind(programme) if programme.side_places else [],
        "languages": [language_name(code) for code in programme.languages],
        "applicants": [str(ApplicantKind(code).label) for code in programme.applicants],
        "conditions": [
            (label, [term.name for term in getattr(programme, name).all()])
            for name, label in condition_labels().items()
            if getattr(programme, name).all()
        ]
        + [(_("Skills of people"), skills)] * bool(skills),
        "data": [(question, answer) for question, answer in _data_card(programme) if answer],
    }


def condition_labels() -> dict[str, str]:
    return {
        "sectors": _("Sectors"),
        "stages": _("Funding stages"),
        "places": _("Locations"),
        "forms": _("Partnership types"),
    }


def _data_card(programme: models.Programme) -> list[tuple[Any, str]]:
    """Return the five questions about data with the answers, empty where there is none."""
    crosses = {True: _("Yes"), False: _("No"), None: ""}[programme.data_crosses_border]
    classes = [str(DataClass(code).label) for code in programme.data_classes if code in DataClass.values]
    place = data_place(programme.data_location)
    answers = [joined(classes), place, crosses, programme.data_access, programme.data_exit]
    return [(question, answer) for (question, *_names), answer in zip(QUESTIONS, answers, strict=True)]


def programme_in(reader: Reader, public_id: str) -> models.Programme | None:
    try:
        return with_parts(programmes_for(reader)).get(public_id=public_id)
    except models.Programme.DoesNotExist:
        return None


def address_of(name: str, *args: str) -> str:
    return str(settings.SITE_URL).rstrip("/") + reverse(name, args=args)


def own_page(reader: Reader, number: str) -> dict[str, Any]:
    organised = with_parts(_own(reader)).order_by("-written_at", "-pk")
    paged = Paginator(organised, PER_PAGE).get_page(number)
    rows = models.ProgrammeApplication.objects.filter(reader.own, programme__approved_at__isnull=False)
    applied = rows.order_by("-at", "-pk")[:MOST_APPLIED]
    keys = [application.programme_id for application in applied]
    programmes = with_parts(programmes_for(reader)).in_bulk(keys)
    return {
        "page": paged,
        "organised": [row_of(programme) for programme in paged.object_list],
        "applied": [
            (
                row_of(programmes[application.programme_id]),
                application,
                APPLICATION_TONES.get(application.state, ""),
            )
            for application in applied
            if application.programme_id in programmes
        ],
    }


MOST_APPLIED = 50


def had_part_in(programme: models.Programme, user: User) -> bool:
    """Return whether a person wrote, submitted, corrected or co-organises it, and so cannot approve it."""
    acts = (ProgrammeAct.WRITE, ProgrammeAct.SUBMIT)
    return (
        user.pk in (programme.by_id, programme.corrected_by_id)
        or programme.steps.filter(act__in=acts, by=user).exists()
        or programme.hosts.filter(user=user, accepted_at__isnull=False).exists()
    )


def waiting_notice_count(programme: models.Programme) -> int:
    return sum(len(waiting) for waiting in programme.tellings.values_list("waiting", flat=True))


def missing_in(programme: models.Programme) -> list[str]:
    needed = {
        _("a text"): programme.text,
        _("who can apply"): programme.applicants,
        _("working languages"): programme.languages,
        _("when the applications close"): programme.apply_by,
        _("when it starts"): programme.starts_at,
        _("when it ends"): programme.ends_at,
        _("a location, or that it is online"): programme.place_id or programme.is_online,
        _("who pays what"): programme.who_pays,
    }
    return [name for name, value in needed.items() if not value]


def texts_of(programme: models.Programme) -> list[tuple[str, str, str]]:
    texts = [
        (language, getattr(programme, f"title_{language}"), getattr(programme, f"text_{language}"))
        for language in LANGUAGES
    ]
    return [row for row in texts if any(row[1:])]


def corrections_of(programme: models.Programme) -> list[tuple[str, str, str]]:
    """Return the new texts that wait for a curator: label, present and new text."""
    return [(_label(name), getattr(programme, name), text) for name, text in programme.corrected.items()]


def text_changes_of(programme: models.Programme) -> list[tuple[datetime, list[tuple[str, str]]]]:
    """Return when texts of a public programme changed, and what they were before, the newest first."""
    return [
        (
            datetime.fromisoformat(change["at"]),
            [(_label(name), text) for name, text in change["before"].items()],
        )
        for change in programme.text_changes
    ]


def _label(name: str) -> str:
    field: Any = models.Programme._meta.get_field(name)
    return capfirst(str(field.verbose_name))
