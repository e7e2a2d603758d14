"""Whether the sentence of each code is true of the records: by the names in it, not by how it was found."""

from dataclasses import dataclass
from functools import cache, cached_property
from math import inf

from django.utils import timezone

from matchmaker.choices import Factor
from matchmaker.matching.reasons.reasons import FactorReason
from matchmaker.models.ranking import GUESSED, InferredSector, TextVector, ThesisInferredSector
from profiles.choices import Audience
from profiles.models import Investor, Place, Sector, SectorRelation, Startup, Thesis

MODELS = {Factor.SECTOR: Sector, Factor.PLACE: Place}
INFERRED = " (may be the sector, from the description)"


def names(terms):
    return {term.name_en for term in terms if term}


def active(rows):
    today = timezone.localdate()
    return names(row.type for row in rows.all() if row.expires_on is None or row.expires_on >= today)


def described(terms, rows):
    """Return the sectors that a description speaks of, which count for who names no field."""
    told = names(row.sector for row in rows if row.position < GUESSED)
    return set() if any(term and term.parent_id for term in terms) else told


@cache
def lineage(axis, name):
    """Return a name and those of everything wider."""
    term = MODELS[axis].objects.get(name_en=name) if axis in MODELS else None
    return [name, *(lineage(axis, term.parent.name_en) if term and term.parent else ())]


@cache
def similarity(a, b):
    """Return how alike two sectors are, and whether someone said so."""
    for first, second in ((a, b), (b, a)):
        if found := SectorRelation.objects.filter(first__name_en=first, second__name_en=second).first():
            return found.similarity, True
    up, over = lineage("sector", a), lineage("sector", b)
    return (0.5 if a in over or b in up else 0.3 if up[-1] == over[-1] else 0), False


@dataclass
class Case:
    """One reason about one pair, matched by one thesis, at a level of 0 to 255."""

    startup: Startup
    investor: Investor
    thesis: Thesis
    said: FactorReason
    level: int

    def __getitem__(self, word):
        """Return a word of the sentence; a name without what is added to it."""
        found = self.said.words[word]
        return found.removesuffix(INFERRED).partition(", part of ")[0] if isinstance(found, str) else found

    @cached_property
    def ours(self):
        """What the startup states of the factor."""
        s, fields = self.startup, [self.startup.primary_sector, *self.startup.other_sectors.all()]
        found = InferredSector.objects.filter(startup=s)
        return {
            Factor.SECTOR: lambda: names(fields) | described(fields, found),
            Factor.STAGE: lambda: names([s.stage]),
            Factor.TICKET: lambda: {s.ask_min_usd, s.ask_max_usd} - {None},
            Factor.PLACE: lambda: names([s.place, *s.operating_places.all()]),
            Factor.NEEDS: lambda: active(s.needs) | ({"Capital"} if s.seeks_capital else set()),
            Factor.FORMS: lambda: names(s.forms.all()),
            Factor.TEXT: lambda: {*TextVector.objects.filter(side="startup", profile_id=s.pk)},
        }[self.said.factor]()

    @cached_property
    def theirs(self):
        """What the thesis or its investor states of the factor."""
        t, forms = self.thesis, {*self.thesis.forms.all()} - {*self.thesis.forms_out.all()}
        ticket = {t.ticket_min_usd, t.ticket_max_usd} - {None}
        money = (ticket or any(form.group == "capital" for form in forms)) and self.money
        return {
            Factor.SECTOR: lambda: names(t.sectors.all()),
            Factor.STAGE: lambda: names(t.stages.all()),
            Factor.TICKET: lambda: ticket,
            Factor.PLACE: lambda: names(t.places.all()),
            Factor.NEEDS: lambda: active(self.investor.offers) | ({"Capital"} if money else set()),
            Factor.FORMS: lambda: names(forms),
            Factor.TEXT: lambda: {*TextVector.objects.filter(side="investor", profile_id=self.investor.pk)},
        }[self.said.factor]()

    @cached_property
    def inferred(self):
        """The sectors of the partner's description."""
        return described(self.thesis.sectors.all(), ThesisInferredSector.objects.filter(thesis=self.thesis))

    @property
    def money(self):
        """Return whether a form of investing is in common, or one of the two states no forms."""
        ours, theirs = (
            {*self.startup.forms.all()},
            {*self.thesis.forms.all()} - {*self.thesis.forms_out.all()},
        )
        return not ours or not theirs or any(form.group == "capital" for form in ours & theirs)

    @property
    def deals(self):
        return [] if self.investor.withheld.get("deals") else list(self.investor.deals.all())

    def deals_in(self, name=None):
        """Return how many deals were within a term of the factor; without a name, how many name any."""
        done = [getattr(deal, self.said.factor) for deal in self.deals]
        wider = [lineage(self.said.factor, term.name_en) for term in done if term]
        return sum(name is None or name in names for names in wider)

    def is_named(self, name):
        """Return whether the thesis names a term or a wider one."""
        return not self.theirs.isdisjoint(lineage(self.said.factor, name))

    @property
    def is_outside(self):
        return bool(self.theirs) and not any(map(self.is_named, self.ours))


