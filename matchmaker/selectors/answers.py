"""Requests that investors answered: a startup said interested first, then the investor said yes or no."""

from collections.abc import Collection
from itertools import chain
from typing import Any

import numpy as np
from django.db.models import Exists, OuterRef
from numpy.typing import NDArray

from matchmaker.choices import Side
from matchmaker.models import Interest, Pass

Array = NDArray[Any]


def read(investors: Collection[int] | None = None) -> tuple[Array, Array]:
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
