"""What the database says of a few startups and investors: rows from which facts of pairs are made."""

from collections.abc import Collection, Iterable
from dataclasses import dataclass
from datetime import date
from typing import Any

from django.db.models import CharField, Count, F, IntegerField, QuerySet, Value

from matchmaker.models import ThesisToldField, ToldField
from profiles.models import (
    Deal,
    Need,
    Offer,
    PartnershipForm,
    SectorRelation,
    Stage,
    Startup,
    Thesis,
)

Row = tuple[str, int, int, int]
NONE: Any = Value(0, IntegerField())


@dataclass(frozen=True)
class Recorded:
    """What the database says of some pairs: (kind, whose, word, number), and the theses asked for."""

    rows: list[Row]
    theses: list[Thesis]


def read_recorded(
    startups: Collection[int], investors: Collection[int], theses: Iterable[int], *, on: date
) -> Recorded:
    """Read what is recorded of some startups and investors, and some theses, all by primary key.

    Three queries, however many they are.
    """
    first, *rest = (*_of_startups(startups, on), *_of_investors(investors, on), *_of_taxonomy())
    related = SectorRelation.objects.values_list("first_id", "second_id", "similarity")
    rows = [*first.union(*rest, all=True), *(("related", a, b, round(like * 100)) for a, b, like in related)]
    return Recorded(rows, list(Thesis.objects.filter(is_active=True, pk__in=set(theses))))


def _rows(kind: str, found: QuerySet[Any], owner: str, word: str, number: Any = NONE) -> QuerySet[Any, Row]:
    """Ask for rows as (kind, whose, word, number), which fit one union."""
    return found.order_by().values_list(Value(kind, CharField()), owner, F(word), number)


def _of_startups(pks: Collection[int], on: date) -> list[QuerySet[Any, Row]]:
    linked = {"startup__in": set(pks)}
    sectors, places = Startup.other_sectors.through.objects, Startup.operating_places.through.objects
    return [
        _rows("told", ToldField.objects.filter(**linked), "startup_id", "sector_id", F("position")),
        _rows("sector", sectors.filter(**linked), "startup_id", "sector_id"),
        _rows("place", places.filter(**linked), "startup_id", "place_id"),
        _rows("form", Startup.forms.through.objects.filter(**linked), "startup_id", "partnershipform_id"),
        _rows("need", Need.objects.in_use(on).filter(**linked), "startup_id", "type_id"),
    ]


def _of_investors(pks: Collection[int], on: date) -> list[QuerySet[Any, Row]]:
    own: dict[str, Any] = {"investor__in": set(pks)}
    theses = Thesis.objects.in_use(on).filter(**own)
    linked = {"thesis__in": theses.values("pk")}
    told, deals = ThesisToldField.objects.filter(**linked), Deal.objects.filter(**own)
    through = {
        "sectors": (Thesis.sectors.through, "sector_id"),
        "stages": (Thesis.stages.through, "stage_id"),
        "places": (Thesis.places.through, "place_id"),
        "forms": (Thesis.forms.through, "partnershipform_id"),
        "forms_out": (Thesis.forms_out.through, "partnershipform_id"),
    }
    count = Count("pk", output_field=IntegerField())
    return [
        *(
            _rows(kind, model._default_manager.filter(**linked), "thesis_id", word)
            for kind, (model, word) in through.items()
        ),
        _rows("told_theirs", told, "thesis_id", "sector_id", F("position")),
        _rows("theses", theses, "investor_id", "pk"),
        _rows("offer", Offer.objects.in_use(on).filter(**own), "investor_id", "type_id"),
        _rows("deals", deals.values("investor_id").annotate(count=count), "investor_id", "count"),
        *(
            _rows(
                f"deal_{axis}",
                deals.exclude(**{axis: None}).values("investor_id", f"{axis}_id").annotate(count=count),
                "investor_id",
                f"{axis}_id",
                F("count"),
            )
            for axis in ("sector", "stage", "place")
        ),
    ]


def _of_taxonomy() -> list[QuerySet[Any, Row]]:
    stages = Stage.objects.exclude(match_band=None)
    return [
        _rows("band", stages, "pk", "match_band"),
        _rows("investing", PartnershipForm.objects.filter(group="capital"), "pk", "pk"),
    ]
