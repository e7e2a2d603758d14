"""Fields that clean what people type."""

from collections.abc import Callable, Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator
from django.db import models
from django.utils.translation import gettext_lazy as _

from profiles.models import NeedType, PartnershipForm, Place, Sector, Stage
from profiles.taxonomy.selectors import terms as taxonomy
from profiles.validators import one_line, refuse_long, tidy, validate_visible

NOT_STATED = _("Not stated")
SOURCES: dict[type[models.Model], Callable[[], Any]] = {
    Sector: taxonomy.sectors,
    Stage: taxonomy.stages,
    NeedType: taxonomy.need_types,
    PartnershipForm: taxonomy.forms,
    Place: taxonomy.places,
}
GROUPED = (Sector, Place)


# What is wrong with a number, in words; a model's own limits are told by the same ones.
LIMITS = {
    "min_value": _("Write %(limit_value)s or more."),
    "max_value": _("Write %(limit_value)s or less."),
    "max_digits": _("This number is too long."),
    "max_whole_digits": _("This number is too long."),
    "max_length": _("Use at most %(limit_value)d characters. You have used %(show_value)d."),
}


def worded(field: forms.Field) -> forms.Field:
    """Return the field with our words for numbers out of bounds."""
    field.error_messages = {**field.error_messages, **LIMITS}
    return field


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


class CountedField(forms.CharField):
    """A text that a browser does not cut: who wrote too much is told so, with the count."""

    default_error_messages = {"max_length": LIMITS["max_length"]}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Return the length for the counter beside the field, not for the browser to cut at."""
        attrs = super().widget_attrs(widget)
        most = attrs.pop("maxlength", None)
        return {**attrs, "data-most": most} if most else attrs


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
        raise ValidationError(
            _("“%(value)s” is not in the list."),
            code="unknown_code",
            params={"value": one_line(str(code)[:40])},
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
