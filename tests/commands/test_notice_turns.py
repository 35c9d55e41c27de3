"""Who got the mail himself gets no notice; the first comes at once, more of the same minutes as one (EM-1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

import pytest
from sqlalchemy import event

from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_notices import Notices
from inboxcrm.base.settings_team import Team
from inboxcrm.crm.hand_over import hand_over_box
from inboxcrm.crm.store import box_by_id
from inboxcrm.ingest.notices.turns import write_due_notices
from inboxcrm.outbox.records import Letter
from inboxcrm.outbox.store import lines_of_letter
from tests.build import ANNA, HOUSE, Mail, deliver, on_both_databases
from tests.commands.shop import Shop

THREE = ("bob@acme.example", "eva@dune.example", "tom@elm.example")


@pytest.fixture
def team(make_shop: Callable[[Settings], Shop], settings: Settings) -> Shop:
    """The shop as it is configured by itself, with Anna as its one rep."""
    users = tuple(user for user in settings.user if user.key != "carl")
    return make_shop(settings.model_copy(update={"notices": Notices(), "user": users}))


def later(team: Shop, **by: float) -> list[Letter]:
    """The notices to Anna after a while, with what has become due."""
    team.clock.move(**by)
    write_due_notices(team.office)
    return [letter for letter in team.notices() if letter.user == "anna"]


def ask(team: Shop, sender: str, text: str = "We need training.", **mail: str) -> None:
    team.customer(text, sender=sender, subject=f"From {sender.split('@')[0]}", **mail)


@on_both_databases
def test_the_first_notice_comes_at_once_and_the_next_ones_together_after_five_minutes(team: Shop) -> None:
    ask(team, THREE[0])
    assert len(later(team, minutes=1)) == 1
    ask(team, THREE[1])
    ask(team, THREE[2])
    assert len(later(team, minutes=3)) == 1

    [_, both] = later(team, minutes=1, seconds=1)

    assert both.template == "notices"
    assert both.subject.startswith("2 things: new lead: ")
    assert [item["mail"]["sender"] for item in both.facts["items"]] == [*THREE[1:]]
    assert len(later(team, minutes=10)) == 2


def test_a_number_before_the_word_says_which_of_them_is_meant(team: Shop) -> None:
    """`2 done` is about the second, `1 quote …` about the first; without a number it is asked."""
    for sender in THREE:
        ask(team, sender)
    [_, both] = later(team, minutes=5)
    with team.office.reading() as session:
        assert [kind for kind, _ in lines_of_letter(session, both.id)] == ["task", "task"]

    receipt = team.anna("1 quote 20 x standard\n2 done", answers=both.message_id)
    unclear = team.anna("done", answers=both.message_id)

    assert [line["is_done"] for line in receipt["lines"]] == [True, True]
    assert team.documents("quote")[0].box_id == 2
    assert "Answer tom" in receipt["lines"][1]["text"]
    assert "Put its number in front" in unclear["lines"][0]["text"]


def test_a_line_on_whose_deal_nothing_is_to_do_can_be_named_too(team: Shop) -> None:
    ask(team, THREE[0])
    team.anna("done", answers=team.notice().message_id)
    ask(team, THREE[0], "And one more word.")
    ask(team, THREE[1])
    both = later(team, minutes=5)[-1]

    receipt = team.anna("1 done\n1 quote 3 x standard", answers=both.message_id)

    assert "no open task" in receipt["lines"][0]["text"]
    assert receipt["lines"][1]["is_done"]
    assert team.documents("quote")[0].box_id == 1


def test_a_big_request_waits_for_no_others(team: Shop) -> None:
    ask(team, THREE[0])
    ask(team, THREE[1])
    assert len(later(team)) == 1
    ask(team, THREE[2], "We need 250 licences.")

    assert later(team)[-1].facts["mail"]["sender"] == THREE[2]


def test_a_mail_that_lies_in_her_own_inbox_is_told_to_nobody(team: Shop) -> None:
    """Her copy comes a few seconds after the shared mailbox's: the notice waits a minute for it, and is dropped."""
    mail = Mail("We need licences.", to=f"{HOUSE}, {ANNA}", message_id="both@acme.example")
    deliver(team.office, mail)
    team.react()
    assert later(team, seconds=20) == []
    deliver(team.office, mail, account=ANNA)

    assert later(team, minutes=2) == []
    assert "first contact" in [kind for kind, _ in team.tasks(1)]


