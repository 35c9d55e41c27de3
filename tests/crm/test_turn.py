"""Leads are handed out in turn: fair, the same in every run, by who is there, what he has, and where it comes from."""

from __future__ import annotations

from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from hypothesis import HealthCheck, given
from hypothesis import settings as hypothesis_settings
from hypothesis import strategies as st

from inboxcrm.base.settings import User
from inboxcrm.base.settings_leads import Leads
from inboxcrm.base.settings_team import Territory
from inboxcrm.base.work import Office, Work
from inboxcrm.crm.absence import note_absence
from inboxcrm.crm.lead import assign_lead, move_lead
from inboxcrm.crm.particulars import Particular, note_particulars
from inboxcrm.crm.turn import Chosen, take_turn
from tests.build import a_lead, on_both_databases, the_settings

if TYPE_CHECKING:
    from pathlib import Path

    from inboxcrm.crm.records import Lead

NL, BE = Territory(countries=("NL",)), Territory(countries=("BE",), languages=("fr",))


def rep(key: str, role: str = "account_manager", **more: object) -> User:
    return User(key=key, name=key.title(), address=f"{key}@kestrel.example", role=role, **more)


def with_people(work: Work, tmp_path: Path, *people: User, **tables: object) -> None:
    manager = User(key="maria", name="Maria", address="maria@kestrel.example", role="sales_director")
    account = the_settings(tmp_path).account[:1]
    work.settings = the_settings(tmp_path, user=(*people, manager), account=account, **tables)


def away(work: Work, key: str, days: float, deputy: str | None = None) -> None:
    user = work.settings.user_by_key(key)
    assert user is not None
    until = work.now + timedelta(days=days)
    occasion = f"{key}:{work.now}"
    note_absence(work, user, start_at=work.now, until_at=until, deputy=deputy, occasion=occasion)


def hand_out(work: Work, address: str = "", need: str = "") -> Chosen:
    lead = new_lead(work, address, need)
    chosen = take_turn(work, lead)
    assert chosen is not None
    assign_lead(work, lead, chosen.user.key)
    return chosen


def new_lead(work: Work, address: str = "", need: str = "") -> Lead:
    number = work.session.info["number"] = work.session.info.get("number", 0) + 1
    lead = a_lead(work, address=address or f"p{number}@gmail.com", name="A question")
    lead.need = need or "20"
    return lead


def owners(work: Work, count: int) -> list[str]:
    return [hand_out(work).user.key for _ in range(count)]


def test_a_hundred_leads_are_shared_out_fairly(work: Work) -> None:
    """LD-5: at no time do two reps differ by more than one, and the turn is the same in every run."""
    order = []
    for _ in range(100):
        order.append(hand_out(work).user.key)
        counts = Counter(order)
        assert max(counts.values()) - min(counts[key] for key in ("anna", "carl")) <= 1

    assert order == ["anna", "carl"] * 50


def test_without_anybody_who_sells_nobody_has_the_turn(work: Work, tmp_path: Path) -> None:
    with_people(work, tmp_path, rep("fred", "finance"))

    assert take_turn(work) is None


@on_both_databases
def test_leads_that_come_at_once_take_turns(office: Office) -> None:
    """LD-5: eight workers at a time, and still each rep has as many turns as the other."""

    def take() -> str:
        with office.work("test", actor="test") as work:
            chosen = take_turn(work)
            assert chosen is not None
            return chosen.turn_of

    with ThreadPoolExecutor(8) as pool:
        had = Counter(future.result() for future in [pool.submit(take) for _ in range(16)])

    assert had == {"anna": 8, "carl": 8}


@on_both_databases
def test_who_comes_back_does_not_get_everything_at_once(work: Work, tmp_path: Path) -> None:
    """LD-5: the turns that passed him by count as had."""
    with_people(work, tmp_path, rep("anna"), rep("ben"), rep("carl"))
    assert owners(work, 3) == ["anna", "ben", "carl"]

    away(work, "anna", 5)
    assert owners(work, 6) == ["ben", "carl"] * 3

    work.now += timedelta(days=6)
    assert owners(work, 6) == ["anna", "ben", "carl"] * 2


