"""`stop sequence`: the owner ends what a rule sends step by step, for good on this record (EM-8)."""

from __future__ import annotations

import pytest

from inboxcrm.outbox.sequences.store import runs_going
from inboxcrm.reports.timeline import box_timeline
from tests.commands.shop import STARTER, Shop
from tests.rules.sequences.running import STEPS
from tests.rules.writing import a_rule

RULE = a_rule('on = "lead.created"', 'for = "lead"', do=STEPS)


@pytest.fixture
def shop(shop: Shop) -> Shop:
    """The starter rules, and a sequence over each lead."""
    from inboxcrm.rules.book import RuleBook

    folder = shop.office.settings.rules.folder
    folder.mkdir(exist_ok=True)
    (folder / "sales.toml").write_text((STARTER / "sales.toml").read_text())
    (folder / "test.toml").write_text(f'version = "2026-11-23"\n{RULE}')
    shop.rules = RuleBook(folder).open()
    return shop


def going(shop: Shop, box_id: int) -> list[tuple[str, str]]:
    """The sequences that run over a box, with their states."""
    with shop.office.reading() as session:
        return [(run.rule, run.state) for run in runs_going(session, [box_id])]


@pytest.mark.parametrize("words", ["stop", "stop sequence", "Stop the sequence."])
def test_the_owner_stops_it_in_reply_to_a_notice(shop: Shop, words: str) -> None:
    box_id = shop.customer("We need licences.").box_id or 0
    assert going(shop, box_id) == [("test", "running")]

    [line] = shop.anna(words, answers=shop.notice().message_id)["lines"]

    assert (line["is_done"], line["text"].partition(";")[0]) == (True, "stopped for good here: test")
    assert going(shop, box_id) == []


def test_it_never_begins_again_for_that_record(shop: Shop) -> None:
    box_id = shop.customer("We need licences.").box_id or 0
    shop.anna("stop sequence", answers=shop.notice().message_id)
    with shop.office.work("test", actor="test") as work:
        from inboxcrm.crm.store import lead_of_box

        lead = lead_of_box(work.session, box_id)
        assert lead is not None
        work.emit("lead.created", ("lead", lead.id), box_id=box_id)
    shop.react()

    assert going(shop, box_id) == []


def test_nothing_runs_and_other_words_are_refused(shop: Shop) -> None:
    shop.customer("We need licences.")
    notice = shop.notice().message_id
    assert "stands alone" in shop.anna("stop it please", answers=notice)["lines"][0]["text"]
    shop.anna("stop sequence", answers=notice)

    [line] = shop.anna("stop sequence", answers=notice)["lines"]

    assert (line["is_done"], line["text"]) == (False, "no sequence runs here")


def test_undo_lets_it_go_on(shop: Shop) -> None:
    box_id = shop.customer("We need licences.").box_id or 0
    message = shop.anna("stop sequence", answers=shop.notice().message_id)
    assert message["lines"][0]["is_done"]
    from tests.build import letters

    receipt = letters(shop.office, "receipt")[-1]
    [line] = shop.anna("undo", answers=receipt.message_id)["lines"]

    assert line["is_done"], line
    assert going(shop, box_id) == [("test", "running")]


def test_a_forged_word_stops_nothing(shop: Shop) -> None:
    """V10: from Anna's address, without any proof."""
    from tests.build import ANNA, Mail, deliver

    box_id = shop.customer("We need licences.").box_id or 0
    deliver(shop.office, Mail("stop sequence", ANNA, answers=shop.notice().message_id, proof=None))
    shop.react()

    assert len(going(shop, box_id)) == 1


def test_show_names_it_and_when_it_goes_on(shop: Shop) -> None:
    box_id = shop.customer("We need licences.").box_id or 0
    with shop.office.reading() as session:
        facts = box_timeline(session, shop.office.settings, box_id)["facts"]

    assert "sequence test: running, step 2 due 2026-11-26 10:30" in facts