def test_a_mail_that_names_her_and_never_comes_is_told_after_a_minute(team: Shop) -> None:
    deliver(team.office, Mail("We need licences.", to=f"{HOUSE}, {ANNA}"))
    team.react()
    assert later(team, seconds=59) == []

    assert len(later(team, seconds=1)) == 1


def test_a_copy_that_her_list_has_altered_counts_as_got(team: Shop) -> None:
    """team@ delivers it to her with a tag in the subject: the same mail under the same id."""
    mail = Mail("We need licences.", to=f"{HOUSE}, team@kestrel.example", message_id="l@acme.example")
    deliver(team.office, mail)
    team.react()
    altered = replace(mail, text=f"{mail.text}\n\n-- \nteam list", subject=f"[team] {mail.subject}")
    deliver(team.office, altered, account=ANNA)
    team.react()

    assert later(team, minutes=2) == []


def test_what_waits_is_told_after_a_restart_and_once(team: Shop) -> None:
    """V5: it stands in a table; two workers at the same time write one mail."""
    for sender in THREE:
        ask(team, sender)
    team.clock.move(minutes=6)
    write_due_notices(team.office)
    write_due_notices(team.office)

    assert [letter.template for letter in team.notices()] == ["notice", "notices"]


@pytest.fixture
def teams(make_shop: Callable[[Settings], Shop], settings: Settings) -> Shop:
    """Anna and Zoe are of two teams and see nothing of each other's."""
    zoe = User(key="zoe", name="Zoe", address="zoe@kestrel.example", role="account_manager")
    users = tuple(user for user in settings.user if user.key != "carl")
    both = (Team(key="home", name="Home", lead="anna"), Team(key="away", name="Away", lead="zoe"))
    rules = settings.model_copy(update={"notices": Notices(), "user": (*users, zoe), "team": both})
    return make_shop(rules)


def give(shop: Shop, box_id: int, to: str) -> None:
    """Somebody has given a matter, with its tasks, to another one meanwhile."""
    with shop.office.work("given", actor="test") as work:
        hand_over_box(work, box_by_id(work.session, box_id), work.settings.user_by_key(to))


@on_both_databases
def test_a_notice_that_waits_goes_to_who_has_the_matter_when_it_leaves(teams: Shop) -> None:
    """MG-6: whoever may no longer see a deal reads nothing of it."""
    for number in range(5):  # in turn: Anna has the first, third and fifth
        ask(teams, f"c{number}@acme{number}.example")
    give(teams, 5, "zoe")

    seen = [letter.facts for letter in later(teams, minutes=5, seconds=1)]
    later(teams)

    assert "c4@acme4.example" not in str(seen)
    assert seen[-1]["mail"]["sender"] == "c2@acme2.example"
    later(teams, minutes=6)
    later(teams, minutes=6)
    hers = str([letter.facts for letter in teams.notices() if letter.user == "zoe"])
    assert [hers.count(f"'sender': 'c{number}@acme{number}.example'") for number in range(5)] == [
        0,
        1,
        0,
        1,
        1,
    ]


def test_however_many_notices_wait_the_deals_of_one_reader_are_asked_for_once(teams: Shop) -> None:
    """MG-6."""
    asked = []
    for count in (5, 11):  # both have something that waits
        for number in range(count):
            ask(teams, f"c{number}@x{count}.example")
        teams.clock.move(minutes=6)
        looks: list[str] = []

        def note(*given: object, looks: list[str] = looks) -> None:
            looks.append(str(given[2]))

        event.listen(teams.office.engine, "before_cursor_execute", note)
        write_due_notices(teams.office)
        event.remove(teams.office.engine, "before_cursor_execute", note)
        asked.append(len([one for one in looks if "FROM box " in one and "box_contact" not in one]))

    assert asked == [2, 2]
