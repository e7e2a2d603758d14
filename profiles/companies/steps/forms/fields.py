"""Fields that clean what people type, and the base of every profile form."""

from collections.abc import Callable, Collection, Iterable
from datetime import date
from decimal import Decimal
from functools import cached_property, partial
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.urls import reverse_lazy
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from profiles import validators
from profiles.catalogue.taxonomy.selectors import mentions
from profiles.catalogue.taxonomy.selectors import terms as taxonomy
from profiles.catalogue.taxonomy.selectors.money import in_figures
from profiles.catalogue.visibility.fields import Field, declared_of
from profiles.choices import DataHosting, PlaceLevel
from profiles.companies.steps.forms.help import HELP
from profiles.languages import leave_out_languages
from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage
from profiles.platform.form_fields import CountedField, worded

NOT_STATED = _("Not stated")
SOURCES: dict[type[models.Model], Callable[[], Any]] = {
    Sector: taxonomy.sectors,
    Stage: taxonomy.stages,
    NeedType: taxonomy.need_types,
    PartnershipForm: taxonomy.forms,
    Place: taxonomy.places,
}
GROUPED = (Sector, Place)
MOST_ALIKE = 5
LONGEST_NAME = 200  # longer than that of any term


class Terms:
    def __init__(self) -> None:
        self._known: dict[type[models.Model], list[Any]] = {}
        self._codes: dict[type[models.Model], dict[str, Any]] = {}

    def of(self, model: type[models.Model]) -> list[Any]:
        if model not in self._known:
            self._known[model] = list(SOURCES[model]())
        return self._known[model]

    @cached_property
    def words(self) -> mentions.Words:
        """What descriptions and names are read by; once for all rows of a file."""
        return mentions.vocabulary()

    def by_code(self, model: type[models.Model]) -> dict[str, Any]:
        if model not in self._codes:
            self._codes[model] = {term.code: term for term in self.of(model)}
        return self._codes[model]


class TidyField(CountedField):
    """Words without anything that hides; their punctuation stays as typed."""

    default_validators = [validators.validate_visible]
    clean_text = staticmethod(validators.tidy)

    def to_python(self, value: Any) -> str:
        """Return the text without needless blanks; what is far too long is not looked at."""
        validators.refuse_long(value or "", self.max_length)
        return str(super().to_python(self.clean_text(value) if isinstance(value, str) else value))


class LineField(TidyField):
    clean_text = staticmethod(validators.one_line)


class ProseField(TidyField):
    widget = forms.Textarea(attrs={"rows": 3})


class DecisionForm(forms.Form):
    """`needs_reason`: the field, its choice that needs a reason, the field of the reason, and the error."""

    needs_reason: tuple[str, Any, str, str | Promise]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        field, choice, reason, missing = self.needs_reason
        if values.get(field) == choice and reason not in self.errors and not values.get(reason):
            self.add_error(reason, str(missing))
        return values


class WebInput(forms.URLInput):
    """Takes what people type, `kissanjal.pk` too: a browser's own check would ask for `https://`."""

    input_type = "text"

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        super().__init__({"inputmode": "url", "autocapitalize": "none", **(attrs or {})})


class WebField(CountedField, forms.URLField):
    """A web address: http or https only."""

    default_validators = [URLValidator(schemes=["http", "https"])]

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"assume_scheme": "https", "widget": WebInput, **kwargs})

    def to_python(self, value: Any) -> Any:
        """Return the address, with https if only the site was typed. Very long input is not parsed."""
        validators.refuse_long(value or "", self.max_length)
        bare = str(value or "").strip()
        return super().to_python(f"https://{bare}" if bare and "://" not in bare else bare)


class AmountInput(forms.TextInput):
    """Repeats in figures what is typed in another way."""

    def __init__(self) -> None:
        asks = {"hx-get": reverse_lazy("amount"), "hx-trigger": "change", "hx-target": "next output"}
        super().__init__({"inputmode": "decimal", **asks})

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        typed = super().render(name, value, attrs, renderer)
        figures = repeated(str(value or ""))
        return format_html('{}<output class="form-text d-block">{}</output>', typed, figures)


def repeated(typed: str) -> str:
    """Return `= 1,500,000` for `1.5m`; nothing for what is in figures, or is no amount."""
    try:
        amount = AmountField().clean(typed)
    except ValidationError:
        return ""
    is_plain = amount is None or not set(typed) - set("0123456789,. ")
    return "" if is_plain else f"= {AmountField().prepare_value(amount)}"


class AmountField(forms.DecimalField):
    """An amount as people type it: `1,500,000`, `1.5m`, `150万`, `20 لاکھ`."""

    widget = AmountInput

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(**{"min_value": 0, "localize": False, **kwargs})

    def to_python(self, value: Any) -> Decimal | None:  # type: ignore[override]
        return super().to_python(in_figures(value) if isinstance(value, str) else value)

    def prepare_value(self, value: Any) -> Any:
        """Return an amount with its digits grouped, a whole one without the cents in which it is stored."""
        if isinstance(value, Decimal) and value.is_finite():
            return f"{value:,.0f}" if value == value.to_integral_value() else f"{value:,f}"
        return value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        return {}


