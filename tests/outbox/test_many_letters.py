"""Many letters written at once are each what one alone would be, with its numbered lines (S5, MG-2)."""

from __future__ import annotations

from inboxcrm.base.work import Office
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter, write_letters
from inboxcrm.outbox.store import lines_of_letter
from tests.build import letters, on_both_databases


def a_plan(number: int) -> Plan:
    return Plan(
        kind="digest", dedupe=f"digest:{number}", account="sales@kestrel.example",
        to=[Address("Maria", "maria@kestrel.example")], subject=f"Digest {number}", facts={"number": number},
        task_ids=[number], lines=[("box", 70 + number), ("task", 90 + number)],
    )  # fmt: skip


@on_both_databases
def test_each_has_its_lines_and_none_is_written_twice(office: Office) -> None:
    with office.work("test", actor="test") as work:
        write_letter(work, a_plan(2))
    with office.work("test", actor="test") as work:
        write_letters(work, [a_plan(number) for number in (1, 2, 3, 3)])
        write_letters(work, [])

    found = sorted(letters(office, "digest"), key=lambda letter: letter.subject)

    assert [letter.subject for letter in found] == ["Digest 1", "Digest 2", "Digest 3"]
    with office.reading() as session:
        for number, letter in enumerate(found, start=1):
            assert lines_of_letter(session, letter.id) == [
                ("task", number),
                ("box", 70 + number),
                ("task", 90 + number),
            ]
