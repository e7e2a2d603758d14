"""A group of fields that is left out: who still sees it from which country, and what rankings may use."""

from typing import Any

import pytest

from profiles.choices import Purpose, Side
from profiles.models import Startup
from profiles.visibility import access
from profiles.visibility.fields import CATALOGUE, CONSENT_GROUPS, GROUPS
from profiles.visibility.policy import POLICY, matchable
from profiles.visibility.preview import PreviewPlace, PreviewState, rows
from tests import factories

pytestmark = [pytest.mark.django_db, pytest.mark.attack]
CELLS = [
    (side, key, purpose)
    for side, groups in CONSENT_GROUPS.items()
    for key, group in groups.items()
    for purpose in group.purposes
]


def open_profile(side: Side) -> Any:
    """Return a profile of the side whose owner shows everything that can be shown."""
    profile = (factories.make_startup if side == Side.STARTUP else factories.make_investor)("Indus Grow")
    profile.visibility = {key: group.choices[0].value for key, group in GROUPS[side].items()}
    return profile


def names_of(side: Side, key: str) -> set[str]:
    return {name for name, field in POLICY[side].items() if field.consent_group == key and not field.is_exact}


def hidden(profile: Any, country: str) -> set[str]:
    """Return which fields somebody there does not see, after both said yes; exact amounts apart."""
    viewer = access.preview(profile.side.other, mutual=frozenset({profile.pk}), country=country)
    return {name for name in access.see(profile, viewer).hidden if not POLICY[profile.side][name].is_exact}


@pytest.mark.parametrize(("side", "key", "purpose"), CELLS)
def test_each_purpose_takes_away_what_it_says(side: Side, key: str, purpose: Purpose) -> None:
    profile, names = open_profile(side), names_of(side, key)
    home = access.country_of(profile)
    everywhere, scored = hidden(profile, "XX"), {name for name in names if matchable(profile, name)}
    assert hidden(profile, home) == everywhere
    assert scored == names
    profile.withheld = {key: [purpose.value]}

    gone_at_home = names if purpose == Purpose.SHOWING else set()
    gone_abroad = names if purpose != Purpose.MATCHING else set()
    assert hidden(profile, home) - everywhere == gone_at_home
    assert hidden(profile, "XX") - everywhere == gone_abroad
    assert hidden(profile, "") == hidden(profile, "XX")  # an unknown place is across every border
    assert not any(matchable(profile, name) for name in names)
    own = access.Viewer(**{f"{side}_id": profile.pk})
    assert set(access.see(profile, own).hidden) == set()


def test_no_filter_and_no_order_rests_on_what_can_be_left_out() -> None:
    """Filters and their counts read the tables themselves: what they read, everybody may see."""
    for side, fields in CATALOGUE.items():
        for field in fields.values():
            parts = (field, *field.rows)
            assert not (field.consent_group in CONSENT_GROUPS[side] and any(each.filtered for each in parts))


def test_the_preview_shows_both_places(startup: Startup) -> None:
    startup.withheld, startup.founders = {"founders": ["cross_border"]}, "Ayesha Khan"
    startup.visibility = {"founders": "matched"}

    def founders(place: PreviewPlace) -> tuple[str, bool]:
        found = rows(startup, state=PreviewState.CHECKED, place=place)
        return next((row.value, row.is_hidden) for row in found if row.label == "founders")

    assert founders(PreviewPlace.HERE) == ("Ayesha Khan", False)
    assert founders(PreviewPlace.ABROAD) == ("", True)
