"""Ad-hoc profiles as rows for the engine.

The needs of a company for one occasion, without a formula of its own.
"""

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from matchmaker.matching import engine
from matchmaker.matching.engine.affinity import affinity
from matchmaker.matching.engine.definition.columns import Array, take
from matchmaker.matching.engine.definition.factors import share_out
from matchmaker.matching.ranking.definitions import Points
from matchmaker.matching.ranking.market import arrays
from matchmaker.matching.ranking.market.columns import Columns, related_of, spread
from matchmaker.matching.ranking.market.startup_rows import MOST_PLACES, MOST_SECTORS
from matchmaker.matching.ranking.market.term_index import EXISTS, STATE_OWNED, Vocabulary, row_numbers
from matchmaker.matching.ranking.market.thesis_rows import scope_of, with_children, with_similar
from profiles.catalogue.visibility.policy import matchable
from profiles.choices import StateOwned
from profiles.models import Investor, PartnershipForm, Startup

SAYS = np.isin(engine.FACTORS, ("sector", "place", "needs", "forms"))
URGENCY = 2  # of a need that it states


@dataclass(frozen=True)
class AdHocProfile:
    """The needs of a company for one occasion.

    Sectors (the main one first), place, needs and offers are primary keys; `form` is a code.
    """

    key: int
    company: Startup | Investor
    sectors: tuple[int, ...]
    place: int
    needs: tuple[int, ...]
    offers: tuple[int, ...]
    form: str


def with_theses(columns: Columns, profiles: Sequence[AdHocProfile], points: Points) -> engine.Snapshot:
    """The startups of these columns × profiles of investors, each an investor with one thesis.

    Row j of the investors is profile j; its company must be among the investors of `found`.
    """
    words, size = columns.vocabulary, len(profiles)
    sectors, places = _marks(words, profiles)
    declared = affinity.Declared(
        np.arange(size, dtype=np.int32), sectors, np.zeros((size, words.bands), np.uint8), places
    )
    lean = affinity.affinities(
        _no_deals(),
        declared,
        affinity.MarketRecord.from_arrays(columns.calibration.record),
        related_of(words),
    )
    key = np.array([profile.key for profile in profiles], np.int64)
    bare, none = columns.snapshot.theses, np.zeros(size, np.int64)
    width = bare.traits.shape[1]
    theses = engine.Theses(
        key=key,
        owner=declared.owner,
        **lean.columns(),
        sector_scope=scope_of(with_similar(sectors, words.sector_alike)),
        stage_scope=none.astype(np.uint64),
        place_scope=scope_of(places),
        ticket=np.full((size, 2), -1, np.int8),
        offers=_needs(words, profiles, "offers").astype(np.uint32),
        forms=_forms(words, profiles),
        text=np.zeros((size, bare.text.shape[1]), np.int8),
        weights=np.tile(share_out(points.for_investor, SAYS).astype(np.uint16), (size, 1)),
        must=np.full(size, int(engine.Must.SECTOR), np.uint8),
        traits=_traits(profiles, width),
        refuses=np.zeros((size, width), np.uint64),
    )
    ones = np.ones(size, np.int32)
    startups = columns.snapshot.startups
    ours = share_out(points.for_startup, SAYS).astype(np.uint16)
    hosts = arrays.positions(
        columns.investor_pk, np.array([profile.company.pk for profile in profiles], np.int64)
    )
    return engine.Snapshot(
        replace(startups, weights=np.tile(ours, (len(startups), 1))),
        engine.Investors(key, ones, np.zeros(size, np.int32)),
        theses,
        columns.snapshot.market,
        engine.Pairs(spread(columns.snapshot.pairs.excluded, hosts)),
    )


