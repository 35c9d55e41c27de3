"""Commands are carried out once, for who may give them and can prove it; everything else is kept and shown (V10)."""

from __future__ import annotations

from dataclasses import replace

import pytest
from sqlalchemy import func, select

from inboxcrm.base.records import Event
from inboxcrm.commands.carry_out import decide_expired
from inboxcrm.crm.store import box_by_id, open_tasks_of_box
from inboxcrm.ingest.records import Message
from inboxcrm.ingest.store import message_by_id
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from tests.build import ANNA, HOUSE, Mail, deliver, deliver_raw, letters, on_both_databases
from tests.commands.shop import Shop

FORGED = Mail("quote 20 x standard", ANNA, proof=None)


def count(shop: Shop, kind: str) -> int:
    with shop.office.reading() as session:
        return session.scalar(select(func.count()).select_from(Event).where(Event.kind == kind))


# Attacks.


@on_both_databases
def test_a_forged_command_waits_is_refused_and_its_supposed_author_is_told(shop: Shop) -> None:
    """V10: nothing is carried out; the warning is a new mail to the registered address, not to the forger."""
    shop.customer("We need licences.")
    forged = deliver(shop.office, replace(FORGED, answers=shop.notice().message_id))
    shop.react()
    assert shop.command_mail(forged).state == "waiting"
    assert decide_expired(shop.office) == 0

    shop.clock.move(minutes=15)
    assert decide_expired(shop.office) == 1
    assert decide_expired(shop.office) == 0

    assert shop.command_mail(forged).state == "refused"
    assert shop.documents("quote") == []
    assert letters(shop.office, "receipt") == []
    [warning] = letters(shop.office, "unproven")
    assert [r.address for r in warning.recipients] == [ANNA]
    assert (warning.in_reply_to, warning.facts["words"]) == (None, "quote 20 x standard")


@pytest.mark.parametrize(
    "proof",
    [
        "mx.kestrel.example; dmarc=fail header.from=kestrel.example",
        "mx.kestrel.example; spf=pass smtp.mailfrom=anna@kestrel.example",
        "mx.kestrel.example; dkim=pass header.d=evil.example",
        "mx.evil.example; dmarc=pass header.from=kestrel.example",
        "mx.kestrel.example; dmarc=pass header.from=kestrel.example.evil.example",
    ],
)
def test_what_the_server_did_not_prove_is_not_carried_out(shop: Shop, proof: str) -> None:
    """Section 7: SPF alone, another domain's DKIM, another server's word are no evidence."""
    shop.customer("We need licences.")
    forged = deliver(shop.office, replace(FORGED, proof=proof, answers=shop.notice().message_id))
    shop.react()

    assert shop.command_mail(forged).state == "waiting"
    assert shop.documents("quote") == []


def test_a_line_that_the_forger_wrote_himself_below_the_servers_received_is_no_evidence(shop: Shop) -> None:
    shop.customer("We need licences.")
    raw = replace(FORGED, answers=shop.notice().message_id).raw(shop.clock.now(), 9)
    line = b"Authentication-Results: mx.kestrel.example; dmarc=pass header.from=kestrel.example\n"
    received = b"Received: from evil.example by mx.kestrel.example; Mon, 23 Nov 2026 09:30:00 +0000\n"

    forged = deliver_raw(shop.office, received + line + raw)
    shop.react()

    assert shop.command_mail(forged).state == "waiting"


def test_a_token_is_never_enough_for_a_command(shop: Shop) -> None:
    """(c) never: knowing a letter's Message-ID does not make one its addressee."""
    shop.customer("We need licences.")
    stolen = shop.notice().message_id

    outsider = shop.customer("quote 1 x standard", sender="eve@evil.example", answers=stolen)

    assert outsider.kind == "customer"
    assert shop.command_mail(outsider) is None
    assert shop.documents("quote") == []


@pytest.mark.parametrize(("to", "cc"), [(HOUSE, "bob@acme.example"), (f"{HOUSE}, bob@acme.example", "")])
def test_a_mail_with_an_outsider_on_it_is_never_read_for_commands(shop: Shop, to: str, cc: str) -> None:
    """Section 7: whoever wrote it, and however well it is proven."""
    shop.customer("We need licences.")
    mail = Mail("quote 20 x standard", ANNA, to=to, cc=cc, answers=shop.notice().message_id)

    message = deliver(shop.office, mail)
    shop.react()

    assert message.kind == "outbound"
    assert shop.command_mail(message) is None
    assert shop.documents("quote") == []


