"""How much an investor prefers each sector, stage and place, from thesis and deals together.

For one investor j and one value f of an axis (say the sector "irrigation"):

    c(f)  recorded deals in f, halved for every half-life of age; n = Σ c
    p(f)  share of f in the whole market, smoothed:  q(f) = (p(f) + ε) / (1 + Kε)  over K values
    h(f)  what to expect before any deal: the thesis spread over the market's shares, or q itself

    P(f|j) = ((c(f) + ε·n) / (1 + Kε) + μ·h(f)) / (n + μ)          x = log P(f|j) − log q(f)
    lift = (e^βx − 1) / β                                          what is rare for others says more

ε is the share of deals that surprise: it keeps one odd deal in a rare sector from saying too much, and holds
the lift in a range. A lift is multiplied by what its kind is worth in this market (axis_weights.py).

What an investor names itself is an anchor, which the deals move.

    s(f)  how like f is to what is named: 1 what is itself (0.9 by its whole sector), 0 what has nothing of it
    nats = t · (−2 + 6·s(f)) + (1 − t) · lift                      t = ν / (n + ν)

So a stated field is worth the same whatever the market's shares are, and what is like nothing stated is
worth nothing. With ν deals the deals count as much as the thesis. Where the thesis names nothing, the level
is neutral, and only a lift above zero moves it, upwards: what is not stated is never held against anyone.
Where it is hearsay, only the lift counts.

Activity is the log of deals against the market's mean, at three tempos: lately, steadily, and ever, where old
deals count like new ones and each partner of a round counts in full. The nats become a byte over [−2, 4]:
zero is 85. Outside of hearsay, it is never less: no deals, or few, are not held against anyone either.

Everything is done elementwise in a fixed order of the deals, never by a matrix product, whose last bit
depends on the number of rows: one investor alone gets the same bytes as among twenty thousand.
"""

from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching.engine.affinity.history import (
    RULE,
    Deals,
    Declared,
    Events,
    MarketRecord,
    Related,
    Rule,
)
from matchmaker.matching.engine.definition.columns import FACTORS, NEUTRAL, TOP_LEVEL, Array, take

LOW, HIGH = -2.0, 4.0  # the lifts that a byte holds
FOREVER = np.inf  # the half-life of what does not fade


@dataclass(frozen=True)
class Lifts:
    sector: Array  # float64[m,S]
    stage: Array  # float64[m,B]
    place: Array  # float64[m,P]
    lately: Array  # float64[m]
    steadily: Array  # float64[m]
    ever: Array  # float64[m]


@dataclass(frozen=True)
class Affinities:
    sector: Array  # uint8[m,S]
    stage: Array  # uint8[m,B]
    place: Array  # uint8[m,P]
    activity: Array  # uint8[m]

    def columns(self) -> dict[str, Array]:
        return {
            "sector_affinity": self.sector,
            "stage_affinity": self.stage,
            "place_affinity": self.place,
            "activity": self.activity,
        }


def market_record(
    deals: Deals,
    investors: int,
    related: Related,
    *,
    today: int,
    sectors: Array | None = None,
    stage: Array | None = None,
    home: Array | None = None,
    rule: Rule = RULE,
) -> MarketRecord:
    """The market's shares over all recorded deals and the startups now on the platform.

    sectors int16[n,6], stage int8[n] and home int16[n] describe the startups; leave them out to go by the
    deals alone. A startup counts as a deal of today.
    """
    deals = _in_order(deals)
    weight = _fade(deals.day, today, rule.half_life)

    def share(recorded: Array, present: Array | None, values: int) -> Array:
        count = 0.5 + _counts(np.zeros(len(recorded), np.int64), recorded, weight, 1, values)[0]
        if present is not None:
            ones = np.ones(len(present))
            count += _counts(np.zeros(len(present), np.int64), present, ones, 1, values)[0]
        part: Array = count / count.sum()
        return part

    def mean(half_life: float) -> float:
        return float(_deals(deals, None, today, investors, half_life, rule).sum() / max(investors, 1))

    return MarketRecord(
        today=today,
        sector_share=share(deals.sectors, sectors, len(related.sector)),
        stage_share=share(deals.stage, stage, len(related.stage)),
        place_share=share(deals.place, home, len(related.place)),
        lately=mean(rule.lately),
        steadily=mean(rule.steadily),
        ever=mean(FOREVER),
    )


