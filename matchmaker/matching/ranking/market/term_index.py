"""Vocabularies as rows, and the calibration that fixes their order. Cities count as their province.

New terms are not stated until the next whole ranking.
"""

import io
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import lru_cache
from typing import Any

import numpy as np
from django.db.models.functions import Coalesce
from django.utils.translation import gettext_noop

from matchmaker.choices import RunState
from matchmaker.matching.engine.definition.columns import Array
from matchmaker.matching.engine.definition.factors import band_similarity, sector_similarity
from matchmaker.matching.ranking.market.arrays import bit_sets
from matchmaker.models.ranking import Market, RankingRun
from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows
from profiles.choices import PlaceLevel
from profiles.models import NeedType, PartnershipForm, Place, Sector, SectorRelation, Stage

RECORD = "record_"
VOCABULARY = ("sectors", "sector_parent", "sector_alike", "places", "needs", "forms", "bands")


@dataclass(frozen=True, eq=False)  # equal is what is the same
class CalibrationSnapshot:
    """What one whole re-ranking fixed for all incremental ones until the next."""

    version: int
    weights_version: int
    engine_version: str
    arrays: dict[str, Array]

    @property
    def vocabulary(self) -> dict[str, Array]:
        return {name: self.arrays[f"vocabulary_{name}"] for name in VOCABULARY}

    @property
    def record(self) -> dict[str, Array]:
        return {
            name.removeprefix(RECORD): array for name, array in self.arrays.items() if name.startswith(RECORD)
        }

    def packed(self) -> bytes:
        """Return the arrays as the bytes of Market.statistics: equal arrays give equal bytes."""
        out = io.BytesIO()
        named: Any = dict(sorted(self.arrays.items()))
        np.savez(out, **named)
        return out.getvalue()


def latest(engine_version: str) -> CalibrationSnapshot | None:
    """Return the calibration that counts."""
    newest = Market.objects.order_by("-pk").values_list("pk", "made_at", "engine_version").first()
    if newest is None or newest[2] != engine_version:
        return None
    return _read(*newest[:2])


@lru_cache(maxsize=2)
def _read(pk: int, _made_at: datetime) -> CalibrationSnapshot:
    """Return one calibration; a row is never changed, so a process reads it once."""
    row = Market.objects.get(pk=pk)
    with np.load(io.BytesIO(bytes(row.statistics)), allow_pickle=False) as stored:
        arrays = {name: stored[name] for name in stored.files}
    return CalibrationSnapshot(row.pk, row.weights_version, row.engine_version, arrays)


def latest_version() -> int:
    """Return the version of the calibration that counts; 0 before the first."""
    newest = Market.objects.order_by("-pk").values_list("pk", flat=True).first()
    return newest or 0


CALIBRATION_AGE = timedelta(days=1)  # after which the market is calibrated again, and all lists with it


def next_ranking_at(finished_at: datetime | None, *, at: datetime) -> datetime | None:
    """Return when all lists are ranked again by themselves, by the end of the newest run.

    None while that is under way or due.
    """
    due_at = finished_at and finished_at + CALIBRATION_AGE
    return due_at if due_at and due_at > at else None


def why_again(*, at: datetime, age: timedelta, engine_version: str) -> str:
    """Return why the market should be ranked whole again; empty if it need not."""
    row = Market.objects.order_by("-pk").defer("statistics").first()
    done = RankingRun.objects.filter(state=RunState.DONE).order_by("-pk")
    finished_at = done.values_list("finished_at", flat=True).first()
    if row is None or finished_at is None:
        return gettext_noop("First ranking")
    if row.engine_version != engine_version:
        return gettext_noop("New engine")
    return gettext_noop("Daily") if finished_at < at - age else ""


SAME_COUNTRY = 0.3
CAPITAL = "capital"  # the code of the need that money meets, and of the group of forms that bring it
# Needs that are met by what someone makes or knows: "manufacturing" of a textile mill is no help to who
# makes sensors. The others, such as mentorship, cloud or a sales channel, help in any field.
BY_FIELD = ("hardware", "test_site", "supply_chain", "manufacturing", "rnd", "ip_licence", "data")
EXISTS, PRE_REVENUE, STATE_OWNED, TERMS = 0, 1, 2, 3  # trait bits; sectors, places, forms, stages follow