class YesNoField(forms.TypedChoiceField):
    def __init__(self, **kwargs: Any) -> None:
        choices = [("", NOT_STATED), ("yes", _("Yes")), ("no", _("No"))]
        coerce = {"yes": True, "no": False}.get
        super().__init__(**{**kwargs, "choices": choices, "coerce": coerce, "empty_value": None})

    def prepare_value(self, value: Any) -> Any:
        return {True: "yes", False: "no", None: ""}.get(value, value)


def plain(name: str) -> str:
    return validators.one_line(name[:LONGEST_NAME]).casefold()


def called_by(term: Any) -> list[str]:
    return [plain(name) for name in (term.code, term.name_en, term.name_ur, term.name_zh) if name]


class NameInput(forms.TextInput):
    """One term by its name; the browser offers the names that contain what is typed."""

    choices: Any = ()

    def named(self) -> dict[str, str]:
        groups = [rows if isinstance(rows, list) else [(code, rows)] for code, rows in self.choices]
        return {code: str(name) for rows in groups for code, name in rows if code}

    def format_value(self, value: Any) -> Any:
        return self.named().get(value, value)

    def value_from_datadict(self, data: Any, files: Any, name: str) -> Any:
        typed = super().value_from_datadict(data, files, name)
        return {plain(known): code for code, known in self.named().items()}.get(plain(typed or ""), typed)

    def render(self, name: str, value: Any, attrs: Any = None, renderer: Any = None) -> SafeString:
        own = {"list": f"{name}_names", "autocomplete": "off", **(attrs or {})}
        names = format_html_join("", '<option value="{}"></option>', zip(self.named().values()))
        typed = super().render(name, value, own, renderer)
        return format_html('{}<datalist id="{}">{}</datalist>', typed, own["list"], names)


class TermField(forms.ChoiceField):
    """One term of the shared vocabulary, by its code. Cleans to the record, or None."""

    def __init__(self, *, model: type[models.Model], **kwargs: Any) -> None:
        self.model, self.terms = model, Terms()
        self.only: Callable[[Any], bool] = lambda term: True
        self.first: Callable[[Any], bool] | None = None  # a flat list, that begins with these terms
        self.leading: Collection[str] = ()  # the roots whose groups come first
        super().__init__(**kwargs)

    def __deepcopy__(self, memo: Any) -> "TermField":
        copy = super().__deepcopy__(memo)
        copy.use(Terms())
        return copy

    def use(self, terms: Terms) -> None:
        self.terms = terms
        self.choices = self.options

    def options(self) -> list[tuple[Any, Any]]:
        return [("", NOT_STATED), *self.named()]

    def named(self) -> list[tuple[Any, Any]]:
        terms = [term for term in self.terms.of(self.model) if self.only(term)]
        if self.first is not None:
            terms = sorted(terms, key=self.first, reverse=True)
        if self.first is not None or not issubclass(self.model, GROUPED):
            return [(term.code, term.name) for term in terms]
        groups = taxonomy.grouped(terms, self.leading)
        return [(name, [(term.code, term.name) for term in members]) for name, members in groups]

    def find(self, code: Any) -> Any:
        """Return the term with this code, or with this name in any language.

        Raises:
            ValidationError: if there is none, or if several have the name.
        """
        term = self.terms.by_code(self.model).get(code)
        if term is not None and self.only(term):
            return term
        value, name = validators.one_line(str(code)[:40]), plain(str(code))
        terms = [each for each in self.terms.of(self.model) if self.only(each)]
        called = [each for each in terms if name in called_by(each)]
        if len(called) == 1:
            return called[0]
        heir = taxonomy.successor_of(value) if self.model is Sector else None
        if heir is not None:
            raise ValidationError(
                _("“%(value)s” is no longer in use. Use %(successor)s (%(name)s) instead."),
                code="retired_code",
                params={"value": value, "successor": heir.code, "name": heir.name},
            )
        said = {"value": value, "names": " · ".join(self.alike(value))}
        unknown = _("“%(value)s” is not in the list. Did you mean: %(names)s?")
        if not said["names"]:
            unknown = _("“%(value)s” is not in the list.")
        raise ValidationError(unknown, code="unknown_code", params=said)

    def alike(self, text: str) -> list[str]:
        """Return the names of a few terms that a text mentions, or whose names contain it."""
        found, wanted = mentions.read([text], self.terms.words | mentions.everyday()), plain(text)
        read = {code for each in found if each.kind == "sector" for code in each.codes}
        return [
            term.name
            for term in self.terms.of(self.model)
            if self.only(term) and (term.code in read or (wanted and wanted in "\n".join(called_by(term))))
        ][:MOST_ALIKE]

    def clean(self, value: Any) -> Any:
        if value in self.empty_values:
            if self.required:
                raise ValidationError(self.error_messages["required"], code="required")
            return None
        return self.find(value)

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, int):
            return next((term.code for term in self.terms.of(self.model) if term.pk == value), "")
        return getattr(value, "code", value)

    def has_changed(self, initial: Any, data: Any) -> bool:
        return (self.prepare_value(initial) or "") != (data or "")


