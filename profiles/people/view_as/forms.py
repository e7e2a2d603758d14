"""Why a curator looks at the site as a member."""

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.platform.form_fields import CountedField


class ViewAsForm(forms.Form):
    reason = CountedField(
        label=_("Reason"),
        max_length=300,
        help_text=_("The person receives this reason by email. It is also kept in the audit log."),
        error_messages={"required": _("Give a reason. The person reads it.")},
    )
