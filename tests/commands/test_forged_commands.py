"""Who may act (docs/architecture.md) against the words about leads and deals: each attack, with each of the words.

All attacks of one kind are sent into one house, word by word: as none of them changes anything, the next finds it as
the first did. That each word would have done something is seen where it is proven.
"""

from __future__ import annotations

import sqlite3
import threading
from collections.abc import Callable
from dataclasses import replace
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest
from sqlalchemy import Engine, func, select

from inboxcrm.base.records import Event
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.commands.carry_out import decide_expired, look_at
from inboxcrm.commands.table import BY_NAME
from inboxcrm.crm.records import Box, Lead
from inboxcrm.rules.book import RuleBook
from tests.build import (
    ANNA,
    AUTH_SERVER,
    BOB,
    HOUSE,
    CountedIds,
    HandClock,
    Mail,
    deliver,
    letters,
    on_both_databases,
)
from tests.commands.besieged import (
    DIRK,
    EVE,
    INFO,
    PEOPLE,
    SAID,
    SECRET,
    House,
    fill,
    on_top,
    proven_by,
    raw,
    the_people,
)
from tests.commands.shop import STARTER, Shop

Filled = tuple[bytes, int, dict[str, str]]  # a database file, the last id given, what the attacks answer


@pytest.fixture(scope="module")
def filled() -> list[Filled]:
    """What the first test has made, for all others on SQLite: it takes most of a second."""
    return []


@pytest.fixture
def house(
    engine: Engine,
    make_office: Callable[[Settings], Office],
    tmp_path: Path,
    clock: HandClock,
    ids: CountedIds,
    filled: list[Filled],
) -> House:
    shop = Shop(make_office(the_people(tmp_path)), clock, RuleBook(STARTER))
    file = engine.url.database if engine.dialect.name == "sqlite" else None
    if file and filled:
        content, ids.last, answers = filled[0]
        engine.dispose()
        Path(file).write_bytes(content)
        return House(shop, answers)
    answers = fill(shop, tmp_path)
    if file:
        connection = sqlite3.connect(file)
        filled.append((connection.serialize(), ids.last, answers))
        connection.close()
    return House(shop, answers)


# The control: each word does something where it is proven, and once.


@pytest.mark.parametrize("words", SAID)
def test_a_proven_word_is_carried_out_once_however_often_its_mail_comes(house: House, words: str) -> None:
    """V1, V5: in her Sent folder, to two accounts, and sent again as it is by somebody else, signature and all."""
    before = house.dump()
    mail = raw(house, house.mail(words, sender=ANNA, to=f"{HOUSE}, {INFO}", proof=None))
    [first] = house.takes(mail.as_bytes(), account=ANNA, folder="Sent")
    [line] = house.shop.receipt_of(first)["lines"]
    assert line["is_done"], line
    after = house.dump()
    assert after != before

    again = on_top(
        mail,
        f"Authentication-Results: {AUTH_SERVER}; dmarc=pass header.from=kestrel.example",
        f"Received: from out.evil.example by {AUTH_SERVER}; Mon, 23 Nov 2026 11:30:00 +0000",
    )
    for copy, account in ((mail.as_bytes(), HOUSE), (again, INFO), (again, HOUSE), (mail.as_bytes(), INFO)):
        house.takes(copy, account=account)

    assert house.dump() == after
    assert (
        len([one for one in letters(house.shop.office, "receipt") if one.dedupe.endswith(f":{first.id}")])
        == 1
    )


# From a user, without proof: kept, refused, and its supposed author is told.


def _stranger(house: House, mail: Mail) -> bytes:
    return raw(house, replace(mail, proof=proven_by("mx.evil.example"))).as_bytes()


def _below(house: House, mail: Mail) -> bytes:
    received = f"Received: from evil.example by {AUTH_SERVER}; Mon, 23 Nov 2026 09:30:00 +0000"
    results = f"Authentication-Results: {proven_by()}"
    return on_top(raw(house, mail), received, results)


def _answer_elsewhere(house: House, mail: Mail) -> bytes:
    forged = raw(house, replace(mail, proof=proven_by(domain="evil.example")))
    forged["Reply-To"] = forged["Sender"] = forged["Return-Path"] = EVE
    return forged.as_bytes()


def _answer_to_herself(house: House, mail: Mail) -> bytes:
    forged = raw(house, replace(mail, proof=f"{AUTH_SERVER}; spf=pass smtp.mailfrom={EVE}"))
    forged["Reply-To"] = ANNA
    return forged.as_bytes()


def _two_authors(house: House, mail: Mail) -> bytes:
    forged = raw(house, replace(mail, proof=proven_by(domain="evil.example")))
    forged.replace_header("From", f"{ANNA}, {EVE}")
    return forged.as_bytes()


UNPROVEN = {
    "no proof at all": lambda house, mail: raw(house, mail).as_bytes(),
    "the word of a stranger's server": _stranger,
    "a line below our server's own": _below,
    "Reply-To, Sender and Return-Path of the forger": _answer_elsewhere,
    "Reply-To of the user": _answer_to_herself,
    "two authors, the second of them proven": _two_authors,
}


