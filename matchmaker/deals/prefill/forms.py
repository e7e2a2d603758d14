"""What a founder adds from the deck: nothing is ticked before."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from django import forms
from django.utils.html import format_html
from django.utils.safestring import SafeString
from django.utils.text import capfirst
from django.utils.translation import gettext_lazy as _

from matchmaker.deals.prefill.selectors import TERMS, DeckProposal
from profiles.catalogue.visibility.visible_profile import Money
from profiles.models import Startup
from profiles.validators import language_of

LABELS = {
    "name_en": _("Name in English"),
    "name_ur": _("Name in Urdu"),
    "name_zh": _("Name in Chinese"),
    "needs": _("Needs"),
    "ask_max": _("Amount you want to raise"),
}


class ProposalsForm(forms.Form):
    """One field for each field of the startup that the deck says something about."""

    def __init__(self, data: Any, proposals: Iterable[DeckProposal]) -> None:
        super().__init__(data)
        self.proposals: dict[str, list[DeckProposal]] = {}
        for proposal in proposals:
            self.proposals.setdefault(proposal.field, []).append(proposal)
        for name, found in self.proposals.items():
            label = _label(name)
            if name == "primary_sector":
                choices = [*_terms(name, found), ("", _("None of these"))]
                self.fields[name] = forms.ChoiceField(
                    label=label, choices=choices, required=False, widget=forms.RadioSelect
                )
            else:
                self.fields[name] = forms.MultipleChoiceField(
                    label=label,
                    choices=_terms(name, found) if name in TERMS else [(_key(found[0]), _shown(found[0]))],
                    required=False,
                    widget=forms.CheckboxSelectMultiple,
                )

    @property
    def chosen(self) -> list[DeckProposal]:
        """Return what is ticked; of the sectors only the one that is chosen."""
        chosen = []
        for name, found in self.proposals.items():
            given = self.cleaned_data.get(name) or ()
            if name == "primary_sector":
                chosen += [DeckProposal(name, (given,), found[0].page, found[0].quote)] if given else []
            else:
                chosen += [proposal for proposal in found if _key(proposal) in given]
        return chosen


def _label(name: str) -> str:
    field: Any = LABELS.get(name) or Startup._meta.get_field(name).verbose_name  # type: ignore[union-attr]
    return capfirst(str(field))


def _key(proposal: DeckProposal) -> str:
    return proposal.values[0] if proposal.field in TERMS else "1"


def _terms(name: str, found: list[DeckProposal]) -> list[tuple[str, SafeString]]:
    pages = {code: proposal for proposal in found for code in proposal.values}
    terms = {term.code: term for term in TERMS[name].objects.filter(code__in=pages)}
    return [(code, _with_page(terms[code].name, pages[code])) for code in pages if code in terms]


def _shown(proposal: DeckProposal) -> SafeString:
    if proposal.field == "ask_max":
        amount, currency = proposal.values
        return _with_page(str(Money(Decimal(amount), Decimal(amount), currency)), proposal)
    return _with_page(proposal.values[0], proposal)


def _with_page(text: str, proposal: DeckProposal) -> SafeString:
    page = _("page %(number)d") % {"number": proposal.page}
    quote = proposal.quote and format_html(
        ' <bdi class="hint" lang="{}">“{}”</bdi>', language_of(proposal.quote), proposal.quote
    )
    return format_html('<bdi>{}</bdi> <a href="#page-{}">({})</a>{}', text, proposal.page, page, quote)
