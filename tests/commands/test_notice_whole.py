"""A notice carries the customer's mail whole, what was done and why, what can be said now, and two answers (EM-1)."""

from __future__ import annotations

from collections.abc import Callable
from email import message_from_bytes, policy
from email.message import EmailMessage
from email.utils import format_datetime
from urllib.parse import parse_qs, unquote, urlsplit

import pytest
from sqlalchemy import select

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_notices import Notices
from inboxcrm.commands.grammar import read_commands
from inboxcrm.commands.table import BY_NAME
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.notices.files import file_name
from inboxcrm.ingest.notices.offered import OFFERED, Offered, offered_commands
from inboxcrm.ingest.notices.reply_draft import LEFT_OUT, MOST_LINES
from inboxcrm.outbox.mime import letter_bytes
from inboxcrm.outbox.records import Letter
from tests.build import ANNA, BOB, HOUSE, Mail, deliver, deliver_raw, letters
from tests.commands.shop import Shop


def a_mail(shop: Shop, text: str = "See the files.", **headers: str) -> EmailMessage:
    mail = EmailMessage()
    fields = {
        "From": f"Bob Brouwer <{BOB}>",
        "To": HOUSE,
        "Subject": "Drawings",
        "Message-ID": "<d1@acme.example>",
    }
    for name, value in (fields | headers).items():
        mail[name] = value
    mail["Date"] = format_datetime(shop.clock.now())
    mail.set_content(text)
    return mail


def sent(shop: Shop, letter: Letter) -> EmailMessage:
    """The notice as it leaves."""
    with shop.office.reading() as session:
        raw = letter_bytes(session, shop.office.settings, letter, shop.clock.now())
    mail = message_from_bytes(raw, policy=policy.default)
    assert isinstance(mail, EmailMessage)
    return mail


def test_the_files_of_the_mail_go_along_as_they_came_up_to_five_megabytes(shop: Shop) -> None:
    mail = a_mail(shop)
    mail.add_attachment(b"%PDF-1.7 plan", maintype="application", subtype="pdf", filename="plan.pdf")
    mail.add_attachment(b"x" * 6_000_000, maintype="video", subtype="mp4", filename="film.mp4")
    deliver_raw(shop.office, mail.as_bytes())
    shop.react()

    notice = sent(shop, shop.notice())
    files = {part.get_filename(): part.get_content() for part in notice.iter_attachments()}
    assert files == {"plan.pdf": b"%PDF-1.7 plan"}
    text = notice.get_body(("plain",)).get_content()
    assert "> Attached: plan.pdf (13 bytes)" in text
    assert "film.mp4 (6.0 MB): too big to come along" in text


def test_a_dangerous_file_is_named_harmlessly_and_shown_by_no_mail_program(shop: Shop) -> None:
    """V13: a page, an invitation and a name that turns round are bytes with a plain name."""
    mail = a_mail(shop)
    mail.add_attachment(
        b"<script>alert(1)</script>", maintype="text", subtype="html", filename="../../x\u202eFDP.html"
    )
    mail.add_attachment(b"BEGIN:VCALENDAR", maintype="application", subtype="ics", filename="..\\m.ics")
    deliver_raw(shop.office, mail.as_bytes())
    shop.react()

    parts = list(sent(shop, shop.notice()).iter_attachments())
    assert {part.get_content_type() for part in parts} == {"application/octet-stream"}
    names = [part.get_filename() for part in parts]
    assert not [name for name in names if set(name) & set("/\\\u202e") or name.startswith(".")]


def test_fifty_files_are_all_there_and_ten_are_named(shop: Shop) -> None:
    mail = a_mail(shop)
    for number in range(50):
        mail.add_attachment(f"{number}".encode(), maintype="text", subtype="plain", filename=f"{number}.txt")
    deliver_raw(shop.office, mail.as_bytes())
    shop.react()

    notice = sent(shop, shop.notice())
    assert len(list(notice.iter_attachments())) == 50
    assert notice.get_body(("plain",)).get_content().count("> Attached: ") == 11
    assert "and 40 more" in shop.notice().facts["mail"]["attachments"]


