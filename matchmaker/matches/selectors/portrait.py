"""Who somebody is, in a handful of facts: what they do, where, and what they seek."""

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from profiles.taxonomy.selectors.term_tree import TermTree
from profiles.visibility import facts
from profiles.visibility.visible_profile import VisibleProfile, joined

# What stands among the first facts, and so not a second time among all others.
FIRST = {Side.STARTUP: ("sectors", "stage", "place", "ask"), Side.INVESTOR: ("kind", "place")}


def portrait(
    seen: VisibleProfile, side: Side, thesis: VisibleProfile | None, terms: TermTree
) -> list[facts.Fact]:
    """Return the first facts about a profile of `side`; what may not be shown is left out."""
    known = [seen.declared(name) for name in FIRST[side] if name not in seen.hidden]
    first = [facts.fact(seen, field, terms) for field in known]
    if side is Side.STARTUP:
        return [
            *first,
            facts.Fact(_("Looks for"), joined(need.type for need in seen.needs or ())),
            _forms(seen),
        ]
    offers = facts.Fact(_("Offers"), joined(offer.type for offer in seen.offers or ()))
    return [*first, *(_sought(thesis) if thesis else ()), offers]


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
