"""The tree of sectors as a CSV file: written for curators, and read as the changes that it asks for."""

import csv
import io
from collections.abc import Iterator
from typing import NamedTuple

from django.utils.translation import gettext as _

from profiles.catalogue.taxonomy.selectors.sectors import Wanted
from profiles.choices import SectorAct
from profiles.models import Sector

COLUMNS = ("code", "parent", "name_en", "name_ur", "name_zh", "aliases", "successor")
NAMES = ("name_en", "name_ur", "name_zh", "aliases")
NOBODY = "-"  # as a successor: there is none
LONGEST_CODE, LONGEST_NAME, MOST_ROWS = 32, 120, 2_000


class Problem(NamedTuple):
    line: int
    text: str


class ReadTree(NamedTuple):
    """What a file asks for, in the order in which it can be done, and what is wrong with it."""

    wanted: list[Wanted]
    problems: list[Problem]


Row = dict[str, str]


def tree_file() -> str:
    out = io.StringIO()
    writer = csv.writer(out)
    writer.writerow(COLUMNS)
    for sector in Sector.objects.select_related("parent", "merged_into"):
        heir = sector.merged_into.code if sector.merged_into else NOBODY
        names = (sector.name_en, sector.name_ur, sector.name_zh, "|".join(sector.aliases.splitlines()))
        parent = sector.parent.code if sector.parent else ""
        writer.writerow((sector.code, parent, *names, "" if sector.is_active else heir))
    return out.getvalue()


def read_tree(text: str) -> ReadTree:
    try:
        rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline=""), strict=True))
    except csv.Error as error:
        return ReadTree([], [Problem(0, _("This is not a CSV table: %(error)s") % {"error": error})])
    missing = [name for name in COLUMNS if not rows or rows[0].get(name) is None]
    if missing:
        text = _("These columns are missing: %(columns)s") % {"columns": ", ".join(missing)}
        return ReadTree([], [Problem(1, text)])
    if len(rows) > MOST_ROWS:
        return ReadTree([], [Problem(0, _("The file has more than %(most)d rows.") % {"most": MOST_ROWS})])
    stored = {sector.code: sector for sector in Sector.objects.select_related("parent", "merged_into")}
    asked = {at: {name: (row[name] or "").strip() for name in COLUMNS} for at, row in enumerate(rows, 2)}
    by_code = {row["code"]: row for row in asked.values()}
    problems = [Problem(at, text) for at, row in asked.items() for text in _wrong(row, by_code, stored)]
    problems += _repeated(asked)
    problems += [
        Problem(
            0,
            _("%(code)s is in use but missing from the file. Keep its row and enter its successor.")
            % {"code": code},
        )
        for code, sector in stored.items()
        if sector.is_active and code not in by_code
    ]
    wanted = [] if problems else [change for row in by_code.values() for change in _changes(row, stored)]
    order = list(SectorAct)
    # A new parent comes before what stands under it.
    wanted.sort(key=lambda each: (order.index(each.act), each.act == SectorAct.ADD and bool(each.other)))
    return ReadTree(wanted, problems)


def _repeated(asked: dict[int, Row]) -> Iterator[Problem]:
    seen: set[str] = set()
    for at, row in asked.items():
        if row["code"] in seen:
            yield Problem(at, _("%(code)s appears twice in the file.") % {"code": row["code"]})
        seen.add(row["code"])


def _wrong(row: Row, by_code: dict[str, Row], stored: dict[str, Sector]) -> Iterator[str]:
    code, successor, old = row["code"], row["successor"], stored.get(row["code"])
    if not code or len(code) > LONGEST_CODE or not code.replace("-", "").isalnum() or not code.isascii():
        yield _("A code consists of letters, digits and hyphens, at most %(most)d characters.") % {
            "most": LONGEST_CODE
        }
    if not row["name_en"] or any(len(row[name]) > LONGEST_NAME for name in NAMES[:3]):
        yield _("Enter an English name. Names can have at most %(most)d characters.") % {"most": LONGEST_NAME}
    parent = by_code.get(row["parent"])
    if row["parent"] and not successor and (parent is None or parent["parent"] or parent["successor"]):
        yield _("%(code)s is not a top-level sector in this file.") % {"code": row["parent"]}
    if old is None and successor:
        yield _("%(code)s is not known here, so it cannot be retired.") % {"code": code}
    heir = by_code.get(successor)
    if successor not in ("", NOBODY) and (heir is None or heir["successor"] or heir["code"] == code):
        yield _("The successor %(code)s is not an active sector in this file.") % {"code": successor}
    if old and not old.is_active:
        kept = old.merged_into.code if old.merged_into else NOBODY
        if successor != kept:
            text = _(
                "%(code)s is retired, and its successor is %(successor)s. Enter this successor in its row, "
                "or remove the row."
            )
            yield text % {"code": code, "successor": kept}


def _changes(row: Row, stored: dict[str, Sector]) -> Iterator[Wanted]:
    code, old = row["code"], stored.get(row["code"])
    names = {name: row[name].replace("|", "\n") if name == "aliases" else row[name] for name in NAMES}
    if old is None:
        yield Wanted(SectorAct.ADD, code, row["parent"], names)
        return
    if not old.is_active:
        return
    if row["successor"]:
        act = SectorAct.RETIRE if row["successor"] == NOBODY else SectorAct.MERGE
        yield Wanted(act, code, row["successor"].strip(NOBODY))
        return
    parent = old.parent.code if old.parent else ""
    if row["parent"] != parent:
        yield Wanted(SectorAct.MOVE, code, row["parent"], seen={"parent": parent})
    old_values = {name: getattr(old, name) for name in NAMES} | {
        "aliases": "\n".join(old.aliases.splitlines())
    }
    different = {name: value for name, value in names.items() if value != old_values[name]}
    if different:
        yield Wanted(SectorAct.RENAME, code, values=different)