def within(c):
    return c["what"] not in c.theirs and c["near"] in c.theirs.intersection(lineage(c.said.factor, c["what"]))


def recorded(c):
    return not c.theirs and (c["count"], c["deals"]) == (c.deals_in(c["what"]), len(c.deals))


def states_both(c):
    """Return whether the startup itself names the sector and its main one."""
    stated = names([c.startup.primary_sector, *c.startup.other_sectors.all()])
    return {c["what"], c["main"]} <= stated


def far(c):
    inside = [name for name in names(Sector.objects.all()) if c.is_named(name)]
    return all(similarity(c["what"], name)[0] < 0.25 for name in inside)


def bands_apart(c):
    """Return how many bands lie between the startup's stage and those of the thesis, or the one named."""
    mine, near = c.startup.stage, c.said.words.get("near")
    bands = [stage.match_band for stage in c.thesis.stages.all() if near in (None, stage.name_en)]
    return {abs(band - mine.match_band) for band in bands if band is not None} if mine else set()


def province(name):
    return lineage("place", name)[-2:-1]


def beside(c):
    return province(c["near"]) == [c["province"]] == province(c["what"]) and c["near"] in c.theirs


def is_met(c, name):
    return c.is_named(name) or any(province(each) == province(name) != [] for each in c.theirs)


def also(c, holds):
    return c.startup.place.name_en == c["home"] and not is_met(c, c["home"]) and holds


def meets_exactly(c):
    """Return whether the ticket meets what is asked for, by the exact amounts that few may see."""
    s, t = c.startup, c.thesis
    return (t.ticket_min_usd or 0) <= (s.ask_max_usd or inf) and (t.ticket_max_usd or inf) >= (
        s.ask_min_usd or 0
    )


def may_meet(c):
    """Return whether the ticket covers a part of the range that is told."""
    least, most, low, high = amounts(c)
    return c["round"].is_band and least < high and most > low and (least > low or most < high)


def amounts(c):
    """Return the ends of the ticket and of the round as told, which is seen and holds what is asked for."""
    s, t, low, high = c.startup, c.thesis, c["round"].low or 0, c["round"].high or inf
    assert s.seeks_capital
    assert s.visibility["ask"] == Audience.MATCHED
    assert low <= (s.ask_min_usd or 0)
    assert high >= (s.ask_max_usd or inf)
    return t.ticket_min_usd or 0, t.ticket_max_usd or inf, low, high


def lists(c, every, word="what"):
    """Return whether the sentence names these, or three of more."""
    found = {name for name in every if name in c[word]}
    return bool(found) and (len(every) > 3 <= len(found) if "…" in c[word] else found == every)


def some_needs(c):
    return lists(c, c.ours & c.theirs) and (c["met"], c["count"]) == (len(c.ours & c.theirs), len(c.ours))


def depends(c):
    """Return whether one of the met needs means another thing in another field."""
    kinds = ("Manufacturing", "Hardware and devices", "Pilot site", "Data and models", "Supply-chain access")
    return not (c.ours & c.theirs).isdisjoint({*kinds, "R&D collaboration", "Technology or IP licence"})


BRING = {
    "Hardware and devices": "Supply or manufacturing agreement",
    "Mentorship": "Accelerator or mentorship programme",
    "Market entry": "Distribution or reseller agreement",
    "Distribution and sales channels": "Distribution or reseller agreement",
}


def needs_of_forms(c):
    """Return what is urgently needed and comes by a form that the partner accepts."""
    needs = c.startup.needs.filter(urgency__gte=2, type__name_en__in=BRING)
    open_ = () if c.startup.forms_are_must else active(needs)
    return {need for need in open_ if BRING[need] in c.theirs}


def needed_forms(c):
    return {BRING[need] for need in needs_of_forms(c)}


def refused_forms(c):
    return names(c.thesis.forms_out.all())


