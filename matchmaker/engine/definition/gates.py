"""The gates: hard rules that no score can outweigh."""

from __future__ import annotations

from matchmaker.engine.definition.columns import Must

# In the order of the rows of reference.gates. The first two always hold; each of the others only where one
# of the two sides marked it "must have".
REFUSALS = ("refused_by_startup", "refused_by_investor")
MUSTS = {
    "sector": Must.SECTOR,
    "stage": Must.STAGE,
    "ticket": Must.TICKET,
    "place": Must.PLACE,
    "forms": Must.FORMS,
}
GATES = (*REFUSALS, *MUSTS)