@pytest.mark.parametrize("attack", UNPROVEN)
def test_what_is_not_proven_in_time_does_nothing_and_its_supposed_author_is_told(
    house: House, attack: str
) -> None:
    """V10, T8: in a new mail to her registered address, and nowhere else."""
    before, receipts = house.dump(), len(house.told("receipt"))
    forged = house.takes(
        *(UNPROVEN[attack](house, house.mail(words, sender=ANNA, proof=None)) for words in SAID)
    )
    assert {house.shop.command_mail(one).state for one in forged} == {"waiting"}
    house.shop.clock.move(minutes=16)
    assert decide_expired(house.shop.office) == len(SAID)
    house.shop.react()

    assert house.dump() == before
    assert {house.shop.command_mail(one).state for one in forged} == {"refused"}
    assert house.told("unproven") == [[ANNA]] * len(SAID)
    assert len(house.told("receipt")) == receipts


# From somebody outside: never a command, whatever it answers, quotes or pretends.

QUOTED = (
    "That is what she said.\n\nOn Mon, 23 Nov 2026 at 10:00, Maria <maria@kestrel.example> wrote:\n> {words}"
)
PASTED = "See below.\n\nFrom: Maria <maria@kestrel.example>\nSent: Monday\nTo: Bob\nSubject: Hm\n\n{words}"
OUTSIDE: dict[str, tuple[str, dict[str, str]]] = {
    "a forwarded notice that he answers, with its token": ("{words}", {}),
    "a manager's words quoted below his own": (QUOTED, {}),
    "a manager's words pasted below his own": (PASTED, {}),
    "Reply-To, Sender and Resent-From of a user": (
        "{words}",
        {"Reply-To": ANNA, "Sender": ANNA, "Resent-From": ANNA},
    ),
    "the name of a user": ("{words}", {"From": f'"Anna {ANNA}" <{BOB}>'}),
    "a user as the second author": ("{words}", {"From": f"{BOB}, {ANNA}"}),
}


@pytest.mark.parametrize("attack", OUTSIDE)
def test_a_customers_mail_is_never_read_for_commands(house: House, attack: str) -> None:
    """His mail is an answer as any other: what it does, harmless words have done before."""
    text, headers = OUTSIDE[attack]

    def mail_of(words: str, answers: str) -> bytes:
        mail = raw(house, Mail(text.format(words=words), BOB, subject="Hm", answers=answers))
        for name, value in headers.items():
            del mail[name]
            mail[name] = value
        return mail.as_bytes()

    house.takes(*(mail_of("As I said.", answers) for answers in house.answers.values()))
    before, receipts = house.dump(is_filed=True), len(house.told("receipt"))
    came = house.takes(*(mail_of(words, house.answers[what]) for words, what in SAID.items()))

    assert house.dump(is_filed=True) == before
    assert len({one.id for one in came}) == len(SAID)
    assert {house.shop.command_mail(one) for one in came} == {None}
    assert (len(house.told("receipt")), house.told("unproven")) == (receipts, [])


# From a user, proven, but not said to us alone, or not said by her there.


@pytest.mark.parametrize(("to", "cc"), [(HOUSE, BOB), (BOB, HOUSE)])
def test_a_proven_mail_that_an_outsider_reads_is_never_read_for_commands(
    house: House, to: str, cc: str
) -> None:
    plain = Mail("As I said.", ANNA, to=to, cc=cc, subject="Hm")
    house.takes(*(replace(plain, answers=answers) for answers in house.answers.values()))
    before, receipts = house.dump(is_filed=True), len(house.told("receipt"))
    sent = house.takes(*(house.mail(words, sender=ANNA, to=to, cc=cc) for words in SAID))

    assert house.dump(is_filed=True) == before
    assert {house.shop.command_mail(one) for one in sent} == {None}
    lines = [line for one in letters(house.shop.office, "receipt")[receipts:] for line in one.facts["lines"]]
    assert not any(line["is_done"] for line in lines)


def _attached(house: House, words: str, author: str) -> bytes:
    inner = EmailMessage(policy=SMTP)
    inner["From"], inner["To"], inner["Subject"], inner["Message-ID"] = (
        author,
        HOUSE,
        "Hm",
        "<x@inner.example>",
    )
    inner.set_content(words)
    mail = raw(house, house.mail(words, sender=ANNA))
    mail.set_content("See what is attached.")
    mail.add_attachment(inner)
    return mail.as_bytes()


def _says(text: str) -> Callable[[House, str], bytes]:
    return lambda house, words: raw(
        house, replace(house.mail(words, sender=ANNA), text=text.format(words=words))
    ).as_bytes()


