"""When a governance check applies: conditions over the facts of a pair and a partnership type."""

import operator
from collections.abc import Callable, Iterator, Mapping
from enum import Enum
from typing import Any

from django.conf import settings
from django.utils.functional import Promise
from django.utils.text import format_lazy
from django.utils.translation import gettext_lazy as _

Trigger = Mapping[str, Any]
KnownFacts = Mapping[str, Any]


class FactKind(Enum):
    FLAG = "flag"
    CODE = "code"
    CODES = "codes"
    NUMBER = "number"


FACTS: dict[str, tuple[FactKind, Promise]] = {
    "cross_border": (FactKind.FLAG, _("whether the two sides are in different locations")),
    "startup_jurisdiction": (FactKind.CODE, _("where the startup is registered")),
    "partner_jurisdiction": (FactKind.CODE, _("where the partner is registered")),
    "investor_vehicle_place": (FactKind.CODE, _("where the investing company is registered")),
    "form": (FactKind.CODE, _("the partnership type")),
    "stake_pct": (FactKind.NUMBER, _("the largest stake")),
    **{
        f"amount_{code.lower()}": (FactKind.NUMBER, format_lazy("{} ({})", _("the amount"), code))
        for code in settings.CURRENCIES
    },
    "sector": (FactKind.CODES, _("the startup's sectors")),
    "offers": (FactKind.CODES, _("what the partner offers")),
    "tech_origin": (FactKind.CODE, _("where the technology comes from")),
    "data_classes": (FactKind.CODES, _("the types of data")),
    "data_location": (FactKind.CODE, _("where data is stored")),
    "data_crosses_border": (FactKind.FLAG, _("whether data crosses a border")),
    "data_subjects_in": (FactKind.CODES, _("where the people live whose data it is")),
    "public_sector_customer": (FactKind.FLAG, _("whether there are public-sector customers")),
    "holding_company_abroad": (FactKind.FLAG, _("whether there is a holding company abroad")),
    "user_generated_content": (FactKind.FLAG, _("whether users publish content")),
    "wants_sez": (FactKind.FLAG, _("whether a special economic zone is planned")),
    "shows_maps": (FactKind.FLAG, _("whether the product shows maps")),
}


OPERATORS: dict[FactKind, dict[str, Callable[[Any, Any], bool]]] = {
    FactKind.FLAG: {"is": operator.is_},
    FactKind.CODE: {
        "in": lambda known, wanted: known in wanted,
        "not_in": lambda known, wanted: known not in wanted,
    },
    FactKind.CODES: {
        "has_any": lambda known, wanted: not set(known).isdisjoint(wanted),
        "startswith": lambda known, wanted: any(code.startswith(tuple(wanted)) for code in known),
    },
    FactKind.NUMBER: {"gte": operator.ge},
}
GROUPS = ("all", "any")


class TriggerError(ValueError):
    """The trigger is not valid. The message is in English, like the trigger."""


def check_trigger(trigger: Any) -> None:
    """Refuse an invalid trigger.

    Raises:
        TriggerError: with the unknown fact, operator or value.
    """
    if not isinstance(trigger, dict) or not trigger:
        raise TriggerError(f"A trigger is an object, not {trigger!r}")
    if trigger.keys() & {"always", *GROUPS}:
        _check_group(trigger)
    else:
        _check_test(trigger)


def _check_group(trigger: dict[str, Any]) -> None:
    if len(trigger) != 1:
        raise TriggerError(f"One of all, any, always stands alone: {sorted(trigger)}")
    name, inner = next(iter(trigger.items()))
    if name == "always":
        if inner is not True:
            raise TriggerError("always is true or not there")
        return
    if not isinstance(inner, list) or not inner:
        raise TriggerError(f"{name} holds a list of triggers")
    for one in inner:
        check_trigger(one)


def _check_test(trigger: dict[str, Any]) -> None:
    fact, others = trigger.get("f"), trigger.keys() - {"f"}
    if fact not in FACTS:
        raise TriggerError(f"Unknown fact {fact!r}; known are {', '.join(FACTS)}")
    kind = FACTS[fact][0]
    if len(others) != 1 or not others <= OPERATORS[kind].keys():
        raise TriggerError(f"{fact} may be asked: {', '.join(OPERATORS[kind])}; not {sorted(others)}")
    _check_value(kind, trigger[next(iter(others))])


def _check_value(kind: FactKind, value: Any) -> None:
    if kind is FactKind.FLAG:
        good = isinstance(value, bool)
    elif kind is FactKind.NUMBER:
        good = isinstance(value, int | float) and not isinstance(value, bool)
    else:
        good = (
            isinstance(value, list) and bool(value) and all(isinstance(code, str) and code for code in value)
        )
    if not good:
        raise TriggerError(f"{value!r} is no value for a {kind.value}")


def applies(trigger: Trigger, facts: KnownFacts) -> bool | None:
    """Return whether a valid trigger is true; None if that depends on a fact that is not stated."""
    if "always" in trigger:
        return True
    if "all" in trigger:
        answers = {applies(one, facts) for one in trigger["all"]}
        return False if False in answers else None if None in answers else True
    if "any" in trigger:
        answers = {applies(one, facts) for one in trigger["any"]}
        return True if True in answers else None if None in answers else False
    value = facts.get(trigger["f"])
    if value is None:
        return None
    asked = next(iter(trigger.keys() - {"f"}))
    return OPERATORS[FACTS[trigger["f"]][0]][asked](value, trigger[asked])


def asked_facts(trigger: Trigger) -> Iterator[str]:
    if "f" in trigger:
        yield trigger["f"]
    for name in GROUPS:
        for one in trigger.get(name, ()):
            yield from asked_facts(one)


def asked_codes(trigger: Trigger, fact: str) -> Iterator[str]:
    if trigger.get("f") == fact:
        yield from next(value for name, value in trigger.items() if name != "f")
    for name in GROUPS:
        for one in trigger.get(name, ()):
            yield from asked_codes(one, fact)
