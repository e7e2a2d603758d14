"""What a side says about an outcome."""

from collections.abc import Mapping
from contextlib import suppress
from datetime import date
from typing import Any

from django import forms
from django.utils import timezone
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from matchmaker.models.outcome import WORDS, DealKind
from profiles.choices import USD, currencies
from profiles.companies.steps.forms.fields import AmountField, LineField, TermField, day
from profiles.companies.steps.forms.layout import More, helper
from profiles.models import PartnershipForm

CAPITAL = ("capital", "structure")  # groups of partnership types: a memorandum or a pilot is no investment
INVESTMENT, AGREEMENT = "investment", "agreement"
OBJECTION = LineField(max_length=WORDS)
NO_TERMS: dict[str, Any] = {"form": None, "amount": None, "currency": USD}


class OutcomeFields(forms.Form):
    """What every outcome has. `begun`: the first day on which it can have happened."""

    begun: date
    too_early: str | Promise

    kind = forms.ChoiceField(label=_("Outcome"))
    happened_on = day(label=_("Since (date)"))
    words = LineField(max_length=WORDS, label=_("In your words"))
    form = TermField(model=PartnershipForm, label=_("Partnership type"), required=False)
    amount = AmountField(label=_("Amount"), required=False, max_digits=16, decimal_places=2)
    currency = forms.ChoiceField(label=_("Currency"), choices=currencies, initial=USD, required=False)

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        since = values.get("happened_on")
        if since and not self.begun <= since <= timezone.localdate():
            self.add_error("happened_on", str(self.too_early))
        if values.get("kind") != INVESTMENT:
            return {**values, **NO_TERMS}
        self.require("form", "amount", "currency")
        return values

    def require(self, *names: str) -> None:
        for name in names:
            if self.cleaned_data.get(name) in (None, "") and name not in self.errors:
                self.add_error(name, _("This is required for an investment."))


class IntroductionOutcomeForm(OutcomeFields):
    too_early = _("Choose a date between your introduction and today.")

    helper = helper(
        "kind+happened_on words",
        More(_("For an agreement: its type. For an investment: type and amount"), "form+amount+currency"),
    )

    def __init__(self, data: Any = None, *, begun: date, **kwargs: Any) -> None:
        super().__init__(data, **kwargs)
        self.begun = begun
        kind: Any = self.fields["kind"]
        kind.choices = DealKind.choices

    def clean(self) -> dict[str, Any]:
        form = self.cleaned_data.get("form")
        values = super().clean()
        kind = values.get("kind")
        if kind == AGREEMENT:
            if form is None and "form" not in self.errors:
                self.add_error("form", _("Choose the type of the agreement."))
            return {**values, "form": form}
        if kind == INVESTMENT and form and form.group not in CAPITAL:
            self.add_error(
                "form", _("This type is not an investment. Choose another, or record an agreement.")
            )
        return values


def objection_in(sent: Mapping[str, str]) -> str:
    """Return what a side says against an outcome; empty without words that the other side can read."""
    with suppress(forms.ValidationError):
        return str(OBJECTION.clean(sent.get("objection", "").strip()[:WORDS]))
    return ""
