"""Notices of mail servers as they write them, for tests: one builder for each shape, and the texts of each format."""

from __future__ import annotations

from email.message import EmailMessage
from email.policy import SMTP

from inboxcrm.mail.incoming import Incoming
from inboxcrm.mail.parse import parse_mail

OURS = "3f.0123456789abcdef@kestrel.test"
GONE = "carla@brouwer.test"
DAEMON = "MAILER-DAEMON@mx.brouwer.test"
HEADERS = f"Received: from us by them; Mon, 2 Mar 2026 12:00:00 +0000\nMessage-ID: <{OURS}>\nTo: {GONE}\nSubject: Q\n"


def status_fields(
    address: str = GONE, action: str = "failed", status: str = "5.1.1", said: str = "smtp; 550 user unknown"
) -> str:
    """The fields of one recipient (RFC 3464 section 2.3)."""
    return (
        f"Final-Recipient: rfc822; {address}\nAction: {action}\nStatus: {status}\nDiagnostic-Code: {said}\n"
    )


def report(
    *recipients: str, returned: str | None = HEADERS, words: str = "We are sorry.", sender: str = DAEMON
) -> bytes:
    """A report by the book; `returned` are the headers of the mail that came back."""
    head = (
        f"From: {sender}\nTo: sales@kestrel.test\nSubject: Undelivered Mail Returned to Sender\n"
        "Message-ID: <1@mx.brouwer.test>\nMIME-Version: 1.0\n"
        'Content-Type: multipart/report; report-type=delivery-status; boundary="b"\n\n'
    )
    fields = "\n".join(("Reporting-MTA: dns; mx.brouwer.test\n", *recipients))
    parts = [("text/plain; charset=utf-8", words), ("message/delivery-status", fields)]
    if returned is not None:
        parts.append(("text/rfc822-headers", returned))
    body = "".join(f"--b\nContent-Type: {kind}\n\n{text}\n" for kind, text in parts) + "--b--\n"
    return (head + body).encode().replace(b"\n", b"\r\n")


def notice(
    text: str, *, sender: str = DAEMON, subject: str = "failure notice", headers: dict[str, str] | None = None
) -> bytes:
    """A notice in one plain text."""
    mail = EmailMessage(policy=SMTP)
    mail["From"], mail["To"], mail["Subject"] = sender, "sales@kestrel.test", subject
    mail["Message-ID"] = "<1@mx.brouwer.test>"
    for name, value in (headers or {}).items():
        mail[name] = value
    mail.set_content(text)
    return mail.as_bytes()


def read(raw: bytes) -> Incoming:
    return parse_mail(raw)


QMAIL = f"""\
Hi. This is the qmail-send program at mx.brouwer.test.
I'm afraid I wasn't able to deliver your message to the following addresses.
This is a permanent error; I've given up. Sorry it didn't work out.

<{GONE}>:
Sorry, no mailbox here by that name. (#5.1.1)

--- Below this line is a copy of the message.

Return-Path: <sales@kestrel.test>
Message-ID: <{OURS}>
To: {GONE}, dave@brouwer.test

<dave@brouwer.test>: write to him instead
"""
EXIM = f"""\
This message was created automatically by mail delivery software.

A message that you sent could not be delivered to one or more of its
recipients. This is a permanent error. The following address(es) failed:

  {GONE}
    (generated from info@brouwer.test)
    host mx.brouwer.test [192.0.2.1]
    SMTP error from remote mail server after RCPT TO:<{GONE}>:
    552 5.2.2 mailbox full
  dave@brouwer.test
    host mx.brouwer.test [192.0.2.1]
    550 5.1.1 no such user

------ This is a copy of the message, including all the headers. ------

Message-ID: <{OURS}>
"""
POSTFIX = f"""\
This is the mail system at host mx.brouwer.test.

I'm sorry to have to inform you that your message could not
be delivered to one or more recipients. It's attached below.

                   The mail system

<{GONE}>: host mx.brouwer.test[192.0.2.1] said: 554 5.7.1 listed in a blacklist
"""
SENDMAIL = f"""\
The original message was received at Mon, 2 Mar 2026 12:00:00 GMT

   ----- The following addresses had permanent fatal errors -----
<{GONE}>
    (reason: 550 Host unknown)

   ----- Transcript of session follows -----
550 <{GONE}>... Host unknown (Name server: brouwer.test: host not found)
"""
EXCHANGE = f"""\
Your message

  To:      Carla
  Subject: Quote

did not reach the following recipient(s):

{GONE} on Mon, 2 Mar 2026 12:00:00 -0000
    The recipient name is not recognized
"""
DOMINO = f"""\
Your message

  Subject: Quote

was not delivered to:

  {GONE}

because:

  User Carla ({GONE}) not listed in Domino Directory
"""
IMAIL = f"Unknown user: {GONE}\n\n\nOriginal message follows.\n\nMessage-ID: <{OURS}>\n"
GMAIL = f"""\
Delivery to the following recipient failed permanently:

     {GONE}

Technical details of permanent failure:
The email account that you tried to reach does not exist. 550 5.1.1

----- Original message -----

Message-ID: <{OURS}>
"""
GMX = f"""\
A message that you sent could not be delivered to one or more of
its recipients. This is a permanent error. The following address
failed:

"{GONE}":
SMTP error from remote server after RCPT command:
5.2.2 <{GONE}>... Mailbox Full

--- The header of the original message is following. ---

Message-ID: <{OURS}>
"""
TRANSCRIPT = f"Sent <<< RCPT TO:<{GONE}>\nReceived >>> 550 5.1.1 <{GONE}>... user unknown\n"
AOL = "Your mail to the following recipients could not be delivered because they are not accepting mail:\n\tcarla\n"
NOVELL = f"The message that you sent was undeliverable to the following:\n\n\t{GONE} (user not found)\n"
MIMECAST = f"""\
An email that you attempted to send to the following address could not be delivered:
-- {GONE}

The problem appears to be :
-- Recipient email address is possibly incorrect
"""
EXIM_DELAY = f"The address to which the message has not yet been delivered is:\n\n  {GONE}\n"
SES = (
    '{"notificationType":"Bounce","bounce":{"bounceType":"Permanent","bouncedRecipients":'
    f'[{{"emailAddress":"{GONE}","action":"failed","status":"5.1.1","diagnosticCode":"smtp; 550 user unknown"}}]}},'
    '"mail":{"source":"sales@kestrel.test","destination":["'
    f'{GONE}"],"commonHeaders":{{"messageId":"<{OURS}>"}}}}}}\n\n--\nIf you wish to stop, visit the link.\n'
)
