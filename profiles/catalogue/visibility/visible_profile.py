"""A profile as a viewer may see it."""

from collections.abc import Callable, Collection, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from django.core.exceptions import FieldDoesNotExist
from django.db import models
from django.db.models import Model
from django.utils.formats import date_format, number_format
from django.utils.text import Truncator
from django.utils.translation import get_language, pgettext, pgettext_lazy
from django.utils.translation import gettext as _

from profiles.catalogue.taxonomy.selectors import money
from profiles.catalogue.visibility.fields import Field
from profiles.catalogue.visibility.policy import PARTS
from profiles.catalogue.visibility.redaction import without_names
from profiles.choices import Audience
from profiles.validators import language_of

EMPTY: tuple[Any, ...] = (None, "", (), [], {})
SHOWN_AS = {"primary_sector": "sectors"}  # a stored field, and the one that readers see of it
ALWAYS = frozenset({"pk", "public_id"})


@dataclass(frozen=True)
class Money:
    """An amount or a range in one currency, with its value in dollars at a dated rate."""

    low: Decimal | int | None
    high: Decimal | int | None
    currency: str
    low_usd: Decimal | int | None = None
    high_usd: Decimal | int | None = None
    rate_on: date | None = None
    is_band: bool = False

    def __str__(self) -> str:
        unit = str(UNITS.get(self.currency, self.currency))
        if self.high is None:
            return _("from %(currency)s %(low)s") % {"currency": unit, "low": sum_of(self.low or 0)}
        if self.low is None:
            return _("up to %(currency)s %(high)s") % {"currency": unit, "high": sum_of(self.high)}
        both = {"currency": unit, "low": sum_of(self.low), "high": sum_of(self.high)}
        if self.is_band:
            return pgettext("hidden amounts", "within %(currency)s %(low)s – %(high)s") % both
        if self.low == self.high:
            return pgettext("an amount of money", "%(currency)s %(low)s") % both
        return pgettext("a range of money", "%(currency)s %(low)s – %(high)s") % both


UNITS = {
    "USD": pgettext_lazy("beside an amount", "USD"),
    "PKR": pgettext_lazy("beside an amount", "PKR"),
    "CNY": pgettext_lazy("beside an amount", "CNY"),
}
TEN_THOUSANDS = ((100_000_000, "亿"), (10_000, "万"))


def sum_of(amount: Decimal | int) -> str:
    """Return an amount as the active language writes it; in Chinese in units of ten thousand."""
    for size, word in TEN_THOUSANDS if (get_language() or "").startswith("zh") else ():
        if amount >= size and amount * 100 % size == 0:
            return f"{(Decimal(amount) / size).normalize():f}{word}"
    return plain(amount)


def plain(amount: Decimal | int) -> str:
    """Return an amount with grouped digits and without needless decimals."""
    decimals = 0 if amount == int(amount) else 2
    return number_format(amount, decimal_pos=decimals, force_grouping=True)


def money_of(record: Any, name: str) -> Money | None:
    """Return the range stored under a name such as "ask"; None if it is not stated."""
    low, high = getattr(record, f"{name}_min"), getattr(record, f"{name}_max")
    if low is None and high is None:
        return None
    in_usd = getattr(record, f"{name}_min_usd"), getattr(record, f"{name}_max_usd")
    return Money(low, high, getattr(record, f"{name}_currency"), *in_usd, record.rate_on)


def banded(low: Decimal | None, high: Decimal | None, rate_on: date | None) -> Money | None:
    span = money.span(low, high)
    if span is None:
        return None
    bottom, top = money.limits(*span)
    return Money(bottom, top, "USD", bottom, top, rate_on, is_band=True)


@dataclass(frozen=True)
class Grant:
    """What a viewer may see of a profile."""

    audiences: frozenset[Audience]
    audience_of: Callable[[str, Field], Audience]
    is_exact: bool = False
    crossing: Callable[[], Collection[str]] = frozenset  # read only where a contact is asked for
    secret_words: tuple[str, ...] = ()
    note: Callable[[str], None] | None = None

    def allows(self, name: str, rule: Field) -> bool:
        if rule.crosses_border and rule.name not in self.crossing():
            return False
        if rule.is_exact and not self.is_exact:
            return False
        return self.audience_of(name, rule) in self.audiences

    def redact(self, value: Any) -> Any:
        """Return a text without the secret words; other values unchanged."""
        if not self.secret_words or not isinstance(value, str):
            return value
        return without_names(value, self.secret_words)


