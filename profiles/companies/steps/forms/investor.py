"""An investor or partner: its profile, its theses with their criteria, what it offers, deals on record."""

from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.fields import CATALOGUE, ROWS, asked
from profiles.catalogue.visibility.forms import ConsentFields
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import Importance, Revenue, Side
from profiles.companies.held_edits.selectors import newest_rows
from profiles.companies.steps.forms.fields import CleanForm, OwnFields
from profiles.companies.steps.forms.layout import Hint, Live, More, Spoken, group, helper, side_by_side
from profiles.companies.steps.forms.rows import IN_ANY_LANGUAGE, READ, SectionForm
from profiles.models import Deal, Investor, Thesis


class DealForm(CleanForm):
    class Meta(OwnFields):
        model = Deal
        fields = asked(ROWS["deals"], "deals")

    helper = helper(
        group(_("Deal"), "startup_name+closed_on sector+stage place+form amount+currency+stake_pct")
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["startup_name"].required = True


# A criterion's list, its list of vetoes, and how strictly it is meant.
CRITERIA = (
    ("sectors", "sectors_out", "sector_importance"),
    ("stages", "stages_out", "stage_importance"),
    ("places", "places_out", "place_importance"),
    ("forms", "forms_out", "form_importance"),
)


def strictly(*fields: Any) -> More:
    return More(
        _("Must have, or exclude"),
        Hint(_("“Must have” removes startups that do not match. “Nice to have” only raises the score.")),
        *fields,
    )


# Fields in which something can be wrong before the whole form is sent.
WATCHED = (
    "name", "active_from_on", "active_to_on", "ticket_min", "ticket_max",
    *(vetoed for _wanted, vetoed, _strictly in CRITERIA),
)  # fmt: skip


class ThesisForm(CleanForm):
    class Meta(OwnFields):
        model = Thesis
        fields = asked(ROWS["theses"], "theses")
        labels = {
            "sectors": _("Sectors you want"),
            "stages": _("Stages you want"),
            "places": _("Locations you want"),
            "forms": _("Partnership types you want"),
        }
        widgets = {
            name: forms.CheckboxSelectMultiple for name in ("stages", "stages_out", "forms", "forms_out")
        }

    helper = helper(
        group(_("Thesis"), Live("name")),
        group(_("Sectors"), "sectors", strictly("sector_importance", Live("sectors_out"))),
        group(_("Stages"), "stages", strictly("stage_importance", Live("stages_out"))),
        group(_("Locations"), "places", strictly("place_importance", Live("places_out"))),
        group(
            _("Ticket size"),
            side_by_side(Live("ticket_min"), Live("ticket_max"), "ticket_currency"),
            strictly("ticket_importance"),
        ),
        group(_("Partnership types"), "forms", strictly("form_importance", Live("forms_out"))),
        group(
            _("More"),
            More(_("Revenue and role"), "revenue_required+no_pre_revenue lead_role"),
            More(
                _("When it applies"), side_by_side("is_active", Live("active_from_on"), Live("active_to_on"))
            ),
            More(_("For your own use"), "note"),
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if self.instance.pk and not self.instance.name:
            self.initial["name"] = str(self.instance)

    @property
    def partial_errors(self) -> dict[str, list[str]]:
        """What is wrong with each field that is watched while it is filled in; what is still empty is not."""
        found = self.errors.as_data()
        wrong = {name: [e for e in found.get(name, []) if e.code != "required"] for name in WATCHED}
        return {name: [text for e in errors for text in e.messages] for name, errors in wrong.items()}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.refuse_order("ticket_min", "ticket_max", _("The highest amount is below the lowest amount."))
        self.refuse_order("active_from_on", "active_to_on", _("The last day is before the first one."))
        self.refuse_over("active_to_on")
        for wanted, vetoed, strictly in CRITERIA:
            both = set(values.get(wanted) or ()) & set(values.get(vetoed) or ())
            self._refuse_both(vetoed, sorted(term.name for term in both))
            is_missing = not values.get(wanted) and wanted not in self.errors
            if is_missing and values.get(strictly) == Importance.MUST:
                self.add_error(strictly, _("Choose at least one above, or change this to “Nice to have”."))
        if values.get("revenue_required") == Revenue.PRE and values.get("no_pre_revenue"):
            self._refuse_both("no_pre_revenue", [str(Revenue.PRE.label)])
        theses = newest_rows(self.instance.investor, "theses") if self.instance.investor_id else []
        if values.get("name") in {thesis.name for thesis in theses if thesis.pk != self.instance.pk}:
            self.add_error("name", _("You already have a thesis with this name."))
        return values

    def _refuse_both(self, vetoed: str, names: list[str]) -> None:
        if names:
            self.add_error(
                vetoed,
                _("You have selected and excluded the same items: %(names)s.") % {"names": joined(names)},
            )


PITCH = {
    "pitch": _(
        "Say what you look for, and what you bring besides money. For example: first investments in farm "
        "technology, and test fields in Henan."
    )
}


class InvestorForm(ConsentFields, SectionForm):
    only_in_files = ConsentFields.NAMES

    class Meta(OwnFields):
        model = Investor
        fields = asked(CATALOGUE[Side.INVESTOR], "profile")
        help_texts = PITCH

    helper = helper(
        group(_("Name"), "name_en", Spoken("name_zh", "name_ur", beside=True), "kind"),
        group(
            _("In your words"),
            Hint(IN_ANY_LANGUAGE),
            "pitch",
            More(_("The pitch in other languages"), "pitch_en pitch_zh pitch_ur"),
            "summary_en",
            Spoken("summary_zh", "summary_ur"),
            HTML(READ),
            "website portfolio conflicts",
        ),
        group(_("Location"), "place languages"),
        group(
            _("Registration and ownership"),
            "legal_name+registry_id state_owned+beneficial_owner group_name",
            "contact_name+contact_email contact_whatsapp+contact_wechat",
        ),
        group(
            _("What startups can expect"),
            "capacity+reply_days fee_policy+fee_details",
            "exclusivity_ask+board_seat_ask+max_stake_pct data_hosting",
        ),
    )
