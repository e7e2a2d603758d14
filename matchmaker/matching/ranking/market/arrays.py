"""Records as arrays: the few shapes in which tables are read, and what pairs have decided."""

from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from itertools import chain
from typing import Any, TypeVar

import numpy as np
from django.db.models import Count, Exists, Model, OuterRef, Q, QuerySet, Value
from django.utils import timezone

from matchmaker.choices import OverrideKind, Side
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.models.pair_action import CuratorOverride, Interest, Pass
from profiles.catalogue.taxonomy.selectors import money
from profiles.catalogue.visibility import policy
from profiles.choices import Audience

FEW = 200  # profiles whose pairs are asked for by their keys
IN_VIEW = (Audience.PUBLIC, Audience.MATCHED)
EDGES = np.array(money.EDGES, np.float64)


def about(rows: QuerySet[Any], path: str, pks: Any) -> QuerySet[Any]:
    return rows if pks is None else rows.filter(**{f"{path}__in": pks})


def integers(rows: QuerySet[Any], *names: str) -> Array:
    """int64[k,len(names)]: some whole-number fields of the rows; null is -1."""
    values = chain.from_iterable(rows.values_list(*names).iterator(10_000))
    return numbers(values).reshape(-1, len(names))


def values_by_field(rows: QuerySet[Any], names: tuple[str, ...]) -> dict[str, tuple[Any, ...]]:
    values = list(rows.values_list(*names))
    return dict(zip(names, zip(*values, strict=True), strict=True)) if values else dict.fromkeys(names, ())


def links(model: type[Model], names: Sequence[str], path: str, pks: Any) -> dict[str, Array]:
    """int64[k,2] by name: owner and target of every row of many-to-many fields, in no order. One query."""
    parts = []
    for number, name in enumerate(names):
        field: Any = model._meta.get_field(name)
        owner, target = f"{field.m2m_field_name()}_id", f"{field.m2m_reverse_field_name()}_id"
        rows = about(field.remote_field.through.objects.order_by(), path, pks)
        parts.append(rows.values_list(Value(number), owner, target))
    found = np.array(list(parts[0].union(*parts[1:], all=True)), np.int64).reshape(-1, 3)
    return {name: found[found[:, 0] == number, 1:] for number, name in enumerate(names)}


def slots(row: Array, value: Array, *, size: int, width: int) -> Array:
    """int16[size,width]: each row's values from the left in the order given, -1 where there are no more."""
    out = np.full((size, width), -1, np.int16)
    keep = (row >= 0) & (value >= 0)
    row, value = row[keep], value[keep]
    order = np.argsort(row, kind="stable")
    row, value = row[order], value[order]
    begins = np.searchsorted(row, row)
    place = np.arange(len(row)) - begins
    fits = place < width
    out[row[fits], place[fits]] = value[fits]
    return out


