"""Sectors are renamed, added and merged; no profile loses its place."""

import pytest

from profiles.models import AuditRecord, Sector, Startup, User
from profiles.taxonomy.services import sectors
from tests.factories import MOMENT, make_investor, make_startup


def sector(code: str) -> Sector:
    return Sector.objects.get(code=code)


def test_a_rename_keeps_the_code_and_is_on_record(sana: User) -> None:
    sectors.rename(sector("AGR01"), names={"name_en": "Water-smart farming"}, by=sana, at=MOMENT)

    assert sector("AGR01").name_en == "Water-smart farming"
    assert AuditRecord.objects.get().details["after"] == {"name_en": "Water-smart farming"}


def test_a_new_field_gets_the_next_code(sana: User) -> None:
    names = {"name_en": "Beekeeping", "name_ur": "", "name_zh": "", "aliases": ""}
    made = sectors.add(parent=sector("AGR"), names=names, by=sana, at=MOMENT)

    assert (made.code, made.parent) == ("AGR10", sector("AGR"))


def test_a_merge_moves_everything_that_named_the_sector(sana: User) -> None:
    old, new = sector("AGR01"), sector("ENE05")
    both = make_startup("Both", primary_sector=old)
    both.other_sectors.set([old, new])
    investor = make_investor()
    thesis = investor.theses.get()
    thesis.sectors.set([old, new])
    thesis.sectors_out.set([old])
    investor.deals.create(startup=both, sector=old, closed_on=MOMENT.date())

    moved = sectors.merge(old, into=new, by=sana, at=MOMENT)

    both.refresh_from_db()
    old.refresh_from_db()
    assert moved == 2
    assert both.primary_sector == new
    assert list(both.other_sectors.all()) == [new]
    assert (list(thesis.sectors.all()), list(thesis.sectors_out.all())) == ([new], [new])
    assert investor.deals.get().sector == new
    assert (old.is_active, old.merged_into) == (False, new)


def test_touched_profiles_are_ranked_again(sana: User) -> None:
    startup = make_startup("Named", primary_sector=sector("AGR01"), changed_at=MOMENT)
    later = MOMENT.replace(hour=12)

    sectors.merge(sector("AGR01"), into=sector("AGR02"), by=sana, at=later)

    assert Startup.objects.get(pk=startup.pk).changed_at == later


@pytest.mark.parametrize(("source", "into"), [("AGR01", "AGR01"), ("AGR01", "AGR"), ("AGR", "AGR01")])
def test_senseless_merges_are_refused(source: str, into: str, sana: User) -> None:
    with pytest.raises(sectors.MergeRefusedError):
        sectors.merge(sector(source), into=sector(into), by=sana, at=MOMENT)


def test_a_retired_sector_takes_nothing_in(sana: User) -> None:
    sectors.merge(sector("AGR01"), into=sector("AGR02"), by=sana, at=MOMENT)
    with pytest.raises(sectors.MergeRefusedError):
        sectors.merge(sector("AGR03"), into=sector("AGR01"), by=sana, at=MOMENT)
