"""A year of the starter set `streak`, day by day: who gets what on which day, against a table written from the process.

Ten customers come by real mails: they buy, try, fall silent, cancel and renew. Every notice, task and draft of the
year is in the table, and no other. It takes longer than other tests, as each of 365 days is looked at; digests are left
out. Working days are Dutch: Christmas is a Friday and a Saturday, Easter Monday is 29 March, King's Day 27 April.
"""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tests.build import day
from tests.rules.starter.year import Customer, Year, open_year

# Day, who, what, row, and how its words begin; above a line stands why it is that day.
EXPECTED = """
# his first mail
2026-11-23 anna   notice                LD-5   New lead: acme
# by the same clock time of the next working day
2026-11-23 anna   task for 2026-11-24   LD-5   Answer acme:
# in plain words
2026-11-23 anna   notice                QU-5   Q-2026-0001 is accepted
# the checklist is done
2026-11-23 maria  notice                OP-9   Anna has won Acme 20 standard
# after a quarter of an hour
2026-11-23 fred   notice                IV-11  Invoice I-2026-0001

2026-12-01 anna   notice                LD-5   New lead: bank
2026-12-01 anna   task for 2026-12-02   LD-5   Answer bank:
2026-12-01 anna   notice                QU-5   Q-2026-0002 is accepted
2026-12-01 maria  notice                OP-9   Anna has won Bank 45 standard
2026-12-01 fred   notice                IV-11  Invoice I-2026-0002
2026-12-18 anna   notice                LD-5   New lead: early
# a Friday, so on Monday
2026-12-18 anna   task for 2026-12-21   LD-5   Answer early:
2026-12-18 anna   notice                QU-5   Q-2026-0003 is accepted
2026-12-18 maria  notice                OP-9   Anna has won Early 10 standard
2026-12-18 fred   notice                IV-11  Invoice I-2026-0003

2026-12-24 anna   notice                LD-5   New lead: kees
# Christmas and a weekend lie between
2026-12-24 anna   task for 2026-12-28   LD-5   Answer kees:
# Bank paid 2205 on 11 December; Acme's 980 is not over 1000
2026-12-25 anna   task for 2026-12-28   RN-15  Ask how they get on
# nobody has answered Kees for a working day
2026-12-28 anna   notice                LD-6

2027-01-04 anna   notice                LD-5   New lead: large
2027-01-04 anna   task for 2027-01-05   LD-5   Answer large:
2027-01-04 anna   notice                QU-5   Q-2027-0001 is accepted
2027-01-04 maria  notice                OP-9   Anna has won Large 120 standard
2027-01-04 fred   notice                IV-11  Invoice I-2027-0001

2027-02-01 anna   notice                LD-5   New lead: tess
2027-02-01 anna   task for 2027-02-02   LD-5   Answer tess:
# 250 users are large
2027-02-01 anna   task for 2027-02-02   RN-12  Send tess the evaluation agreement
2027-02-08 anna   notice                LD-5   New lead: finn
2027-02-08 anna   task for 2027-02-09   LD-5   Answer finn:
# 5 users are small
2027-02-08 anna   notice                RN-12  No trial below 100 users
2027-03-01 anna   notice                LD-5   New lead: ina
2027-03-01 anna   task for 2027-03-02   LD-5   Answer ina:

2027-03-10 anna   notice                EM-1   Mail of acme@acme.example
# he cancels
2027-03-10 anna   task for 2027-03-11   RN-13  Save the deal with acme@acme.example
# the reason is asked
2027-03-10 anna   draft                 RN-13  Your cancellation

# a Saturday, a week before 3 February + 45 days; due on Monday
2027-03-13 anna   task for 2027-03-15   RN-12  Arrange with tess to talk about the trial, it ends on 20 March 2027
# the first working day after
2027-03-22 anna   notice                RN-12  The trial is over and tess
# three days before; the night in which summer time begins
2027-03-28 anna   notice                QU-9   Q-2027-0002 for Ina 10 standard holds until 31 March 2027
2027-03-28 anna   draft                 QU-9   Our quote Q-2027-0002
# Tess's deal woke on 22 March; the 29th is Easter Monday
2027-03-30 anna   notice                OP-9   Quiet for a week
# seven days later is Easter Monday, so on Tuesday
2027-03-30 anna   notice                RN-12  The trial is over and tess
# what is lost by its price is told
2027-04-02 maria  notice                OP-11  Product feedback: lost, Ina

2027-04-05 anna   notice                LD-5   New lead: greta
2027-04-05 anna   task for 2027-04-06   LD-5   Answer greta:
# the 12th, 07:00 is not yet a week after the 5th, 10:30
2027-04-13 anna   notice                OP-9   Quiet for a week
# seven days later
2027-04-20 anna   notice                OP-9   Quiet for a week
# fourteen days on Quote ended on the 19th at 10:30
2027-04-20 maria  notice                OP-9   Too long on Quote
# the 27th is King's Day
2027-04-28 anna   notice                OP-10  Stagnant for three weeks
# a Sunday, three days before 5 May
2027-05-02 anna   notice                QU-9   Q-2027-0003 for Greta 30 standard
2027-05-02 anna   draft                 QU-9   Our quote Q-2027-0003
# fourteen days after she was told first
2027-05-04 maria  notice                OP-9   Too long on Quote
# Anna says so
2027-05-04 maria  notice                OP-9   In negotiation: Greta 30 standard
2027-05-05 maria  notice                OP-11  Product feedback: lost, Greta

# six months before 4 January: 120 users are large
2027-07-04 anna   notice                RN-9   Up for renewal: Large 120 standard
2027-07-04 anna   draft                 RN-10  Your renewal: how many users?

# ninety days before 1 December: 2205 is not below 2000
2027-09-02 anna   notice                RN-9   Up for renewal: Bank 45 standard
2027-09-02 anna   draft                 RN-10  Your renewal: how many users?
2027-09-06 anna   notice                QU-5   Q-2027-0004 is accepted
# a renewal has no checklist
2027-09-06 maria  notice                OP-9   Anna has won Bank 45 standard
2027-09-06 fred   notice                IV-11  Invoice I-2027-0002
# sixty days before 23 November
2027-09-24 anna   notice                RN-9   Up for renewal: Acme 20 standard
2027-09-24 anna   draft                 RN-10  Your renewal: how many users?

# she put it on hold until then
2027-10-01 anna   notice                RN-9   Up for renewal: Large 120 standard
2027-10-01 anna   draft                 RN-10  Your renewal: how many users?
2027-10-04 anna   notice                LD-5   New lead: otto
2027-10-04 anna   task for 2027-10-05   LD-5   Answer otto:
# 5880 is not below 2000, so ninety days and not sixty
2027-10-06 anna   notice                RN-9   Ninety days to the end of the term
2027-10-07 anna   notice                QU-5   Q-2027-0006 is accepted
2027-10-07 maria  notice                OP-9   Anna has won Large 120 standard
2027-10-07 fred   notice                IV-11  Invoice I-2027-0003
# sixty days before 18 December
2027-10-19 anna   notice                RN-9   Up for renewal: Early 10 standard
2027-10-19 anna   draft                 RN-10  Your renewal: how many users?
# three days before 3 November; the night in which summer time ends
2027-10-31 anna   notice                QU-9   Q-2027-0005 for Otto 10 standard
2027-10-31 anna   draft                 QU-9   Our quote Q-2027-0005
2027-11-05 maria  notice                OP-11  Product feedback: lost, Otto
# she put it on hold until then
2027-11-18 anna   notice                RN-9   Up for renewal: Early 10 standard
2027-11-18 anna   draft                 RN-10  Your renewal: how many users?
# early release: thirty days before
2027-11-18 anna   task for 2027-11-19   RN-9   Send early the quote of the renewal, it ends on 18 December 2027
"""