def affinities(
    deals: Deals,
    declared: Declared,
    market: MarketRecord,
    related: Related,
    answered: Events | None = None,
    rule: Rule = RULE,
) -> Affinities:
    """The affinity bytes of every thesis; the record of an investor is shared by its theses.

    For some investors only, pass their deals and theses with `owner` renumbered from 0 and the stored
    market record: the bytes are those of the full run.
    """
    lift = lifts(deals, declared, market, related, answered, rule)
    sector, stage, place, lately, steadily, ever = market.worth
    trust = _trust(deals, declared, market.today, rule)
    activity = lately * lift.lately + steadily * lift.steadily + ever * lift.ever
    if declared.hearsay:
        return Affinities(
            sector=to_level(sector * lift.sector),
            stage=to_level(stage * lift.stage),
            place=to_level(place * lift.place),
            activity=to_level(activity),
        )

    def level(factor: str, lifted: Array, near: Array) -> Array:
        return to_level(_anchored(lifted, near, trust, _nats(NEUTRAL[FACTORS.index(factor)])))

    sectors = level("sector", sector * lift.sector, _near_sectors(declared, related, rule))
    if declared.only_inferred is not None:  # it raises, and refuses no one
        least = np.where(declared.only_inferred, NEUTRAL[FACTORS.index("sector")], 0)
        sectors = np.maximum(sectors, least[:, np.newaxis]).astype(np.uint8)
    return Affinities(
        sector=sectors,
        stage=level("stage", stage * lift.stage, likeness(declared.stages, related.stage)),
        place=level("place", place * lift.place, likeness(declared.places, related.place)),
        activity=np.maximum(to_level(activity), NEUTRAL[FACTORS.index("activity")]).astype(np.uint8),
    )


def lifts(
    deals: Deals,
    declared: Declared,
    market: MarketRecord,
    related: Related,
    answered: Events | None = None,
    rule: Rule = RULE,
) -> Lifts:
    deals = _in_order(deals)
    owners = 1 + max(int(rows.max(initial=-1)) for rows in _owners(deals, declared, answered))
    weight = _fade(deals.day, market.today, rule.half_life)

    def axis(codes: Array, named: Array, share: Array, similar: Array, surprise: float, bend: float) -> Array:
        count = _counts(deals.owner, codes, weight, owners, len(share))
        count = _spread(count, similar, rule.related_share)
        return _bent(_lift(count[declared.owner], named, share, similar, surprise, rule), bend)

    def tempo(half_life: float, prior: float, mean: float) -> Array:
        count = _deals(deals, answered, market.today, owners, half_life, rule)[declared.owner]
        lift: Array = np.log(count + prior) - np.log(mean + prior)
        return lift

    of_sector = deals.sectors, declared.sectors, market.sector_share, related.sector
    of_stage = deals.stage, declared.stages, market.stage_share, related.stage
    of_place = deals.place, declared.places, market.place_share, related.place
    return Lifts(
        sector=axis(*of_sector, rule.surprise_sector, rule.bend_sector),
        stage=axis(*of_stage, rule.surprise_stage, rule.bend_stage),
        place=axis(*of_place, rule.surprise_place, rule.bend_place),
        lately=tempo(rule.lately, rule.prior_lately, market.lately),
        steadily=tempo(rule.steadily, rule.prior_steadily, market.steadily),
        ever=tempo(FOREVER, rule.prior_ever, market.ever),
    )


def _owners(deals: Deals, declared: Declared, answered: Events | None) -> list[Array]:
    return [deals.owner, declared.owner] + ([answered.owner] if answered is not None else [])


def to_level(lift: Array) -> Array:
    """Natural-log lifts as bytes: −2 → 0, 0 → 85, 4 → 255."""
    return np.rint((np.clip(lift, LOW, HIGH) - LOW) * (255 / (HIGH - LOW))).astype(np.uint8)


def _nats(level: int) -> float:
    return LOW + level * (HIGH - LOW) / TOP_LEVEL


def _anchored(lift: Array, near: Array, trust: Array, neutral: float) -> Array:
    """float64[m,K]: lifts drawn towards what is like what theses name; where they name nothing, what is above
    zero raises the neutral value."""
    anchor = LOW + (HIGH - LOW) * near
    unnamed = neutral + np.clip(lift, 0, HIGH) * ((HIGH - neutral) / HIGH)
    return np.where(near.any(axis=1, keepdims=True), trust * anchor + (1 - trust) * lift, unnamed)


def _near_sectors(declared: Declared, related: Related, rule: Rule) -> Array:
    """float64[m,S]: how like each sector is to those named; by a whole sector less than by a field's name."""
    fields, sectors = declared.sectors if declared.fields is None else declared.fields, declared.sectors
    return np.maximum(likeness(fields, related.sector), rule.whole * likeness(sectors, related.sector))


