"""Fields that clean what people type, and the base of every profile form."""

from collections.abc import Callable, Iterable
from datetime import date
from decimal import Decimal
from functools import partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.text import capfirst
from django.utils.translation import gettext
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.selectors import terms as taxonomy
from profiles.catalogue.visibility.fields import Field, declared_of
from profiles.choices import DataHosting, PlaceLevel
from profiles.companies.steps.forms.help import HELP
from profiles.languages import leave_out_languages
from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage
from profiles.platform.form_fields import CountedField, worded
from profiles.validators import (
    one_line,
    refuse_long,
    tidy,
    validate_han,
    validate_latin,
    validate_name,
    validate_urdu,
    validate_visible,
)

NOT_STATED = _("Not stated")
SOURCES: dict[type[models.Model], Callable[[], Any]] = {
    Sector: taxonomy.sectors,
    Stage: taxonomy.stages,
    NeedType: taxonomy.need_types,
    PartnershipForm: taxonomy.forms,
    Place: taxonomy.places,
}
GROUPED = (Sector, Place)


class Terms:
    """The shared vocabulary, each table read once for all the fields of a form."""

    def __init__(self) -> None:
        self._known: dict[type[models.Model], list[Any]] = {}
        self._codes: dict[type[models.Model], dict[str, Any]] = {}

    def of(self, model: type[models.Model]) -> list[Any]:
        """Return the terms of one table that can be chosen."""
        if model not in self._known:
            self._known[model] = list(SOURCES[model]())
        return self._known[model]

    def by_code(self, model: type[models.Model]) -> dict[str, Any]:
        """Return the same terms by their codes."""
        if model not in self._codes:
            self._codes[model] = {term.code: term for term in self.of(model)}
        return self._codes[model]


class LineField(CountedField):
    """A line of text in NFKC, without anything that hides."""

    default_validators = [validate_visible]

    def to_python(self, value: Any) -> str:
        """Return the text in one spelling; what is far too long is not looked at."""
        refuse_long(value or "", self.max_length)
        return str(super().to_python(one_line(value) if isinstance(value, str) else value))


class TidyField(CountedField):
    """Words without anything that hides; their punctuation stays as typed."""

    default_validators = [validate_visible]

    def to_python(self, value: Any) -> str:
        """Return the text without needless blanks; what is far too long is not looked at."""
        refuse_long(value or "", self.max_length)
        return str(super().to_python(tidy(value) if isinstance(value, str) else value))


class ProseField(TidyField):
    """Lines of such words."""

    widget = forms.Textarea(attrs={"rows": 3})


class WebInput(forms.URLInput):
    """Takes what people type, `kissanjal.pk` too: a browser's own check would ask for `https://`."""

    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "url", "autocapitalize": "none", **(attrs or {})})


class WebField(CountedField, forms.URLField):
    """An address of the web: http or https, nothing else."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https", "widget": WebInput, **kwargs})

    def to_python(self, value: Any) -> Any:
        """Return the address, with https where somebody wrote only the name of the site.

        What is far too long is not taken apart.
        """
        refuse_long(value or "", self.max_length)
        bare = str(value or "").strip()
        return super().to_python(f"https://{bare}" if bare and "://" not in bare else bare)


class AmountField(forms.DecimalField):
    """An amount of money, not below nought; digits may be grouped and of any script."""

    widget = forms.TextInput(attrs={"inputmode": "decimal"})

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "localize": False, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        """Return the amount without grouping."""
        if isinstance(value, str):
            value = one_line(value).replace(",", "").replace("٬", "").replace(" ", "").replace("٫", ".")
        return super().to_python(value)

    def prepare_value(self, value: Any) -> Any:
        """Return an amount with its digits grouped, a whole one without the cents in which it is stored."""
        if isinstance(value, Decimal) and value.is_finite():
            return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,f}"
        return value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return nothing more: the bounds of a number input mean nothing to a text input."""
        return {}


class YesNoField(forms.TypedChoiceField):
    """Yes, no, or not stated (None)."""

    def __init__(self, **kwargs: Any) -> None:
        choices = [("", NOT_STATED), ("yes", _("Yes")), ("no", _("No"))]
        coerce = {"yes": True, "no": False}.get
        super().__init__(**{**kwargs, "choices": choices, "coerce": coerce, "empty_value": None})

    def prepare_value(self, value: Any) -> Any:
        """Return the choice that stands for a stored value."""
        return {True: "yes", False: "no", None: ""}.get(value, value)