def expected() -> list[tuple[str, ...]]:
    rows = [line for line in EXPECTED.splitlines() if line and not line.startswith("#")]
    cuts = ((0, 10), (11, 18), (18, 40), (40, 47), (47, None))
    return sorted(tuple(row[slice(*cut)].strip() for cut in cuts) for row in rows)


ACME, BANK, EARLY, LARGE = (
    Customer("acme", 20),
    Customer("bank", 45),
    Customer("early", 10),
    Customer("large", 120),
)
KEES, TESS, FINN = Customer("kees", 3), Customer("tess", 250), Customer("finn", 5)
INA, GRETA, OTTO = Customer("ina", 10), Customer("greta", 30), Customer("otto", 10)


def winter(year: Year) -> None:
    """Four customers buy, two of them pay; one is not answered over Christmas."""
    year.look()
    year.buys(ACME)
    year.until("2026-12-01")
    year.buys(BANK)
    year.until("2026-12-07")
    year.fred(ACME, "paid")
    year.until("2026-12-11", "08:00")
    year.fred(BANK, "paid")
    year.until("2026-12-18")
    year.buys(EARLY)
    year.anna(EARLY, "field early_release: yes")
    year.until("2026-12-24")
    year.asks(KEES)
    year.until("2026-12-28")
    year.anna(KEES, "dead: too small")
    year.until("2027-01-04")
    year.asks(LARGE)
    year.anna(LARGE, "field users: 120")
    year.buys_what_was_asked(LARGE)


