"""The points of a lead: computed from its mails and [leads.score], or given by hand with a reason (LD-8, OP-13)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta

import pytest

from inboxcrm.base.records import Event
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_leads import Leads
from inboxcrm.base.settings_score import Estimate, Score
from inboxcrm.crm.qualifying.points import History, engagement_part, read_employees
from inboxcrm.crm.qualifying.store import qualification_of
from inboxcrm.crm.store import opportunity_of_box
from inboxcrm.reports.timeline import box_timeline
from inboxcrm.rules.facts import facts_of
from tests.build import START, Mail, sent_from_anna
from tests.commands.shop import Shop

SCORE = Score(
    size_bands=(10, 50, 250, 1000),
    industries=("Manufacturing = 5", "retail = 2"),
    countries=("NL = 5", "BE = 4"),
    words=("licences = 4", "student = 1"),
)


@pytest.fixture
def asked(shop: Shop) -> Shop:
    shop.customer("We need licences.")
    return shop


@pytest.fixture
def weighed(make_shop: Callable[[Settings], Shop], settings: Settings) -> Shop:
    """A shop whose configuration weighs leads and estimates deals; a Dutch customer has asked for licences."""
    leads = Leads(score=SCORE, estimate=Estimate(share_percent=20, price_a_year="49.00"))
    shop = make_shop(settings.model_copy(update={"leads": leads}))
    shop.customer("We need licences.", sender="bob@acme.nl")
    return shop


def say(shop: Shop, words: str) -> str:
    receipt = shop.anna(words, answers=shop.notices()[0].message_id)
    return "; ".join(str(line["text"]) for line in receipt["lines"])


def test_without_configuration_engagement_alone_counts_and_that_is_said(asked: Shop) -> None:
    assert say(asked, "score") == (
        "Licences for Acme: score 1 of 5: engagement 1 (1 mail); unknown and left out: size, industry, fit"
    )


def test_it_is_computed_when_a_mail_comes_and_told_to_rules(asked: Shop) -> None:
    for number in range(2):
        sent_from_anna(
            asked.office, Mail(f"Answer {number}", to="bob@acme.example", subject="Re: Licences for Acme")
        )
        asked.customer(f"Question {number}", subject="Re: Licences for Acme")

    with asked.office.reading() as session:
        facts = facts_of(session, "lead", 1)
        scored = [
            (e.payload["old"], e.payload["new"])
            for e in session.query(Event).filter_by(kind="lead.scored").order_by(Event.id)
        ]
    assert facts is not None
    assert (facts["score"], facts["score_parts"], facts["engagement_points"]) == (3, 1, 3)
    assert facts["size_points"] is None
    assert scored == [(None, 1), (1, 2), (2, 3)]


def test_the_parts_that_the_configuration_weighs_are_told_with_their_reasons(weighed: Shop) -> None:
    told = say(weighed, "score employees 300, industry manufacturing")

    assert told == (
        "Licences for Acme: score 15 of 20: size 4 (300 people), industry 5 (Manufacturing),"
        " engagement 1 (1 mail), fit 5 (NL, licences);"
        " estimate, as no amount is known: EUR 2,940.00 a year (300 people)"
    )


def test_what_is_said_by_hand_wins_with_its_reason_until_it_is_given_back(weighed: Shop) -> None:
    say(weighed, "score employees 300")
    assert "size 2 (anna: one team alone, 3 people)" in say(
        weighed, "score size 2, fit 1: one team alone, 3 people"
    )
    weighed.customer("And training?", sender="bob@acme.nl", subject="Re: Licences for Acme")

    with weighed.office.reading() as session:
        known = qualification_of(session, 1)
        assert known is not None
        assert (known.size, known.fit) == (2, 1)
    assert "size 4 (300 people)" in say(weighed, "score size auto")


@pytest.mark.parametrize(
    "words", ["score size 6", "score size", "score height 3", "score size 4, fit good", "score size 12"]
)
def test_points_that_there_are_not_are_refused_with_the_right_form(asked: Shop, words: str) -> None:
    told = say(asked, words)

    assert told.startswith("I do not understand")
    assert "write such as: score size 4, fit 2: reason" in told


def test_an_estimate_is_never_the_amount_and_ends_with_one(weighed: Shop) -> None:
    """OP-13: shown as an estimate while nobody has said an amount; it counts for nothing."""
    say(weighed, "score employees 300\nqualify")
    with weighed.office.reading() as session:
        deal = opportunity_of_box(session, 1)
        assert deal is not None
        assert deal.amount_minor is None
        facts = facts_of(session, "opportunity", deal.id)
        assert facts is not None
        assert (facts["amount"], facts["estimate"]) == (None, 2940)
        told = box_timeline(session, weighed.office.settings, 1)["facts"]
        assert "estimate, as no amount is known: EUR 2,940.00 a year (300 people)" in told
    say(weighed, "quote 20 x standard")
    with weighed.office.reading() as session:
        facts = facts_of(session, "opportunity", 1)
        assert facts is not None
        assert (facts["amount"], facts["estimate"]) == (980, None)
        assert not [
            line for line in box_timeline(session, weighed.office.settings, 1)["facts"] if "estimate" in line
        ]


@pytest.mark.parametrize(
    ("history", "points"),
    [
        (History(), None),
        (History(mails=1, last_at=START), 1),
        (History(mails=3, last_at=START), 2),
        (History(mails=2, answers=1, last_at=START), 2),
        (History(mails=4, answers=3, last_at=START), 4),
        (History(mails=9, answers=5, talks=1, last_at=START), 5),
        (History(mails=9, answers=5, talks=1, last_at=START - timedelta(days=31)), 4),
        (History(mails=9, answers=5, talks=1, last_at=START - timedelta(days=91)), 3),
        (History(mails=1, last_at=START - timedelta(days=400)), 1),
        (History(talks=1), 2),
    ],
)
def test_engagement_counts_mails_answers_and_talks_and_minds_silence(
    history: History, points: int | None
) -> None:
    assert engagement_part(history, START).points == points


@pytest.mark.parametrize(
    ("words", "count"),
    [
        ("120", 120),
        ("51-200", 51),
        ("ca. 1.200 people", 1200),
        ("10,000+", 10000),
        ("many", None),
        ("0", None),
    ],
)
def test_the_number_of_people_in_a_form_is_read(words: str, count: int | None) -> None:
    assert read_employees(words) == count


@pytest.mark.parametrize(
    ("employees", "points"), [(1, 1), (9, 1), (10, 2), (49, 2), (50, 3), (250, 4), (999, 4), (1000, 5)]
)
def test_the_bands_of_size_begin_where_they_say(employees: int, points: int) -> None:
    assert SCORE.size_points(employees) == points


@pytest.mark.parametrize(
    ("field", "value", "right"),
    [
        ("size_bands", (10, 50), "four numbers that rise"),
        ("size_bands", (10, 50, 40, 100), "four numbers that rise"),
        ("industries", ("retail",), 'such as "manufacturing = 5"'),
        ("industries", ("retail = 9",), 'such as "manufacturing = 5"'),
        ("countries", ("Holland = 5",), 'such as "NL = 5"'),
    ],
)
def test_a_wrong_weight_says_what_would_be_right(field: str, value: object, right: str) -> None:
    with pytest.raises(ValueError, match=right):
        Score(**{field: value})
