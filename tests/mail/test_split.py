"""The splitter finds the parts that the standard library finds, and takes linear time."""

from __future__ import annotations

import os
import time
from email import message_from_bytes
from email.message import Message
from pathlib import Path

import pytest

from inboxcrm.mail.content import decoded_content, encoded_size
from inboxcrm.mail.split import MAX_DEPTH, Part, read_fields, split_mail

OWN = Path(__file__).parents[1] / "mails"
CORPUS = os.environ.get("INBOXCRM_CORPUS")


def library_tree(part: Message) -> object:
    """Kind, fields and decoded content of each part, as the standard library reads them."""
    fields = [(name.lower(), str(value).replace("\r\n", "\n").strip()) for name, value in part.raw_items()]
    if part.is_multipart():
        return [part.get_content_type(), fields, [library_tree(one) for one in part.get_payload()]]
    return [part.get_content_type(), fields, part.get_payload(decode=True)]


def own_tree(part: Part) -> object:
    fields = [(name, value.strip()) for name, value in part.fields]
    if part.children is not None:
        return [part.kind, fields, [own_tree(one) for one in part.children]]
    return [part.kind, fields, decoded_content(part)]


def is_ordinary(message: Message) -> bool:
    """Without defects on any level, and without what the two read apart on purpose."""
    parts = list(message.walk())
    kinds = {part.get_content_type() for part in parts}
    encodings = {str(part.get("content-transfer-encoding", "")).lower() for part in parts}
    for part in parts:
        part.get_payload(decode=True)
    return (
        not any(part.defects for part in parts)
        and not kinds & {"message/delivery-status", "message/global-delivery-status"}
        and encodings <= {"", "7bit", "8bit", "binary", "base64", "quoted-printable"}
        and len(parts) < 500
    )


def corpus() -> list[Path]:
    return sorted(Path(CORPUS or OWN).rglob("*.eml"))[:: 10 if CORPUS else 1]


def test_ordinary_mail_is_split_as_the_standard_library_does():
    """Each tenth mail of the corpus, where there is one."""
    compared = 0
    for file in corpus():
        raw = file.read_bytes().lstrip(b"\r\n")
        message = message_from_bytes(raw)
        if b"\r" in raw.replace(b"\r\n", b"") or not is_ordinary(message):
            continue
        compared += 1
        assert own_tree(split_mail(raw)) == library_tree(message), file
    assert compared >= (500 if CORPUS else 10)


@pytest.mark.parametrize(
    ("block", "fields", "body", "defects"),
    [
        (b"", [], b"", set()),
        (b"\r\nbody", [], b"body", set()),
        (b"A: b\r\n\r\nbody", [("a", "b")], b"body", set()),
        (b"A: b\n c\n\td\nE:f\n\nbody", [("a", "b\n c\n\td"), ("e", "f")], b"body", set()),
        (b"A: b\r\rbody", [("a", "b")], b"body", set()),
        (b"A : b\r\n\r\nbody", [("a", "b")], b"body", set()),
        (b"From x@y Mon\nA: b\n\nbody", [("a", "b")], b"body", set()),
        (b" x\nA: b\n\n", [("a", "b")], b"", {"FirstHeaderLineIsContinuationDefect"}),
        (b"A: b\nbody\n", [("a", "b")], b"body\n", {"MissingHeaderBodySeparatorDefect"}),
        (b"A: \xfc\r\n\r\n", [("a", "\udcfc")], b"", set()),
    ],
)
def test_headers_end_where_the_body_begins(block, fields, body, defects):
    got, at, found = read_fields(block, 0, len(block))
    assert (got, block[at:], found) == (fields, body, defects)


def children(body: bytes, boundary: bytes = b"b") -> list[bytes]:
    raw = b"Content-Type: multipart/mixed; boundary=" + boundary + b"\r\n\r\n" + body
    return [raw[one.start : one.end] for one in split_mail(raw).children or []]


@pytest.mark.parametrize(
    ("body", "wanted"),
    [
        (b"--b\r\n\r\none\r\n--b\r\n\r\ntwo\r\n--b--\r\nepilogue", [b"\r\none", b"\r\ntwo"]),
        (b"--b\n\none\n--b--", [b"\none"]),
        (b"preamble --b\r\n--b\r\n\r\none --b\r\n--bb\r\n--b--", [b"\r\none --b\r\n--bb"]),
        (b"--b  \r\n\r\none\r\n--b--\t\r\n--b\r\n\r\nmore", [b"\r\none"]),
        (b"--b\r\n\r\none", [b"\r\none"]),
        (b"--b\r\n--b\r\n\r\none\r\n--b--", [b"\r\none"]),
        (b"--b\r\n--b--\r\n", []),
        (b"no boundary", []),
    ],
)
def test_parts_lie_between_the_lines_of_their_boundary(body, wanted):
    assert children(body) == wanted


def test_depth_and_number_of_parts_are_limited():
    """I7."""
    deep = b"".join(
        b"Content-Type: multipart/mixed; boundary=%d\r\n\r\n--%d\r\n" % (n, n) for n in range(200)
    )
    part, depth = split_mail(deep), 0
    while part.children:
        part, depth = part.children[0], depth + 1
    assert (depth, part.kind, part.defects) == (MAX_DEPTH, "application/octet-stream", {"NestedTooDeeply"})
    assert len(children(b"--b\r\n\r\nx\r\n" * 3000)) == 999


@pytest.mark.parametrize(
    "piece", [b"--b\r\n", b"--b", b"\r\n", b"--b\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n"]
)
def test_hostile_bodies_take_linear_time(piece):
    before = time.process_time()
    children(piece * (4_000_000 // len(piece)))
    assert time.process_time() - before < 2


@pytest.mark.parametrize(
    ("raw", "size"), [(b"a\nb\n\n", 4), (b"a\r\nb\r\n", 4), (b"a\r\nb", 4), (b"", 0), (b"\n", 0)]
)
def test_the_size_of_a_part_does_not_hang_on_its_line_ends(raw, size):
    assert encoded_size(raw, 0, len(raw)) == size
