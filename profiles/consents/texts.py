"""The words to which companies agree, version by version. A version is never edited: a new one comes after.

What was agreed to by an older version stays as it was; its company is asked again and told what changed.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import TYPE_CHECKING

from django.utils.translation import gettext_lazy as _

from profiles.choices import Purpose

if TYPE_CHECKING:
    from django.utils.functional import _StrPromise  # a name of django-stubs only


@dataclass(frozen=True)
class ConsentText:
    """One version: what is agreed to for the whole profile, what for each group, and what is new in it."""

    version: str
    since_on: date
    whole: Mapping[Purpose, "_StrPromise"]
    by_group: Mapping[Purpose, "_StrPromise"]
    changed: "_StrPromise"


WHOLE: Mapping[Purpose, "_StrPromise"] = {
    Purpose.MATCHING: _("We agree to matching: our profile is compared with the other side's."),
    Purpose.SHOWING: _(
        "We agree to being shown: checked members of the other side see what we chose to show."
    ),
    Purpose.CROSS_BORDER: _(
        "We agree that our contact may be passed across borders, once both sides have said yes."
    ),
}
TEXTS = (
    ConsentText("2026-11", date(2026, 11, 1), WHOLE, {}, _("The first version.")),
    ConsentText(
        "2026-12",
        date(2026, 11, 26),
        WHOLE,
        {
            Purpose.MATCHING: _("We agree that this group is used in scores."),
            Purpose.SHOWING: _("We agree that this group is seen on pages by those whom we chose."),
            Purpose.CROSS_BORDER: _("We agree that this group is sent to viewers in another country."),
        },
        _(
            "New: each group of fields has consents of its own, so you can leave one out. The sentences "
            "about the whole profile are the same, and nothing that you agreed to changes by itself."
        ),
    ),
)
NEWEST = TEXTS[-1]
