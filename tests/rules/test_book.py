"""The rules in force: a good change is taken over, a faulty one refused while the old rules stay (docs/rules.md)."""

from __future__ import annotations

import os
import re
import threading
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from inboxcrm.base.records import Event
from inboxcrm.base.work import Office
from inboxcrm.rules.book import RuleBook, RulesFaulty, read_rules
from inboxcrm.rules.records import Firing
from inboxcrm.rules.refusal import tell_of_refusal
from tests.build import HandClock, a_lead, react
from tests.rules.writing import STARTER, TASK, a_book, a_rule

ON_LEAD = ('on = "lead.created"', 'for = "lead"')


def change(book: RuleBook, text: str) -> list[str]:
    """Write the file anew, as if some time ago, and give the ids in force."""
    write(book.folder / "test.toml", text)
    return [rule.id for rule in book.current()]


def write(file: Path, text: str) -> None:
    before = file.stat().st_mtime_ns if file.exists() else time.time_ns()
    file.write_text('version = "2026-11-24"\n' + text)
    os.utime(file, ns=(before - 2_000_000_000, before - 2_000_000_000))


def test_the_starter_rules_load_without_a_fault_and_each_names_its_row() -> None:
    found = read_rules(STARTER)

    assert [str(fault) for fault in found.faults] == []
    assert len(found.rules) >= 7
    assert all(re.fullmatch(r"(IN|LD|OP|EM|QU|SO|IV|RN|MG)-[0-9]{1,2}", rule.row) for rule in found.rules)
    assert all(rule.why.endswith(".") for rule in found.rules)


def test_a_good_change_is_taken_over_and_a_faulty_one_is_not(tmp_path: Path) -> None:
    book = a_book(tmp_path / "rules", a_rule(*ON_LEAD, name="first"))
    assert [rule.id for rule in book.current()] == ["first"]

    assert change(book, a_rule(*ON_LEAD, name="second")) == ["second"]
    assert change(book, a_rule(*ON_LEAD, "whem = 'x'", name="third")) == ["second"]
    assert change(book, "no toml at all [") == ["second"]
    assert change(book, a_rule(*ON_LEAD, name="fourth")) == ["fourth"]


def test_one_faulty_rule_keeps_the_whole_change_out(tmp_path: Path) -> None:
    book = a_book(tmp_path / "rules", a_rule(*ON_LEAD, name="first"))

    good, bad = a_rule(*ON_LEAD, name="good"), a_rule('on = "lead.creatd"', 'for = "lead"', name="bad")

    assert change(book, good + bad) == ["first"]


def test_a_new_file_and_a_removed_one_are_seen(tmp_path: Path) -> None:
    book = a_book(tmp_path / "rules", a_rule(*ON_LEAD, name="first"))
    other = tmp_path / "rules" / "other.toml"
    write(other, a_rule(*ON_LEAD, name="second", do=TASK.replace("look", "look twice")))
    assert [rule.id for rule in book.current()] == ["second", "first"]

    other.unlink()
    assert [rule.id for rule in book.current()] == ["first"]


def test_a_system_does_not_start_on_faulty_rules(tmp_path: Path) -> None:
    with pytest.raises(RulesFaulty, match=r"test.toml:\d+:\d+: .*did you mean 'lead.created'"):
        a_book(tmp_path / "rules", a_rule('on = "lead.creatd"', 'for = "lead"'))


def test_a_file_that_is_being_written_is_left_alone_until_it_is_quiet_for_a_second(tmp_path: Path) -> None:
    """Half of a file can be right by chance: the rules of its other half must not be missing meanwhile."""
    both = [a_rule(*ON_LEAD, name=name) for name in ("first", "second")]
    both[1] = both[1].replace('"look"', '"look twice"')
    book = a_book(tmp_path / "rules", *both)
    clock = HandClock(datetime.now(UTC) + timedelta(hours=1))
    book.clock = clock
    file = tmp_path / "rules" / "test.toml"

    file.write_text('version = "half"\n' + both[0])
    half = datetime.fromtimestamp(file.stat().st_mtime_ns / 1e9, UTC)
    clock.at = half + timedelta(milliseconds=400)
    assert [rule.id for rule in book.current()] == ["first", "second"]
    clock.at = half + timedelta(milliseconds=1100)
    assert [rule.id for rule in book.current()] == ["first"]


def test_while_a_file_is_written_again_and_again_there_is_never_a_rule_too_few(tmp_path: Path) -> None:
    """Eight hundred looks beside a writer that truncates the file each time and writes it piece by piece."""
    rules = [a_rule(*ON_LEAD, name=f"r{n}", do=TASK.replace("look", f"look {n}")) for n in range(6)]
    book = a_book(tmp_path / "rules", *rules)
    file, stop = tmp_path / "rules" / "test.toml", threading.Event()

    def write_again_and_again() -> None:
        while not stop.is_set():
            with file.open("w") as out:
                for piece in ('version = "x"\n', *rules):
                    out.write(piece)
                    out.flush()

    writer = threading.Thread(target=write_again_and_again)
    writer.start()
    try:
        seen = {len(book.current()) for _ in range(800)}
    finally:
        stop.set()
        writer.join(10)
    assert seen == {6}
    assert book.refused == ()


def test_a_change_is_taken_over_between_two_events_and_a_faulty_one_is_told_once(
    office: Office, tmp_path: Path
) -> None:
    """The first lead is the old rule's, the second the new one's; the digest and `doctor` name what is wrong."""
    book = a_book(tmp_path / "rules", a_rule(*ON_LEAD, name="old"))
    for number, text in enumerate(
        ("", a_rule(*ON_LEAD, name="new"), a_rule('on = "lead.creatd"', 'for = "lead"', name="bad"))
    ):
        if text:
            write(book.folder / "test.toml", text)
        with office.work("test", actor="test") as work:
            a_lead(work, f"p{number}@acme{number}.example")
        react(office, book)
        tell_of_refusal(office, book)
    other = RuleBook(book.folder)  # of another process
    other.current()
    tell_of_refusal(office, other)

    with office.reading() as session:
        assert session.scalars(select(Firing.rule).order_by(Firing.subject_id)).all() == ["old", "new", "new"]
        [told] = session.scalars(select(Event).where(Event.kind == "rule.refused"))
        assert told.payload["rule"] == "test.toml"
        assert "the old rules stay in force: test.toml:" in told.payload["reason"]
        assert "did you mean 'lead.created'?" in told.payload["reason"]
    assert any(
        "lead.creatd" in str(fault) for fault in read_rules(book.folder).faults
    )  # as `doctor` reads them

    write(book.folder / "test.toml", a_rule(*ON_LEAD, name="mended"))
    assert [rule.id for rule in book.current()] == ["mended"]
    tell_of_refusal(office, book)
    write(book.folder / "test.toml", a_rule('on = "lead.creatd"', 'for = "lead"', name="bad"))
    book.current()
    tell_of_refusal(office, book)
    with office.reading() as session:
        assert len(session.scalars(select(Event.id).where(Event.kind == "rule.refused")).all()) == 2
