"""A mail with a chart: pictures beside the HTML, all that they show as text, and our own parser reads it (MG-3)."""

from __future__ import annotations

from email import message_from_bytes
from email.message import EmailMessage
from email.policy import default

import pytest

from inboxcrm.base.work import Office
from inboxcrm.mail.compose import InlinePicture, OutgoingMail, compose_mail
from inboxcrm.mail.incoming import Address
from inboxcrm.mail.parse import parse_mail
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.mime import letter_bytes
from inboxcrm.reports.digests.ground import Ground
from inboxcrm.reports.digests.shape import number_lines
from inboxcrm.reports.digests.weekly import weekly
from tests.build import START
from tests.reports.busy import fill

PNG = b"\x89PNG\r\n\x1a\n"
MOST_BYTES = (
    102_000  # Gmail cuts a mail off behind so much of text; pictures do not count, but phones pay for them
)


@pytest.fixture
def mail(office: Office) -> bytes:
    """The forecast of the manager of a busy team, as it leaves."""
    with office.work("test", actor="test") as work:
        fill(work)
        numbered = number_lines(weekly(Ground(work), work.settings.user_by_key("maria")))
        aside = {"name": "Maria", "opening": "", "junk": [], "noise": [], "mailboxes": [], "reason": "a test"}
        plan = Plan(
            kind="digest", dedupe="d", account="sales@kestrel.example", subject="Forecast",
            to=[Address("Maria", "maria@kestrel.example")], facts=numbered.facts | aside, lines=numbered.lines,
        )  # fmt: skip
        letter = write_letter(work, plan)
    with office.reading() as session:
        return letter_bytes(session, office.settings, session.merge(letter, load=False), START)


def part(mail: bytes, kind: str) -> EmailMessage:
    [found] = [one for one in parts(mail) if one.get_content_type() == kind]
    return found


def parts(mail: bytes) -> list[EmailMessage]:
    return list(message_from_bytes(mail, policy=default).walk())  # type: ignore[arg-type]


def test_text_stands_beside_html_with_its_two_pictures(mail: bytes) -> None:
    """RFC 2046 and 2387: who shows no HTML shows the text; the pictures are of the HTML and are no attachments."""
    assert [one.get_content_type() for one in parts(mail)] == [
        "multipart/alternative", "text/plain", "multipart/related", "text/html", "image/png", "image/png",
    ]  # fmt: skip
    related = part(mail, "multipart/related")
    assert related.get_param("type") in (None, "text/html")


def test_each_picture_is_a_small_png_that_the_html_shows_by_its_id(mail: bytes) -> None:
    html = part(mail, "text/html").get_content()
    pictures = [one for one in parts(mail) if one.get_content_type() == "image/png"]

    for picture in pictures:
        content = picture.get_payload(decode=True)
        assert content.startswith(PNG)
        assert len(content) < 30_000
        assert picture.get_content_disposition() == "inline"
        assert f'src="cid:{picture["Content-ID"].strip("<>")}"' in html
    assert len({picture["Content-ID"] for picture in pictures}) == html.count("cid:") == 2
    assert "http" not in html.replace("http://www.w3.org", "")  # nothing is fetched from anywhere


def test_what_the_chart_shows_is_its_alternative_and_stands_in_the_text(mail: bytes) -> None:
    html, text = part(mail, "text/html").get_content(), part(mail, "text/plain").get_content()

    assert 'alt="Bar chart of November 2026: closed EUR 0.00, commit EUR 12,345.00, weighted' in html
    for words in ("Commit     EUR 12,345.00", "Weighted   EUR 9,258.75", "Best case  EUR 16,048.50"):
        assert words in text
    for name in ("Brouwer Bouw, 20 licences", "Dune Hotels <b>renewal</b>", "To act, answer this mail"):
        assert name in text
    assert "cid:" not in text


def test_it_is_small(mail: bytes) -> None:
    assert len(part(mail, "text/html").get_content().encode()) < MOST_BYTES
    assert len(mail) < 2 * MOST_BYTES
    assert max(map(len, mail.split(b"\r\n"))) <= 998


def test_our_own_parser_reads_it(mail: bytes) -> None:
    """A copy of it comes back from Sent folders and as a quote."""
    read = parse_mail(mail)

    assert read.subject == "Forecast"
    assert "Commit     EUR 12,345.00" in read.text
    assert not any(one.content_type == "text/html" for one in read.attachments)


def test_a_picture_cannot_smuggle_a_header() -> None:
    plain = OutgoingMail(
        sender=Address("", "a@kestrel.example"), to=(Address("", "b@kestrel.example"),), subject="s", text="t",
        html="<p>t</p>", message_id="x@kestrel.example", sent_at=START,
        pictures=(InlinePicture("x>\r\nBcc: eve@evil.example", PNG),),
    )  # fmt: skip
    with pytest.raises(ValueError, match="Content-ID"):
        compose_mail(plain)