def bit_sets(row: Array, bit: Array, *, size: int, words: int) -> Array:
    """uint64[size,words]: the bits set in each row; pairs with a row or bit of -1 are left out."""
    out = np.zeros((size, words), np.uint64)
    keep = (row >= 0) & (bit >= 0)
    row, bit = row[keep], bit[keep]
    np.bitwise_or.at(out, (row, bit // 64), np.uint64(1) << (bit % 64).astype(np.uint64))
    return out


def marks(row: Array, column: Array, *, size: int, width: int) -> Array:
    """uint8[size,width]: 1 at each pair."""
    out = np.zeros((size, width), np.uint8)
    keep = (row >= 0) & (column >= 0)
    out[row[keep], column[keep]] = 1
    return out


def _amounts(values: Sequence[Any]) -> Array:
    """float64[k]: the amounts, nan where none is stated."""
    return np.array(values, np.float64)


def spans(low: Sequence[Any], high: Sequence[Any]) -> Array:
    """int8[k,2]: money.span of every pair of amounts; -1 where neither is stated."""
    floor, ceiling = _amounts(low), _amounts(high)
    open_below, open_above = np.isnan(floor), np.isnan(ceiling)
    first = np.where(open_below, 0, np.searchsorted(EDGES, np.nan_to_num(floor), side="right"))
    last = np.where(open_above, money.LAST, np.searchsorted(EDGES, np.nan_to_num(ceiling), side="left"))
    out = np.stack([np.where(open_above, first, np.minimum(first, last)), np.maximum(first, last)], axis=1)
    out[open_below & open_above] = -1
    return out.astype(np.int8)


Choices = Sequence[Mapping[str, Any]]


def in_view(side: Side, field: str, visibilities: Choices, withheld: Choices) -> Array:
    """bool[k]: whether rankings may use the field of each profile (policy.matchable).

    `visibilities`, `withheld`: choices and missing consents of the owners.
    """
    rule = policy.POLICY[side].get(field)
    if rule is None:
        return np.zeros(len(visibilities), np.bool_)
    agreed = np.array([not (left and policy.left_out(rule, left)) for left in withheld], np.bool_)
    if not rule.group:
        return agreed & (rule.audience in IN_VIEW)
    audience = (policy.group_audience(side, rule.group, chosen) for chosen in visibilities)
    return agreed & np.array([found in IN_VIEW for found in audience], np.bool_)


def numbers(values: Iterable[int | None]) -> Array:
    """int64[k]: the values, null as -1."""
    out = []
    for value in values:
        out.append(-1 if value is None else value)
    return np.array(out, np.int64)


Table = TypeVar("Table")


def positions(keys: Array, wanted: Array) -> Array:
    """int64[len(wanted)]: the position of each wanted key in `keys`, -1 if it is missing."""
    if not len(keys):
        return np.full(len(wanted), -1, np.int64)
    order = np.argsort(keys, kind="stable")
    at = np.minimum(np.searchsorted(keys[order], wanted), len(keys) - 1)
    result = order[at]
    return np.where(keys[result] == wanted, result, -1)


def merged(keys: Array, table: Table, fresh_keys: Array, fresh: Table) -> tuple[Array, Table]:
    """Return keys and table with fresh rows, in the place of those with the same key or else at the end."""
    at = positions(keys, fresh_keys)
    new = at < 0
    at[new] = len(keys) + np.arange(int(new.sum()))
    columns = {}
    for f in fields(table):  # type: ignore[arg-type]
        rows = getattr(fresh, f.name)
        columns[f.name] = np.concatenate([getattr(table, f.name), rows[new]])
        if f.name != "demand_adjustment":
            columns[f.name][at] = rows
    return np.concatenate([keys, fresh_keys[new]]), type(table)(**columns)


def read_pairs(
    startup_pk: Array,
    investor_pk: Array,
    *,
    startups: Collection[int] | None = None,
    investors: Collection[int] | None = None,
) -> tuple[Array, Array]:
    """Return the excluded and the boosted pairs, int32[·,2], as rows; all, or those about some profiles.

    A pin counts until a periodic task releases it, a pass once the other side's pages follow it.
    """
    wanted = Q()
    if startups is not None and investors is not None:
        wanted = Q(startup_id__in=startups) | Q(investor_id__in=investors)
    elif len(startup_pk) <= FEW and len(investor_pk) <= FEW:
        wanted = Q(startup_id__in=startup_pk.tolist(), investor_id__in=investor_pk.tolist())
    pairs = ("startup_id", "investor_id")
    passed = integers(Pass.objects.in_effect(at=timezone.now()).filter(wanted), *pairs)
    overrides = CuratorOverride.objects.filter(wanted, released_at__isnull=True).values_list(*pairs, "kind")
    # What is suggested to both sides stands where a boosted pair does.
    pinned: dict[bool, list[tuple[int, int]]] = {True: [], False: []}
    for startup, investor, kind in overrides:
        pinned[kind == OverrideKind.HIDE].append((startup, investor))
    hidden, boosted = (np.array(pinned[is_hidden], np.int64).reshape(-1, 2) for is_hidden in (True, False))
    excluded = np.concatenate([passed, hidden])
    return _rows_of(excluded, startup_pk, investor_pk), _rows_of(boosted, startup_pk, investor_pk)


def _rows_of(found: Array, startup_pk: Array, investor_pk: Array) -> Array:
    """int32[·,2]: the pairs whose both sides have a row, in order."""
    both = [positions(pk, found[:, side]) for side, pk in enumerate((startup_pk, investor_pk))]
    pairs = np.stack(both, axis=1).astype(np.int32)
    return np.unique(pairs[(pairs >= 0).all(axis=1)], axis=0)


def room_left(asked: Side, pk: Array, stated: Array, pks: Collection[int] | None = None) -> Array:
    """int32[r]: how many new introductions profiles can take, at least 1: what they state less what waits.

    `pk` int64[r] ascend; `pks`: only these are asked about.
    """
    owner = f"{asked}_id"
    waiting = about(Interest.objects.unanswered_by(asked), owner, pks).values(owner).order_by()
    counts = integers(waiting.annotate(requests=Count("pk")), owner, "requests")
    at = positions(pk, counts[:, 0])
    left = stated.astype(np.int32)
    left[at[at >= 0]] -= counts[at >= 0, 1].astype(np.int32)
    return np.maximum(left, 1)


def read_answers(investors: Collection[int] | None = None) -> tuple[Array, Array]:
    """int64[e] primary keys of investors and int32[e] date.toordinal() of their answers; all, or of some.

    A request that the startup has withdrawn is none.
    """
    pair = {"startup": OuterRef("startup"), "investor": OuterRef("investor")}
    asked = Interest.objects.filter(side=Side.STARTUP, at__lte=OuterRef("at"), **pair)
    rows = []
    for model in (Interest, Pass):
        answers = about(model.objects.filter(Exists(asked), side=Side.INVESTOR), "investor_id", investors)
        rows += [(pk, at.date().toordinal()) for pk, at in answers.values_list("investor_id", "at")]
    both = np.array(rows, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1].astype(np.int32)
