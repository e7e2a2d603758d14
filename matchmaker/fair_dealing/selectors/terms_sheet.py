"""The fair terms of a pair on a sheet of paper: what is agreed, what differs, what is open.

Once both sides have opened theirs, both get the same sheet; before that, their own newest version alone. A
newer version that is still private is not on it, nor that there is one: paper is handed around.
"""

from datetime import datetime
from pathlib import Path
from typing import Any

from django.conf import settings
from django.utils.formats import date_format
from django.utils.timezone import localtime
from django.utils.translation import get_language, pgettext
from django.utils.translation import gettext as _

from matchmaker.choices import Side
from matchmaker.fair_dealing.selectors.fair_terms import AGREED, DIFFERS, OPEN, TermRow, TermsPage
from matchmaker.models import FairTerms
from matchmaker.pairs.selectors.pair import Pair

TEMPLATE = Path(settings.BASE_DIR) / "templates" / "fair_dealing" / "terms.typ"


def terms_sheet(pair: Pair, page: TermsPage, *, at: datetime) -> dict[str, Any]:
    """Return the data of templates/fair_dealing/terms.typ: words only, in the active language."""
    names, own = _names(pair), pair.member.side
    return {
        "language": (get_language() or "en")[:2],
        "product": settings.PRODUCT,
        "made": _day(at),
        "title": _("Fair terms: agreed and open"),
        "tags": [_("Demo record")] if pair.startup.is_demo or pair.investor.is_demo else [],
        "lead": f"{names[Side.STARTUP]} × {names[Side.INVESTOR]}",
        "advice": _(
            "Questions to look at together, with their sources. Not legal advice: nothing here says that"
            " anybody or anything is allowed, checked off or safe."
        ),
        "versions": _versions(page, names),
        "parts": _opened_parts(page, names) if page.are_both_open else [_own_part(page, own, names[own])],
        "note": ""
        if page.are_both_open
        else _(
            "The other side's terms appear here when both sides are interested and both have opened theirs."
        ),
        "footer": _("A list of wishes, as the versions named above say them. No contract, and no offer."),
    }


def _names(pair: Pair) -> dict[Side, str]:
    """Return what the reader may call the two companies."""
    own = pair.member.side
    return {own: str(pair.company.name), own.other: pair.title}


def _day(at: datetime) -> str:
    return date_format(localtime(at), "DATE_FORMAT")


def _versions(page: TermsPage, names: dict[Side, str]) -> list[str]:
    """Return which version of whom is on the sheet."""
    found = [page.opened, page.theirs] if page.are_both_open else [page.draft]
    known = sorted(filter(None, found), key=lambda one: one.side != Side.STARTUP)
    return [_version(one, names[Side(one.side)]) for one in known]


def _version(terms: FairTerms, name: str) -> str:
    said = {"company": name, "version": terms.version, "day": _day(terms.at)}
    if terms.opened_at is None:
        return _("%(company)s: version %(version)d of %(day)s, private") % said
    opened = {**said, "opened": _day(terms.opened_at)}
    return _("%(company)s: version %(version)d of %(day)s, opened on %(opened)s") % opened


def _opened_parts(page: TermsPage, names: dict[Side, str]) -> list[dict[str, Any]]:
    """Return the terms by what they need: nothing more, a talk, or an answer."""
    headings = {
        AGREED: (pgettext("terms", "Agreed: %(count)d"), _("Nothing yet.")),
        DIFFERS: (
            pgettext("terms", "Different, to talk about: %(count)d"),
            _("Nothing that both sides have said differs."),
        ),
        OPEN: (pgettext("terms", "Open: %(count)d"), _("Nothing is open.")),
    }
    both = [names[Side.STARTUP], names[Side.INVESTOR]]
    parts = []
    for state, (heading, none) in headings.items():
        rows = [row for group in page.groups for row in group if row.state == state]
        heads = [_("Both sides")] if state == AGREED else both
        said = [_row(row, (row.startup, row.partner)[: len(heads)]) for row in rows]
        parts.append(_part(state, heading % {"count": len(rows)}, heads, said, none))
    return parts


def _own_part(page: TermsPage, own: Side, name: str) -> dict[str, Any]:
    """Return what the reader's own side would agree to."""
    rows = [row for group in page.groups for row in group]
    said = [_row(row, (row.startup if own == Side.STARTUP else row.partner,)) for row in rows]
    return _part(OPEN, _("Your side's terms"), [name], said)


def _part(
    state: str, heading: str, heads: list[str], rows: list[dict[str, Any]], none: str = ""
) -> dict[str, Any]:
    return {"state": state, "heading": heading, "none": none, "heads": heads, "rows": rows}


def _row(row: TermRow, words: tuple[str, ...]) -> dict[str, Any]:
    said = [{"words": each or _("not answered"), "is_said": bool(each)} for each in words]
    return {"label": row.label, "said": said}
