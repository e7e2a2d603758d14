"""An OpenAI-compatible embeddings endpoint, where the operator names one (docs/run.md)."""

from collections.abc import Sequence
from typing import Any

import numpy as np
import urllib3
from django.conf import settings
from numpy.typing import NDArray

Array = NDArray[Any]

SECONDS = 10.0  # to connect, and to answer
UNREADABLE = 400, 413, 422  # statuses that say that one of the texts is at fault


class AwayError(Exception):
    """The endpoint does not answer, or not as it should."""


class TextsRefusedError(Exception):
    """The endpoint answers, and refuses one of the texts."""


def ask(texts: Sequence[str]) -> Array:
    """float64[k,d]: unit vectors of the texts, in one request that no redirect leads elsewhere.

    Raises:
        AwayError: if there is no answer that can be used.
        TextsRefusedError: if one of the texts is at fault.
    """
    headers = {"Authorization": f"Bearer {settings.EMBEDDINGS_KEY}"} if settings.EMBEDDINGS_KEY else {}
    body = {"model": settings.EMBEDDINGS_MODEL, "input": list(texts)}
    try:
        answer = urllib3.request(
            "POST",
            settings.EMBEDDINGS_URL,
            json=body,
            headers=headers,
            timeout=urllib3.Timeout(total=SECONDS),
            retries=False,
            redirect=False,
        )
        if answer.status in UNREADABLE:
            raise TextsRefusedError(f"The embeddings endpoint answers {answer.status}.")
        if answer.status != 200:
            raise AwayError(f"The embeddings endpoint answers {answer.status}.")
        rows = sorted(answer.json()["data"], key=lambda row: row["index"])
        vectors = np.array([row["embedding"] for row in rows], np.float64)
    except (urllib3.exceptions.HTTPError, LookupError, TypeError, ValueError) as error:
        raise AwayError(f"The embeddings endpoint cannot be used: {type(error).__name__}.") from error
    if vectors.ndim != 2 or len(vectors) != len(texts) or not np.isfinite(vectors).all():
        raise AwayError("The embeddings endpoint does not answer with a vector for each text.")
    unit: Array = vectors / np.maximum(np.linalg.norm(vectors, axis=1, keepdims=True), 1e-9)
    return unit
