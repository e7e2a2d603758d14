"""Imports of files.

Checked in memory, written in batches that no one sees, published at once, or taken back.
"""

import json
import time
import zlib
from collections.abc import Callable, Iterable, Iterator, Sequence
from contextlib import suppress
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from django.db import IntegrityError, transaction
from django.db.models import Max
from django.utils import timezone
from django.utils.translation import get_language, gettext_lazy, override
from django.utils.translation import gettext as _

from profiles.catalogue.consents import services as consents
from profiles.choices import ImportKind, ImportState, RowOutcome, Side
from profiles.companies.steps import services as companies
from profiles.curation.imports import table
from profiles.curation.imports.checking import TOGETHER, Checked, Checker, checked_since
from profiles.curation.imports.columns import (
    SIDE_OF,
    columns_of,
    guess_columns,
    header_problems,
    unknown_columns,
)
from profiles.curation.imports.drafts import insert, insert_drafts, insert_profiles
from profiles.curation.imports.kinds import IMPORTED, TABLE_EXPORTED, TABLE_LIMIT, UPLOAD_LIMIT
from profiles.curation.imports.selectors import OPEN, WORKING, rows_of
from profiles.curation.imports.undoing import agree, leave_rest, take_back
from profiles.models import (
    SIDES,
    AuditRecord,
    ColumnMapping,
    Consent,
    ImportedRow,
    ImportFile,
    ImportRun,
    User,
)
from profiles.models.leased_row import LeasedRows
from profiles.platform import leases
from profiles.platform.audit import services as audit
from profiles.platform.changes.services import ChangedMeanwhileError
from profiles.platform.files.services import room
from profiles.platform.limits import services as limits
from profiles.refusals import RefusedError
from profiles.signals import import_waits, profiles_changed

LEASE = timedelta(minutes=2)  # longer than a batch takes; every batch renews it
MOST_ATTEMPTS = 3
KEPT = timedelta(days=1)  # for which a file waits for someone to import it
BATCH = TOGETHER // 2  # rows that one transaction writes
PAUSE = 0.02  # seconds between two batches, in which others get their turn on SQLite
Between = Callable[[], object]


class NotNowError(RefusedError):
    message = gettext_lazy("The state of this import has changed in the meantime. Check its current state.")


# --- What people do --------------------------------------------------------------------------------------


def upload(kind: str, content: bytes, *, name: str, by: User, at: datetime) -> ImportRun:
    """Keep the rows of a file until its columns are confirmed, and return the import.

    Raises:
        WrongFileError: if it cannot be read.
        LimitReachedError: if the person sends too many.
    """
    limits.take_token(UPLOAD_LIMIT, account=by, at=at)
    rows = table.read_rows(content, known=len(columns_of(kind)))
    headers = [cell.strip()[:120] for cell in rows[0][1]]
    return _make(
        rows,
        kind=kind,
        name=name[:120],
        by=by,
        at=at,
        language=get_language() or "en",
        headers=headers,
        columns=remembered(kind, headers) or guess_columns(kind, headers),
        size=len(rows) - 1,
    )


def remembered(kind: str, headers: Sequence[str]) -> list[str]:
    names = {column.name for column in columns_of(kind)}
    for mapping in ColumnMapping.objects.filter(kind=kind):
        if set(mapping.columns) == set(headers):
            return [name if (name := mapping.columns[header]) in names else "" for header in headers]
    return []


@transaction.atomic
def set_columns(
    run: ImportRun, columns: Sequence[str], *, is_submitted: bool, remember: str = "", at: datetime
) -> None:
    """Take the columns as confirmed and have the rows checked.

    Raises:
        NotNowError: if it is being imported or over.
    """
    values = {"columns": list(columns), "is_submitted": is_submitted, "language": get_language() or "en"}
    _move(run, OPEN, ImportState.CHECKING, **values, counts={}, problems=[], done=0, attempts=0)
    if remember:
        by_header = dict(zip(run.headers, columns, strict=True))
        ColumnMapping.objects.update_or_create(kind=run.kind, name=remember, defaults={"columns": by_header})


@transaction.atomic
def record_export(kind: str, *, rows: int, by: User, at: datetime) -> None:
    """Count an export and leave a record of it.

    Raises:
        LimitReachedError: if the person exports too often.
    """
    limits.take_token(TABLE_LIMIT, account=by, at=at)
    audit.record(TABLE_EXPORTED, subject=f"table:{kind}", by=by, at=at, details={"rows": rows})


@transaction.atomic
def start(run: ImportRun, *, at: datetime) -> None:
    """Have the checked rows imported.

    Raises:
        NotNowError: if they were not found right, or are being imported by now.
    """
    _move(run, (ImportState.READY,), ImportState.WRITING, done=0, attempts=0)