class VisibleProfile:
    """A read-only view of a record, limited by its policy."""

    __slots__ = ("_grant", "_policy", "_readers", "_record")

    def __init__(
        self,
        record: Model,
        policy: Mapping[str, Field],
        readers: Mapping[str, Callable[[Any, Grant], Any]],
        grant: Grant,
    ) -> None:
        self._record, self._policy, self._readers, self._grant = record, policy, readers, grant

    def __getattr__(self, name: str) -> Any:
        if name in ALWAYS:
            return getattr(self._record, name)
        rule, reader = self._policy.get(name), self._readers.get(name)
        if rule is None and reader is None:
            raise AttributeError(name)
        if rule is not None and not self._grant.allows(name, rule):
            return None
        value = reader(self._record, self._grant) if reader else getattr(self._record, name)
        if isinstance(value, models.Manager):
            value = tuple(value.all())
        if self._grant.note is not None and value not in EMPTY:
            if name == "title":  # has the name in it where that is allowed
                rule = self._policy.get("name")
                rule = rule if rule is not None and self._grant.allows(name, rule) else None
            self._grant.note(rule.consent_group if rule is not None else "")
        return self._grant.redact(value)

    def __str__(self) -> str:
        return str(self.title) if "title" in self._readers else str(self._record.pk)

    def hides(self, name: str) -> bool:
        """Return whether a declared field is one that this viewer may not see."""
        return not self._grant.allows(name, self._policy[name])

    @property
    def hidden(self) -> tuple[str, ...]:
        return tuple(name for name in self._policy if self.hides(name))

    @property
    def missing(self) -> tuple[str, ...]:
        hidden = self.hidden
        shown = (name for name in self._policy if name not in hidden)
        return tuple(name for name in shown if getattr(self, name) in EMPTY)

    @property
    def changed_since_check(self) -> frozenset[str]:
        """Names of visible fields that say something else than when a curator last read them."""
        names = {SHOWN_AS.get(name, name) for name in getattr(self._record, "unread_changes", ())}
        return frozenset(
            name for name in names if name in self._policy and self._grant.allows(name, self._policy[name])
        )

    @property
    def checked_at(self) -> datetime | None:
        return getattr(self._record, "reviewed_at", None)

    @property
    def names(self) -> tuple[str, ...]:
        return tuple(self._policy)

    @property
    def display(self) -> "Words":
        return Words(self, display)

    @property
    def labels(self) -> "Words":
        return Words(self, label)

    def declared(self, name: str) -> Field:
        return self._policy[name]

    def field(self, name: str) -> "models.Field[Any, Any] | None":
        try:
            model_field = self._record._meta.get_field(name)
        except FieldDoesNotExist:
            return None
        return model_field if isinstance(model_field, models.Field) else None


class Words(Mapping[str, str]):
    def __init__(self, seen: VisibleProfile, word: Callable[[VisibleProfile, str], str]) -> None:
        self._seen, self._word = seen, word

    def __iter__(self) -> Iterator[str]:
        return iter(self._seen.names)

    def __len__(self) -> int:
        return len(self._seen.names)

    def __getitem__(self, name: str) -> str:
        return self._word(self._seen, name)


def label(seen: VisibleProfile, name: str) -> str:
    field = seen.field(name)
    return str(field.verbose_name if field else seen.declared(name).label)


def display(seen: VisibleProfile, name: str) -> str:
    """Return the value of a field in words; empty if hidden or not stated."""
    value = getattr(seen, name)
    if value in EMPTY:
        return ""
    field = seen.field(name)
    choices = dict(field.flatchoices if field and field.choices else seen.declared(name).codes)
    if isinstance(value, list):
        return joined(choices.get(item, item) for item in value)
    return str(choices[value]) if value in choices else words(value)


def words(value: Any) -> str:
    if isinstance(value, bool):
        return _("Yes") if value else _("No")
    if isinstance(value, Decimal):
        return plain(value)
    if isinstance(value, date):
        return date_format(value)
    if isinstance(value, tuple):
        return joined(value)
    return str(value)


def joined(items: Iterable[Any]) -> str:
    return pgettext("between the items of a list", ", ").join(str(item) for item in items)


def see_rows(name: str, readers: Mapping[str, Callable[[Any, Grant], Any]]) -> Callable[[Any, Grant], Any]:
    def read(record: Any, grant: Grant) -> tuple[VisibleProfile, ...]:
        row_grant = Grant(
            audiences=grant.audiences,
            audience_of=lambda _name, rule: rule.audience,
            is_exact=grant.is_exact,
            secret_words=grant.secret_words,
        )
        rows = (row for row in getattr(record, name).all() if not getattr(row, "is_over", False))
        return tuple(VisibleProfile(row, PARTS[name], readers, row_grant) for row in rows)

    return read


LONGEST_PITCH = 140  # characters of a pitch


def pitch_of(seen: VisibleProfile) -> str:
    """Return the pitch in the reader's language, or the beginning of its summary, or the original."""
    pitch, language = seen.pitch or "", reading()
    translated = getattr(seen, f"pitch_{language}") or (pitch if language_of(pitch) == language else "")
    text = getattr(seen, f"summary_{language}") if language != "en" else ""
    return translated or (Truncator(text).chars(LONGEST_PITCH) if text else pitch)


def reading() -> str:
    language = (get_language() or "en")[:2]
    return language if language in ("zh", "ur") else "en"
