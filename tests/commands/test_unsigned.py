"""A mail of which nobody can tell who wrote it is shown to a person, and is nobody's lead (P12)."""

from __future__ import annotations

import pytest
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from inboxcrm.ingest.records import Message
from inboxcrm.outbox.render import render_body
from tests.build import deliver_raw, letters
from tests.commands.shop import Shop


@pytest.mark.parametrize(
    "raw",
    [b"no headers at all, only words\n", b"From: \xff\xfe<<>>\r\nSubject: Order\r\n\r\nTwenty, please.\r\n"],
)
def test_a_mail_without_a_sender_is_told_to_the_manager_once_a_day(shop: Shop, raw: bytes) -> None:
    kept = deliver_raw(shop.office, raw)
    deliver_raw(shop.office, raw.replace(b"o", b"0"))
    shop.react()

    assert (kept.kind, kept.box_id, kept.match_confidence) == ("unsigned", None, "unsure")
    [letter] = letters(shop.office, "parked")
    assert [one.address for one in letter.recipients] == ["maria@kestrel.example"]
    text, html = render_body("parked", letter.facts)
    for body in (text, html or ""):
        assert f"inboxcrm why {kept.id}" in body
        assert "form rule" not in body
    with Session(shop.office.engine) as session:
        assert session.scalar(select(func.count()).select_from(Message)) == 2