@transaction.atomic
def undo(run: ImportRun, *, by: User, at: datetime) -> None:
    """Have everything taken back that no one has claimed, changed or acted on since.

    Raises:
        NotNowError: if it was not imported, or is being undone by now.
    """
    _move(run, (ImportState.DONE,), ImportState.UNDOING, done=0, attempts=0, problems=[], undone_by=by)
    audit.record(IMPORTED, subject=f"import:{run.pk}", by=by, at=at, details={"undone": run.name})


@transaction.atomic
def discard(run: ImportRun, *, at: datetime) -> None:
    """Forget a file that no one wants to import.

    Raises:
        NotNowError: if it is being imported or was.
    """
    _move(run, (*OPEN, ImportState.CHECKING), ImportState.EXPIRED, finished_at=at)
    ImportFile.objects.filter(run=run).delete()


@transaction.atomic
def forget_old(*, at: datetime) -> int:
    old = list(ImportRun.objects.filter(state__in=OPEN, at__lte=at - KEPT).values_list("pk", flat=True))
    still = ImportRun.objects.filter(pk__in=old, state__in=OPEN)
    forgotten = still.update(state=ImportState.EXPIRED, finished_at=at)
    ImportFile.objects.filter(run__in=old, run__state=ImportState.EXPIRED).delete()
    return forgotten


def _move(run: ImportRun, states: Iterable[str], to: ImportState, **fields: Any) -> None:
    free = ImportRun.objects.filter(pk=run.pk, state__in=states)
    if not free.update(state=to, leased_until=None, **fields):
        raise NotNowError
    if to in WORKING:
        import_waits.send(ImportRun)


@room()
@transaction.atomic
def _make(rows: Sequence[table.Row], **fields: Any) -> ImportRun:
    run = ImportRun.objects.create(**fields)
    ImportFile.objects.create(run=run, rows=packed(rows))
    return run


def packed(rows: Sequence[Any]) -> bytes:
    return zlib.compress(json.dumps(rows, ensure_ascii=False).encode(), 3)


# --- What the worker does --------------------------------------------------------------------------------


def due(at: datetime) -> LeasedRows:
    """Return the imports on which something is to be done and that no worker has, oldest first."""
    return ImportRun.objects.free(at=at).filter(state__in=WORKING).order_by("at", "pk")


def work_next(*, at: datetime, between: Between = lambda: None) -> bool:
    run = _claim(at=at)
    if run is None:
        return False
    work = {ImportState.CHECKING: _check, ImportState.WRITING: _write, ImportState.UNDOING: _undo}
    with override(run.language), suppress(leases.LeaseLostError):
        work[ImportState(run.state)](run, lambda done: _report(run, done, between))
    return True


@transaction.atomic
def _claim(*, at: datetime) -> ImportRun | None:
    """Lease the next import; one that was tried too often ends."""
    run: ImportRun | None = leases.claim(due(at), until=at + LEASE)
    if run is None or run.attempts <= MOST_ATTEMPTS:
        return run
    with override(run.language):
        if run.state == ImportState.UNDOING:
            leave_rest(run)
        else:
            _fail(run, [table.Problem(0, "", _("The import was interrupted too often. Try a smaller file."))])
    return None


def _report(run: ImportRun, done: int, between: Between = lambda: None) -> None:
    """Say how far it is, and let others have their turn. A batch of an undo is done for good: it goes on.

    Raises:
        LeaseLostError: if it is not this worker's any more.
    """
    attempts = 0 if run.state == ImportState.UNDOING else run.attempts
    leases.renew(run, until=timezone.now() + LEASE, done=done, attempts=attempts)
    between()
    time.sleep(PAUSE)


def _check(run: ImportRun, report: Callable[[int], None]) -> None:
    rows = rows_of(run)
    counts, problems = check_rows(run, rows, report)
    counts["problems"] = len(problems)
    state = ImportState.FAULTY if problems else ImportState.READY

    def again(last: int) -> list[table.Problem]:
        return check_rows(run, [row for row in rows if row[0] <= last])[1]

    _keep_problems(run, problems)
    shown = table.in_languages(problems, run.language, again)
    leases.finish(run, state=state, counts=counts, problems=shown, done=len(rows) - 1, attempts=0)


def check_rows(
    run: ImportRun, rows: Sequence[table.Row], report: Callable[[int], None] = lambda done: None
) -> tuple[dict[str, Any], list[table.Problem]]:
    """Return how many rows are new, changed and unchanged, and what is wrong."""
    counts: dict[str, Any] = dict.fromkeys(RowOutcome.values, 0)
    if problems := header_problems(run.kind, run.columns, line=rows[0][0] if rows else 1):
        return counts, problems
    lines = table.lines_of(rows, run.columns)
    checker = Checker(run.kind, at=run.at, is_submitted=run.is_submitted)
    for done, checked in enumerate(checker.check(lines), start=1):
        if checked:
            counts[checked.outcome] += 1
        if done % TOGETHER == 0:
            report(done)
    counts["uncounted"] = [[*names, count] for names, count in sorted(checker.uncounted.items())]
    return counts, [problem for line in lines for problem in line.problems]


