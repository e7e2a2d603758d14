"""What the two sides say about a stage."""

from collections.abc import Collection
from datetime import timedelta
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.translation import gettext_lazy as _
from django.utils.translation import pgettext_lazy

from matchmaker.choices import Side
from matchmaker.models.introduction import WORDS
from matchmaker.models.stage import Doer, StageKind
from profiles.choices import USD, currencies
from profiles.companies.steps.forms.fields import AmountField, TermField, TidyField, day
from profiles.companies.steps.forms.layout import More, group, helper
from profiles.models import PartnershipForm

FARTHEST = timedelta(days=366)  # that a next step may be ahead
US, THEM = "us", "them"
NEXT = ("doer", "next_step", "due_on")
OF_A_RECORD = ("wants_record", "form", "amount", "currency", "stake_pct")
ON_RECORD = _(
    "If both sides agree, the partner’s profile gets a deal “recorded by both sides”. Only the partner and "
    "curators can see the startup’s name and the amounts. Other members can see the date, sector, stage, "
    "location and partnership type."
)


class StageForm(forms.Form):
    kind = forms.ChoiceField(label=_("Current stage"), choices=StageKind.choices)
    since_on = day(label=_("Since (date)"))
    next_step = TidyField(
        label=_("Next step"),
        max_length=WORDS,
        required=False,
        help_text=_("For example: send three samples, or draft the agreement."),
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
    doer = forms.ChoiceField(
        label=_("Who does it"),
        required=False,
        choices=[
            ("", "—"),
            (US, pgettext_lazy("who does it", "We do")),
            (THEM, pgettext_lazy("who does it", "They do")),
            (str(Doer.BOTH), pgettext_lazy("who does it", "Both of us")),
        ],
    )
    due_on = day(label=_("By when"), required=False)
    wants_record = forms.BooleanField(label=_("Record the deal"), required=False, help_text=ON_RECORD)
    form = TermField(model=PartnershipForm, label=_("Partnership type"), required=False)
    amount = AmountField(label=_("Amount"), required=False, max_digits=16, decimal_places=2)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies, initial=USD)
    stake_pct = forms.DecimalField(
        label=_("Stake, %"), required=False, min_value=0, max_value=100, max_digits=5, decimal_places=2
    )

    helper = helper(
        group(pgettext_lazy("introduction", "Stage"), "kind+since_on"),
        group(_("Next step"), "next_step doer+due_on"),
        More(_("Have you signed? Record the deal"), "wants_record form+amount currency+stake_pct"),
    )

    def __init__(
        self, *args: Any, side: Side, possible: Collection[StageKind], is_recorded: bool, **kwargs: Any
    ) -> None:
        """Offer what can be proposed; of a deal that is on record, no second record."""
        super().__init__(*args, **kwargs)
        self.side = side
        kind: Any = self.fields["kind"]
        kind.choices = [(each.value, each.label) for each in StageKind if each in possible]
        if is_recorded:
            for name in OF_A_RECORD:
                del self.fields[name]
            self.helper = helper(*self.helper.layout[:2])

    @property
    def values(self) -> dict[str, Any]:
        values = dict(self.cleaned_data)
        who = {US: str(self.side), THEM: str(self.side.other)}
        values["doer"] = who.get(values["doer"], values["doer"])
        if not values.get("wants_record"):
            values |= {
                "wants_record": False,
                "form": None,
                "amount": None,
                "currency": USD,
                "stake_pct": None,
            }
        return values

    def clean(self) -> dict[str, Any]:
        values, today = super().clean() or self.cleaned_data, timezone.localdate()
        since, due = values.get("since_on"), values.get("due_on")
        if since and since > today:
            self.add_error("since_on", _("This date is in the future. Choose today or an earlier date."))
        if due and not today <= due <= today + FARTHEST:
            self.add_error("due_on", _("Choose a day within the next twelve months."))
        is_needed = values.get("kind") != StageKind.ENDED or any(values.get(name) for name in NEXT)
        for name in NEXT if is_needed else ():
            if not values.get(name) and name not in self.errors:
                self.add_error(name, _("Enter the next step, who does it, and by when."))
        if values.get("wants_record") and values.get("kind") != StageKind.SIGNED:
            self.add_error(
                "wants_record", _("Only a signed deal can be recorded. Choose the stage “Signed”.")
            )
        return values


class ObjectionForm(forms.Form):
    objection = TidyField(
        label=_("What do you disagree with?"),
        max_length=WORDS,
        widget=forms.Textarea(attrs={"rows": 2, "dir": "auto"}),
    )
