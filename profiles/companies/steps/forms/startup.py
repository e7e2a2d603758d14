"""The founder's five steps. Only the name is asked for by force."""

from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.utils import timezone
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.visibility.fields import CATALOGUE, GROUPS, asked
from profiles.catalogue.visibility.forms import ConsentFields
from profiles.catalogue.visibility.policy import audience_label
from profiles.choices import Audience, Revenue, Side
from profiles.companies.steps.forms.fields import NameInput, OwnFields
from profiles.companies.steps.forms.layout import Hint, More, OneLine, Spoken, group, helper, side_by_side
from profiles.companies.steps.forms.rows import IN_ANY_LANGUAGE, READ, SectionForm
from profiles.models import Startup


def audience_field(group_name: str) -> forms.ChoiceField:
    group = GROUPS[Side.STARTUP][group_name]
    choices = [(audience.value, audience_label(audience, Side.STARTUP)) for audience in group.choices]
    return forms.ChoiceField(
        label=format_lazy(WHO_MAY_SEE, group.label),
        choices=choices,
        widget=forms.RadioSelect,
        required=False,
        help_text=AUDIENCE_HELP,
    )


WHO_MAY_SEE = _("Who may see this? {}")
AUDIENCE_HELP = _("Matching uses only what approved investors and partners can see.")


class AudienceForm(SectionForm):
    group_name = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault(f"{self.group_name}_audience", self.instance.visibility.get(self.group_name))

    @property
    def changes(self) -> dict[str, Any]:
        answer = self.cleaned_data.get(f"{self.group_name}_audience")
        chosen = {"visibility": {self.group_name: Audience(answer).value}} if answer else {}
        return {**super().changes, **chosen}


class BasicsForm(SectionForm):
    class Meta(OwnFields):
        model = Startup
        fields = asked(CATALOGUE[Side.STARTUP], "basics")

    helper = helper(
        group(_("Name"), "name_en", Spoken("name_ur", "name_zh", beside=True)),
        group(
            _("In your words"),
            Hint(IN_ANY_LANGUAGE),
            "pitch",
            More(_("The pitch in other languages"), "pitch_en pitch_ur pitch_zh"),
            "summary_en",
            Spoken("summary_ur", "summary_zh"),
            HTML(READ),
            "website",
        ),
        group(_("Location"), "place operating_places", side_by_side("founded"), "languages"),
        group(
            _("Registration and contact"),
            "registration_number+registrar contact_name+contact_email",
            "contact_whatsapp+contact_wechat",
        ),
    )

    def clean_founded(self) -> int | None:
        year: int | None = self.cleaned_data["founded"]
        if year and year > timezone.localdate().year:
            raise forms.ValidationError(_("This year is in the future."), code="future")
        return year


class ProductForm(AudienceForm):
    only_in_files = ("revenue_audience",)
    group_name = "revenue"
    revenue_audience = audience_field("revenue")

    class Meta(OwnFields):
        model = Startup
        fields = asked(CATALOGUE[Side.STARTUP], "product")
        widgets = {"primary_sector": NameInput}

    helper = helper(
        group(_("Sector"), "primary_sector other_sectors stage+business_model"),
        group(_("Revenue"), "revenue+revenue_band"),
        group(_("Team"), "team_size+women_led founders"),
        group(_("Licences, customers and IP"), "licences public_sector_customer+ip_policy"),
        group(
            _("Ownership and fees"),
            Hint(
                _(
                    "Partners are asked the same questions. Your answers are shown with their date and "
                    "never affect a score."
                )
            ),
            "state_owned+beneficial_owner fee_policy+fee_details",
        ),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["other_sectors"].most = 5  # type: ignore[attr-defined]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if main := values.get("primary_sector"):
            values["other_sectors"] = [other for other in values.get("other_sectors", []) if other != main]
        if values.get("revenue") == Revenue.PRE and values.get("revenue_band"):
            self.add_error(
                "revenue_band", _("You chose “Pre-revenue”. Leave this empty, or choose “Post-revenue”.")
            )
        return values


class NeedsForm(SectionForm):
    class Meta(OwnFields):
        model = Startup
        fields = asked(CATALOGUE[Side.STARTUP], "needs")
        widgets = {"forms": forms.CheckboxSelectMultiple}

    helper = helper(
        group(
            _("What you accept"),
            OneLine(_("Partnership types"), "forms forms_are_must"),
            OneLine(_("Partnership terms"), "accepts_exclusivity+exclusivity_ask no_state_owned"),
            "capacity",
        )
    )


class RoundForm(AudienceForm):
    """How much it raises, if it does."""

    only_in_files = ("ask_audience",)
    group_name = "ask"
    ask_audience = audience_field("ask")

    class Meta(OwnFields):
        model = Startup
        fields = asked(CATALOGUE[Side.STARTUP], "round")

    helper = helper(
        group(_("Funding round"), "seeks_capital ask_min+ask_max+ask_currency committed+closing_on"),
        group(_("Shareholders"), "foreign_capital+foreign_share_pct cap_table"),
    )

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        self.refuse_over("closing_on")
        self.refuse_order("ask_min", "ask_max", _("The highest amount is below the lowest amount."))
        if values.get("seeks_capital") and values.get("ask_max") is None and "ask_max" not in self.errors:
            self.add_error("ask_max", _("Enter the highest amount you want to raise."))
        audience = values.get("ask_audience") or self.instance.visibility.get("ask")
        if "ask_audience" in self.fields and values.get("seeks_capital") and not audience:
            self.add_error("ask_audience", _("Choose who may see the amount."))
        return values


class ConsentForm(ConsentFields, SectionForm):
    only_in_files = ConsentFields.NAMES

    class Meta(OwnFields):
        model = Startup
        fields = asked(CATALOGUE[Side.STARTUP], "consent")

    helper = helper(
        group(_("Data practices"), "data_classes data_location+data_crosses_border data_access data_exit")
    )


STEP_FORMS: dict[str, type[SectionForm]] = {
    "basics": BasicsForm,
    "product": ProductForm,
    "needs": NeedsForm,
    "round": RoundForm,
    "consent": ConsentForm,
}
