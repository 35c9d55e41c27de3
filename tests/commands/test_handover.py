"""`handover anna: reason`: another rep gets the matter, its history, a draft and tasks (OP-15)."""

from __future__ import annotations

import mailbox
import subprocess
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import pytest

from inboxcrm.base.settings import Settings, User
from inboxcrm.base.settings_team import Team
from inboxcrm.base.store import blob_content
from inboxcrm.crm.store import box_by_id, lead_of_box, open_tasks_of_box, opportunity_of_box
from inboxcrm.reports.handover import make_due_bundles
from tests.build import ANNA, Mail, deliver, letters
from tests.commands.shop import Shop

PEOPLE = {"maria": "sales_director", "carl": "sdr"}


@pytest.fixture
def selling(shop: Shop) -> Shop:
    """Bob of Acme has asked, and carl's turn was first; Anna has the second lead and has quoted it."""
    shop.customer("Hello,\n\nFrom what I read you sell licences.\nFrom Bob", subject="Licences for Acme")
    shop.customer("We too.", sender="eve@beta.example", subject="Licences for Beta")
    return shop


def owner(shop: Shop, box_id: int) -> str | None:
    with shop.office.reading() as session:
        return box_by_id(session, box_id).owner


def mine_and_other(shop: Shop) -> tuple[int, int]:
    """A box of Anna's, and one of Carl's."""
    boxes = {owner(shop, number): number for number in (1, 2)}
    return boxes["anna"], boxes["carl"]


def answering(shop: Shop, box_id: int) -> str:
    return next(one.message_id for one in shop.notices() if one.box_id == box_id)


def say(shop: Shop, user: str, words: str, box_id: int) -> str:
    receipt = shop.user(user, words, answers=answering(shop, box_id))
    return str(receipt["lines"][0]["text"])


def files(shop: Shop) -> dict[str, bytes]:
    [letter] = letters(shop.office, "handover")
    with shop.office.reading() as session:
        return {one["name"]: blob_content(session, one["sha256"]) for one in letter.attachments}


def test_the_new_rep_gets_everything_and_the_customer_an_introduction_to_be_sent(
    selling: Shop, tmp_path: Path
) -> None:
    _, carls = mine_and_other(selling)
    before = selling.tasks(carls)

    told = say(selling, "carl", "handover anna: she knows them", carls)
    assert told.startswith(
        f"Licences for {'Acme' if carls == 1 else 'Beta'} is Anna's, who gets the whole history"
    )
    [letter] = letters(selling.office, "handover")
    assert (letter.state, letter.awaits) == ("waiting", "handover:1")
    assert make_due_bundles(selling.office) == 1
    assert make_due_bundles(selling.office) == 0

    assert owner(selling, carls) == "anna"
    with selling.office.reading() as session:
        assert lead_of_box(session, carls).owner == "anna"
    [letter] = letters(selling.office, "handover")
    assert ([r.address for r in letter.recipients], letter.awaits) == ([ANNA], None)
    [draft] = letters(selling.office, "introduction")
    assert (draft.form, draft.account, draft.facts["old"]) == ("draft", ANNA, "Carl")
    added = [task for task in selling.tasks(carls) if task not in before]
    assert [text.partition(" of ")[0] for _, text in added] == ["Meet the customer"] * 2 + [
        "Ask whether the customer"
    ]

    bundle = files(selling)
    file = tmp_path / "history.mbox"
    file.write_bytes(bundle["history.mbox"])
    mails = list(mailbox.mbox(file))
    assert len(mails) == letter.facts["count"] == 2  # the customer's, and the command
    text = subprocess.run(
        ["pdftotext", "-layout", "-", "-"], input=bundle["summary.pdf"], capture_output=True, check=True
    ).stdout.decode()
    assert "What has happened" in text
    told = " ".join(text.split())
    assert "handed over from carl to anna: she knows them" in told
    assert "task.created" not in told  # what the machine did on the way is not told
    assert "Licences for" in told


def test_a_line_that_begins_as_a_mail_of_an_mbox_is_no_new_mail(selling: Shop, tmp_path: Path) -> None:
    mine, carls = mine_and_other(selling)
    say(selling, "maria", "handover maria: mine", 1)
    make_due_bundles(selling.office)

    content = files(selling)["history.mbox"]
    assert b"\n>From what I read" in content
    assert content.count(b"\nFrom MAILER-DAEMON ") + content.startswith(b"From MAILER-DAEMON ") == 2
    assert {mine, carls} == {1, 2}


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("handover fred: he has time", "fred has no deals; they can go to anna, carl, maria"),
        ("handover zoe: why not", "nobody has the key 'zoe'"),
        ("handover anna", "say to whom and why; write such as: handover anna: she knows the customer"),
        ("handover carl: again", "is Carl's already"),
        ("handover all maria to carl: tired", "only a manager gives away what is maria's"),
    ],
)
def test_what_cannot_be_is_refused(selling: Shop, words: str, answer: str) -> None:
    _, carls = mine_and_other(selling)

    assert answer in say(selling, "carl", words, carls)
    assert owner(selling, carls) == "carl"
    assert letters(selling.office, "handover") == []


