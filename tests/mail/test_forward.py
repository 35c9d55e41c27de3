"""Whose mail was forwarded (IN-6): the first forwarded mail, of each program in each language, and of nothing else."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from email import message_from_string
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path
from time import process_time
from zoneinfo import ZoneInfo

import pytest

from inboxcrm.mail.forward import Forwarded, bare_subject, has_forward_subject, read_forward
from inboxcrm.mail.forward_date import read_date
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.parse import parse_mail
from tests.mail.forwards import ASKED, FORWARDS, HTML, TOPIC, block

AMSTERDAM = ZoneInfo("Europe/Amsterdam")
BOB = Address("Bob Brouwer", "bob@brouwer.example")
ASKED_AT = datetime(2026, 3, 2, 13, 5, tzinfo=UTC)
HEADERS = block(
    "From: Bob Brouwer <bob@brouwer.example>",
    "Sent: Monday, March 2, 2026 2:05 PM",
    "To: Anna",
    f"Subject: {TOPIC}",
)


def raw(text: str, subject: str, attached: str = "", html: str = "") -> bytes:
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = "anna@kestrel.example", "sales@kestrel.example", subject
    mail.set_content(html or text, subtype="html" if html else "plain")
    if attached:
        mail.add_attachment(message_from_string(attached))
    return mail.as_bytes()


def forward(
    text: str, subject: str = "", *, attached: str = "", html: str = "", is_asked: bool = False
) -> Forwarded:
    found = read_forward(parse_mail(raw(text, subject, attached, html)), is_asked=is_asked, zone=AMSTERDAM)
    assert found is not None
    return found


def is_forward(text: str, subject: str) -> bool:
    return read_forward(parse_mail(raw(text, subject))) is not None


@pytest.mark.parametrize(("prefix", "text"), [f[1:] for f in FORWARDS], ids=[f[0] for f in FORWARDS])
def test_the_author_the_time_and_the_words_of_a_forwarded_mail_are_read(prefix: str, text: str) -> None:
    found = forward(text, prefix + TOPIC)

    assert found.sender == BOB
    assert found.subject == TOPIC
    assert found.sent_at == ASKED_AT
    assert found.to == (Address("Anna de Vries", "anna@kestrel.example"),)
    assert found.text == ASKED
    assert found.above.startswith("Please take this one.")
    assert "Bob" not in found.above


def test_a_mail_attached_to_a_mail_is_read_from_its_own_headers() -> None:
    original = (
        "From: Bob Brouwer <bob@brouwer.example>\nSubject: Twenty licences\n\nWe need twenty licences.\n"
    )

    found = forward("See the attached mail.", "a question", attached=original)

    assert (found.sender, found.subject, found.is_attached) == (BOB, TOPIC, True)
    assert (found.text, found.above) == ("We need twenty licences.", "See the attached mail.")


@pytest.mark.parametrize("program", HTML)
def test_a_forward_that_is_html_alone_is_read_like_its_text(program: str) -> None:
    found = forward("", "Fwd: Twenty licences", html=HTML[program])

    assert (found.sender, found.subject, found.sent_at) == (BOB, TOPIC, ASKED_AT)
    assert found.text == "We need twenty licences."
    assert found.above.startswith("Please take this one.")
    assert "Bob" not in found.above


def test_the_first_of_several_forwarded_mails_counts() -> None:
    older = HEADERS.replace("Bob Brouwer <bob@brouwer.example>", "Carla <carla@other.example>")

    assert forward(f"{HEADERS}\n\n{older}", "FW: x").sender == BOB


@pytest.mark.parametrize(
    ("line", "author"),
    [
        ("From: bob@brouwer.example", Address("", "bob@brouwer.example")),
        ('From: "Brouwer, Bob" <bob@brouwer.example>', Address("Brouwer, Bob", "bob@brouwer.example")),
        ("From: Bob Brouwer [mailto:bob@brouwer.example]", BOB),
        ("From: Bob Brouwer <bob@brouwer.example<mailto:bob@brouwer.example>>", BOB),
        ("*From:* *Bob Brouwer* <Bob@Brouwer.example>", BOB),
        ("From: Office <x@y.example> On Behalf Of Bob Brouwer <bob@brouwer.example>", BOB),
    ],
)
def test_an_author_is_read_however_the_program_shows_him(line: str, author: Address) -> None:
    rest = HEADERS.partition("\n")[2]

    assert forward(f"{line}\n{rest}", "FW: x").sender == author


def test_headers_wrapped_or_apart_are_still_one_block() -> None:
    text = (
        "-----Original Message-----\nFrom: Bob Brouwer <bob@brouwer.example>\n\nSent: Monday, March 2, 2026 2:05 PM\n"
        "To: Anna <anna@kestrel.example>; Ben <ben@kestrel.example>;\n Carl <carl@kestrel.example>\n\n"
        "Subject: Twenty licences for everybody in the whole office in the city of\nRotterdam\n\nWe need them."
    )

    found = forward(text, "FW: x")

    assert [one.address.partition("@")[0] for one in found.to] == ["anna", "ben", "carl"]
    assert found.subject == "Twenty licences for everybody in the whole office in the city of Rotterdam"
    assert found.text == "We need them."


@pytest.mark.parametrize(
    ("text", "subject"),
    [
        (f"My answer.\n\n{HEADERS}", "RE: Twenty licences"),
        (f"My answer.\n\n-----Original Message-----\n{HEADERS}", "RE: Twenty licences"),
        (
            f"My answer.\n\nOn Mon, Mar 2, 2026, Bob <b@x.example> wrote:\n> hi\n>\n{HEADERS}",
            "Fwd: Twenty licences",
        ),
        ("3 done", "Re: today"),
        ("Forwarded message\n\nis what I wanted to talk about: From: me To: you", "Fwd: x"),
        ("From: Bob\nSent: Monday\nTo: Anna\nSubject: no address anywhere\n\nhello", "FW: x"),
        ("", ""),
    ],
)
def test_answers_and_talk_are_no_forward(text: str, subject: str) -> None:
    assert not is_forward(text, subject)


def test_a_short_line_that_was_wrapped_above_from_is_no_text() -> None:
    text = (
        "-------- Forwarded Message --------\nSubject: \tRe: sensors and \nregulators\nDate: \tFri, 11 Feb 2022 "
        "09:46:09 -0600\nFrom: \tBob Brouwer <bob@brouwer.example>\nTo: \tAnna\n\n\nHi,"
    )

    found = forward(text, "Fwd: sensors")

    assert (found.sender, found.subject, found.text) == (BOB, "Re: sensors and regulators", "Hi,")


def test_an_address_for_leads_needs_no_forward_subject() -> None:
    assert not is_forward(HEADERS, "please look")
    assert forward(HEADERS, "please look", is_asked=True).sender == BOB


def test_words_below_an_early_end_of_the_quote_are_not_the_forwarders() -> None:
    """V10: a crafted mail that ends its quote early speaks no commands in the forwarder's name."""
    text = {name: text for name, _, text in FORWARDS}["apple en"] + "\nquote 900 x standard\n"

    found = forward(text, "Fwd: x")

    assert found.above == "Please take this one."
    assert found.text == ASKED


