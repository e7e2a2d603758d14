"""What the database says of a few startups and investors: rows from which facts of pairs are made."""

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, F, IntegerField, Q, QuerySet, Value

from matchmaker.models import InferredSector, ThesisInferredSector
from profiles.models import Deal, Need, Offer, PartnershipForm, SectorRelation, Stage, Startup, Thesis
from profiles.models.profile import in_use

Row = tuple[str, int, int, int]
AXES = ("sector", "stage", "place")


@dataclass(frozen=True)
class Recorded:
    """What the database says of some pairs: (kind, whose, word, number), and the theses asked for."""

    rows: list[Row]
    theses: list[Thesis]


def read_recorded(
    startups: Collection[int], investors: Collection[int], theses: Iterable[int], *, on: date
) -> Recorded:
    """Read what is recorded of some startups and investors, and some theses, all by primary key.

    Four queries, however many they are.
    """
    active = Thesis.objects.filter(Q(investor__in=set(investors)) | Q(pk__in=set(theses)), is_active=True)
    found: list[Any] = list(active.annotate(is_in_use=in_use(Thesis, on)))
    current = [thesis for thesis in found if thesis.is_in_use]
    arms = (*_of_startups(set(startups), on), *_of_theses([t.pk for t in current]), *_of_taxonomy())
    offers = Offer.objects.in_use(on).filter(investor__in=set(investors))
    rows = _rows("offer", offers, "investor_id", "type_id").union(*arms, all=True)
    own = (("theses", thesis.investor_id, thesis.pk, 0) for thesis in current)
    return Recorded([*rows, *own, *_of_deals(set(investors)), *_related()], found)


def _rows(
    kind: str, found: QuerySet[Any], owner: str, word: str, number: str | None = None
) -> QuerySet[Any, Row]:
    """Ask for rows as (kind, whose, word, number), which fit one union."""
    counted: Any = F(number) if number else Value(0, IntegerField())
    return found.order_by().values_list(Value(kind, CharField()), owner, F(word), counted)


def _of_startups(pks: set[int], on: date) -> list[QuerySet[Any, Row]]:
    linked = {"startup__in": pks}
    sectors, places = Startup.other_sectors.through.objects, Startup.operating_places.through.objects
    return [
        _rows("told", InferredSector.objects.filter(**linked), "startup_id", "sector_id", "position"),
        _rows("sector", sectors.filter(**linked), "startup_id", "sector_id"),
        _rows("place", places.filter(**linked), "startup_id", "place_id"),
        _rows("form", Startup.forms.through.objects.filter(**linked), "startup_id", "partnershipform_id"),
        _rows("need", Need.objects.in_use(on).filter(**linked), "startup_id", "type_id"),
    ]


def _of_theses(pks: list[int]) -> list[QuerySet[Any, Row]]:
    through = {
        "sectors": (Thesis.sectors.through, "sector_id"),
        "stages": (Thesis.stages.through, "stage_id"),
        "places": (Thesis.places.through, "place_id"),
        "forms": (Thesis.forms.through, "partnershipform_id"),
        "forms_out": (Thesis.forms_out.through, "partnershipform_id"),
    }
    told = ThesisInferredSector.objects.filter(thesis__in=pks)
    return [
        _rows("told_theirs", told, "thesis_id", "sector_id", "position"),
        *(
            _rows(kind, model._default_manager.filter(thesis__in=pks), "thesis_id", word)
            for kind, (model, word) in through.items()
        ),
    ]


def _of_taxonomy() -> list[QuerySet[Any, Row]]:
    return [
        _rows("band", Stage.objects.exclude(match_band=None), "pk", "match_band"),
        _rows("investing", PartnershipForm.objects.filter(group="capital"), "pk", "pk"),
    ]


def _of_deals(investors: set[int]) -> Iterator[Row]:
    """Return how many deals each investor has on record, and how many with each sector, stage and place."""
    columns = ("investor_id", *(f"{axis}_id" for axis in AXES))
    deals: Counter[int] = Counter()
    with_word: Counter[tuple[str, int, int]] = Counter()
    for owner, *words in Deal.objects.filter(investor__in=investors).values_list(*columns):
        deals[owner] += 1
        for axis, word in zip(AXES, words, strict=True):
            if word is not None:
                with_word[f"deal_{axis}", owner, word] += 1
    yield from (("deals", owner, count, 0) for owner, count in deals.items())
    yield from ((*key, count) for key, count in with_word.items())


def _related() -> Iterator[Row]:
    """Return the related sectors with how alike they are, of a hundred."""
    for first, second, similarity in SectorRelation.objects.values_list(
        "first_id", "second_id", "similarity"
    ):
        yield "related", first, second, round(similarity * 100)
