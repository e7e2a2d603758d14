"""What an owner chooses for its profile and each field group: who sees it, in which country, what for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.consents.selectors import NEWEST, ConsentText, new_text, ticked_purposes
from profiles.catalogue.visibility.facts import label_of
from profiles.catalogue.visibility.fields import CATALOGUE, CONSENT_GROUPS, GROUPS, Field, Group
from profiles.catalogue.visibility.policy import (
    agreed_cells,
    audience_label,
    cell_name,
    offered_purposes,
    purposes_in,
)
from profiles.catalogue.visibility.preview import choices
from profiles.catalogue.visibility.visible_profile import joined
from profiles.choices import Audience, Purpose, Side
from profiles.languages import is_spoken
from profiles.models import Investor, Startup


def consent_words(text: ConsentText, side: Side) -> dict[Purpose, str]:
    names = joined(label_of(side, CATALOGUE[side][name]) for name in text.contacts)
    return {purpose: str(words) % {"fields": names} for purpose, words in text.whole.items()}


def fields_of(side: Side, key: str) -> list[Field]:
    fields = [field for field in CATALOGUE[side].values() if not field.is_exact and is_spoken(field.name)]
    return [field for field in fields if key in (field.group, field.consent_group)]


class ConsentFields(forms.Form):
    """One box for each purpose, ticked where the company agrees now."""

    NAMES = tuple(purpose.value for purpose in Purpose)

    matching = forms.BooleanField(required=False)
    showing = forms.BooleanField(required=False)
    cross_border = forms.BooleanField(
        help_text=_("Without this, contacts stay hidden even after both sides say yes."), required=False
    )

    instance: Startup | Investor

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        given, self.asks = ticked_purposes(self.instance), new_text(self.instance) is None
        for purpose, words in consent_words(NEWEST, self.instance.side).items():
            field = self.fields[purpose.value]
            field.label, field.disabled = words, not self.asks
            self.initial[purpose.value] = purpose in given
            if not self.asks:
                field.help_text = _("This text has changed. Answer it on the page “Who sees what”.")

    @property
    def purposes(self) -> frozenset[Purpose] | None:
        """The purposes to which the company agrees; None while a new text waits for an answer."""
        if not self.asks:
            return None
        return frozenset(purpose for purpose in Purpose if self.cleaned_data[purpose.value])


@dataclass(frozen=True)
class GroupRow:
    """A field group: what belongs to it, who sees it, and a box for each purpose that is asked for."""

    group: Group
    fields: list[str]
    with_profile: list[str]
    audience: forms.BoundField | str
    showing: forms.BoundField | None
    cross_border: forms.BoundField | None
    matching: forms.BoundField | None


class ChoicesForm(forms.Form):
    def __init__(self, profile: Startup | Investor, data: Any = None) -> None:
        side = profile.side
        agreed, cells = ticked_purposes(profile), agreed_cells(side, profile.withheld)
        super().__init__(data, initial=choices(profile))
        self.side = side
        for purpose, words in consent_words(NEWEST, side).items():
            self._add_box(purpose.value, words, is_ticked=purpose in agreed)
        for key, group in GROUPS[side].items():
            options = [(choice.value, audience_label(choice, side)) for choice in group.choices]
            self.fields[key] = forms.ChoiceField(label=str(group.label), choices=options)
            self.fields[key].widget.attrs["class"] = "form-select"
            self.fields[key].widget.attrs["aria-label"] = str(group.label)
        for key, group in CONSENT_GROUPS[side].items():
            for purpose in group.purposes:
                name, label = cell_name(key, purpose), f"{group.label}: {purpose.label}"
                self._add_box(name, label, is_ticked=name in cells)
                self.fields[name].widget.attrs["aria-label"] = label
                if purpose == Purpose.CROSS_BORDER:  # the sentence that names them
                    self.fields[name].widget.attrs["aria-describedby"] = "countries"

    def _add_box(self, name: str, label: Any, *, is_ticked: bool) -> None:
        self.fields[name] = forms.BooleanField(label=label, required=False, initial=is_ticked)
        self.fields[name].widget.attrs["class"] = "form-check-input"

    @property
    def rows(self) -> Iterator[GroupRow]:
        """The rows of the table: every group, in the order of the catalogue."""
        groups, asked = GROUPS[self.side], CONSENT_GROUPS[self.side]
        for key, group in (groups | asked).items():
            fields = fields_of(self.side, key)
            labels = [label_of(self.side, field) for field in fields]
            loose = [label_of(self.side, field) for field in fields if key in groups and field.group != key]
            audience = self[key] if key in groups else str(audience_label(group.default, self.side))
            boxes = {
                purpose.value: self[name] if (name := cell_name(key, purpose)) in self.fields else None
                for purpose in Purpose
            }
            yield GroupRow(group, labels, loose, audience, **boxes)

    @property
    def whole(self) -> list[forms.BoundField]:
        return [self[purpose.value] for purpose in Purpose]

    @property
    def visibility(self) -> dict[str, str]:
        return {key: Audience(self.cleaned_data[key]).value for key in GROUPS[self.side]}

    @property
    def purposes(self) -> frozenset[Purpose]:
        return frozenset(purpose for purpose in Purpose if self.cleaned_data[purpose.value])

    @property
    def given(self) -> dict[str, frozenset[Purpose]]:
        return purposes_in(self.side, [name for name, value in self.cleaned_data.items() if value is True])

    @property
    def offered(self) -> dict[str, frozenset[Purpose]]:
        return offered_purposes(self.side)