class TermField(forms.ChoiceField):
    """One term of the shared vocabulary, by its code. Cleans to the record, or None."""

    def __init__(self, *, model: type[models.Model], **kwargs: Any) -> None:
        self.model, self.terms = model, Terms()
        self.only: Callable[[Any], bool] = lambda term: True
        super().__init__(**kwargs)

    def __deepcopy__(self, memo: Any) -> "TermField":
        copy = super().__deepcopy__(memo)
        copy.use(Terms())
        return copy

    def use(self, terms: Terms) -> None:
        """Choose among `terms`, which other fields share."""
        self.terms = terms
        self.choices = self.options

    def options(self) -> list[tuple[Any, Any]]:
        """Return the choices in the active language, in groups where there are many."""
        return [("", NOT_STATED), *self.named()]

    def named(self) -> list[tuple[Any, Any]]:
        """Return the terms with their names."""
        found = [term for term in self.terms.of(self.model) if self.only(term)]
        if not issubclass(self.model, GROUPED):
            return [(term.code, term.name) for term in found]
        groups = taxonomy.grouped(found)
        return [(name, [(term.code, term.name) for term in members]) for name, members in groups]

    def find(self, code: Any) -> Any:
        """Return the term with this code.

        Raises:
            ValidationError: if there is none.
        """
        term = self.terms.by_code(self.model).get(code)
        if term is not None and self.only(term):
            return term
        value = one_line(str(code)[:40])
        heir = taxonomy.successor_of(value) if self.model is Sector else None
        if heir is not None:
            raise ValidationError(
                _("“%(value)s” is no longer in use. Use %(successor)s (%(name)s) instead."),
                code="retired_code",
                params={"value": value, "successor": heir.code, "name": heir.name},
            )
        raise ValidationError(
            _("“%(value)s” is not in the list."), code="unknown_code", params={"value": value}
        )

    def clean(self, value: Any) -> Any:
        """Return the record that a code stands for."""
        if value in self.empty_values:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        return self.find(value)

    def prepare_value(self, value: Any) -> Any:
        """Return the code of a record or of its primary key."""
        if isinstance(value, int):
            return next((term.code for term in self.terms.of(self.model) if term.pk == value), "")
        return getattr(value, "code", value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether another term was chosen."""
        return (self.prepare_value(initial) or "") != (data or "")


class TermsField(TermField):
    """Several terms, by their codes. Cleans to a list of records."""

    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, most: int | None = None, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def options(self) -> list[tuple[Any, Any]]:
        """Return the choices; choosing none is leaving all blank."""
        return self.named()

    def clean(self, value: Any) -> list[Any]:
        """Return the records that the codes stand for, each once."""
        most = len(self.terms.of(self.model)) if self.most is None else self.most
        codes = list(dict.fromkeys(value or []))
        if self.required and not codes:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(codes) > most:
            raise ValidationError(_("Choose at most %(most)s."), code="too_many", params={"most": most})
        return [self.find(code) for code in codes]

    def prepare_value(self, value: Any) -> Any:
        """Return the codes of records or of their primary keys."""
        if isinstance(value, str) or not isinstance(value, Iterable):
            return value
        return [TermField.prepare_value(self, item) for item in value]

    def has_changed(self, initial: Any, data: Any) -> bool:
        """Tell whether other terms were chosen."""
        return set(self.prepare_value(initial) or ()) != set(data or ())


DAY_IS_OVER = _("This date has passed. Enter a later date, or leave the field empty.")


def validate_past(day: date) -> None:
    """Refuse a day that is still to come: a record is of the past."""
    if day > timezone.localdate():
        raise ValidationError(gettext("This date is in the future."), code="future")


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
        return gettext("%(label)s (required)") % label
    return gettext("%(label)s (needed for review)") % label if is_needed else str(field.label or "")


class OwnFields:
    """What the Meta of every form over a record shares: the fields are ours."""

    formfield_callback = formfield


class CleanForm(forms.ModelForm[Any]):
    """A form over a record that hands its values to a service instead of saving them."""

    needed: frozenset[str] = frozenset()  # what a curator needs stated before a review

    def __init__(self, *args: Any, terms: Terms | None = None, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_out_languages(self)
        self.terms = terms or Terms()
        for name, field in self.fields.items():
            worded(field)
            field.label = marked(field, is_needed=name in self.needed)
            field.help_text = field.help_text or HELP.get(name, "")
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
            self.add_error(name, ValidationError(DAY_IS_OVER, code="past"))

    def refuse_order(self, low: str, high: str, message: str | Promise) -> None:
        """Put `message` beside `high` if it is below `low`."""
        values = self.cleaned_data
        if values.get(low) is not None and values.get(high) is not None and values[high] < values[low]:
            self.add_error(high, str(message))
