"""The answer to "what would change this?", in words."""

from dataclasses import dataclass
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from matchmaker.models import Advice
from profiles.models import NeedType, PartnershipForm, Place, Startup
from profiles.taxonomy.selectors import money
from profiles.visibility.visible_profile import Money

MODELS: dict[str, Any] = {"form": PartnershipForm, "need": NeedType, "place": Place}
STEPS = {"form": "needs", "need": "needs", "place": "basics", "ask": "round"}


@dataclass(frozen=True)
class AdviceItem:
    """One edit in words, how many partners it adds, and the step of the profile where it is made."""

    text: str
    partners: int
    gain: str
    step: str


@dataclass(frozen=True)
class AdviceAnswer:
    """What the page shows: who fits is worth a look, as on a list of matches.

    `is_old`: the profile has changed since, so the numbers are of the one before.
    """

    waits: bool
    fitting: int
    items: list[AdviceItem]
    advice: Advice | None
    is_old: bool = False

    @property
    def most(self) -> int:
        """How many partners would fit after the best of the edits: the length of the longest bar."""
        return self.fitting + max((item.partners for item in self.items), default=0)


def answer_of(startup: Startup) -> AdviceAnswer:
    """Return the newest answer for a startup; `waits` while the worker has yet to answer."""
    advice = Advice.objects.filter(startup=startup).first()
    if advice is None:
        return AdviceAnswer(waits=False, fitting=0, items=[], advice=None)
    waits = advice.answered_at is None or advice.answered_at < advice.asked_at
    is_old = startup.changed_at > advice.asked_at
    items = [item for item in map(_item, advice.items) if item is not None]
    return AdviceAnswer(waits=waits, fitting=advice.fitting, items=items, advice=advice, is_old=is_old)


def _item(edit: dict[str, Any]) -> AdviceItem | None:
    """Return one edit in words; None if its term is gone."""
    text = _ask(edit) if edit["kind"] == "ask" else _term(edit)
    if not text:
        return None
    count = edit["fitting"]
    gain = ngettext("%(count)d more partner fits", "%(count)d more partners fit", count) % {"count": count}
    return AdviceItem(text, count, gain, STEPS[edit["kind"]])


def _term(edit: dict[str, Any]) -> str:
    term = MODELS[edit["kind"]].objects.filter(pk=edit["pk"]).first()
    sentences = {
        "form": _("If you also accept: %(name)s"),
        "need": _("If you also need: %(name)s"),
        "place": _("If you also work in %(name)s"),
    }
    return sentences[edit["kind"]] % {"name": term.name} if term else ""


def _ask(edit: dict[str, Any]) -> str:
    low, high = money.limits(edit["first"], edit["last"])
    if high is None:
        return _("If you ask for %(amount)s or more") % {"amount": Money(low, low, "USD")}
    return _("If you ask for %(amount)s") % {"amount": Money(low, high, "USD")}
