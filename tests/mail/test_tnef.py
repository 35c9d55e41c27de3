"""Outlook's winmail.dat is unpacked (I20); one that is broken stays what it is."""

from __future__ import annotations

import base64
import os
import struct
import time
from pathlib import Path

import pytest

from inboxcrm.mail.parse import attachment_content, parse_mail
from inboxcrm.mail.tnef import BrokenTnef, read_tnef
from inboxcrm.mail.tnef_rtf import rtf_body

HEAD = struct.pack("<IH", 0x223E9F78, 1)


def thing(level: int, name: int, data: bytes) -> bytes:
    return struct.pack("<BHHI", level, name, 6, len(data)) + data + b"\0\0"


def text_property(key: int, value: bytes, kind: int = 0x1E) -> bytes:
    return struct.pack("<HHII", kind, key, 1, len(value)) + value + b"\0" * (-len(value) % 4)


def properties(*found: bytes) -> bytes:
    return struct.pack("<I", len(found)) + b"".join(found)


def file(title: bytes, data: bytes, *more: bytes) -> bytes:
    start = thing(2, 0x9002, b"\0" * 14) + thing(2, 0x8010, title + b"\0") + thing(2, 0x800F, data)
    return start + (thing(2, 0x9005, properties(*more)) if more else b"")


def test_files_come_out_with_their_long_names():
    long_name = text_property(0x3707, "Angebot Grüße.pdf\0".encode("utf-16-le"), 0x1F)
    found = read_tnef(HEAD + file(b"ANGEBO~1.PDF", b"%PDF\0\0", long_name) + file(b"b.txt", b"words"))
    assert found.files == [("Angebot Grüße.pdf", b"%PDF\0\0"), ("b.txt", b"words")]


def test_names_are_read_in_the_code_page_of_the_file():
    raw = HEAD + thing(1, 0x9007, struct.pack("<II", 1251, 0)) + file("Счёт.pdf".encode("cp1251"), b"x")
    assert read_tnef(raw).files == [("Счёт.pdf", b"x")]


def test_the_body_is_there_as_text_or_html_or_as_a_file():
    text = thing(1, 0x800C, b"plain words\0")
    html = thing(1, 0x9003, properties(text_property(0x1013, b"<p>html words</p>", 0x102)))
    assert read_tnef(HEAD + text).text == "plain words"
    assert read_tnef(HEAD + html).html == "<p>html words</p>"
    packed = struct.pack("<IIII", 30, 6, 0x414C454D, 0) + b"{\\rtf}"
    rtf = thing(1, 0x9003, properties(text_property(0x1009, packed, 0x102)))
    assert read_tnef(HEAD + rtf).files == [("body.rtf", b"{\\rtf}")]


def test_rtf_is_unpacked():
    """The example of MS-OXRTFCP section 4.1."""
    packed = bytes.fromhex(
        "2d0000002b0000004c5a4675f1c5c7a703000a00726370673132354232 0af32068656c090020627705b06c647d0a800fa0"
    )
    assert rtf_body(packed) == b"{\\rtf1\\ansi\\ansicpg1252\\pard hello world}\r\n"


def test_the_files_of_an_attached_item_are_files_too():
    inner = bytes.fromhex("0703020000000000c000000000000046") + HEAD + file(b"inner.txt", b"deep")
    item = file(b"Untitled", b"This attachment is a MAPI item", text_property(0x3701, inner, 0xD))
    names = [name for name, _ in read_tnef(HEAD + item).files]
    assert names == ["Untitled", "inner.txt"]


@pytest.mark.parametrize("raw", [b"", b"Fixture", HEAD + struct.pack("<BHHI", 1, 0x8004, 6, 99) + b"xx"])
def test_what_is_none_or_ends_at_once_says_so(raw):
    with pytest.raises(BrokenTnef):
        read_tnef(raw)


def test_of_one_that_ends_too_early_the_first_files_are_kept():
    raw = HEAD + file(b"a.txt", b"one") + file(b"b.txt", b"two" * 50)
    assert read_tnef(raw[:-100]).files[0] == ("a.txt", b"one")


@pytest.mark.parametrize(
    "data",
    [
        struct.pack("<I", 0xFFFFFFFF) + b"\2\0\1\0\0\0\0\0",
        struct.pack("<IHHI", 1, 0x1002, 1, 0xFFFFFFFF),
        struct.pack("<IHHI", 1, 0x1E, 0x3001, 0xFFFFFFFF),
        struct.pack("<IHH", 1, 3, 0x8001) + b"\0" * 16 + struct.pack("<II", 1, 0xFFFFFFFF),
        b"\0" * 3,
    ],
)
def test_counts_that_point_beyond_the_data_end_the_reading(data):
    """I7: other readers count to four thousand million here."""
    before = time.process_time()
    assert read_tnef(HEAD + thing(1, 0x9003, data)).files == []
    assert time.process_time() - before < 1


def test_many_small_objects_take_linear_time():
    raw = HEAD + thing(1, 0x8004, b"") * 200_000
    before = time.process_time()
    read_tnef(raw)
    assert time.process_time() - before < 2


def mail_with(content: bytes) -> bytes:
    head = b'From: a@x.test\r\nContent-Type: application/ms-tnef; name="winmail.dat"\r\n'
    return head + b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(content)


def test_a_mail_shows_what_was_in_its_winmail_dat():
    raw = mail_with(HEAD + thing(1, 0x800C, b"please quote\0") + file(b"list.csv", b"1;2"))
    got = parse_mail(raw)
    assert [one.name for one in got.attachments] == ["winmail.dat", "list.csv"]
    assert got.text == "please quote"
    assert attachment_content(raw, got.attachments[1].sha256) == b"1;2"


def test_a_broken_winmail_dat_stays_an_attachment():
    got = parse_mail(mail_with(b"Fixture"))
    assert ([one.name for one in got.attachments], got.defects) == (["winmail.dat"], ("BrokenTnef",))


def test_all_names_of_the_corpus_are_found():
    """Beside each file a .list of its names, where there is a corpus; body.html is the mail's text."""
    folder = Path(os.environ.get("INBOXCRM_CORPUS") or "/nowhere") / "tnef"
    for listed in folder.rglob("*.list"):
        found = read_tnef(listed.with_suffix(".tnef").read_bytes())
        names = {name for name, _ in found.files} | ({"body.html"} if found.html else set())
        assert set(listed.read_text().split("\n")) - {""} <= names, listed
    assert read_tnef(HEAD).files == []
