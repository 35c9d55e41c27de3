"""Words about deals, as reps write them: stage, won, lost, hold, wake, commit, probability, amount, close, continue."""

from __future__ import annotations

from collections.abc import Callable

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from inboxcrm.base.records import Event
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_pipeline import Pipeline
from inboxcrm.base.work import Work
from inboxcrm.commands.grammar import CommandLine
from inboxcrm.commands.scene import Scene
from inboxcrm.commands.words.done import finish
from inboxcrm.crm.records import Box, Lead, Opportunity, Task
from inboxcrm.crm.store import open_next_action, open_tasks_of_box
from inboxcrm.ingest.records import Message
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.records import Letter
from tests.build import day, letters
from tests.commands.shop import Shop


class Desk:
    """A deal on stage Quote, and what Anna says of it."""

    def __init__(self, shop: Shop) -> None:
        self.shop = shop
        self.draft = shop.quoted()
        self.told = shop.notice().message_id

    def says(self, words: str, who: str = "anna") -> str:
        """What the receipt's one line says; a refused one begins with "no: "."""
        if who == "anna":
            facts = self.shop.anna(words, answers=self.told)
        else:
            facts = self.shop.user(who, words, answers=self.told)
        [line] = facts["lines"]
        return ("" if line["is_done"] else "no: ") + line["text"]

    @property
    def deal(self) -> Opportunity:
        with Session(self.shop.office.engine, expire_on_commit=False) as session:
            return session.scalars(select(Opportunity).where(Opportunity.kind == "new")).one()

    @property
    def next_action(self) -> tuple[str, str] | None:
        deal = self.deal
        with Session(self.shop.office.engine) as session:
            task = open_next_action(session, deal.id)
            return (task.text, f"{task.due_at:%Y-%m-%d}") if task else None

    def tasks(self) -> list[tuple[str, str]]:
        return self.shop.tasks(self.deal.box_id)

    def event(self, kind: str) -> dict[str, object]:
        with Session(self.shop.office.engine) as session:
            [event] = session.scalars(select(Event).where(Event.kind == kind))
            return dict(event.payload)


@pytest.fixture
def desk(shop: Shop) -> Desk:
    return Desk(shop)


@pytest.fixture
def strict_desk(settings: Settings, make_shop: Callable[[Settings], Shop]) -> Desk:
    """The same where a signed contract and a PO are asked for before a deal is won."""
    pipeline = Pipeline(won_checklist=("Contract signed", "PO received"))
    return Desk(make_shop(settings.model_copy(update={"pipeline": (pipeline,)})))


def test_a_stage_is_named_by_its_first_letters_and_back_again(desk: Desk) -> None:
    """OP-1: the receipt says from where, what is next, and how to undo it."""
    said = desk.says("stage nego")

    assert (desk.deal.stage, desk.deal.probability, desk.deal.state) == ("Negotiation", 80, "Negotiation")
    assert said == (
        "Acme 20 standard is on Negotiation (80 %), was Quote; next, due Tuesday 24 November: "
        "Settle the open points; to undo: stage quote"
    )

    desk.says("stage quote")
    assert (desk.deal.stage, desk.deal.probability) == ("Quote", 60)


