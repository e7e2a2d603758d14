"""Lists of rows that belong to a profile, edited together: needs, traction figures, partners, offers."""

import re
from collections.abc import Iterable, Mapping
from typing import Any

from django import forms
from django.db.models import Model
from django.forms.formsets import BaseFormSet, formset_factory
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.catalogue.visibility.fields import CATALOGUE, ROWS, asked
from profiles.companies.held_edits.selectors import newest_rows, values_of
from profiles.companies.steps.forms.fields import CleanForm, OwnFields, Terms
from profiles.companies.steps.forms.layout import More, helper, side_by_side
from profiles.companies.steps.selectors import fields_checked
from profiles.models import ExistingPartner, Need, Offer, TractionFigure
from profiles.models.evidence import STATED

READ = '{% include "companies/steps/_read.html" %}'  # what is read in the description, while it is typed
CHECKED = gettext_lazy(
    "This has been checked by a curator or proved. If you change it, others see “changed since it was "
    "checked” until you add new evidence."
)
BLANK_ROWS = 1
MOST_ROWS = 20
PLACE = re.compile("[0-9]{1,4}")
MOST_SENT = MOST_ROWS + 10  # with rows ticked to be removed; forms beyond are not even made


class RowFormSet(BaseFormSet[Any]):
    unique = ""
    default_error_messages = {
        "missing_management_form": gettext_lazy(
            "This list did not load completely. Reload the page and try again."
        ),
        "too_many_forms": gettext_lazy("You can list up to %(num)d here."),
    }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        records: Iterable[Model] = kwargs.pop("records", ())
        shared = kwargs.pop("terms", None) or Terms()
        names = self.form._meta.fields or ()
        kwargs |= {
            "initial": [values_of(record, names) for record in records],
            "form_kwargs": {"terms": shared},
        }
        super().__init__(*args, **kwargs)

    def total_form_count(self) -> int:
        rows = super().total_form_count()
        if not self.is_bound or not rows:
            return rows
        start = f"{self.prefix}-"
        sent = (key.removeprefix(start).partition("-")[0] for key in self.data if key.startswith(start))
        return min(rows, 1 + max((int(place) for place in sent if PLACE.fullmatch(place)), default=-1))

    def add_fields(self, form: Any, index: int | None) -> None:
        super().add_fields(form, index)
        if "DELETE" in form.fields:
            form.fields["DELETE"].label = _("Remove")
            if index is None or index >= self.initial_form_count():
                form.fields["DELETE"].widget = forms.HiddenInput()

    def clean(self) -> None:
        seen: set[Any] = set()
        for form in self.kept:
            value = form.cleaned_data.get(self.unique)
            if value is not None and value in seen:
                form.add_error(
                    self.unique, forms.ValidationError(_("This is already in the list."), code="twice")
                )
            seen.add(value)

    @property
    def kept(self) -> list[Any]:
        return [
            form
            for form in self.forms
            if form.has_changed() or form.initial
            if form.is_valid() and not form.cleaned_data.get("DELETE")
        ]

    @property
    def rows(self) -> list[dict[str, Any]]:
        return [form.changes for form in self.kept]


def row_formset(form: type[CleanForm], *, unique: str = "", blank: int = BLANK_ROWS) -> type[RowFormSet]:
    made: Any = formset_factory(
        form,
        RowFormSet,
        extra=blank,
        can_delete=True,
        max_num=MOST_ROWS,
        validate_max=True,
        absolute_max=MOST_SENT,
    )
    made.unique = unique
    return made  # type: ignore[no-any-return]


class SectionForm(CleanForm):
    row_sets: Mapping[str, type[RowFormSet]] = {}
    another: Mapping[str, Promise] = {}  # by section, what the button says that saves and gives one more row

    @property
    def needed(self) -> frozenset[str]:  # type: ignore[override]
        return frozenset(name for name, field in CATALOGUE[self.instance.side].items() if field.is_needed)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.sections: dict[str, RowFormSet] = {
            name: kind(
                self.data if self.is_bound else None,
                prefix=name,
                terms=self.terms,
                records=newest_rows(self.instance, name) if self.instance.pk else (),
            )
            for name, kind in self.row_sets.items()
        }
        if self.instance.pk and self.fields.keys() & STATED[self.instance.side].values():
            for name in fields_checked(self.instance, on=timezone.localdate()) & self.fields.keys():
                self.fields[name].help_text = CHECKED

    def is_valid(self) -> bool:
        return all([super().is_valid(), *(section.is_valid() for section in self.sections.values())])

    @property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        return {name: section.rows for name, section in self.sections.items()}


class NeedForm(CleanForm):
    class Meta(OwnFields):
        model = Need
        fields = asked(ROWS["needs"], "needs")

    helper = helper(
        side_by_side("type", "urgency"),
        "description",
        More(
            gettext_lazy("How much, where and when"),
            side_by_side("quantity", "budget", "budget_currency"),
            side_by_side("delivery", "province"),
            side_by_side("starts_on", "expires_on"),
            kinds="talent training cloud software_platform hardware test_site supply_chain manufacturing "
            "distribution market_entry first_customers certification finance_partner trade_finance "
            "visibility",
        ),
        More(
            gettext_lazy("Who benefits, and how success is measured"),
            "outcome",
            "beneficiaries",
            kinds="mentorship training test_site first_customers rnd visibility",
        ),
        More(
            gettext_lazy("Which data is involved"),
            side_by_side("sensitivity", "data_hosting", "data_crosses_border"),
            "data_classes",
            side_by_side("data_access", "data_exit"),
            kinds="cloud software_platform test_site data",
        ),
        More(
            gettext_lazy("Partnership types and languages for this need"),
            "forms",
            "languages",
            kinds="mentorship talent training legal_ip ip_licence rnd",
        ),
        "DELETE",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.refuse_order("starts_on", "expires_on", _("The last day is before the first one."))
        self.refuse_over("expires_on")
        return values


NeedRows = row_formset(NeedForm, unique="type")


class OfferForm(CleanForm):
    class Meta(OwnFields):
        model = Offer
        fields = asked(ROWS["offers"], "offers")

    helper = helper(
        side_by_side("type", "is_free"),
        "description",
        More(
            gettext_lazy("More about this offer"),
            side_by_side("price", "capacity"),
            side_by_side("maturity", "ip_policy"),
            side_by_side("exclusivity", "equity_ask_pct"),
            side_by_side("data_hosting", "data_access"),
            "data_classes",
            side_by_side("data_crosses_border", "data_exit"),
            "forms",
            "regions",
            side_by_side("references", "expires_on"),
        ),
        "DELETE",
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.refuse_over("expires_on")
        return values


OfferRows = row_formset(OfferForm, unique="type")


class TractionForm(CleanForm):
    class Meta(OwnFields):
        model = TractionFigure
        fields = asked(ROWS["traction"], "traction")

    helper = helper(side_by_side("label", "value"), side_by_side("as_of_on", "source"), "DELETE")


class PartnerForm(CleanForm):
    class Meta(OwnFields):
        model = ExistingPartner
        fields = asked(ROWS["partners"], "partners")

    helper = helper(
        side_by_side("name", "provides", "share_pct"), side_by_side("type", "group_name"), "DELETE"
    )


TractionRows = row_formset(TractionForm)
PartnerRows = row_formset(PartnerForm)