@dataclass(frozen=True)
class Vocabulary:
    """Primary keys to rows. `*_row` are looked up by primary key; -1 is no row."""

    sectors: Array  # pk of each row
    places: Array
    needs: Array
    forms: Array
    sector_row: Array
    place_row: Array
    need_row: Array
    form_row: Array
    stage_band: Array
    bands: int
    sector_parent: Array  # row → row
    place_parent: Array
    sector_alike: Array  # [S,S]
    place_alike: Array  # [P,P]
    stage_alike: Array  # [B,B]
    capital: int  # the row of the need for capital
    investing: int  # a bit for the row of each form that brings money
    by_field: int  # … and of each need that depends on the field
    implied: Array  # uint64[N]: the forms that bring what is needed, by need

    @property
    def words(self) -> int:
        return -(-int(self.stage_bit(np.array(self.bands))) // 64)

    def sector_bit(self, rows: Array) -> Array:
        return _bits(rows, TERMS)

    def place_bit(self, rows: Array) -> Array:
        return _bits(rows, TERMS + len(self.sectors))

    def form_bit(self, rows: Array) -> Array:
        return _bits(rows, TERMS + len(self.sectors) + len(self.places))

    def stage_bit(self, bands: Array) -> Array:
        return _bits(bands, TERMS + len(self.sectors) + len(self.places) + len(self.forms))


def _bits(rows: Array, first: int) -> Array:
    """The bits of rows, the first of which is given; -1 for -1."""
    rows = np.asarray(rows, np.int64)
    return np.where(rows >= 0, rows + first, -1)


def lookup(pks: Iterable[int], rows: Iterable[int]) -> Array:
    """Return the table from primary key to row; one more than the greatest key, filled with -1."""
    keys, values = np.fromiter(pks, np.int64), np.fromiter(rows, np.int64)
    table = np.full(int(keys.max(initial=0)) + 2, -1, np.int64)
    table[keys] = values
    return table


def row_numbers(table: Array, keys: Array) -> Array:
    """Return the rows of primary keys; unknown ones and -1 are -1."""
    is_known = (keys >= 0) & (keys < len(table))
    return np.where(is_known, table[np.where(is_known, keys, 0)], -1)


@lru_cache(maxsize=2)
def of(calibration: CalibrationSnapshot) -> Vocabulary:
    return read_vocabulary(calibration.vocabulary)


def read_vocabulary(known: dict[str, Array] | None = None) -> Vocabulary:
    """Return the vocabulary of now, or, given a calibration's primary keys, as that calibration knew it."""
    known = known or {}
    sectors, sector_row, sector_parent = _sectors(known.get("sectors"))
    sector_parent = known.get("sector_parent", sector_parent)
    alike = known.get("sector_alike")
    places, place_row, place_parent, country = _places(known.get("places"))
    needs = _keys(NeedType, known.get("needs"))
    forms = _keys(PartnershipForm, known.get("forms"))
    stages = Stage.objects.order_by("pk").values_list("pk", Coalesce("match_band", -1))
    bands = dict(stages)
    size = int(known["bands"]) if "bands" in known else max(bands.values(), default=0) + 1
    stage_band = lookup(bands, bands.values())
    stage_band[stage_band >= size] = -1
    need_row, form_row = lookup(needs, range(len(needs))), lookup(forms, range(len(forms)))
    kinds = dict(NeedType.objects.values_list("code", "pk"))
    investing = PartnershipForm.objects.filter(group=CAPITAL).values_list("pk", flat=True)
    by_field = [pk for code, pk in kinds.items() if code in BY_FIELD]
    return Vocabulary(
        sectors=sectors,
        places=places,
        needs=needs,
        forms=forms,
        sector_row=sector_row,
        place_row=place_row,
        need_row=need_row,
        form_row=form_row,
        stage_band=stage_band,
        bands=size,
        sector_parent=sector_parent,
        place_parent=place_parent,
        sector_alike=_sector_alike(sector_row, sector_parent) if alike is None else alike,
        place_alike=_place_alike(country),
        stage_alike=band_similarity(np.abs(np.subtract.outer(range(size), range(size)))).astype(np.float32),
        capital=int(row_numbers(need_row, np.array([kinds.get(CAPITAL, -1)]))[0]),
        investing=_bit_set(form_row, investing),
        by_field=_bit_set(need_row, by_field),
        implied=_implied(need_row, form_row, kinds, len(needs)),
    )


def forms_of_needs() -> list[tuple[str, str]]:
    """Return the codes of needs, each with a form of partnership that brings it."""
    return [(row["need"], row["form"]) for row in csv_rows(DATA / "need_forms.csv")]


def _implied(need_row: Array, form_row: Array, kinds: dict[str, int], size: int) -> Array:
    forms = dict(PartnershipForm.objects.values_list("code", "pk"))
    pairs = [(kinds.get(need, -1), forms.get(form, -1)) for need, form in forms_of_needs()]
    needs, keys = np.array(pairs, np.int64).reshape(-1, 2).T
    return bit_sets(row_numbers(need_row, needs), row_numbers(form_row, keys), size=size, words=1)[:, 0]


def _bit_set(table: Array, pks: Iterable[int]) -> int:
    rows = row_numbers(table, np.fromiter(pks, np.int64)).tolist()
    return sum({1 << row for row in rows if row >= 0})


def _keys(model: type[NeedType] | type[PartnershipForm], known: Array | None) -> Array:
    """Return the primary keys of a table of terms in their order of age."""
    if known is not None:
        return known
    return _at_least_one(model.objects.order_by("pk").values_list("pk", flat=True))


def _at_least_one(pks: Iterable[int]) -> Array:
    return np.array(list(pks) or [0], np.int64)


def _sectors(known: Array | None) -> tuple[Array, Array, Array]:
    parent_of, heir_of = {}, {}
    for pk, parent, heir in Sector.objects.values_list("pk", "parent", "merged_into"):
        parent_of[pk] = parent
        heir_of[pk] = heir or pk
    keys = _at_least_one(sorted(parent_of)) if known is None else known
    rows = {pk: row for row, pk in enumerate(keys.tolist())}
    table = lookup(heir_of, [rows.get(heir, -1) for heir in heir_of.values()])
    parents = [rows.get(parent_of.get(pk), -1) for pk in keys.tolist()]
    return keys, table, np.array(parents, np.int64)


def _places(known: Array | None) -> tuple[Array, Array, Array, list[str]]:
    parent_of, country_of, region_of = {}, {}, {}
    regions = []
    for pk, level, parent, country in Place.objects.values_list("pk", "level", "parent", "country_code"):
        parent_of[pk] = parent
        country_of[pk] = country
        if level == PlaceLevel.CITY:
            region_of[pk] = parent
        else:
            region_of[pk] = pk
            regions.append(pk)
    keys = _at_least_one(sorted(regions)) if known is None else known
    rows = {pk: row for row, pk in enumerate(keys.tolist())}
    table = lookup(region_of, [rows.get(region, -1) for region in region_of.values()])
    parents = [rows.get(parent_of.get(pk), -1) for pk in keys.tolist()]
    countries = [country_of.get(pk, "") for pk in keys.tolist()]
    return keys, table, np.array(parents, np.int64), countries


def _sector_alike(table: Array, parent: Array) -> Array:
    """float32[S,S]: as related by hand, else by the tree."""
    families: list[tuple[int, ...]] = []
    for row, parent_row in enumerate(parent.tolist()):
        families.append((row,) if parent_row < 0 else (row, parent_row))
    pairs = [sector_similarity(one, other) for one in families for other in families]
    alike = np.array(pairs, np.float32).reshape(len(families), len(families))
    for first, second, value in SectorRelation.objects.values_list("first", "second", "similarity"):
        one, other = row_numbers(table, np.array([first, second])).tolist()
        if one >= 0 and other >= 0:
            alike[one, other] = alike[other, one] = value
    np.fill_diagonal(alike, 1)
    return alike


def _place_alike(country: list[str]) -> Array:
    """float32[P,P]: places of one country are somewhat alike."""
    codes = np.array(country)
    alike = np.where(codes[:, None] == codes[None, :], SAME_COUNTRY, 0).astype(np.float32)
    np.fill_diagonal(alike, 1)
    return alike
