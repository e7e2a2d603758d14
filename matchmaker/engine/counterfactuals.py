"""What would change this: edited copies of one startup, scored against the whole market."""

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.engine.definition import reference
from matchmaker.engine.definition.columns import Array, Pairs, Snapshot, Startups
from matchmaker.engine.definition.explain import least_score, score_tenths


@dataclass(frozen=True)
class Outlook:
    """What each copy meets in the market."""

    eligible: Array  # int64[k] investors with a thesis whose gates the copy passes
    fitting: Array  # int64[k] … and whose score with it reaches explain.least_score


def outlook(snapshot: Snapshot, startup: int, copies: Startups) -> Outlook:
    """Score copies of a startup against every investor that is not excluded for it.

    `copies` are rows like those of the snapshot's startups, all with the same text.
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
        passed = reference.gates(market, i).all(axis=0) & ~closed
        fits = passed & (score_tenths(u, v) >= least_score(level))
        eligible[i], fitting[i] = (len(np.unique(theses.owner[chosen])) for chosen in (passed, fits))
    return Outlook(eligible, fitting)