def test_a_mail_forwarded_as_an_attachment_is_shown_with_its_own_text(shop: Shop) -> None:
    original = a_mail(shop, "We are 35 people and need a quote.", Subject="Licences")
    top = EmailMessage()
    top["Authentication-Results"] = "mx.kestrel.example; dmarc=pass header.from=kestrel.example"
    top["Received"] = f"from out.example by mx.kestrel.example; {format_datetime(shop.clock.now())}"
    top["From"], top["To"], top["Subject"] = "fred@kestrel.example", HOUSE, "Fwd: Licences"
    top["Date"], top["Message-ID"] = format_datetime(shop.clock.now()), "<f1@kestrel.example>"
    top.set_content("Please take this one.")
    top.add_attachment(original)
    deliver_raw(shop.office, top.as_bytes())
    shop.react()

    mail = shop.notice().facts["mail"]
    assert mail["sender"] == BOB
    assert "We are 35 people and need a quote." in mail["text"]
    assert "Please take this one." not in mail["text"]
    assert [part.get_filename() for part in sent(shop, shop.notice()).iter_attachments()] == ["Licences.eml"]


def test_it_says_what_was_done_and_why_and_which_words_it_read(shop: Shop) -> None:
    shop.customer("Please send us a quote for 35 licences.")

    facts = shop.notice().facts
    assert facts["task"].startswith("Answer")
    assert "by " in facts["task"]
    told = " ".join(facts["did"])
    assert "Filed on “Licences for Acme”: the first mail of a stranger: a new lead." in told
    assert "New lead, given to" in told
    assert "quote request, from “Please send us a quote for 35 licences" in told
    assert facts["rule"].startswith("new-lead, ")


def test_the_commands_fit_and_work_as_they_are_copied(shop: Shop) -> None:
    """The number is the mail's own, the product of the price list; each line is carried out when answered."""
    shop.customer("Please send us a quote for 35 licences.")
    offered = shop.notice().facts["commands"]
    assert offered[0] == "quote 35 x standard"

    receipt = shop.anna(offered[0], answers=shop.notice().message_id)

    assert receipt["lines"][0]["is_done"]
    shop.customer("One more thing.", subject="Re: Licences for Acme")
    later = shop.notice()
    assert later.facts["commands"][:2] == ["quote 20 x standard", "done"]
    assert shop.anna("done", answers=later.message_id)["lines"][0]["is_done"]


def test_with_a_quote_out_it_can_be_won_or_lost_by_a_copied_line(shop: Shop) -> None:
    shop.quoted()
    shop.customer("We are still thinking, thank you for your patience.", subject="Re: Licences for Acme")
    notice = shop.notice()
    assert notice.facts["commands"] == ["quote 20 x standard", "won", "lost price", "done"]

    assert shop.anna("lost price", answers=notice.message_id)["lines"][0]["is_done"]


@pytest.mark.parametrize("row", OFFERED, ids=lambda row: row.line)
def test_every_offered_line_is_a_command_of_those_who_are_offered_it(row: Offered) -> None:
    line = row.line.format(number=20, product="standard", colleague="carl", reason="price")
    [command] = read_commands(line, BY_NAME).commands

    assert row.roles <= BY_NAME[command.word].roles


def test_finance_is_not_offered_what_it_may_not_say(shop: Shop) -> None:
    shop.customer("Please send us a quote.")
    with shop.office.work("test", actor="test") as work:
        fred = work.settings.user_by_key("fred")
        offered = offered_commands(work, fred, box_by_id(work.session, 1), None)
    assert not [one for one in offered if one.split()[0] in ("quote", "ask", "ignore")]


