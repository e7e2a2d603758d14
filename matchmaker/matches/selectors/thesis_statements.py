"""What can be said of sector, stage and place: what the thesis names; where it names nothing, the record."""

from typing import Any

from django.utils.translation import gettext as _

from matchmaker.choices import Factor
from matchmaker.matches.selectors.pair_facts import ALIKE, PairFacts
from matchmaker.matches.selectors.sentence_kinds import SentenceKind, Tone
from matchmaker.matches.selectors.statement import Statement, unstated
from profiles.visibility.visible_profile import joined

SIBLINGS, UPWARD = 30, 50  # how alike two sectors are by the tree alone, of a hundred (term_index)
CLOSE = UPWARD  # from here on two sectors are called close: as alike as a field and its sector
ALSO = {
    SentenceKind.PLACE_IN: SentenceKind.PLACE_ALSO,
    SentenceKind.PLACE_WITHIN: SentenceKind.PLACE_ALSO_WITHIN,
    SentenceKind.PLACE_PROVINCE: SentenceKind.PLACE_ALSO_PROVINCE,
}  # how a place is met that is not the startup's home


def _name(facts: PairFacts, kind: str, pk: int) -> str:
    return facts.terms.by_pk[kind][pk].name


def _field(facts: PairFacts, pk: int) -> str:
    """Return the name of a sector of the startup, which says so where only its description speaks of it."""
    name = _name(facts, "sector", pk)
    return _("%(fields)s (from the description)") % {"fields": name} if pk in facts.startup.told else name


def _wider(facts: PairFacts, pk: int) -> str:
    """Return the name of the sector of the thesis that a field is part of."""
    named = facts.partner.sectors
    return _name(facts, "sector", next(one for one in facts.terms.family("sector", pk) if one in named))


def _theirs(facts: PairFacts, pk: int) -> str:
    """Return the name of a field of the thesis; where the thesis names only its sector, with that."""
    name = _name(facts, "sector", pk)
    if pk in facts.partner.sectors:
        return name
    return _("%(field)s, part of %(sector)s") % {"field": name, "sector": _wider(facts, pk)}


def _done(facts: PairFacts, axis: str, pk: int) -> tuple[int, int]:
    """Return how many of the investor's recorded deals were within a word, of how many."""
    done, family = facts.partner.deals_in[axis], facts.terms.family
    return sum(count for word, count in done.items() if pk in family(axis, word)), facts.partner.deals


def _by_record(facts: PairFacts, factor: Factor, kind: SentenceKind, pk: int) -> Statement:
    """Return what the record alone says, where the thesis names nothing."""
    axis = factor.value
    if not facts.partner.deals_in[axis]:
        return unstated(factor, by_startup=False)
    count, deals = _done(facts, axis, pk)
    name = _field(facts, pk) if factor == Factor.SECTOR else _name(facts, axis, pk)
    words = {"what": name, "count": count, "deals": deals}
    return Statement(factor, kind, Tone.PARTIAL if count else Tone.NEUTRAL, words)


def say_sector(facts: PairFacts) -> Statement:
    """Return what is said of the startup's sectors."""
    ours, named, factor = facts.startup.sectors, facts.partner.sectors, Factor.SECTOR
    if not ours:
        return unstated(factor, by_startup=True)
    main = ours[0]
    if not named:
        return _by_description(facts) or _by_record(facts, factor, SentenceKind.SECTOR_RECORD, main)
    inside = [pk for pk in ours if not named.isdisjoint(facts.terms.family("sector", pk))]
    if not inside:
        return _sector_outside(facts)
    return _sector_main(facts, inside) if main in inside else _sector_second(facts, inside[0])


def _by_description(facts: PairFacts) -> Statement | None:
    """Return which of the startup's fields the partner's description speaks of, where its thesis names none.

    None where it speaks of no field, or where deals on record say more.
    """
    main, told = facts.startup.sectors[0], facts.partner.told
    if not told or _done(facts, "sector", main)[0]:
        return None
    shared = [pk for pk in facts.startup.sectors if pk in told]
    if main in shared:
        whole = len(shared) == len(facts.startup.sectors)
        words = {"what": _field(facts, main)}
        return Statement(Factor.SECTOR, SentenceKind.SECTOR_SPOKEN, Tone.GOOD, words, is_whole=whole)
    if shared:
        words = {"what": _field(facts, shared[0]), "main": _field(facts, main)}
        return Statement(Factor.SECTOR, SentenceKind.SECTOR_SPOKEN_SECOND, Tone.PARTIAL, words)
    words = {"what": _field(facts, main), "near": _spoken(facts)}
    return Statement(Factor.SECTOR, SentenceKind.SECTOR_UNSPOKEN, Tone.NEUTRAL, words)


