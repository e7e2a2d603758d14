"""What people write about fair dealing: an answer to a check, a check itself."""

from typing import Any

from crispy_forms.layout import Div
from django import forms
from django.http import QueryDict
from django.utils import timezone
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from matchmaker.choices import AnswerState, ScreeningDecision
from matchmaker.deals.fair_dealing.selectors import rules
from matchmaker.models.fair_dealing import CLAUSES, TERM_FIELDS, CheckAnswer, FairTerms
from profiles.catalogue.taxonomy import triggers
from profiles.companies.steps.forms.fields import TidyField, WebField
from profiles.companies.steps.forms.layout import OneLine, helper
from profiles.languages import leave_out_languages
from profiles.models import GovernanceCheck

DATE = forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")


class AnswerForm(forms.ModelForm[CheckAnswer]):
    state = forms.ChoiceField(label=_("Your answer"), choices=AnswerState.choices, widget=forms.RadioSelect)

    class Meta:
        model = CheckAnswer
        fields = ["state", "text", "finder", "due_on"]
        field_classes = {"text": TidyField, "finder": TidyField}
        widgets = {"text": forms.Textarea(attrs={"rows": 4}), "due_on": DATE}

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        if values.get("state") == AnswerState.ANSWERED and not values.get("text"):
            self.add_error("text", _("Write the answer, or choose “Not yet known”."))
        if values.get("state") == AnswerState.NOT_YET_KNOWN:
            day = values.get("due_on")
            if not values.get("finder"):
                self.add_error("finder", _("Name who will find out."))
            if "due_on" not in self.errors and (day is None or day < timezone.localdate()):
                self.add_error("due_on", _("Choose today or a later date."))
        return values


class CheckForm(forms.ModelForm[GovernanceCheck]):
    source_url = WebField(label=_("Source link"), required=False, max_length=300)

    class Meta:
        model = GovernanceCheck
        fields = [
            "title_en", "title_ur", "title_zh", "question_en", "question_ur", "question_zh",
            "text_en", "text_ur", "text_zh", "weight", "status", "as_of", "source", "source_url",
            "confidence", "checked_on", "review_by", "is_active",
        ]  # fmt: skip
        field_classes = dict.fromkeys(
            ("text_en", "text_ur", "text_zh", "question_en", "question_ur", "question_zh", "source"),
            TidyField,
        )
        widgets = {
            **dict.fromkeys(("text_en", "text_ur", "text_zh"), forms.Textarea(attrs={"rows": 5})),
            **dict.fromkeys(("checked_on", "review_by"), DATE),
        }

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        leave_out_languages(self)

    @classmethod
    def labels(cls) -> dict[str, Any]:
        names: list[str] = [*cls.base_fields, "trigger"]
        labels = {field.name: field.verbose_name for field in GovernanceCheck._meta.concrete_fields}
        return {name: capfirst(labels[name]) for name in names}


class RuleTextForm(forms.Form):
    trigger = forms.JSONField(
        label=_("Applies when"), widget=forms.Textarea(attrs={"rows": 6, "dir": "ltr", "spellcheck": "false"})
    )

    def clean_trigger(self) -> Any:
        return _checked(self.cleaned_data["trigger"])


def _checked(trigger: Any) -> Any:
    try:
        triggers.check_trigger(trigger)
    except triggers.TriggerError as error:
        raise forms.ValidationError(str(error), code="trigger") from error
    return trigger


FACT_CHOICES = [(name, label) for name, (_kind, label) in triggers.FACTS.items()]
MOST_LINES = 20
YES_NO = [("yes", _("Yes")), ("no", _("No"))]