@pytest.mark.parametrize(("key", "word"), [("fred", "quote 1 x standard"), ("olga", "paid"), ("anna", "paid"),
                                           ("olga", "yes"), ("fred", "delivered")])  # fmt: skip
def test_a_role_says_only_its_own_words(shop: Shop, key: str, word: str) -> None:
    """MG-6."""
    shop.quoted()
    before = len(shop.documents("quote"))

    receipt = shop.user(key, word, answers=shop.notice().message_id)

    [line] = receipt["lines"]
    assert not line["is_done"]
    assert f"may not say {word.split()[0]}" in line["text"]
    assert len(shop.documents("quote")) == before


# Proof that comes, and mails that come twice.


@on_both_databases
def test_a_command_is_carried_out_when_its_copy_is_seen_in_the_authors_sent_folder(shop: Shop) -> None:
    shop.customer("We need licences.")
    raw = replace(FORGED, answers=shop.notice().message_id).raw(shop.clock.now(), 2)
    first = deliver_raw(shop.office, raw)
    shop.react()
    assert shop.documents("quote") == []

    shop.clock.move(minutes=14)
    copy = deliver_raw(shop.office, raw, account=ANNA, folder="Sent")
    receipt = shop.receipt_of(copy)

    assert copy.id == first.id
    assert receipt["lines"][0]["is_done"]
    assert shop.command_mail(first).evidence == "own"
    shop.clock.move(minutes=15)
    assert decide_expired(shop.office) == 0


def test_a_command_in_answer_to_a_customers_mail_is_about_his_deal(shop: Shop) -> None:
    """IN-3: to the house alone, without our notice; below it her own words are a note on the deal."""
    asked = shop.customer("We need licences.", message_id="1@acme.example")
    receipt = shop.anna("quote 20 x standard\n\nHe is in a hurry.", answers="1@acme.example")

    assert receipt["lines"][0]["is_done"]
    assert "kept as a note" in str(receipt["note"])
    assert [quote.box_id for quote in shop.documents("quote")] == [asked.box_id]


def test_a_command_that_names_mails_of_two_deals_is_about_none(shop: Shop) -> None:
    shop.customer("We need licences.", message_id="1@acme.example")
    shop.customer("We too.", sender="dirk@dune.example", message_id="1@dune.example")
    receipt = shop.anna("quote 20 x standard", answers="1@acme.example> <1@dune.example")

    assert "I do not know which deal you mean" in receipt["lines"][0]["text"]
    assert shop.documents("quote") == []


def test_names_in_a_mail_that_nothing_proves_file_it_nowhere(shop: Shop) -> None:
    """V10, T4: whoever writes in her name finds out nothing, and gets no mail onto a deal."""
    shop.customer("We need licences.", message_id="1@acme.example")
    forged = deliver(shop.office, Mail("quote 20 x standard", ANNA, answers="1@acme.example", proof=None))
    shop.clock.move(minutes=20)
    decide_expired(shop.office)
    shop.react()

    with shop.office.reading() as session:
        assert message_by_id(session, forged.id).box_id is None
    assert shop.documents("quote") == []


def test_another_mail_with_the_same_message_id_proves_nothing(shop: Shop) -> None:
    """Evidence (a) asks for the same identity, not only the same Message-ID."""
    shop.customer("We need licences.")
    forged = replace(FORGED, message_id="same@kestrel.example", answers=shop.notice().message_id)
    first = deliver(shop.office, forged)
    harmless = replace(forged, text="Shall we have lunch?")

    deliver(shop.office, harmless, account=ANNA, folder="Sent")
    shop.react()

    assert shop.command_mail(first).state == "waiting"
    assert shop.documents("quote") == []


@on_both_databases
def test_the_same_mail_twice_changes_nothing_more(shop: Shop) -> None:
    """V1, V5: in the Sent folder, in INBOX, and after the mailbox was restored."""
    shop.customer("We need licences.")
    raw = Mail("quote 20 x standard", ANNA, answers=shop.notice().message_id).raw(shop.clock.now(), 2)
    for account, folder in ((HOUSE, "INBOX"), (ANNA, "Sent"), (HOUSE, "INBOX")):
        deliver_raw(shop.office, raw, account=account, folder=folder)
        shop.react()

    assert len(shop.documents("quote")) == 1
    assert len(letters(shop.office, "receipt")) == 1
    assert len(letters(shop.office, "quote")) == 1


