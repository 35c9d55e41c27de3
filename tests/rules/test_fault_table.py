"""Sixty mistakes in small rule files, each told with its line, its column and what would be right."""
# ruff: noqa: E501 - each mistake stands in one line with what is said of it

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.base.settings import Settings
from inboxcrm.rules.book import read_rules

LINES = """\
version = "1"
[[rule]]
id = "a"
version = 1
why = "w"
on = "opportunity.won"
for = "opportunity"
when = "is_open"
[[rule.do]]
action = "notice"
to = "owner"
text = "t"
""".splitlines()

# The number of the line that is written otherwise, what stands there, and all faults that are told.
FAULTS: list[tuple[int, str, list[str]]] = [
    (3, 'id = "A b"', ["3:7: 'A b' is no id; write small letters, digits and hyphens"]),
    (3, 'id = ""', ["3:7: 'id' is empty"]),
    (4, 'version = "1"', ["4:12: 'version' must be a whole number"]),
    (4, "version = 0", ["4:11: a version is 1 or more"]),
    (4, "version = true", ["4:11: 'version' must be a whole number"]),
    (5, 'wy = "w"', ["2:1: a rule needs the key 'why'; write why = ...", "5:1: a rule has no key 'wy'; did you mean 'why'?"]),
    (6, 'on = "opportunity.wn"', ["6:7: there is no event 'opportunity.wn'; did you mean 'opportunity.won'?"]),
    (6, 'on = "won"', ["6:7: 'won' is no kind of event; write such as 'lead.created'"]),
    (6, 'on = "lead.created"', ["2:1: rule 'a' on 'lead.created' for 'opportunity' would never fire; write for = \"lead\""]),
    (6, 'on = "message.noise"', ["2:1: rule 'a' on 'message.noise' for 'opportunity' would never fire; choose another event"]),
    (6, 'every = "workdy 07:00"', ["6:10: 'workdy 07:00' is no schedule; did you mean 'workday'?"]),
    (6, 'every = "daily 24:00"', ["6:10: 'daily 24:00' is no schedule; the time goes from 00:00 to 23:59"]),
    (7, 'for = "oportunity"', ["7:8: there is no kind of record 'oportunity'; did you mean 'opportunity'?"]),
    (8, 'when = "is_opn"', ["8:9: 'opportunity' has no fact 'is_opn'; did you mean 'is_open'?"]),
    (8, 'when = "amount > \'x\'"', ["8:18: an amount of money cannot be compared with a text; a text is written in quotes, a number without"]),
    (8, "when = \"stage == 'Qoute'\"", ["8:18: 'stage' is never 'Qoute'; did you mean 'Quote'?"]),
    (8, "when = \"stage == 'Quote' and stage == 'Closure'\"", ["8:30: this can never hold beside `stage == 'Quote'`; the rule would never fire"]),
    (8, 'when = "amount > 10 and amount < 5"', ["8:25: this can never hold beside `amount > 10`; the rule would never fire"]),
    (8, 'when = "is_open and not is_open"', ["8:21: this can never hold beside `is_open`; the rule would never fire"]),
    (8, "when = \"owner is None and owner == 'anna'\"", ["8:27: this can never hold beside `owner is None`; the rule would never fire"]),
    (8, 'when = "close_on > today + days(9) and close_on < today"', ["8:40: this can never hold beside `close_on > today + days(9)`; the rule would never fire"]),
    (8, 'when = "probability in (1, 2) and probability > 2"', ["8:35: this can never hold beside `probability in (1, 2)`; the rule would never fire"]),
    (8, 'when = "is_open and 1 > 2"', ["8:21: this can never hold; the rule would never fire"]),
    (8, 'when = "False"', ["8:9: the condition can never hold; the rule would never fire"]),
    (8, 'when = "last_activity_at < 7"', ["8:28: a time cannot be compared with a number; compare it with now or now - days(7)"]),
    (8, 'when = "close_on < now"', ["8:20: a day cannot be compared with a time; write date(...) for the day of a time"]),
    (8, 'when = "close_on < 7"', ["8:20: a day cannot be compared with a number; compare it with today, today + days(7) or date('2027-01-31')"]),
    (8, 'when = "close_on < today + hours(4)"', ["8:20: hours cannot be added to a day; write days(1)"]),
    (8, 'when = "close_on < today + business_hours(4)"', ["8:20: hours cannot be added to a day; write business_days(1)"]),
    (8, 'when = "created_at < now - months(1)"', ["8:22: a time less a number of months makes no sense; months go with days: write date(...)"]),
    (8, "when = \"close_on > date('2027-02-30')\"", ["8:25: this is no day; write such as date('2027-01-31')"]),
    (8, 'when = "year(created_at) == 2027"', ["8:14: 'year' takes a day, not a time; write date(...) for the day of a time"]),
    (8, 'when = "created_at < now - busines_hours(4)"', ["8:28: there is no function 'busines_hours'; did you mean 'business_hours'?"]),
    (8, 'when = "created_at < now - business_hours(9999)"', ["8:43: 'business_hours' takes 2000 at most"]),
    (8, 'when = "business_hours(4) == business_hours(4)"', ["8:30: a working time cannot be compared; add it to a time, as in now - business_hours(4)"]),
    (8, "when = \"amount > money(5, 'EURO')\"", ["8:27: there is no currency 'EURO'; did you mean 'EUR'?"]),
    (8, "when = \"money(5, 'EUR') > money(5, 'USD')\"", ["8:27: EUR cannot be compared with USD; write both in one currency"]),
    (8, "when = \"estimate > money(5, 'EUR')\"", ["8:20: of this number nobody knows the currency; compare it with a plain number"]),
    (8, "when = \"matches(name, '(a')\"", ["8:23: this is no pattern: missing ): (a"]),
    (8, "when = \"matches(name, 'a(?=b)')\"", ["8:23: this is no pattern: invalid perl operator: (?="]),
    (8, 'when = "matches(name, stage)"', ["8:23: a pattern is written out in the rule; write such as 'PO[0-9]+'"]),
    (8, 'when = "coalesce(stage, name) == name"', ["8:18: 'stage' always has a value, it is never None; leave coalesce out"]),
    (8, 'when = "coalesce(amount, weighted) > 3"', ["8:26: what stands for it must always have a value"]),
    (8, 'when = "is_empty(is_open)"', ["8:18: 'is_open' always has a value, it is never empty"]),
    (8, 'when = "min(amount) > 3"', ["8:13: 'min' takes 2 or more values, not 1; as in min(amount, estimate) > 1000"]),
    (8, 'when = "max(amount, created_at) > 3"', ["8:21: an amount of money cannot be compared with a time; compare it with now or now - days(7)"]),
    (8, "when = \"'x' in stage\"", ["8:16: 'in' wants a list of written-out values; write ('a', 'b')"]),
    (8, 'when = "is_open && is_on_hold"', ["8:18: this is no condition: invalid syntax; write 'and'"]),
    (8, 'when = "amount = 3"', ["8:16: this is no condition: invalid syntax; write '==' to compare"]),
    (8, 'when = "amount ** 9 > 3"', ["8:9: only + - * can be reckoned with; and, or, not join conditions"]),
    (8, "when = 3", ["8:8: 'when' must be a text"]),
    (8, 'again = "7 dyas"', ["8:10: 'again' goes with 'every' only; an event happens once", "8:10: '7 dyas' is no duration; did you mean 'days'?"]),
    (10, 'action = "notce"', ["10:11: there is no action 'notce'; did you mean 'notice'?"]),
    (11, 'to = "ana"', ["11:7: there is no user 'ana'; did you mean 'anna'?"]),
    (11, "to = 3", ["11:6: 'to' must be a text"]),
    (12, 'txt = "t"', ["9:1: 'notice' needs the key 'text'; write text = ...", "12:1: 'notice' has no key 'txt'; did you mean 'text'?"]),
    (12, 'text = "{{ nam }}"', ["12:12: 'opportunity' has no fact 'nam'; did you mean 'name'?"]),
    (12, 'text = "{{ name.__class__ }}"', ["12:12: 'opportunity' has no fact 'name.__class__'"]),
    (12, 'text = "{% if name %}"', ["12:9: '{%' is no placeholder here; write {{ fact }} and nothing else", "12:20: '%}' is no placeholder here; write {{ fact }} and nothing else"]),
    (1, 'verson = "1"', ["1:1: a rule file has no key 'verson'; did you mean 'version'?", "1:1: a rule file needs the key 'version'; write version = ..."]),
    (2, "[rule]", ["2:1: 'rule' must be a list"]),
    (12, 'text = "t', ["12:10: this is no TOML: Illegal character '\\n'"]),
]  # fmt: skip


@pytest.mark.parametrize(("line", "written", "faults"), FAULTS, ids=lambda value: str(value)[:60])
def test_a_mistake_is_told_at_its_place_with_what_would_be_right(
    tmp_path: Path, settings: Settings, line: int, written: str, faults: list[str]
) -> None:
    lines = [written if number == line else text for number, text in enumerate(LINES, 1)]
    (tmp_path / "a.toml").write_text("\n".join(lines) + "\n", encoding="utf-8")

    found = read_rules(tmp_path, settings=settings).faults

    assert [str(fault).removeprefix("a.toml:") for fault in found] == faults


def test_there_are_sixty_of_them() -> None:
    assert len(FAULTS) >= 60


def test_without_a_mistake_nothing_is_told(tmp_path: Path, settings: Settings) -> None:
    (tmp_path / "a.toml").write_text("\n".join(LINES) + "\n", encoding="utf-8")

    assert read_rules(tmp_path, settings=settings).faults == ()
