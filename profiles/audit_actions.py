"""Actions of the audit trail and the sentences in which they read.

Registered by the capability that records.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ANY = object()  # whatever the detail says, as long as it says something


@dataclass(frozen=True)
class Sentence:
    text: Promise
    when: Mapping[str, object] = field(default_factory=dict)

    def fits(self, details: Mapping[str, Any]) -> bool:
        for name, wanted in self.when.items():
            value = details.get(name)
            if wanted is ANY:
                value, wanted = bool(value), True
            if value != wanted:
                return False
        return True


@dataclass(frozen=True)
class Action:
    """One action. The first sentence that fits counts. A private one is shown to no one but its company."""

    code: str
    label: Promise
    sentences: tuple[Sentence, ...]
    is_private: bool


ACTIONS: dict[str, Action] = {}
SUBJECTS: dict[str, Promise] = {
    "user": _("an account"),
    "startup": _("a startup that no longer exists"),
    "investor": _("an investor or partner that no longer exists"),
    "pair": _("a pair that no longer exists"),
    "sector": _("the sector %(code)s"),
}
# What a kind of subject is called by its codes, now, in the reader's language, of those that are still here.
Titles = Callable[[Collection[str]], Mapping[str, str]]
TITLES: dict[str, Titles] = {}


def register_action(code: str, label: Promise, *texts: Sentence | Promise, is_private: bool = False) -> str:
    """Add an action and return its code. The last sentence must fit always."""
    sentences = []
    for text in texts:
        if not isinstance(text, Sentence):
            text = Sentence(text)
        sentences.append(text)
    if not sentences or sentences[-1].when:
        raise ValueError(f"{code}: the last sentence must have no condition")
    ACTIONS[code] = Action(code, label, tuple(sentences), is_private)
    return code


def register_subject(kind: str, words: Promise, titles: Titles | None = None) -> None:
    """Add what a subject "<kind>:<code>" is called that names no company which is still here."""
    SUBJECTS[kind] = words
    if titles:
        TITLES[kind] = titles


def action_choices() -> Iterable[tuple[str, Promise]]:
    return [(action.code, action.label) for action in ACTIONS.values()]


def private_actions() -> list[str]:
    return [action.code for action in ACTIONS.values() if action.is_private]


def sentence_for(action: str, details: Mapping[str, Any]) -> Promise | str:
    """Return the sentence of a record, with its names still to be filled in."""
    if action not in ACTIONS:
        return action
    return next(sentence.text for sentence in ACTIONS[action].sentences if sentence.fits(details))
