"""When a governance check applies: in words, and as the lines of a builder."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.utils.text import capfirst
from django.utils.translation import gettext as _

from profiles.catalogue.taxonomy.selectors import terms
from profiles.catalogue.taxonomy.triggers import FACTS, GROUPS, OPERATORS, FactKind, Trigger
from profiles.choices import DataClass, DataHosting, PlaceLevel
from profiles.models import NeedType, PartnershipForm, Place, Sector

ALWAYS, LETTERS = "always", ("A", "B", "C", "D")
# What the codes of a fact name.
COUNTRY, HOSTING, SECTOR, FORM, NEED, DATA = "country", "hosting", "sector", "form", "need", "data"
CODES_OF = {
    "startup_jurisdiction": COUNTRY,
    "partner_jurisdiction": COUNTRY,
    "investor_vehicle_place": COUNTRY,
    "tech_origin": COUNTRY,
    "data_subjects_in": COUNTRY,
    "data_location": HOSTING,
    "form": FORM,
    "sector": SECTOR,
    "offers": NEED,
    "data_classes": DATA,
}

Choice = tuple[str, Any]  # a code with its name, or a group's name with its choices


class Names:
    def __init__(self) -> None:
        self._choices: dict[str, list[Choice]] = {}

    def choices(self, fact: str) -> list[Choice]:
        kind = CODES_OF[fact]
        if kind not in self._choices:
            self._choices[kind] = list(_choices(kind))
        return self._choices[kind]

    def of(self, fact: str, codes: Iterable[str]) -> str:
        words = dict(flat(self.choices(fact)))
        return ", ".join(str(words.get(code, code)) for code in codes)


def _choices(kind: str) -> Iterator[Choice]:
    if kind == SECTOR:
        for name, members in terms.grouped(Sector.objects.select_related("parent")):
            yield name, [(country.code, country.name) for country in members]
    elif kind == DATA:
        yield from DataClass.choices
    elif kind in (FORM, NEED):
        model: Any = PartnershipForm if kind == FORM else NeedType
        yield from ((row.code, row.name) for row in model.objects.all())
    else:
        countries = Place.objects.filter(level=PlaceLevel.COUNTRY)
        yield from ((member.code, member.name) for member in countries)
        yield from DataHosting.choices if kind == HOSTING else ()


def flat(choices: Iterable[Choice]) -> Iterator[tuple[str, Any]]:
    for code, name in choices:
        if isinstance(name, list):
            yield from name
        else:
            yield code, name


@dataclass(frozen=True)
class Words:
    text: str
    inner: "Sequence[Words]" = ()


def in_words(trigger: Trigger, names: Names) -> Words:
    if ALWAYS in trigger:
        return Words(_("Always"))
    for name in GROUPS:
        if name in trigger:
            text = _("All of these hold:") if name == "all" else _("At least one of these holds:")
            return Words(text, [in_words(one, names) for one in trigger[name]])
    asked = next(iter(trigger.keys() - {"f"}))
    return Words(_test(trigger["f"], asked, trigger[asked], names))


def _test(fact: str, asked: str, value: Any, names: Names) -> str:
    kind, label = FACTS[fact]
    if kind is FactKind.FLAG:
        value_words = _("yes") if value else _("no")
    elif kind is FactKind.NUMBER:
        value_words = _("at least %(value)s") % {"value": f"{value:,}"}
    elif asked == "startswith":
        value_words = _("a code that begins with %(codes)s") % {"codes": ", ".join(value)}
    elif asked == "not_in":
        value_words = _("none of: %(names)s") % {"names": names.of(fact, value)}
    else:
        value_words = _("one of: %(names)s") % {"names": names.of(fact, value)}
    return _("%(fact)s – %(said)s") % {"fact": capfirst(str(label)), "said": value_words}


def asked_in_words(fact: str) -> list[tuple[str, str]]:
    words = {
        "is": _("is"), "in": _("is one of"), "not_in": _("is none of"), "has_any": _("is one of"),
        "startswith": _("has a code that begins with"), "gte": _("is at least"),
    }  # fmt: skip
    return [(asked, words[asked]) for asked in OPERATORS[FACTS[fact][0]]]


# --- The lines of the builder -------------------------------------------------------------------------------


@dataclass(frozen=True)
class Line:
    """One condition on a fact. `group`: a letter, or empty for a single condition."""

    fact: str
    asked: str
    value: Any
    group: str = ""


@dataclass(frozen=True)
class Rule:
    joined: str
    lines: Sequence[Line] = ()


def rule_of(trigger: Trigger) -> Rule | None:
    """Return a trigger as lines; None if it is nested deeper than the builder supports."""
    if ALWAYS in trigger:
        return Rule(ALWAYS)
    if "f" in trigger:
        return Rule("all", [_line(trigger, "")])
    joined = next(name for name in GROUPS if name in trigger)
    other = GROUPS[1 - GROUPS.index(joined)]
    lines: list[Line] = []
    letters = iter(LETTERS)
    for one in trigger[joined]:
        inner = [one] if "f" in one else one.get(other, [{}])
        letter = "" if "f" in one else next(letters, "")
        if not all("f" in line for line in inner) or (len(inner) > 1 and not letter):
            return None
        lines += [_line(line, letter) for line in inner]
    return Rule(joined, lines)


def _line(test: Trigger, group: str) -> Line:
    asked = next(iter(test.keys() - {"f"}))
    return Line(test["f"], asked, test[asked], group)


def trigger_of(rule: Rule) -> dict[str, Any]:
    """Return lines as a trigger; a group takes the place of its first line."""
    if rule.joined == ALWAYS:
        return {ALWAYS: True}
    other = GROUPS[1 - GROUPS.index(rule.joined)]
    parts: dict[Any, list[dict[str, Any]]] = {}
    for at, line in enumerate(rule.lines):
        parts.setdefault(line.group or at, []).append({"f": line.fact, line.asked: line.value})
    return {rule.joined: [tests[0] if len(tests) == 1 else {other: tests} for tests in parts.values()]}


# --- What differs between two versions ----------------------------------------------------------------------


@dataclass(frozen=True)
class Difference:
    label: str
    before: Any
    after: Any


def differences(
    labels: Mapping[str, Any], before: Mapping[str, Any], after: Mapping[str, Any]
) -> list[Difference]:
    names = Names()

    def shown(name: str, value: Any) -> Any:
        return in_words(value, names) if name == "trigger" else value

    return [
        Difference(str(label), shown(name, before[name]), shown(name, after[name]))
        for name, label in labels.items()
        if before[name] != after[name]
    ]
