"""Startups as rows for the engine: published ones only, and of those only what the other side may see."""

from collections.abc import Collection
from datetime import date
from typing import Any

import numpy as np
from django.db.models import QuerySet

from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.ranking.market import arrays
from matchmaker.matching.ranking.market.term_index import (
    EXISTS,
    PRE_REVENUE,
    STATE_OWNED,
    Vocabulary,
    lookup,
    row_numbers,
)
from matchmaker.models.ranking import InferredSector
from profiles.choices import Revenue, Side
from profiles.models import Need, Startup
from profiles.models.profile import id_number

Columns = dict[str, Array]

MOST_SECTORS, MOST_PLACES = 6, 4
FORMS_MUST = 16
# Of money among the needs, listed or not: the ticket speaks of it, and it would drown the rest.
CAPITAL_URGENCY = 1
URGENT = 2  # of a need, from which on the forms that bring it count as accepted
FIELDS = (
    "pk", "public_id", "visibility", "withheld", "place", "primary_sector", "stage", "revenue",
    "seeks_capital", "ask_min_usd", "ask_max_usd", "forms_are_must", "no_state_owned", "capacity",
)  # fmt: skip


def published(pks: Collection[int] | None = None) -> QuerySet[Startup]:
    """Return the startups that may be matched, in the order of their keys."""
    return arrays.about(Startup.objects.published().order_by("pk"), "pk", pks)


def read_startups(vocabulary: Vocabulary, *, on: date, pks: Collection[int] | None = None) -> Columns:
    """Return the columns of engine.Startups that come from the profiles, all of them or some.

    Beside them `pk`, and bool[n] `names_field`: whether more than whole sectors is named.
    """
    values = arrays.values_by_field(published(pks), FIELDS)
    pk = np.array(values["pk"], np.int64)
    row = lookup(pk, range(len(pk)))
    links = arrays.links(Startup, ("other_sectors", "operating_places", "forms"), "startup_id", pks)
    columns = {
        "pk": pk,
        "key": np.array([id_number(public_id) for public_id in values["public_id"]], np.int64),
        "seeks_capital": np.array(values["seeks_capital"], np.bool_),
        "capacity": arrays.room_left(Side.STARTUP, pk, np.array(values["capacity"], np.int32), pks),
        "stage": row_numbers(vocabulary.stage_band, arrays.numbers(values["stage"])).astype(np.int8),
        "ask": arrays.spans(values["ask_min_usd"], values["ask_max_usd"]),
        "must": np.where(np.array(values["forms_are_must"], np.bool_), FORMS_MUST, 0).astype(np.uint8),
        "sectors": _terms(
            vocabulary.sector_row, row, values["primary_sector"], links["other_sectors"], MOST_SECTORS
        ),
        "places": _terms(vocabulary.place_row, row, values["place"], links["operating_places"], MOST_PLACES),
        "needs": _needs(vocabulary, row, pks, on, np.array(values["seeks_capital"], np.bool_)),
        "forms": _forms(vocabulary, row, links["forms"], len(pk)),
    }
    _hide(columns, values["visibility"], values["withheld"])
    revenue_shown = arrays.in_view(Side.STARTUP, "revenue", values["visibility"], values["withheld"])
    columns["traits"] = _traits(
        vocabulary, columns, revenue_shown & (np.array(values["revenue"]) == Revenue.PRE)
    )
    owners = np.flatnonzero(np.array(values["no_state_owned"], np.bool_))
    no_state_owned = np.full(len(owners), STATE_OWNED)
    columns["refuses"] = arrays.bit_sets(owners, no_state_owned, size=len(pk), words=vocabulary.words)
    columns["forms"] |= _implied_forms(vocabulary, columns)
    columns["names_field"] = ~name_no_field(columns["sectors"], vocabulary)
    # After the traits: what is only read from a description meets no veto.
    _add_inferred(columns, vocabulary, row, pks)
    return columns


def shown_sectors(vocabulary: Vocabulary, pks: Collection[int] | None = None) -> tuple[Array, Array]:
    """int64[n], int16[n,6]: who may be matched, and the sectors that each names for the other side."""
    values = arrays.values_by_field(published(pks), ("pk", "visibility", "withheld", "primary_sector"))
    pk = np.array(values["pk"], np.int64)
    row = lookup(pk, range(len(pk)))
    others = arrays.links(Startup, ("other_sectors",), "startup_id", pks)["other_sectors"]
    sectors = _terms(vocabulary.sector_row, row, values["primary_sector"], others, MOST_SECTORS)
    sectors[~arrays.in_view(Side.STARTUP, "sectors", values["visibility"], values["withheld"])] = -1
    return pk, sectors


def name_no_field(sectors: Array, vocabulary: Vocabulary) -> Array:
    """bool[n]: which rows of int16[n,width] name nothing narrower than a whole sector."""
    parents = np.where(sectors >= 0, vocabulary.sector_parent[sectors], -1)
    silent: Array = np.all(parents < 0, axis=1)
    return silent


