"""Pairs that a person has spoken about, as rows for the engine: passes and the curators' pins."""

from collections.abc import Collection
from typing import Any

import numpy as np
from django.db.models import Q, QuerySet
from numpy.typing import NDArray

from matchmaker.choices import PinKind
from matchmaker.models import Pass, Pin
from matchmaker.selectors import records, splices

Array = NDArray[Any]


def read(
    startup_pk: Array,
    investor_pk: Array,
    *,
    startups: Collection[int] | None = None,
    investors: Collection[int] | None = None,
) -> tuple[Array, Array]:
    """Return the excluded and the boosted pairs, int32[·,2], as rows; all, or those about some profiles.

    A pin counts until its sweep releases it.
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
    found = records.integers(rows, "startup_id", "investor_id")
    both = [splices.positions(pk, found[:, side]) for side, pk in enumerate((startup_pk, investor_pk))]
    pairs = np.stack(both, axis=1).astype(np.int32)
    return np.unique(pairs[(pairs >= 0).all(axis=1)], axis=0)
