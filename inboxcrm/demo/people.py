"""People with ordinary mail clients: they submit by SMTP, keep a copy in Sent, read INBOX, send drafts.

They know nothing of the product: standard protocols only.
"""

from __future__ import annotations

import email
import email.policy
import imaplib
import smtplib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from email.message import EmailMessage
from email.utils import format_datetime, formataddr

from inboxcrm.base.clock import Clock
from inboxcrm.demo.mail_server import MailServer


@dataclass(frozen=True, slots=True)
class Person:
    """Somebody with a mailbox on the demo's server."""

    name: str
    address: str
    server: MailServer
    clock: Clock

    def write(
        self, to: str, subject: str, text: str, *, answers: EmailMessage | None = None, cc: str = ""
    ) -> EmailMessage:
        """Write a mail, submit it with this person's login, and keep a copy in Sent as a mail client does."""
        mail = self.compose(to, subject, text, answers=answers, cc=cc)
        self.submit(mail, login=self.address)
        self.keep(mail)
        return mail

    def answer(self, mail: EmailMessage, text: str) -> EmailMessage:
        """Answer a mail to its sender, with the old text quoted below."""
        body = mail.get_body(("plain",))
        quoted = "\n".join(f"> {line}" for line in (body.get_content() if body else "").splitlines())
        sender = mail["Reply-To"] or mail["From"]
        subject = str(mail["Subject"])
        text = f"{text}\n\nOn {mail['Date']}, {mail['From']} wrote:\n{quoted}\n"
        return self.write(
            str(sender), subject if subject.startswith("Re:") else f"Re: {subject}", text, answers=mail
        )

    def compose(
        self, to: str, subject: str, text: str, *, answers: EmailMessage | None = None, cc: str = ""
    ) -> EmailMessage:
        """Make a mail with the headers that a client sets."""
        now = self.clock.now()
        mail = EmailMessage()
        mail["From"], mail["To"], mail["Subject"] = formataddr((self.name, self.address)), to, subject
        if cc:
            mail["Cc"] = cc
        mail["Date"] = format_datetime(now)
        mail["Message-ID"] = f"<{now.timestamp():.6f}.{self.address.replace('@', '.')}@client.example>"
        if answers is not None:
            known = f"{answers['References'] or ''} {answers['Message-ID']}".split()
            mail["In-Reply-To"], mail["References"] = str(answers["Message-ID"]), " ".join(known)
        mail.set_content(text)
        return mail

    def submit(self, mail: EmailMessage, *, login: str | None) -> None:
        """Hand a mail to the server; without a login the server cannot vouch for its From."""
        with smtplib.SMTP(self.server.host, self.server.smtp_port, timeout=30) as smtp:
            if login:
                smtp.login(login, self.server.password)
            smtp.send_message(mail)

    def keep(self, mail: EmailMessage) -> None:
        """Lay a copy into this person's Sent folder."""
        with self._mailbox() as imap:
            when = imaplib.Time2Internaldate(self.clock.now())
            imap.append("Sent", r"(\Seen)", when, mail.as_bytes(policy=email.policy.SMTP))

    def inbox(self) -> list[EmailMessage]:
        """Give all mails of the INBOX, oldest first."""
        return self._read("INBOX")

    def drafts(self) -> list[EmailMessage]:
        """Give all drafts, oldest first."""
        return self._read("Drafts")

    def send_draft(self, draft: EmailMessage) -> None:
        """Send a draft as it is, keep it in Sent and take it out of Drafts."""
        self.submit(draft, login=self.address)
        self.keep(draft)
        with self._mailbox() as imap:
            imap.select("Drafts")
            _, found = imap.uid("SEARCH", "HEADER", "Message-ID", str(draft["Message-ID"]))
            for uid in found[0].split():
                imap.uid("STORE", uid.decode(), "+FLAGS", r"(\Deleted)")
            imap.expunge()

    def _read(self, folder: str) -> list[EmailMessage]:
        with self._mailbox() as imap:
            imap.select(folder, readonly=True)
            _, found = imap.search(None, "ALL")
            answers = [imap.fetch(number.decode(), "(BODY.PEEK[])")[1][0] for number in found[0].split()]
        raws = [answer[1] for answer in answers if isinstance(answer, tuple)]
        parsed = (email.message_from_bytes(raw, policy=email.policy.default) for raw in raws)
        return [mail for mail in parsed if isinstance(mail, EmailMessage)]

    @contextmanager
    def _mailbox(self) -> Iterator[imaplib.IMAP4]:
        imap = imaplib.IMAP4(self.server.host, self.server.imap_port, timeout=30)
        try:
            imap.login(self.address, self.server.password)
            yield imap
        finally:
            imap.logout()


def text_of(mail: EmailMessage) -> str:
    """Give the plain text of a mail."""
    body = mail.get_body(("plain",))
    return str(body.get_content()) if body else ""


def attachments_of(mail: EmailMessage) -> dict[str, bytes]:
    """Give the attachments of a mail by their names."""
    return {part.get_filename() or "": part.get_content() for part in mail.iter_attachments()}


BOUNCE = """\
From: Mail Delivery System <MAILER-DAEMON@post.example>
To: {address}
Subject: Undelivered Mail Returned to Sender
Date: {date}
Message-ID: <{serial}.bounce@post.example>
Auto-Submitted: auto-replied
MIME-Version: 1.0
Content-Type: multipart/report; report-type=delivery-status; boundary="part"

--part
Content-Type: text/plain; charset=us-ascii

Your mail to old.address@brouwer.example could not be delivered: we accept no mail for it.

--part
Content-Type: message/delivery-status

Reporting-MTA: dns; post.example

Final-Recipient: rfc822; old.address@brouwer.example
Action: failed
Status: 5.1.1

--part--
"""


def bounce_for(address: str, at: datetime) -> EmailMessage:
    """Make the report of a mail server that could not deliver (RFC 3464)."""
    text = BOUNCE.format(address=address, date=format_datetime(at), serial=f"{at.timestamp():.6f}")
    mail = email.message_from_string(text, policy=email.policy.SMTP)
    assert isinstance(mail, EmailMessage)
    return mail
