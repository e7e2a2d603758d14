"""Forms for adding and reviewing a picture."""

from django import forms
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from profiles.choices import FileKind, PictureKind
from profiles.companies.pictures.selectors import CONSENT
from profiles.companies.steps.forms.fields import DecisionForm, TidyField
from profiles.platform.files.forms import SentFileField
from profiles.uploads import FILE

LETTERS = 120  # of what a picture shows


class LogoForm(forms.Form):
    file = SentFileField(
        label=_("Picture"),
        kinds=(FileKind.PNG, FileKind.JPEG),
        help_text=format_lazy(
            _(
                "PNG or JPEG, up to {size} MB. We make it smaller and remove all other information from the "
                "file, such as where it was taken."
            ),
            size=FILE,
        ),
    )


class ProductForm(LogoForm):
    text = TidyField(
        label=_("What does the picture show?"),
        help_text=_("This text is read aloud to people who cannot see the picture."),
        max_length=LETTERS,
        widget=forms.TextInput(attrs={"dir": "auto"}),
    )


class PersonForm(LogoForm):
    text = TidyField(
        label=_("Your name and role"), max_length=LETTERS, widget=forms.TextInput(attrs={"dir": "auto"})
    )
    agrees = forms.BooleanField(label=CONSENT)


FORMS: dict[PictureKind, type[LogoForm]] = {
    PictureKind.LOGO: LogoForm,
    PictureKind.PERSON: PersonForm,
    PictureKind.PRODUCT: ProductForm,
}


class PictureDecisionForm(DecisionForm):
    needs_reason = ("answer", "decline", "reason", _("Give a reason that the owner can understand."))

    answer = forms.ChoiceField(choices=[("approve", ""), ("decline", "")])
    reason = TidyField(max_length=300, required=False)
