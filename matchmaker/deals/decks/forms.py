"""What founders, curators and readers of decks type."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from profiles.choices import FileKind
from profiles.companies.steps.forms.fields import TidyField
from profiles.platform.files.forms import SentFileField
from profiles.uploads import DECK

MOST_DAYS = 365


class DeckForm(forms.Form):
    file = SentFileField(
        label=_("Your deck"),
        kinds=(FileKind.PDF, FileKind.PPTX),
        most=DECK,
        help_text=format_lazy(
            _(
                "PDF or PPTX, up to {size} MB and 60 pages. We turn its pages into pictures. Scripts, forms "
                "and attached files are left out."
            ),
            size=DECK,
        ),
    )


class AccessForm(forms.Form):
    days = forms.IntegerField(min_value=1, max_value=MOST_DAYS)


class InspectionForm(forms.Form):
    reason = TidyField(
        label=_("Why do you open the pages? The startup reads this."),
        max_length=300,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
