"""Convert amounts to US dollars at a dated rate."""

from dataclasses import dataclass
from datetime import date
from decimal import ROUND_HALF_EVEN, Decimal

from profiles.choices import Currency
from profiles.models import ExchangeRate

CENT = Decimal("0.01")


class NoRateError(Exception):
    """There is no exchange rate for the currency."""


@dataclass(frozen=True)
class Rate:
    """Units per US dollar. `quoted_on` is None for the dollar itself."""

    currency: str
    per_usd: Decimal
    quoted_on: date | None

    def to_usd(self, amount: Decimal | int | None) -> Decimal | None:
        """Return an amount in US dollars, rounded to cents; None stays None."""
        if amount is None:
            return None
        return (Decimal(amount) / self.per_usd).quantize(CENT, rounding=ROUND_HALF_EVEN)


def rate_for(currency: str, *, on: date | None = None) -> Rate:
    """Return the newest rate of a currency, or the newest one not after `on`.

    A day before all known rates gets the oldest known rate.

    Raises:
        NoRateError: if the currency has no rate.
    """
    if currency == Currency.USD:
        return Rate(currency, Decimal(1), None)
    known = ExchangeRate.objects.filter(currency=currency).order_by("-quoted_on")
    until = known.filter(quoted_on__lte=on) if on else known
    found = until.first() or known.last()
    if found is None:
        raise NoRateError(currency)
    return Rate(currency, found.per_usd, found.quoted_on)
