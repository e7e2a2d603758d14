"""The languages in which a company writes its texts: those of the columns that the site speaks."""

from django import forms
from django.conf import settings
from django.utils.translation import get_language

COLUMNS = {"_ur": "ur", "_zh": "zh"}  # beside English, which every site asks for


def language_code() -> str:
    """Return the language of the page as the columns name it."""
    return (get_language() or settings.LANGUAGE_CODE)[:2]


def is_spoken(name: str) -> bool:
    """Return whether a column is for no language, or for one that the site speaks."""
    language = COLUMNS.get(name[-3:])
    return language is None or language in {code[:2] for code, _name in settings.LANGUAGES}


def leave_out_languages(form: forms.BaseForm, *, even_filled: bool = False) -> None:
    """Do not ask for texts in languages that the site does not speak, unless one is filled in already."""
    for name in [name for name in form.fields if not is_spoken(name)]:
        if even_filled or not form.get_initial_for_field(form.fields[name], name):
            del form.fields[name]
