"""The form that names an address."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from matchmaker.integrations.webhook_sender import RefusedAddressError, checked
from matchmaker.models.webhook import Event


class WebhookForm(forms.Form):
    url = forms.CharField(
        label=_("Web address"),
        max_length=500,
        help_text=_(
            "It begins with https:// and contains a public host name. Only owners of your team can see it."
        ),
        widget=forms.URLInput(attrs={"dir": "ltr", "inputmode": "url"}),
    )
    events = forms.MultipleChoiceField(
        label=_("Events to send"), choices=Event, widget=forms.CheckboxSelectMultiple
    )

    def clean_url(self) -> Any:
        url = self.cleaned_data["url"]
        try:
            checked(url)
        except RefusedAddressError as error:
            said = _(
                "Enter an address that begins with https://, contains a public host name and has no port."
            )
            raise forms.ValidationError(said) from error
        return url
