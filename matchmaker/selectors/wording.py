"""The words of one pair: what both sides have in common, by factor, for the sentences of explanations.py."""

from collections.abc import Mapping

from matchmaker.choices import Factor
from matchmaker.selectors.explanations import Judgement, strength
from matchmaker.selectors.facets import Traits
from matchmaker.selectors.terms import Terms
from profiles.selectors.seen import joined

MOST = 3  # words in one sentence
CAPITAL = "capital"  # brought by who states a ticket, without being listed among the offers
Points = Mapping[str, int]


def words_of(startup: Traits, investor: Traits, terms: Terms) -> dict[str, str]:
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
    return {factor: joined(terms.names(kind, pks)[:MOST]) for factor, (kind, pks) in found.items()}


def judged(
    levels: dict[str, int], unstated: frozenset[str], weights: tuple[Points, Points], words: dict[str, str]
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