def test_the_link_answers_everybody_outside_in_the_thread_with_the_house_in_copy(shop: Shop) -> None:
    """RFC 6068: To, Cc, Subject and In-Reply-To; nobody of us but the shared address."""
    shop.customer(
        "We need licences.", cc="eva@acme.example, carl@kestrel.example", message_id="a b+c@acme.example"
    )

    link = urlsplit(shop.notice().facts["reply_link"])
    fields = {name: values[0] for name, values in parse_qs(link.query).items()}
    assert (link.scheme, unquote(link.path)) == ("mailto", BOB)
    assert fields["cc"] == f"{HOUSE},eva@acme.example"
    assert fields["subject"] == "Re: Licences for Acme"
    assert fields["in-reply-to"].startswith("<")


def test_an_answer_goes_where_the_mail_asks_for_it_and_the_notice_says_so(shop: Shop) -> None:
    deliver_raw(shop.office, a_mail(shop, **{"Reply-To": "buying@acme.example"}).as_bytes())
    shop.react()

    notice = shop.notice()
    assert notice.facts["reply_link"].startswith("mailto:buying@acme.example?")
    assert f"(The mail came from {BOB}.)" in sent(shop, notice).get_body(("plain",)).get_content()


def test_no_answer_is_laid_into_drafts_unless_it_is_wanted(shop: Shop) -> None:
    shop.customer("We need licences.")

    assert letters(shop.office, "reply") == []
    assert shop.notice().facts["has_draft"] is False


def test_an_answer_lies_in_drafts_to_all_who_were_on_the_mail(
    make_shop: Callable[[Settings], Shop], settings: Settings
) -> None:
    """EM-1, EM-2: In-Reply-To, References, From the rep, Cc the house, the mail quoted; once for a mail."""
    shop = make_shop(settings.model_copy(update={"notices": Notices(gather_minutes=0, reply_drafts=True)}))
    long = "\n".join(f"line {number}" for number in range(400))
    shop.customer(long, cc="eva@acme.example", message_id="first@acme.example")

    [draft] = letters(shop.office, "reply")
    mail = sent(shop, draft)
    assert (draft.form, draft.account) == ("draft", ANNA)
    assert mail["From"].addresses[0].addr_spec == ANNA
    assert [one.addr_spec for one in mail["To"].addresses] == [BOB]
    assert [one.addr_spec for one in mail["Cc"].addresses] == [HOUSE, "eva@acme.example"]
    assert (mail["Subject"], mail["In-Reply-To"]) == ("Re: Licences for Acme", "<first@acme.example>")
    assert "<first@acme.example>" in mail["References"]
    assert mail["Auto-Submitted"] is None
    text = mail.get_body(("plain",)).get_content()
    assert text.count("\n> line ") == MOST_LINES
    assert f"> {LEFT_OUT}" in text
    assert shop.notice().facts["has_draft"]


def test_a_mail_without_words_and_an_encrypted_one_say_so(shop: Shop) -> None:
    shop.customer("", subject="Nothing")
    assert "no words" in sent(shop, shop.notice()).get_body(("plain",)).get_content()

    raw = (
        f"From: {BOB}\r\nTo: {HOUSE}\r\nSubject: Secret\r\nMessage-ID: <s@acme.example>\r\n"
        f"Date: {format_datetime(shop.clock.now())}\r\nMIME-Version: 1.0\r\n"
        'Content-Type: multipart/encrypted; protocol="application/pgp-encrypted"; boundary=b\r\n\r\n'
        "--b\r\nContent-Type: application/pgp-encrypted\r\n\r\nVersion: 1\r\n"
        '--b\r\nContent-Type: application/octet-stream; name="encrypted.asc"\r\n\r\n-----BEGIN PGP MESSAGE-----\r\n'
        "abc\r\n--b--\r\n"
    )
    deliver_raw(shop.office, raw.encode())
    shop.react()

    notice = sent(shop, shop.notice())
    assert "is encrypted; it is attached as it came" in notice.get_body(("plain",)).get_content()
    assert "encrypted.asc" in [part.get_filename() for part in notice.iter_attachments()]


