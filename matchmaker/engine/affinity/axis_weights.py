"""What each kind of lift is worth in this market, found by letting the record foretell itself.

Lifts are logs of shares; if investors chose by them alone, adding them up would foretell whom a startup
finds next, each with a coefficient of 1 (activity's tempos share theirs). Markets differ: where most
investors made one deal only, activity says more than its lift; where sectors are noted carelessly, they
say less; what was done lately counts for much in a rush and for little in a lull. So the market is put
back to five days in its past, and of the deals in the months after each, a conditional logit asks how much
each kind of lift was worth. A young market is asked at shorter steps. The belief stays where there is no past
to ask.

Every deal stands for itself: whom a deal was with is hidden, so neither a round of several investors nor a
second round with one startup may be told from others. What that gave away would move everybody's scores.
"""

from __future__ import annotations

import numpy as np

from matchmaker.engine import learning
from matchmaker.engine.affinity.affinity import (
    RULE,
    Deals,
    Declared,
    Lifts,
    Related,
    Rule,
    lifts,
    market_record,
)
from matchmaker.engine.affinity.history import KINDS, WORTH
from matchmaker.engine.definition.columns import Array

LOOKS = 5  # looks ahead, one after the other, up to the last deal …
SHORTEST, LONGEST = 10, 150  # … of so many days each: a sixth of the record, so that each has a past
EARLY = 20  # one deal in so many is older than the record is taken to be: an odd old date moves nothing
MOST = 600_000  # pairs per look: of more deals, some evenly spread over it (29 MB)
STRENGTH = 3.0  # of the belief: about ten choices outweigh it


def worth(deals: Deals, related: Related, *, today: int, rule: Rule = RULE) -> Array:
    """float64[6] ≥ 0: what lifts of each of KINDS are worth; for MarketRecord.worth."""
    if not len(deals.day):
        return np.array(WORTH)
    end = min(today, int(deals.day.max())) + 1
    days = int(np.clip((end - np.sort(deals.day)[len(deals.day) // EARLY]) // (LOOKS + 1), SHORTEST, LONGEST))
    cuts = [end - days * back for back in range(LOOKS, 0, -1)]
    looks = [look for cut in cuts if (look := _look(deals, related, cut, cut + days, rule))]
    offered, chosen = [lift for lift, _ in looks], [took for _, took in looks]
    return learning.choices(offered, chosen, np.array(WORTH), STRENGTH).round(3)


def _look(deals: Deals, related: Related, cut: int, end: int, rule: Rule) -> tuple[Array, list[Array]] | None:
    """Lifts float64[n,m,6] of n deals with m investors, and whose each was; None: no deals."""
    before = deals.day < cut
    active = np.unique(deals.owner[before])
    rows = np.flatnonzero(~before & (deals.day < end) & np.isin(deals.owner, active))
    if not rows.size:
        return None
    known = _rows(deals, np.flatnonzero(before))
    record = market_record(known, len(active), related, today=cut - 1, rule=rule)
    axes = related.sector, related.stage, related.place
    sectors, stages, places = (np.zeros((len(active), len(axis)), np.uint8) for axis in axes)
    unsaid = Declared(active, sectors, stages, places)
    lift = lifts(known, unsaid, record, related, rule=rule)
    openings = _openings(_rows(deals, rows), max(MOST // len(active), 1))
    return _offered(openings, lift), list(np.searchsorted(active, openings.owner)[:, np.newaxis])


def _openings(deals: Deals, most: int) -> Deals:
    """At most so many of the deals, spread over their time; which, no order of the rows decides."""
    order = np.lexsort((deals.place, deals.stage, *deals.sectors.T[::-1], deals.owner, deals.day))
    return _rows(deals, order[:: -(-len(order) // most)])


def _offered(openings: Deals, lift: Lifts) -> Array:
    """float64[n,m,6]: the lifts of every investor for every opening; 0 where it does not state the value."""
    n, m = len(openings.owner), len(lift.lately)
    stated = openings.sectors >= 0
    share = stated / np.maximum(stated.sum(axis=1, keepdims=True), 1)
    out = np.zeros((n, m, len(KINDS)))
    for slot in range(stated.shape[1]):
        out[:, :, 0] += share[:, slot, np.newaxis] * lift.sector.T[openings.sectors[:, slot]]
    for kind, codes, table in ((1, openings.stage, lift.stage), (2, openings.place, lift.place)):
        out[:, :, kind] = np.where(codes[:, np.newaxis] >= 0, table.T[codes], 0.0)
    out[:, :, 3], out[:, :, 4], out[:, :, 5] = lift.lately, lift.steadily, lift.ever
    return out


def _rows(deals: Deals, rows: Array) -> Deals:
    columns = deals.owner, deals.day, deals.sectors, deals.stage, deals.place, deals.partners
    return Deals(*(None if column is None else column[rows] for column in columns))  # type: ignore[arg-type]
