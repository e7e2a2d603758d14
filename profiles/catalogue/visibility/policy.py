"""Who may see which field, by the catalogue. Undeclared fields are hidden from everyone."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.fields import CATALOGUE, CONSENT_GROUPS, GROUPS, ROWS, Field, Group
from profiles.choices import Audience, Purpose, Side
from profiles.models import Investor, Startup

MATCHED, MUTUAL, NOBODY = Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY


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
    return frozenset(withheld.get(field.consent_group, ()))


def agrees_to_show(field: Field, withheld: Mapping[str, Any], *, is_abroad: bool) -> bool:
    missing = left_out(field, withheld)
    return Purpose.SHOWING not in missing and not (is_abroad and Purpose.CROSS_BORDER in missing)


def withheld_but(side: Side, agreed: Collection[str] = ()) -> dict[str, list[str]]:
    """Return what a profile leaves out that agrees to these cells, such as "revenue-showing".

    And no others.
    """
    left = {
        key: [
            str(purpose)
            for purpose in Purpose
            if purpose in group.purposes and cell_name(key, purpose) not in agreed
        ]
        for key, group in CONSENT_GROUPS[side].items()
    }
    return {key: purposes for key, purposes in left.items() if purposes}


def agreed_cells(side: Side, withheld: Mapping[str, Any]) -> list[str]:
    return [
        cell_name(key, purpose)
        for key, group in CONSENT_GROUPS[side].items()
        for purpose in group.purposes
        if purpose not in withheld.get(key, ())
    ]


def cell_name(group: str, purpose: str) -> str:
    return f"{group}-{purpose}"


def purposes_in(side: Side, cells: Collection[str]) -> dict[str, frozenset[Purpose]]:
    return {
        key: frozenset(purpose for purpose in group.purposes if cell_name(key, purpose) in cells)
        for key, group in CONSENT_GROUPS[side].items()
    }


def offered_purposes(side: Side) -> dict[str, frozenset[Purpose]]:
    return {key: frozenset(group.purposes) for key, group in CONSENT_GROUPS[side].items()}


def audience_of(profile: Startup | Investor, field: str) -> Audience:
    side = profile.side
    rule = POLICY[side].get(field)
    if rule is None or not agrees_to_show(rule, profile.withheld, is_abroad=False):
        return NOBODY
    return group_audience(side, rule.group, profile.visibility) if rule.group else rule.audience


@dataclass(frozen=True)
class ConsentSet:
    """What one act agrees to: who sees each group, and which purposes of each group."""

    visibility: dict[str, str]
    given: dict[str, frozenset[Purpose]]

    def audience(self, key: str, group: Group) -> Audience:
        if key in self.given and not self.given[key]:
            return NOBODY
        return Audience(self.visibility.get(key, group.default))


RECOMMENDED, AFTER_YES = "recommended", "after_yes"


def consent_sets(side: Side) -> dict[str, ConsentSet]:
    """Return the sets by name.

    A group of which anything is seen before two yeses, whatever its audience, is in no consent of AFTER_YES.
    """
    groups, offered = GROUPS[side], offered_purposes(side)
    seen_before = {field.consent_group for field in CATALOGUE[side].values() if not field.group}
    waits = {key for key, group in groups.items() if MUTUAL in group.choices} - seen_before
    return {
        RECOMMENDED: ConsentSet(
            {key: (group.recommended or group.default).value for key, group in groups.items()}, offered
        ),
        AFTER_YES: ConsentSet(
            {
                key: MUTUAL.value if MUTUAL in group.choices else group.default.value
                for key, group in groups.items()
            },
            {
                key: purposes - {Purpose.MATCHING} if key in waits else frozenset()
                for key, purposes in offered.items()
            },
        ),
    }


# Who is across the table, once approved.
ACROSS: dict[Side, Promise] = {
    Side.STARTUP: _("Approved investors and partners"),
    Side.INVESTOR: _("Approved startups"),
}


def audience_label(audience: Audience, side: Side) -> Promise | str:
    return ACROSS[side] if audience == MATCHED else audience.label


def matchable(profile: Startup | Investor, field: str) -> bool:
    """Return whether rankings may use the field: the whole other side may see it before mutual interest."""
    rule = POLICY[profile.side].get(field)
    is_left_out = rule is not None and bool(left_out(rule, profile.withheld))
    return not is_left_out and audience_of(profile, field) in (Audience.PUBLIC, MATCHED)