def test_a_html_mail_is_told_in_its_words(shop: Shop) -> None:
    mail = a_mail(shop)
    mail.set_content("<p>We need <b>40</b> licences.</p><script>x</script>", subtype="html")
    deliver_raw(shop.office, mail.as_bytes())
    shop.react()

    assert shop.notice().facts["mail"]["text"].strip() == "We need 40 licences."


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("", "attachment"),
        ("../../etc/passwd", "_.._etc_passwd"),
        ("a\r\nBcc: x@evil.example.pdf", "a Bcc_ x@evil.example.pdf"),
        ("x" * 200 + ".pdf", "x" * 115 + "….pdf"),
    ],
)
def test_a_files_name_is_one_line_without_a_path(name: str, shown: str) -> None:
    assert file_name({"name": name, "content_type": "application/pdf"}) == shown


def test_what_is_answered_to_a_notice_never_reaches_a_customer(shop: Shop) -> None:
    """P8: plain words become a note, whatever they quote; no letter for an outsider is written."""
    shop.customer("We need licences.")
    notice = shop.notice()
    mail = sent(shop, notice)
    assert [one.addr_spec for one in mail["To"].addresses] == [ANNA]
    assert mail["Cc"] is None
    assert mail["Reply-To"] is None or mail["Reply-To"].addresses[0].addr_spec.startswith("sales")

    shop.anna(f"He is difficult, be careful.\n\n> {BOB} wrote: We need licences.", answers=notice.message_id)

    with shop.office.reading() as session:
        outside = list(session.scalars(select(Letter.kind).where(Letter.is_outside)))
    assert outside == []


def test_a_notice_says_that_a_program_wrote_it_and_no_robot_is_answered(shop: Shop) -> None:
    """L1, P14: Auto-Submitted and X-Auto-Response-Suppress; an automatic answer to a notice makes no letter."""
    shop.customer("We need licences.")
    notice = sent(shop, shop.notice())
    assert notice["Auto-Submitted"] == "auto-generated"
    assert notice["X-Auto-Response-Suppress"] == "All"
    before = len(letters(shop.office, "notice")) + len(letters(shop.office, "receipt"))

    away = EmailMessage()
    away["From"], away["To"], away["Subject"] = ANNA, HOUSE, f"Out of office: {notice['Subject']}"
    away["Auto-Submitted"], away["Message-ID"] = "auto-replied", "<ooo@kestrel.example>"
    away["In-Reply-To"] = away["References"] = notice["Message-ID"]
    away["Date"] = format_datetime(shop.clock.now())
    away.set_content("I am away.")
    deliver_raw(shop.office, away.as_bytes())
    copy = notice.as_bytes()
    deliver_raw(shop.office, copy, account=ANNA)
    deliver_raw(shop.office, copy)
    shop.react()

    assert len(letters(shop.office, "notice")) + len(letters(shop.office, "receipt")) == before


def test_a_notice_carries_no_mail_that_others_of_us_wrote_among_themselves(shop: Shop) -> None:
    """What stays inside is told to nobody, even where it answers the customer's mail."""
    first = shop.customer("We need licences.", message_id="one@acme.example")
    inside = Mail(
        "Ask double, he is rich.", "maria@kestrel.example", to="fred@kestrel.example, sales@kestrel.example",
        subject="Re: Licences for Acme", answers="one@acme.example",
    )  # fmt: skip
    deliver(shop.office, inside)
    shop.customer("And training.", answers="one@acme.example", subject="Re: Licences for Acme")

    for letter in shop.notices():
        assert "rich" not in sent(shop, letter).as_string()
    assert first.box_id == 1


def test_a_notice_holds_no_secret_of_the_configuration(shop: Shop) -> None:
    shop.customer("We need licences.")

    told = sent(shop, shop.notice()).as_string()
    for account in shop.office.settings.account:
        for server in (account.imap, account.smtp):
            assert not server.password.read() or server.password.read() not in told
    assert shop.office.key.decode("latin-1") not in told
