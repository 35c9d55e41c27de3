"""V9: exact money in the currency's own minor unit, rounded half up, never float."""

from __future__ import annotations

from decimal import Decimal

import pytest

from inboxcrm.base.money import Money, line_net, percentage


@pytest.mark.parametrize(
    ("amount", "currency", "minor", "plain"),
    [
        ("1185.80", "EUR", 118580, "1185.80"),
        ("1185", "JPY", 1185, "1185"),
        ("1.2345", "KWD", 1235, "1.235"),  # half up at the third digit
        ("1.005", "EUR", 101, "1.01"),
        ("0.5", "JPY", 1, "1"),
        ("2.5", "JPY", 3, "3"),  # banker's rounding would give 2
        ("-1.005", "EUR", -101, "-1.01"),  # half up is away from zero, so a credit mirrors its invoice
        ("7.4", "PYG", 7, "7"),
        ("7.4", "XPF", 7, "7"),
    ],
)
def test_an_amount_is_rounded_half_up_to_its_currencys_minor_unit(amount, currency, minor, plain) -> None:
    money = Money.of(Decimal(amount), currency)

    assert (money.minor, money.plain()) == (minor, plain)


def test_an_amount_is_shown_with_its_currency_and_thousands() -> None:
    assert str(Money(123456789, "EUR")) == "EUR 1,234,567.89"


def test_sums_are_exact_where_floats_are_not() -> None:
    tenths = sum((Money(10, "EUR") for _ in range(3)), Money(0, "EUR"))

    assert tenths == Money(30, "EUR")
    assert tenths.amount == Decimal("0.30")


def test_two_currencies_are_never_added() -> None:
    with pytest.raises(ValueError, match="cannot add JPY to EUR"):
        Money(1, "EUR") + Money(1, "JPY")


@pytest.mark.parametrize(
    ("quantity", "price_e4", "currency", "net"),
    [
        ("20", 490_000, "EUR", "980.00"),
        ("3", 3_333, "EUR", "1.00"),  # 0.9999
        ("0.5", 100, "EUR", "0.01"),  # half a cent
        ("3", 3_333, "JPY", "1"),
        ("3", 3_333, "KWD", "1.000"),
    ],
)
def test_a_line_is_rounded_once(quantity, price_e4, currency, net) -> None:
    assert line_net(Decimal(quantity), price_e4, currency).plain() == net


def test_vat_is_rounded_half_up() -> None:
    assert percentage(Money(50, "EUR"), Decimal(21)) == Money(11, "EUR")  # 10.5 cents
