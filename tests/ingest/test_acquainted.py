"""Whom one of us writes to with our address on the mail is known from then on, and never a lead (IN-5, P17)."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine

from inboxcrm.base.work import Office
from tests.ingest.building import ANNA, SALES, ask, count, open_box, raw_mail

DORA = "Dora <dora@new.test>"


@pytest.mark.parametrize(
    ("headers", "cc", "known"),
    [
        ({"Delivered-To": SALES}, "", ["dora@new.test"]),
        ({"X-Original-To": f"<{SALES}>"}, "", ["dora@new.test"]),
        ({"Bcc": "sales+lead@kestrel.test"}, "", ["dora@new.test"]),
        ({}, SALES, ["dora@new.test"]),
        ({}, "noreply@shop.test, " + SALES, ["dora@new.test"]),
        ({}, ", ".join(f"p{n}@many.test" for n in range(12)) + f", {SALES}", []),
        ({"Delivered-To": "sales@other.test"}, "", []),
    ],
)
def test_a_first_mail_with_our_address_on_it_makes_a_contact(
    office: Office, engine: Engine, headers: dict[str, str], cc: str, known: list[str]
) -> None:
    sent = open_box(office, account=1, name="Sent")

    sent.take(raw_mail(ANNA, DORA, "Hello", headers=headers, cc=cc))

    assert [address for (address,) in ask(engine, "select address from contact_address")] == known
    assert count(engine, "lead") == 0


def test_a_forged_mail_makes_nobody_known(office: Office, engine: Engine) -> None:
    """V10."""
    open_box(office).take(raw_mail(ANNA, DORA, headers={"Delivered-To": SALES}))

    assert count(engine, "contact") == 0
