"""Who may see which field, by the catalogue. Undeclared fields are hidden from everyone.

The audience of a field is the smallest group that includes everyone who may see it: approved members of the
other side, both sides after mutual interest, or only its owner and the curators. Visitors who are not signed
in see nothing. Fields of a *group* follow their owner's choice in `Profile.visibility` and the excluded
consents in `Profile.withheld` (docs/decisions/0019-consents-by-group.md).
"""

from collections.abc import Collection, Mapping
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.fields import CATALOGUE, CONSENT_GROUPS, GROUPS, ROWS, Field
from profiles.choices import Audience, Purpose, Side
from profiles.models import Investor, Startup

MATCHED, NOBODY = Audience.MATCHED, Audience.NOBODY


def _readable(fields: Mapping[str, Field]) -> dict[str, Field]:
    return {name: field for name, field in fields.items() if field.seen}


POLICY: dict[Side, dict[str, Field]] = {side: _readable(fields) for side, fields in CATALOGUE.items()}
# Rows that belong to a profile.
PARTS: dict[str, dict[str, Field]] = {part: _readable(fields) for part, fields in ROWS.items()}
# Hidden until the viewer is interested, for viewers who asked for a blind first look.
BLIND_GROUPS = frozenset({"name", "founders"})


def group_audience(side: Side, group: str, visibility: Mapping[str, Any]) -> Audience:
    """Return the audience of a group: the owner's choice where that is allowed, otherwise the default."""
    known = GROUPS[side][group]
    choice = visibility.get(group)
    return Audience(choice) if choice in known.choices else known.default


def left_out(field: Field, withheld: Mapping[str, Any]) -> frozenset[str]:
    """Return the purposes that the owner has excluded for the field's group."""
    return frozenset(withheld.get(field.consent_group, ()))


def agrees_to_show(field: Field, withheld: Mapping[str, Any], *, is_abroad: bool) -> bool:
    """Return whether the owner agrees that others see the field, in its own country or across a border."""
    missing = left_out(field, withheld)
    return Purpose.SHOWING not in missing and not (is_abroad and Purpose.CROSS_BORDER in missing)


def withheld_but(side: Side, agreed: Collection[str] = ()) -> dict[str, list[str]]:
    """Return what a profile leaves out that agrees to these cells, such as "revenue-showing", and no others.

    A new profile agrees to none.
    """
    left = {
        key: [str(each) for each in Purpose if each in group.purposes and cell_name(key, each) not in agreed]
        for key, group in CONSENT_GROUPS[side].items()
    }
    return {key: purposes for key, purposes in left.items() if purposes}


def agreed_cells(side: Side, withheld: Mapping[str, Any]) -> list[str]:
    """Return the cells to which a profile agrees that leaves these out."""
    return [
        cell_name(key, purpose)
        for key, group in CONSENT_GROUPS[side].items()
        for purpose in group.purposes
        if purpose not in withheld.get(key, ())
    ]


def cell_name(group: str, purpose: str) -> str:
    """Return the name of a cell of the table of consents: of a box, and in a file."""
    return f"{group}-{purpose}"


def purposes_in(side: Side, cells: Collection[str]) -> dict[str, frozenset[Purpose]]:
    """Return the purposes of each group that these cells agree to."""
    return {
        key: frozenset(each for each in group.purposes if cell_name(key, each) in cells)
        for key, group in CONSENT_GROUPS[side].items()
    }


def offered_purposes(side: Side) -> dict[str, frozenset[Purpose]]:
    """Return the purposes for which consent is asked, of each group."""
    return {key: frozenset(group.purposes) for key, group in CONSENT_GROUPS[side].items()}


def audience_of(profile: Startup | Investor, field: str) -> Audience:
    """Return the largest audience of a field of this profile; an undeclared field has none."""
    side = profile.side
    rule = POLICY[side].get(field)
    if rule is None or not agrees_to_show(rule, profile.withheld, is_abroad=False):
        return NOBODY
    return group_audience(side, rule.group, profile.visibility) if rule.group else rule.audience


# Who is across the table, once approved.
ACROSS: dict[Side, Promise] = {
    Side.STARTUP: _("Approved investors and partners"),
    Side.INVESTOR: _("Approved startups"),
}


def audience_label(audience: Audience, side: Side) -> Promise | str:
    """Return an audience in words, for the owner of a profile of this side."""
    return ACROSS[side] if audience == MATCHED else audience.label


def matchable(profile: Startup | Investor, field: str) -> bool:
    """Return whether rankings may use the field: the whole other side may see it before mutual interest.

    There is one score per pair for all countries, so a field excluded for one purpose or country is not used.
    """
    rule = POLICY[profile.side].get(field)
    is_left_out = rule is not None and bool(left_out(rule, profile.withheld))
    return not is_left_out and audience_of(profile, field) in (Audience.PUBLIC, MATCHED)