@pytest.mark.parametrize(
    ("words", "said"),
    [
        ("stage ne", "no: which one: Needs Analysis, Negotiation? Write more of its name: stage needs analysis"),
        (
            "stage tea",
            "no: 'tea' is no stage; the stages are Identification, Qualification, Needs Analysis, Presentation, "
            "Quote, Negotiation, Closure. `won` and `lost price` close a deal",
        ),
        (
            "lost",
            "no: say why it was lost; write such as: lost price, or in your own words: lost: they chose Acme. "
            "The reasons are price, competition, timing, fit, other",
        ),
        (
            "lost the paper",
            "no: 'the paper' is no reason that I know; write such as: lost price, or in your own words: "
            "lost: they chose Acme. The reasons are price, competition, timing, fit, other",
        ),
        ("hold", "no: say until when it is on hold: no day is said; write such as: hold until 3 dec"),
        (
            "hold until 31 feb",
            "no: say until when it is on hold: '31 feb' is no date; write such as: hold until 3 dec",
        ),
        ("lost price until 1 mar", "no: a deal lost for price does not come up again; write: lost timing until 1 mar"),
        (
            "wake",
            "no: Acme 20 standard is not on hold; it stands on Quote."
            " To put it on hold write such as: hold until 3 dec",
        ),
        ("probability 70", "no: say why, such as: probability 70: they told me so"),
        (
            "probability 170: x",
            "no: 170 is no probability; it is 0 to 100, such as: probability 70: they told me so",
        ),
        (
            "amount a lot",
            "no: 'a lot' is no amount that I can read; write such as: amount 12,500 eur, or amount 12.5k",
        ),
        ("commit maybe", "no: 'maybe' says nothing that I understand; write such as: commit, or commit no"),
        ("continue:", "no: say why it goes on, such as: continue: they decide in January"),
    ],
)  # fmt: skip
def test_what_is_said_wrongly_is_answered_with_the_right_form_and_changes_nothing(
    desk: Desk, words: str, said: str
) -> None:
    before = vars(desk.deal).copy()

    assert desk.says(words) == said
    after = vars(desk.deal)
    assert {k: v for k, v in after.items() if k[0] != "_"} == {k: v for k, v in before.items() if k[0] != "_"}


def test_won_wins_at_once_where_nothing_else_is_asked_for(desk: Desk) -> None:
    said = desk.says("won")

    assert said == "Acme 20 standard is won; that stays so unless its invoice is credited"
    assert (desk.deal.state, desk.deal.stage) == ("Closed Won", "Closure")
    assert desk.next_action is None
    assert desk.event("opportunity.won") == {
        "name": "Acme 20 standard",
        "old": "Closure",
        "new": "Closed Won",
    }


def test_a_won_deal_is_moved_by_no_word(desk: Desk) -> None:
    """OP-1: Closed Won goes to Closed Lost by a credit alone."""
    desk.says("won")

    assert desk.says("lost price") == (
        "no: Acme 20 standard is won; it is lost only when its invoice is credited in full, not by a word"
    )
    for word in ("stage quote", "hold until 3 dec", "won", "commit", "amount 5 eur"):
        assert desk.says(word).startswith("no: ")
    assert desk.deal.state == "Closed Won"


def test_a_checklist_keeps_the_deal_on_closure_until_its_last_point_is_done(strict_desk: Desk) -> None:
    """OP-1: `won` makes the open points tasks; finishing the last of them wins."""
    said = strict_desk.says("won")

    assert said == (
        "Acme 20 standard is on Closure; it is won when this is done: Contract signed; PO received. "
        "Each is a task of anna, and the last one done wins it"
    )
    assert strict_desk.deal.state == "Negotiation"
    assert strict_desk.tasks() == [
        ("next action", "Get the signature"), ("errand", "Contract signed"), ("errand", "PO received"),
    ]  # fmt: skip
    digest = strict_desk.shop
    digest.clock.move(days=2)
    digest.react()
    _finish(strict_desk, "Contract signed")
    assert strict_desk.deal.is_open
    assert strict_desk.says("won").startswith(
        "Acme 20 standard is on Closure; it is won when this is done: PO"
    )
    assert _finish(strict_desk, "PO received") == "done: PO received; Acme 20 standard is won"
    assert strict_desk.deal.state == "Closed Won"


def _finish(desk: Desk, text: str) -> str:
    """Anna answers the digest's line of a task with `done`."""
    office, box_id = desk.shop.office, desk.deal.box_id
    with office.work("test", actor="user:anna") as work:
        [task] = [one for one in open_tasks_of_box(work.session, box_id) if one.text == text]
        letter = _digest_with(work, task.id)
        user = office.settings.user_by_key("anna")
        message = _answer_to(work, letter)
        return finish(work, Scene(user, message, CommandLine(1, "done", "", "1 done"), 0))


def _digest_with(work: Work, task_id: int) -> Letter:
    return write_letter(
        work,
        Plan(
            kind="digest", dedupe=f"digest:{task_id}", account="sales@kestrel.example", user="anna",
            to=[Address("Anna", "anna@kestrel.example")], subject="to do", facts={}, task_ids=[task_id],
        ),
    )  # fmt: skip