def _write(run: ImportRun, report: Callable[[int], None]) -> None:
    try:
        import_rows(run, report)
    except table.WrongFileError as error:
        _fail(run, error.problems)


def _fail(run: ImportRun, problems: Sequence[table.Problem]) -> None:
    _remove_staged(run)
    _keep_problems(run, problems)
    shown = [
        [problems[at].line, problems[at].column, problems[at].message, count]
        for at, count in list(table.grouped(problems).items())[: table.MOST_PROBLEMS]
    ]
    counts = {**run.counts, "problems": len(problems)}
    leases.finish(run, state=ImportState.FAULTY, problems=shown, counts=counts, attempts=0, done=0)


def _keep_problems(run: ImportRun, problems: Sequence[table.Problem]) -> None:
    """Keep every problem beside the rows, for the file that a curator saves."""
    rows = [[problem.line, problem.column, problem.message] for problem in problems]
    ImportFile.objects.filter(run=run).update(problems=packed(rows))


def import_rows(run: ImportRun, report: Callable[[int], None]) -> None:
    """Check the rows once more and write them in batches; publish them in one transaction.

    Raises:
        WrongFileError: if a row is not right any more; what was written so far is still staged.
        LeaseLostError: if the import is not this worker's any more.
    """
    since, at = checked_since(), timezone.now()
    lines = table.lines_of(rows_of(run), run.columns)
    checker = Checker(run.kind, at=at, is_submitted=run.is_submitted)
    last = run.rows.aggregate(last=Max("line"))["last"] or 0  # that an earlier attempt has written
    batch: list[Checked] = []
    later: list[Checked] = []  # what is written in the publishing transaction
    for done, checked in enumerate(checker.check(lines), start=1):
        if checked is None:
            raise table.WrongFileError([problem for line in lines for problem in line.problems])
        if checked.outcome == RowOutcome.UPDATED or run.kind == ImportKind.DEALS:
            later.append(checked)
        elif checked.line > last:
            batch.append(checked)
        if len(batch) >= BATCH or done == len(lines):
            _stage(run, batch, at=at)
            batch = []
        if done % BATCH == 0:
            report(done)
    _publish(run, checker, later, since=since)


@transaction.atomic
def _stage(run: ImportRun, batch: Sequence[Checked], *, at: datetime) -> None:
    drafts = [checked.draft for checked in batch if checked.draft]
    for draft in drafts:
        draft.record.staged_in_id = run.pk
    try:
        with transaction.atomic():
            insert_profiles(drafts)
    except IntegrityError as error:
        text = _("The database rejects a row after this point (%(error)s).") % {"error": error}
        raise table.WrongFileError([table.Problem(batch[0].line, "", text)]) from None
    given = {"text_version": consents.TEXT_VERSION, "given_by": run.by, "given_at": at}
    agreed = [
        Consent(**{checked.draft.record.side: checked.draft.record}, group=group, purpose=purpose, **given)
        for checked in batch
        if checked.draft
        for group, purpose in checked.consents(checked.draft.record.side)
    ]
    insert(Consent, agreed)
    insert(ImportedRow, [_row(run, checked) for checked in batch])


def _row(run: ImportRun, checked: Checked) -> ImportedRow:
    record = checked.draft.record if checked.draft else checked.record
    about = {"deal": record} if run.kind == ImportKind.DEALS else {str(record.side): record}
    return ImportedRow(run=run, line=checked.line, outcome=checked.outcome, before=checked.before, **about)


@transaction.atomic
def _publish(run: ImportRun, checker: Checker, rows: Sequence[Checked], *, since: datetime) -> None:
    at = timezone.now()
    if problems := checker.come_meanwhile(since):
        raise table.WrongFileError(problems)
    if run.kind == ImportKind.DEALS:
        changed = _insert_deals(run, rows, at=at)
        side = Side.INVESTOR
    else:
        side = SIDE_OF[run.kind]
        for checked in rows:
            _update(checked, run, at=at)
        staged = SIDES[side].everything.filter(staged_in=run)
        changed = list(staged.order_by("pk").values_list("pk", flat=True))
        insert(AuditRecord, list(_records(run, at=at)))
        staged.update(staged_in=None, created_at=at, changed_at=at)
    insert(ImportedRow, [_row(run, found) for found in rows])
    counts = {outcome: run.rows.filter(outcome=outcome).count() for outcome in RowOutcome.values}
    details = {"rows": run.size, "file": run.name, **counts}
    audit.record(IMPORTED, subject=f"import:{run.pk}", by=run.by, at=at, details=details)
    if changed:
        profiles_changed.send(SIDES[side], side=side, pks=changed, at=at)
    final_state = {"state": ImportState.DONE, "counts": counts, "finished_at": at, "done": run.size}
    ImportFile.objects.filter(run=run).delete()
    leases.finish(run, **final_state, attempts=0)


