"""What an owner chooses for its profile and each field group: who sees it, in which country, what for."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

from profiles.catalogue.consents.selectors import NEWEST, ConsentText, new_text, ticked_purposes
from profiles.catalogue.visibility import policy
from profiles.catalogue.visibility.facts import label_of
from profiles.catalogue.visibility.fields import CATALOGUE, CONSENT_GROUPS, GROUPS, Field, Group
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
    """What a file says of the whole profile. On pages, the page of the consents asks."""

    NAMES = tuple(purpose.value for purpose in Purpose)

    matching = forms.BooleanField(required=False)
    showing = forms.BooleanField(required=False)
    cross_border = forms.BooleanField(required=False)

    @property
    def purposes(self) -> frozenset[Purpose]:
        return frozenset(purpose for purpose in Purpose if self.cleaned_data[purpose.value])


@dataclass(frozen=True)
class SetOption:
    """A set of consents: its radio, and in one sentence what it is."""

    box: Any
    about: Promise


ABOUT: dict[str, Promise] = {
    policy.RECOMMENDED: _("They see enough to judge whether to meet you. Scores use more of what you state."),
    policy.AFTER_YES: _("Before that, they see only the main facts. Scores use less of what you state."),
}

WHEN: dict[Audience, Promise] = {
    Audience.MATCHED: _("at once"),
    Audience.REQUEST: _("on request"),
    Audience.MUTUAL: _("after both say yes"),
    Audience.NOBODY: _("not shown"),
}


class SetForm(forms.Form):
    """One act for all consents. Nothing is chosen until its owner has chosen it."""

    how = forms.ChoiceField(
        choices=(
            (policy.RECOMMENDED, _("The recommended set")),
            (policy.AFTER_YES, _("Only after both sides have said yes")),
        ),
        widget=forms.RadioSelect,
        error_messages={"required": _("Choose one of the two, or choose line by line.")},
    )

    def __init__(self, profile: Startup | Investor, data: Any = None) -> None:
        self.side, self.sets = profile.side, policy.consent_sets(profile.side)
        super().__init__(data, initial={"how": chosen_set(profile)})

    @property
    def options(self) -> list[SetOption]:
        return [SetOption(box, ABOUT[box.data["value"]]) for box in self["how"]]

    @property
    def asked(self) -> dict[str, Group]:
        return GROUPS[self.side] | CONSENT_GROUPS[self.side]

    @property
    def rows(self) -> list[tuple[Promise | str, list[tuple[Promise, bool]]]]:
        """Every group: when it is seen with each set, and whether scores use it."""
        return [
            (
                group.label,
                [
                    (WHEN[each.audience(key, group)], Purpose.MATCHING in each.given.get(key, ()))
                    for each in self.sets.values()
                ],
            )
            for key, group in self.asked.items()
        ]

    @property
    def by_group(self) -> list[tuple[str, list[tuple[str, list[str]]]]]:
        """Every sentence about single groups, with its groups by the name of each set that has some."""
        labels = {key: str(group.label) for key, group in self.asked.items()}
        found = []
        for purpose, words in NEWEST.by_group.items():
            by_set = [
                (str(box.choice_label), [labels[key] for key in labels if purpose in given.get(key, ())])
                for box in self["how"]
                for given in [self.sets[box.data["value"]].given]
            ]
            found.append((str(words), [each for each in by_set if each[1]]))
        return found

    @property
    def groups(self) -> list[tuple[str, list[str]]]:
        """Every group with the fields that belong to it."""
        return [
            (str(group.label), [label_of(self.side, field) for field in fields_of(self.side, key)])
            for key, group in self.asked.items()
        ]

    @property
    def whole(self) -> list[str]:
        return list(consent_words(NEWEST, self.side).values())

    @property
    def visibility(self) -> dict[str, str]:
        return self.sets[self.cleaned_data["how"]].visibility

    @property
    def purposes(self) -> frozenset[Purpose]:
        return frozenset(Purpose)

    @property
    def given(self) -> dict[str, frozenset[Purpose]]:
        return self.sets[self.cleaned_data["how"]].given

    @property
    def offered(self) -> dict[str, frozenset[Purpose]]:
        return policy.offered_purposes(self.side)


def chosen_set(profile: Startup | Investor) -> str:
    """Return the name of the set that the profile has agreed to, by the newest text; empty if to another."""
    if new_text(profile) or ticked_purposes(profile) != frozenset(Purpose):
        return ""
    now = (
        choices(profile),
        policy.purposes_in(profile.side, policy.agreed_cells(profile.side, profile.withheld)),
    )
    sets = policy.consent_sets(profile.side)
    return next((name for name, one in sets.items() if (one.visibility, one.given) == now), "")


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
        agreed, cells = ticked_purposes(profile), policy.agreed_cells(side, profile.withheld)
        super().__init__(data, initial=choices(profile))
        self.side = side
        for purpose, words in consent_words(NEWEST, side).items():
            self._add_box(purpose.value, words, is_ticked=purpose in agreed)
        for key, group in GROUPS[side].items():
            options = [(choice.value, policy.audience_label(choice, side)) for choice in group.choices]
            self.fields[key] = forms.ChoiceField(label=str(group.label), choices=options)
            self.fields[key].widget.attrs["class"] = "form-select"
            self.fields[key].widget.attrs["aria-label"] = str(group.label)
        for key, group in CONSENT_GROUPS[side].items():
            for purpose in group.purposes:
                name, label = policy.cell_name(key, purpose), f"{group.label}: {purpose.label}"
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
            audience = self[key] if key in groups else str(policy.audience_label(group.default, self.side))
            boxes = {
                purpose.value: self[name] if (name := policy.cell_name(key, purpose)) in self.fields else None
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
        return policy.purposes_in(
            self.side, [name for name, value in self.cleaned_data.items() if value is True]
        )

    @property
    def offered(self) -> dict[str, frozenset[Purpose]]:
        return policy.offered_purposes(self.side)
