"""A sequence stops at any answer of a person at the customer, and at nothing that a machine sends (EM-8)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from email.message import EmailMessage
from email.utils import format_datetime

import pytest

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_pipeline import Reason
from inboxcrm.base.work import Office
from inboxcrm.crm.call import Call, log_call
from inboxcrm.crm.companies.store import add_organization_domain
from inboxcrm.crm.hold import hold_opportunity
from inboxcrm.crm.losing import lose_opportunity
from inboxcrm.crm.store import box_by_id, opportunity_of_box
from inboxcrm.outbox.delivery import claim_letter
from inboxcrm.rules.sequences.judging import judge_by
from tests.build import (
    ANNA,
    BOB,
    HOUSE,
    HandClock,
    Mail,
    an_opportunity,
    deliver,
    letters,
    on_both_databases,
    sent_from_anna,
)
from tests.ingest.test_calendar import invitation
from tests.ingest.test_forwarded import ORIGINAL
from tests.rules.sequences.running import STEPS, Stage, a_stage, auto_reply
from tests.rules.writing import a_rule

SECOND = datetime(2026, 11, 26, 9, 30, tzinfo=UTC)  # when the second letter is due
EVE = "eve@sales.acme.example"


@pytest.fixture
def stage(office: Office, clock: HandClock) -> Stage:
    """The first letter has left; a day has passed."""
    made = a_stage(office, clock)
    made.begin()
    assert made.send() == [BOB]
    clock.move(days=1)
    return made


def second_letter(stage: Stage) -> list[str]:
    """Whether Bob gets the second letter when it is due; what begins for others is another matter."""
    stage.clock.at = SECOND
    stage.step()
    return [address for address in stage.send() if address == BOB]


@on_both_databases
@pytest.mark.parametrize("text", ["We are still comparing.", "Thanks!", "Please unsubscribe me.", "?"])
def test_any_words_of_the_contact_stop_it(stage: Stage, text: str) -> None:
    """A courtesy is an answer too: a person has read the letter."""
    [letter] = letters(stage.office, "letter")
    message = stage.hear(text, answers=letter.message_id)

    run = stage.run()
    assert (run.state, run.reason) == ("stopped", f"somebody there answered: mail {message.id}")
    assert second_letter(stage) == []
    assert stage.states() == ["sent"]


@on_both_databases
@pytest.mark.parametrize(
    "mail",
    [
        {"sender": "carol@acme.example", "subject": "Quite another thing"},
        {"sender": EVE, "subject": "Who are you?"},
        {"sender": "bob.private@gmail.com", "answers": "first"},
    ],
    ids=["a colleague, in a mail of her own", "of a department", "on the same box"],
)
def test_so_do_those_of_a_colleague(stage: Stage, mail: dict[str, str]) -> None:
    if mail.get("answers"):
        mail = mail | {"answers": letters(stage.office, "letter")[0].message_id}
        mail["cc"] = BOB
    stage.hear("Please talk to me instead.", **mail)

    assert stage.run().state == "stopped"
    assert second_letter(stage) == []


def test_so_do_those_of_another_domain_of_the_same_organization(stage: Stage) -> None:
    with stage.office.work("test", actor="test") as work:
        box = box_by_id(work.session, stage.run().box_id)
        add_organization_domain(work.session, box.organization_id or 0, "acme.nl")
    stage.hear("About your letter.", sender="dirk@acme.nl", subject="Your letter")

    assert stage.run().state == "stopped"


def test_of_free_mail_the_person_alone_is_the_customer(office: Office, clock: HandClock) -> None:
    stage = a_stage(office, clock)
    stage.begin("bob@gmail.com")
    stage.send()
    clock.move(days=1)
    stage.hear("What do you sell?", sender="other@gmail.com", subject="A question")
    assert stage.runs()[0].state == "running"

    stage.hear("It's me.", sender="bob@gmail.com", subject="Hello")
    assert stage.runs()[0].state == "stopped"


def test_a_stranger_of_another_company_changes_nothing(stage: Stage) -> None:
    stage.hear("Stop it!", sender="eve@other.example", subject="Licences for Acme")

    assert second_letter(stage) == [BOB]


def test_the_mail_because_of_which_it_began_is_no_answer_to_it(office: Office, clock: HandClock) -> None:
    stage = a_stage(office, clock)
    stage.hear("We need twenty licences.")

    assert stage.run().state == "running"
    assert stage.send() == [BOB]


def test_what_came_before_its_first_letter_could_be_written_is_an_answer(
    office: Office, clock: HandClock
) -> None:
    """The workers stood still for an hour; meanwhile he has written again."""
    stage = a_stage(office, clock)
    deliver(office, Mail("We need twenty licences."))
    clock.move(minutes=20)
    deliver(office, Mail("Never mind, we have found them."))
    clock.move(minutes=40)
    stage.react()

    assert stage.run().state == "stopped"
    assert stage.states() == []


# Machines.


@on_both_databases
def test_an_absence_with_a_day_pauses_it_until_the_day_after_the_return(stage: Stage) -> None:
    stage.hear_raw(auto_reply("I am out of the office and back on 7 December 2026.", stage.clock))

    run = stage.run()
    assert (run.state, run.reason) == ("paused", "the contact is away until 7 December 2026")
    assert run.due_at == datetime(2026, 12, 8, 7, 0, tzinfo=UTC)  # 08:00 in Amsterdam
    assert second_letter(stage) == []
    stage.clock.at = run.due_at
    stage.step()
    assert stage.run().state == "running"
    stage.clock.move(hours=1)
    assert stage.send() == [BOB]


@on_both_databases
def test_an_absence_without_a_day_pauses_it_for_a_week(stage: Stage) -> None:
    stage.hear_raw(auto_reply("I am out of the office.", stage.clock))
    told_at = stage.clock.at

    assert second_letter(stage) == []
    assert (stage.run().state, stage.run().due_at) == ("paused", told_at + timedelta(days=7))
    stage.clock.at = told_at + timedelta(days=7)
    stage.step()
    assert stage.send() == [BOB]


def test_how_long_is_the_rules_choice(office: Office, clock: HandClock) -> None:
    stage = a_stage(
        office, clock, a_rule('on = "lead.created"', 'for = "lead"', 'pause = "2 days"', do=STEPS)
    )
    stage.begin()
    stage.send()
    stage.clock.at = SECOND - timedelta(hours=1)
    stage.hear_raw(auto_reply("I am out of the office.", clock))

    assert second_letter(stage) == []
    assert stage.run().due_at == SECOND - timedelta(hours=1) + timedelta(days=2)


def test_who_answers_from_his_holiday_stops_it(stage: Stage) -> None:
    stage.hear_raw(auto_reply("I am out of the office and back on 7 December 2026.", stage.clock))
    stage.clock.move(hours=2)
    stage.hear("From my phone: not interested.")

    assert stage.run().state == "stopped"


def test_an_absence_that_is_known_before_it_begins_puts_its_first_letter_off(
    office: Office, clock: HandClock
) -> None:
    stage = a_stage(office, clock)
    with office.work("test", actor="test") as work:
        from inboxcrm.crm.people import find_or_make_contact

        find_or_make_contact(work, BOB, "Bob").away_until = datetime(2026, 11, 30, 7, 0, tzinfo=UTC)
    stage.begin()

    assert (stage.run().state, stage.states()) == ("paused", [])
    stage.clock.at = datetime(2026, 12, 1, 8, 0, tzinfo=UTC)
    stage.step()
    assert stage.send() == [BOB]


def test_the_absence_of_a_colleague_is_not_his(stage: Stage) -> None:
    stage.hear_raw(
        auto_reply("I am out of the office until 7 December 2026.", stage.clock, "carol@acme.example")
    )

    assert second_letter(stage) == [BOB]


def test_who_has_left_is_written_to_no_more(stage: Stage) -> None:
    stage.hear_raw(auto_reply("Bob Brouwer no longer works for Acme.", stage.clock))

    assert second_letter(stage) == []
    assert stage.run().state == "stopped"


def test_a_newsletter_of_theirs_changes_nothing(stage: Stage) -> None:
    mail = EmailMessage()
    mail["From"], mail["To"], mail["Subject"] = "news@acme.example", HOUSE, "Acme news"
    mail["Date"], mail["Message-ID"] = format_datetime(stage.clock.now()), "<news@acme.example>"
    mail["List-Unsubscribe"] = "<https://acme.example/off>"
    mail.set_content("We have a new warehouse.")
    assert stage.hear_raw(mail.as_bytes()).kind == "bulk"

    assert second_letter(stage) == [BOB]


@on_both_databases
def test_a_bounced_address_is_never_mailed_again(stage: Stage) -> None:
    stage.suppress(BOB, "no mailbox")

    assert second_letter(stage) == []
    assert (stage.run().state, stage.run().reason) == (
        "stopped",
        "the contact is written to no more (no mailbox)",
    )


def test_a_letter_that_came_back_for_the_moment_ends_it_too(stage: Stage) -> None:
    """A full mailbox suppresses nobody; the next letter would follow one that nobody has read."""
    from inboxcrm.outbox.records import LetterRecipient

    with stage.office.work("test", actor="test") as work:
        for row in work.session.query(LetterRecipient):
            row.state = "bounced"

    assert second_letter(stage) == []
    assert stage.run().reason == "a letter of it came back"


@pytest.mark.parametrize("state", ["failed", "cancelled"])
def test_after_a_letter_that_did_not_leave_none_follows(stage: Stage, state: str) -> None:
    """The server refused the address at once, or a manager dropped the letter."""
    from inboxcrm.outbox.records import Letter

    with stage.office.work("test", actor="test") as work:
        work.session.get_one(Letter, letters(stage.office, "letter")[0].id).state = state

    assert second_letter(stage) == []
    assert stage.run().reason == f"a letter of it did not leave: {state}"


def test_an_unsubscribed_address_begins_nothing(stage: Stage) -> None:
    stage.suppress("carol@other.example", "unsubscribed")
    stage.begin("carol@other.example")

    assert [run.state for run in stage.runs()] == ["running", "stopped"]
    assert len(letters(stage.office, "letter")) == 1


# Buttons, telephones, and our own people.


@pytest.mark.parametrize("partstat", ["ACCEPTED", "DECLINED"])
def test_an_answer_to_an_invitation_is_an_answer(stage: Stage, partstat: str) -> None:
    stage.hear_raw(invitation("REPLY", sender=BOB, organizer=ANNA, attendee=BOB, partstat=partstat))

    assert second_letter(stage) == []
    assert "invitation" in (stage.run().reason or "")


def test_an_invitation_of_ours_is_none(stage: Stage) -> None:
    stage.hear_raw(invitation("REQUEST", sender=ANNA, to=BOB, organizer=ANNA, attendee=BOB))

    assert second_letter(stage) == [BOB]


@pytest.mark.parametrize(("direction", "sent"), [("in", []), ("out", [BOB])])
def test_a_call_of_theirs_is_an_answer(stage: Stage, direction: str, sent: list[str]) -> None:
    with stage.office.work("test", actor="test") as work:
        box = box_by_id(work.session, stage.run().box_id)
        call = Call(direction, work.now)  # type: ignore[arg-type]
        log_call(work, call, occasion="call:1", box=box, contact=box.contact, message_id=0)
    stage.react()

    assert second_letter(stage) == sent


@pytest.mark.parametrize(
    ("mail", "sent"),
    [
        (Mail("What about these?", ANNA, to=BOB), [BOB]),
        (Mail("Look at this.", ANNA, to="carl@kestrel.example"), [BOB]),
    ],
    ids=["to the customer", "to a colleague"],
)
def test_what_one_of_us_writes_is_no_answer(stage: Stage, mail: Mail, sent: list[str]) -> None:
    sent_from_anna(stage.office, replace(mail, subject="Fwd: Licences for Acme"))
    stage.react()

    assert second_letter(stage) == sent


def test_a_mail_of_theirs_that_one_of_us_forwards_in_is_one(stage: Stage) -> None:
    """He wrote to a mailbox of hers that nobody watches."""
    original = ORIGINAL.replace("bob@brouwer.example", BOB)
    sent_from_anna(stage.office, Mail(f"\n{original}", subject="FW: Twenty licences"))
    stage.react()

    assert second_letter(stage) == []
    assert "forwarded" in (stage.run().reason or "")


# The record.


def a_deal(office: Office, clock: HandClock, *keys: str) -> Stage:
    stage = a_stage(
        office, clock, a_rule('on = "opportunity.created"', 'for = "opportunity"', *keys, do=STEPS)
    )
    with office.work("test", actor="test") as work:
        an_opportunity(work)
    stage.react()
    stage.send()
    return stage


@pytest.mark.parametrize(
    ("verb", "keys", "sent"),
    [
        ("lose", (), []),
        ("hold", (), []),
        ("hold", ('until = "not is_open"',), [BOB]),
        ("nothing", ("until = \"stage == 'Qualification'\"",), []),
        ("nothing", (), [BOB]),
    ],
)
def test_what_ends_it_of_a_deal_is_the_rules_choice(
    office: Office, clock: HandClock, verb: str, keys: tuple[str, ...], sent: list[str]
) -> None:
    stage = a_deal(office, clock, *keys)
    with office.work("test", actor="test") as work:
        deal = opportunity_of_box(work.session, stage.run().box_id)
        assert deal is not None
        if verb == "lose":
            lose_opportunity(work, deal, Reason(name="price"), "too dear")
        elif verb == "hold":
            hold_opportunity(work, deal, datetime(2026, 12, 24, tzinfo=UTC).date())
    stage.react()

    assert second_letter(stage) == sent


# Between the step and the server.


@on_both_databases
def test_an_answer_between_the_writing_and_the_claim_withdraws_the_letter(stage: Stage) -> None:
    stage.clock.at = SECOND
    stage.step()
    assert stage.states() == ["sent", "waiting"]
    deliver(stage.office, Mail("We take them."))  # nobody has reacted to it yet

    assert stage.send() == []
    assert stage.states() == ["sent", "cancelled"]
    assert letters(stage.office, "letter")[1].error == (
        stage.run().reason and f"withdrawn: {stage.run().reason}"
    )


def test_the_last_letter_of_a_finished_run_is_withdrawn_too(office: Office, clock: HandClock) -> None:
    one = a_rule(
        'on = "lead.created"',
        'for = "lead"',
        do='{ action = "letter", letter = "follow_up", wait = "1 day" }',
    )
    stage = a_stage(office, clock, one)
    stage.begin()
    clock.move(days=1)
    stage.step()
    assert stage.run().state == "finished"
    deliver(office, Mail("We take them."))

    assert (stage.send(), stage.states()) == ([], ["cancelled"])


def test_an_absence_between_the_writing_and_the_claim_puts_the_letter_off(stage: Stage) -> None:
    stage.clock.at = SECOND
    stage.step()
    stage.hear_raw(auto_reply("I am out of the office and back on 7 December 2026.", stage.clock))

    assert stage.send() == []
    stage.clock.at = datetime(2026, 12, 8, 9, 0, tzinfo=UTC)
    assert stage.send() == [BOB]


def test_while_the_mailbox_is_not_read_nothing_leaves(stage: Stage) -> None:
    """An answer may lie there."""
    from inboxcrm.ingest.records import MailAccount

    stage.hear("What do you sell?", sender="eve@other.example", subject="A question")
    with stage.office.work("test", actor="test") as work:
        [account] = work.session.query(MailAccount)
        account.heartbeat_at = work.now
    assert second_letter(stage) == []
    assert stage.run().reason == f"the mailbox {HOUSE} is not read"

    stage.clock.move(minutes=16)
    with stage.office.work("test", actor="test") as work:
        [account] = work.session.query(MailAccount)
        account.heartbeat_at = work.now
    stage.step()
    assert BOB in stage.send()


def test_a_draft_that_nobody_has_sent_is_followed_by_no_other(office: Office, clock: HandClock) -> None:
    """But by what our own people are to do."""
    from inboxcrm.outbox.records import Letter

    draft = '{ action = "draft", letter = "follow_up", to = "anna"'
    call = '{ action = "task", kind = "errand", to = "anna", text = "call", wait = "1 day" }'
    for last, steps in ((f'{draft}, wait = "1 day" }}', 1), (call, 2)):
        stage = a_stage(
            office, clock, a_rule('on = "lead.created"', 'for = "lead"', do=f"{draft} }}, {last}")
        )
        stage.begin(f"p{steps}@firm{steps}.example")
        with office.work("test", actor="test") as work:
            for letter in work.session.query(Letter):
                letter.state = "laid"
        clock.move(days=1)
        stage.step()
        assert stage.runs()[-1].step == steps
        clock.move(days=1)


def test_nothing_of_a_sequence_leaves_by_a_sender_who_cannot_ask(stage: Stage) -> None:
    stage.clock.at = SECOND
    stage.step()

    assert claim_letter(stage.office, letters(stage.office, "letter")[1].id) is None
    assert claim_letter(stage.office, letters(stage.office, "letter")[1].id, judge_by(stage.rules.current()))


def test_an_answer_while_the_server_is_asked_for_the_address_withdraws_it(
    make_office: Callable[[Settings], Office], settings: Settings, stage: Stage
) -> None:
    """The claim is made, and RCPT said; the text is not handed over."""
    from inboxcrm.mail.smtp import Reply
    from inboxcrm.outbox.delivery import _note_offer

    stage.clock.at = SECOND
    stage.step()
    judge = judge_by(stage.rules.current())
    claim = claim_letter(stage.office, letters(stage.office, "letter")[1].id, judge)
    assert claim is not None
    deliver(stage.office, Mail("We take them."))

    assert not _note_offer(stage.office, claim, {BOB: Reply(250, "ok")}, judge)
    assert stage.states() == ["sent", "cancelled"]
