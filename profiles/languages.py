"""The languages in which a company writes its texts: those of the columns that the site speaks."""

from django import forms
from django.conf import settings

COLUMNS = {"_ur": "ur", "_zh": "zh"}  # beside English, which every site asks for


def leave_out_languages(form: forms.BaseForm) -> None:
    """Remove the fields for texts in a language that the site does not speak, but none that has a text."""
    spoken = {code[:2] for code, _name in settings.LANGUAGES}
    others = {ending for ending, language in COLUMNS.items() if language not in spoken}
    for name in [name for name in form.fields if name[-3:] in others]:
        if not form.get_initial_for_field(form.fields[name], name):
            del form.fields[name]
