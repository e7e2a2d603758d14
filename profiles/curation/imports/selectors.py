"""What curators read about imports, and the tables that they export."""

import json
import zlib
from collections.abc import Iterator, Mapping, Sequence
from typing import Any

from django.db.models import QuerySet
from django.utils.functional import Promise
from django.utils.translation import get_language, ngettext
from django.utils.translation import gettext as _

from profiles.choices import ImportKind, ImportState, RowOutcome, Status
from profiles.curation.imports.cells import OF_A_DRAFT, cells_of, is_of_people_only, stored
from profiles.curation.imports.columns import Column, columns_of
from profiles.curation.imports.table import Problem, Row
from profiles.languages import is_spoken
from profiles.models import ImportedRow, ImportFile, ImportRun

OPEN = (ImportState.UPLOADED, ImportState.READY, ImportState.FAULTY)  # its columns can be changed
WORKING = (ImportState.CHECKING, ImportState.WRITING, ImportState.UNDOING)
SAMPLES = 3
TOGETHER = 500


def history() -> "QuerySet[ImportRun]":
    return ImportRun.objects.select_related("by")


def rows_of(run: ImportRun) -> list[Row]:
    return [(line, cells) for line, cells in _unpacked(run, "rows")]


def problems_of(run: ImportRun) -> list[list[Any]]:
    """Return every problem of a file: line, column and words in the language of who checked it."""
    return _unpacked(run, "problems")


def _unpacked(run: ImportRun, name: str) -> list[Any]:
    packed = ImportFile.objects.filter(run=run).values_list(name, flat=True).first()
    found: list[Any] = json.loads(zlib.decompress(packed or zlib.compress(b"[]")))
    return found


def progress_of(run: ImportRun) -> dict[str, Any]:
    counts: list[tuple[str | Promise, int]]
    counts = [(RowOutcome(key).label, count) for key, count in run.counts.items() if key in RowOutcome.values]
    if run.state == ImportState.UNDONE:
        counts = [(_("Imported"), written_by(run)), (_("Not undone"), result_of(run).count())]
    problems = [
        (Problem(line, column, _told(run, words)).sentence, *(count or [1]))
        for line, column, words, *count in run.problems
    ]
    notes = uncounted_notes(run.counts) if run.state == ImportState.READY else []
    return {"is_working": run.state in WORKING, "counts": counts, "problems": problems, "notes": notes}


def uncounted_notes(counts: Mapping[str, Any]) -> list[str]:
    """Return a sentence for each column that no score will count."""
    return [
        ngettext(
            "%(column)s: matching will not count this in %(rows)d row, because the company has not agreed to "
            "“%(consent)s” (column agreed_groups).",
            "%(column)s: matching will not count this in %(rows)d rows, because these companies have not "
            "agreed to “%(consent)s” (column agreed_groups).",
            rows,
        )
        % {"column": column, "consent": consent, "rows": rows}
        for column, consent, rows in counts.get("uncounted", ())
    ]


def _told(run: ImportRun, words: str | dict[str, str]) -> str:
    return words if isinstance(words, str) else words.get(get_language() or "") or words[run.language]


def written_by(run: ImportRun) -> int:
    return int(run.counts[RowOutcome.NEW] + run.counts[RowOutcome.UPDATED])


def samples(run: ImportRun) -> list[list[str]]:
    rows = [cells for _line, cells in rows_of(run)[1 : 1 + 10 * SAMPLES]]
    found = [[row[at] for row in rows if at < len(row) and row[at].strip()] for at in range(len(run.headers))]
    return [list(dict.fromkeys(cells))[:SAMPLES] for cells in found]


def result_of(run: ImportRun) -> "QuerySet[ImportedRow]":
    rows = run.rows.exclude(outcome=RowOutcome.UNCHANGED)
    return rows.select_related("startup", "investor", "deal__investor").order_by("line")


def page_of(row: ImportedRow) -> tuple[str, tuple[str, str]] | None:
    company = row.startup or row.investor or (row.deal.investor if row.deal else None)
    if company is None:
        return None
    if company.is_unclaimed:
        return "claim_invite", (company.side, company.public_id)
    return ("review", (company.side, company.public_id)) if company.status != Status.DRAFT else None


def table(kind: str, *, is_exact: bool = False) -> tuple[list[str], Iterator[list[str]]]:
    """Return the header and the rows of a table as an import takes them."""
    names = [column.name for column in columns_of(kind) if is_exact or not column.is_exact]
    records: Iterator[Any] = stored(kind).iterator(chunk_size=TOGETHER)
    return names, (_cells(record, names, is_exact=is_exact) for record in records)


def _cells(record: Any, names: Sequence[str], *, is_exact: bool) -> list[str]:
    cells = cells_of(record)
    if is_of_people_only(record) and not is_exact:
        cells = {name: cell for name, cell in cells.items() if name in OF_A_DRAFT}
    return [cells.get(name, "") for name in names]


def count_of(kind: str) -> int:
    return stored(kind).count()


def kinds() -> list[tuple[str, str, list[Column]]]:
    return [
        (kind.value, str(kind.label), [column for column in columns_of(kind) if is_spoken(column.name)])
        for kind in ImportKind
    ]
