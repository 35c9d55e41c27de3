"""Whatever the bytes are, a mail is read or set aside (I6, I17, V13)."""

from __future__ import annotations

import random
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from inboxcrm.mail.parse import parse_mail
from tests.mail.fuzzing import PIECES, check_mail, mutated

REPOSITORY = Path(__file__).parents[2]
MAILS = REPOSITORY / "tests/mails"
CHARSETS = (
    "utf-8",
    "us-ascii",
    "iso-2022-jp",
    "windows-874",
    "utf-16",
    "x-unknown",
    "utf-7",
    "'",
    "a" * 90,
    "utf-8*fr",
)
ENCODINGS = ("7bit", "8bit", "base64", "quoted-printable", "x-uuencode", "", "bogus", "Base64 ")
KINDS = (
    "text/plain", "text/html", "text/calendar", "application/pdf", "application/ms-tnef", "application/pkcs7-mime",
    "message/rfc822", "message/delivery-status", "multipart/mixed", "text", "/", "application/ics", "image/png; x",
)  # fmt: skip
NAMES = (
    "Subject",
    "From",
    "To",
    "Cc",
    "Reply-To",
    "Date",
    "Message-ID",
    "References",
    "X-A",
    "Content-Disposition",
    "",
)
words = st.one_of(
    st.binary(max_size=60),
    st.sampled_from(PIECES),
    st.text(max_size=40).map(lambda text: text.encode("utf-8", "surrogatepass")),
    st.sampled_from(
        [
            b"a@x.test, B <b@x.test>",
            b"=?utf-8?q?=C3?=",
            b"Mon, 6 Jan 2025 10:02:03 +0100",
            b"x; filename*0*=a",
        ]
    ),
)
header = st.tuples(st.sampled_from(NAMES), words).map(
    lambda pair: pair[0].encode() + b": " + pair[1] + b"\r\n"
)


@st.composite
def parts(draw: st.DrawFn, depth: int = 0) -> bytes:
    """A part: headers in any order, a body, or more parts between boundaries that need not be right."""
    headers = draw(st.lists(header, max_size=4))
    if depth < 4 and draw(st.booleans()):
        boundary = draw(st.sampled_from([b"b", b"b%d" % depth, b"b b", b"=_'"]))
        quoted = draw(st.sampled_from([b'"' + boundary + b'"', boundary, b'"' + boundary]))
        subtype = draw(
            st.sampled_from([b"mixed", b"alternative", b"digest", b"signed", b"encrypted", b"report"])
        )
        headers.append(b"Content-Type: multipart/" + subtype + b"; boundary=" + quoted + b"\r\n")
        inner = draw(st.lists(parts(depth=depth + 1), max_size=3))
        end = draw(st.sampled_from([b"--", b"", b"--\r\nepilogue"]))
        body = b"".join(b"--" + boundary + b"\r\n" + one + b"\r\n" for one in inner) + b"--" + boundary + end
    else:
        charset, kind = draw(st.sampled_from(CHARSETS)), draw(st.sampled_from(KINDS))
        headers.append(f"Content-Type: {kind}; charset={charset}\r\n".encode())
        headers.append(f"Content-Transfer-Encoding: {draw(st.sampled_from(ENCODINGS))}\r\n".encode())
        body = b"".join(draw(st.lists(words, max_size=4)))
    return b"".join(draw(st.permutations(headers))) + draw(st.sampled_from([b"\r\n", b"\n", b""])) + body


BOUNDED = settings(max_examples=250, deadline=None, suppress_health_check=list(HealthCheck), derandomize=True)


@BOUNDED
@given(parts())
def test_any_tree_of_parts_is_read_or_set_aside(raw):
    check_mail(raw)


@BOUNDED
@given(parts(), st.randoms(use_true_random=False))
def test_a_tree_with_damaged_bytes_is_read_or_set_aside(raw, chance):
    check_mail(mutated([raw or b"x"], chance))


@BOUNDED
@given(parts())
def test_the_identity_does_not_hang_on_line_ends(raw):
    """I8: one server stores CRLF, another LF. Bytes that are not in lines, and lone CRs, are left out."""
    unix = b"From: a@x.test\nSubject: s\n" + raw.replace(b"\r\n", b"\n").replace(b"\r", b"")
    if b"encoding: " not in unix.lower():
        assert parse_mail(unix).ident == parse_mail(unix.replace(b"\n", b"\r\n")).ident


def test_odd_mails_with_changed_bytes_are_read_or_set_aside():
    seeds = [file.read_bytes() for file in sorted(MAILS.glob("*.eml"))]
    chance = random.Random(7)
    for _ in range(400):
        check_mail(mutated(seeds, chance))


@pytest.mark.parametrize("seconds", [6])
def test_bytes_that_seek_new_branches_are_read_or_set_aside(seconds, tmp_path):
    """By atheris where it can be installed; mutated by hand elsewhere."""
    shutil.copytree(MAILS, tmp_path / "mails")
    run = [sys.executable, "-m", "tests.mail.fuzz_bytes", str(tmp_path / "mails"), str(seconds)]
    done = subprocess.run(run, cwd=REPOSITORY, capture_output=True, text=True)

    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-5000:]
    counted = re.search(r"Done (\d+) runs", said)
    assert counted is not None, said[-2000:]
    assert int(counted[1]) > 100
