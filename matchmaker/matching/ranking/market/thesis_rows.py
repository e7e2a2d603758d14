"""Investors, their theses and their record as rows for the engine: published ones, and what may be seen."""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

import numpy as np
from django.db.models import QuerySet

from matchmaker.matching.engine.affinity import affinity
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.factors import RELATED
from matchmaker.matching.ranking.market import arrays
from matchmaker.matching.ranking.market.term_index import (
    EXISTS,
    PRE_REVENUE,
    STATE_OWNED,
    Vocabulary,
    lookup,
    row_numbers,
)
from matchmaker.models.ranking import ThesisInferredSector
from profiles.choices import Importance, Revenue, Side, StateOwned
from profiles.models import Deal, Investor, Offer, Thesis
from profiles.models.profile import id_number

Columns = dict[str, Array]

INVESTOR_FIELDS = ("pk", "public_id", "visibility", "withheld", "state_owned", "capacity")
THESIS_FIELDS = (
    "pk", "investor", "ticket_min_usd", "ticket_max_usd", "revenue_required", "no_pre_revenue", "weights",
    "sector_importance", "stage_importance", "ticket_importance", "place_importance", "form_importance",
)  # fmt: skip
NAMED = ("sectors", "stages", "places", "forms", "sectors_out", "stages_out", "places_out", "forms_out")
IMPORTANCES = THESIS_FIELDS[-5:]  # in the order of the bits of engine.Must


@dataclass(frozen=True)
class InvestorRows:
    """Investors, the theses of their theses, and what their affinities are made of."""

    investors: Columns
    theses: Columns
    own_weights: Sequence[Mapping[str, Any]]
    declared: Columns
    deals: Columns
    answered: Columns


def published(pks: Collection[int] | None = None) -> QuerySet[Investor]:
    """Return the investors that may be matched, in the order of their keys."""
    return arrays.about(Investor.objects.published().order_by("pk"), "pk", pks)


def read_theses(vocabulary: Vocabulary, *, on: date, pks: Collection[int] | None = None) -> InvestorRows:
    values = arrays.values_by_field(published(pks), INVESTOR_FIELDS)
    pk = np.array(values["pk"], np.int64)
    row = lookup(pk, range(len(pk)))
    investors = {
        "pk": pk,
        "key": np.array([id_number(public_id) for public_id in values["public_id"]], np.int64),
        "capacity": arrays.room_left(Side.INVESTOR, pk, np.array(values["capacity"], np.int32), pks),
    }
    state_owned = np.isin(np.array(values["state_owned"], np.str_), (StateOwned.YES, StateOwned.PARTLY))
    chosen = values["visibility"], values["withheld"]
    state_owned = state_owned & arrays.in_view(Side.INVESTOR, "state_owned", *chosen)
    active = Thesis.objects.active_on(on).order_by("pk")
    thesis_rows = arrays.values_by_field(arrays.about(active, "investor_id", pks), THESIS_FIELDS)
    owner = row_numbers(row, arrays.numbers(thesis_rows["investor"]))
    theses, declared = _theses(vocabulary, thesis_rows, owner, state_owned, pks)
    offers = _offers(vocabulary, row, on, pks, len(pk))
    theses["offers"] = offers[owner] | _brings_capital(vocabulary, theses)
    shown = owner >= 0
    return InvestorRows(
        investors,
        {name: column[shown] for name, column in theses.items()},
        [weights for weights, keep in zip(thesis_rows["weights"], shown, strict=True) if keep],
        {name: column[shown] for name, column in declared.items()},
        _deals(vocabulary, row, arrays.in_view(Side.INVESTOR, "deals", *chosen), pks),
        _answered(row, pks),
    )


