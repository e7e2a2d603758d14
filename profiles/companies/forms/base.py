"""How a model's fields become form fields, how forms are laid out, and the base of every profile form."""

from collections.abc import Callable, Mapping
from datetime import date
from functools import partial
from typing import Any

from crispy_forms.helper import FormHelper
from crispy_forms.layout import Div, Fieldset, Layout, LayoutObject
from crispy_forms.utils import TEMPLATE_PACK, flatatt
from django import forms
from django.db import models
from django.template.loader import render_to_string
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html
from django.utils.text import capfirst
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from profiles.choices import DataHosting, PlaceLevel
from profiles.companies.forms.fields import (
    NOT_STATED,
    SOURCES,
    AmountField,
    LineField,
    ProseField,
    TermField,
    Terms,
    TermsField,
    WebField,
    YesNoField,
    worded,
)
from profiles.taxonomy.selectors import terms as taxonomy
from profiles.validators import validate_han, validate_latin, validate_name, validate_urdu
from profiles.visibility.fields import Field, declared_of


class Hint(LayoutObject):  # type: ignore[misc]
    """A sentence of help under a group's name."""

    def __init__(self, text: str | Promise) -> None:
        self.text = text

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        """Return the sentence as HTML."""
        return format_html('<p class="hint">{}</p>', self.text)


class More(LayoutObject):  # type: ignore[misc]
    """Fields that are folded away until somebody opens them; works without a script."""

    def __init__(self, title: str | Promise, *fields: Any) -> None:
        self.title, self.fields = title, list(fields)

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        """Return the folded fields as HTML, unfolded where one of them has an error or an answer."""
        inner = self.get_rendered_fields(form, context, template_pack, **kwargs)
        names = {pointer.name for pointer in self.get_field_names()}
        answered = any(form[name].value() for name in names if not form.fields[name].required)
        state = {"open": True} if answered or names & set(form.errors) else {}
        return format_html("<details{}><summary>{}</summary>{}</details>", flatatt(state), self.title, inner)


class Live(LayoutObject):  # type: ignore[misc]
    """A field, and under it the place for what is wrong with it while it is being filled in."""

    def __init__(self, name: str) -> None:
        self.name, self.fields = name, [name]

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        """Return the field and the place as HTML."""
        inner = self.get_rendered_fields(form, context, template_pack, **kwargs)
        return format_html('{}<div class="live-error" id="live_{}"></div>', inner, self.name)


class Rows(LayoutObject):  # type: ignore[misc]
    """A list of rows of the form: one of its `sections`."""

    def __init__(self, name: str, title: str | Promise, add: str | Promise) -> None:
        self.name, self.title, self.add = name, title, add
        self.fields: list[str] = []

    def render(self, form: Any, context: Any, template_pack: Any = TEMPLATE_PACK, **kwargs: Any) -> str:
        """Return the rows as HTML."""
        rows = {"formset": form.sections[self.name], "title": self.title, "add": self.add}
        return render_to_string("companies/rows.html", rows)


def group(title: str | Promise, *fields: Any) -> Fieldset:
    """Return fields under a common name."""
    return Fieldset(title, *fields, css_class="group")


def side_by_side(*fields: str | LayoutObject) -> Div:
    """Return fields beside each other on wide screens."""
    width = "col-md-6" if len(fields) == 2 else "col-md-4"
    return Div(*(Div(name, css_class=width) for name in fields), css_class="row")


def helper(*parts: Any) -> FormHelper:
    """Return a helper that draws the parts; the page brings the form element and its buttons."""
    made = FormHelper()
    made.form_tag = False
    made.layout = Layout(*parts)
    return made


DAY_IS_OVER = gettext_lazy("This date has passed. Enter a later date, or leave the field empty.")


def validate_past(day: date) -> None:
    """Refuse a day that is still to come: a record is of the past."""
    if day > timezone.localdate():
        raise forms.ValidationError(_("This date is in the future."), code="future")


VALIDATORS: dict[str, list[Callable[[Any], None]]] = {
    "name_en": [validate_name, validate_latin],
    "name_zh": [validate_name, validate_han],
    "name_ur": [validate_name, validate_urdu],
    "closed_on": [validate_past],
    "as_of_on": [validate_past],
}
# Help is wanted and given in a region; a list of every city on every row would be endless.
REGIONS = ("province", "regions")


def day(**kwargs: Any) -> forms.DateField:
    """Return a field for a day with the browser's own calendar."""
    return forms.DateField(**{**kwargs, "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")})


def data_places() -> list[tuple[str, Any]]:
    """Return where data may be kept: a country of the tables, or several."""
    countries = [(place.code, place.name) for place in taxonomy.places(PlaceLevel.COUNTRY)]
    return [("", NOT_STATED), *countries, (DataHosting.MIXED, DataHosting.MIXED.label)]


