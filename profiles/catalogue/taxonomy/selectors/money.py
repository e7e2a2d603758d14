"""Amounts as people type them, as bands, and in US dollars at a dated rate."""

import re
from bisect import bisect_left, bisect_right
from datetime import date
from decimal import Decimal

from babel.numbers import get_territory_currencies
from django.conf import settings
from django.utils.translation import gettext_lazy as _

from profiles.choices import USD
from profiles.models import ExchangeRate
from profiles.refusals import RefusedError
from profiles.validators import URDU_SPELLINGS, normalize

# What people write behind a number, by the zeros that it stands for.
UNITS = {
    unit.translate(URDU_SPELLINGS): zeros
    for zeros, units in {
        3: "k thousand 千 ہزار",
        4: "万 萬",
        5: "lakh lakhs lac lacs لاکھ",
        6: "m mn million millions 百万 ملین",
        7: "cr crore crores 千万 کروڑ",
        8: "亿 億",
        9: "b bn billion billions arab 十亿 ارب",
    }.items()
    for unit in units.split()
}
NUMBER = r"(\d{1,3}(?:,\d{2,3})*,\d{3}(?:\.\d+)?|\d+(?:\.\d+)?)"
AMOUNT = re.compile(rf"{NUMBER}([^\d.,]*)")
SEPARATORS = str.maketrans("٬،٫两兩〇", ",,.二二零")
# Numbers in Chinese characters, up to 9999. After 百 or 千, a last digit without 零 has two meanings.
HAN = "零一二三四五六七八九"
HAN_NUMBER = re.compile(
    rf"(?<![\d.{HAN}十百千])(?=[{HAN[1:]}十])(?:([{HAN[1:]}])千零?)?(?:([{HAN[1:]}])百零?)?(?:([{HAN[1:]}])?(十)零?)?"
    rf"(?:(?:(?<=[零十])|(?<![{HAN}十百千]))([{HAN[1:]}]))?(?![{HAN}])"
)
# Number words that people write before an Urdu unit, by their figures.
URDU_WORDS = {
    word.translate(URDU_SPELLINGS): figures
    for figures, word in {
        "1": "ایک", "2": "دو", "3": "تین", "4": "چار", "5": "پانچ", "6": "چھ", "7": "سات", "8": "آٹھ",
        "9": "نو", "10": "دس", "15": "پندرہ", "20": "بیس", "25": "پچیس", "30": "تیس", "40": "چالیس",
        "50": "پچاس", "1.5": "ڈیڑھ", "2.5": "ڈھائی",
    }.items()
}  # fmt: skip
URDU_NUMBER = re.compile(rf"({'|'.join(URDU_WORDS)})(?={'|'.join(UNITS)})")


def in_figures(typed: str) -> str:
    """Return an amount such as `1.5m`, `五百万` or `2 crore 50 lakh` as a number; other texts as they are.

    Raises:
        ValidationError: if the text is longer than any field.
    """
    text = "".join(normalize(typed).translate(SEPARATORS).casefold().translate(URDU_SPELLINGS).split())
    text = URDU_NUMBER.sub(lambda word: URDU_WORDS[word[1]], HAN_NUMBER.sub(_of_characters, text))
    parts = AMOUNT.findall(text)
    units = [unit for _number, unit in parts]
    is_read = "".join(map("".join, parts)) == text and (units == [""] or {*units} <= UNITS.keys())
    if not parts or not is_read:
        return text
    numbers = [Decimal(number.replace(",", "")).scaleb(UNITS.get(unit, 0)) for number, unit in parts]
    return f"{sum(numbers):f}"


def _of_characters(number: re.Match[str]) -> str:
    thousands, hundreds, tens, ten, ones = number.groups()
    digits = thousands, hundreds, tens or (ten and "一"), ones
    return str(int("".join(str(HAN.index(digit or "零")) for digit in digits)))


# Upper limits of the bands in US dollars, about the factor 1.6 apart; the 24th band has no upper limit.
EDGES = (
    5_000, 10_000, 15_000, 25_000, 40_000, 65_000,
    100_000, 150_000, 250_000, 400_000, 650_000,
    1_000_000, 1_500_000, 2_500_000, 4_000_000, 6_500_000,
    10_000_000, 15_000_000, 25_000_000, 40_000_000, 65_000_000,
    100_000_000, 250_000_000,
)  # fmt: skip
LAST = len(EDGES)


def span(low: Decimal | None, high: Decimal | None) -> tuple[int, int] | None:
    """Return the first and last range (0 to 23) touched by `low` to `high` dollars; None if none is given.

    A missing end is open. An amount that is exactly a range, such as 100,000 to 150,000, touches only that
    range.
    """
    if low is None and high is None:
        return None
    first = 0 if low is None else bisect_right(EDGES, low)
    last = LAST if high is None else bisect_left(EDGES, high)
    return min(first, last) if high is not None else first, max(first, last)


def limits(first: int, last: int) -> tuple[int, int | None]:
    """Return the dollars at which range `first` begins and range `last` ends (None: no upper limit)."""
    return EDGES[first - 1] if first else 0, EDGES[last] if last < LAST else None


def currency_of(country: str) -> str:
    """Return the currency of a country by its code, if amounts can be in it here; otherwise US dollars."""
    current = get_territory_currencies(country)
    return next((code for code in current if code in settings.CURRENCIES), USD)


class NoRateError(RefusedError):
    message = _("There is no exchange rate for this currency on this date. Choose another date or currency.")


def rate_for(currency: str, *, on: date | None = None) -> ExchangeRate:
    """Return the newest rate of a currency, or the newest one not after `on`.

    Raises:
        NoRateError: if the currency has no rate.
    """
    if currency == USD:
        return ExchangeRate(currency=currency, per_usd=Decimal(1))
    rates = ExchangeRate.objects.filter(currency=currency).order_by("-quoted_on")
    until = rates.filter(quoted_on__lte=on) if on else rates
    rate = until.first() or rates.last()
    if rate is None:
        raise NoRateError
    return rate


def newest_rates() -> dict[str, Decimal]:
    rates = ExchangeRate.objects.filter(currency__in=settings.CURRENCIES).order_by("quoted_on")
    return {USD: Decimal(1), **dict(rates.values_list("currency", "per_usd"))}