def _theses(
    vocabulary: Vocabulary,
    thesis_rows: dict[str, tuple[Any, ...]],
    owner: Array,
    state_owned: Array,
    pks: Collection[int] | None,
) -> tuple[Columns, Columns]:
    size, words = len(owner), vocabulary.words
    named = Named(vocabulary, lookup(thesis_rows["pk"], range(len(thesis_rows["pk"]))), size, pks)
    stated = named.stated_sectors("sectors")
    declared = {
        "sectors": with_children(stated, vocabulary.sector_parent),
        "stages": named.stages("stages"),
        "places": named.places("places"),
    }
    forms, forms_out = named.forms("forms"), named.forms("forms_out")
    must = sum(
        np.where(np.array(thesis_rows[name], np.str_) == Importance.MUST, 1 << bit, 0)
        for bit, name in enumerate(IMPORTANCES)
    )
    of_a_state = np.flatnonzero((owner >= 0) & _at(state_owned, owner))
    theses: Columns = {
        "key": np.array(thesis_rows["pk"], np.int64),
        "owner": owner.astype(np.int32),
        "sector_scope": scope_of(with_similar(declared["sectors"], vocabulary.sector_alike)),
        "stage_scope": scope_of(declared["stages"])[:, 0],
        "place_scope": scope_of(declared["places"]),
        "ticket": arrays.spans(thesis_rows["ticket_min_usd"], thesis_rows["ticket_max_usd"]),
        "forms": scope_of(forms & (1 - forms_out), words=1)[:, 0],
        "must": np.asarray(must, np.int64).astype(np.uint8).reshape(size),
        "traits": arrays.bit_sets(
            np.concatenate([np.arange(size), of_a_state]),
            np.concatenate([np.full(size, EXISTS), np.full(len(of_a_state), STATE_OWNED)]),
            size=size,
            words=words,
        ),
        "refuses": _refuses(vocabulary, named, thesis_rows, forms_out),
    }
    # After the scope: what is only read from a description refuses no one.
    return theses, declared | _with_inferred(named, stated, declared["sectors"])


def _with_inferred(named: "Named", stated: Array, sectors: Array) -> Columns:
    inferred, parent = named.stated_sectors("inferred"), named.vocabulary.sector_parent
    is_whole = np.isin(np.arange(len(parent)), parent)
    fills = ~stated[:, parent >= 0].any(axis=1, keepdims=True) & inferred.any(axis=1, keepdims=True)
    return {
        "sectors": np.where(fills, stated | inferred, sectors),
        "fields": np.where(fills, inferred, stated * ~is_whole),
        "only_inferred": np.asarray(~stated.any(axis=1)),
    }


def _at(values: Array, rows: Array) -> Array:
    """Return the values at rows; for -1 any."""
    return values[rows] if len(values) else np.zeros(len(rows), values.dtype)


