"""What a factor's level means, in plain words, for the person who reads it.

One table: per factor, per strength, one sentence for each side. `%(what)s` is filled with the words of
the pair; the numbers are the engine's.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Factor, Side
from matchmaker.matches.selectors.facets import TOLD, Traits
from profiles.taxonomy.selectors.term_tree import TermTree
from profiles.visibility.visible_profile import joined


class Strength(StrEnum):
    """How well a factor fits, for people."""

    STRONG = "strong"
    FAIR = "fair"
    WEAK = "weak"
    UNKNOWN = "unknown"


@dataclass(frozen=True)
class Scale:
    """From which level (0–255) on a factor is strong, and from which it is fair."""

    strong: int
    fair: int


# Affinities are log-lifts: 85 is "as much as anyone", 106 half as much again, 140 more than twice.
AFFINITY = Scale(strong=106, fair=80)
SHARE = Scale(strong=160, fair=1)
SCALES: dict[str, Scale] = {
    Factor.SECTOR: AFFINITY,
    Factor.STAGE: AFFINITY,
    Factor.PLACE: AFFINITY,
    Factor.ACTIVITY: AFFINITY,
    Factor.TICKET: SHARE,
    Factor.NEEDS: SHARE,
    Factor.FORMS: SHARE,
    Factor.TEXT: Scale(strong=204, fair=102),
}


def strength(factor: str, level: int, *, stated: bool) -> Strength:
    """Return what a level of 0 to 255 means for this factor."""
    if not stated:
        return Strength.UNKNOWN
    scale = SCALES[factor]
    if level >= scale.strong:
        return Strength.STRONG
    return Strength.FAIR if level >= scale.fair else Strength.WEAK


FOR_INVESTOR: dict[str, dict[Strength, Promise]] = {
    Factor.SECTOR: {
        Strength.STRONG: _("Its field, %(what)s, is one you look for or have backed"),
        Strength.FAIR: _("You look for its field, %(what)s, about as much as others do"),
        Strength.WEAK: _("Its field, %(what)s, is one you seldom or never look for"),
        Strength.UNKNOWN: _("Its sector, or the sectors you look for, are not stated"),
    },
    Factor.STAGE: {
        Strength.STRONG: _("Its stage, %(what)s, is where you invest"),
        Strength.FAIR: _("You invest at its stage, %(what)s, about as much as others do"),
        Strength.WEAK: _("Its stage, %(what)s, is one you seldom or never invest at"),
        Strength.UNKNOWN: _("Its stage, or the stages you look for, are not stated"),
    },
    Factor.TICKET: {
        Strength.STRONG: _("The amount it asks for fits your ticket"),
        Strength.FAIR: _("Part of the amount it asks for fits your ticket"),
        Strength.WEAK: _("The amount it asks for lies outside your ticket"),
        Strength.UNKNOWN: _("The amount it asks for, or your ticket, is not stated or does not apply"),
    },
    Factor.PLACE: {
        Strength.STRONG: _("It works in %(what)s, where you look for startups"),
        Strength.FAIR: _("It works in %(what)s, where you look about as much as others do"),
        Strength.WEAK: _("It works in %(what)s, where you seldom or never look"),
        Strength.UNKNOWN: _("Its place, or the places you look in, are not stated"),
    },
    Factor.NEEDS: {
        Strength.STRONG: _("You offer what it needs: %(what)s"),
        Strength.FAIR: _("You offer a part of what it needs: %(what)s"),
        Strength.WEAK: _("You offer none of what it needs"),
        Strength.UNKNOWN: _("Its needs, or your offers, are not stated"),
    },
    Factor.FORMS: {
        Strength.STRONG: _("You both accept %(what)s"),
        Strength.FAIR: _("You both accept %(what)s, but little else"),
        Strength.WEAK: _("You have no form of partnership in common"),
        Strength.UNKNOWN: _("Its forms of partnership, or yours, are not stated"),
    },
    Factor.TEXT: {
        Strength.STRONG: _("Its description and yours speak of the same things"),
        Strength.FAIR: _("Its description and yours have something in common"),
        Strength.WEAK: _("Its description and yours have little in common"),
        Strength.UNKNOWN: _("Its description, or yours, is missing"),
    },
    Factor.ACTIVITY: {
        Strength.STRONG: _("You have closed deals or answered requests lately"),
        Strength.FAIR: _("You close deals or answer requests about as often as others"),
        Strength.WEAK: _("You have few deals or answers on record"),
        Strength.UNKNOWN: _("Nothing is on record about your activity"),
    },
}

FOR_STARTUP: dict[str, dict[Strength, Promise]] = {
    Factor.SECTOR: {
        Strength.STRONG: _("They look for your field, %(what)s, or have backed it"),
        Strength.FAIR: _("They look for your field, %(what)s, about as much as others do"),
        Strength.WEAK: _("Your field, %(what)s, is one they seldom or never look for"),
        Strength.UNKNOWN: _("The sectors they look for, or yours, are not stated"),
    },
    Factor.STAGE: {
        Strength.STRONG: _("They invest at your stage, %(what)s"),
        Strength.FAIR: _("They invest at your stage, %(what)s, about as much as others do"),
        Strength.WEAK: _("Your stage, %(what)s, is one they seldom or never invest at"),
        Strength.UNKNOWN: _("The stages they look for, or yours, are not stated"),
    },
    Factor.TICKET: {
        Strength.STRONG: _("Their ticket covers the amount you ask for"),
        Strength.FAIR: _("Their ticket covers a part of the amount you ask for"),
        Strength.WEAK: _("Their ticket does not reach the amount you ask for, or starts above it"),
        Strength.UNKNOWN: _("Their ticket, or the amount you ask for, is not stated or does not apply"),
    },
    Factor.PLACE: {
        Strength.STRONG: _("They look for startups in %(what)s"),
        Strength.FAIR: _("They look in %(what)s about as much as others do"),
        Strength.WEAK: _("They seldom or never look in %(what)s"),
        Strength.UNKNOWN: _("The places they look in, or yours, are not stated"),
    },
    Factor.NEEDS: {
        Strength.STRONG: _("They offer what you need: %(what)s"),
        Strength.FAIR: _("They offer a part of what you need: %(what)s"),
        Strength.WEAK: _("They offer none of what you need"),
        Strength.UNKNOWN: _("Their offers, or your needs, are not stated"),
    },
    Factor.FORMS: {
        Strength.STRONG: pgettext_lazy("seen by a startup", "You both accept %(what)s"),
        Strength.FAIR: pgettext_lazy("seen by a startup", "You both accept %(what)s, but little else"),
        Strength.WEAK: pgettext_lazy("seen by a startup", "You have no form of partnership in common"),
        Strength.UNKNOWN: _("Their forms of partnership, or yours, are not stated"),
    },
    Factor.TEXT: {
        Strength.STRONG: _("Their description and yours speak of the same things"),
        Strength.FAIR: _("Their description and yours have something in common"),
        Strength.WEAK: _("Their description and yours have little in common"),
        Strength.UNKNOWN: _("Their description, or yours, is missing"),
    },
    Factor.ACTIVITY: {
        Strength.STRONG: _("They have closed deals or answered requests lately"),
        Strength.FAIR: _("They close deals or answer requests about as often as others"),
        Strength.WEAK: _("They have few deals or answers on record"),
        Strength.UNKNOWN: _("Nothing is on record about their activity"),
    },
}
SENTENCES = {Side.INVESTOR: FOR_INVESTOR, Side.STARTUP: FOR_STARTUP}

# What a sentence falls back to when its words may not be shown to this reader.
WITHOUT_WORDS: dict[Strength, Promise] = {
    Strength.STRONG: _("%(factor)s: fits well"),
    Strength.FAIR: _("%(factor)s: fits in part"),
    Strength.WEAK: _("%(factor)s: fits little"),
}

# An investor's own activity is the same for every startup, so it is no reason to prefer one.
NO_REASON: dict[str, frozenset[str]] = {
    Side.INVESTOR: frozenset({Factor.ACTIVITY}),
    Side.STARTUP: frozenset(),
}


@dataclass(frozen=True)
class Judgement:
    """One factor of one pair, ready to be put in words."""

    factor: Factor
    strength: Strength
    gained: int  # points × 255 of both sides together
    lost: int  # what is missing to the full points, × 255
    what: str = ""

    @property
    def is_as_with_anybody(self) -> bool:
        """Whether it only says that the two fit as anybody would: no reason while there is a better one."""
        return self.strength == Strength.FAIR and SCALES[self.factor] is AFFINITY

    def sentence(self, reader: str) -> str:
        """Return the sentence for this side."""
        template = str(SENTENCES[Side(reader)][self.factor][self.strength])
        if "%(what)s" in template and not self.what:
            template = str(WITHOUT_WORDS[self.strength])
        return template % {"what": self.what, "factor": self.factor.label}


def reasons(judgements: list[Judgement], reader: str, *, limit: int = 3) -> list[str]:
    """Return the sentences that speak most for the pair, at most `limit`."""
    good = [j for j in judgements if j.strength in (Strength.STRONG, Strength.FAIR)]
    good = [j for j in good if j.factor not in NO_REASON[reader]]
    good = [j for j in good if not j.is_as_with_anybody] or good
    good.sort(key=lambda j: (j.strength != Strength.STRONG, -j.gained))
    return [j.sentence(reader) for j in good[:limit]]


def against(judgements: list[Judgement], reader: str) -> list[str]:
    """Return the sentences that speak against the pair, the costliest first."""
    weak = [j for j in judgements if j.strength == Strength.WEAK and j.factor not in NO_REASON[reader]]
    weak.sort(key=lambda j: -j.lost)
    return [j.sentence(reader) for j in weak]


CONFIDENCE = (
    (75, "high", pgettext_lazy("confidence", "high")),
    (50, "medium", pgettext_lazy("confidence", "medium")),
)
LOW = ("low", pgettext_lazy("confidence", "low"))


def confidence_words(percent: int) -> tuple[str, Promise]:
    """Return the code and the word for a confidence of 0 to 100."""
    for least, code, label in CONFIDENCE:
        if percent >= least:
            return code, label
    return LOW


MOST = 3  # words in one sentence
CAPITAL = "capital"  # brought by who states a ticket, without being listed among the offers
# What a field is called that the startup does not name itself (ranking/services/told_fields.py).
FROM_TEXT = _("%(fields)s (from the description)")
WeightPoints = Mapping[str, int]


def words_of(startup: Traits, investor: Traits, terms: TermTree) -> dict[str, str]:
    """Return the words for each factor that has any."""
    money = terms.find("need", CAPITAL)
    met = startup.stated["need"] & investor.stated["need"] or ({money.pk} if money else set())
    found = {
        Factor.SECTOR: ("sector", startup.stated["sector"]),
        Factor.STAGE: ("stage", startup.stated["stage"]),
        Factor.PLACE: ("place", startup.stated["place"]),
        Factor.NEEDS: ("need", met),
        Factor.FORMS: ("form", startup.stated["form"] & investor.stated["form"]),
    }
    words: dict[str, str] = {
        factor: joined(terms.names(kind, pks)[:MOST]) for factor, (kind, pks) in found.items()
    }
    if told := joined(terms.names("sector", startup.stated[TOLD])):
        words[Factor.SECTOR] = str(FROM_TEXT) % {"fields": told}
    return words


def judged(
    levels: dict[str, int],
    unstated: frozenset[str],
    weights: tuple[WeightPoints, WeightPoints],
    words: dict[str, str],
) -> list[Judgement]:
    """Put strength, points and words of the eight factors together.

    `levels` are 0 to 255; `weights` are both sides' points of 1000.
    """
    judgements = []
    for factor, level in levels.items():
        weight = sum(side.get(factor, 0) for side in weights)
        found = strength(factor, level, stated=factor not in unstated)
        gained, lost = level * weight, (255 - level) * weight
        judgements.append(Judgement(Factor(factor), found, gained, lost, words.get(factor, "")))
    return judgements