def _answer_to(work: Work, letter: Letter) -> Message:
    message = work.session.scalars(select(Message).where(Message.kind == "command")).first()
    message.answers_letter_id = letter.id
    return message


def test_lost_for_the_price_closes_the_deal_and_asks_for_the_lessons(desk: Desk) -> None:
    """OP-11: the reason, who is told, the errand; nothing else is to do."""
    said = desk.says("lost price: a third too dear")

    assert said == (
        "Acme 20 standard is lost (price); anna is to write down what it teaches; managers will be told what is "
        "known of it; to undo: stage quote: why it is open again"
    )
    assert (desk.deal.state, desk.deal.lost_reason, desk.deal.lost_why) == (
        "Closed Lost",
        "price",
        "a third too dear",
    )
    assert desk.tasks() == [("errand", "Write down what we learn from losing Acme 20 standard (price)")]
    event = desk.event("opportunity.lost")
    assert (event["old"], event["new"], event["reason"]) == ("Quote", "Closed Lost", "price")


@pytest.mark.parametrize(
    ("words", "reason", "why"),
    [
        ("lost: they chose Acme", "other", "they chose Acme"),
        ("lost comp", "competition", None),
        ("lost: price", "price", None),
        ("lost: price was too high, 3 times", "price", "price was too high, 3 times"),
        ("lost fit: too big for us", "fit", "too big for us"),
    ],
)
def test_a_reason_is_a_known_one_by_its_first_letters_or_free_words_behind_a_colon(
    desk: Desk, words: str, reason: str, why: str | None
) -> None:
    assert desk.says(words).startswith(f"Acme 20 standard is lost ({reason})")
    assert (desk.deal.lost_reason, desk.deal.lost_why) == (reason, why)


def test_lost_for_want_of_fit_gives_a_manager_the_review_of_the_profile(desk: Desk) -> None:
    desk.says("lost fit")

    with Session(desk.shop.office.engine) as session:
        [task] = session.scalars(select(Task).where(Task.text.contains("ideal customer")))
        assert (task.kind, task.owner, task.state) == ("errand", "maria", "open")


def test_lost_for_now_leaves_a_lead_that_rests_until_its_day(desk: Desk) -> None:
    """OP-11: origin the lost deal, Recycled, its own box, a re-contact on that day; another day can be said later."""
    said = desk.says("lost timing: budget is frozen")

    assert (
        "comes up again as a lead on Sunday 21 February 2027, as no day was said; when should it? "
        "Answer such as: lost timing until 1 mar" in said
    )
    deal = desk.deal
    with Session(desk.shop.office.engine, expire_on_commit=False) as session:
        lead = session.scalars(select(Lead).where(Lead.lost_opportunity_id == deal.id)).one()
        assert (lead.state, lead.owner) == ("Recycled", "anna")
        assert lead.box_id != deal.box_id
        assert not session.get_one(Box, lead.box_id).is_open
    assert desk.shop.tasks(lead.box_id) == [
        ("re-contact", "Write to bob again: Acme 20 standard was lost only for now")
    ]

    again = desk.says("lost timing until 1 mar")
    assert again == "Acme 20 standard comes up again as a lead on Monday 1 March 2027"
    with Session(desk.shop.office.engine) as session:
        [lead] = session.scalars(select(Lead).where(Lead.lost_opportunity_id == deal.id))
        assert f"{lead.recontact_at:%Y-%m-%d %H:%M}" == "2027-03-01 07:00"  # 08:00 in Amsterdam


def test_a_lost_deal_is_opened_again_only_with_a_reason(desk: Desk) -> None:
    """OP-1, OP-4: it has its next action at once, and its box takes mail again."""
    desk.says("lost timing")

    assert desk.says("stage nego") == (
        "no: Acme 20 standard was lost (timing); say why it is open again, such as: "
        "stage negotiation: they called and want it after all"
    )
    said = desk.says("stage nego: they called")
    assert said == (
        "Acme 20 standard is on Negotiation (80 %), was Closed Lost; next, due Tuesday 24 November: "
        "Settle the open points"
    )
    assert (desk.deal.is_open, desk.deal.lost_reason, desk.deal.closed_at) == (True, None, None)
    assert desk.next_action == ("Settle the open points", "2026-11-24")
    assert desk.event("opportunity.reopened") == {
        "old": "Closed Lost", "new": "Negotiation", "reason": "they called",
    }  # fmt: skip
    deal = desk.deal
    with Session(desk.shop.office.engine, expire_on_commit=False) as session:
        lead = session.scalars(select(Lead).where(Lead.lost_opportunity_id == deal.id)).one()
    assert desk.shop.tasks(lead.box_id) == []


