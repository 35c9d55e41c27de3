"""What a mailbox gives away is decided on headers: the policy, the owner's label, and the lists that win (V11, I19)."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

import pytest

from inboxcrm.base.settings import Account, Capture, Settings
from inboxcrm.base.work import Office
from inboxcrm.ingest.capture import covered_uids, is_on_list
from inboxcrm.ingest.policy import policy_in_force, reads_heads_first, set_policy
from inboxcrm.mail.fetched import FetchedHead
from inboxcrm.mail.letter_token import make_message_id
from tests.ingest.building import ANNA, BEN, KEY, NOON, SALES, open_box, raw_mail, same_office

CARLA, AUNT = "carla@brouwer.test", "aunt@home.test"


def head(raw: bytes | str, *keywords: str, uid: int = 1, minutes: float = 60) -> FetchedHead:
    data = raw.encode() if isinstance(raw, str) else raw
    return FetchedHead(uid, NOON + timedelta(minutes=minutes), len(data), data, keywords)


def line(sender: str, to: str, more: str = "") -> str:
    return f"From: {sender}\r\nTo: {to}\r\n{more}\r\n"


def with_account(office: Office, number: int = 1, **changed: Any) -> tuple[Office, Account]:
    """The office with one account configured otherwise."""
    accounts = list(office.settings.account)
    accounts[number] = accounts[number].model_copy(update=changed)
    settings: Settings = office.settings.model_copy(update={"account": tuple(accounts)})
    return same_office(office, settings=settings), accounts[number]


def is_covered(office: Office, account: Account, one: FetchedHead, folder: str = "INBOX") -> bool:
    return covered_uids(office, account, [one], folder) == {one.uid}


@pytest.fixture
def known(office: Office) -> Office:
    """Carla has written to the shared address, at noon and a minute."""
    open_box(office).take(raw_mail(CARLA, SALES, "A question", mid="<1@brouwer.test>"))
    return office


@pytest.mark.parametrize(
    ("mail", "wanted"),
    [
        (line(CARLA, ANNA), True),
        (line(AUNT, ANNA), False),
        (line(AUNT, ANNA, f"Cc: {CARLA}\r\n"), True),
        (line(AUNT, ANNA, "In-Reply-To: <1@brouwer.test>\r\n"), True),
        (line(AUNT, f"{ANNA}, {SALES}"), True),
        (line(BEN, ANNA), False),
        (line(BEN, ANNA, "In-Reply-To: <1@brouwer.test>\r\n"), False),
        (line(BEN, f"{ANNA}, sales+deal@kestrel.test"), True),
        (line(ANNA, CARLA), True),
        (line(ANNA, AUNT), False),
        (line(ANNA, AUNT, f"Bcc: {SALES}\r\n"), True),
        (line(ANNA, AUNT, f"Delivered-To: {SALES}\r\n"), True),
        (line(ANNA, AUNT, "Bcc: mum@home.test\r\n"), False),
        (line(ANNA, AUNT, "References: <1@brouwer.test>\r\n"), False),
        (line(ANNA, "new@brouwer.test", f"Message-ID: <{make_message_id(KEY, '0' * 16, 'k.test')}>\r\n"), True),
    ],
)  # fmt: skip
def test_the_policy_known_looks_at_people_our_address_and_threads(
    known: Office, mail: str, wanted: bool
) -> None:
    """IN-5, P23: sent mail counts by its recipients, mail among colleagues only if it went to the CRM."""
    assert is_covered(known, known.settings.account[1], head(mail)) is wanted


def test_earlier_mail_of_somebody_is_not_covered_by_his_becoming_known(known: Office) -> None:
    """V11: it is offered to the owner of the mailbox; what came after his first mail is covered (V3)."""
    account = known.settings.account[1]

    assert not is_covered(known, account, head(line(CARLA, ANNA), minutes=0.5))
    assert not is_covered(known, account, head(line(ANNA, CARLA), minutes=0.5))
    assert is_covered(known, account, head(line(CARLA, ANNA), minutes=1))


@pytest.mark.parametrize(
    ("mail", "keywords", "folder", "wanted"),
    [
        (line(CARLA, ANNA), (), "INBOX", False),
        (line(CARLA, ANNA), ("CRM",), "INBOX", True),
        (line(AUNT, ANNA), ("crm", "x"), "INBOX", True),
        (line(AUNT, ANNA), ("crm2",), "INBOX", False),
        (line(BEN, ANNA), (), "crm", True),
        (line(ANNA, CARLA), (), "Sent", False),
        (line(ANNA, SALES), (), "Sent", True),
        (line(CARLA, f"{SALES}, {ANNA}"), (), "INBOX", False),
    ],
)
def test_the_policy_label_takes_what_its_owner_has_labelled(
    known: Office, mail: str, keywords: tuple[str, ...], folder: str, wanted: bool
) -> None:
    """P23: and her own mail to the CRM, which proves her commands."""
    office, account = with_account(known, capture="label", label="crm")

    assert is_covered(office, account, head(mail, *keywords), folder) is wanted


def test_the_label_counts_beside_the_policy_known(known: Office) -> None:
    """IN-5: or it carries the label."""
    office, account = with_account(known, label="crm")

    assert is_covered(office, account, head(line(ANNA, AUNT), "crm"), "Sent")
    assert is_covered(office, account, head(line(CARLA, ANNA)))
    assert not is_covered(office, account, head(line(ANNA, AUNT)), "Sent")


@pytest.mark.parametrize(
    "mail",
    [
        line(CARLA, ANNA),
        line(f"Carla <{CARLA.upper()}>", SALES),
        line(AUNT, SALES, f"Cc: x@y.test, {CARLA}\r\n"),
        line(ANNA, AUNT, f"Bcc: {CARLA}\r\n"),
        line(AUNT, ANNA, f"Reply-To: {CARLA}\r\n"),
        line(AUNT, ANNA, f"Sender: {CARLA}\r\n"),
        line("carla+shop@brouwer.test", ANNA),
    ],
)
def test_the_lists_win_over_every_policy_label_and_account(known: Office, mail: str) -> None:
    """I19: personal for one mailbox, or of the organization for all."""
    personal, account = with_account(known, label="crm", never_log=(CARLA,))
    company = same_office(
        known, settings=known.settings.model_copy(update={"capture": Capture(never_log=["@Brouwer.test"])})
    )

    assert not is_covered(personal, account, head(mail, "crm"))
    if "aunt" not in mail or "Bcc" not in mail:
        assert not is_covered(company, company.settings.account[0], head(mail))
    with known.reading() as session:
        assert reads_heads_first(session, company.settings, company.settings.account[0])
        assert not reads_heads_first(session, known.settings, known.settings.account[0])


def test_a_listed_domain_holds_all_below_it_and_nothing_beside_it() -> None:
    assert is_on_list("a@mail.home.example", ["home.example"])
    assert not is_on_list("a@nothome.example", ["home.example"])
    assert not is_on_list("xmum@home.example", ["mum@home.example"])


def test_what_nobody_can_read_is_taken_on_a_shared_mailbox_alone(known: Office) -> None:
    """I6: it goes to quarantine there, unless it names somebody who is never to be logged."""
    company = same_office(
        known, settings=known.settings.model_copy(update={"capture": Capture(never_log=["home.test"])})
    )
    shared, personal = company.settings.account

    assert is_covered(company, shared, head(b"\x00 no header"))
    assert not is_covered(company, personal, head(b"\x00 no header"))


def test_all_on_a_personal_mailbox_takes_force_with_its_owners_word_from_then_on(known: Office) -> None:
    """V11: the configuration is a request; mail among colleagues stays private (P23)."""
    office, account = with_account(known, capture="all")
    assert not is_covered(office, account, head(line(AUNT, ANNA)))

    with office.work("test", actor="user:anna") as work:
        set_policy(work, account, "all")

    assert is_covered(office, account, head(line(AUNT, ANNA), minutes=60))
    assert not is_covered(office, account, head(line(AUNT, ANNA), minutes=-1))
    assert not is_covered(office, account, head(line(BEN, ANNA)))
    with office.work("test", actor="user:anna") as work:
        set_policy(work, account, "known")
        assert policy_in_force(work.session, account).name == "known"
    assert not is_covered(office, account, head(line(AUNT, ANNA), minutes=60))