def _spoken(facts: PairFacts) -> str:
    """Return the fields that the partner's description speaks of, as one text."""
    return joined(_name(facts, "sector", pk) for pk in facts.partner.told)


def _sector_main(facts: PairFacts, inside: list[int]) -> Statement:
    """Return what is said where the main sector is in the thesis, itself or as part of another."""
    main, kind = facts.startup.sectors[0], SentenceKind.SECTOR_IN
    words, deals = {"what": _field(facts, main)}, _done(facts, "sector", main)
    if main not in facts.partner.sectors:
        kind, words["near"] = SentenceKind.SECTOR_WITHIN, _wider(facts, main)
        if facts.partner.told and main not in facts.partner.told:
            words["told"] = _spoken(facts)
            return Statement(Factor.SECTOR, SentenceKind.SECTOR_WITHIN_ASIDE, Tone.PARTIAL, words, deals)
    close = [pk for pk in inside if pk in (*facts.partner.told, *facts.partner.sectors)]
    whole = len(close if facts.partner.told else inside) == len(facts.startup.sectors)
    return Statement(Factor.SECTOR, kind, Tone.GOOD, words, deals, is_whole=whole)


def _sector_second(facts: PairFacts, what: int) -> Statement:
    """Return what is said where not the main sector is in the thesis, but another is, or is part of one."""
    kind, deals = SentenceKind.SECTOR_SECOND, _done(facts, "sector", what)
    words = {"what": _field(facts, what), "main": _field(facts, facts.startup.sectors[0])}
    if what not in facts.partner.sectors:
        kind, words["near"] = SentenceKind.SECTOR_SECOND_WITHIN, _wider(facts, what)
    return Statement(Factor.SECTOR, kind, Tone.PARTIAL, words, deals)


def _sector_outside(facts: PairFacts) -> Statement:
    """Return what is said where the thesis names none of the startup's sectors."""
    main, factor = facts.startup.sectors[0], Factor.SECTOR
    count, deals = _done(facts, "sector", main)
    words = {"what": _field(facts, main), "count": count, "deals": deals}
    if count:
        return Statement(factor, SentenceKind.SECTOR_BACKED, Tone.PARTIAL, words)
    for what in facts.startup.sectors:
        if near := _closest(facts, what):
            return _sector_near(facts, what, near)
    return Statement(factor, SentenceKind.SECTOR_OUT, Tone.AGAINST, words)


def _sector_near(facts: PairFacts, ours: int, theirs: int) -> Statement:
    """Return how two sectors have to do with each other: close, less so, or only fields of one sector."""
    words = {"what": _field(facts, ours), "near": _theirs(facts, theirs)}
    if _alike(facts, ours, theirs) >= CLOSE:
        kind = SentenceKind.SECTOR_NEAR
    elif (ours, theirs) in facts.scales.related:
        kind = SentenceKind.SECTOR_RELATED
    else:
        kind = SentenceKind.SECTOR_BESIDE
        words["wide"] = _name(facts, "sector", facts.terms.family("sector", ours)[-1])
    return Statement(Factor.SECTOR, kind, Tone.PARTIAL, words)


def _closest(facts: PairFacts, ours: int) -> int | None:
    """Return the sector of the thesis that one is closest to, if to any.

    A sector that the thesis names itself goes before those within it.
    """
    named, terms = facts.partner.sectors, facts.terms
    inside = (pk for pk in terms.by_pk["sector"] if not named.isdisjoint(terms.family("sector", pk)))
    wide = sorted(inside, key=lambda pk: (pk not in named, pk))
    best = max(wide, key=lambda pk: _alike(facts, ours, pk))
    return best if _alike(facts, ours, best) >= ALIKE else None