def test_on_hold_the_wake_up_is_the_one_next_action(desk: Desk) -> None:
    """OP-4; `stage` or `wake` brings it back."""
    said = desk.says("hold until 3 dec: they are moving house")

    assert said == (
        "Acme 20 standard is on hold until Thursday 3 December; until then it is neither in the weighted forecast "
        "nor in the commitment; to undo: wake"
    )
    assert desk.deal.wake_on == day("2026-12-03")
    assert desk.next_action == ("Wake up: Acme 20 standard", "2026-12-03")

    assert desk.says("wake") == (
        "Acme 20 standard is no longer on hold; it is on Quote; next, due Tuesday 24 November: "
        "Ask what they think of the quote"
    )
    desk.says("hold 2 weeks")
    assert "and no longer on hold" in desk.says("stage nego")
    assert (desk.deal.wake_on, desk.next_action[0]) == (None, "Settle the open points")


def test_a_rep_says_what_she_expects_of_the_deal(desk: Desk) -> None:
    """OP-8: each with what it was and how to undo it."""
    assert desk.says("commit") == "Acme 20 standard is in your commitment; to undo: commit no"
    assert desk.says("probability 70: they told me so") == (
        "the probability of Acme 20 standard is 70 %, was 60 %; it holds until the stage changes "
        "(on Quote it is usually 60 %); to undo: probability 60: why"
    )
    assert desk.says("amount 12,500 eur") == (
        "Acme 20 standard is worth EUR 12,500.00 net; to undo: amount EUR 980.00"
    )
    assert desk.says("close 15 dec") == "Acme 20 standard is expected to close on Tuesday 15 December"

    deal = desk.deal
    assert (deal.is_committed, deal.probability, deal.probability_why) == (True, 70, "they told me so")
    assert (deal.amount_minor, deal.currency, deal.close_on) == (1_250_000, "EUR", day("2026-12-15"))
    desk.says("stage nego")
    assert (desk.deal.probability, desk.deal.probability_why) == (80, None)


def test_a_quiet_deal_goes_on_for_a_reason_and_counts_as_touched(desk: Desk) -> None:
    """OP-10."""
    desk.shop.clock.move(days=9)

    said = desk.says("continue: they decide in January")

    assert said.startswith("Acme 20 standard goes on: they decide in January; next, due")
    assert desk.event("opportunity.continued")["reason"] == "they decide in January"
    box_id = desk.deal.box_id
    with Session(desk.shop.office.engine) as session:
        assert session.get_one(Box, box_id).last_activity_at == desk.shop.clock.now()


def test_only_who_sells_may_say_so(desk: Desk) -> None:
    assert desk.says("won", who="fred") == "no: finance may not say won"
    assert desk.deal.is_open


def test_won_with_words_behind_it_is_not_carried_out(desk: Desk) -> None:
    assert desk.says("won over their boss").startswith("no: won stands alone")
    assert desk.deal.is_open


def test_a_lead_is_no_deal_yet(shop: Shop) -> None:
    shop.customer("We need licences.")

    [line] = shop.anna("stage negotiation", answers=shop.notice().message_id)["lines"]

    assert (
        "is a lead, and no deal yet; qualify or quote 20 x standard makes it one, dead: why lets"
        in line["text"]
    )


def test_feedback_is_mailed_to_the_managers_once(desk: Desk) -> None:
    """OP-11: price → product feedback, with what the customer wrote last."""
    desk.says("lost price: a third too dear")
    desk.shop.react()

    [told] = [one for one in letters(desk.shop.office, "notice") if "roduct feedback" in one.subject]
    assert [one.address for one in told.recipients] == ["maria@kestrel.example"]
    assert "a third too dear" in told.facts["text"]
