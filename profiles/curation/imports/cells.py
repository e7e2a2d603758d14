"""Between records and the cells of a file: what a form is posted for a row, and what a record reads as."""

from collections.abc import Iterable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any

from django import forms
from django.db.models import QuerySet
from django.utils.datastructures import MultiValueDict
from django.utils.translation import gettext as _

from profiles.catalogue.consents.selectors import agreed_purposes
from profiles.catalogue.visibility.policy import agreed_cells
from profiles.choices import ImportKind, Purpose, Side, Status
from profiles.companies.held_edits.selectors import loaded
from profiles.companies.steps.forms.fields import TermsField
from profiles.companies.steps.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.steps.forms.startup import STEP_FORMS
from profiles.curation.imports.columns import AGREED, SIDE_OF, THESIS
from profiles.curation.imports.table import TableLine
from profiles.models import SIDES, Deal, Investor, Startup, Thesis

YES_NO = {
    **dict.fromkeys(("yes", "true", "1", "ہاں", "جی ہاں", "是"), True),
    **dict.fromkeys(("no", "false", "0", "نہیں", "جی نہیں", "否", ""), False),
}
SEVERAL = (TermsField, forms.MultipleChoiceField)
AUDIENCE = "_audience"
# What curators may know of a draft that people write: names, numbers and addresses.
OF_A_DRAFT = {
    "public_id", "name_en", "name_ur", "name_zh", "legal_name", "group_name", "registration_number",
    "registrar", "registry_id", "contact_name", "contact_email", "contact_whatsapp", "contact_wechat",
    "website", "place",
}  # fmt: skip


def codes(cell: str) -> list[str]:
    return [code.strip() for code in cell.split(";") if code.strip()]


def form_data(
    fields: Mapping[str, forms.Field], line: TableLine, *, prefix: str = ""
) -> "MultiValueDict[str, Any]":
    """Return what someone would have posted to fill a form of these fields with the row's cells."""
    data: MultiValueDict[str, Any] = MultiValueDict()
    for name, asked in fields.items():
        cell = line.cells.get(prefix + name, "")
        if isinstance(asked, forms.BooleanField):
            if cell.lower() not in YES_NO:
                line.refuse(
                    prefix + name,
                    _("“%(value)s” is not yes or no. Write “yes” or “no”.") % {"value": cell[:40]},
                )
            elif YES_NO[cell.lower()] or (not cell and asked.initial is True):
                data[name] = "on"
        elif isinstance(asked, SEVERAL):
            data.setlist(name, codes(cell))
        else:
            data[name] = cell if cell or asked.initial is None else str(asked.initial)
    return data


def need_rows(cell: str) -> list[dict[str, str]]:
    """Return the needs in a cell such as `hardware:3;cloud:1`; a need without a number is for soon."""
    rows = []
    for part in codes(cell):
        code, _colon, urgency = part.partition(":")
        rows.append({"type": code.strip(), "urgency": urgency.strip() or "2"})
    return rows


def offer_rows(cell: str) -> list[dict[str, str]]:
    return [{"type": code} for code in codes(cell)]


def cell_of(value: Any) -> str:
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Decimal):
        return f"{value.normalize():f}"
    if isinstance(value, date):
        return value.isoformat()
    if hasattr(value, "code"):
        return str(value.code)
    if isinstance(value, (list, tuple)):
        return ";".join(map(cell_of, value))
    return cell_of(list(value.all())) if hasattr(value, "all") else str(value)


def _own(record: Any, names: Iterable[str], prefix: str = "") -> Iterator[tuple[str, str]]:
    for name in names:
        if hasattr(record, name):
            yield prefix + name, cell_of(getattr(record, name))


def company_cells(company: Startup | Investor) -> dict[str, str]:
    agreed = agreed_purposes(company)
    steps = STEP_FORMS.values() if isinstance(company, Startup) else (InvestorForm,)
    cells = {"public_id": company.public_id}
    for form in steps:
        cells |= _own(company, form.base_fields)
        for name in form.base_fields:
            if name.endswith(AUDIENCE):
                cells[name] = company.visibility.get(name.removesuffix(AUDIENCE), "")
    cells |= {purpose.value: cell_of(purpose in agreed) for purpose in Purpose}
    cells[AGREED] = ";".join(agreed_cells(company.side, company.withheld))
    if isinstance(company, Startup):
        needs = (f"{need.type.code}:{need.urgency}" for need in company.needs.all())
        return cells | {"needs": ";".join(needs)}
    cells["offers"] = ";".join(offer.type.code for offer in company.offers.all())
    thesis = first_thesis(company)
    return cells | dict(_own(thesis or Thesis(), ThesisForm.base_fields, THESIS) if thesis else ())


def first_thesis(investor: Investor) -> Thesis | None:
    return next(iter(investor.theses.all()), None)


def deal_cells(deal: Deal) -> dict[str, str]:
    cells = {"investor": deal.investor.public_id, **dict(_own(deal, DealForm.base_fields))}
    return cells | {"startup_name": _startup_name(deal)}


def _startup_name(deal: Deal) -> str:
    return deal.startup_name or (deal.startup.name_en if deal.startup else "")


def stored(kind: str) -> QuerySet[Any]:
    """Return the records of a kind with all that their cells name, in the order in which they came."""
    if kind == ImportKind.DEALS:
        return Deal.objects.select_related(
            "investor", "startup", "sector", "stage", "place", "form"
        ).order_by("pk")
    side = SIDE_OF[kind]
    parts = ["consents"]
    if side == Side.STARTUP:
        parts += ["needs__type"]
    else:
        parts += ["offers__type", "theses", *(f"theses__{field.name}" for field in Thesis._meta.many_to_many)]
    return loaded(SIDES[side].objects).prefetch_related(*parts).order_by("pk")


def is_of_people_only(record: Startup | Investor | Deal) -> bool:
    return not isinstance(record, Deal) and record.status == Status.DRAFT and not record.is_unclaimed


def cells_of(record: Startup | Investor | Deal) -> dict[str, str]:
    return deal_cells(record) if isinstance(record, Deal) else company_cells(record)
