"""The gates: hard rules that no score can outweigh."""

from __future__ import annotations

# In the order of the rows of reference.gates and of an explanation.
GATES = (
    "refused_by_startup",
    "refused_by_investor",
    "sector",
    "stage",
    "ticket",
    "place",
    "forms",
)
