"""The first page of a new company: what a review needs, and little more."""

from typing import Any

from crispy_forms.layout import HTML
from django import forms
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.taxonomy.selectors.money import currency_of
from profiles.choices import PlaceLevel, Side
from profiles.companies.held_edits.selectors import newest_rows, values_of
from profiles.companies.steps.forms.fields import NameInput, OwnFields, TermsField, formfield
from profiles.companies.steps.forms.investor import PITCH, ThesisForm
from profiles.companies.steps.forms.layout import Chips, Spoken, group, helper, side_by_side
from profiles.companies.steps.forms.rows import READ, SectionForm
from profiles.companies.steps.forms.startup import RoundForm
from profiles.companies.steps.proposals import CAPITAL
from profiles.languages import language_code
from profiles.models import Investor, NeedType, Startup, Thesis

MOST_NEEDS = 5
FROM_DECK = '{% include "companies/steps/_from_deck.html" %}'
LATER = "later"  # the name of the button that saves an unfinished page
BY_LANGUAGE = ("name_zh", "name_ur", "summary_en", "summary_zh", "summary_ur")


class StartForm(SectionForm):
    """Texts are asked for in the language of the page. `listed`: rows of which only the kind is asked."""

    listed = currency = ""

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        self.summary = f"summary_{language_code()}"
        super().__init__(*args, **kwargs)
        language = self.summary[-3:]
        for name in [name for name in BY_LANGUAGE if name in self.fields and not name.endswith(language)]:
            if not self.initial.get(name) and not self.data.get(name):
                del self.fields[name]
        stored = newest_rows(self.instance, self.listed) if self.instance.pk else []
        place: Any = self.fields["place"]
        is_startup = self._meta.model is Startup
        place.leading = settings.STARTUP_PLACES if is_startup else settings.PARTNER_PLACES
        self.fields[self.currency].initial = currency_of(next(iter(place.leading), "").partition("-")[0])
        if not self.instance.pk:
            self.initial.pop(self.currency, None)
        kinds: Any = self.fields[self.listed]
        self.initial[self.listed] = [row.type for row in stored]
        kinds.only = lambda term: term.code != CAPITAL or term in self.initial[self.listed]

    @property
    def needed(self) -> frozenset[str]:  # type: ignore[override]
        asked = super().needed
        return asked - {"summary"} | {self.summary} if "summary" in asked else asked

    @property
    def rows(self) -> dict[str, list[dict[str, Any]]]:
        return {self.listed: [{"type": kind} for kind in self.cleaned_data.get(self.listed, ())]}

    @property
    def thesis(self) -> dict[str, Any]:
        return {}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if LATER in self.data:
            return values
        for name in [name for name in self.fields if name in self.needed and name not in self.errors]:
            if not self.is_answered(name, values):
                self.add_error(name, _("Please fill this in. The review needs it."))
        return values

    def is_answered(self, name: str, values: dict[str, Any]) -> bool:
        names = [name]
        if name == self.summary:
            names = [each for each in BY_LANGUAGE if each.startswith("summary")]
        return any(values.get(each) not in (None, "", []) for each in names)


