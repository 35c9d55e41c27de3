"""The story of the demo, act by act: from a stranger's first mail to a paid and delivered order."""

from __future__ import annotations

import json
import signal
import threading
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from email.message import EmailMessage
from pathlib import Path

from inboxcrm.demo.answers import HOME
from inboxcrm.demo.people import Person, attachments_of, bounce_for
from inboxcrm.demo.stage import Stage, set_stage
from inboxcrm.demo.summary import summarize
from inboxcrm.demo.telling import Teller

SALES = f"sales@{HOME}"
QUIET_TASK = "Ask what they think of the quote"


@dataclass(frozen=True, slots=True)
class Cast:
    """Who plays."""

    anna: Person
    maria: Person
    fred: Person
    bob: Person
    carla: Person
    mallory: Person


def play(folder: Path, echo: Callable[[str], object], *, stay: bool) -> int:
    """Play the whole story; with `stay` keep everything up until Ctrl-C. Gives the exit code; raises StoryStuck."""
    with set_stage(folder) as stage:
        teller = Teller(stage, echo)
        _play_acts(stage, teller)
        summary = summarize(stage)
        (stage.folder / "summary.json").write_text(json.dumps(summary, indent=2) + "\n", encoding="utf-8")
        teller.close(summary)
        if stay:
            _stay_until_told(stage, teller)
    return 0 if summary["ledger_difference"] == 0 else 1


def _play_acts(stage: Stage, teller: Teller) -> None:
    cast = Cast(
        anna=stage.person("Anna Visser", f"anna@{HOME}"),
        maria=stage.person("Maria Jansen", f"maria@{HOME}"),
        fred=stage.person("Fred Bakker", f"fred@{HOME}"),
        bob=stage.person("Bob Brouwer", "bob@brouwer.example"),
        carla=stage.person("Carla Dune", "carla@dune.example"),
        mallory=stage.person("Bob Brouwer", "bob@brouwer.example"),
    )
    for act in (
        first_mail,
        answer,
        noise,
        quote,
        forgery,
        acceptance,
        invoice,
        delivered_and_paid,
        quiet_deal,
    ):
        act(stage, teller, cast)
        stage.settle()
        teller.catch_up()


def first_mail(stage: Stage, teller: Teller, cast: Cast) -> None:
    """An unknown customer writes."""
    teller.act("1. An unknown customer writes to sales@")
    text = (
        "Hello,\n\nwe are 20 people and look for a licence of your Standard plan for a year.\n"
        "What would it cost?\n\nBob Brouwer\nBrouwer Bouw B.V."
    )
    mail = cast.bob.write(SALES, "Licences for Brouwer Bouw", text)
    teller.person(cast.bob, f"writes to {SALES}: {mail['Subject']!r}")
    _mail_about(stage, cast.anna, "New lead: Bob Brouwer", teller)


def answer(stage: Stage, teller: Teller, cast: Cast) -> None:
    """The rep answers from her own mail client."""
    teller.act("2. The rep answers from her own mailbox")
    mail = next(m for m in cast.anna.inbox() if "New lead" in str(m["Subject"]))
    asked = next(m for m in stage.person("Sales", SALES).inbox() if "bob@" in str(m["From"]))
    cast.anna.write(
        "Bob Brouwer <bob@brouwer.example>",
        "Re: Licences for Brouwer Bouw",
        "Dear Bob,\n\nthank you, gladly. I will send you a quote today.\n\nAnna",
        answers=asked,
    )
    teller.person(cast.anna, f"read the notice {mail['Subject']!r} and answers Bob from her own client")
    stage.wait_for_row("the lead to be In Process", "select 1 from lead where state = 'In Process'")


