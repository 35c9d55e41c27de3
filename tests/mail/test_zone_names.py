"""A time zone's name in an invitation is looked for among files; whatever it is, the mail is read (I20)."""

from __future__ import annotations

from pathlib import Path

from inboxcrm.mail.parse import parse_mail

MAIL = Path(__file__).parents[1] / "mails" / "endless-zone-name.eml"


def test_a_name_that_no_file_can_have_costs_the_entry_alone() -> None:
    """Found by the fuzzer: the name was longer than a file's may be."""
    mail = parse_mail(MAIL.read_bytes())

    assert (mail.subject, mail.has_calendar) == ("invitation", True)
    assert mail.text.startswith("Please see below.")