def test_who_is_new_gets_one_lead_and_then_waits_his_turn(work: Work, tmp_path: Path) -> None:
    with_people(work, tmp_path, rep("anna"), rep("ben"))
    owners(work, 40)

    with_people(work, tmp_path, rep("anna"), rep("ben"), rep("carl"))

    assert owners(work, 6) == ["carl", "anna", "ben"] * 2


def test_the_turn_of_who_is_away_with_a_deputy_is_his_and_the_lead_the_deputys(
    work: Work, tmp_path: Path
) -> None:
    with_people(work, tmp_path, rep("anna"), rep("ben"), rep("carl"))
    away(work, "anna", 5, deputy="carl")

    chosen = [hand_out(work) for _ in range(3)]

    assert [(one.turn_of, one.user.key) for one in chosen] == [
        ("anna", "carl"),
        ("ben", "ben"),
        ("carl", "carl"),
    ]
    assert chosen[0].why == "stands in for anna, whose turn it was"


def test_a_deputy_who_cannot_have_leads_gets_none(work: Work, tmp_path: Path) -> None:
    with_people(work, tmp_path, rep("anna"), rep("ben"), rep("fred", "finance"))
    away(work, "anna", 5, deputy="fred")

    assert owners(work, 3) == ["ben"] * 3


def test_who_is_full_is_left_out_until_a_lead_is_done(work: Work, tmp_path: Path) -> None:
    """LD-5: capacity counts open leads, however he got them."""
    with_people(work, tmp_path, rep("anna", capacity=2), rep("ben"))
    first = new_lead(work)
    assign_lead(work, first, "anna")
    assert owners(work, 4) == ["anna", "ben", "ben", "ben"]

    move_lead(work, first, "Dead")

    assert owners(work, 2) == ["anna", "ben"]


def test_when_all_are_away_or_full_the_lead_goes_to_who_leads_them(work: Work, tmp_path: Path) -> None:
    """A new lead is never nobody's."""
    with_people(work, tmp_path, rep("anna"), rep("ben", capacity=0))
    away(work, "anna", 5)

    chosen = hand_out(work)

    assert (chosen.user.key, chosen.turn_of) == ("maria", "")
    assert "away or has all that he can take" in chosen.why


def test_who_works_now_goes_first_only_if_the_configuration_says_so(work: Work, tmp_path: Path) -> None:
    people = (rep("anna", hours="14:00-18:00"), rep("ben", hours="08:00-12:00"))  # it is 10:30
    with_people(work, tmp_path, *people)
    assert owners(work, 2) == ["anna", "ben"]

    with_people(work, tmp_path, *people, leads=Leads(working_first=True))
    assert owners(work, 3) == ["ben"] * 3

    work.now = datetime(2026, 11, 22, 10, tzinfo=UTC)  # a Sunday: nobody works
    assert owners(work, 2) == ["anna", "ben"]


@pytest.mark.parametrize(
    ("address", "need", "owner"),
    [
        ("jan@acme.nl", "", "nel"),
        ("marie@acme.be", "", "bea"),
        ("bob@acme.co.uk", "", "eva"),  # nobody's: who has no territory
        ("jean@gmail.com", "Bonjour, nous avons besoin de vingt licences pour notre bureau, merci", "bea"),
        ("x@mod.gov.uk", "", "gus"),
        ("x@acme.example", "About the Public Tender of March", "gus"),
        ("x@acme.example", "About the public tenders of March", "eva"),
        ("x@notgov.uk", "", "eva"),
    ],
)
def test_a_lead_goes_to_whose_territory_it_lies_in(
    work: Work, tmp_path: Path, address: str, need: str, owner: str
) -> None:
    """LD-5: by country, language, domain or words."""
    special = Territory(domains=("gov.uk",), words=("public tender",))
    people = (rep("eva"), rep("nel", territory=NL), rep("bea", territory=BE), rep("gus", territory=special))
    with_people(work, tmp_path, *people)

    assert hand_out(work, address, need).user.key == owner