def _alike(facts: PairFacts, ours: int, theirs: int) -> int:
    """Return how alike two sectors are, of a hundred: as related by hand, else by the tree."""
    by_hand = facts.scales.related.get((ours, theirs))
    if by_hand is not None:
        return by_hand
    a, b = facts.terms.family("sector", ours), facts.terms.family("sector", theirs)
    if ours in b or theirs in a:
        return UPWARD
    return SIBLINGS if a and b and a[-1] == b[-1] else 0


def say_stage(facts: PairFacts) -> Statement:
    """Return what is said of the startup's stage."""
    ours, named, bands = facts.startup.stage, facts.partner.stages, facts.scales.bands
    factor = Factor.STAGE
    if ours is None:
        return unstated(factor, by_startup=True)
    words: dict[str, Any] = {"what": _name(facts, "stage", ours)}
    if ours not in bands:
        return Statement(factor, SentenceKind.STAGE_UNSCALED, Tone.NEUTRAL, words)
    if not named:
        return _by_record(facts, factor, SentenceKind.STAGE_RECORD, ours)
    deals = _done(facts, "stage", ours)
    if ours in named:
        words["count"] = len(named)
        return Statement(factor, SentenceKind.STAGE_IN, Tone.GOOD, words, deals, is_whole=True)
    return _stage_beside(facts, ours) or Statement(
        factor, SentenceKind.STAGE_OUT, Tone.NEUTRAL if named.isdisjoint(bands) else Tone.AGAINST, words
    )


def _stage_beside(facts: PairFacts, ours: int) -> Statement | None:
    """Return which of the thesis's stages is in the startup's band, or in the next."""
    bands, words = facts.scales.bands, {"what": _name(facts, "stage", ours)}
    for apart, kind, tone in (
        (0, SentenceKind.STAGE_LIKE, Tone.GOOD),
        (1, SentenceKind.STAGE_NEXT, Tone.PARTIAL),
    ):
        for near in sorted(facts.partner.stages & bands.keys()):
            if abs(bands[near] - bands[ours]) == apart:
                words["near"] = _name(facts, "stage", near)
                deals = _done(facts, "stage", ours)
                return Statement(Factor.STAGE, kind, tone, words, deals, is_whole=not apart)
    return None


def say_place(facts: PairFacts) -> Statement:
    """Return what is said of the startup's home and of where else it works."""
    ours, factor = facts.startup.places, Factor.PLACE
    if not ours:
        return unstated(factor, by_startup=True)
    if not facts.partner.places:
        return _by_record(facts, factor, SentenceKind.PLACE_RECORD, ours[0])
    met = [_met_place(facts, pk) for pk in ours]
    for pk, found in zip(ours, met, strict=True):
        if found:
            return _place_met(facts, pk, *found, whole=all(met))
    return Statement(factor, SentenceKind.PLACE_OUT, Tone.AGAINST, {"what": _name(facts, "place", ours[0])})


def _place_met(facts: PairFacts, pk: int, kind: SentenceKind, near: int, *, whole: bool) -> Statement:
    """Return what is said of a place that one of the thesis's meets; of the home, or of another instead."""
    home, factor, deals = facts.startup.places[0], Factor.PLACE, _done(facts, "place", pk)
    words = {"what": _name(facts, "place", pk), "near": _name(facts, "place", near)}
    if kind == SentenceKind.PLACE_PROVINCE:
        words["province"] = _name(facts, "place", facts.terms.family("place", near)[-2])
    if pk == home or not facts.startup.has_home:
        return Statement(factor, kind, Tone.GOOD, words, deals, is_whole=whole)
    words["home"] = _name(facts, "place", home)
    return Statement(factor, ALSO[kind], Tone.PARTIAL, words, deals)


def _met_place(facts: PairFacts, pk: int) -> tuple[SentenceKind, int] | None:
    """Return how a place is met by one of the thesis's places, and by which."""
    named, family = facts.partner.places, facts.terms.family("place", pk)
    if pk in named:
        return SentenceKind.PLACE_IN, pk
    wider = next((one for one in family if one in named), None)
    if wider is not None:
        return SentenceKind.PLACE_WITHIN, wider
    province = family[-2:-1]
    near = [one for one in sorted(named) if province and facts.terms.family("place", one)[-2:-1] == province]
    return (SentenceKind.PLACE_PROVINCE, near[0]) if near else None