class TermsField(TermField):
    widget = forms.CheckboxSelectMultiple

    def __init__(self, *, most: int | None = None, **kwargs: Any) -> None:
        self.most = most
        super().__init__(**kwargs)

    def options(self) -> list[tuple[Any, Any]]:
        return self.named()

    def clean(self, value: Any) -> list[Any]:
        most = len(self.terms.of(self.model)) if self.most is None else self.most
        codes = list(dict.fromkeys(value or []))
        if self.required and not codes:
            raise ValidationError(self.error_messages["required"], code="required")
        if len(codes) > most:
            raise ValidationError(_("Choose at most %(most)s."), code="too_many", params={"most": most})
        return [self.find(code) for code in codes]

    def prepare_value(self, value: Any) -> Any:
        if isinstance(value, str) or not isinstance(value, Iterable):
            return value
        return [TermField.prepare_value(self, item) for item in value]

    def has_changed(self, initial: Any, data: Any) -> bool:
        return set(self.prepare_value(initial) or ()) != set(data or ())


DAY_IS_OVER = _("This date has passed. Enter a later date, or leave the field empty.")


def validate_past(day: date) -> None:
    if day > timezone.localdate():
        raise ValidationError(_("This date is in the future."), code="future")


VALIDATORS: dict[str, list[Callable[[Any], None]]] = {
    "name_en": [validators.validate_name, validators.validate_latin],
    "name_zh": [validators.validate_name, validators.validate_han],
    "name_ur": [validators.validate_name, validators.validate_urdu],
    "closed_on": [validate_past],
    "as_of_on": [validate_past],
}
# Help is wanted and given in a region; a list of every city on every row would be endless.
REGIONS = ("province", "regions")


def day(**kwargs: Any) -> forms.DateField:
    return forms.DateField(**{**kwargs, "widget": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")})


def data_places() -> list[tuple[str, Any]]:
    countries = [(place.code, place.name) for place in taxonomy.places(PlaceLevel.COUNTRY)]
    return [("", NOT_STATED), *countries, (DataHosting.MIXED, DataHosting.MIXED.label)]


def _of_codes(declared: Field, **kwargs: Any) -> forms.Field:
    options = {key: kwargs[key] for key in ("label", "help_text", "required", "initial") if key in kwargs}
    if declared.is_place:
        return forms.ChoiceField(choices=data_places, **options)
    return forms.MultipleChoiceField(choices=declared.codes, widget=forms.CheckboxSelectMultiple, **options)


BY_CLASS: tuple[tuple[type[models.Field[Any, Any]], Callable[..., forms.Field]], ...] = (
    (models.URLField, WebField),
    (models.EmailField, forms.EmailField),
    (models.TextField, ProseField),
    (models.CharField, LineField),
    (models.DateField, day),
)


def formfield(field: Any, **kwargs: Any) -> forms.Field | None:
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
    maker = next((make for kind, make in BY_CLASS if isinstance(field, kind)), None)
    return _made(field, maker, kwargs) if maker else field.formfield(**kwargs)


def _made(field: Any, make: Callable[..., forms.Field], kwargs: dict[str, Any]) -> forms.Field | None:
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
    label = {"label": field.label}
    if field.required:
        return _("%(label)s (required)") % label
    return _("%(label)s (needed for review)") % label if is_needed else str(field.label or "")


class OwnFields:
    formfield_callback = formfield


class CleanForm(forms.ModelForm[Any]):
    """A form over a record that hands its values to a service instead of saving them."""

    needed: frozenset[str] = frozenset()  # what a curator needs stated before a review
    only_in_files: tuple[str, ...] = ()  # columns of an import; for pages, the page of the consents asks

    def __init__(self, *args: Any, terms: Terms | None = None, is_file: bool = False, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        for name in () if is_file else self.only_in_files:
            del self.fields[name]
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
        return {
            name: self.cleaned_data[name] for name in self._meta.fields or () if name in self.cleaned_data
        }

    def refuse_over(self, name: str) -> None:
        """Refuse a past last day; a stored one does not block other edits."""
        day = self.cleaned_data.get(name)
        if day and day < timezone.localdate() and name in self.changed_data:
            self.add_error(name, ValidationError(DAY_IS_OVER, code="past"))

    def refuse_order(self, low: str, high: str, message: str | Promise) -> None:
        values = self.cleaned_data
        if values.get(low) is not None and values.get(high) is not None and values[high] < values[low]:
            self.add_error(high, str(message))
