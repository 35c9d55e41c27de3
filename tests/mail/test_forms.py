"""Notifications are read field by field (IN-7, IN-17), whatever tool wrote them; nothing is guessed."""

from __future__ import annotations

from time import monotonic

import pytest

from inboxcrm.mail.amounts import read_amount, read_currency
from inboxcrm.mail.forms import read_form
from inboxcrm.mail.html_text import html_text

LABELS = {
    "name": ("Name",),
    "email": ("E-mail", "Email address"),
    "phone": ("Phone",),
    "need": ("Your message",),
    "count": ("Seats",),
}
BOB = {"name": "Bob Brouwer", "email": "bob@brouwer.example", "phone": "020 123 4567", "count": "20"}
MESSAGE = "Hello,\n\nwe need twenty licences: by March.\nBob"


@pytest.mark.parametrize(
    "text",
    [
        "Name: Bob Brouwer\nE-mail: bob@brouwer.example\nPhone: 020 123 4567\nSeats: 20\nPage: /contact",
        "A new entry!\n\n*Name*: Bob Brouwer\n*Email address*: bob@brouwer.example\n- Phone: 020 123 4567\nSEATS = 20",
        "name=Bob Brouwer\nemail address=bob@brouwer.example\nphone=020 123 4567\nseats=20\nip=10.0.0.1",
        "Name\nBob Brouwer\n\nEmail address\nbob@brouwer.example\n\nPhone\n020 123 4567\n\nSeats\n20\n",
        "| Name | Bob Brouwer |\n| E-mail | bob@brouwer.example |\n| Phone | 020 123 4567 |\n| Seats | 20 |",
    ],
)
def test_labels_are_found_however_a_tool_writes_them(text: str) -> None:
    assert read_form(text, LABELS) == BOB


def test_a_table_of_html_is_read_through_its_text() -> None:
    rows = {"Name": "Bob Brouwer", "E-mail:": "bob@brouwer.example", "Phone": "020 123 4567", "Seats": "20"}
    cells = "".join(f"<tr><td><b>{label}</b></td><td>{value}</td></tr>" for label, value in rows.items())

    assert read_form(html_text(f"<p>New entry</p><table>{cells}</table>"), LABELS) == BOB


def test_json_is_read_by_paths_and_its_numbers_stay_as_written() -> None:
    data = '{"customer": {"email": "bob@brouwer.example"}, "lines": [{"amount": 1234567.10}]}'
    text = f'{{"data": {data}, "id": 7, "x": null}}'
    labels = {
        "email": ("data.customer.email",),
        "amount": ("data.lines.0.amount",),
        "number": ("id",),
        "name": ("x",),
    }

    assert read_form(text, labels) == {"email": "bob@brouwer.example", "amount": "1234567.10", "number": "7"}


def test_what_json_spells_out_is_scrubbed_like_all_foreign_text() -> None:
    """V13."""
    text = '{"name": "Bob\\u0000 \\u202eBrouwer \\ud800"}'

    assert read_form(text, {"name": ("name",)}) == {"name": "Bob Brouwer \ufffd"}


def test_a_message_of_several_lines_ends_at_the_next_label_or_the_sign_off() -> None:
    text = f"Your message: {MESSAGE}\nPhone: 1\n-- \nThis mail was sent from the form"

    assert read_form(text, LABELS) == {"need": MESSAGE, "phone": "1"}
    assert read_form(f"Phone: 1\nYour message:\n{MESSAGE}\n--\nSent by the form", LABELS)["need"] == MESSAGE


def test_what_a_visitor_writes_below_cannot_replace_a_field_above() -> None:
    text = "Email address: eve@x.example\nYour message: hello\nEmail address: bob@brouwer.example\nSeats: 900"

    found = read_form(text, LABELS)

    assert found["email"] == "eve@x.example"


def test_what_is_empty_or_not_there_is_not_given() -> None:
    assert read_form("Name:\nE-mail:   \nhello", {"email": ("E-mail",), "phone": ("Phone",)}) == {
        "email": "hello"
    }
    assert read_form("", LABELS) == {}
    assert read_form("[" * 100_000, LABELS) == {}
    assert read_form('{"a": 1', {"need": ("a",)}) == {}


@pytest.mark.parametrize(
    ("words", "amount", "currency"),
    [
        ("EUR 1.234,56", "1234.56", "EUR"),
        ("1,234.56 USD", "1234.56", "USD"),
        ("49 €", "49", "EUR"),
        ("£49.00", "49.00", "GBP"),
        ("1 234 567,5", "1234567.5", ""),
        ("1.234.567", "1234567", ""),
        ("CHF 1'200.50", "1200.50", "CHF"),
        ("-5,00", "-5.00", ""),
        ("0.125", "0.125", ""),
        ("JPY 5000", "5000", "JPY"),
    ],
)
def test_amounts_are_read_exactly(words: str, amount: str, currency: str) -> None:
    """V9."""
    assert str(read_amount(words)) == amount
    assert read_currency(words) == currency


@pytest.mark.parametrize(
    "words", ["1.234", "EUR 1,234", "12,34,56.7", "49 or 59", "free", "", "1.2.3", "1,23.456,7"]
)
def test_an_amount_that_can_mean_two_things_is_not_read(words: str) -> None:
    assert read_amount(words) is None


def test_a_sign_of_many_currencies_names_none() -> None:
    assert read_currency("$49.00") == ""
    assert read_currency("EUR or USD") == ""


def test_crafted_text_is_read_in_linear_time() -> None:
    start = monotonic()

    for text in ("Name " * 40_000, "a: " * 60_000, "\n" * 200_000, "Name:\n" * 33_000):
        read_form(text, LABELS)

    assert monotonic() - start < 2