CHECKS = {
    "startup_states_none": lambda c: not c.ours,
    "partner_states_none": lambda c: not c.theirs and (c.said.factor not in AXES or not c.deals_in()),
    "sector_in": lambda c: c["what"] in c.theirs,
    "sector_within": within,
    "sector_within_aside": lambda c: within(c) and lists(c, c.inferred - {c["what"]}, "told"),
    "sector_second_in": lambda c: states_both(c) and c["what"] in c.theirs and not c.is_named(c["main"]),
    "sector_second_within": lambda c: states_both(c) and within(c) and not c.is_named(c["main"]),
    "sector_near": lambda c: c.is_outside and similarity(c["what"], c["near"])[0] >= 0.5,
    "sector_related": lambda c: c.is_outside and similarity(c["what"], c["near"])[1],
    "sector_beside": lambda c: c.is_outside and similarity(c["what"], c["near"]) == (0.3, False),
    "sector_backed": lambda c: (
        c.is_outside
        and not any(c["what"] in lineage("sector", name) for name in c.theirs)
        and c["count"] == c.deals_in(c["what"]) > 0
    ),
    "sector_out": lambda c: c.is_outside and far(c) and not c.deals_in(c["what"]),
    "sector_record": recorded,
    "sector_spoken": lambda c: not c.theirs and c["what"] in c.inferred,
    "sector_unspoken": lambda c: not c.theirs and lists(c, c.inferred - c.ours, "near"),
    "stage_in": lambda c: c["what"] in c.theirs and c["count"] == len(c.theirs),
    "stage_like": lambda c: c["near"] in c.theirs and bands_apart(c) == {0},
    "stage_next": lambda c: c["near"] in c.theirs and bands_apart(c) == {1},
    "stage_out": lambda c: c["what"] not in c.theirs and not bands_apart(c) & {0, 1},
    "stage_record": recorded,
    "stage_unscaled": lambda c: c.startup.stage is not None and c.startup.stage.match_band is None,
    "place_in": lambda c: c["what"] in c.theirs,
    "place_within": within,
    "place_province": beside,
    "place_also_in": lambda c: also(c, c["what"] in c.theirs),
    "place_also_within": lambda c: also(c, within(c)),
    "place_also_province": lambda c: also(c, beside(c)),
    "place_out": lambda c: not any(is_met(c, name) for name in c.ours),
    "place_record": recorded,
    "ticket_close": lambda c: amounts(c)[0] >= amounts(c)[3] or amounts(c)[1] <= amounts(c)[2],
    "ticket_close_no_money": lambda c: (
        not c.money and (amounts(c)[0] >= amounts(c)[3] or amounts(c)[1] <= amounts(c)[2])
    ),
    "ticket_meets": lambda c: c.money and meets_exactly(c),
    "ticket_no_money": lambda c: not c.money and c.level <= 160 and meets_exactly(c),
    "ticket_may_meet": lambda c: c.money and may_meet(c),
    "ticket_may_no_money": lambda c: not c.money and c.level <= 160 and may_meet(c),
    "ticket_below": lambda c: c["most"].high == c.thesis.ticket_max and amounts(c)[1] < amounts(c)[2],
    "ticket_reaches": lambda c: (
        c["most"].high == c.thesis.ticket_max and c.thesis.ticket_max_usd <= c.startup.ask_min_usd
    ),
    "ticket_above": lambda c: c["least"].low == c.thesis.ticket_min and amounts(c)[0] > amounts(c)[3],
    "ticket_begins": lambda c: (
        c["least"].low == c.thesis.ticket_min and c.thesis.ticket_min_usd >= c.startup.ask_max_usd
    ),
    "no_round": lambda c: not c.startup.seeks_capital,
    "round_hidden": lambda c: c.startup.seeks_capital and c.startup.visibility["ask"] != Audience.MATCHED,
    "needs_all": lambda c: lists(c, c.ours) and c.ours <= c.theirs and c.level >= 128,
    "needs_some": some_needs,
    "needs_all_apart": lambda c: lists(c, c.ours) and c.ours <= c.theirs and c.level < 255 and depends(c),
    "needs_some_apart": lambda c: some_needs(c) and depends(c),
    "needs_no_money": lambda c: not c.money and (c.ours == {"Capital"} or not c.theirs),
    "needs_none": lambda c: lists(c, c.ours) and not c.ours & c.theirs,
    "forms_both": lambda c: lists(c, c.ours & c.theirs) and c.level >= 128,
    "forms_needed": lambda c: (
        not c.ours & c.theirs and lists(c, needed_forms(c)) and lists(c, needs_of_forms(c), "need")
    ),
    "forms_refused": lambda c: bool(c.ours) and (c.startup.forms_are_must or c.ours <= refused_forms(c)),
    "forms_none": lambda c: (
        bool(c.ours and c.theirs)
        and not (c.ours | needed_forms(c)) & c.theirs
        and not c.ours <= refused_forms(c)
    ),
    "texts_close": lambda c: bool(c.ours and c.theirs) and c.level >= 204,
    "texts_partly": lambda c: bool(c.ours and c.theirs) and 102 <= c.level < 204,
    "texts_apart": lambda c: bool(c.ours and c.theirs) and c.level < 102,
    "texts_foreign": lambda c: bool(c.ours and c.theirs) and c.level < 102,
    "deals": lambda c: c["count"] == len(c.deals) > 0,
    "no_deals": lambda c: not c.investor.withheld and not c.deals,
    "deals_left_out": lambda c: bool(c.investor.withheld.get("deals")),
}
AXES = (Factor.SECTOR, Factor.STAGE, Factor.PLACE)
