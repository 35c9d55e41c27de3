"""Exact money (V9): integer minor units with their currency, Decimal in Python, never float."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

# ISO 4217 currencies whose minor unit is not a hundredth.
MINOR_DIGITS = (
    dict.fromkeys(
        ("BIF", "CLP", "DJF", "GNF", "ISK", "JPY", "KMF", "KRW", "PYG", "RWF", "UGX", "UYI", "VND", "VUV"), 0
    )
    | dict.fromkeys(("XAF", "XOF", "XPF"), 0)
    | dict.fromkeys(("BHD", "IQD", "JOD", "KWD", "LYD", "OMR", "TND"), 3)
    | dict.fromkeys(("CLF", "UYW"), 4)
)
PRICE_SCALE = 10_000  # unit prices are kept in ten-thousandths


def minor_digits(currency: str) -> int:
    """Give the number of decimals of a currency (ISO 4217)."""
    return MINOR_DIGITS.get(currency, 2)


@dataclass(frozen=True, slots=True)
class Money:
    """An amount in integer minor units of one currency."""

    minor: int
    currency: str

    @classmethod
    def of(cls, amount: Decimal, currency: str) -> Money:
        """Round an amount half up to the currency's minor unit."""
        step = Decimal(1).scaleb(-minor_digits(currency))
        rounded = amount.quantize(step, rounding=ROUND_HALF_UP)
        return cls(int(rounded.scaleb(minor_digits(currency))), currency)

    @property
    def amount(self) -> Decimal:
        """Give the amount in whole units, with the currency's decimals."""
        return Decimal(self.minor).scaleb(-minor_digits(self.currency))

    def plain(self) -> str:
        """Write the amount as plain digits, such as 1185.80."""
        return f"{self.amount:.{minor_digits(self.currency)}f}"

    def __add__(self, other: Money) -> Money:
        if other.currency != self.currency:
            raise ValueError(f"cannot add {other.currency} to {self.currency}")
        return Money(self.minor + other.minor, self.currency)

    def __str__(self) -> str:
        return f"{self.currency} {self.amount:,.{minor_digits(self.currency)}f}"


def line_net(quantity: Decimal, unit_price_e4: int, currency: str) -> Money:
    """Give the net amount of a line: quantity times price, rounded half up once."""
    return Money.of(quantity * Decimal(unit_price_e4) / PRICE_SCALE, currency)


def percentage(base: Money, rate: Decimal) -> Money:
    """Give `rate` percent of an amount, rounded half up (BR-CO-17 of EN 16931)."""
    return Money.of(base.amount * rate / 100, base.currency)
