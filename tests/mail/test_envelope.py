"""To whom a copy was delivered stands in several headers (P17); a Sent copy keeps its Bcc (IN-5)."""

from __future__ import annotations

import pytest

from inboxcrm.mail.envelope import delivered_to
from inboxcrm.mail.parse import parse_headers


@pytest.mark.parametrize("name", ["Delivered-To", "X-Original-To", "Envelope-To", "X-Envelope-To", "Bcc"])
def test_each_line_that_servers_write_is_looked_at(name: str) -> None:
    head = f"From: a@b.example\r\n{name}: Sales <Sales+x@Kestrel.Example>, other@kestrel.example\r\n".encode()

    assert delivered_to(parse_headers(head)) == ("sales+x@kestrel.example", "other@kestrel.example")


def test_each_address_is_named_once_and_without_lines_there_are_none() -> None:
    twice = b"Delivered-To: a@b.example\r\nX-Original-To: <a@b.example>\r\nTo: c@d.example\r\n"

    assert delivered_to(parse_headers(twice)) == ("a@b.example",)
    assert delivered_to(parse_headers(b"To: c@d.example\r\n")) == ()