def test_a_rep_gives_away_nothing_of_another_and_nobody_in_his_name(selling: Shop) -> None:
    """V10."""
    mine, carls = mine_and_other(selling)

    assert "only anna or a manager hands it over" in say(selling, "carl", "handover carl: I want it", mine)
    words = "handover carl: hello"
    deliver(selling.office, Mail(words, ANNA, answers=answering(selling, mine), proof=None))
    deliver(selling.office, Mail(words, "bob@acme.example", answers=answering(selling, mine)))
    selling.react()

    assert (owner(selling, mine), owner(selling, carls)) == ("anna", "carl")


def test_what_an_earlier_handover_still_asked_for_is_dropped(selling: Shop) -> None:
    mine, _ = mine_and_other(selling)
    say(selling, "maria", "handover carl: holidays", mine)
    say(selling, "maria", "handover anna: back again", mine)

    errands = [text for kind, text in selling.tasks(mine) if kind == "errand"]
    assert len(errands) == 3
    assert len([one for one in errands if one.startswith("Ask whether")]) == 1


def test_a_manager_gives_away_all_of_a_rep_who_leaves(selling: Shop) -> None:
    selling.customer("And we.", sender="ina@gamma.example", subject="Licences for Gamma")
    selling.customer("And we.", sender="joe@delta.example", subject="Licences for Delta")
    owned = [number for number in range(1, 5) if owner(selling, number) == "carl"]

    told = say(selling, "maria", "handover all carl to anna: carl leaves", 1)

    assert told.startswith(f"{len(owned)} matters are Anna's: ")
    assert [number for number in range(1, 5) if owner(selling, number) == "carl"] == []
    assert make_due_bundles(selling.office) == len(owned) == 2


def test_without_a_watched_mailbox_the_receipt_says_that_no_draft_was_laid(selling: Shop) -> None:
    mine, _ = mine_and_other(selling)

    told = say(selling, "anna", "handover carl: holidays", mine)

    assert "no introduction could be drafted, as their mailbox is not watched" in told
    assert letters(selling.office, "introduction") == []


def test_the_deal_and_its_tasks_go_along(selling: Shop) -> None:
    mine, _ = mine_and_other(selling)
    selling.anna("quote 20 x standard", answers=answering(selling, mine))

    say(selling, "anna", "handover carl: holidays", mine)

    with selling.office.reading() as session:
        deal = opportunity_of_box(session, mine)
        assert deal.owner == "carl"
        kept = [(task.kind, task.owner) for task in open_tasks_of_box(session, mine)]
    assert ("next action", "carl") in kept
    assert [task for task in kept if task[1] == "anna"] == [("errand", "anna")]


TEAMS = (
    Team(key="home", name="Home", lead="tess", members=("anna", "ben")),
    Team(key="away", name="Away", lead="theo", members=("zoe",)),
)
ROLES = {"anna": "account_manager", "ben": "account_manager", "zoe": "account_manager", "tess": "team_lead"}
ROLES |= {"theo": "team_lead", "maria": "sales_director", "fred": "finance"}


@pytest.fixture
def teams(make_shop: Callable[[Settings], Shop], settings: Settings) -> Shop:
    """Two teams; Anna's lead is the first."""
    users = tuple(
        User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role)
        for key, role in ROLES.items()
    )
    shop = make_shop(settings.model_copy(update={"user": users, "team": TEAMS}))
    shop.customer("We need licences.")
    assert owner(shop, 1) == "anna"
    return shop


@pytest.mark.parametrize("which", ["", "all anna to "])
def test_a_team_lead_gives_away_within_the_team_alone(teams: Shop, which: str) -> None:
    """MG-6: as `assign` does; whoever may have it is named."""
    refused = say(teams, "tess", f"handover {which}zoe: she has time", 1)

    assert "to Zoe" in refused
    assert refused.endswith("it can go to ben, tess")
    assert owner(teams, 1) == "anna"
    assert letters(teams.office, "handover") == []
    assert "Ben" in say(teams, "tess", f"handover {which}ben: he has time", 1)
    assert owner(teams, 1) == "ben"


def test_a_director_gives_it_to_whoever_sells(teams: Shop) -> None:
    assert "is Zoe's" in say(teams, "maria", "handover zoe: she has time", 1)
    assert owner(teams, 1) == "zoe"


def test_what_nobody_owns_a_rep_takes_and_gives_to_nobody(teams: Shop) -> None:
    with teams.office.work("test", actor="test") as work:
        box_by_id(work.session, 1).owner = lead_of_box(work.session, 1).owner = None

    assert say(teams, "ben", "handover anna: she has time", 1).endswith("it can go to ben")
    assert "is Ben's" in say(teams, "ben", "handover ben: mine", 1)


def test_a_lead_gives_away_what_somebody_had_who_is_no_user_any_more(selling: Shop) -> None:
    with selling.office.work("test", actor="test") as work:
        box_by_id(work.session, 1).owner = "gone"
    users = tuple(
        user.model_copy(update={"role": "team_lead"}) if user.key == "anna" else user
        for user in selling.office.settings.user
    )
    selling.office = replace(
        selling.office, settings=selling.office.settings.model_copy(update={"user": users})
    )

    assert "1 matter is Carl's" in say(selling, "anna", "handover all gone to carl: gone has left", 1)