@pytest.mark.parametrize(
    ("field", "value", "owner"),
    [
        ("phone", "+32 2 555 12 12", "bea"),
        ("vat_number", "NL001234567B01", "nel"),
        ("language", "fr-BE", "bea"),
    ],
)
def test_the_country_is_told_by_phone_vat_number_and_form(
    work: Work, tmp_path: Path, field: str, value: str, owner: str
) -> None:
    with_people(work, tmp_path, rep("eva"), rep("nel", territory=NL), rep("bea", territory=BE))
    lead = new_lead(work, "x@acme.example")
    said = {field: Particular(value.replace(" ", ""), 1, "form")}
    note_particulars(work, lead.box.contact, said, lead.box_id)

    chosen = take_turn(work, lead)

    assert (chosen.user.key, chosen.why) == (owner, "it lies in their territory")


def test_a_lead_in_nobodys_territory_goes_to_all_in_turn(work: Work, tmp_path: Path) -> None:
    with_people(work, tmp_path, rep("nel", territory=NL), rep("bea", territory=BE))

    assert [hand_out(work, f"x{n}@acme.at").user.key for n in range(3)] == ["nel", "bea", "nel"]


@st.composite
def histories(draw: st.DrawFn) -> tuple[list[tuple[str, int | None]], list[tuple[str, str]]]:
    """A team, each with a territory and a capacity, and what happens: leads come, people go away and come back."""
    territories = st.sampled_from(["", "NL", "BE"])
    capacities = st.sampled_from([None, None, 2, 5])
    team = draw(st.lists(st.tuples(territories, capacities), min_size=2, max_size=5))
    keys = st.sampled_from([f"rep{n}" for n in range(len(team))])
    lead = st.tuples(st.just("lead"), st.sampled_from(["nl", "be", "com"]))
    news = st.one_of(lead, lead, lead, st.tuples(st.sampled_from(["away", "back"]), keys))
    return team, draw(st.lists(news, min_size=5, max_size=60))


@given(history=histories())
@hypothesis_settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
def test_those_who_are_equally_available_never_differ_by_more_than_one(
    work: Work, tmp_path: Path, history: tuple[list[tuple[str, int | None]], list[tuple[str, str]]]
) -> None:
    """LD-5: whatever teams, territories, capacities, absences and leads there are, of any two at any time."""
    team, news = history
    with work.session.begin_nested() as savepoint:
        people = [
            rep(
                f"rep{n}",
                territory=Territory(countries=(place,)) if place else Territory(),
                capacity=capacity,
            )
            for n, (place, capacity) in enumerate(team)
        ]
        with_people(work, tmp_path, *people)
        _play(work, people, news)
        savepoint.rollback()


def _play(work: Work, people: list[User], news: list[tuple[str, str]]) -> None:
    """Count for each pair the leads since the two were last equally available, that is since one of them was not."""
    gone: set[str] = set()
    since: Counter[tuple[str, str]] = Counter()
    got: Counter[str] = Counter()
    pairs = [(a, b) for a in people for b in people if a.key < b.key]
    for number, (kind, what) in enumerate(news):
        work.now += timedelta(minutes=1)
        if kind == "away" and what not in gone:
            away(work, what, 500)
            gone.add(what)
        elif kind == "back" and what in gone:
            gone.discard(what)
            _come_back(work, what)
        elif kind == "lead":
            full = {one.key for one in people if one.capacity is not None and got[one.key] >= one.capacity}
            chosen = hand_out(work, f"h{number}@acme{number}.{what}").user.key
            got[chosen] += 1
            assert chosen not in gone | full or chosen == "maria"
            for a, b in pairs:
                is_equal = (
                    a.territory == b.territory and a.key not in full | gone and b.key not in full | gone
                )
                both_gone = {a.key, b.key} <= full | gone
                if not is_equal and not both_gone:
                    since[a.key, b.key] = 0
                elif chosen in (a.key, b.key):
                    since[a.key, b.key] += 1 if chosen == a.key else -1
                assert abs(since[a.key, b.key]) <= 1, (a.key, b.key)


def _come_back(work: Work, key: str) -> None:
    from inboxcrm.crm.absence import end_absence

    user = work.settings.user_by_key(key)
    assert user is not None
    end_absence(work, user)