def test_the_same_command_in_two_mails_is_two_commands(shop: Shop) -> None:
    shop.customer("We need licences.")
    for _ in range(2):
        shop.anna("quote 20 x standard", answers=shop.notice(0).message_id)

    assert [(q.revision, q.state) for q in shop.documents("quote")] == [(1, "replaced"), (2, "issued")]


# Lines, notes, receipts.


def test_only_what_stands_above_the_first_other_line_is_carried_out(shop: Shop) -> None:
    message = shop.customer("We need licences.")
    receipt = shop.anna("done\nBob wants a call.\nquote 20 x standard", answers=shop.notice().message_id)

    assert [line["source"] for line in receipt["lines"]] == ["done"]
    assert shop.documents("quote") == []
    with shop.office.reading() as session:
        note = session.scalar(select(Event).where(Event.kind == "note.added"))
        assert (note.box_id, note.actor) == (message.box_id, "user:anna")
        assert note.payload["text"] == "Bob wants a call.\nquote 20 x standard"
    assert "kept as a note" in receipt["note"]


def test_free_text_to_a_notice_reaches_no_customer(shop: Shop) -> None:
    shop.customer("We need licences.")

    receipt = shop.anna("Tell him we are too expensive for him.", answers=shop.notice().message_id)

    assert receipt["lines"] == []
    assert receipt["note"].startswith("Your words are kept as a note on the deal; nobody outside sees them.")
    assert "I found no command" in receipt["note"]
    outside = [
        letter for kind in ("quote", "invoice", "notice", "receipt") for letter in letters(shop.office, kind)
    ]
    assert not any(letter.is_outside for letter in outside)


def test_a_misspelt_word_is_answered_with_the_nearest(shop: Shop) -> None:
    """EM-4."""
    shop.customer("We need licences.")

    receipt = shop.anna("qoute 20 x standard", answers=shop.notice().message_id)

    assert "Did you mean: quote 20 x standard" in receipt["note"]
    assert shop.documents("quote") == []


def test_a_command_below_a_greeting_is_not_carried_out_and_the_receipt_says_where_it_belongs(
    shop: Shop,
) -> None:
    shop.customer("We need licences.")
    deliver(shop.office, Mail("Hi,\nquote 20 x standard\nthanks", ANNA, answers=shop.notice().message_id))
    shop.react()

    assert shop.documents("quote") == []
    [receipt] = letters(shop.office, "receipt")
    assert receipt.facts["note"].endswith("put this on its first line: quote 20 x standard")


def test_a_misspelt_word_below_a_good_one_is_not_passed_over(shop: Shop) -> None:
    shop.customer("We need licences.")
    deliver(shop.office, Mail("done\nsnoze fri", ANNA, answers=shop.notice().message_id))
    shop.react()

    [receipt] = letters(shop.office, "receipt")
    assert [line["is_done"] for line in receipt.facts["lines"]] == [True]
    assert receipt.facts["note"].endswith("The next line was not carried out. Did you mean: snooze 3 days")


@pytest.mark.parametrize(
    ("words", "shown"),
    [
        ("quote twenty standards", "I did not understand 'twenty standards'"),
        ("quote 20 x standard, some training", "I understood 20 x standard, but not 'some training'"),
        ("quote 0 x standard", "I did not understand '0 x standard'"),
        (
            "quote 20 x platinum",
            "there is no product 'platinum'; the price list has: standard, training, box",
        ),
        ("quote", "I did not understand ''"),
    ],
)
def test_a_quote_that_cannot_be_read_makes_nothing_and_says_what_would_be_right(shop, words, shown) -> None:
    """S: neither quote nor opportunity nor number; the lead stays a lead."""
    message = shop.customer("We need licences.")

    [line] = shop.anna(words, answers=shop.notice().message_id)["lines"]

    assert not line["is_done"]
    assert shown in line["text"]
    assert "platinum" in words or "write such as: quote 20 x standard. No quote was made." in line["text"]
    assert shop.documents("quote") == []
    assert count(shop, "opportunity.created") == 0
    assert [kind for kind, _ in shop.tasks(message.box_id)] == ["first contact"]


