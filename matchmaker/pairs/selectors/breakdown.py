"""What the engine says about a pair, in the rows that pages draw."""

from collections.abc import Sequence
from dataclasses import dataclass

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import Factor
from matchmaker.ranking.definitions import Explanation, GateResult


@dataclass(frozen=True)
class FactorRow:
    """One factor: both sides' points of 1000 and what they mean in words."""

    label: str
    startup: int
    startup_max: int
    investor: int
    investor_max: int
    not_stated: bool
    note: str = ""


@dataclass(frozen=True)
class GateRow:
    """One hard rule as pages show it."""

    label: str | Promise
    passed: bool
    note: str | Promise = ""


GATE_LABELS: dict[str, Promise] = {
    "refused_by_startup": _("The startup excludes nothing that the partner is"),
    "refused_by_investor": _("The partner excludes nothing that the startup is"),
    "sector": _("A must-have: a sector in common, or one related to it"),
    "stage": _("A must-have: the stage"),
    "ticket": _("A must-have: the amount"),
    "place": _("A must-have: the place"),
    "forms": _("A must-have: a form of partnership in common"),
}


def gate_rows(gates: Sequence[GateResult]) -> list[GateRow]:
    """Return the hard rules of the engine that apply to the pair."""
    return [GateRow(GATE_LABELS[gate.name], gate.passed) for gate in gates if gate.applies]


def unstated_in(explained: Explanation) -> frozenset[str]:
    """Return the factors about which one side or both said nothing."""
    return frozenset({*explained.not_stated_by_startup, *explained.not_stated_by_investor})


def factor_rows(explained: Explanation, notes: Sequence[str] = ()) -> list[FactorRow]:
    """Return the points of every factor for both sides, with a note for each if there are notes."""
    unstated = unstated_in(explained)
    pairs = zip(explained.for_startup.parts, explained.for_investor.parts, strict=True)
    return [
        FactorRow(
            label=str(Factor(ours.factor).label),
            startup=ours.tenths,
            startup_max=ours.weight,
            investor=theirs.tenths,
            investor_max=theirs.weight,
            not_stated=ours.factor in unstated,
            note=notes[at] if notes else "",
        )
        for at, (ours, theirs) in enumerate(pairs)
    ]