def _add_inferred(columns: Columns, vocabulary: Vocabulary, row: Array, pks: Collection[int] | None) -> None:
    rows = arrays.about(InferredSector.objects.all(), "startup_id", pks)
    inferred = arrays.integers(rows, "startup_id", "sector_id")
    owner, sector = row_numbers(row, inferred[:, 0]), row_numbers(vocabulary.sector_row, inferred[:, 1])
    sectors = columns["sectors"]
    found = arrays.slots(owner, sector, size=len(sectors), width=MOST_SECTORS)
    fills = name_no_field(sectors, vocabulary) & (found >= 0).any(axis=1)
    for at in np.flatnonzero(fills):
        both = dict.fromkeys([*found[at].tolist(), *sectors[at].tolist()])
        values = [value for value in both if value >= 0][:MOST_SECTORS]
        sectors[at] = [*values, *[-1] * (MOST_SECTORS - len(values))]


def _terms(table: Array, row: Array, first: tuple[int | None, ...], others: Array, width: int) -> Array:
    """int16[n,width]: the row of the first term, then those of the others int64[k,2], none twice."""
    size = len(first)
    out = np.full((size, width), -1, np.int16)
    if not size:
        return out
    out[:, 0] = row_numbers(table, arrays.numbers(first))
    owner, term = row_numbers(row, others[:, 0]), row_numbers(table, others[:, 1])
    fresh = np.unique(np.stack([owner, term], axis=1), axis=0)
    fresh = fresh[(fresh[:, 0] >= 0) & (fresh[:, 1] >= 0)]
    fresh = fresh[out[fresh[:, 0], 0] != fresh[:, 1]]
    out[:, 1:] = arrays.slots(fresh[:, 0], fresh[:, 1], size=size, width=width - 1)
    return out


def _needs(
    vocabulary: Vocabulary, row: Array, pks: Collection[int] | None, on: date, raising: Array
) -> Array:
    """uint8[n,N]: the urgency of every need that has not expired."""
    out = np.zeros((len(raising), len(vocabulary.needs)), np.uint8)
    rows = arrays.about(Need.objects.active_on(on), "startup_id", pks)
    needs = arrays.integers(rows, "startup_id", "type_id", "urgency")
    owner, need = row_numbers(row, needs[:, 0]), row_numbers(vocabulary.need_row, needs[:, 1])
    keep = (owner >= 0) & (need >= 0)
    out[owner[keep], need[keep]] = needs[keep, 2]
    if vocabulary.capital >= 0:
        capital = raising | (out[:, vocabulary.capital] > 0)
        out[:, vocabulary.capital] = np.where(capital, CAPITAL_URGENCY, 0)
    return out


def _forms(vocabulary: Vocabulary, row: Array, pairs: Array, size: int) -> Array:
    """uint64[n]: a bit for every form of partnership that it accepts."""
    owner, form = row_numbers(row, pairs[:, 0]), row_numbers(vocabulary.form_row, pairs[:, 1])
    return arrays.bit_sets(owner, form, size=size, words=1)[:, 0]


def _implied_forms(vocabulary: Vocabulary, columns: Columns) -> Array:
    """uint64[n]: the forms that bring what is needed, of who states forms and does not refuse the others."""
    urgent = np.where(columns["needs"] >= URGENT, vocabulary.implied, np.uint64(0))
    is_open = (columns["forms"] != 0) & (columns["must"] != FORMS_MUST)
    return np.where(is_open, np.bitwise_or.reduce(urgent, axis=1), np.uint64(0))


def _hide(columns: Columns, *chosen: tuple[dict[str, Any], ...]) -> None:
    for name, field, nothing in (
        ("stage", "stage", -1),
        ("ask", "ask", -1),
        ("sectors", "sectors", -1),
        ("needs", "needs", 0),
        ("forms", "forms", 0),
    ):
        columns[name][~arrays.in_view(Side.STARTUP, field, *chosen)] = nothing
    columns["places"][~arrays.in_view(Side.STARTUP, "place", *chosen), 0] = -1
    columns["places"][~arrays.in_view(Side.STARTUP, "operating_places", *chosen), 1:] = -1


def _traits(vocabulary: Vocabulary, columns: Columns, pre_revenue: Array) -> Array:
    """uint64[n,W]: what an investor can refuse: its sectors, home, band, only form, being pre-revenue."""
    size = len(pre_revenue)
    everyone = np.arange(size)
    sectors, home, stage = columns["sectors"], columns["places"][:, 0], columns["stage"]
    single = np.bitwise_count(columns["forms"]) == 1
    form = np.log2(np.maximum(columns["forms"], np.uint64(1)).astype(np.float64)).astype(np.int64)
    bits = [
        (everyone, np.full(size, EXISTS)),
        (everyone, np.where(pre_revenue, PRE_REVENUE, -1)),
        (np.repeat(everyone, sectors.shape[1]), vocabulary.sector_bit(sectors.ravel())),
        (everyone, vocabulary.place_bit(home)),
        (everyone, vocabulary.stage_bit(stage)),
        (everyone, np.where(single, vocabulary.form_bit(form), -1)),
    ]
    row, bit = (np.concatenate(part) for part in zip(*bits, strict=True))
    return arrays.bit_sets(row, bit, size=size, words=vocabulary.words)
