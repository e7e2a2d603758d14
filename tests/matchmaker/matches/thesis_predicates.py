"""Whether what is said of sectors, stages and places is true of a pair: worked out from the records."""

from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from typing import Any

from matchmaker.matches.selectors.statement import Statement
from matchmaker.models import InferredSector, ThesisInferredSector
from profiles.models import Investor, Place, Sector, SectorRelation, Stage, Startup, Thesis


@dataclass(frozen=True)
class Case:
    """One statement about one pair, matched by one thesis, at a level of 0 to 255."""

    startup: Startup
    investor: Investor
    thesis: Thesis
    said: Statement
    level: int

    def word(self, name: str) -> Any:
        """Return a word of the sentence."""
        return self.said.words[name]


@cache
def table(model: Any) -> dict[int, Any]:
    """Return the words of a table, which no test changes, by primary key."""
    return model.objects.in_bulk()  # type: ignore[no-any-return]


@cache
def related_by_hand() -> dict[frozenset[int], float]:
    """Return how alike two sectors are where somebody said so."""
    rows = SectorRelation.objects.values_list("first", "second", "similarity")
    return {frozenset((first, second)): similarity for first, second, similarity in rows}


def lineage(term: Any) -> list[Any]:
    """Return a word and everything wider."""
    return [term, *lineage(table(type(term)).get(term.parent_id))] if term else []


# --- Sectors ------------------------------------------------------------------------------------------------


def told_of(rows: Any) -> list[Sector]:
    """The fields that a description speaks of, clearest first."""
    return [told.sector for told in rows.select_related("sector").order_by("position")]


def sectors(c: Case) -> list[Sector]:
    """The fields it names, the main one first; where it names none, first those its description speaks of."""
    others = sorted(c.startup.other_sectors.all(), key=lambda each: each.pk)
    main = c.startup.primary_sector
    named = [main, *(each for each in others if each != main)] if main else others
    if any(each.parent_id for each in named):
        return named
    told = told_of(InferredSector.objects.filter(startup=c.startup))
    read = [each for each in told if each not in named]
    of_main = [each for each in read if main is None or main in lineage(each)]
    return [*of_main, *named[:1], *(each for each in (*read, *named) if each not in (*of_main, *named[:1]))]


def main_sector(c: Case) -> Sector:
    return sectors(c)[0]


def called(c: Case, sector: Sector) -> str:
    """How a sentence names a field, which says where it was only read."""
    is_named = sector == c.startup.primary_sector or sector in c.startup.other_sectors.all()
    return sector.name if is_named else f"{sector.name} (from the description)"


def told_by_partner(c: Case) -> list[Sector]:
    """The fields that the partner's description speaks of, where its thesis names none; clearest first."""
    if any(each.parent_id for each in c.thesis.sectors.all()):
        return []
    return told_of(ThesisInferredSector.objects.filter(thesis=c.thesis))


def spoken_of(c: Case, name: str) -> bool:
    return c.word(name) == ", ".join(each.name for each in told_by_partner(c))


def sector_spoken(c: Case) -> bool:
    """Whether the thesis names nothing, and the description speaks of the main field."""
    silent = not c.thesis.sectors.exists() and not deals_in(c, "sector", main_sector(c))
    return silent and is_main(c) and main_sector(c) in told_by_partner(c)


def sector_spoken_second(c: Case) -> bool:
    others = {called(c, each) for each in sectors(c)[1:] if each in told_by_partner(c)}
    aside = main_sector(c) not in told_by_partner(c) and not c.thesis.sectors.exists()
    return aside and is_main(c, "main") and c.word("what") in others


def sector_unspoken(c: Case) -> bool:
    told = told_by_partner(c)
    silent = not c.thesis.sectors.exists() and bool(told) and not set(told) & set(sectors(c))
    return silent and is_main(c) and spoken_of(c, "near")


def in_thesis(c: Case, sector: Sector) -> bool:
    return any(one in lineage(sector) for one in c.thesis.sectors.all())


def outside(c: Case) -> bool:
    return c.thesis.sectors.exists() and not any(in_thesis(c, each) for each in sectors(c))


def counted_deals(c: Case) -> Any:
    """The deals on record; none where the investor has left them out of a consent."""
    return c.investor.deals.none() if c.investor.withheld.get("deals") else c.investor.deals.all()


def deals_in(c: Case, axis: str, word: Any) -> int:
    return sum(word in lineage(getattr(deal, axis)) for deal in counted_deals(c))


def deals_at(c: Case, stage: Stage) -> int:
    return counted_deals(c).filter(stage=stage).count()


def is_main(c: Case, name: str = "what") -> bool:
    return called(c, main_sector(c)) == c.word(name)


def second(c: Case) -> Sector:
    """The field of which a sentence about another than the main one speaks."""
    assert is_main(c, "main")
    assert not in_thesis(c, main_sector(c))
    return next(each for each in sectors(c)[1:] if called(c, each) == c.word("what"))


def sector_second(c: Case) -> bool:
    return second(c) in c.thesis.sectors.all()


def sector_second_within(c: Case) -> bool:
    wider = {one.name for one in lineage(second(c))[1:] if one in c.thesis.sectors.all()}
    return c.word("near") in wider and second(c) not in c.thesis.sectors.all()


def sector_within(c: Case) -> bool:
    wider = {one.name for one in lineage(main_sector(c))[1:] if one in c.thesis.sectors.all()}
    return is_main(c) and c.word("near") in wider and main_sector(c) not in c.thesis.sectors.all()