def scope_of(marks: Array, words: int | None = None) -> Array:
    """uint64[m,W]: marks as bit sets."""
    row, bit = np.nonzero(marks)
    return arrays.bit_sets(row, bit, size=len(marks), words=words or max(-(-marks.shape[1] // 64), 1))


def _refuses(
    vocabulary: Vocabulary, named: "Named", theses: dict[str, tuple[Any, ...]], forms_out: Array
) -> Array:
    """uint64[m,W]: what each thesis vetoes in a startup."""
    no_pre_revenue = np.array(theses["no_pre_revenue"], np.bool_)
    only_post = np.array(theses["revenue_required"], np.str_) == Revenue.POST
    row = [np.flatnonzero(no_pre_revenue | only_post)]
    bit = [np.full(len(row[0]), PRE_REVENUE)]
    for marks, bit_of in (
        (named.sectors("sectors_out"), vocabulary.sector_bit),
        (named.places("places_out"), vocabulary.place_bit),
        (named.stages("stages_out"), vocabulary.stage_bit),
        (forms_out, vocabulary.form_bit),
    ):
        owner, column = np.nonzero(marks)
        row.append(owner)
        bit.append(bit_of(column))
    return arrays.bit_sets(np.concatenate(row), np.concatenate(bit), size=named.size, words=vocabulary.words)


class Named:
    """What theses name, as marks uint8[m,·]; naming a sector or country names everything within it."""

    def __init__(self, vocabulary: Vocabulary, row: Array, size: int, pks: Collection[int] | None) -> None:
        self.vocabulary, self.row, self.size = vocabulary, row, size
        self.links = arrays.links(Thesis, NAMED, "thesis__investor_id", pks)
        inferred = arrays.about(ThesisInferredSector.objects.all(), "thesis__investor_id", pks)
        self.links["inferred"] = arrays.integers(inferred, "thesis_id", "sector_id")

    def _marks(self, name: str, table: Array, width: int) -> Array:
        found = self.links[name]
        return arrays.marks(
            row_numbers(self.row, found[:, 0]), row_numbers(table, found[:, 1]), size=self.size, width=width
        )

    def sectors(self, name: str) -> Array:
        return with_children(self.stated_sectors(name), self.vocabulary.sector_parent)

    def stated_sectors(self, name: str) -> Array:
        return self._marks(name, self.vocabulary.sector_row, len(self.vocabulary.sectors))

    def places(self, name: str) -> Array:
        marks = self._marks(name, self.vocabulary.place_row, len(self.vocabulary.places))
        return with_children(marks, self.vocabulary.place_parent)

    def stages(self, name: str) -> Array:
        return self._marks(name, self.vocabulary.stage_band, self.vocabulary.bands)

    def forms(self, name: str) -> Array:
        return self._marks(name, self.vocabulary.form_row, len(self.vocabulary.forms))


def with_children(marks: Array, parent: Array) -> Array:
    child, whole = np.flatnonzero(parent >= 0), marks.copy()
    whole[:, child] |= marks[:, parent[child]]
    return whole


def with_similar(marks: Array, alike: Array) -> Array:
    """Return the marks with what is RELATED to a marked row: a must-have field accepts similar fields."""
    near: Array = affinity.likeness(marks, alike) >= RELATED
    return near.astype(np.uint8)


def _offers(vocabulary: Vocabulary, row: Array, on: date, pks: Collection[int] | None, size: int) -> Array:
    """uint32[c]: a bit for every kind of need that an investor offers and that has not expired."""
    offers = arrays.integers(
        arrays.about(Offer.objects.active_on(on), "investor_id", pks), "investor_id", "type_id"
    )
    owner, need = row_numbers(row, offers[:, 0]), row_numbers(vocabulary.need_row, offers[:, 1])
    bits = arrays.bit_sets(owner, need, size=max(size, 1), words=1)[:, 0]
    return bits.astype(np.uint32)


def _brings_capital(vocabulary: Vocabulary, theses: Columns) -> Array:
    """uint32[m]: the bit of capital where a thesis states a ticket or a form of investing."""
    brings = (theses["ticket"][:, 0] >= 0) | ((theses["forms"] & np.uint64(vocabulary.investing)) != 0)
    bit = 1 << vocabulary.capital if vocabulary.capital >= 0 else 0
    return np.where(brings, bit, 0).astype(np.uint32)


def _deals(vocabulary: Vocabulary, row: Array, shown: Array, pks: Collection[int] | None) -> Columns:
    """The columns of affinity.Deals: of the recorded deals of these investors, what the other side may see.

    `shown`: bool[c], who agrees that its deals count.

    Whom a deal was with is hidden, and so is how many investors were in a round: counting who names the same
    startup would let one investor find out another's by recording a deal and watching what it moves.
    """
    names = ("investor", "sector", "stage", "place", "closed_on")
    found = arrays.values_by_field(arrays.about(Deal.objects.order_by("pk"), "investor_id", pks), names)
    owner = row_numbers(row, arrays.numbers(found["investor"]))
    sectors = np.full((len(owner), 6), -1, np.int16)
    sectors[:, 0] = row_numbers(vocabulary.sector_row, arrays.numbers(found["sector"]))
    deals: Columns = {
        "owner": owner.astype(np.int32),
        "day": np.array([day.toordinal() for day in found["closed_on"]], np.int32),
        "sectors": sectors,
        "stage": row_numbers(vocabulary.stage_band, arrays.numbers(found["stage"])).astype(np.int8),
        "place": row_numbers(vocabulary.place_row, arrays.numbers(found["place"])).astype(np.int16),
    }
    is_shown = (owner >= 0) & _at(shown, owner)
    return {name: column[is_shown] for name, column in deals.items()}


def _answered(row: Array, pks: Collection[int] | None) -> Columns:
    investors, days = arrays.read_answers(pks)
    owner = row_numbers(row, investors)
    return {"owner": owner[owner >= 0].astype(np.int32), "day": days[owner >= 0]}
