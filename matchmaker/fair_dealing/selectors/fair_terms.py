"""What both sides would agree to: what agrees, what does not, what is open; and what yardsticks say."""

from collections.abc import Callable
from dataclasses import dataclass

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import FirstRefusal, IpOwner, Side, StepIn
from matchmaker.fair_dealing.selectors.both_sides import BothSides
from matchmaker.fair_dealing.selectors.published import Yardstick, all_yardsticks
from matchmaker.models import FairTerms
from profiles.choices import Exclusivity

CLAUSES = (
    ("exclusivity", "exclusivity_territory", "exclusivity_months"),
    ("ip_owner",),
    ("exit_notice_days",),
    ("board_partner", "board_total", "step_in", "cure_days"),
    ("first_refusal",),
    ("data_end",),
    ("currency", "law", "disputes"),
)
TERM_FIELDS = tuple(name for names in CLAUSES for name in names)
AGREED, DIFFERS, OPEN = "agreed", "differs", "open"
YEAR_MONTHS, QUARTER_DAYS, HALF_YEAR_DAYS, CURE_DAYS = 12, 90, 180, 30


@dataclass(frozen=True)
class TermRow:
    """One term in words: what each side says, and whether that agrees. Empty is not said."""

    label: str
    startup: str
    partner: str
    state: str


@dataclass(frozen=True)
class Indication:
    """What a yardstick says about one side's terms. `band`: green, amber or red; the words say the same."""

    yardstick: Yardstick
    band: str

    @property
    def words(self) -> str | Promise:
        return BANDS[self.band][0]

    @property
    def tone(self) -> str:
        """The tone of its badge."""
        return BANDS[self.band][1]


@dataclass(frozen=True)
class TermsPage:
    """The terms of a pair as one side may read them now."""

    draft: FairTerms | None
    opened: FairTerms | None
    theirs: FairTerms | None
    groups: list[list[TermRow]]  # by clause
    indications: list[Indication]
    versions: list[FairTerms]

    @property
    def are_both_open(self) -> bool:
        """Whether each reads the other's."""
        return self.opened is not None and self.theirs is not None

    @property
    def disagreements(self) -> list[TermRow]:
        """What to talk about first."""
        return [row for group in self.groups for row in group if row.state == DIFFERS]

    @property
    def is_newest_open(self) -> bool:
        """Whether the own newest version is the one that is open."""
        return self.draft is not None and self.draft.opened_at is not None


def own_versions(both: BothSides, side: Side) -> QuerySet[FairTerms]:
    """Return all versions of one side, the newest first."""
    pair = both.pair
    return FairTerms.objects.filter(startup=pair.startup, investor=pair.investor, side=side)


def terms_page(both: BothSides) -> TermsPage:
    """Return the terms; the other side's only while interest is mutual and both opened. Two queries."""
    own = list(own_versions(both, both.side))
    opened = next((one for one in own if one.opened_at), None)
    others = list(own_versions(both, both.side.other).exclude(opened_at=None)) if both.is_mutual else []
    theirs = others[0] if others and opened else None
    shown = opened if theirs else own[0] if own else None
    return TermsPage(
        draft=own[0] if own else None,
        opened=opened,
        theirs=theirs,
        groups=_groups(shown, theirs, both.side),
        indications=indications(shown) if shown else [],
        versions=sorted([*own, *(others if theirs else [])], key=lambda one: (one.at, one.pk)),
    )


def _groups(own: FairTerms | None, theirs: FairTerms | None, side: Side) -> list[list[TermRow]]:
    """Return every term with both sides' words."""
    startup, partner = (own, theirs) if side == Side.STARTUP else (theirs, own)
    return [[_row(name, startup, partner) for name in names] for names in CLAUSES]


def _row(name: str, startup: FairTerms | None, partner: FairTerms | None) -> TermRow:
    label = str(FairTerms._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    ours, theirs = term_words(startup, name), term_words(partner, name)
    state = OPEN if not (ours and theirs) else AGREED if ours == theirs else DIFFERS
    return TermRow(label[:1].upper() + label[1:], ours, theirs, state)


def term_words(terms: FairTerms | None, name: str) -> str:
    """Return one term in words of the active language; empty where it is not said."""
    value = getattr(terms, name) if terms else None
    if value is None or value == "":
        return ""
    display = getattr(terms, f"get_{name}_display", None)
    return str(display() if display else value)


# --- Yardsticks -----------------------------------------------------------------------------------

BANDS: dict[str, tuple[str | Promise, str]] = {
    "green": (_("within the usual"), "good"),
    "amber": (_("worth a talk"), "info"),
    "red": (_("worth a close look"), "warn"),
}
IP_BANDS = {
    IpOwner.EACH_OWN: "green",
    IpOwner.SHARED: "green",
    IpOwner.PARTNER_LICENCE_BACK: "amber",
    IpOwner.STARTUP: "red",  # one side without a licence back, whichever side it is
    IpOwner.PARTNER: "red",
}
REFUSAL_BANDS = {
    FirstRefusal.NONE: "green",
    FirstRefusal.PRO_RATA: "green",
    FirstRefusal.FOUNDER_SHARES: "amber",
    FirstRefusal.WHOLE_ROUND: "red",
}


def indications(terms: FairTerms) -> list[Indication]:
    """Return what the yardsticks say about the terms that are said; about the rest nothing."""
    known = all_yardsticks()
    found = ((code, judge(terms)) for code, judge in JUDGES.items())
    return [Indication(known[code], band) for code, band in found if band]


def _exclusivity(terms: FairTerms) -> str:
    if terms.exclusivity in ("", Exclusivity.NONE):
        return "green" if terms.exclusivity else ""
    is_bounded = bool(terms.exclusivity_territory) and terms.exclusivity_months is not None
    is_short = is_bounded and (terms.exclusivity_months or 0) <= YEAR_MONTHS
    return "amber" if terms.exclusivity == Exclusivity.LIMITED and is_short else "red"


def _board(terms: FairTerms) -> str:
    if terms.board_partner is None or not terms.board_total:
        return ""
    if 3 * terms.board_partner < terms.board_total:
        return "green"
    return "amber" if 2 * terms.board_partner <= terms.board_total else "red"


def _step_in(terms: FairTerms) -> str:
    if terms.step_in in ("", StepIn.NONE):
        return "green" if terms.step_in else ""
    has_time = terms.cure_days is not None and terms.cure_days >= CURE_DAYS
    return "amber" if terms.step_in == StepIn.INSOLVENCY and has_time else "red"


def _leaving(terms: FairTerms) -> str:
    days = terms.exit_notice_days
    if days is None:
        return ""
    return "green" if days <= QUARTER_DAYS else "amber" if days <= HALF_YEAR_DAYS else "red"


JUDGES: dict[str, Callable[[FairTerms], str]] = {
    "FD-EXCL": _exclusivity,
    "FD-IP": lambda terms: IP_BANDS[IpOwner(terms.ip_owner)] if terms.ip_owner else "",
    "FD-BOARD": _board,
    "FD-STEPIN": _step_in,
    "FD-ROFR": lambda terms: REFUSAL_BANDS[FirstRefusal(terms.first_refusal)] if terms.first_refusal else "",
    "FD-EXIT": _leaving,
}
