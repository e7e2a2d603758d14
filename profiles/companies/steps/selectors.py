"""What owners read about their own profile: how far it is, and what an investor's theses reach."""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cached_property
from itertools import chain
from math import ceil
from typing import Any, TypeVar

from django.conf import settings
from django.db import models
from django.db.models import CharField, Manager, Q, QuerySet, Value
from django.db.models.functions import Coalesce
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import ngettext

from profiles.catalogue.consents.selectors import agreed_purposes
from profiles.catalogue.taxonomy.selectors.money import limits, span
from profiles.catalogue.visibility.access import Viewer, startups_for
from profiles.catalogue.visibility.fields import CATALOGUE, Field, ordered
from profiles.choices import DealSource, EvidenceClaim, Importance, Purpose, Revenue, Status
from profiles.companies.held_edits.selectors import edit_of, newest, values_of
from profiles.models import SIDES, Appeal, Deal, Investor, Review, ReviewReason, Startup, Thesis
from profiles.models.evidence import STATED
from profiles.models.profile import EDITED
from profiles.validators import language_of, skeletons

AnyProfile = TypeVar("AnyProfile", Startup, Investor)
DAY = timedelta(days=1)
LEAST_REVIEWS, MOST_REVIEWS = 5, 100  # whose times are told


@dataclass(frozen=True)
class Part:
    """A part of a profile with what it still lacks; `missing`: words and address of each field."""

    label: str | Promise
    url: str
    missing: list[tuple[str, str]]


# Parts that other capabilities have for a company.
MORE_PARTS: list[Callable[[Startup | Investor], Part | None]] = []


@dataclass(frozen=True)
class Completeness:
    """How much is stated (never scored), and the most useful thing to state next."""

    percent: int
    missing: tuple[Field, ...]  # the most useful first

    @property
    def next_field(self) -> Field | None:
        """The most useful of what a review needs or rankings read."""
        return next((field for field in self.missing if field.is_needed or field.is_scored), None)

    @property
    def needed(self) -> tuple[Field, ...]:
        """What is missing without which no curator looks at the profile."""
        return tuple(field for field in self.missing if field.is_needed)


