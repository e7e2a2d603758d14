"""Taking an import back: what no one has claimed, changed or acted on goes; the rest says why it stays."""

from collections.abc import Callable, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.utils import timezone
from django.utils.translation import gettext as _

from profiles import models
from profiles.catalogue.consents import services as consents
from profiles.catalogue.consents.selectors import agreed_purposes
from profiles.catalogue.visibility.policy import offered_purposes, purposes_in
from profiles.choices import ImportKind, ImportState, KeptBecause, Purpose, RowOutcome, Side
from profiles.companies.steps import services as companies
from profiles.curation.imports.cells import cells_of, stored
from profiles.curation.imports.checking import Checked, Checker
from profiles.curation.imports.columns import SIDE_OF
from profiles.curation.imports.drafts import insert
from profiles.curation.imports.kinds import IMPORTED
from profiles.curation.imports.table import TableLine
from profiles.platform import leases
from profiles.platform.audit.services import subject_of
from profiles.platform.changes.services import lock_profiles
from profiles.platform.merging import DECISIONS
from profiles.signals import profiles_changed

BATCH = 50
# What an import itself writes beside a company, and lines of reports.
OWN = (models.Need, models.Offer, models.Thesis, models.Consent, models.ImportedRow, models.SelectedCompany)


def take_back(run: models.ImportRun, report: Callable[[int], None]) -> None:
    """Take back the rows of an import, some in each transaction: a killed worker goes on where it was."""
    while rows := list(_open(run)[:BATCH]):
        if run.kind == ImportKind.DEALS:
            _remove_deals(run, rows)
        else:
            _take_back_companies(run, rows)
        report(run.size - _open(run).count())


def leave_rest(run: models.ImportRun) -> None:
    text = _("Undoing was interrupted too often. Undo the import again to remove the rest.")
    over = {"state": ImportState.DONE, "problems": [[0, "", text, 1]]}
    leases.finish(run, **over, attempts=0, done=0)


def _open(run: models.ImportRun) -> Any:
    return (
        run.rows.filter(kept="").exclude(outcome=RowOutcome.UNCHANGED).select_related("startup", "investor")
    )


@transaction.atomic
def _remove_deals(run: models.ImportRun, rows: Sequence[models.ImportedRow]) -> None:
    at, pks = timezone.now(), [row.deal_id for row in rows if row.deal_id]
    lock_profiles(*models.Investor.objects.filter(deals__in=pks).distinct())
    here = {deal.pk: deal for deal in stored(run.kind).filter(pk__in=pks)}
    used = _used(models.Deal, pks)
    gone = []
    for row in rows:
        deal = here.get(row.deal_id)
        if deal and cells_of(deal) != row.before:
            row.kept = KeptBecause.CHANGED
        elif deal and deal.pk in used:
            row.kept = KeptBecause.USED
        elif deal:
            gone.append(deal)
    whose = sorted({deal.investor_id for deal in gone})
    models.ImportedRow.objects.bulk_update([row for row in rows if row.kept], ["kept"])
    models.ImportedRow.objects.filter(pk__in=[row.pk for row in rows if not row.kept]).delete()
    models.Deal.objects.filter(pk__in=[deal.pk for deal in gone]).delete()
    models.Investor.objects.filter(pk__in=whose).update(changed_at=at)
    profiles_changed.send(models.Investor, side=Side.INVESTOR, pks=whose, at=at)


@transaction.atomic
def _take_back_companies(run: models.ImportRun, rows: Sequence[models.ImportedRow]) -> None:
    at, side = timezone.now(), SIDE_OF[run.kind]
    companies_here = lock_profiles(*(getattr(row, side) for row in rows))
    by_pk = {company.pk: company for company in companies_here}
    used = _used(models.SIDES[side], list(by_pk))
    gone = []
    for row in rows:
        company = by_pk[getattr(row, f"{side}_id")]
        row.kept = _why_kept(company, row, used, since=run.finished_at)
        if not row.kept and row.outcome == RowOutcome.UPDATED and not _put_back(company, row, run, at=at):
            row.kept = KeptBecause.CHANGED
        elif not row.kept and row.outcome == RowOutcome.NEW:
            gone.append(company)
    details = {"import": run.pk, "undone": run.name}
    records = [
        models.AuditRecord(
            at=at, actor_id=run.undone_by_id, action=IMPORTED, subject=subject_of(one), details=details
        )
        for one in gone
    ]
    insert(models.AuditRecord, records)
    models.ImportedRow.objects.bulk_update([row for row in rows if row.kept], ["kept"])
    models.ImportedRow.objects.filter(pk__in=[row.pk for row in rows if not row.kept]).delete()
    models.SIDES[side].objects.filter(pk__in=[company.pk for company in gone]).delete()
    profiles_changed.send(models.SIDES[side], side=side, pks=[company.pk for company in gone], at=at)


def _why_kept(company: Any, row: models.ImportedRow, used: set[int], *, since: datetime | None) -> str:
    if not company.is_unclaimed:
        return KeptBecause.CLAIMED
    if company.changed_at != since:
        return KeptBecause.CHANGED
    return KeptBecause.USED if row.outcome == RowOutcome.NEW and company.pk in used else ""


def _used(model: Any, pks: list[int]) -> set[int]:
    """Return on which records someone has acted: reviews, decisions, claims, notes, deals … point at them."""
    used: set[int] = set()
    for relation in model._meta.get_fields(include_hidden=True):
        of = relation.related_model if relation.auto_created and not relation.concrete else None
        if of is None or of in OWN or of._meta.auto_created or relation.many_to_many:
            continue
        column = relation.field.attname
        rows = DECISIONS[of._meta.label].acts(of._base_manager.filter(**{f"{column}__in": pks}))
        used.update(rows.values_list(column, flat=True).distinct())
    return used


def _put_back(company: Any, row: models.ImportedRow, run: models.ImportRun, *, at: datetime) -> bool:
    line = TableLine(row.line, {"public_id": company.public_id, **row.before})
    checked: Checked | None = next(Checker(run.kind, at=at).check([line]))
    if checked is None:
        return False
    by = run.undone_by or run.by
    current = companies.edit(company, changes=checked.changes, rows=checked.rows, by=by, at=at)
    if checked.thesis:
        first = current.theses.order_by("pk").first()
        companies.save_thesis(current, values=checked.thesis, by=by, at=at, thesis=first)
    agree(current, checked, by=by, at=at)
    return True


def agree(company: Any, checked: Checked, *, by: models.User, at: datetime) -> None:
    if checked.purposes is not None:
        stands = agreed_purposes(company)  # by the text of its day, which a file does not renew
        for purpose in (each for each in Purpose if (each in stands) != (each in checked.purposes)):
            change = consents.give if purpose in checked.purposes else consents.withdraw
            change(company, purpose=purpose, by=by, at=at)
    if checked.agreed is not None:
        values = {
            "given": purposes_in(company.side, checked.agreed),
            "offered": offered_purposes(company.side),
        }
        consents.set_groups(company, **values, by=by, at=at, withheld_before=company.withheld)