def is_told_aside(c: Case) -> bool:
    """Whether the partner's description speaks of other fields of the sector than the startup's main one."""
    told = told_by_partner(c)
    return bool(told) and main_sector(c) not in told


def sector_within_aside(c: Case) -> bool:
    return sector_within(c) and is_told_aside(c) and spoken_of(c, "told")


def two_sectors(c: Case) -> tuple[Sector, Sector]:
    """The field of the startup and the field of the thesis that a sentence names."""
    ours = next(each for each in sectors(c) if called(c, each) == c.word("what"))
    near, _comma, sector = c.word("near").partition(", part of ")
    theirs = next(each for each in table(Sector).values() if each.name == near and in_thesis(c, each))
    named = {each.name for each in c.thesis.sectors.all()}
    assert (sector or near) in named
    assert not sector or sector in {each.name for each in lineage(theirs)[1:]}
    return ours, theirs


def sector_near(c: Case) -> bool:
    return outside(c) and likeness(*two_sectors(c)) >= 0.5


def sector_related(c: Case) -> bool:
    is_by_hand = frozenset(each.pk for each in two_sectors(c)) in related_by_hand()
    return outside(c) and is_by_hand and 0.25 <= likeness(*two_sectors(c)) < 0.5


def sector_beside(c: Case) -> bool:
    """Fields of the sector that the sentence names, and nobody said that they are alike."""
    ours, theirs = two_sectors(c)
    is_by_hand = frozenset((ours.pk, theirs.pk)) in related_by_hand()
    both = {ours.parent.name, theirs.parent.name} if ours.parent and theirs.parent else set()
    return outside(c) and not is_by_hand and both == {c.word("wide")}


def likeness(a: Sector, b: Sector) -> float:
    """How alike two sectors are: as somebody said, else as a field and its sector, or two fields of one."""
    by_hand = related_by_hand().get(frozenset((a.pk, b.pk)))
    if by_hand is not None:
        return by_hand
    if a in lineage(b) or b in lineage(a):
        return 0.5
    return 0.3 if lineage(a)[-1] == lineage(b)[-1] else 0


def are_alike(a: Sector, b: Sector) -> bool:
    return likeness(a, b) >= 0.25


def sector_backed(c: Case) -> bool:
    count = deals_in(c, "sector", main_sector(c))
    return outside(c) and is_main(c) and c.word("count") == count > 0


def sector_out(c: Case) -> bool:
    named = set(c.thesis.sectors.all())
    theirs = [each for each in table(Sector).values() if named & set(lineage(each))]
    far = not any(are_alike(a, b) for a in sectors(c) for b in theirs)
    return outside(c) and is_main(c) and far and not deals_in(c, "sector", main_sector(c))


def by_record(c: Case, axis: str, word: Any) -> bool:
    counts = deals_in(c, axis, word) if axis != "stage" else deals_at(c, word)
    same = (c.word("count"), c.word("deals")) == (counts, counted_deals(c).count())
    name = called(c, word) if axis == "sector" else word.name
    return same and name == c.word("what") and not getattr(c.thesis, f"{axis}s").exists()


# --- Stages and places --------------------------------------------------------------------------------------


def own_stage(c: Case) -> Stage:
    assert c.startup.stage
    return c.startup.stage


def bands_apart(c: Case, near: str) -> int:
    found = c.thesis.stages.get(name_en=near)
    assert found.match_band is not None
    assert own_stage(c).match_band is not None
    return abs(found.match_band - int(own_stage(c).match_band or 0))


def stage_named(c: Case) -> bool:
    return own_stage(c).name == c.word("what")


def stage_in(c: Case) -> bool:
    counted = c.word("count") == c.thesis.stages.count()
    return stage_named(c) and counted and own_stage(c) in c.thesis.stages.all()


def stage_out(c: Case) -> bool:
    near = [s for s in c.thesis.stages.exclude(match_band=None) if bands_apart(c, s.name_en) < 2]
    return stage_named(c) and own_stage(c) not in c.thesis.stages.all() and not near


def province(place: Place) -> Place | None:
    chain = lineage(place)
    return chain[-2] if len(chain) > 1 else None


def home(c: Case) -> Place:
    """The home place; for who names none, that of its other places of which the sentence speaks."""
    return c.startup.place or c.startup.operating_places.get(name_en=c.word("what"))


def place_met(c: Case, place: Place) -> bool:
    named = list(c.thesis.places.all())
    same = [one for one in named if province(one) is not None and province(one) == province(place)]
    return bool(same) or any(one in named for one in lineage(place))


def place_is(c: Case, place: Place) -> bool:
    return place.name == c.word("what")


def place_province(c: Case) -> bool:
    return is_near(c, home(c))


def is_near(c: Case, place: Place) -> bool:
    """Whether a place of the thesis that the sentence names is in the province of a place, and in which."""
    near = [one for one in c.thesis.places.all() if one.name == c.word("near")]
    found = province(place)
    return (
        found is not None and found.name == c.word("province") and any(province(one) == found for one in near)
    )


def is_within(c: Case, place: Place) -> bool:
    wider = {one.name for one in lineage(place)[1:] if one in c.thesis.places.all()}
    return place_is(c, place) and c.word("near") in wider


def place_also(c: Case, holds: Callable[[Case, Place], bool]) -> bool:
    """Whether the home is not met, and another place is, in the way that the sentence says."""
    is_home = home(c).name == c.word("home") and not place_met(c, home(c))
    return is_home and any(holds(c, one) for one in c.startup.operating_places.all())


def place_out(c: Case) -> bool:
    every = [home(c), *c.startup.operating_places.all()]
    return place_is(c, home(c)) and not any(place_met(c, one) for one in every)
