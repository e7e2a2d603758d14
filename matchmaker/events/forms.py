"""What the forms of pilots, programmes and missions have in common."""

from typing import Any

from django import forms
from django.db.models import Model
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from profiles.choices import DataClass
from profiles.companies.steps.forms.fields import LineField, TermField, Terms, YesNoField, data_places, marked
from profiles.companies.steps.forms.layout import More, Spoken, side_by_side
from profiles.languages import language_code
from profiles.platform.form_fields import worded

LANGUAGES = ("en", "ur", "zh")
DATA_PRACTICES = (
    "data_classes",
    side_by_side("data_location", "data_crosses_border"),
    side_by_side("data_access", "data_exit"),
)


def several(choices: Any, **options: Any) -> forms.MultipleChoiceField:
    return forms.MultipleChoiceField(choices=choices, widget=forms.CheckboxSelectMultiple, **options)


def own_language() -> str:
    """Return the language of the page, or English if nothing can be written in it."""
    return language_code() if language_code() in LANGUAGES else "en"


class OwnLanguage(Spoken):
    """Texts in the language of the page."""

    @property
    def fields(self) -> list[str]:  # type: ignore[override]  # of the language in which it is shown
        return [f"{name}_{own_language()}" for name in self.names]

    def __init__(self, *names: str) -> None:
        self.names, self.beside = names, False


class OtherLanguages(More):
    """The same texts in the other languages, folded."""

    @property
    def fields(self) -> list[str]:  # type: ignore[override]
        others = [language for language in LANGUAGES if language != own_language()]
        return [f"{name}_{language}" for language in others for name in self.names]

    def __init__(self, *names: str, title: Any = "") -> None:
        self.names, self.title, self.kinds = names, title or _("In other languages"), ""


def labelled(form: forms.Form, model: type[Model]) -> None:
    model_fields = {field.name: field for field in model._meta.fields + model._meta.many_to_many}
    terms = Terms()
    for name, field in form.fields.items():
        worded(field)
        if name in model_fields:
            field.label = str(capfirst(model_fields[name].verbose_name))
        field.label = marked(field, is_needed=False)
        if isinstance(field, TermField):
            field.use(terms)


class CallForm(forms.Form):
    """What a pilot and a programme ask alike."""

    who_pays = LineField(max_length=300, required=False)
    data_classes = several(DataClass.choices, required=False)
    data_location = forms.ChoiceField(choices=data_places, required=False)
    data_crosses_border = YesNoField(required=False)
    data_access = LineField(max_length=200, required=False)
    data_exit = LineField(max_length=200, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if not any(values.get(f"title_{language}") for language in LANGUAGES):
            self.add_error(f"title_{own_language()}", _("Enter a title in at least one language."))
        return values