class RuleForm(forms.Form):
    """When a check applies: conditions, how they are joined, and one more to add."""

    joined = forms.ChoiceField(
        label=_("Applies"),
        widget=forms.RadioSelect,
        choices=[
            ("always", _("always")),
            ("all", _("when all conditions hold (in a group, one is enough)")),
            ("any", _("when at least one condition holds (in a group, all conditions must hold)")),
        ],
    )
    new = forms.ChoiceField(
        label=_("Add a condition about"), required=False, choices=[("", "—"), *FACT_CHOICES]
    )

    def __init__(
        self, data: Any = None, *, rule: rules.Rule, names: rules.Names, stored: triggers.Trigger
    ) -> None:
        super().__init__(data, initial={"joined": rule.joined})
        self.rule, self.trigger = rule, dict[str, Any]()
        for at, line in enumerate(rule.lines):
            groups = [
                ("", _("not in a group")),
                *((letter, _("group %s") % letter) for letter in rules.LETTERS),
            ]
            self.fields |= {
                f"asked-{at}": forms.ChoiceField(
                    label=_("Condition"), choices=rules.asked_in_words(line.fact), initial=line.asked
                ),
                f"value-{at}": _value_field(line, names, _stored_codes(stored, line.fact)),
                f"group-{at}": forms.ChoiceField(
                    label=_("Condition group"), choices=groups, initial=line.group, required=False
                ),
            }

    @property
    def lines(self) -> list[dict[str, Any]]:
        return [
            {"fact": line.fact, "label": capfirst(str(triggers.FACTS[line.fact][1])), "number": at + 1}
            | {name: self[f"{name}-{at}"] for name in ("asked", "value", "group")}
            for at, line in enumerate(self.rule.lines)
        ]

    def clean(self) -> dict[str, Any]:
        data = super().clean() or {}
        if self.errors:
            return data
        lines = [
            rules.Line(
                line.fact, data[f"asked-{at}"], _value(line.fact, data[f"value-{at}"]), data[f"group-{at}"]
            )
            for at, line in enumerate(self.rule.lines)
        ]
        if data["joined"] != "always" and not lines:
            raise forms.ValidationError(_("Add a condition, or choose “always”."))
        self.trigger = _checked(rules.trigger_of(rules.Rule(data["joined"], lines)))
        return data


def _stored_codes(stored: triggers.Trigger, fact: str) -> set[str]:
    has_codes = triggers.FACTS[fact][0] in (triggers.FactKind.CODE, triggers.FactKind.CODES)
    return set(triggers.asked_codes(stored, fact)) if has_codes else set()


def _value_field(line: rules.Line, names: rules.Names, stored: set[str]) -> forms.Field:
    kind, label = triggers.FACTS[line.fact][0], _("Value")
    if kind is triggers.FactKind.FLAG:
        return forms.ChoiceField(label=label, choices=YES_NO, initial="no" if line.value is False else "yes")
    if kind is triggers.FactKind.NUMBER:
        return forms.FloatField(label=label, min_value=0, initial=line.value)
    offered = names.choices(line.fact)
    other = [(code, code) for code in sorted(stored - dict(rules.flat(offered)).keys())]
    return forms.MultipleChoiceField(
        label=label, choices=[*offered, *other], initial=line.value, widget=forms.CheckboxSelectMultiple
    )


def _value(fact: str, value: Any) -> Any:
    kind = triggers.FACTS[fact][0]
    if kind is triggers.FactKind.FLAG:
        return value == "yes"
    return int(value) if kind is triggers.FactKind.NUMBER and value == int(value) else value


def sent_rule(data: QueryDict) -> rules.Rule:
    """Return the conditions of a form that was sent, with one more or one less where a button says so."""
    lines = []
    for at in range(MOST_LINES):
        fact = data.get(f"fact-{at}")
        if fact not in triggers.FACTS or data.get("drop") == str(at + 1):
            continue
        asked = data.get(f"asked-{at}", "")
        words = dict(rules.asked_in_words(fact))
        several = triggers.FACTS[fact][0] in (triggers.FactKind.CODE, triggers.FactKind.CODES)
        value: Any = data.getlist(f"value-{at}") if several else data.get(f"value-{at}", "")
        if triggers.FACTS[fact][0] is triggers.FactKind.FLAG:
            value = value != "no"
        group = data.get(f"group-{at}", "")
        asked = asked if asked in words else next(iter(words))
        lines.append(rules.Line(fact, asked, value, group if group in rules.LETTERS else ""))
    new = data.get("new")
    if "add" in data and new in triggers.FACTS and len(lines) < MOST_LINES:
        lines.append(rules.Line(new, rules.asked_in_words(new)[0][0], None))
    joined = data.get("joined", "")
    return rules.Rule(joined if joined in ("always", "all", "any") else "all", lines)


