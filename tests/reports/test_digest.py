"""The managers' digest says what is due by whom and why, numbered so that a reply can act on it (MG-2)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from inboxcrm.base.work import Work
from inboxcrm.crm.task import add_task, finish_task
from inboxcrm.ingest.records import Folder, MailAccount, Quarantine
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.outbox.records import Letter
from inboxcrm.reports.digests.ground import Ground
from inboxcrm.reports.digests.shape import LONGEST, number_lines
from inboxcrm.reports.digests.table import KINDS
from inboxcrm.reports.trouble import Trouble
from tests.build import START, a_lead


def digest(work: Work) -> tuple[dict, list[int]]:
    """What Maria is told, and the tasks of the numbered lines."""
    numbered = number_lines(KINDS["due"](Ground(work), work.settings.user_by_key("maria")))
    return numbered.facts, [about for kind, about in numbered.lines if kind == "task"]


def due(work: Work, text: str, at: datetime, owner: str = "anna"):
    return add_task(
        work, a_lead(work).box, "errand", text, owner=owner, due_at=at, why="Because.", rule=("r", "2 (v)")
    )


def lines(facts: dict) -> list[tuple[int, str, str]]:
    return [(row["number"], one["title"], row["text"]) for one in facts["sections"] for row in one["rows"]]


def test_lines_are_numbered_in_the_order_of_their_due_time_and_say_why(work: Work) -> None:
    later = due(work, "later", START + timedelta(hours=1), "carl")
    late = due(work, "late", START - timedelta(days=1))

    facts, task_ids = digest(work)

    assert task_ids == [late.id, later.id]
    assert (facts["title"], facts["summary"]) == ("Monday 23 November", "2 things to do, 1 overdue")
    assert lines(facts) == [(1, "Anna", "late"), (2, "Carl", "later")]
    row = facts["sections"][0]["rows"][0]
    assert (row["label"], row["detail"], row["is_late"], row["is_question"], row["why"], row["rule"]) == (
        "Overdue, was due 22 November", "“Licences for Acme”", True, False, "Because.", "r 2 (v)",
    )  # fmt: skip
    assert not facts["sections"][1]["rows"][0]["is_late"]
    assert facts["alerts"] == []


def test_each_persons_lines_stand_together_and_a_number_names_its_task(work: Work) -> None:
    """MG-2: whoever is latest comes first, and answers by number reach the task that the line shows."""
    second = due(work, "second", START - timedelta(hours=2), "carl")
    third = due(work, "third", START - timedelta(hours=1), "anna")
    first = due(work, "first", START - timedelta(hours=3), "anna")

    facts, task_ids = digest(work)

    assert lines(facts) == [(1, "Anna", "first"), (2, "Anna", "third"), (3, "Carl", "second")]
    assert task_ids == [first.id, third.id, second.id]


@pytest.mark.parametrize(
    ("due_at", "is_there"),
    [
        (datetime(2026, 11, 23, 22, 59, tzinfo=UTC), True),  # 23:59 in Amsterdam
        (datetime(2026, 11, 23, 23, 1, tzinfo=UTC), False),  # 00:01 of tomorrow
    ],
)
def test_today_ends_at_midnight_of_the_companys_zone(work: Work, due_at: datetime, is_there: bool) -> None:
    due(work, "it", due_at)

    assert bool(digest(work)[1]) is is_there


def test_what_is_done_is_not_there_any_more(work: Work) -> None:
    finish_task(work, due(work, "it", START))

    facts, task_ids = digest(work)
    assert (task_ids, facts["summary"]) == ([], "0 things to do")


def test_more_than_a_digest_holds_is_counted_and_never_passed_over(work: Work) -> None:
    for number in range(LONGEST + 3):
        due(work, str(number), START - timedelta(hours=number))

    facts, task_ids = digest(work)

    assert (len(task_ids), facts["summary"]) == (
        LONGEST,
        f"{LONGEST + 3} things to do, {LONGEST + 2} overdue",
    )
    assert facts["sections"][0]["more"] == 3
    assert lines(facts)[0] == (1, "Anna", str(LONGEST + 2))  # the oldest stands first


def exceptions(work: Work) -> list[str]:
    return Trouble.of(work).words(lambda row: True)


def a_letter(work: Work, state: str, error: str | None = None) -> Letter:
    plan = Plan(
        kind="invoice", dedupe=state, account="sales@kestrel.example", to=[Address("Bob", "bob@acme.example")],
        subject="Invoice I-1", facts={},
    )  # fmt: skip
    letter = write_letter(work, plan)
    letter.state, letter.error = state, error
    return letter


def test_what_a_person_must_look_at_is_told_with_what_to_do(work: Work) -> None:
    """V2, V6: letters in doubt, mails that could not be read, reactions that failed for good."""
    uncertain, failed = a_letter(work, "uncertain"), a_letter(work, "failed", "550 no such user")
    account = MailAccount(address="sales@kestrel.example", live_from=START, lease_fence=0)
    work.session.add(account)
    work.session.flush()
    folder = Folder(account_id=account.id, name="INBOX", uidvalidity=1, live_uid=0, server_count=0)
    work.session.add(folder)
    work.session.flush()
    place = {"folder_id": folder.id, "uidvalidity": 1, "uid": 9}
    work.session.add(
        Quarantine(**place, raw_sha256="0" * 64, stage="parse", error="x", at=START, received_at=START)
    )
    event = work.emit("lead.created", ("lead", 1))
    event.state, event.error = "failed", "KeyError: 1"
    work.session.flush()

    told = exceptions(work)

    assert told == [
        f"letter {uncertain.id} (Invoice I-1) may or may not have left: "
        f"`inboxcrm outbox resolve {uncertain.id} sent` or `again`",
        f"letter {failed.id} (Invoice I-1) failed: 550 no such user",
        "1 mail could not be read: `inboxcrm quarantine list` shows them",
        "1 fact could not be reacted to; the first: lead.created: KeyError: 1",
    ]


def test_a_letter_on_no_box_that_came_back_is_told_for_a_week(work: Work) -> None:
    """L2: with a box it is a task of its owner; a notice to one of us has none."""
    came_back, on_a_box = a_letter(work, "sent"), a_letter(work, "laid")
    on_a_box.box_id = a_lead(work).box_id
    for letter in (came_back, on_a_box):
        letter.recipients[0].state, letter.recipients[0].text = "bounced", "5.1.1 user unknown: no such user"
    work.session.flush()

    told = f"letter {came_back.id} (Invoice I-1) came back from bob@acme.example: 5.1.1 user unknown: no such user"
    assert exceptions(work) == [told]
    work.now += timedelta(days=8)
    assert exceptions(work) == []