def trials(year: Year) -> None:
    """A large customer tries it, a small one may not; a quote is to be decided on in April."""
    year.until("2027-02-01")
    year.begins_trial(TESS)
    year.until("2027-02-03")
    year.anna(TESS, "field trial: running")
    year.anna(TESS, "hold until 22 mar")
    year.later()
    year.until("2027-02-08")
    year.begins_trial(FINN)
    year.anna(FINN, "lost fit: too small for it")
    year.until("2027-03-01")
    year.asks(INA)
    year.quotes(INA)
    year.anna(INA, "hold until 1 apr")


def spring(year: Year) -> None:
    """One cancels; the trial ends without a word; one falls silent after his quote."""
    year.until("2027-03-10")
    year.writes(ACME, "Please cancel our subscription at the end of the term.")
    year.night("2027-03-27")
    year.until("2027-03-31")
    year.anna(TESS, "lost fit: they go on with paper")
    year.until("2027-04-02")
    year.anna(INA, "lost price: too dear")
    year.until("2027-04-05")
    year.asks(GRETA)
    year.quotes(GRETA)
    year.until("2027-05-04")
    year.anna(GRETA, "stage negotiation")
    year.until("2027-05-05")
    year.anna(GRETA, "lost price: too dear")


def autumn(year: Year) -> None:
    """Renewals come up, each at its own time: two are won before their term is over, one is lost."""
    year.until("2027-07-05")
    year.anna(LARGE, "hold until 1 oct")
    year.until("2027-09-03")
    renewed = year.quotes(BANK)
    year.until("2027-09-06")
    year.accepts(BANK, renewed)
    year.until("2027-09-24")
    year.anna(ACME, "lost other: they stop")
    year.until("2027-10-04")
    year.asks(OTTO)
    year.quotes(OTTO)
    year.anna(OTTO, "hold until 5 nov")
    year.until("2027-10-07")
    year.accepts(LARGE, year.quotes(LARGE))
    year.until("2027-10-20")
    year.anna(EARLY, "hold until 18 nov")
    year.night("2027-10-30")
    year.until("2027-11-05")
    year.anna(OTTO, "lost price: too dear")
    year.until("2027-11-23")


def test_a_year_of_streak(make_office, clock, tmp_path: Path) -> None:
    """RN-9, RN-12, RN-13, RN-15, OP-9, OP-10, QU-9, LD-5, LD-6: all of the year, and nothing else."""
    year = open_year(make_office, clock, tmp_path)
    for season in (winter, trials, spring, autumn):
        season(year)

    made = year.what_rules_made()
    wanted = expected()
    assert [row[:4] for row in made] == [row[:4] for row in wanted]
    assert [row[4][: len(words)] for row, (*_, words) in zip(made, wanted, strict=True)] == [
        row[4] for row in wanted
    ]
    # Each renewal ends a year after the term before it, however early it was won; what was lost has none.
    assert year.deals("renewal") == {
        "Acme 20 standard renewal 2027": (day("2027-11-23"), "Closed Lost"),
        "Bank 45 standard renewal 2027": (day("2027-12-01"), "Closed Won"),
        "Bank 45 standard renewal 2028": (day("2028-12-01"), "Prospecting"),
        "Early 10 standard renewal 2027": (day("2027-12-18"), "Prospecting"),
        "Large 120 standard renewal 2028": (day("2028-01-04"), "Closed Won"),
        "Large 120 standard renewal 2029": (day("2029-01-04"), "Prospecting"),
    }
    # Seven in the morning, of the summer's first day and of the winter's.
    in_april, _, in_autumn = year.fired_at("quote-ends")
    assert in_april == datetime(2027, 3, 28, 5, tzinfo=UTC)
    assert in_autumn == datetime(2027, 10, 31, 6, tzinfo=UTC)
