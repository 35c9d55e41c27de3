"""Two companies with inboxcrm and a vacation robot on each side write to each other: nothing goes round (L1, P14)."""

from __future__ import annotations

import shutil
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import timedelta
from email import message_from_bytes
from email.message import EmailMessage
from email.policy import SMTP
from pathlib import Path

import pytest

from inboxcrm.base.database import open_database
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.outbox.delivery import claim_letter
from inboxcrm.outbox.store import due_letter_ids
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.starter_sets import STARTER
from inboxcrm.workers.reactions import react_to_events
from tests.ingest.building import Box, HandClock, ask, make_office, open_box, raw_mail, settings_values

ROBOT = "anna@kestrel.test"
CAPS = {"to_user_an_hour": 4, "to_user_a_day": 20}


@dataclass(slots=True)
class Company:
    """A company: its office, its INBOX, and a robot that answers all that its people get, whatever it is."""

    home: str
    office: Office
    inbox: Box
    clock: HandClock
    rules: RuleBook
    answered: int = 0

    def get(self, raw: bytes) -> list[bytes]:
        """Take a mail in; give the letters that leave because of it, and the robot's answer."""
        self.inbox.take(raw, at=self.clock.now())
        react_to_events(self.office, self.rules)
        return [*self.letters(), self._robots_answer(raw)]

    def letters(self) -> Iterator[bytes]:
        """The letters that leave now."""
        with self.office.reading() as session:
            due = due_letter_ids(session, self.clock.now(), "letter", 50)
        for letter_id in due:
            if claim := claim_letter(self.office, letter_id):
                yield claim.raw

    def _robots_answer(self, raw: bytes) -> bytes:
        self.answered += 1
        to = str(message_from_bytes(raw)["From"])
        return raw_mail(
            f"rep@{self.home}", to, "Automatic reply: away", "I am away.", mid=f"<{self.answered}@{self.home}>",
            refs=str(message_from_bytes(raw)["Message-ID"]), at=self.clock.now(),
            headers={"Auto-Submitted": "auto-replied"},
        )  # fmt: skip


@pytest.fixture
def companies(sqlite_template: Path, tmp_path: Path) -> list[Company]:
    clock = HandClock()
    return [a_company(home, clock, sqlite_template, tmp_path) for home in ("kestrel.test", "falcon.test")]


def a_company(home: str, clock: HandClock, template: Path, folder: Path, **tables: object) -> Company:
    file = folder / f"{home}.db"
    shutil.copy(template, file)
    values = settings_values() | tables
    values["company"] |= {"domains": [home]}
    for one in (*values["account"], *values["user"]):
        one["address"] = one["address"].replace("kestrel.test", home)
    office = make_office(
        open_database(f"sqlite:///{file}"), clock=clock, settings=Settings.model_validate(values)
    )
    return Company(home, office, open_box(office), clock, RuleBook(STARTER).open())


def test_two_companies_and_their_robots_do_not_keep_each_other_busy(
    companies: list[Company], pytestconfig: pytest.Config
) -> None:
    """L1: each letter of ours to an outsider counts; robots answer all that they get, and nothing answers them."""
    by_home = {company.home: company for company in companies}
    kestrel, falcon = companies
    underway = [raw_mail("sales@kestrel.test", "sales@falcon.test", "Offer?", "How much is it?", mid="<1@p>")]
    automatic: Counter[tuple[str, str, object]] = Counter()
    for step in range(int(pytestconfig.getoption("--robot-steps"))):
        kestrel.clock.move(timedelta(minutes=20))
        if not underway:
            sides = ("kestrel.test", "falcon.test") if step % 2 else ("falcon.test", "kestrel.test")
            person = f"sales@{sides[0]}", f"sales@{sides[1]}"
            underway = [
                raw_mail(*person, "More", f"How much is {step}?", mid=f"<{step}@p>", at=kestrel.clock.now())
            ]
        raw = underway.pop(0)
        mail = message_from_bytes(raw)
        company = by_home[str(mail["To"]).rpartition("@")[2].rstrip(">")]
        for letter in company.get(raw):
            sent = message_from_bytes(letter)
            is_outward = company.home not in str(sent["To"])
            if is_outward and "I am away" not in letter.decode("utf-8", "replace"):
                automatic[company.home, str(sent["To"]), kestrel.clock.now().date()] += 1
            if is_outward and "auto" not in str(mail["Auto-Submitted"]):
                underway.append(letter)  # a robot of today answers no robot (RFC 3834)

    assert max(automatic.values(), default=0) <= 2
    for company in (kestrel, falcon):
        kinds = dict(ask(company.office.engine, "select kind, count(*) from message group by kind"))
        assert kinds.keys() == {"customer", "auto-reply"}
        assert ask(company.office.engine, "select count(*) from lead") == [(1,)]
        assert ask(company.office.engine, "select count(*) from letter where kind not in ('notice')") == [
            (0,)
        ]


def test_a_robot_that_passes_for_one_of_us_and_says_nothing_of_itself_comes_to_the_cap(
    sqlite_template: Path, tmp_path: Path
) -> None:
    """L1, P14: with every header failing, its words are commands that nobody understands, and each gets a receipt.

    It answers each receipt at once, for two days; what leaves for it is an hour's and a day's share, and the manager
    hears of it once a day.
    """
    clock = HandClock()
    kestrel = a_company("kestrel.test", clock, sqlite_template, tmp_path, sending=CAPS)
    underway, days, hours = [persons_words("<0@r>", clock)], Counter[object](), Counter[object]()
    for step in range(2 * 24 * 12):
        clock.move(timedelta(minutes=5))
        if underway:
            kestrel.inbox.take(underway.pop(), at=clock.now())
            react_to_events(kestrel.office, kestrel.rules)
        for letter in kestrel.letters():
            if ROBOT in str(message_from_bytes(letter)["To"]):
                days[clock.now().date()] += 1
                hours[clock.now().date(), clock.now().hour] += 1
                underway.append(persons_words(f"<{step + 1}@r>", clock))

    assert max(hours.values()) == CAPS["to_user_an_hour"]
    assert list(days.values()) == [CAPS["to_user_a_day"]] * 2 + [0] * (len(days) - 2)
    assert ask(kestrel.office.engine, "select count(*) from letter where kind = 'capped'") == [(len(days),)]


def persons_words(mid: str, clock: HandClock) -> bytes:
    """A robot's mail that nothing tells from a proven user's: no header of automatic mail, no reference."""
    proof = {
        "Authentication-Results": "mx.test; dmarc=pass header.from=kestrel.test",
        "Received": "from robot.test by mx.test; Mon, 2 Mar 2026 12:00:00 +0000",
    }
    words = "We have got your mail and will look at it soon."
    return raw_mail(ROBOT, "sales@kestrel.test", "Your mail", words, mid=mid, at=clock.now(), headers=proof)


def test_what_says_that_no_machine_sent_it_is_a_persons_mail(companies: list[Company]) -> None:
    """RFC 3834 section 5: `Auto-Submitted: no` is normal."""
    kestrel, _ = companies
    mail = message_from_bytes(
        raw_mail("bob@brouwer.test", "sales@kestrel.test", "Offer", mid="<1@b>"), EmailMessage, policy=SMTP
    )
    mail["Auto-Submitted"] = "no"

    kestrel.get(mail.as_bytes())

    assert ask(kestrel.office.engine, "select kind from message") == [("customer",)]
    assert ask(kestrel.office.engine, "select count(*) from lead") == [(1,)]
