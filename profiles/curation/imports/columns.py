"""The columns of each kind of file: what a cell holds, and which header of someone's file means which."""

import difflib
import re
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from typing import Any

from django import forms
from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext, override
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.fields import CATALOGUE, ROWS, Field
from profiles.catalogue.visibility.policy import agreed_cells
from profiles.choices import ImportKind, Side
from profiles.companies.steps.forms.fields import TermField, TermsField, YesNoField, data_places
from profiles.companies.steps.forms.investor import DealForm, InvestorForm, ThesisForm
from profiles.companies.steps.forms.startup import STEP_FORMS
from profiles.curation.imports.table import Problem

LONGEST_COLUMN = 60
THESIS, AGREED = "thesis_", "agreed_groups"
TABLES = {
    "Sector": "taxonomy.csv",
    "Stage": "stages.csv",
    "NeedType": "needs.csv",
    "PartnershipForm": "forms.csv",
    "Place": "places.csv",
}
NEEDS = "Codes of needs.csv separated by `;`, each with its urgency 1 to 3: `hardware:3;cloud:1`"
OFFERS = "Codes of needs.csv separated by `;`"
GROUPS = "What the company agreed to for a field group; what is not named is not agreed to. Any of "
INVESTOR = "Whose deal it is: the investor's public id, registry number or name in Latin letters"


PUBLIC_ID = "Of a company that is here already: the row changes it. Leave it empty for a new one"


@dataclass(frozen=True)
class Column:
    """One column: its name and label, what a cell holds, and whether it must be there."""

    name: str
    holds: str
    is_required: bool = False
    label: str | Promise = ""
    is_exact: bool = False


EXACT_OF_A_DEAL = ("amount", "currency", "stake_pct")
KINDS = tuple(ImportKind.values)
SIDE_OF = {ImportKind.STARTUPS.value: Side.STARTUP, ImportKind.INVESTORS.value: Side.INVESTOR}


def columns_of(kind: str) -> list[Column]:
    if kind == ImportKind.DEALS:
        investor = Column("investor", INVESTOR, is_required=True, label=_("Investor or partner"))
        deals = fields_of(DealForm, ROWS["deals"])
        return [investor, *(replace(deal, is_exact=deal.name in EXACT_OF_A_DEAL) for deal in deals)]
    public_id = Column("public_id", PUBLIC_ID, label=_("Public id"))
    if kind == ImportKind.INVESTORS:
        theses = fields_of(ThesisForm, ROWS["theses"])
        return [
            public_id,
            *fields_of(InvestorForm, CATALOGUE[Side.INVESTOR]),
            agreed_column(Side.INVESTOR),
            Column("offers", OFFERS, label=_("Offers")),
            *(
                Column(
                    THESIS + column.name,
                    f"Thesis: {column.holds}",
                    label=format_lazy("{}: {}", _("Thesis"), column.label),
                    is_exact=column.name == "note",  # only its owner reads it
                )
                for column in theses
            ),
        ]
    steps = [fields_of(form, CATALOGUE[Side.STARTUP]) for form in STEP_FORMS.values()]
    needs = Column("needs", NEEDS, label=_("Needs"))
    return [public_id, *(column for step in steps for column in step), agreed_column(Side.STARTUP), needs]


def header_problems(kind: str, chosen: Sequence[str], *, line: int) -> list[Problem]:
    """Return which columns are missing or appear twice."""
    times = Counter(name[:LONGEST_COLUMN] for name in chosen if name)
    missing = [each.name for each in columns_of(kind) if each.is_required and each.name not in times]
    twice = sorted(name for name in times if times[name] > 1)
    return [
        *(Problem(line, name, gettext("This column is missing.")) for name in missing),
        *(Problem(line, name, gettext("This column appears twice.")) for name in twice),
    ]


def unknown_columns(kind: str, headers: Sequence[str], *, line: int) -> Iterator[Problem]:
    """Yield the headers that are not names of columns, for files that are read without a mapping."""
    names = [column.name for column in columns_of(kind)]
    for place, header in enumerate(headers, start=1):
        if not header:
            yield Problem(line, str(place), gettext("This column has no name."))
        elif header not in names:
            near = difflib.get_close_matches(header.lower()[:LONGEST_COLUMN], names, n=1)
            hint = gettext(" Did you mean “%(name)s”?") % {"name": near[0]} if near else ""
            yield Problem(line, header[:LONGEST_COLUMN], gettext("There is no such column.") + hint)


