"""`ledger`, `show`, `why`, `outbox`, `live`, `hold`, `migrate` and usage: what they say and how they end."""

from __future__ import annotations

import base64
import json
import subprocess
import sys
import time

import pytest

from inboxcrm.base.work import Office
from inboxcrm.cli.commands import COMMANDS
from inboxcrm.outbox.delivery import send_due_letters
from inboxcrm.rules.book import RuleBook
from inboxcrm.workers.reactions import react_to_events
from tests.cli.shop import Shop
from tests.ingest.building import ANNA, NOON, SALES, ask, open_box, raw_mail, write
from tests.outbox.letters import got, put, state

CARLA = "Carla Smit <carla@brouwer.test>"


@pytest.fixture
def opened(shop: Shop) -> Shop:
    """A system with one customer's mail."""
    shop.open()
    open_box(shop.office()).take(raw_mail(CARLA, SALES, "Licences for 20", "How much?", mid="<1@b>"))
    return shop


def take_second(office: Office, raw: bytes) -> None:
    """Take the second mail of INBOX in."""
    box = open_box(office)
    box.uid = 1
    box.take(raw)


def test_the_ledger_ends_with_1_on_a_difference(opened: Shop) -> None:
    """IN-1, V2: here one mail is located that the server does not hold."""
    told = opened.say("ledger", "--json")

    assert told.code == 1
    assert [(row["folder"], row["server"], row["locations"], row["difference"]) for row in told.json] == [
        ("INBOX", 0, 1, -1)
    ]
    assert "INBOX" in opened.say("ledger").out
    write(opened.office().engine, "update location set is_gone = true")
    assert opened.say("ledger").code == 0


def test_show_finds_a_box_by_number_and_by_words(opened: Shop) -> None:
    by_words = opened.say("show", "licences")

    assert by_words.code == 0
    assert "Licences for 20 (box 1, lead)" in by_words.out
    assert opened.say("show", "1").out == by_words.out
    assert opened.say("show", "1", "--json").json["name"] == "Licences for 20"


def test_show_asks_which_one_and_knows_nothing_of_others(opened: Shop) -> None:
    write(
        opened.office().engine,
        "insert into box (kind, name, is_open, is_asleep, opened_at, last_activity_at)"
        " values ('lead', 'Licences for 5', true, false, 1, 1)",
    )
    ambiguous, unknown = opened.say("show", "licences"), opened.say("show", "bicycles")

    assert (ambiguous.code, unknown.code) == (2, 2)
    assert "which one: 1 Licences for 20; 2 Licences for 5" in ambiguous.err
    assert "no box is called 'bicycles'" in unknown.err


@pytest.mark.parametrize("words", ["999", "99999999999999999999999", "²", "%", "_", "-1", "<none@x>", "\x00"])
@pytest.mark.parametrize("command", ["show", "why"])
def test_odd_words_are_answered_in_one_line(opened: Shop, command: str, words: str) -> None:
    told = opened.say_plainly(command, "--config", str(opened.config), "--", words)

    assert told.code == 2
    assert len(told.err.strip().splitlines()) == 1


def test_why_says_how_a_mail_was_filed(opened: Shop) -> None:
    """V4: by number or Message-ID."""
    told = opened.say("why", "1")

    assert told.code == 0
    assert "the first mail of a stranger: a new lead" in told.out
    assert opened.say("why", "<1@b>").out == opened.say("why", "1@b").out == told.out
    facts = opened.say("why", "1", "--json").json
    assert (facts["kind"], facts["box"], facts["confidence"]) == ("customer", "Licences for 20", "sure")
    place = {
        "account": "sales@kestrel.test",
        "folder": "INBOX",
        "uid": 1,
        "is_gone": False,
        "proves": [],
    }
    assert facts["places"] == [place]


