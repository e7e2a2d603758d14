"""What a pair's eight factors are made of, in whole numbers.

Sector, stage and place are weighted means of the thesis's bytes, with shares that add up to 256:
level = (Σ share · byte + 128) >> 8. So a constant stays that constant, the sum fits 16 bits, and "not
stated" is simply a thesis whose bytes are all neutral. Needs are a mean too, in which some count by how
close the two work. Ticket and forms are "how many of how many".
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from matchmaker.matching.engine.definition.columns import (
    FACTORS,
    TEXT_SHIFT,
    TEXT_STEPS,
    TOP_LEVEL,
    Array,
    Market,
    Startups,
    Theses,
)

SHARES = 256
HALF = SHARES // 2
HOME_SHARE = 2  # the home place counts twice an operating place
MAIN_SHARE = 4  # the main sector counts four times another
SOME_OVERLAP = 128  # of a ticket that meets the ask at all; the share of it that is met adds as much again
# Of one form of partnership in common; the share of all that are in common adds half of itself.
SOME_FORM = 128
# Of a ticket that ends one bucket from the ask: a third of the amount, which can be talked about. Each bucket
# between the two halves it, and with three, about four times the amount, it is out of reach.
NEXT_BUCKET, OUT_OF_REACH = 64, 3
NOT_CLOSE = 129  # of 256: what a met need counts at least where the two work in other fields
MANY = 32  # "how many of how many" counts to 32
STRANGERS, KINDRED = 40, 99  # of a hundred pairs of texts: below nothing, above everything
RECORDED = [FACTORS.index(name) for name in ("sector", "stage", "place", "activity")]
SAMPLE = 512  # profiles of each side whose texts make the text scale
SIBLINGS, UPWARD = 0.3, 0.5  # how alike two fields of one sector are, and a field and its sector
RELATED = 0.25  # how alike two sectors are at least, so that a must-have for one lets in the other
NEXT_BAND = 0.5  # how alike stages of neighbouring bands are

# OF[k] turns o of k (k ≤ 32) into o · OF[k] >> 8 == ⌊255 · o / k⌋ without a division; OF[0] = 0: not stated.
OF = np.array([0] + [-(-TOP_LEVEL * SHARES // k) for k in range(1, MANY + 1)], np.uint16)


def apportion(shares: Array, total: int = SHARES) -> Array:
    """Whole numbers in proportion to shares[…,k] that add up to total, by largest remainder.

    Equal remainders go to the earlier slot; a row of zeros stays zeros. Returns int64[…,k].
    """
    shares = shares.astype(np.int64)
    whole = shares.sum(axis=-1, keepdims=True)
    exact = shares * total
    parts = exact // np.maximum(whole, 1)
    rest = exact - parts * whole
    missing = np.where(whole > 0, total - parts.sum(axis=-1, keepdims=True), 0)
    rank = np.argsort(np.argsort(-rest, axis=-1, kind="stable"), axis=-1, kind="stable")
    return parts + (rank < missing)


def sector_similarity(ours: Sequence[int], theirs: Sequence[int]) -> float:
    """How alike two sectors are by the tree alone; each with everything wider than it, narrowest first."""
    if not ours or not theirs:
        return 0.0
    if ours[0] in theirs or theirs[0] in ours:
        return UPWARD
    return SIBLINGS if ours[-1] == theirs[-1] else 0.0


def band_similarity(apart: Array | int) -> Array:
    """float64[…]: how alike stages are whose bands lie so far apart."""
    return np.where(apart == 0, 1.0, np.where(apart == 1, NEXT_BAND, 0.0))


@dataclass(frozen=True)
class Shares:
    """How each startup mixes the theses' bytes: per slot, which row, and its share of 256."""

    sectors: Array  # int64[n,6], the rows are Startups.sectors
    places: Array  # int64[n,4], the rows are Startups.places
    needs: Array  # int64[n,N], the rows are the needs in order
    other_needs: Array  # int64[n,N], the same without those that money meets


def shares(startups: Startups, market: Market) -> Shares:
    stated = startups.sectors >= 0
    weights = np.where(stated, market.sector_idf[np.where(stated, startups.sectors, 0)], 0).astype(np.int64)
    weights[:, 0] *= MAIN_SHARE
    homes = np.where(startups.places >= 0, 1, 0)
    homes[:, 0] *= HOME_SHARE
    others = startups.needs * ~bits_of(market.money, startups.needs.shape[1])
    return Shares(apportion(weights), apportion(homes), apportion(startups.needs), apportion(others))


def bits_of(bits: Array, size: int) -> Array:
    """bool[size]: one bit set as marks."""
    return ((bits.astype(np.uint64) >> np.arange(size, dtype=np.uint64)) & np.uint64(1)).astype(np.bool_)


def no_money_flows(ours: Array, theirs: Array, market: Market) -> Array:
    """bool[…]: whether both state forms uint64[…], and none in common is one of investing."""
    nothing = (ours & theirs & market.investing) == 0
    found: Array = (market.investing != 0) & (ours != 0) & (theirs != 0) & nothing
    return found


def offers_nothing(theses: Theses, market: Market) -> Array:
    """bool[m]: who offers nothing, or nothing but money."""
    nothing: Array = (theses.offers & ~market.money) == 0
    return nothing


def closeness(sector: Array, text: Array) -> Array:
    """int64[…], 129 … 256: what a need that depends on the field counts, by the levels of field and text."""
    alike: Array = sector.astype(np.int64) + text
    return NOT_CLOSE + (alike >> 2)


