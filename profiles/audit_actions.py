"""Actions of the audit trail and the sentences in which they read, registered by the capability that records.

In a sentence `%(who)s` did it, `%(what)s` is what it was about; other names are the record's details.
"""

from collections.abc import Callable, Collection, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from django.utils.functional import Promise
from django.utils.translation import gettext_lazy as _

ANY = object()  # whatever the detail says, as long as it says something


@dataclass(frozen=True)
class Sentence:
    """One way in which an action reads: for records whose details are as `when` says."""

    text: Promise
    when: Mapping[str, object] = field(default_factory=dict)

    def fits(self, details: Mapping[str, Any]) -> bool:
        """Tell whether a record with these details reads so."""
        return all(
            bool(details.get(name)) if wanted is ANY else details.get(name) == wanted
            for name, wanted in self.when.items()
        )


@dataclass(frozen=True)
class Action:
    """One action. The first sentence that fits counts. A private one is shown to nobody but its company."""

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
    sentences = tuple(text if isinstance(text, Sentence) else Sentence(text) for text in texts)
    if not sentences or sentences[-1].when:
        raise ValueError(f"{code}: the last sentence must have no condition")
    ACTIONS[code] = Action(code, label, sentences, is_private)
    return code


def register_subject(kind: str, words: Promise, titles: Titles | None = None) -> None:
    """Add what a subject "<kind>:<code>" is called that names no company which is still here.

    With `titles` a title stands in place of the code, as long as there is one.
    """
    SUBJECTS[kind] = words
    if titles:
        TITLES[kind] = titles


def action_choices() -> Iterable[tuple[str, Promise]]:
    """Return the choices of a column that holds an action."""
    return [(action.code, action.label) for action in ACTIONS.values()]


def private_actions() -> list[str]:
    """Return the actions that the trail shows neither on its page nor in its export."""
    return [action.code for action in ACTIONS.values() if action.is_private]


def sentence_for(action: str, details: Mapping[str, Any]) -> Promise | str:
    """Return the sentence of a record, with its names still to be filled in.

    Records outlast the capability that wrote them: of an action that nobody registers it is the code.
    """
    if action not in ACTIONS:
        return action
    return next(each.text for each in ACTIONS[action].sentences if each.fits(details))