def noise(stage: Stage, teller: Teller, cast: Cast) -> None:
    """Automatic mail of three kinds comes in between and makes nothing."""
    teller.act("3. An out-of-office, a newsletter and a bounce come in")
    office = cast.bob.compose(
        SALES, "Automatic reply: Licences", "I am out of office until Monday. We accept parcels."
    )
    office["Auto-Submitted"] = "auto-replied"
    cast.bob.submit(office, login=cast.bob.address)
    letters = stage.person("Daily Deals", "deals@news.example")
    newsletter = letters.compose(SALES, "We accept your order of the day!", "Ten deals that you will love.")
    newsletter["List-Unsubscribe"], newsletter["Precedence"] = "<https://news.example/out>", "bulk"
    letters.submit(newsletter, login=letters.address)
    letters.submit(bounce_for(SALES, stage.clock.now()), login=None)
    for told in ("Bob's out-of-office", "a newsletter", "a mail server's bounce"):
        teller.line("post", f"{told} arrives")
    stage.wait_for_row(
        "three automatic mails",
        "select 1 where (select count(*) from event where kind = 'message.noise') >= 3",
    )


def quote(stage: Stage, teller: Teller, cast: Cast) -> None:
    """One line in reply to the notice makes the quote and the draft; the rep sends it."""
    teller.act("4. She answers the notice with one line: quote 20 x standard")
    notice = _mail_about(stage, cast.anna, "New lead: Bob Brouwer", teller)
    cast.anna.answer(notice, "quote 20 x standard")
    teller.person(cast.anna, "answers the notice: quote 20 x standard")
    draft = stage.wait_for("the draft", lambda: next(iter(cast.anna.drafts()), None))
    teller.person(cast.anna, f"finds a draft with {', '.join(attachments_of(draft))} and sends it")
    cast.anna.send_draft(draft)
    stage.wait_for_row(
        "the quote to be sent", "select 1 from document where kind = 'quote' and state = 'sent'"
    )


def forgery(stage: Stage, teller: Teller, cast: Cast) -> None:
    """Somebody writes in the customer's name; nothing proves it, so nothing happens."""
    teller.act("5. A forged acceptance arrives")
    forged = cast.mallory.compose(SALES, "Re: Licences for Brouwer Bouw", "We accept. PO 6666.")
    cast.mallory.submit(forged, login=None)
    teller.line("Mallory", "writes 'We accept. PO 6666.' in Bob's name, without Bob's login")
    _mail_about(stage, cast.anna, "nothing was done", teller)


def acceptance(stage: Stage, teller: Teller, cast: Cast) -> None:
    """The customer accepts in plain words, and says so twice."""
    teller.act("6. The customer accepts in plain words")
    sent = _mail_about(stage, cast.bob, "Licences for Brouwer Bouw", teller, sender="anna@")
    words = (
        "Dear Anna,\n\nwe accept. Our PO number is 4711.\n"
        "Invoice address: Brouwer Bouw B.V., Damrak 1, 1012 LG Amsterdam, Netherlands\n\nBob"
    )
    cast.bob.answer(sent, words)
    teller.person(cast.bob, "answers: we accept, our PO number is 4711")
    _mail_about(stage, cast.anna, "is accepted", teller)
    stage.settle()
    cast.bob.answer(sent, "Yes, accepted!")
    teller.person(cast.bob, "writes again: Yes, accepted!")
    stage.wait_for_row(
        "the second yes",
        "select 1 where (select count(*) from message where new_words like 'Yes, accepted%') = 1",
    )
    stage.settle()


def invoice(stage: Stage, teller: Teller, cast: Cast) -> None:
    """When the cooling time is over the invoice goes out."""
    teller.act("7. A quarter of an hour later the invoice goes out")
    stage.move_clock(timedelta(minutes=16))
    found = stage.wait_for("the invoice", lambda: _with_attachment(cast.bob, "I-"))
    teller.person(cast.bob, f"gets {', '.join(attachments_of(found))} from {found['From']}")
    _mail_about(stage, cast.fred, "goes out", teller)