def test_subjects_lose_one_prefix() -> None:
    assert bare_subject("WG: AW: Angebot") == "AW: Angebot"
    assert bare_subject("Angebot") == "Angebot"
    assert not has_forward_subject("Re: Fwd: x")


@pytest.mark.parametrize(
    ("words", "moment"),
    [
        ("13/03/2026 14:05", (2026, 3, 13, 13, 5)),
        ("3/4/2026 2:05 PM", (2026, 3, 4, 13, 5)),
        ("3/4/2026 14:05", (2026, 4, 3, 12, 5)),
        ("2026-03-02 14:05:00 +0530", (2026, 3, 2, 8, 35)),
        ("12/31/2026 12:05 AM", (2026, 12, 30, 23, 5)),
        ("mar. 3 juil. 2026 à 10h15", (2026, 7, 3, 8, 15)),
        ("2 juin 2026 10:15 UTC", (2026, 6, 2, 10, 15)),
        ("31 February 2026 10:15", None),
        ("yesterday", None),
        ("2 March 2026", None),
    ],
)
def test_dates_are_read_or_left_unread(words: str, moment: tuple[int, ...] | None) -> None:
    assert read_date(words, AMSTERDAM) == (datetime(*moment, tzinfo=UTC) if moment else None)  # type: ignore[arg-type]


def test_crafted_text_is_read_in_linear_time() -> None:
    hostile = [
        "From: a@b.example\n" * 11_000,
        "x@" * 100_000,
        "Subject: \n\n" * 20_000,
        "On 1:00 wrote:\n" * 13_000,
    ]
    start = process_time()

    for text in hostile:
        read_forward(parse_mail(raw("", "FW: x", html=f"<pre>{text}</pre>")))

    assert process_time() - start < 3


CORPUS = Path(os.environ.get("INBOXCRM_CORPUS", "/nonexistent")) / "reply" / "reply_cases.jsonl"


def test_forwards_that_others_have_collected_are_read_as_they_say() -> None:
    """All text cases of quotequail's own tests, where the corpus is at hand; its answers to a quote are none."""
    cases = [json.loads(line) for line in CORPUS.read_text().splitlines()] if CORPUS.exists() else []
    wrong = []
    for case in (c for c in cases if c["expect"].startswith("unwrap(") and c["format"] == "text"):
        text, value = (CORPUS.parent.parent / case["file"]).read_text(), case["value"]
        found = read_forward(parse_mail(raw(text, "")), is_asked=True)
        said = (found.text.split(), found.subject, found.sender.address) if found else None
        wanted = (
            (value["text"].split(), value.get("subject"), value["from"].split()[-1].strip("<>"))
            if "from" in value
            else None
        )
        wrong += [case["id"]] if said != wanted else []

    assert wrong == []
