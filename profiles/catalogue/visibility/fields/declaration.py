"""Declaration of a field and of a field group, and what both sides have in common."""

from dataclasses import dataclass
from enum import Enum
from functools import cached_property
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.choices import Audience, Purpose

SEEN = (Purpose.SHOWING, Purpose.CROSS_BORDER)


@dataclass(frozen=True)
class Group:
    """Fields with an audience that their owner chooses. `default` applies until then.

    The recommended set of consents opens the group to `recommended`.
    """

    key: str
    label: Promise
    default: Audience
    consequence: Promise | str = ""
    choices: tuple[Audience, ...] = (Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY)
    purposes: tuple[Purpose, ...] = SEEN
    recommended: Audience | None = None  # `default` where it is the same


class Check(Enum):
    """What becomes of a new value of an approved profile. In both cases a curator reads it."""

    HELD = "held"
    MATERIAL = "material"


@dataclass(frozen=True)
class Field:
    """A field of a profile, or of a row of its lists."""

    name: str
    # Who may see it: a circle, a group, or None for what no viewer reads, its owner neither.
    seen: Audience | Group | None
    # The step whose form asks for it. A stored field with a step is its owner's to set; with `is_set` it is
    # although no form asks.
    step: str = ""
    is_set: bool = False
    check: Check | None = None
    # What the other side reads, in this order: among the facts, unless it is apart, in a part of the page of
    # its own, or on the card about data.
    shown: int = 0
    is_apart: bool = False
    is_about_data: bool = False
    # What a reviewer reads and may send back with a reason.
    reviewed: int = 0
    # How useful it is to state, the most useful first, and the words that ask for it; needed: for submission.
    useful: int = 0
    prompt: Promise | str = ""
    is_needed: bool = False
    # Whether rankings read it. "Add next" names only what a review needs or rankings read.
    is_scored: bool = False
    # Without it there is not even a draft, so a file must have the column.
    is_required: bool = False
    # Only its owner reads it; a curator may after giving a reason.
    is_exact: bool = False
    # Is shown only with the consent to pass it across borders.
    crosses_border: bool = False
    # The group whose consent it needs, where its owner does not choose its audience.
    consented: Group | None = None
    # The filter of the lists of matches to which it belongs.
    filtered: str = ""
    exported: int = 0
    # The closed list of what is kept as JSON or as a code; `is_place`: the code of a country is kept.
    codes: Any = ()
    is_place: bool = False
    # What is computed, or kept elsewhere, has a label here; what is stored has that of the model.
    label: Promise | str = ""
    rows: tuple["Field", ...] = ()

    @cached_property
    def audience(self) -> Audience:
        if isinstance(self.seen, Group):
            return self.seen.default
        return self.seen or Audience.NOBODY

    @cached_property
    def group(self) -> str:
        return self.seen.key if isinstance(self.seen, Group) else ""

    @cached_property
    def consent_group(self) -> str:
        return self.consented.key if self.consented else self.group

    @property
    def is_editable(self) -> bool:
        return not self.label and bool(self.step or self.is_set)


MATCHED, MUTUAL, NOBODY = Audience.MATCHED, Audience.MUTUAL, Audience.NOBODY

CONTACT = Group("contact", _("Contact person"), MUTUAL, choices=(MUTUAL, NOBODY))
# Whose audience is not chosen, but which its owner can leave out.
DATA = Group(
    "data",
    _("Data practices"),
    MATCHED,
    _("Without this, the data practices of the two sides cannot be compared."),
    choices=(MATCHED,),
)

KEPT = (
    Field("public_id", None, exported=10),
    Field("name_key", None),
    Field("visibility", None, is_set=True),
    Field("confirmed_on", MATCHED, is_set=True, shown=900),
    Field("status", NOBODY, exported=40),
    *(Field(name, NOBODY) for name in ("submitted_at", "reviewed_at", "approved_country")),
    Field("created_at", NOBODY, exported=70),
    Field("changed_at", NOBODY, exported=80),
    *(Field(name, NOBODY) for name in ("matching_consent", "withheld", "unread_changes", "declined")),
    *(Field(name, NOBODY) for name in ("paused_at", "fresh_asked_at", "stale_at", "leaves_at", "erased_at")),
    Field("is_unclaimed", MATCHED),
    Field("staged_in", NOBODY),
    Field("is_demo", MATCHED, exported=60),
    # What may be shown of people opens like their contacts.
    Field("photos", CONTACT, label=_("pictures of people"), crosses_border=True),
)