def completeness(profile: Startup | Investor) -> Completeness:
    """Return how complete the profile is, as its people last wrote it."""
    consents, profile = agreed_purposes(profile), newest(profile)
    declared = ordered(CATALOGUE[profile.side].values(), "useful")
    filled = _filled_lists(profile, [field.name for field in declared])
    has_need = "needs" in filled
    asked = [field for field in declared if field.name not in ASKED or ASKED[field.name](profile, has_need)]
    missing = tuple(field for field in asked if not _is_stated(profile, field.name, consents, filled))
    return Completeness(100 * (len(asked) - len(missing)) // len(asked), missing)


def _filled_lists(profile: Startup | Investor, names: Collection[str]) -> frozenset[str]:
    """Return which lists of a profile have rows that last. One query."""
    today = timezone.localdate()
    stored = {field.name for field in profile._meta.get_fields() if field.one_to_many or field.many_to_many}
    lists = {name: getattr(profile, name) for name in names if name in stored}
    first, *rest = (
        (rows.temporal(today) if hasattr(rows, "temporal") else rows.all())
        .order_by()
        .values_list(Value(name, CharField()))
        for name, rows in lists.items()
    )
    return frozenset(name for (name,) in first.union(*rest))


def _is_stated(
    profile: Startup | Investor, field: str, consents: frozenset[str], filled: frozenset[str]
) -> bool:
    if field in Purpose.values:
        return field in consents
    if field in SPECIAL:
        return SPECIAL[field](profile, "needs" in filled)
    if (edit := edit_of(profile)) and edit.rows.get(field):
        return True
    value = getattr(profile, f"{field}_id" if hasattr(profile, f"{field}_id") else field)
    return field in filled if isinstance(value, Manager) else value not in (None, "", [], {})


# A startup that names other needs and no money is not asked how much; needs may be answered by money alone.
ASKED: dict[str, Callable[[Any, bool], bool]] = {
    "ask": lambda startup, has_need: startup.seeks_capital or not has_need
}
SPECIAL: dict[str, Callable[[Any, bool], bool]] = {
    "ask": lambda startup, has_need: startup.ask_max is not None,
    "needs": lambda startup, has_need: startup.seeks_capital or has_need,
}


def usual_review() -> str:
    """Return in words how long the newest reviews took; nothing for a few, which would tell whose."""
    rows = Review.objects.filter(waited_since__isnull=False).order_by("-decided_at")
    newest = rows.annotate(is_demo=Coalesce("startup__is_demo", "investor__is_demo"))
    read = list(newest.values_list("decided_at", "waited_since", "is_demo")[:MOST_REVIEWS])
    took = sorted(max(1, ceil((decided - since) / DAY)) for decided, since, _is_demo in read if since)
    if len(took) < LEAST_REVIEWS:
        return ""
    half, most = took[(len(took) - 1) // 2], took[ceil(0.95 * len(took)) - 1]
    words = ngettext(
        "Half of the last %(count)s reviews took at most %(half)s day, nineteen of twenty at most %(most)s.",
        "Half of the last %(count)s reviews took at most %(half)s days, nineteen of twenty at most %(most)s.",
        half,
    )
    said = words % {"count": len(took), "half": half, "most": most}
    return f"{said} {_('These include demo records.')}" if any(is_demo for *_, is_demo in read) else said


def is_begun_here(profile: Startup | Investor) -> bool:
    """Return whether its founder began it here and has never submitted it; an import and a claim differ."""
    if profile.status != Status.DRAFT or profile.submitted_at is not None:
        return False
    return profile.memberships.filter(joined_at=profile.created_at).exists()


def name_filter(words: str) -> Q:
    return Q(name_en__icontains=words) | Q(name_ur__icontains=words) | Q(name_zh__icontains=words)


def named_like(model: type[Startup] | type[Investor], *names: str) -> QuerySet[Any]:
    same = Q(pk__in=[])
    for key in chain.from_iterable(map(skeletons, names)):
        same |= Q(name_key__contains=f"|{key}|")
    return model._default_manager.filter(same).order_by("pk")


class Progress(models.TextChoices):
    DONE = "done", _("done")
    BEGUN = "begun", _("in progress")
    FAULTY = "faulty", _("needs work")
    SKIPPED = "skipped", _("skipped")
    NOT_BEGUN = "not_begun", _("not started")


def progress_of(
    profile: Startup | Investor,
    steps: Iterable[str],
    *,
    missing: Collection[Field],
    returned: Collection[str],
) -> dict[str, Progress]:
    """Return the state of each step. `missing`: useful but not stated; `returned`: fields to change."""
    fields = CATALOGUE[profile.side]
    order = list(steps)
    fields_of_step = {step: [field for field in fields.values() if field.step == step] for step in order}
    begun = {step: any(_is_begun(profile, field) for field in fields_of_step[step]) for step in order}
    progress = {}
    for place, step in enumerate(order):
        wanting = [field for field in missing if field.step == step]
        asked = any(field.name in returned for field in fields_of_step[step])
        needs = any(field.is_needed for field in fields_of_step[step])
        if asked or (begun[step] and any(field.is_needed for field in wanting)):
            progress[step] = Progress.FAULTY
        elif begun[step]:
            progress[step] = Progress.BEGUN if wanting else Progress.DONE
        else:
            is_passed = not needs and any(begun[later] for later in order[place + 1 :])
            progress[step] = Progress.SKIPPED if is_passed else Progress.NOT_BEGUN
    return progress


def _is_begun(profile: Startup | Investor, field: Field) -> bool:
    if field.name in Purpose.values:
        return field.name in agreed_purposes(profile)
    if field.label and not field.rows:
        return False  # computed
    value: Any = getattr(profile, field.name)
    if isinstance(value, models.Manager):
        return bool(value.exists())
    stored: Any = profile._meta.get_field(field.name)
    return value not in (None, "", [], {}) and value != stored.get_default()


DECIDED = (Status.APPROVED, Status.RETURNED, Status.REJECTED, Status.SUSPENDED)
APPEALABLE = (Status.REJECTED, Status.SUSPENDED)


@dataclass(frozen=True)
class ProfileStatus:
    profile: Startup | Investor
    completeness: Completeness
    queue_position: int | None

    @cached_property
    def review(self) -> Review | None:
        """The last decision, if the profile is unchanged since."""
        if self.status not in DECIDED:
            return None
        return self.profile.reviews.order_by("-decided_at", "-pk").first()

    @property
    def status(self) -> str:
        return self.profile.status

    @property
    def label(self) -> str:
        """The status in words; an approved profile without consent is not published."""
        if self.status == Status.APPROVED and not self.profile.is_published:
            return str(_("Approved, but not shown"))
        return str(Status(self.status).label)

    @cached_property
    def asked(self) -> list[ReviewReason]:
        if self.status not in (*DECIDED, Status.SUBMITTED):
            return []
        return asked_of(self.profile)

    @property
    def requests(self) -> list[ReviewReason]:
        return [request for request in self.asked if request.field]

    @property
    def reasons(self) -> Mapping[str, str]:
        reasons: dict[str, str] = {}
        for request in self.requests if self.status in (Status.RETURNED, Status.APPROVED) else ():
            if not request.is_settled:
                before = f"{reasons[request.field]} · " if request.field in reasons else ""
                reasons[request.field] = before + request.said
        return reasons

    @property
    def can_appeal(self) -> bool:
        """Whether the owner may ask for another look at the decision."""
        return self.status in APPEALABLE and self.open_appeal is None

    @cached_property
    def open_appeal(self) -> Appeal | None:
        return self.profile.appeals.filter(answered_at=None).first()

    @property
    def can_submit(self) -> bool:
        return self.status in (Status.DRAFT, Status.RETURNED) and not self.completeness.needed


TRANSLATED = ("pitch", "summary")


def untranslated(profile: Startup | Investor) -> list[tuple[str, str]]:
    """Return the languages of the site in which neither pitch nor summary is written, by code.

    With the name.
    """
    names = {code[:2]: name for code, name in settings.LANGUAGES if hasattr(profile, f"pitch_{code[:2]}")}
    has_text = (code for code in names if any(getattr(profile, f"{text}_{code}") for text in TRANSLATED))
    written = {*has_text, language_of(profile.pitch)} - {""}
    return [(code, name) for code, name in names.items() if code not in written] if written else []


def asked_of(profile: Startup | Investor) -> list[ReviewReason]:
    """Return what curators ask for: what is open, and what the last decision gave or closed."""
    last = profile.reviews.order_by("-decided_at", "-pk").values_list("pk", "decided_at").first()
    if last is None:
        return []
    current = Q(closed_at__isnull=True) & ~Q(field="") | Q(closed_at=last[1]) | Q(review=last[0])
    reasons = ReviewReason.objects.filter(current, **{f"review__{profile.side}": profile})
    return list(reasons.select_related("canned").order_by("pk"))


def status_of(profile: Startup | Investor) -> ProfileStatus:
    position = queue_position(profile) if profile.status == Status.SUBMITTED else None
    return ProfileStatus(profile, completeness(profile), position)


# New profiles wait as "submitted"; an approved one waits again after an edit of what was checked.
WAITING = Q(status=Status.SUBMITTED) | EDITED


def queue_position(profile: Startup | Investor) -> int:
    earlier = {"submitted_at__lt": profile.submitted_at}
    return 1 + sum(model.objects.filter(WAITING, **earlier).count() for model in SIDES.values())


def deals_of(investor: Investor) -> QuerySet[Deal]:
    return investor.deals.select_related("startup", "sector", "stage", "place", "form")


def own_deals_of(investor: Investor) -> QuerySet[Deal]:
    return deals_of(investor).filter(source=DealSource.SELF)


LISTS = tuple(field.name for field in Thesis._meta.many_to_many)


def theses_of(investor: Investor) -> QuerySet[Thesis]:
    return investor.theses.prefetch_related(*LISTS)


NONE = Q(pk__in=())
FEW = 5


@dataclass(frozen=True)
class ThesisReach:
    """`admitted` pass every must-have and exclusion; `wished` of them also meet every wish."""

    admitted: int
    wished: int
    published: int
    few: int = FEW


def fit(thesis: Mapping[str, Any], viewer: Viewer) -> ThesisReach | None:
    """Count for the values of a thesis form; empty criteria do not restrict.

    None if the investor may not browse startups.
    """
    if not viewer.is_checked:
        return None
    published = startups_for(viewer)
    admitted = published.exclude(_vetoed(thesis))
    wished = admitted
    for condition, importance in _criteria(thesis):
        wished = wished.filter(condition)
        if importance == Importance.MUST:
            admitted = admitted.filter(condition)
    return ThesisReach(_count(admitted), _count(wished), published.count())


def fit_of(thesis: Thesis, viewer: Viewer) -> ThesisReach | None:
    return fit(values_of(thesis, [*LISTS, *(field.attname for field in Thesis._meta.fields)]), viewer)


def _count(startups: Any) -> int:
    return int(startups.values("pk").distinct().count())


def _criteria(thesis: Mapping[str, Any]) -> list[tuple[Q, str]]:
    sectors, stages, places, forms = (
        _pks(thesis.get(name)) for name in ("sectors", "stages", "places", "forms")
    )
    in_sector = Q(primary_sector__in=sectors) | Q(primary_sector__parent__in=sectors)
    beside = Q(other_sectors__in=sectors) | Q(other_sectors__parent__in=sectors)
    stated = {
        "sector": (sectors, Q(primary_sector=None) | in_sector | beside),
        "stage": (stages, Q(stage=None) | Q(stage__in=stages)),
        "place": (places, Q(place=None) | _within("place", places) | _within("operating_places", places)),
        "form": (forms, Q(forms=None) | Q(forms__in=forms)),
    }
    given = [(found, f"{name}_importance") for name, (wanted, found) in stated.items() if wanted]
    ticket = _ticket(thesis.get("ticket_min_usd"), thesis.get("ticket_max_usd"))
    if ticket is not None:
        given.append((ticket, "ticket_importance"))
    if revenue := thesis.get("revenue_required"):
        hidden = Q(revenue="") | Q(withheld__revenue__isnull=False)
        given.append((hidden | Q(revenue=revenue), ""))
    return [(found, str(thesis.get(key) or Importance.NICE)) for found, key in given]


def _vetoed(thesis: Mapping[str, Any]) -> Q:
    out = NONE
    if sectors := _pks(thesis.get("sectors_out")):
        out |= Q(primary_sector__in=sectors) | Q(primary_sector__parent__in=sectors)
    if stages := _pks(thesis.get("stages_out")):
        out |= Q(stage__in=stages)
    if forms := _pks(thesis.get("forms_out")):
        out |= Q(forms__in=forms, forms_are_must=True)
    if places := _pks(thesis.get("places_out")):
        out |= _within("place", places)
    if thesis.get("no_pre_revenue"):
        out |= Q(revenue=Revenue.PRE, withheld__revenue__isnull=True)
    return out


def _pks(terms: Collection[Any] | None) -> list[int]:
    return [term.pk for term in terms or ()]


def _within(field: str, places: list[int]) -> Q:
    return (
        Q(**{f"{field}__in": places})
        | Q(**{f"{field}__parent__in": places})
        | Q(**{f"{field}__parent__parent__in": places})
    )


def _ticket(low: Any, high: Any) -> Q | None:
    """Return startups with a visible ask whose bands meet those of the ticket.

    Exact amounts are never compared.
    """
    bands = span(low, high)
    if bands is None:
        return None
    bottom, top = limits(*bands)
    apart = Q(ask_max_usd__lte=bottom)
    if top is not None:
        apart |= Q(ask_min_usd__gte=top)
    hidden = Q(visibility__ask__isnull=True) | ~Q(visibility__ask="matched") | Q(withheld__ask__isnull=False)
    return hidden | Q(seeks_capital=False) | ~apart


def fields_checked(company: Startup | Investor, *, on: date) -> set[str]:
    fields = STATED[company.side]
    claims = company.evidences.current(on).filter(claim__in=[str(claim) for claim in fields])
    return {fields[EvidenceClaim(claim)] for claim in claims.values_list("claim", flat=True)}