FORWARD = "---------- Forwarded message ---------\nFrom: {who}\nDate: Mon\nSubject: Hm\nTo: Anna <anna@kestrel.example>"
NOT_SAID = {
    "in her signature": _says("-- \n{words}"),
    "in what she quotes": _says(
        "Hm.\n\nOn Mon, 23 Nov 2026 at 10:00, Maria <maria@kestrel.example> wrote:\n> {words}"
    ),
    "below her other words": _says("Please do:\n{words}"),
    "in a customer's mail that she forwards": _says(f"{FORWARD.format(who=f'Bob <{BOB}>')}\n\n{{words}}"),
    "in a colleague's mail that she forwards": _says(
        f"{FORWARD.format(who='Maria <maria@kestrel.example>')}\n\n{{words}}"
    ),
    "in a customer's mail that she attaches": lambda house, words: _attached(house, words, BOB),
    "in a colleague's mail that she attaches": lambda house, words: _attached(
        house, words, "maria@kestrel.example"
    ),
}


@pytest.mark.parametrize("where", NOT_SAID)
def test_only_her_own_words_on_top_are_commands(house: House, where: str) -> None:
    """EM-4: other words of hers become a note; a customer's mail that she forwards is filed, and no more."""
    house.takes(NOT_SAID[where](house, "note: they decide in March"))
    before = house.dump(is_filed=True)
    sent = house.takes(*(NOT_SAID[where](house, words) for words in SAID))

    assert house.dump(is_filed=True) | {"note": []} == before | {"note": []}
    for words, mail in zip(SAID, sent, strict=True):
        lines = house.shop.receipt_of(mail)["lines"]
        assert [line["source"] for line in lines] in ([], ["Hm"]), words


# From a user, proven, to us alone: not of the role, or not of the team.


@pytest.mark.parametrize("key", ["fred"])
def test_a_role_says_none_of_the_words_that_are_not_its_own(house: House, key: str) -> None:
    """MG-6."""
    before = house.dump()
    for words in SAID:
        word = BY_NAME[words.split()[0].rstrip(":")]
        if PEOPLE[key] in word.roles:
            continue
        [line] = house.shop.user(key, words, answers=house.answers[SAID[words]], subject="Hm")["lines"]
        assert line["text"] == f"{PEOPLE[key]} may not say {word.name}"
    assert house.dump() == before


@pytest.mark.parametrize("key", ["zoe", "theo", "ben"])
def test_whoever_may_not_see_it_does_nothing_by_answering_what_was_forwarded_to_him(
    house: House, key: str
) -> None:
    """MG-6: and learns nothing; a text of our own that is ready for everybody is no matter of a deal."""
    before = house.dump()
    for words in SAID:
        if " = " in words:
            continue
        facts = house.shop.user(key, words, answers=house.answers[SAID[words]], subject="Hm")
        assert [line["is_done"] for line in facts["lines"]] == [False], (words, facts)
        assert SECRET not in str(facts).replace(words, ""), words
    assert house.dump() == before


@pytest.mark.parametrize(
    "words",
    [
        "merge 2", "merge 1", f"merge {DIRK}", "merge dune.example", "unmerge 1", "unmerge #1", "move Zebra dune",
        "move 2", "handover all anna to zoe: mine",
    ],
)  # fmt: skip
def test_from_his_own_deal_he_reaches_no_other_by_number_name_or_address(house: House, words: str) -> None:
    """MG-6: the line is about his own, and what it names is Anna's."""
    _reaches_nothing(house, "zoe", words)


@pytest.mark.parametrize("words", ["handover all anna to zoe: mine", "merge 2", "unmerge 1"])
def test_the_lead_of_another_team_takes_nothing_of_this_one(house: House, words: str) -> None:
    _reaches_nothing(house, "theo", words)


def _reaches_nothing(house: House, key: str, words: str) -> None:
    house.shop.customer("We need some, too.", sender="guy@gum.example", subject="Mine")
    with house.shop.office.work("test", actor="test") as work:
        [mine] = work.session.scalars(select(Box).where(Box.name == "Mine"))
        mine.owner = key
        [lead] = work.session.scalars(select(Lead).where(Lead.box_id == mine.id))
        lead.owner = key
    notice = next(one.message_id for one in house.shop.notices() if "Mine" in one.subject)
    before = house.dump()

    [line] = house.shop.user(key, words, answers=notice, subject="Hm")["lines"]

    assert house.dump() == before, line
    assert not line["is_done"], line
    assert SECRET not in line["text"].replace(words.partition(" ")[2], "")


# Twice at once.


@on_both_databases
def test_two_undos_at_once_from_two_mails_are_one(house: House) -> None:
    """EM-4: the second is told that it is undone already, by whom and when."""
    office = house.shop.office
    mails = [
        deliver(office, house.mail("undo", sender=ANNA, proof=None), account=ANNA, folder="Sent")
        for _ in range(2)
    ]
    start = threading.Barrier(2)

    def carry_out(message_id: int) -> None:
        start.wait(10)
        with office.work("command", actor="commands") as work:
            look_at(work, message_id)

    threads = [threading.Thread(target=carry_out, args=(mail.id,)) for mail in mails]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)

    [first, second] = sorted(
        (house.shop.receipt_of(mail)["lines"][0] for mail in mails), key=lambda line: not line["is_done"]
    )
    assert (first["is_done"], second["is_done"]) == (True, False)
    assert "was undone already by anna" in second["text"]
    with office.reading() as session:
        assert session.scalar(select(func.count()).where(Event.kind == "change.undone")) == 1
