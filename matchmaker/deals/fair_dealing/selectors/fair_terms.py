"""Fair terms: their versions, the sheet, and the page of a pair."""

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.db.models import QuerySet
from django.utils.formats import date_format
from django.utils.functional import Promise
from django.utils.timezone import localtime
from django.utils.translation import get_language, gettext_lazy, pgettext
from django.utils.translation import gettext as _

from matchmaker.choices import FirstRefusal, IpOwner, Side, StepIn
from matchmaker.deals.fair_dealing.selectors import figures, governance
from matchmaker.matching.pairs.selectors.pair import Pair
from matchmaker.models.fair_dealing import CLAUSES, DisclosureRequest, FairTerms
from profiles.catalogue.taxonomy.selectors.tables import DATA, csv_rows
from profiles.catalogue.taxonomy.selectors.terms import TermTree, all_terms
from profiles.choices import Exclusivity

AGREED, DIFFERS, OPEN = "agreed", "differs", "open"
YEAR_MONTHS, QUARTER_DAYS, HALF_YEAR_DAYS, CURE_DAYS = 12, 90, 180, 30


@dataclass(frozen=True)
class TermRow:
    """One term in words: what each side states, and whether that agrees. Empty is not stated.

    `waits_for`: the side that has still to answer.
    """

    label: str
    startup: str
    partner: str
    state: str
    waits_for: str = ""


@dataclass(frozen=True)
class Indication:
    yardstick: figures.Yardstick
    band: str

    @property
    def words(self) -> str | Promise:
        return BANDS[self.band][0]

    @property
    def tone(self) -> str:
        return BANDS[self.band][1]


@dataclass(frozen=True)
class TermsPage:
    draft: FairTerms | None
    opened: FairTerms | None
    theirs: FairTerms | None
    groups: list[list[TermRow]]  # by clause
    indications: list[Indication]
    versions: list[FairTerms]

    @property
    def are_both_open(self) -> bool:
        return self.opened is not None and self.theirs is not None

    @property
    def disagreements(self) -> list[TermRow]:
        return [row for group in self.groups for row in group if row.state == DIFFERS]

    @property
    def is_newest_open(self) -> bool:
        return self.draft is not None and self.draft.opened_at is not None


def own_versions(both: governance.BothSides, side: Side) -> QuerySet[FairTerms]:
    pair = both.pair
    return FairTerms.objects.filter(startup=pair.startup, investor=pair.investor, side=side)


def terms_page(both: governance.BothSides) -> TermsPage:
    versions = list(own_versions(both, both.side))
    opened = next((one for one in versions if one.opened_at), None)
    others = list(own_versions(both, both.side.other).exclude(opened_at=None)) if both.is_mutual else []
    theirs = others[0] if others and opened else None
    shown, is_shared = opened if theirs else versions[0] if versions else None, theirs is not None
    startup, partner = (shown, theirs) if both.side == Side.STARTUP else (theirs, shown)
    return TermsPage(
        draft=versions[0] if versions else None,
        opened=opened,
        theirs=theirs,
        groups=[
            [
                _row(name, startup, partner, own=both.side, is_shared=is_shared, is_open=bool(opened))
                for name in names
            ]
            for names in CLAUSES
        ],
        indications=indications(shown) if shown else [],
        versions=sorted([*versions, *(others if theirs else [])], key=lambda one: (one.at, one.pk)),
    )


def _row(
    name: str,
    startup: FairTerms | None,
    partner: FairTerms | None,
    *,
    own: Side,
    is_shared: bool,
    is_open: bool,
) -> TermRow:
    label = str(FairTerms._meta.get_field(name).verbose_name)  # type: ignore[union-attr]
    words = {Side.STARTUP: term_words(startup, name), Side.INVESTOR: term_words(partner, name)}
    if is_shared and not all(words.values()):
        words[own.other] = ""
    ours, theirs = words[Side.STARTUP], words[Side.INVESTOR]
    state = OPEN if not (ours and theirs) else AGREED if ours == theirs else DIFFERS
    waits_for = str(own.other) if state == OPEN and is_open and words[own] else ""
    return TermRow(label[:1].upper() + label[1:], ours, theirs, state, waits_for)