def open_with_an_answer_and_a_reply(opened: Shop) -> None:
    """Anna answers the customer, who writes again: with proof, a file, and another deal that it might belong to."""
    office = opened.office()
    rules = RuleBook(office.settings.rules.folder).open()
    react_to_events(office, rules)
    index = {"Thread-Index": base64.b64encode(bytes(range(22))).decode()}
    proven = {
        "Authentication-Results": "mx.test; dmarc=pass header.from=brouwer.test",
        "Received": "from brouwer.test by mx.test; Mon, 2 Mar 2026 12:00:00 +0000",
    }
    answer = raw_mail(ANNA, CARLA, "Re: Licences for 20", "980.", mid="<2@k>", refs="<1@b>", headers=index)
    open_box(office, 1, "Sent").take(answer)
    words = "Can we get a quote for 30 users?\n\nOn Monday Anna wrote:\n> 980.\n"
    reply = raw_mail(
        *(CARLA, SALES, "Re: Licences for 20", words),
        mid="<3@b>",
        refs="<1@b> <2@k>",
        headers=proven | index,
        files=(("needs.pdf", b"%PDF"),),
    )
    take_second(office, reply)
    react_to_events(office, rules)
    others = '[{"box": 1, "name": "Bicycles", "why": "its name shares licences"}]'
    write(office.engine, "update message set match_others = :others where id = 3", others=others)
    write(office.engine, "update location set is_gone = true where message_id = 3")
    write(
        office.engine,
        "insert into filing (sender, box_id, is_wanted, made_by, made_at)"
        " values ('@brouwer.test', 1, false, 'ben', :at)",
        at=int(NOON.timestamp() * 1_000_000),
    )


def test_why_tells_the_whole_decision(opened: Shop) -> None:
    """V4: what it is, who proved it, with which mails it stands, where else it could be, what came of it."""
    open_with_an_answer_and_a_reply(opened)

    told = opened.say("why", "3").out
    flat = " ".join(told.split())
    assert max(len(line) for line in told.splitlines()) <= 100
    for words in (
        "kind customer: a person outside wrote",
        "proof aligned: the receiving server vouches",
        "thread 1, 3 mails",
        "joined by its References 1@b, shared with message 1, 2",
        "joined by its In-Reply-To 2@k, shared with message 2",
        "joined by its Thread-Index 000102030405060708090a0b0c0d0e0f101112131415, shared with message 2",
        "box Licences for 20 (box 1)",
        "filed its references put it into thread 1 of that box (sure)",
        "or else Bicycles (box 1): its name shares licences",
        "remembered of @brouwer.test: his mail belongs to Licences for 20; said by ben, 2026-03-02 12:00",
        "intents quote request, sure (90%): “Can we get a quote for 30 users?”",
        "attached needs.pdf (application/pdf, 4 bytes)",
        "seen sales@kestrel.test, INBOX, UID 2, gone from there; proves aligned: its server says DMARC pass",
        "rule.fired, message 3: did told anna, rule customer-mail",
    ):
        assert words in flat
    facts = opened.say("why", "3", "--json").json
    assert facts["characters"]["new"] + facts["characters"]["quote"] >= len(
        "Can we get a quote for 30 users?980."
    )

    first = " ".join(opened.say("why", "1").out.split())
    assert "joined by its Message-ID 1@b, named by message 2, 3" in first
    assert "lead.created, lead 1" in first
    assert "task.created" in first
    sent = " ".join(opened.say("why", "2").out.split())
    assert "anna@kestrel.test, Sent, UID 1; proves own: it lies in its author's own Sent folder" in sent


def test_why_names_mails_that_claim_the_same_id(opened: Shop) -> None:
    """I9: two mails with one Message-ID are two, and each says so."""
    take_second(opened.office(), raw_mail(CARLA, SALES, "Other", "Other words", mid="<1@b>"))

    first, second = (" ".join(opened.say("why", number).out.split()) for number in ("1", "2"))
    assert "reused id: message 2 is another mail and also claims its Message-ID; both were processed" in first
    assert "reused id: message 1 is another mail and came first with its Message-ID" in second
    assert "message.id_reused [pending], message 2: other 1" in second


def test_why_names_the_copies_of_a_mail(opened: Shop) -> None:
    """I10: a copy that was altered on its way says whose it is, and the first where else it came."""
    take_second(opened.office(), raw_mail(CARLA, SALES, "[all] Licences for 20", "How much?", mid="<1@b>"))

    first, second = (" ".join(opened.say("why", number).out.split()) for number in ("1", "2"))
    assert "variant: message 2 has its id, sender, date and words" in first
    assert (
        "seen sales@kestrel.test, INBOX, UID 1 sales@kestrel.test, INBOX, UID 2; altered, message 2" in first
    )
    assert "kind copy: a copy of message 1, altered on its way" in second
    assert "variant: message 1 has its id" in second