def delivered_and_paid(stage: Stage, teller: Teller, cast: Cast) -> None:
    """The order closes at the second of the two words, not at the first."""
    teller.act("8. Delivered, and paid")
    cast.anna.answer(_mail_about(stage, cast.anna, "is accepted", teller), "delivered")
    teller.person(cast.anna, "answers: delivered")
    stage.wait_for_row(
        "the delivery", "select 1 from document where kind = 'order' and delivered_at is not null"
    )
    [(state,)] = stage.ask("select state from document where kind = 'order'")
    teller.line("inboxcrm", f"the order is {state}: it is not paid yet")
    cast.fred.answer(_mail_about(stage, cast.fred, "goes out", teller), "paid")
    teller.person(cast.fred, "answers: paid")
    stage.wait_for_row(
        "the order to close", "select 1 from document where kind = 'order' and state = 'closed'"
    )


def quiet_deal(stage: Stage, teller: Teller, cast: Cast) -> None:
    """A second deal goes quiet; a rule reminds, and the manager acts on the digest by mail."""
    teller.act("9. A second deal goes quiet for a week")
    cast.carla.write(SALES, "Price for five users", "Hi, what do five licences cost?\n\nCarla, Dune")
    teller.person(cast.carla, f"writes to {SALES}: 'Price for five users'")
    cast.anna.answer(_mail_about(stage, cast.anna, "New lead: Carla Dune", teller), "quote 5 x standard")
    teller.person(cast.anna, "answers the notice: quote 5 x standard")
    draft = stage.wait_for("the second draft", lambda: next(iter(cast.anna.drafts()), None))
    cast.anna.send_draft(draft)
    teller.person(cast.anna, "sends the draft; Carla does not answer")
    stage.wait_for_row(
        "the quote to be sent", "select 1 from document where kind = 'quote' and state = 'sent'"
    )
    stage.settle()
    teller.catch_up()
    teller.act("10. Eight days later: the reminder, the manager's digest, and her answer")
    stage.move_clock(timedelta(days=8))
    _mail_about(stage, cast.anna, "Quiet for a week", teller)
    digest = _mail_about(stage, cast.maria, "to do", teller)
    words = f"{_number_of(digest, QUIET_TASK)} snooze 3 days"
    cast.maria.answer(digest, words)
    teller.person(cast.maria, f"answers the digest: {words}")
    receipt = _mail_about(stage, cast.maria, "Re:", teller)
    teller.line("inboxcrm", f"receipt to Maria: {_first_done(receipt)}")


def _mail_about(
    stage: Stage, reader: Person, words: str, teller: Teller, *, sender: str = ""
) -> EmailMessage:
    """Wait for the newest mail with these words in its subject."""

    def look() -> EmailMessage | None:
        found = [m for m in reader.inbox() if words in str(m["Subject"]) and sender in str(m["From"])]
        return found[-1] if found else None

    mail = stage.wait_for(f"a mail to {reader.name} about {words!r}", look)
    teller.gets(reader, mail)
    return mail


def _with_attachment(reader: Person, prefix: str) -> EmailMessage | None:
    return next((m for m in reader.inbox() if any(n.startswith(prefix) for n in attachments_of(m))), None)


def _first_done(receipt: EmailMessage) -> str:
    body = receipt.get_body(("plain",))
    lines = str(body.get_content()).splitlines() if body else []
    return next((line for line in lines if line.startswith(("Done", "Not done"))), "")


def _number_of(digest: EmailMessage, words: str) -> int:
    """Read off the number of the digest's line with these words."""
    body = digest.get_body(("plain",))
    lines = str(body.get_content()).splitlines() if body else []
    return next(int(line.split(".")[0]) for line in lines if words in line)


def _stay_until_told(stage: Stage, teller: Teller) -> None:
    stop = threading.Event()
    signal.signal(signal.SIGINT, lambda _number, _frame: stop.set())
    signal.signal(signal.SIGTERM, lambda _number, _frame: stop.set())
    teller.say(
        f"\nEverything stays up until Ctrl-C: IMAP {stage.server.host}:{stage.server.imap_port}, "
        f"SMTP {stage.server.host}:{stage.server.smtp_port}, any user of {HOME}, password {stage.server.password!r}."
    )
    while not stop.wait(0.5):
        teller.catch_up()
