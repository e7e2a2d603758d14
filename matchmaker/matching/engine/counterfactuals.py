"""What would change this: edited copies of one startup or investor, scored against the whole market."""

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching.engine.definition import reference
from matchmaker.matching.engine.definition.columns import Array, Pairs, Snapshot, Startups, Theses, take
from matchmaker.matching.engine.definition.explain import score_tenths
from matchmaker.matching.engine.definition.lists import LOG
from matchmaker.matching.engine.definition.recommended import (
    FOR_INVESTOR,
    FOR_STARTUP,
    is_outshone,
    recommended,
)


@dataclass(frozen=True)
class Outlook:
    eligible: Array  # int64[k] counterparts that pass the gates
    fitting: Array  # int64[k] … and that a list of all of them would recommend


def outlook(snapshot: Snapshot, startup: int, copies: Startups, theirs: Array) -> Outlook:
    """Score copies of a startup against every investor that is not excluded for it.

    theirs: int64[c], each investor's best score in tenths without the startup.
    """
    theses, excluded = snapshot.theses, snapshot.pairs.excluded
    closed = np.isin(theses.owner, excluded[excluded[:, 0] == startup, 1])
    market = replace(snapshot, startups=copies, pairs=Pairs())
    eligible, fitting = np.zeros((2, len(copies)), np.int64)
    text = np.zeros(0, np.uint8)
    for i in range(len(copies)):
        text = reference.level(market, 0, "text") if i == 0 else text
        level = reference.levels(market, i, text).astype(np.int64)
        u, v = level @ copies.weights[i].astype(np.int64), (level * theses.weights).sum(axis=1)
        passed = np.flatnonzero(reference.gates(market, i).all(axis=0) & ~closed)
        # Each investor by its best thesis, best first: LOG and the order of keys, as lists have them.
        log = LOG[u[passed]].astype(np.int64) + LOG[v[passed]]
        order = passed[np.lexsort([theses.key[passed], -log])]
        best = order[np.sort(np.unique(theses.owner[order], return_index=True)[1])]
        eligible[i] = len(best)
        score = score_tenths(u[best], v[best])
        outshone = is_outshone(score, theirs[theses.owner[best]], FOR_STARTUP)
        fitting[i] = recommended(score, level[best], FOR_STARTUP, outshone).sum()
    return Outlook(eligible, fitting)


def outlook_of_theses(snapshot: Snapshot, investor: int, copies: Theses, copy: Array) -> Outlook:
    """Score copies of an investor's theses against every startup that is not excluded for it.

    `copy`, int64[rows], says for each row of `copies` which copy of the investor it belongs to. Each thesis
    has a list of its own: who fits one of them fits.
    """
    rows, excluded = len(copy), snapshot.pairs.excluded
    market = replace(
        snapshot,
        investors=take(snapshot.investors, [investor] * rows),
        theses=replace(copies, owner=np.arange(rows, dtype=np.int32)),
        pairs=Pairs(),
    )
    table = reference.score_all(market)
    passed = table.thesis >= 0
    passed[excluded[excluded[:, 1] == investor, 0]] = False
    met, fitting = np.zeros((2, int(copy.max(initial=-1)) + 1, len(passed)), np.bool_)
    for row in range(rows):
        open_to = np.flatnonzero(passed[:, row])
        log = LOG[table.u[open_to, row]].astype(np.int64) + LOG[table.v[open_to, row]]
        best = open_to[np.argsort(-log, kind="stable")]
        scores = score_tenths(table.u[best, row], table.v[best, row])
        met[copy[row], best] = True
        fitting[copy[row], best[recommended(scores, table.levels[best, row], FOR_INVESTOR)]] = True
    return Outlook(met.sum(axis=1), fitting.sum(axis=1))