def likeness(named: Array, similar: Array) -> Array:
    """float64[m,K]: how like each value is to the most like of those named uint8[m,K]; nought for none."""
    near = np.zeros(named.shape)
    for value in range(named.shape[1]):
        rows = np.flatnonzero(named[:, value])
        near[rows] = np.maximum(near[rows], similar[value])
    return near


def _trust(deals: Deals, declared: Declared, today: int, rule: Rule) -> Array:
    """float64[m,1]: what a thesis counts beside its investor's record: 1 without deals, ½ with ν of them."""
    deals = _in_order(deals)
    owners = 1 + max(int(rows.max(initial=-1)) for rows in _owners(deals, declared, None))
    done = np.bincount(deals.owner, _fade(deals.day, today, rule.half_life), minlength=owners)
    out: Array = rule.thesis_deals / (rule.thesis_deals + done[declared.owner, np.newaxis])
    return out


def _lift(count: Array, named: Array, share: Array, similar: Array, surprise: float, rule: Rule) -> Array:
    """log P(f|j) − log q(f), float64[m,K], from deals float64[m,K] and what is named uint8[m,K]."""
    scale = 1 + len(share) * surprise
    usual = (share + surprise) / scale
    total = count.sum(axis=1, keepdims=True)
    expected = _expected(named, usual, similar, rule.outside_thesis)
    record = (count + surprise * total) / scale
    chance = (record + rule.prior_deals * expected) / (total + rule.prior_deals)
    lift: Array = np.log(chance) - np.log(usual)
    return lift


def _expected(named: Array, usual: Array, similar: Array, outside: float) -> Array:
    """What a thesis lets expect before any deal, float64[m,K], rows sum to 1; not stated: the market."""
    inside = likeness(named, similar) * usual
    mass = inside.sum(axis=1, keepdims=True)
    stated = mass > 0
    inside = inside / np.where(stated, mass, 1.0)
    return np.where(stated, (1 - outside) * inside + outside * usual, usual)


def _bent(lift: Array, bend: float) -> Array:
    return np.expm1(bend * lift) / bend if bend else lift


def _spread(count: Array, similar: Array, given: float) -> Array:
    """Let a deal speak for related values too: float64[c,K] → float64[c,K], same row sums."""
    others = similar.astype(np.float64) * (1 - np.eye(len(similar)))
    mass = others.sum(axis=1, keepdims=True)
    share = np.where(mass > 0, given, 0.0)
    move = np.diag(1 - share[:, 0]) + share * others / np.where(mass > 0, mass, 1.0)
    spread = np.zeros_like(count)
    for value in range(len(similar)):
        to = np.flatnonzero(move[value])  # few: most values have nothing to do with each other
        spread[:, to] += count[:, value : value + 1] * move[value, to]
    return spread


def _counts(owner: Array, codes: Array, weight: Array, owners: int, values: int) -> Array:
    """Weighted deals, float64[owners, values]; a deal with k sectors counts 1/k in each."""
    codes = (codes if codes.ndim == 2 else codes[:, np.newaxis]).astype(np.int64)
    stated = codes >= 0
    part = weight / np.maximum(stated.sum(axis=1), 1)
    count = np.zeros(owners * values)
    for column, known in zip(codes.T, stated.T, strict=True):
        cell = owner[known] * np.int64(values) + column[known]
        count += np.bincount(cell, part[known], minlength=owners * values)
    return count.reshape(owners, values)


def _deals(
    deals: Deals, answered: Events | None, today: int, owners: int, half_life: float, rule: Rule
) -> Array:
    """Faded deals, float64[owners]; one of several investors in a round counts 1/√partners, or 1 FOREVER."""
    weight = _fade(deals.day, today, half_life)
    if deals.partners is not None and half_life < FOREVER:
        weight = weight / np.sqrt(np.maximum(deals.partners, 1))
    count: Array = np.bincount(deals.owner, weight, minlength=owners)
    if answered is not None:
        order = np.lexsort((answered.day, answered.owner))
        fade = rule.answer * _fade(answered.day[order], today, half_life)
        count = count + np.bincount(answered.owner[order], fade, minlength=owners)
    return count


def _fade(day: Array, today: int, half_life: float) -> Array:
    age = np.maximum(today - day.astype(np.int64), 0)
    fade: Array = np.exp2(-age / half_life)
    return fade


def _in_order(deals: Deals) -> Deals:
    """The deals sorted by all columns, so that sums do not depend on the order of the rows."""
    partners = np.ones(len(deals.owner), np.int16) if deals.partners is None else deals.partners
    keys = (partners, deals.place, deals.stage, *deals.sectors.T[::-1], deals.day, deals.owner)
    return take(replace(deals, owner=deals.owner.astype(np.int64), partners=partners), np.lexsort(keys))