class StartupStartForm(StartForm, RoundForm):
    listed, currency = "needs", "ask_currency"
    needs = TermsField(model=NeedType, label=_("Needs"), required=False)

    class Meta(OwnFields):
        model = Startup
        fields = (
            "name_en", "name_ur", "name_zh", "pitch", "summary_en", "summary_ur", "summary_zh",
            "primary_sector", "stage", "place", "seeks_capital", "ask_max", "ask_currency", "forms",
        )  # fmt: skip
        labels = {"ask_max": _("Amount you want to raise")}
        widgets = {"forms": forms.CheckboxSelectMultiple, "primary_sector": NameInput}

    helper = helper(
        group(_("Name"), "name_en", Spoken("name_ur", "name_zh"), HTML(FROM_DECK)),
        group(_("In your words"), "pitch", Spoken("summary_en", "summary_ur", "summary_zh"), HTML(READ)),
        group(_("Sector, stage and location"), "primary_sector+stage", side_by_side("place", HTML(""))),
        group(_("Needs"), Chips("needs", 12), "seeks_capital ask_max+ask_currency"),
        group(_("Partnership types"), Chips("forms", 8)),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        needs: Any = self.fields["needs"]
        needs.most = max(MOST_NEEDS, len(self.initial["needs"]))
        needs.help_text = _("You can add details after you submit.")

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        sector: Any = self.fields["primary_sector"]
        texts = " ".join(str(values.get(name, "")) for name in ("pitch", *BY_LANGUAGE))
        is_empty = "primary_sector" in self.errors and not self.data.get("primary_sector")
        if is_empty and (names := sector.alike(texts)):
            said = _("Your description may be about: %(names)s") % {"names": " · ".join(names)}
            self.add_error("primary_sector", said)
        return values

    def is_answered(self, name: str, values: dict[str, Any]) -> bool:
        return super().is_answered(name, values) or (name == "needs" and bool(values.get("seeks_capital")))


THESIS = ("sectors", "stages", "places", "forms", "ticket_min", "ticket_max", "ticket_currency")


def of_thesis(name: str) -> Any:
    field = Thesis._meta.get_field(name)
    return formfield(field, **({"label": label} if (label := ThesisForm.base_fields[name].label) else {}))


class InvestorStartForm(StartForm):
    """With the criteria of the first thesis."""

    listed, currency = "offers", "ticket_currency"
    offers = TermsField(model=NeedType, label=_("Offers"), required=False)
    sectors, stages, places, forms, ticket_min, ticket_max, ticket_currency = map(of_thesis, THESIS)

    class Meta(OwnFields):
        model = Investor
        fields = (
            "name_en", "name_zh", "name_ur", "kind", "place", "pitch", "summary_en", "summary_zh",
            "summary_ur", "capacity",
        )  # fmt: skip
        help_texts = PITCH

    helper = helper(
        group(_("Name"), "name_en", Spoken("name_zh", "name_ur"), "kind+place"),
        group(_("In your words"), "pitch", Spoken("summary_en", "summary_zh", "summary_ur"), HTML(READ)),
        group(
            _("What you look for"),
            Chips("sectors"),
            Chips("stages", 6),
            Chips("places", 8),
            "ticket_min+ticket_max+ticket_currency",
            Chips("forms", 4),
        ),
        group(_("What you bring"), Chips("offers", 3), "capacity"),
    )

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.first_thesis = (
            next(iter(newest_rows(self.instance, "theses")), None) if self.instance.pk else None
        )
        if self.first_thesis:
            self.initial.update(values_of(self.first_thesis, THESIS))
        named = {name: set(self.initial.get(name) or ()) for name in ("sectors", "places")}
        sectors, places = self.fields["sectors"], self.fields["places"]
        sectors.only = lambda term: term.parent_id is None or term in named["sectors"]  # type: ignore[attr-defined]
        sectors.first = lambda term: term.parent_id is None  # type: ignore[attr-defined]
        places.only = lambda term: term.level != PlaceLevel.CITY or term in named["places"]  # type: ignore[attr-defined]
        places.first = is_of_a_startup  # type: ignore[attr-defined]

    @property
    def thesis(self) -> dict[str, Any]:
        criteria = {name: self.cleaned_data[name] for name in THESIS if name in self.cleaned_data}
        if self.first_thesis:
            return criteria
        is_begun = LATER not in self.data or any(criteria.get(name) for name in THESIS[:-1])
        return {"name": "", **criteria} if is_begun else {}

    def clean(self) -> dict[str, Any]:
        values = super().clean()
        self.refuse_order("ticket_min", "ticket_max", _("The highest amount is below the lowest amount."))
        return values


def is_of_a_startup(place: Any) -> bool:
    """Return whether a place is where the settings say that startups are."""
    codes = {place.code, place.country_code, place.parent.code if place.parent_id else ""}
    return not codes.isdisjoint(settings.STARTUP_PLACES)


START_FORMS: dict[Side, type[StartForm]] = {Side.STARTUP: StartupStartForm, Side.INVESTOR: InvestorStartForm}
