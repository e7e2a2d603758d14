"""What people said about pairs, as rows for the engine: passes, the curators' pins, answers to interest."""

from collections.abc import Collection
from itertools import chain
from typing import Any

import numpy as np
from django.db.models import Count, Exists, OuterRef, Q, QuerySet
from numpy.typing import NDArray

from matchmaker.choices import PinKind, Side
from matchmaker.models import Interest, Pass, Pin
from matchmaker.ranking.market import arrays

Array = NDArray[Any]


def read_pairs(
    startup_pk: Array,
    investor_pk: Array,
    *,
    startups: Collection[int] | None = None,
    investors: Collection[int] | None = None,
) -> tuple[Array, Array]:
    """Return the excluded and the boosted pairs, int32[·,2], as rows; all, or those about some profiles.

    A pin counts until a periodic task releases it.
    """
    about = Q()
    if startups is not None and investors is not None:
        about = Q(startup_id__in=startups) | Q(investor_id__in=investors)
    elsewhere = startup_pk, investor_pk
    pins = Pin.objects.filter(about, released_at__isnull=True)
    passed = _pairs(Pass.objects.filter(about), *elsewhere)
    hidden = _pairs(pins.filter(kind=PinKind.HIDE), *elsewhere)
    return np.unique(np.concatenate([passed, hidden]), axis=0), _pairs(
        pins.filter(kind=PinKind.BOOST), *elsewhere
    )


def _pairs(rows: QuerySet[Any], startup_pk: Array, investor_pk: Array) -> Array:
    """int32[·,2]: the pairs whose both sides have a row, in order."""
    found = arrays.integers(rows, "startup_id", "investor_id")
    both = [arrays.positions(pk, found[:, side]) for side, pk in enumerate((startup_pk, investor_pk))]
    pairs = np.stack(both, axis=1).astype(np.int32)
    return np.unique(pairs[(pairs >= 0).all(axis=1)], axis=0)


def room_left(asked: Side, pk: Array, stated: Array, pks: Collection[int] | None = None) -> Array:
    """int32[r]: how many new introductions profiles can take, at least 1: what they state less what waits.

    `pk` int64[r] ascend; `pks`: only these are asked about.
    """
    about: dict[str, Any] = {} if pks is None else {f"{asked}_id__in": pks}
    waiting = Interest.objects.unanswered_by(asked).filter(**about).values(f"{asked}_id").order_by()
    found = arrays.integers(waiting.annotate(requests=Count("pk")), f"{asked}_id", "requests")
    at = arrays.positions(pk, found[:, 0])
    left = stated.astype(np.int32)
    left[at[at >= 0]] -= found[at >= 0, 1].astype(np.int32)
    return np.maximum(left, 1)


def read_answers(investors: Collection[int] | None = None) -> tuple[Array, Array]:
    """int64[e] primary keys of investors and int32[e] date.toordinal() of their answers; all, or of some.

    A request that the startup has withdrawn is none.
    """
    pair = {"startup": OuterRef("startup"), "investor": OuterRef("investor")}
    asked = Interest.objects.filter(side=Side.STARTUP, at__lte=OuterRef("at"), **pair)
    own: dict[str, Any] = {} if investors is None else {"investor_id__in": investors}
    answers = (
        model.objects.filter(Exists(asked), side=Side.INVESTOR, **own).values_list("investor_id", "at")
        for model in (Interest, Pass)
    )
    found = [(pk, at.date().toordinal()) for pk, at in chain(*answers)]
    both = np.array(found, np.int64).reshape(-1, 2)
    return both[:, 0], both[:, 1].astype(np.int32)
