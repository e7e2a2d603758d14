"""What a team notes about a deal, for itself alone."""

from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.deals.pipeline.selectors.page import name_of
from matchmaker.models.pair_action import RATINGS, ShortlistEntry
from profiles.companies.steps.forms.fields import TidyField, day
from profiles.models import Investor, Membership, Startup
from profiles.people.accounts.selectors import members_of


class ColleagueField(forms.ModelChoiceField[Membership]):
    def label_from_instance(self, obj: Membership) -> str:
        return name_of(obj)


class TeamNotesForm(forms.ModelForm[ShortlistEntry]):
    due_on = day(
        label=_("By when"), required=False, help_text=_("You get a notification in the morning of this day.")
    )
    in_charge = ColleagueField(
        None, label=_("Colleague in charge"), required=False, empty_label=pgettext_lazy("in charge", "No one")
    )
    rating = forms.TypedChoiceField(
        label=pgettext_lazy("deal", "Rating"),
        required=False,
        coerce=int,
        empty_value=None,
        choices=[("", pgettext_lazy("rating", "None")), *((str(each), f"{each}/5") for each in RATINGS)],
    )

    class Meta:
        model = ShortlistEntry
        fields = ["next_step", "due_on", "in_charge", "rating", "note"]
        field_classes = {"next_step": TidyField, "note": TidyField}
        labels = {"next_step": _("Next step"), "note": pgettext_lazy("deal", "Notes")}
        widgets = {name: forms.Textarea(attrs={"rows": 2, "dir": "auto"}) for name in ("next_step", "note")}

    def __init__(self, *args: Any, company: Startup | Investor, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        colleagues: Any = self.fields["in_charge"]
        colleagues.queryset = members_of(company)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        due_on = values.get("due_on")
        if due_on and "due_on" in self.changed_data and due_on < timezone.localdate():
            self.add_error("due_on", _("This date has passed. Choose today or a later date."))
        return values