def _of_codes(declared: Field, **kwargs: Any) -> forms.Field:
    """Return a field for codes of a closed list that are kept as JSON, or for where data is kept."""
    kept = {key: kwargs[key] for key in ("label", "help_text", "required", "initial") if key in kwargs}
    if declared.is_place:
        return forms.ChoiceField(choices=data_places, **kept)
    return forms.MultipleChoiceField(choices=declared.codes, widget=forms.CheckboxSelectMultiple, **kept)


BY_CLASS: tuple[tuple[type[models.Field[Any, Any]], Callable[..., forms.Field]], ...] = (
    (models.URLField, WebField),
    (models.EmailField, forms.EmailField),
    (models.TextField, ProseField),
    (models.CharField, LineField),
    (models.DateField, day),
)


def formfield(field: Any, **kwargs: Any) -> forms.Field | None:
    """Return our form field for a model's field: the rule of one place for pages, imports and the admin."""
    declared = declared_of(field)
    if declared.codes:
        return _made(field, partial(_of_codes, declared), kwargs)
    if field.remote_field and field.remote_field.model in SOURCES:
        return _term(field, kwargs)
    if isinstance(field, models.BooleanField) and field.null:
        label = capfirst(field.verbose_name)
        return YesNoField(label=label, help_text=field.help_text, required=False)
    if field.choices:
        made: forms.Field | None = field.formfield(**kwargs)
        if isinstance(made, forms.ChoiceField) and field.blank:
            made.choices = [("", NOT_STATED), *field.choices]
        return made
    if isinstance(field, models.DecimalField):
        return _made(field, AmountField, kwargs)
    found = next((make for kind, make in BY_CLASS if isinstance(field, kind)), None)
    return _made(field, found, kwargs) if found else field.formfield(**kwargs)


def _made(field: Any, make: Callable[..., forms.Field], kwargs: dict[str, Any]) -> forms.Field | None:
    """Build the field with our class and the model's limits, past what the model would choose for itself."""
    limits: dict[str, Any] = {}
    if isinstance(field, models.DecimalField):
        limits = {"max_digits": field.max_digits, "decimal_places": field.decimal_places}
    elif isinstance(field, (models.CharField, models.TextField)) and not declared_of(field).codes:
        limits = {"max_length": field.max_length}
    build: Any = models.Field.formfield
    made: forms.Field | None = build(field, make, **{**limits, **kwargs})
    return made


def _term(field: Any, kwargs: dict[str, Any]) -> forms.Field:
    make = TermsField if field.many_to_many else TermField
    return make(
        model=field.remote_field.model,
        label=kwargs.get("label") or capfirst(field.verbose_name),
        help_text=field.help_text,
        required=not field.blank,
        **{key: kwargs[key] for key in ("widget",) if key in kwargs},
    )


def marked(field: forms.Field, *, is_needed: bool) -> str:
    """Return the field's label, saying whether it has to be filled in now, or before a review."""
    label = {"label": field.label}
    if field.required:
        return _("%(label)s (required)") % label
    return _("%(label)s (needed for review)") % label if is_needed else str(field.label or "")


class OwnFields:
    """What the Meta of every form over a record shares: the fields are ours."""

    formfield_callback = formfield


class CleanForm(forms.ModelForm[Any]):
    """A form over a record that hands its values to a service instead of saving them."""

    needed: frozenset[str] = frozenset()  # what a curator needs stated before a review

    def __init__(self, *args: Any, terms: Terms | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.terms = terms or Terms()
        for name, field in self.fields.items():
            worded(field)
            field.label = marked(field, is_needed=name in self.needed)
            if isinstance(field, TermField):
                field.use(self.terms)
                if name in REGIONS:
                    field.only = lambda place: place.level != PlaceLevel.CITY
            field.validators += VALIDATORS.get(name, [])

    @property
    def changes(self) -> dict[str, Any]:
        """The values of the record's own fields."""
        return {
            name: self.cleaned_data[name] for name in self._meta.fields or () if name in self.cleaned_data
        }

    def refuse_over(self, name: str) -> None:
        """Refuse a last day that is over; one that stood there before keeps nobody from other edits."""
        day = self.cleaned_data.get(name)
        if day and day < timezone.localdate() and name in self.changed_data:
            self.add_error(name, forms.ValidationError(DAY_IS_OVER, code="past"))

    def refuse_order(self, low: str, high: str, message: str | Promise) -> None:
        """Put `message` beside `high` if it is below `low`."""
        values: Mapping[str, Any] = self.cleaned_data
        if values.get(low) is not None and values.get(high) is not None and values[high] < values[low]:
            self.add_error(high, str(message))
