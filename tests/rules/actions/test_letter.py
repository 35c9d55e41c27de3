"""Rules write to customers: in their words, each once, and never to whom or because of what they should not."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from sqlalchemy import select

from inboxcrm.base.settings import Settings
from inboxcrm.base.store import set_switch
from inboxcrm.base.work import Office, Work
from inboxcrm.outbox.delivery import claim_letter
from inboxcrm.outbox.mime import letter_bytes
from inboxcrm.outbox.records import Letter, Suppression
from inboxcrm.outbox.store import due_letter_ids
from inboxcrm.rules.book import RuleBook
from tests.build import ANNA, BOB, HOUSE, START, Mail, a_lead, an_opportunity, deliver, letters, react
from tests.rules.actions.firing_one import faults_of, fire_one, write_one

LEAD = ("lead.created", "lead")
THANKS = '{ action = "letter", letter = "thanks" }'


def a_letter(folder: Path, body: str, subject: str = "Your request", language: str = "en") -> None:
    """Texts of the letter `thanks` in a language, beside the rules."""
    place = folder / "letters" / "thanks" / language
    place.mkdir(parents=True, exist_ok=True)
    (place / "subject.txt").write_text(subject, encoding="utf-8")
    (place / "body.txt").write_text(body, encoding="utf-8")


def written(work: Work) -> list[Letter]:
    return list(work.session.scalars(select(Letter).where(Letter.kind == "letter").order_by(Letter.id)))


@pytest.fixture
def folder(work: Work) -> Path:
    """The folder of the rules of this company."""
    return work.settings.rules.folder


def test_the_contact_gets_the_letter_in_its_own_words(work: Work, folder: Path) -> None:
    a_letter(
        folder, "Dear {{ contact_name }},\n\nthank you for {{ lead.name }}.\n\n{{ sender }}\n{{ company }}\n"
    )
    a_lead(work)

    said = fire_one(work, folder, *LEAD, THANKS)

    assert said == "wrote the letter thanks to bob@acme.example"
    [letter] = written(work)
    assert [(one.address, one.field) for one in letter.recipients] == [(BOB, "to")]
    assert (letter.subject, letter.account, letter.is_outside) == ("Your request", HOUSE, True)
    assert letter.facts["text"] == (
        "Dear Bob,\n\nthank you for Licences for Acme.\n\nMaria\nKestrel Software B.V."
    )


def test_it_leaves_as_text_and_html_that_says_it_is_automatic(work: Work, folder: Path) -> None:
    a_letter(folder, "Dear {{ contact_name }},\nthank you.\n")
    a_lead(work, name="<b>Acme</b>")
    fire_one(work, folder, *LEAD, THANKS)

    raw = letter_bytes(work.session, work.settings, written(work)[0], START).decode()

    assert "Auto-Submitted: auto-generated" in raw
    assert "Dear Bob,<br>thank you." in raw.replace("=\r\n", "")


def test_what_an_outsider_wrote_is_no_template_and_no_second_line(work: Work, folder: Path) -> None:
    """V13."""
    a_letter(folder, "About {{ name }}", subject="{{ name }}")
    a_lead(work, name="{{ owner }}\r\nBcc: x@y.example {% raw %}")

    fire_one(work, folder, *LEAD, THANKS)

    [letter] = written(work)
    assert letter.subject == "{{ owner }} Bcc: x@y.example {% raw %}"


def test_a_fact_that_is_empty_stops_the_letter_and_is_told(work: Work, folder: Path) -> None:
    """P19: never a blank."""
    a_letter(folder, "You are with {{ campaign }}.")
    a_lead(work)

    said = fire_one(work, folder, *LEAD, THANKS)

    assert said.startswith(
        "refused: the letter letters/thanks/en/body.txt cannot be written: it writes out a fact"
    )
    assert written(work) == []


def test_a_fact_that_there_is_not_is_found_with_file_and_line(work: Work, folder: Path) -> None:
    a_letter(folder, "Dear {{ contact_name }},\n\n{{ contct_title }} {{ lead.nam }}\n")

    faults = faults_of(work, folder, *LEAD, THANKS)

    assert faults == [
        "letters/thanks/en/body.txt:3: 'lead' has no fact 'contct_title'; did you mean 'contact_title'?",
        "letters/thanks/en/body.txt:3: 'lead' has no fact 'lead.nam'; did you mean 'lead.name'?",
    ]


@pytest.mark.parametrize(
    ("body", "what"),
    [
        (
            "Dear {{ name",
            "letters/thanks/en/body.txt: the letter letters/thanks/en/body.txt cannot be written: line 1",
        ),
        (
            "{{ name | nofilter }}",
            "letters/thanks/en/body.txt: the letter letters/thanks/en/body.txt cannot be",
        ),
    ],
)
def test_a_text_that_cannot_be_read_is_found_at_once(work: Work, folder: Path, body: str, what: str) -> None:
    a_letter(folder, body)

    [fault] = faults_of(work, folder, *LEAD, THANKS)

    assert fault.startswith(what)


def test_a_letter_that_there_is_not_is_found_with_the_nearest_one(work: Work, folder: Path) -> None:
    a_letter(folder, "x")

    assert faults_of(work, folder, *LEAD, THANKS.replace('"thanks"', '"thank"')) == [
        "there is no letter 'thank'; did you mean 'thanks'?"
    ]


@pytest.mark.parametrize("name", ["../secrets", "ask", "notice", "/etc"])
def test_only_letters_are_read_and_only_out_of_their_folders(work: Work, folder: Path, name: str) -> None:
    """V13: what the program uses for itself is no letter of rules either."""
    [fault] = faults_of(work, folder, *LEAD, THANKS.replace("thanks", name))

    assert fault.startswith(f"there is no letter '{name}'")


def test_a_link_out_of_the_folder_is_not_followed(work: Work, folder: Path, tmp_path: Path) -> None:
    """V13."""
    a_letter(tmp_path / "elsewhere", "secret")
    (folder / "letters").mkdir(parents=True)
    (folder / "letters" / "thanks").symlink_to(tmp_path / "elsewhere" / "letters" / "thanks")

    [fault] = faults_of(work, folder, *LEAD, THANKS)

    assert fault.startswith("there is no letter 'thanks'")


def test_a_template_can_reach_nothing_but_facts(work: Work, folder: Path) -> None:
    a_letter(folder, "{{ name.__class__.__mro__ }}")

    [fault] = faults_of(work, folder, *LEAD, THANKS)

    assert fault.startswith("letters/thanks/en/body.txt:1: 'lead' has no fact 'name.__class__'")


def test_the_letter_that_the_program_ships_can_be_used_and_be_replaced(work: Work, folder: Path) -> None:
    an_opportunity(work)
    deal = ("opportunity.created", "opportunity")

    said = fire_one(work, folder, *deal, '{ action = "letter", letter = "follow_up", from = "owner" }')

    assert said == "wrote the letter follow_up to bob@acme.example"
    [letter] = written(work)
    assert (letter.account, letter.facts["text"].splitlines()[0]) == (ANNA, "Hello Bob,")
    assert letter.facts["text"].endswith("Anna\nKestrel Software B.V.")


# The whole way: a mail comes in, the rule fires in the worker.


@pytest.fixture
def shop(make_office: Callable[[Settings], Office], settings: Settings) -> tuple[Office, RuleBook]:
    """An office with one rule: thank for every mail of a customer."""
    folder = settings.rules.folder
    a_letter(folder, "Thank you for {{ subject }}.")
    write_one(folder, "message.received", "message", THANKS)
    return make_office(settings), RuleBook(folder, (), (), settings).open()


def test_nothing_leaves_before_live_was_said(shop: tuple[Office, RuleBook]) -> None:
    office, rules = shop
    deliver(office, Mail("We need licences."))
    react(office, rules)

    assert len(letters(office, "letter")) == 1
    with office.reading() as session:
        due = due_letter_ids(session, office.clock.now(), "letter")
        assert [
            office_letter.id for office_letter in letters(office, "letter") if office_letter.id in due
        ] == []


def test_an_address_of_which_a_server_said_that_nobody_is_there_gets_nothing(
    shop: tuple[Office, RuleBook],
) -> None:
    """EM-8: as every letter."""
    office, rules = shop
    deliver(office, Mail("We need licences."))
    react(office, rules)
    [letter] = letters(office, "letter")
    with office.work("test", actor="test") as work:
        set_switch(work.session, f"live:{HOUSE}", "live", work.now)
        work.session.add(Suppression(address=BOB, reason="nobody there", letter_id=letter.id, at=work.now))

    assert claim_letter(office, letter.id) is None
    assert letters(office, "letter")[0].state == "failed"


def test_a_mail_is_answered_once_however_often_its_event_is_handled(shop: tuple[Office, RuleBook]) -> None:
    """V7."""
    office, rules = shop
    deliver(office, Mail("We need licences."))
    react(office, rules)
    with office.work("test", actor="test") as work:
        from inboxcrm.base.records import Event
        from inboxcrm.rules.records import Firing

        for event in work.session.scalars(select(Event).where(Event.kind == "message.received")):
            event.state = "pending"
        for firing in work.session.scalars(select(Firing)):
            work.session.delete(firing)  # even if nobody knew any more that it has fired

    react(office, rules)

    assert len(letters(office, "letter")) == 1


def test_the_letter_answers_in_the_conversation(shop: tuple[Office, RuleBook]) -> None:
    office, rules = shop
    deliver(office, Mail("We need licences.", message_id="first@acme.example"))
    react(office, rules)

    assert letters(office, "letter")[0].in_reply_to == "first@acme.example"


def test_two_mails_of_a_day_get_one_answer(shop: tuple[Office, RuleBook]) -> None:
    """DESIGN 6: at most one automatic answer per peer and day."""
    office, rules = shop
    deliver(office, Mail("We need licences.", message_id="first@acme.example"))
    react(office, rules)
    deliver(office, Mail("And training.", answers="first@acme.example"))
    react(office, rules)

    assert len(letters(office, "letter")) == 1


def test_late_mail_is_answered_by_nobody(shop: tuple[Office, RuleBook]) -> None:
    """IN-16: what was taken in more than a day late."""
    office, rules = shop
    message = deliver(office, Mail("We need licences."))
    with office.work("test", actor="test") as work:
        from inboxcrm.ingest.records import Message

        work.session.get_one(Message, message.id).is_late = True

    react(office, rules)

    assert letters(office, "letter") == []


def test_an_address_that_brought_itself_into_the_thread_gets_nothing(shop: tuple[Office, RuleBook]) -> None:
    """DESIGN 5: Mallory answers Bob's conversation from an address that nobody has named."""
    office, rules = shop
    deliver(office, Mail("We need licences.", message_id="first@acme.example"))
    react(office, rules)
    office.clock.move(days=3)  # type: ignore[attr-defined]
    deliver(office, Mail("Send it to me, too.", sender="mallory@acme.example", answers="first@acme.example"))
    react(office, rules)

    assert [one.recipients[0].address for one in letters(office, "letter")] == [BOB]


def test_a_draft_lies_with_the_rep_and_is_no_automatic_mail(work: Work, folder: Path) -> None:
    """EM-3."""
    a_letter(folder, "Dear {{ contact_name }},\n{{ sender }}")
    an_opportunity(work)
    deal = ("opportunity.created", "opportunity")

    said = fire_one(work, folder, *deal, '{ action = "draft", letter = "thanks", to = "owner" }')

    assert said == "laid the draft thanks to bob@acme.example into the Drafts of anna"
    [draft] = written(work)
    assert (draft.form, draft.account, draft.facts["text"]) == ("draft", ANNA, "Dear Bob,\nAnna")
    assert b"Auto-Submitted" not in letter_bytes(work.session, work.settings, draft, START)


def test_a_draft_needs_a_watched_mailbox(work: Work, folder: Path) -> None:
    a_letter(folder, "x")
    an_opportunity(work)

    said = fire_one(
        work,
        folder,
        "opportunity.created",
        "opportunity",
        '{ action = "draft", letter = "thanks", to = "carl" }',
    )

    assert said.startswith("refused: the mailbox carl@kestrel.example is not watched")