# What each term means, with an example.
TERM_HELP = {
    "exclusivity": _(
        "Whether one side is not allowed to work with others. For example: limited to one product in one "
        "province."
    ),
    "exclusivity_territory": _("Where it applies. For example: Punjab, or drip irrigation kits in Pakistan."),
    "exclusivity_months": _("After how many months it ends. For example: 9."),
    "ip_owner": _(
        "Who owns what you create together, such as a design or software. For example: each side owns what "
        "it makes, and the other side can use it."
    ),
    "exit_notice_days": _("How many days before the end a side must give notice. For example: 60."),
    "board_partner": _(
        "How many votes the partner has on the board or another body that decides. For example: 1."
    ),
    "board_total": _("How many votes there are in total. For example: 5."),
    "step_in": _(
        "When the partner may run the business instead of you. For example: only if the company is insolvent."
    ),
    "cure_days": _("How many days you have to fix a breach before it has consequences. For example: 30."),
    "first_refusal": _(
        "What must be offered to the partner before it is offered to others. For example: its share of each "
        "new round."
    ),
    "data_end": _("What the partner does with your data when the partnership ends. For example: returns it."),
    "price": _(
        "The price with its unit and delivery place. For example: USD 42 per kit, delivered to the "
        "destination port."
    ),
    "minimum_order": _("The smallest order. For example: 500 kits a year, 100 at a time."),
    "payment_terms": _("When a delivery is paid for. With a letter of credit, a bank pays."),
    "currency": _("The currency in which prices are agreed and paid."),
    "law": _("The country whose law applies to the contract."),
    "disputes": _("Who decides if there is a dispute. For example: arbitration in Singapore."),
}
TERM_GROUPS = (
    (_("Exclusivity"), CLAUSES[0]),
    (_("Price and payment"), CLAUSES[6]),
    (_("Results, data and end of the partnership"), (*CLAUSES[1], *CLAUSES[5], *CLAUSES[2])),
    (_("Decisions and control"), (*CLAUSES[3], *CLAUSES[4])),
    (_("Law"), CLAUSES[7]),
)


class TermsForm(forms.ModelForm[FairTerms]):
    class Meta:
        model = FairTerms
        fields = TERM_FIELDS
        field_classes = dict.fromkeys(("exclusivity_territory", "price", "minimum_order"), TidyField)
        help_texts = TERM_HELP

    helper = helper(Div(*(OneLine(title, *names) for title, names in TERM_GROUPS), css_class="group"))

    def __init__(self, data: Any = None, *, newest: FairTerms | None) -> None:
        """Begin with the newest version; a form never writes into it."""
        start = {name: getattr(newest, name) for name in TERM_FIELDS} if newest else {}
        super().__init__(data, initial=start, instance=FairTerms())
        for field in self.fields.values():
            if isinstance(field, forms.ChoiceField):
                offered: Any = field.choices
                field.choices = [("", _("Left open")), *(choice for choice in offered if choice[0])]

    def clean(self) -> dict[str, Any]:
        values = super().clean() or self.cleaned_data
        partner, total = values.get("board_partner"), values.get("board_total")
        if partner is not None and total is not None and partner > total:
            self.add_error(
                "board_partner", _("The partner cannot have more board seats than there are in total.")
            )
        return values


class ScreeningForm(forms.Form):
    decision = forms.ChoiceField(
        label=_("Your finding"), choices=ScreeningDecision.choices, widget=forms.RadioSelect
    )
    reason = TidyField(label=_("Why"), max_length=300)
