"""Who somebody is, in a handful of facts: what they do, where, and what they seek."""

from collections.abc import Iterable

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.reasons.facts import Keys, PairFacts
from profiles.visibility import facts
from profiles.visibility.visible_profile import VisibleProfile, joined

# What stands among the first facts, and so not a second time among all others.
FIRST = {Side.STARTUP: ("sectors", "stage", "place", "ask"), Side.INVESTOR: ("kind", "place")}


def portrait(
    seen: VisibleProfile, side: Side, thesis: VisibleProfile | None, pair: PairFacts
) -> list[facts.Fact]:
    """Return the first facts about a profile of `side`; what may not be shown is left out.

    Money stands among what is needed or offered wherever the scores count it: for a startup that raises, and
    for a partner whose thesis states a ticket or a form that brings it.
    """
    known = [seen.declared(name) for name in FIRST[side] if name not in seen.hidden]
    first = [facts.fact(seen, field, pair.terms) for field in known]
    if side is Side.STARTUP:
        return [
            *first,
            facts.Fact(_("Looks for"), _kinds(seen.needs, pair.startup.needs, pair)),
            _forms(seen),
        ]
    offers = facts.Fact(_("Offers"), _kinds(seen.offers, pair.partner.offers, pair))
    return [*first, *(_sought(thesis) if thesis else ()), offers]


def _kinds(rows: Iterable[VisibleProfile] | None, counted: Keys, pair: PairFacts) -> str:
    """Return the kinds of some needs or offers, with money first where it counts without a row of its own."""
    stated = [row.type for row in rows or ()]
    money = counted & pair.capital - {kind.pk for kind in stated}
    return joined([*pair.terms.names("need", money), *stated])


def _sought(thesis: VisibleProfile) -> list[facts.Fact]:
    """Return what an investor looks for, by one of its theses."""
    return [
        facts.Fact(_("Looks for"), joined(thesis.sectors)),
        facts.Fact(_("Stages"), joined(thesis.stages)),
        facts.Fact(capfirst(thesis.labels["ticket"]), str(thesis.ticket or "")),
        _forms(thesis),
    ]


def _forms(seen: VisibleProfile) -> facts.Fact:
    """Return the forms of partnership that a startup or a thesis accepts."""
    return facts.Fact(_("Forms of partnership"), joined(seen.forms or ()))
