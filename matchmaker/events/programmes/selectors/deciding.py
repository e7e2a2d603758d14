"""What an organiser decides with: companies in view, filters, and decisions to confirm together."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.core.paginator import Paginator
from django.db.models import Case, Prefetch, When
from django.urls import reverse
from django.utils import timezone
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.events.programmes.selectors.applications import PER_PAGE, application_row, sent_to
from matchmaker.events.programmes.selectors.jury import mean_of
from matchmaker.events.programmes.selectors.programmes import Reader, free_by_kind, free_for
from matchmaker.matching.current_company.selectors import counterparts
from matchmaker.matching.lists.selectors.facets import FacetValues, counted_options, facet_values
from matchmaker.models.programmes import PersonCard, Programme, ProgrammeApplication, ProgrammeScore
from matchmaker.models.programmes.programme import (
    SENT_STATES,
    ApplicantKind,
    ProgrammeApplicationAct,
    ProgrammeApplicationState,
)
from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms
from profiles.catalogue.visibility.access import NOBODY, Viewer, see, viewer_of, with_related
from profiles.catalogue.visibility.visible_profile import VisibleProfile, pitch_of
from profiles.choices import InvestorKind
from profiles.companies.evidence.selectors import COUNTED_ENDORSEMENTS, supported
from profiles.models import SIDES, Evidence

FILTERS = ("side", "sector", "place", "state", "score")
TERMS = ("sector", "place")
SCORES = ("4", "3", "2", "none")  # at least so many points, or no points yet
MOST_SECTORS = 3
MOST_DECIDED = 500  # applications that one confirmation decides
ACTS = (ProgrammeApplicationAct.ACCEPT, ProgrammeApplicationAct.WAITLIST, ProgrammeApplicationAct.DECLINE)
A = ProgrammeApplicationState


# --- The company in view -----------------------------------------------------------------------------------


@dataclass(frozen=True)
class CompanyCard:
    facts: tuple[str, ...]
    pitch: str
    evidence: tuple[str, ...]
    url: str


def readable(reader: Reader, side: Side) -> Any:
    """Return the companies of a side whose profiles the reader may open."""
    if reader.is_curator:
        return SIDES[side]._default_manager.all()
    if reader.member is None or side == reader.member.side:
        return SIDES[side]._default_manager.none()
    return counterparts(reader.member)


def company_cards(reader: Reader, applications: Iterable[ProgrammeApplication]) -> dict[int, CompanyCard]:
    """Return the cards of the companies by application, of those that the reader may see."""
    rows, cards = list(applications), dict[tuple[Side, int], CompanyCard]()
    viewer: Viewer = viewer_of(reader.user) if reader.is_curator else NOBODY
    viewer = reader.member.viewer if reader.member else viewer
    evidence = Evidence.objects.current(timezone.localdate()).order_by("pk")
    for side in Side:
        keys = {key for row in rows if (key := getattr(row, f"{side}_id"))}
        if not keys:
            continue
        companies = with_related(readable(reader, side).filter(pk__in=keys)).prefetch_related(
            Prefetch("evidences", evidence, to_attr="current_evidence"),
            Prefetch("endorsements", COUNTED_ENDORSEMENTS[side], to_attr="endorsed"),
        )
        for company in companies:
            url = reverse("match", args=[company.public_id])
            if reader.is_curator:
                url = reverse("review", args=[side, company.public_id])
            claims = supported(company, company.current_evidence, [each.claim for each in company.endorsed])
            seen = see(company, viewer)
            cards[side, company.pk] = CompanyCard(
                facts=tuple(_facts(seen, side)),
                pitch=pitch_of(seen),
                evidence=tuple(
                    f"{each.claim.label} ({each.level.label})" for each in claims if each.is_supported
                ),
                url=url,
            )
    shown = ((row.pk, cards.get((row.company.side, row.company.pk))) for row in rows if row.company)
    return {pk: card for pk, card in shown if card}


def _facts(seen: VisibleProfile, side: Side) -> list[str]:
    if side == Side.STARTUP:
        sectors, last = [*(seen.sectors or ())], [seen.stage, seen.ask]
    else:
        theses = seen.theses or ()
        sectors = list(dict.fromkeys(sector for thesis in theses for sector in thesis.sectors or ()))
        last = [InvestorKind(seen.kind).label] if seen.kind else []
    return [str(each) for each in (*sectors[:MOST_SECTORS], seen.place, *last) if each]


# --- The list ----------------------------------------------------------------------------------------------


def applications_page(
    reader: Reader, programme: Programme, asked: Mapping[str, str], number: str
) -> dict[str, Any]:
    """Return a page of the filtered applications with their cards. The number of queries is fixed."""
    terms, means = all_terms(), means_of(programme)
    rows = _sent(reader, programme)
    values = _stated(reader, rows, terms)
    chosen = {name: asked.get(name, "") for name in FILTERS}
    found = _narrowed(rows, values, chosen, terms, means)
    paged = Paginator(found, PER_PAGE).get_page(number)
    return {
        "page": paged,
        "rows": rows_with_cards(reader, programme, paged.object_list, means),
        "filters": _filters(rows, values, chosen, terms),
        "is_filtered": any(chosen.values()),
        "total": len(rows),
        "free": free_by_kind(programme),
        "may_decide": any(row.state in (A.SENT, A.WAITLISTED) for row in found),
    }


def _sent(reader: Reader, programme: Programme) -> list[ProgrammeApplication]:
    waiting_first = Case(When(state=A.SENT, then=0), default=1)
    columns = ("programme_id", "state", "startup_id", "investor_id", "person_id", "sent_at")
    rows = sent_to(programme, reader.user).select_related(None).only(*columns)
    return list(rows.order_by(waiting_first, "sent_at", "pk"))


def chosen_in(reader: Reader, programme: Programme, asked: Mapping[str, str]) -> list[int]:
    """Return the applications that a filter leaves."""
    terms = all_terms()
    rows = _sent(reader, programme)
    chosen = {name: asked.get(name, "") for name in FILTERS}
    found = _narrowed(rows, _stated(reader, rows, terms), chosen, terms, means_of(programme))
    return [row.pk for row in found]


def means_of(programme: Programme) -> dict[int, float]:
    means = defaultdict[int, list[float]](list)
    scores = ProgrammeScore.objects.filter(application__programme=programme).order_by()
    for application, points in scores.values_list("application", "points"):
        means[application].append(mean_of(points, programme.criteria))
    return {application: sum(each) / len(each) for application, each in means.items()}


def _stated(reader: Reader, rows: Sequence[ProgrammeApplication], terms: TermTree) -> dict[int, FacetValues]:
    """Return sectors and places by application, as far as the reader may see them."""
    values = {row.pk: FacetValues(terms) for row in rows}
    for side in Side:
        keys = {key for row in rows if (key := getattr(row, f"{side}_id"))}
        shown = readable(reader, side).filter(pk__in=keys).values_list("pk", flat=True)
        stated = facet_values(set(shown), side, terms, TERMS)
        values |= {row.pk: stated[key] for row in rows if (key := getattr(row, f"{side}_id")) in stated}
    people = {row.person_id: values[row.pk].stated for row in rows if row.person_id}
    cards = PersonCard.objects.filter(user__in=people).order_by()
    for person, sector, place in cards.values_list("user", "field", "place"):
        people[person]["sector"] |= {sector} - {None}
        people[person]["place"] |= {place} - {None}
    return values


def _narrowed(
    rows: Sequence[ProgrammeApplication],
    values: Mapping[int, FacetValues],
    chosen: Mapping[str, str],
    terms: TermTree,
    means: Mapping[int, float],
) -> list[ProgrammeApplication]:
    nodes = {kind: term for kind in TERMS if (term := terms.find(kind, chosen[kind]))}
    found = [row for row in rows if values[row.pk].meets(nodes)]
    if chosen["side"] in ApplicantKind.values:
        found = [row for row in found if row.kind == chosen["side"]]
    if chosen["state"] in SENT_STATES:
        found = [row for row in found if row.state == chosen["state"]]
    if chosen["score"] == "none":
        found = [row for row in found if row.pk not in means]
    elif chosen["score"] in SCORES:
        found = [row for row in found if means.get(row.pk, 0) >= int(chosen["score"])]
        found.sort(key=lambda row: -means[row.pk])
    return found


def _filters(
    rows: Sequence[ProgrammeApplication],
    values: Mapping[int, FacetValues],
    chosen: Mapping[str, str],
    terms: TermTree,
) -> list[dict[str, Any]]:
    kinds, states = Counter(row.kind for row in rows), Counter(row.state for row in rows)
    options = counted_options(values.values(), {}, terms)
    points = {
        "4": _("4 points or more"),
        "3": _("3 points or more"),
        "2": _("2 points or more"),
        "none": _("No scores yet"),
    }
    choices: dict[str, tuple[str, list[tuple[str, Any]]]] = {
        "side": (
            _("Side"),
            [(kind, f"{kind.label} ({kinds[kind]})") for kind in ApplicantKind if kinds[kind]],
        ),
        "sector": (_("Sector"), _counted(options["sector"])),
        "place": (_("Location"), _counted(options["place"])),
        "state": (_("Status"), [(s, f"{s.label} ({states[s]})") for s in SENT_STATES if states[s]]),
        "score": (_("Score"), list(points.items())),
    }
    return [
        {"name": name, "label": label, "choices": [("", _("All")), *found], "chosen": chosen[name]}
        for name, (label, found) in choices.items()
    ]


def _counted(options: Iterable[Any]) -> list[tuple[str, str]]:
    return [(option.term.code, f"{option.term.name} ({option.count})") for option in options]


def rows_with_cards(
    reader: Reader, programme: Programme, found: Iterable[ProgrammeApplication], means: Mapping[int, float]
) -> list[dict[str, Any]]:
    by_pk = sent_to(programme, reader.user).in_bulk([row.pk for row in found])
    applications = [by_pk[row.pk] for row in found if row.pk in by_pk]
    cards = company_cards(reader, applications)
    return [
        {**application_row(each), "card": cards.get(each.pk), "mean": means.get(each.pk)}
        for each in applications
    ]


# --- Decisions to confirm ----------------------------------------------------------------------------------


@dataclass(frozen=True)
class Decision:
    """What an organiser wants for an application as it was read; `act` is empty to leave it."""

    pk: int
    version: str
    act: str

    def __str__(self) -> str:
        return f"{self.pk}@{self.version}@{self.act}"


def decisions_in(texts: Iterable[str]) -> list[Decision]:
    found = []
    for text in list(texts)[:MOST_DECIDED]:
        pk, _at, rest = text.partition("@")
        version, _at, act = rest.partition("@")
        if pk.isdecimal() and len(pk) < 18 and act in ("", *ACTS):
            found.append(Decision(int(pk), version, act))
    return found


def proposed(reader: Reader, programme: Programme) -> dict[int, str]:
    """Return what the points of the reviewers suggest: the best get the free places, others wait.

    Applications without points are left to the organiser.
    """
    means = means_of(programme)
    rows = [row for row in _sent(reader, programme) if row.pk in means]
    waiting = [row for row in rows if row.state in (A.SENT, A.WAITLISTED)]
    waiting.sort(key=lambda row: -means[row.pk])
    free = {kind: free_for(programme, kind) for kind in programme.side_places or ("",)}
    acts = dict[int, str]()
    for row in waiting:
        kind = row.kind if programme.side_places else ""
        if free.get(kind):
            free[kind] -= 1
            acts[row.pk] = ProgrammeApplicationAct.ACCEPT
        elif row.state == A.SENT:
            acts[row.pk] = ProgrammeApplicationAct.WAITLIST
    return acts


def summary(reader: Reader, programme: Programme, acts: Mapping[int, str]) -> dict[str, Any]:
    """Return the page on which an organiser confirms decisions, with those that are not possible now."""
    means = means_of(programme)
    rows = [row for row in _sent(reader, programme) if row.pk in acts][:MOST_DECIDED]
    rows.sort(key=lambda row: -means.get(row.pk, 0))
    ready, left = [], []
    for row in rows_with_cards(reader, programme, rows, means):
        application, act = row["application"], acts[row["application"].pk]
        if not row["may_decide"] or (act == ProgrammeApplicationAct.WAITLIST and not row["may_waitlist"]):
            left.append(row)
            continue
        labels = {"accept": _("Accept"), "waitlist": _("Put on the waitlist"), "decline": _("Decline")}
        if not row["may_waitlist"]:
            del labels["waitlist"]
        options = [
            (Decision(application.pk, application.version, code), label, code == act)
            for code, label in (*labels.items(), ("", _("Leave undecided")))
        ]
        ready.append({**row, "options": options})
    accepts = [row for row in ready if acts[row["application"].pk] == ProgrammeApplicationAct.ACCEPT]
    kinds = Counter(row["application"].kind if programme.side_places else "" for row in accepts)
    counts = Counter(acts[row["application"].pk] for row in ready)
    return {
        "ready": ready,
        "left": left,
        "free": free_by_kind(programme),
        "has_too_many": any(count > free_for(programme, kind) for kind, count in kinds.items()),
        "accepts": len(accepts),
        "waitlists": counts[ProgrammeApplicationAct.WAITLIST],
        "declines": counts[ProgrammeApplicationAct.DECLINE],
    }