def agreed_column(side: Side) -> Column:
    names = ", ".join(f"`{name}`" for name in agreed_cells(side, {}))
    return Column(AGREED, f"{GROUPS}{names}, separated by `;`", label=_("Consents by field group"))


def fields_of(form: type[Any], declared: Mapping[str, Field]) -> Iterator[Column]:
    for name, asked in form.base_fields.items():
        declared_field = declared.get(name)
        yield Column(
            name,
            holds(asked),
            is_required=bool(declared_field and declared_field.is_required),
            label=asked.label or name,
            is_exact=bool(declared_field and declared_field.is_exact),
        )


# What people write above a column besides its name and its label in any language.
ALSO = {
    "name_en": "name|company|startup|company name|organisation|公司|企业名称|公司名称|کمپنی|نام|کمپنی کا نام",
    "name_zh": "chinese name|中文名|中文名称",
    "name_ur": "urdu name|اردو نام",
    "contact_email": "email|mail|email address|邮箱|电子邮件|ای میل",
    "contact_whatsapp": "whatsapp|واٹس ایپ",
    "contact_wechat": "wechat|weixin|微信|微信号|وی چیٹ",
    "contact_name": "contact|contact person|联系人|رابطہ",
    "website": "url|web|site|homepage|网址|网站|ویب سائٹ",
    "place": "city|location|province|城市|地点|شہر|مقام",
    "primary_sector": "sector|industry|行业|领域|شعبہ",
    "summary_en": "summary|description|about|简介|تعارف",
    "registration_number": "registration|registration no|注册号|رجسٹریشن نمبر",
    "registry_id": "registration|registration number|注册号|رجسٹریشن نمبر",
}


def _plain_header(text: str) -> str:
    return re.sub(r"[\W_]+", "", text.casefold())


def guess_columns(kind: str, headers: Sequence[str]) -> list[str]:
    by_word: dict[str, str] = {}
    columns = columns_of(kind)
    for column in columns:
        by_word.setdefault(_plain_header(column.name), column.name)
    for language, _name in settings.LANGUAGES:
        with override(language):
            for column in columns:
                by_word.setdefault(_plain_header(str(column.label)), column.name)
    names = {column.name for column in columns}
    for name, words in ALSO.items():
        for word in words.split("|"):
            if name in names:
                by_word.setdefault(_plain_header(word), name)
    taken: set[str] = set()
    found = []
    for header in headers:
        name = by_word.get(_plain_header(header), "")
        found.append("" if name in taken else name)
        taken.add(name)
    return found


def holds(field: forms.Field) -> str:
    if isinstance(field, TermField):
        table = TABLES[field.model.__name__]
        return f"Codes of {table} separated by `;`" if isinstance(field, TermsField) else f"A code of {table}"
    if isinstance(field, (YesNoField, forms.BooleanField)):
        return "`yes` or `no`"
    if isinstance(field, forms.ChoiceField):
        return _choices(field)
    return _plain(field)


def _choices(field: forms.ChoiceField) -> str:
    choices: Any = field.choices
    if getattr(choices, "func", None) is data_places:
        return "A country's code of places.csv, or `mixed`"
    codes = ", ".join(f"`{code}`" for code, _label in choices if code != "")
    several = isinstance(field, forms.MultipleChoiceField)
    return f"Any of {codes}, separated by `;`" if several else f"One of {codes}"


def _plain(field: forms.Field) -> str:
    if isinstance(field, forms.DecimalField) and field.max_digits == 5:
        return "A percentage, such as `12.5`"
    words = next((words for kind, words in PLAIN.items() if isinstance(field, kind)), None)
    return words or f"Text, at most {getattr(field, 'max_length', None)} characters"


# From the special to the general: an address is text too.
PLAIN: dict[type[forms.Field], str] = {
    forms.DateField: "A day, such as `2026-11-25`",
    forms.DecimalField: "An amount, such as `250000`",
    forms.IntegerField: "A whole number",
    forms.URLField: "A web address",
    forms.EmailField: "An email address",
}


def document(kind: str) -> str:
    rows = [
        f"| `{column.name}`{' (required)' if column.is_required else ''} | {column.holds} |"
        for column in columns_of(kind)
    ]
    return "\n".join(["| column | holds |", "|---|---|", *rows])