def need_levels(met: Array, share: Array, by_field: Array, close: Array) -> Array:
    """int64[m]: the level of needs met bool[m,N] with shares int64[N] of 256.

    A need bool[N] that depends on the field counts by how close int64[m] the two work.
    """
    plain, field = (TOP_LEVEL * (met[:, kind] @ share[kind]) for kind in (~by_field, by_field))
    level: Array = (plain >> 8) + (((field + TOP_LEVEL) >> 8) * close >> 8)
    return level


def ticket_levels(low: Array, high: Array, first: Array | int, last: Array | int) -> Array:
    """int64[…]: levels of tickets low … high with asks first … last, in buckets; all are stated."""
    overlap = np.minimum(high, last).astype(np.int64) - np.maximum(low, first) + 1
    met = SOME_OVERLAP + (TOP_LEVEL - SOME_OVERLAP) * overlap // (last - first + 1)
    between = np.clip(-overlap, 0, OUT_OF_REACH)
    return np.where(overlap > 0, met, np.where(between < OUT_OF_REACH, NEXT_BUCKET >> between, 0))


def form_levels(ours: Array, theirs: Array) -> Array:
    """int64[…]: levels of forms uint64[…], all stated: one in common is what it takes, more are better.

    The share is that of the side with the fewer forms.
    """
    fewer = np.minimum(np.bitwise_count(ours), np.bitwise_count(theirs)).astype(np.int64)
    shared = TOP_LEVEL * np.bitwise_count(ours & theirs).astype(np.int64) // np.maximum(fewer, 1)
    return np.where(shared > 0, SOME_FORM + shared // 2, 0)


def stated_by_startups(startups: Startups) -> Array:
    """bool[n,8]: which factors each startup says anything about. A need that is not capital has no ticket."""
    n = len(startups)
    return np.stack(
        [
            (startups.sectors >= 0).any(axis=1),
            startups.stage >= 0,
            (startups.ask[:, 0] >= 0) | ~startups.seeks_capital,
            (startups.places >= 0).any(axis=1),
            startups.needs.any(axis=1),
            startups.forms != 0,
            startups.text.any(axis=1),
            np.ones(n, np.bool_),
        ],
        axis=1,
    )


def stated_by_theses(theses: Theses) -> Array:
    """bool[m,8]: which factors each thesis says something about, in thesis or on the record."""
    return np.stack(
        [
            theses.sector_scope.any(axis=1) | _varies(theses.sector_affinity),
            (theses.stage_scope != 0) | _varies(theses.stage_affinity),
            theses.ticket[:, 0] >= 0,
            theses.place_scope.any(axis=1) | _varies(theses.place_affinity),
            theses.offers != 0,
            theses.forms != 0,
            theses.text.any(axis=1),
            np.ones(len(theses), np.bool_),
        ],
        axis=1,
    )


def _varies(affinity: Array) -> Array:
    """bool[m]: an affinity that is the same for every value says nothing."""
    return (
        (affinity != affinity[:, :1]).any(axis=1) if affinity.shape[1] else np.zeros(len(affinity), np.bool_)
    )


def share_out(points: Array, stated: Array) -> Array:
    """int64[8]: a side's points int[8] in a market where no one states some of the factors, bool[8].

    What is left idle goes to the four that the record speaks of: in the proportions they have where little is
    idle, and evenly where the record is all there is, because then nothing says which thesis they serve.
    """
    points = np.asarray(points, np.int64)
    idle, fixed = int(points[~stated].sum()), np.where(stated, points, 0)
    record = np.isin(np.arange(len(points)), RECORDED) & stated
    recorded, all_else = int(fixed[record].sum()), int(points.sum() - points[RECORDED].sum())
    if not idle or not recorded:
        return points
    even, last = min(idle, all_else), max(all_else, 1)
    wanted = (last - even) * int(record.sum()) * fixed + even * recorded
    fixed[record] = apportion(wanted[record], recorded + idle)
    return fixed


def market_of(startups: Startups, theses: Theses) -> Market:
    sectors = theses.sector_affinity.shape[1]
    per_sector = np.zeros(sectors, np.int64)
    for slot in range(startups.sectors.shape[1]):
        column = startups.sectors[:, slot]
        per_sector += np.bincount(column[column >= 0], minlength=sectors)
    idf = np.rint(1024 * (1 + np.log((len(startups) + 1) / (per_sector + 1))))
    # A sector that startups name more often than there are startups would fall under zero.
    return Market(np.maximum(idf, 1).astype(np.uint16), _text_levels(startups, theses))


def _text_levels(startups: Startups, theses: Theses) -> Array:
    """uint8[2048]: zero up to the dot product of the STRANGERS of a hundred sampled pairs, full from that of
    the KINDRED on, and straight between.

    Raw cosines of one language model crowd together, so the scale is this market's own. The sample is the
    profiles whose keys hash lowest: whichever row they stand in, and mostly the same after one more joins.
    """
    ours, theirs = _sample(startups.key, startups.text), _sample(theses.key, theses.text)
    dots = np.sort((ours.astype(np.int32) @ theirs.astype(np.int32).T).ravel())
    if not dots.size:
        return np.linspace(0, TOP_LEVEL, TEXT_STEPS).astype(np.uint8)
    low, high = (max(int(dots[(dots.size - 1) * of // 100]), 0) for of in (STRANGERS, KINDRED))
    steps = np.arange(TEXT_STEPS, dtype=np.int64) << TEXT_SHIFT
    return np.clip(TOP_LEVEL * (steps - low) // max(high - low, 1), 0, TOP_LEVEL).astype(np.uint8)


def _sample(key: Array, text: Array) -> Array:
    stated = np.flatnonzero(text.any(axis=1))
    hashed = key[stated].astype(np.uint64) * np.uint64(0x9E3779B97F4A7C15)
    return text[stated[np.argsort(hashed, kind="stable")[:SAMPLE]]]
