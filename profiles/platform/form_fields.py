"""Form fields that every capability may use."""

from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

# What is wrong with a number, in words; a model's own limits are told by the same ones.
LIMITS = {
    "min_value": _("Write %(limit_value)s or more."),
    "max_value": _("Write %(limit_value)s or less."),
    "max_digits": _("This number is too long."),
    "max_whole_digits": _("This number is too long."),
    "max_length": _("Use at most %(limit_value)d characters. You have used %(show_value)d."),
}


def worded(field: forms.Field) -> forms.Field:
    field.error_messages = {**field.error_messages, **LIMITS}
    return field


class CountedField(forms.CharField):
    default_error_messages = {"max_length": LIMITS["max_length"]}

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        attrs = super().widget_attrs(widget)
        most = attrs.pop("maxlength", None)
        return {**attrs, "data-most": most} if most else attrs
