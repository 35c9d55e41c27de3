"""The odd mails of tests/mails say what a reader would see (I17, I20)."""

from __future__ import annotations

from pathlib import Path

from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import parse_mail

MAILS = Path(__file__).parents[1] / "mails"


def read(name: str) -> Incoming:
    return parse_mail((MAILS / f"{name}.eml").read_bytes())


def test_outlooks_files_lie_beside_the_winmail_dat():
    names = [one.name for one in read("winmail-with-files").attachments]
    assert names == ["winmail.dat", "Preisliste Grüße.csv", "Untitled", "inner.txt"]


def test_a_cancellation_follows_its_invitation():
    (asked,), (off,) = read("invitation").calendar, read("cancelled-meeting").calendar
    assert (asked.method, asked.sequence, off.method, off.sequence) == ("REQUEST", 2, "CANCEL", 3)
    assert asked.uid == off.uid


def test_what_is_signed_can_be_read():
    assert (read("signed-in-one-lump").text, read("signed-in-one-lump").protection) == ("we accept", "signed")
    assert (read("signed-smime").protection, read("encrypted-smime").protection) == ("signed", "encrypted")
    assert read("encrypted-smime").text == ""


def test_a_text_with_an_encrypted_block_counts_as_encrypted():
    """What stands around the block was written to be read; what is in it is not."""
    mail = read("inline-pgp")
    assert mail.protection == "encrypted"
    assert "abc" not in mail.text


def test_attached_messages_are_told_apart_from_the_words_of_the_mail():
    mail = read("attached-messages")
    assert mail.text == "Please see below."
    assert [(one.subject, one.text) for one in mail.attached] == [("old one", "old words"), ("older one", "")]


def test_html_reads_as_it_looks():
    assert read("html-with-tables-and-quotes").text == (
        "Grüße\n\nItem | Qty | Price\nStandard | 20 | € 10.00\n\n1. one\n2. two\n\nOn Mon, Anna wrote:\n"
        "> old words <https://x.test/a>\n> > older"
    )


def test_foreign_letters_are_read_by_the_charset_they_name():
    mail = read("japanese-and-cyrillic")
    assert (mail.text, mail.header("x-title")) == ("Привет", "あПри")