def _records(run: ImportRun, *, at: datetime) -> Iterator[AuditRecord]:
    side = SIDE_OF[run.kind]
    purposes: dict[int, list[str]] = {}
    agreed = Consent.objects.filter(**{f"{side}__staged_in": run}, group="")
    for pk, purpose in agreed.order_by("pk").values_list(f"{side}_id", "purpose"):
        purposes.setdefault(pk, []).append(purpose)
    rows = run.rows.filter(outcome=RowOutcome.NEW).order_by("line")
    for line, pk, public_id in rows.values_list("line", f"{side}_id", f"{side}__public_id"):
        details = {"import": run.pk, "line": line, "consents": purposes.get(pk, [])}
        if run.is_submitted:
            details["submitted"] = True
        yield AuditRecord(
            at=at, actor_id=run.by_id, action=IMPORTED, subject=f"{side}:{public_id}", details=details
        )


def _insert_deals(run: ImportRun, found: Sequence[Checked], *, at: datetime) -> list[int]:
    drafts = [checked.draft for checked in found if checked.draft]
    whose = sorted({draft.record.investor_id for draft in drafts})
    # Held first, as the one lock order wants it; they are ranked again.
    locked = SIDES[Side.INVESTOR].objects.filter(pk__in=whose).order_by("pk").select_for_update(no_key=True)
    if len(locked.values_list("pk", flat=True)) != len(whose):
        raise table.WrongFileError(
            [table.Problem(0, "", _("A company was deleted in the meantime. Check the file again."))]
        )
    insert_drafts(drafts)
    locked.update(changed_at=at)
    return whose


def _update(checked: Checked, run: ImportRun, *, at: datetime) -> None:
    company, by = checked.record, run.by
    try:
        current = companies.edit(
            company,
            changes=checked.changes,
            rows=checked.rows,
            by=by,
            at=at,
            unchanged_since=company.changed_at,
        )
    except (ChangedMeanwhileError, SIDES[company.side].DoesNotExist):
        current = None
    if current is None or not current.is_unclaimed:
        raise table.WrongFileError(
            [
                table.Problem(
                    checked.line,
                    "public_id",
                    _("This company was changed in the meantime. Check the file again."),
                )
            ]
        )
    if checked.thesis:
        thesis = current.theses.order_by("pk").first()
        companies.save_thesis(current, values=checked.thesis, by=by, at=at, thesis=thesis)
    agree(current, checked, by=by, at=at)


def _undo(run: ImportRun, report: Callable[[int], None]) -> None:
    take_back(run, report)
    leases.finish(run, state=ImportState.UNDONE, done=run.size, attempts=0)


def _remove_staged(run: ImportRun) -> None:
    for side in SIDES.values():
        staged = side.everything.filter(staged_in=run)
        while pks := list(staged.values_list("pk", flat=True)[:BATCH]):
            side.everything.filter(pk__in=pks).delete()
    run.rows.all().delete()


# --- The command line ------------------------------------------------------------------------------------


def run(
    kind: str, path: Path, *, by: User | None, at: datetime, is_submitted: bool = False
) -> dict[str, Any]:
    """Check a file and import it here and now; return how many rows are new, changed and unchanged.

    "uncounted" has the columns that no score counts: column, consent and rows.

    Raises:
        WrongFileError: with every fault found; then nothing was written.
    """
    rows = table.read_file(path, known=len(columns_of(kind)))
    headers = [cell.strip() for cell in rows[0][1]]
    line = rows[0][0]
    if problems := list(unknown_columns(kind, headers, line=line)):
        raise table.WrongFileError([*problems, *header_problems(kind, headers, line=line)])
    values = {"kind": kind, "at": at, "columns": headers, "is_submitted": is_submitted}
    counts, problems = check_rows(ImportRun(**values), rows)
    if problems:
        raise table.WrongFileError(problems)
    if by is None:
        return counts
    made = _make(
        rows,
        **values,
        name=path.name[:120],
        by=by,
        state=ImportState.WRITING,
        headers=headers,
        size=len(rows) - 1,
        leased_until=at + LEASE,
        attempts=1,
    )
    try:
        import_rows(made, lambda done: _report(made, done))
    except BaseException:
        _remove_staged(made)
        made.delete()
        raise
    return counts