def term_words(terms: FairTerms | None, name: str) -> str:
    """Return one term in words of the active language; empty if not stated."""
    value = getattr(terms, name) if terms else None
    if value is None or value == "":
        return ""
    display = getattr(terms, f"get_{name}_display", None)
    return str(display() if display else value)


# --- Yardsticks -----------------------------------------------------------------------------------

BANDS: dict[str, tuple[str | Promise, str]] = {
    "green": (gettext_lazy("within the usual range"), "good"),
    "amber": (gettext_lazy("worth discussing"), "info"),
    "red": (gettext_lazy("worth a close look"), "warn"),
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
    yardsticks = figures.all_yardsticks()
    judged = ((code, judge(terms)) for code, judge in JUDGES.items())
    return [Indication(yardsticks[code], band) for code, band in judged if band]


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


TEMPLATE = Path(settings.BASE_DIR) / "templates" / "deals" / "fair_dealing" / "terms.typ"


def terms_sheet(pair: Pair, page: TermsPage, *, at: datetime) -> dict[str, Any]:
    side = pair.member.side
    names = {side: str(pair.company.name), side.other: pair.title}
    return {
        "language": (get_language() or "en")[:2],
        "product": settings.PRODUCT,
        "made": _day(at),
        "title": _("Fair terms: agreed and open"),
        "tags": [_("Demo record")] if pair.startup.is_demo or pair.investor.is_demo else [],
        "lead": f"{names[Side.STARTUP]} × {names[Side.INVESTOR]}",
        "advice": _(
            "Questions to discuss together, with their sources. This is not legal advice. It does not mean "
            "that anyone or anything is permitted, approved or safe."
        ),
        "versions": _versions(page, names),
        "parts": _opened_parts(page, names) if page.are_both_open else [_own_part(page, side, names[side])],
        "note": ""
        if page.are_both_open
        else _(
            "You will see the other side’s terms here when both sides are interested and both have opened "
            "their terms."
        ),
        "footer": _(
            "A list of wishes, as stated in the versions named above. This is not a contract and not an "
            "offer."
        ),
    }


def _day(at: datetime) -> str:
    return date_format(localtime(at), "DATE_FORMAT")


def _versions(page: TermsPage, names: dict[Side, str]) -> list[str]:
    versions = [page.opened, page.theirs] if page.are_both_open else [page.draft]
    ordered = sorted(filter(None, versions), key=lambda one: one.side != Side.STARTUP)
    return [_version(one, names[Side(one.side)]) for one in ordered]


def _version(terms: FairTerms, name: str) -> str:
    context = {"company": name, "version": terms.version, "day": _day(terms.at)}
    if terms.opened_at is None:
        return _("%(company)s: version %(version)d of %(day)s, private") % context
    opened = {**context, "opened": _day(terms.opened_at)}
    return _("%(company)s: version %(version)d of %(day)s, opened on %(opened)s") % opened


def _opened_parts(page: TermsPage, names: dict[Side, str]) -> list[dict[str, Any]]:
    """Group the terms: nothing more needed, a talk, or an answer. Open terms show no side's answer."""
    headings = {
        AGREED: (pgettext("terms", "Agreed: %(count)d"), _("Nothing yet.")),
        DIFFERS: (
            pgettext("terms", "Different, to talk about: %(count)d"),
            _("There are no differences in what both sides have said."),
        ),
        OPEN: (pgettext("terms", "Open: %(count)d"), _("Nothing is open.")),
    }
    both = [names[Side.STARTUP], names[Side.INVESTOR]]
    parts = []
    for state, (heading, none) in headings.items():
        rows = [row for group in page.groups for row in group if row.state == state]
        heads = [_("Both sides")] if state == AGREED else both
        words = [("", "") if state == OPEN else (row.startup, row.partner)[: len(heads)] for row in rows]
        sheet_rows = [_sheet_row(row, cell_words) for row, cell_words in zip(rows, words, strict=True)]
        parts.append(_part(state, heading % {"count": len(rows)}, heads, sheet_rows, none))
    return parts


def _own_part(page: TermsPage, side: Side, name: str) -> dict[str, Any]:
    rows = [row for group in page.groups for row in group]
    sheet_rows = [_sheet_row(row, (row.startup if side == Side.STARTUP else row.partner,)) for row in rows]
    return _part(OPEN, _("Your side's terms"), [name], sheet_rows)


def _part(
    state: str, heading: str, heads: list[str], rows: list[dict[str, Any]], none: str = ""
) -> dict[str, Any]:
    return {"state": state, "heading": heading, "none": none, "heads": heads, "rows": rows}


def _sheet_row(row: TermRow, words: tuple[str, ...]) -> dict[str, Any]:
    cells = [{"words": word or _("not answered"), "is_said": bool(word)} for word in words]
    return {"label": row.label, "said": cells}


# The question, and the field of a startup and of a partner that answers it.
QUESTIONS: tuple[tuple[str | Promise, str, str], ...] = (
    (gettext_lazy("State ownership"), "state_owned", "state_owned"),
    (gettext_lazy("Beneficial owner"), "beneficial_owner", "beneficial_owner"),
    (gettext_lazy("Fees"), "fee_policy", "fee_policy"),
    (gettext_lazy("Fees in detail"), "fee_details", "fee_details"),
    (gettext_lazy("Data hosting"), "data_location", "data_hosting"),
    (gettext_lazy("Asks for exclusivity"), "exclusivity_ask", "exclusivity_ask"),
)


def fair_page(both: governance.BothSides, form: str) -> dict[str, Any]:
    terms = all_terms()
    return {
        "both": both,
        "checks": governance.checks_page(both, form),
        "disclosure": _disclosure(both, terms),
        "cards": governance.data_cards(both, terms),
        "dependency": figures.pair_dependency(both) if both.side == Side.STARTUP else None,
    }


def _disclosure(both: governance.BothSides, terms: TermTree) -> dict[str, Any]:
    """Return both sides' answers in words, as each is shown to the other; empty is not answered."""
    startup, partner, pair = both.startup, both.investor, both.pair
    rows = [
        {
            "question": question,
            "startup": governance.stated_words(startup, ours, terms),
            "partner": governance.stated_words(partner, theirs, terms),
        }
        for question, ours, theirs in QUESTIONS
    ]
    requests = DisclosureRequest.objects.filter(startup=pair.startup, investor=pair.investor)
    asked = dict(requests.values_list("side", "at"))
    theirs = "partner" if both.side == Side.STARTUP else "startup"
    is_open = any(not row[theirs] for row in rows)
    return {
        "rows": rows,
        "startup_on": startup.confirmed_on,
        "partner_on": partner.confirmed_on,
        "startup_asked_at": asked.get(Side.INVESTOR),
        "partner_asked_at": asked.get(Side.STARTUP),
        "can_ask": is_open and both.side not in asked,
        "is_asked_of_us": both.side.other in asked,
    }


def table(heads: Iterable[str], rows: Iterable[Iterable[str]]) -> str:
    lines = [list(heads), *map(list, rows)]
    lines.insert(1, ["---"] * len(lines[0]))
    return "\n".join(f"| {' | '.join(cell.replace('|', '/') for cell in line)} |" for line in lines)


def governance_checks() -> str:
    heads = ("check", "about", "status", "as of", "support", "source", "look again by")
    return table(
        heads,
        (
            (
                row["code"],
                row["title_en"],
                row["status"],
                row["as_of"],
                row["confidence"],
                f"[{row['source']}]({row['source_url']})" if row["source_url"] else row["source"],
                row["review_by"],
            )
            for row in csv_rows(DATA / "governance.csv")
        ),
    )


def yardsticks() -> str:
    used = {*figures.OF_DEPENDENCY, *figures.OF_CONCENTRATION, *JUDGES}
    heads = ("yardstick", "question", "worth a look", "far out", "whose threshold", "kind", "caveat")
    names = ("name_en", "plain_en", "amber", "red", "threshold_source", "threshold_kind", "caveat")
    rows = [row for row in csv_rows(DATA / "fair_dealing.csv") if row["code"] in used]
    return table(heads, ([row[name] for name in names] for row in rows))


def published_figures() -> str:
    count: dict[tuple[str, str], int] = {}
    for row in csv_rows(DATA / "context_numbers.csv"):
        key = row["publisher"] or "no one published it; the page says so", row["confidence"]
        count[key] = count.get(key, 0) + 1
    return table(
        ("publisher", "support", "figures"), ([*key, str(number)] for key, number in sorted(count.items()))
    )


TABLES: dict[str, Callable[[], str]] = {
    "Governance checks": governance_checks,
    "Yardsticks": yardsticks,
    "Figures about the market": published_figures,
}
