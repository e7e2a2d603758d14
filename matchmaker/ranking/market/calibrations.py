"""The calibration of the market: scales, shares and vocabulary of the last whole re-ranking."""

import io
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from django.utils.translation import gettext_noop
from numpy.typing import NDArray

from matchmaker.choices import RunState
from matchmaker.models import Market, RankingRun

Array = NDArray[Any]

RECORD = "record_"
VOCABULARY = ("sectors", "places", "needs", "forms", "bands")


@dataclass(frozen=True, eq=False)  # equal is what is the same
class CalibrationSnapshot:
    """What one whole re-ranking fixed for all incremental ones until the next.

    `arrays` holds the engine's Market by field name, its MarketRecord by "record_" and field name, and the
    vocabulary's primary keys by "vocabulary_" and name. `version` is 0 while the run that makes it is not
    finished.
    """

    version: int
    weights_version: int
    engine_version: str
    arrays: dict[str, Array]

    @property
    def vocabulary(self) -> dict[str, Array]:
        """The primary keys for vocabulary.read."""
        return {name: self.arrays[f"vocabulary_{name}"] for name in VOCABULARY}

    @property
    def record(self) -> dict[str, Array]:
        """The arrays of the engine's MarketRecord."""
        return {
            name.removeprefix(RECORD): array for name, array in self.arrays.items() if name.startswith(RECORD)
        }

    def packed(self) -> bytes:
        """Return the arrays as the bytes of Market.statistics: equal arrays give equal bytes."""
        out = io.BytesIO()
        named: Any = dict(sorted(self.arrays.items()))
        np.savez(out, **named)
        return out.getvalue()


def latest(engine_version: str) -> CalibrationSnapshot | None:
    """Return the calibration that counts.

    None before the first whole re-ranking, and where another engine made it: its arrays may be others, so
    nothing is computed from it until the market is ranked again.
    """
    found = Market.objects.order_by("-pk").values_list("pk", "made_at", "engine_version").first()
    if found is None or found[2] != engine_version:
        return None
    return _read(*found[:2])


def is_of_another(engine_version: str) -> bool:
    """Return whether another engine made the calibration that counts."""
    made_with = Market.objects.order_by("-pk").values_list("engine_version", flat=True).first()
    return made_with not in (None, engine_version)


@lru_cache(maxsize=2)
def _read(pk: int, _made_at: datetime) -> CalibrationSnapshot:
    """Return one calibration; a row is never changed, so a process reads it once."""
    row = Market.objects.get(pk=pk)
    with np.load(io.BytesIO(bytes(row.statistics)), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return CalibrationSnapshot(row.pk, row.weights_version, row.engine_version, arrays)


def latest_version() -> int:
    """Return the version of the calibration that counts; 0 before the first."""
    found = Market.objects.order_by("-pk").values_list("pk", flat=True).first()
    return found or 0


def why_again(*, at: datetime, age: timedelta, engine_version: str) -> str:
    """Return why the market should be ranked whole again; empty if it need not."""
    row = Market.objects.order_by("-pk").defer("statistics").first()
    done = RankingRun.objects.filter(state=RunState.DONE).order_by("-pk")
    finished_at = done.values_list("finished_at", flat=True).first()
    if row is None or finished_at is None:
        return gettext_noop("First ranking")
    if row.engine_version != engine_version:
        return gettext_noop("New engine")
    return gettext_noop("Daily") if finished_at < at - age else ""