def as_startups(columns: Columns, profiles: Sequence[AdHocProfile], points: Points) -> engine.Snapshot:
    """Profiles of startups × the theses of these columns. Row i of the startups is profile i.

    Its company must be among the startups of `found`.
    """
    words, size = columns.vocabulary, len(profiles)
    hosts = arrays.positions(columns.startup_pk, np.array([each.company.pk for each in profiles], np.int64))
    host: engine.Startups = take(columns.snapshot.startups, hosts)
    sectors = np.full((size, MOST_SECTORS), -1, np.int16)
    places = np.full((size, MOST_PLACES), -1, np.int16)
    for row, profile in enumerate(profiles):
        rows = row_numbers(words.sector_row, np.array(profile.sectors, np.int64))[:MOST_SECTORS]
        sectors[row, : len(rows)] = rows
        places[row, 0] = row_numbers(words.place_row, np.array([profile.place], np.int64))[0]
    bits = _needs(words, profiles, "needs")
    needs = URGENCY * ((bits[:, None] >> np.arange(len(words.needs))) & 1)
    startups = replace(
        host,
        key=np.array([each.key for each in profiles], np.int64),
        sectors=sectors,
        stage=np.full(size, -1, np.int8),
        places=places,
        ask=np.full((size, 2), -1, np.int8),
        seeks_capital=np.zeros(size, np.bool_),
        needs=needs.astype(np.uint8),
        forms=_forms(words, profiles),
        text=np.zeros_like(host.text),
        weights=np.tile(share_out(points.for_startup, SAYS).astype(np.uint16), (size, 1)),
        must=np.full(size, int(engine.Must.SECTOR), np.uint8),
        traits=_traits_of(words, sectors, places, host.traits.shape[1]),
    )
    theses = columns.snapshot.theses
    weights = [share_out(row, SAYS) for row in theses.weights]
    theses = replace(theses, weights=np.array(weights, np.uint16).reshape(theses.weights.shape))
    excluded = [
        (row, investor)
        for row, at in enumerate(hosts)
        for startup, investor in columns.snapshot.pairs.excluded
        if startup == at
    ]
    return replace(
        columns.snapshot,
        startups=startups,
        theses=theses,
        pairs=engine.Pairs(np.array(excluded, np.int32).reshape(-1, 2)),
    )


def sectors_near(words: Vocabulary, profile: AdHocProfile) -> list[int]:
    """Return the primary keys of the sectors that the must-have of a profile lets in."""
    sectors, _places = _marks(words, [profile])
    near = with_similar(sectors, words.sector_alike).any(axis=0)
    return [int(key) for key in words.sectors[near]]


def _marks(words: Vocabulary, profiles: Sequence[AdHocProfile]) -> tuple[Array, Array]:
    """uint8[m,S] and uint8[m,P]: what the profiles name; a whole sector or country names all within it."""
    sectors = np.zeros((len(profiles), len(words.sectors)), np.uint8)
    places = np.zeros((len(profiles), len(words.places)), np.uint8)
    for row, profile in enumerate(profiles):
        rows = row_numbers(words.sector_row, np.array(profile.sectors, np.int64))
        sectors[row, rows[rows >= 0]] = 1
        home = row_numbers(words.place_row, np.array([profile.place], np.int64))
        places[row, home[home >= 0]] = 1
    return with_children(sectors, words.sector_parent), with_children(places, words.place_parent)


def _needs(words: Vocabulary, profiles: Sequence[AdHocProfile], name: str) -> Array:
    """int64[m]: a bit for each kind of need that a list of the profiles names."""
    out = np.zeros(len(profiles), np.int64)
    for row, profile in enumerate(profiles):
        bits = row_numbers(words.need_row, np.array(getattr(profile, name), np.int64))
        out[row] = sum(1 << int(bit) for bit in bits if bit >= 0)
    return out


def _forms(words: Vocabulary, profiles: Sequence[AdHocProfile]) -> Array:
    """uint64[m]: the bit of each one's form of partnership; none where the table has no such form."""
    keys = dict(PartnershipForm.objects.values_list("code", "pk"))
    found = np.array([keys.get(profile.form, -1) for profile in profiles], np.int64)
    rows, size = row_numbers(words.form_row, found), len(profiles)
    return arrays.bit_sets(np.arange(size), rows, size=size, words=1)[:, 0]


def _traits(profiles: Sequence[AdHocProfile], words: int) -> Array:
    """uint64[m,words]: what a startup may refuse in their companies."""
    out = np.zeros((len(profiles), words), np.uint64)
    for row, profile in enumerate(profiles):
        company = profile.company
        of_a_state = (
            isinstance(company, Investor)
            and company.state_owned in (StateOwned.YES, StateOwned.PARTLY)
            and matchable(company, "state_owned")
        )
        out[row, 0] = (1 << EXISTS) | ((1 << STATE_OWNED) if of_a_state else 0)
    return out


def _traits_of(words: Vocabulary, sectors: Array, places: Array, width: int) -> Array:
    """uint64[n,width]: what a thesis may refuse in them: fields, and place."""
    everyone = np.arange(len(sectors))
    row = np.concatenate([everyone, np.repeat(everyone, sectors.shape[1]), everyone])
    exists = np.full(len(everyone), EXISTS)
    bit = np.concatenate([exists, words.sector_bit(sectors.ravel()), words.place_bit(places[:, 0])])
    return arrays.bit_sets(row, bit, size=len(sectors), words=width)


def _no_deals() -> affinity.Deals:
    none = np.zeros(0, np.int32)
    return affinity.Deals(none, none, np.zeros((0, 6), np.int16), none.astype(np.int8), none.astype(np.int16))