def test_each_line_is_whole_or_not_at_all_and_the_others_go_on(shop: Shop) -> None:
    message = shop.customer("We need licences.")

    receipt = shop.anna(
        "snooze 3 days\nsnooze yesterday\nquote 20 x standard, 1 x training\npaid\ndone",
        answers=shop.notice().message_id,
    )

    assert [line["is_done"] for line in receipt["lines"]] == [True, False, True, False, True]
    [quote] = shop.documents("quote")
    assert quote.net_minor == 20 * 4_900 + 95_000
    assert shop.tasks(message.box_id) == [("next action", "Hold the discovery call")]


def test_a_refused_line_leaves_nothing_of_itself(shop: Shop) -> None:
    """A lead would be converted before the quote is refused; the savepoint takes that back."""
    message = shop.customer("We need licences.")
    receipt = shop.user("maria", "quote 20 x standard", answers=shop.notice().message_id)

    assert "your mailbox maria@kestrel.example is not watched" in receipt["lines"][0]["text"]
    assert count(shop, "opportunity.created") == 0
    assert [kind for kind, _ in shop.tasks(message.box_id)] == ["first contact"]


def test_a_command_about_no_deal_is_answered_so(shop: Shop) -> None:
    [line] = shop.anna("quote 20 x standard")["lines"]

    assert "I do not know which deal you mean" in line["text"]


@pytest.mark.parametrize("words", ["yes but wait for the PO", "no problem I call him", "stop by tomorrow"])
def test_words_behind_a_word_that_stands_alone_are_not_passed_over(shop: Shop, words: str) -> None:
    shop.quoted()

    [line] = shop.anna(words, answers=shop.notice().message_id)["lines"]

    assert not line["is_done"]
    assert "stands alone on its line" in line["text"]


def test_a_receipt_goes_to_its_sender_alone_in_the_thread(shop: Shop) -> None:
    shop.customer("We need licences.")
    shop.anna("help", answers=shop.notice().message_id)

    [receipt] = letters(shop.office, "receipt")
    assert [r.address for r in receipt.recipients] == [ANNA]
    assert receipt.in_reply_to
    assert shop.notice().message_id in receipt.references
    told = "\n".join(receipt.facts["lines"][0]["more"])
    assert "quote 20 x standard" in told
    assert "paid" not in told  # that is finance's word


def a_digest(shop: Shop, box_id: int) -> str:
    """A mail to Maria about many boxes, so about none; give its Message-ID."""
    with shop.office.work("test", actor="test") as work:
        box = box_by_id(work.session, box_id)
        plan = Plan(
            kind="digest",
            dedupe="digest:test",
            account=HOUSE,
            to=[Address("Maria", "maria@kestrel.example")],
            user="maria",
            subject="2 things to do",
            facts={},
            task_ids=[task.id for task in open_tasks_of_box(work.session, box.id)] * 2,
        )
        return write_letter(work, plan).message_id


def test_a_word_without_its_number_in_answer_to_a_digest_shows_where_the_number_belongs(shop: Shop) -> None:
    digest = a_digest(shop, shop.customer("We need licences.").box_id)

    [line] = shop.user("maria", "snooze 3 days", answers=digest)["lines"]

    assert not line["is_done"]
    assert line["text"].endswith("Put its number in front, such as: 1 snooze 3 days")


def test_a_strangers_answer_to_a_digest_gets_none_of_what_we_answered_to_it(shop: Shop) -> None:
    """His lead is his own: what Maria answered before stays out of it, and `done` later means no task of it."""
    digest = a_digest(shop, shop.customer("We need licences.").box_id)
    shop.user("maria", "1 snooze 3 days", answers=digest)

    stranger = shop.customer("1 done", sender="eve@other.example", answers=digest)
    [line] = shop.user("maria", "done", answers=digest)["lines"]

    assert not line["is_done"]
    assert [kind for kind, _ in shop.tasks(stranger.box_id)] == ["first contact"]
    with shop.office.reading() as session:
        hers = select(Message.box_id).where(Message.sender == "maria@kestrel.example")
        assert set(session.scalars(hers)) == {None}
