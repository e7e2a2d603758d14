"""The stored vectors of descriptions as rows for the engine."""

from typing import Any

import numpy as np
from numpy.typing import NDArray

from matchmaker.choices import Side
from matchmaker.models import TextVector
from matchmaker.ranking.market import arrays

Array = NDArray[Any]

DIMENSIONS = 384
FEW = 200  # profiles that are asked for by key; for more the whole side is read


def read_vectors(side: Side, pks: Array, model: str) -> Array:
    """int8[len(pks),DIMENSIONS]: the vectors that this model made; zero is not stated."""
    out = np.zeros((len(pks), DIMENSIONS), np.int8)
    rows = TextVector.objects.filter(side=side, model_version=model)
    if len(pks) <= FEW:
        rows = rows.filter(profile_id__in=pks.tolist())
    found = list(rows.values_list("profile_id", "vector"))
    at = arrays.positions(pks, np.array([pk for pk, _vector in found], np.int64))
    whole = np.frombuffer(b"".join(vector for _pk, vector in found), np.int8).reshape(len(found), DIMENSIONS)
    out[at[at >= 0]] = whole[at >= 0]
    return out
