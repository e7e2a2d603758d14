"""What each kind of lift is worth in this market, found by letting the record foretell itself.

Lifts are logs of shares; if investors chose by them alone, adding them up would foretell whom a startup
finds next, each with a coefficient of 1 (activity's tempos share theirs). Markets differ: where most
investors made one deal only, activity says more than its lift; where sectors are noted carelessly, they
say less; what was done lately counts for much in a rush and for little in a lull. So the market is put
back to some days in its past, and of the startups first funded in the months after each, a conditional
logit asks how much each kind of lift was worth. A young market is asked at shorter steps. How far back to
ask is not known: few looks tell of now, many tell more. So it is asked several times, and the mean counts.
The belief stays where there is no past to ask.
"""

import numpy as np

from matchmaker.matching.engine import learning
from matchmaker.matching.engine.affinity.affinity import (
    RULE,
    Deals,
    Declared,
    Lifts,
    Related,
    Rule,
    lifts,
    market_record,
)
from matchmaker.matching.engine.affinity.history import KINDS, WORTH
from matchmaker.matching.engine.definition.columns import Array

LOOKS = 2, 3, 5, 8  # looks ahead each time, one after the other, up to the last deal …
SHORTEST, LONGEST = 10, 150  # … of so many days each: of five a sixth of the record, so that each has a past
EARLY = 20  # one deal in so many is older than the record is taken to be: an odd old date moves nothing
MOST = 600_000  # pairs per look: of more startups, those whose first rounds hash lowest (29 MB)
STRENGTH = 3.0  # of the belief: about ten choices outweigh it


def worth(deals: Deals, startup: Array, related: Related, *, today: int, rule: Rule = RULE) -> Array:
    """float64[6] ≥ 0: what lifts of each of KINDS are worth; for MarketRecord.worth.

    startup int64[d] tells which startup each deal was in: those that were known before a look are left
    out, and the investors of one round are one choice. Where that is hidden, every deal has its own number.
    """
    if not len(deals.day):
        return np.array(WORTH)
    times = [_asked(deals, startup, related, looks, today, rule) for looks in LOOKS]
    mean: Array = np.mean(times, axis=0).round(3)
    return mean


def _asked(deals: Deals, startup: Array, related: Related, times: int, today: int, rule: Rule) -> Array:
    """float64[6]: what so many looks tell."""
    end = min(today, int(deals.day.max())) + 1
    days = int(np.clip((end - np.sort(deals.day)[len(deals.day) // EARLY]) // (times + 1), SHORTEST, LONGEST))
    offered, chosen = [], []
    for back in range(times, 0, -1):
        cut = end - days * back
        look = _look(deals, startup, related, cut, cut + days, rule)
        if look:
            lift, took = look
            offered.append(lift)
            chosen.append(took)
    return learning.choices(offered, chosen, np.array(WORTH), STRENGTH)


def _look(
    deals: Deals, startup: Array, related: Related, cut: int, end: int, rule: Rule
) -> tuple[Array, list[Array]] | None:
    """Lifts float64[n,m,6] of n new startups with m investors, and the investors of each.

    None without startups.
    """
    before = deals.day < cut
    active = np.unique(deals.owner[before])
    fresh = ~before & (deals.day < end) & np.isin(deals.owner, active)
    rows = np.flatnonzero(fresh & ~np.isin(startup, startup[before]))
    if not rows.size:
        return None
    past = _rows(deals, np.flatnonzero(before))
    record = market_record(past, len(active), related, today=cut - 1, rule=rule)
    axes = related.sector, related.stage, related.place
    sectors, stages, places = (np.zeros((len(active), len(axis)), np.uint8) for axis in axes)
    unsaid = Declared(active, sectors, stages, places)
    lift = lifts(past, unsaid, record, related, rule=rule)
    opening, took = _openings(deals, startup, rows, max(MOST // len(active), 1))
    return _offered(_rows(deals, opening), lift), [np.searchsorted(active, owners) for owners in took]


def _openings(deals: Deals, startup: Array, rows: Array, most: int) -> tuple[Array, list[Array]]:
    """For about so many new startups a row of the first round, and the owners int64[…] of that round.

    Which ones, and in what order, follows from what the rows say: names and numbers of startups and investors
    change nothing. First rounds that say the same are taken together.
    """
    hashes = _hashes(deals, rows)
    order = np.lexsort((hashes, deals.day[rows], startup[rows]))
    rows, hashes = rows[order], hashes[order]
    _, first = np.unique(startup[rows], return_index=True)
    opening, hashes = rows[first], hashes[first]
    opening = opening[np.argsort(hashes, kind="stable")]
    if len(opening) > most:
        opening = opening[: np.searchsorted(np.sort(hashes), np.sort(hashes)[most - 1], side="right")]
    rounds: dict[tuple[int, int], list[int]] = {}
    for row in rows:
        rounds.setdefault((int(startup[row]), int(deals.day[row])), []).append(int(deals.owner[row]))
    return opening, [np.unique(rounds[int(startup[row]), int(deals.day[row])]) for row in opening]


def _hashes(deals: Deals, rows: Array) -> Array:
    """uint64[r]: one number for all that a deal says, its day, sectors, stage and place."""
    hashes = np.zeros(len(rows), np.uint64)
    for column in (deals.day, *deals.sectors.T, deals.stage, deals.place):
        hashes = (hashes ^ column[rows].astype(np.int64).astype(np.uint64)) * np.uint64(0x9E3779B97F4A7C15)
        hashes ^= hashes >> np.uint64(29)
    return hashes


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
    partners = deals.partners
    if partners is not None:
        partners = partners[rows]
    return Deals(
        deals.owner[rows],
        deals.day[rows],
        deals.sectors[rows],
        deals.stage[rows],
        deals.place[rows],
        partners,
    )