def test_live_and_hold_and_what_the_outbox_shows(opened: Shop) -> None:
    office = opened.office()
    put(office, "carla@brouwer.test")
    held = opened.say("outbox", "list")
    assert held.code == 0
    assert "waiting (held until `inboxcrm live`)  notice to carla@brouwer.test: Your quote" in held.out
    assert send_due_letters(office) == 0

    assert opened.say("live").code == 0
    assert opened.say("outbox", "list", "--json").json[0]["is_held"] is False
    assert opened.say("hold").code == 0
    assert send_due_letters(office) == 0
    assert opened.say("live", "SALES@kestrel.test").code == 0
    assert send_due_letters(office) == 1
    assert [address for address, _ in got(opened.smtp)] == ["carla@brouwer.test"]

    unknown = opened.say("live", "nobody@kestrel.test")
    assert unknown.code == 2
    assert "sales@kestrel.test" in unknown.err


def test_an_uncertain_letter_is_a_persons_to_resolve(opened: Shop) -> None:
    """S1: never sent again by itself; `sent` and `again` say what became of it."""
    office = opened.office()
    opened.say("live")
    opened.smtp.set_faults([{"at": "data", "do": "close-after-store", "times": 2}])
    put(office, "one@brouwer.test", dedupe="1")
    put(office, "two@brouwer.test", dedupe="2")
    send_due_letters(office)
    listed = opened.say("outbox", "list")
    assert listed.code == 1
    assert listed.out.count("uncertain") == 2
    assert send_due_letters(office) == 0

    assert opened.say("outbox", "resolve", "1", "sent").code == 0
    assert opened.say("outbox", "resolve", "2", "again").code == 0
    assert send_due_letters(office) == 1
    assert [state(office.engine, n) for n in (1, 2)] == ["sent", "sent"]
    again = opened.say("outbox", "resolve", "1", "again")
    assert again.code == 2
    assert "letter 1 is sent, not uncertain" in again.err
    missing = opened.say("outbox", "resolve", "77", "sent")
    assert missing.code == 2
    assert "77" in missing.err


def test_migrate_may_be_said_twice_and_an_empty_database_says_so(opened: Shop) -> None:
    assert opened.say("migrate").code == 0
    assert opened.say("migrate").code == 0
    assert ask(opened.office().engine, "select count(*) from message") == [(1,)]

    opened.office().engine.dispose()
    for file in (opened.folder / "data").glob("inboxcrm.db*"):
        file.unlink()
    for words in (["ledger"], ["show", "1"], ["why", "1"], ["outbox", "list"], ["live"], ["hold"], ["poll"]):
        told = opened.say(*words)
        assert told.code == 2
        assert "run: inboxcrm migrate" in told.err
    assert "run: inboxcrm migrate" in opened.say("doctor").out
    assert opened.say("migrate").code == 0
    assert opened.say("show", "1").code == 2


@pytest.mark.parametrize("command", ["work", "tick"])
def test_a_single_process_without_a_redis_is_wrong_usage(opened: Shop, command: str) -> None:
    told = opened.say(command)

    assert told.code == 2
    assert "no Redis is configured" in told.err


@pytest.mark.parametrize(
    "words",
    [
        ["nonsense"],
        ["show"],
        ["why"],
        ["outbox", "resolve", "one", "sent"],
        ["outbox", "resolve", "1", "maybe"],
        ["outbox", "nonsense"],
        ["ledger", "--colour"],
        ["live", "a", "b"],
    ],
    ids=" ".join,
)
def test_wrong_usage_is_2_and_says_how(shop: Shop, words: list[str]) -> None:
    told = shop.say_plainly(*words)

    assert told.code == 2
    assert "Usage: inboxcrm" in told.err
    assert told.out == ""


@pytest.mark.parametrize("words", [*([name] for name in COMMANDS), ["outbox", "list"]], ids=" ".join)
def test_every_command_explains_itself(shop: Shop, words: list[str]) -> None:
    told = shop.say_plainly(*words, "--help")

    assert told.code == 0
    assert told.out.startswith(f"Usage: inboxcrm {' '.join(words)}")
    assert len(told.out.splitlines()) > 4


def test_help_is_there_at_once() -> None:
    """As a user starts it: no database, PDF or mail library is read for it."""
    code = (
        "import sys, inboxcrm.cli.start as s; s.start_program(['--help'], s.Start());"
        "print(sorted({m.partition('.')[0] for m in sys.modules} & {'typst', 'rq', 'redis', 'imapclient', 'holidays'}))"
    )
    start = time.monotonic()
    done = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=20
    )

    assert "Usage: inboxcrm" in done.stdout
    assert json.loads(done.stdout.splitlines()[-1].replace("'", '"')) == []
    assert time.monotonic() - start < 10
