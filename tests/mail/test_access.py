"""Accounts are opened by token or password, on real servers: renewed in time, never locked by trying on (I15)."""

from __future__ import annotations

import threading
from collections.abc import Callable, Iterator
from datetime import timedelta
from itertools import count
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Engine, text

from inboxcrm.base.settings import Account, Settings
from inboxcrm.base.store import count_events
from inboxcrm.base.work import Office
from inboxcrm.ingest.lease import lease_office, take_lease
from inboxcrm.mail import access
from inboxcrm.mail.access import open_account, open_account_submission
from inboxcrm.mail.errors import (
    LoginHeld,
    MailboxLoginRefused,
    SecretMissing,
    SignInNeeded,
    TokenNotRenewed,
)
from inboxcrm.mail.oauth import Tokens
from inboxcrm.mail.tokens import access_token, keep_tokens
from tests.ingest.building import HandClock, ask, make_office, same_office, settings_values, write
from tests.ingest.databases import both, engine
from tests.servers.dovecot import ImapTestServer, dovecot
from tests.servers.places import a_folder
from tests.servers.smtp import SmtpTestServer, smtp_server
from tests.servers.token_server import TokenServer, token_server

__all__ = ["both", "engine"]
NUMBERS = count(1)
HOUR = timedelta(hours=1)


@pytest.fixture(scope="module")
def servers(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[tuple[TokenServer, ImapTestServer, SmtpTestServer]]:
    with (
        token_server() as tokens,
        a_folder("imap") as folder,
        dovecot(folder, tokens.tokeninfo_url) as imap,
        smtp_server(tmp_path_factory.mktemp("smtp"), imap, tokeninfo=tokens.tokeninfo_url) as smtp,
    ):
        yield tokens, imap, smtp


class House:
    """An office with a shared account that signs in by OAuth, and how often its servers were asked."""

    def __init__(
        self,
        servers: tuple[TokenServer, ImapTestServer, SmtpTestServer],
        engine: Engine,
        watch: Callable[[str, Any], None],
    ) -> None:
        self.tokens, imap, smtp = servers
        self.tokens.__dict__.update(journal=[], is_rotating=True, fault="", before_answer=None, life_s=3600)
        values = settings_values(imap.port, smtp.port, local=f"-{next(NUMBERS)}")
        values["account"][0] |= {"auth": "oauth", "provider": "microsoft"}
        values["oauth"] = [self.tokens.settings()]
        self.settings = Settings.model_validate(values)
        self.clock = HandClock()
        self.office = make_office(engine, clock=self.clock, settings=self.settings)
        self.account, self.other = self.settings.account
        self.tokens.user = self.account.address
        self.logins: list[str] = []
        for name, real in (
            ("open_mailbox", access.open_mailbox),
            ("open_submission", access.open_submission),
        ):
            watch(name, lambda server, name=name, real=real: (self.logins.append(name), real(server))[1])

    def sign_in(self, life: timedelta = HOUR) -> Tokens:
        pair = self.tokens.grant(self.account.address)
        tokens = Tokens(*pair, self.clock.now() + life)
        with self.office.work("test", actor="owner") as work:
            keep_tokens(work, self.account, tokens)
        return tokens

    def refreshed(self) -> int:
        return len(self.tokens.asked("refresh_token"))

    def alerts(self) -> int:
        with self.office.reading() as session:
            return count_events(session, "account.needs_auth")

    def open_both(self) -> None:
        with open_account(self.office, self.account) as mailbox:
            assert mailbox.examine("INBOX").exists == 0
        with open_account_submission(self.office, self.account) as submission:
            assert submission.is_open

    def with_password(self, password: Any) -> Account:
        """The other account, with another password."""
        shown = self.other.imap.model_validate(self.other.imap.model_dump() | {"password": password})
        return self.other.model_copy(update={"imap": shown})


@pytest.fixture
def house(
    servers: tuple[TokenServer, ImapTestServer, SmtpTestServer],
    engine: Engine,
    monkeypatch: pytest.MonkeyPatch,
) -> House:
    return House(servers, engine, lambda name, wrapped: monkeypatch.setattr(access, name, wrapped))


def test_a_token_opens_mailbox_and_way_to_send(house: House) -> None:
    house.sign_in()

    house.open_both()

    assert house.refreshed() == 0


def test_a_server_that_knows_only_oauthbearer_is_opened_too(house: House) -> None:
    """RFC 7628."""
    house.sign_in()
    with a_folder("bearer") as folder, dovecot(folder, house.tokens.tokeninfo_url, "oauthbearer") as imap:
        there = house.account.imap.model_copy(update={"port": imap.port})
        with open_account(house.office, house.account.model_copy(update={"imap": there})) as mailbox:
            assert mailbox.examine("INBOX").exists == 0


@pytest.mark.parametrize(("minutes", "refreshed"), [(6, 0), (5, 1), (-60, 1)])
def test_a_token_is_renewed_five_minutes_before_its_end(house: House, minutes: int, refreshed: int) -> None:
    house.sign_in(timedelta(minutes=minutes))

    house.open_both()
    house.open_both()

    assert house.refreshed() == refreshed
    assert len(house.logins) == 4


def test_a_token_that_ends_early_is_renewed_once_and_the_reading_goes_on(house: House) -> None:
    """The connection breaks, the next login is refused, one fresh token mends it, and nobody is told."""
    old = house.sign_in()
    open_account(house.office, house.account).close()
    house.tokens.expire(old.access)
    house.logins.clear()

    house.open_both()
    house.open_both()

    assert house.refreshed() == 1
    assert house.logins == [
        "open_mailbox",
        "open_mailbox",
        "open_submission",
        "open_mailbox",
        "open_submission",
    ]
    assert house.alerts() == 0


def test_a_rotated_refresh_token_is_kept(house: House) -> None:
    """The old one is refused from its first use on."""
    house.sign_in(timedelta(0))
    for _ in range(3):
        house.open_both()
        house.clock.move(HOUR)

    assert house.refreshed() == 3
    assert len({form["refresh_token"] for form in house.tokens.asked("refresh_token")}) == 3


def test_a_revoked_sign_in_waits_for_a_person_and_tries_nothing_more(house: House) -> None:
    """One question to the token server, one login with the old token; the other account goes on."""
    house.sign_in()
    house.tokens.revoke()

    for _ in range(20):
        with pytest.raises(SignInNeeded, match=f"inboxcrm login {house.account.address}"):
            open_account(house.office, house.account)
        with pytest.raises(SignInNeeded):
            open_account_submission(house.office, house.account)
        house.clock.move(timedelta(minutes=3))

    assert (house.refreshed(), house.logins, house.alerts()) == (1, ["open_mailbox"], 1)
    open_account(house.office, house.other).close()

    house.sign_in()
    house.open_both()


def test_a_mailbox_that_takes_no_token_is_tried_three_times_an_hour(house: House) -> None:
    """The token server gives fresh ones, the mail server refuses them all: one refresh, no loop, one alert."""
    house.sign_in()
    house.tokens.life_s = 3 * 3600
    house.tokens.expire()
    for refresh in house.tokens.refresh:
        house.tokens.refresh[refresh] = "somebody@else.test"

    for _ in range(60):
        with pytest.raises(MailboxLoginRefused):
            open_account(house.office, house.account)
        house.clock.move(timedelta(minutes=1))

    assert (house.refreshed(), len(house.logins), house.alerts()) == (1, 3, 1)
    house.clock.move(timedelta(minutes=1))
    with pytest.raises(MailboxLoginRefused):
        open_account(house.office, house.account)
    assert house.alerts() == 1


def test_a_wrong_password_is_tried_three_times_an_hour_by_all_processes_together(house: House) -> None:
    account = house.with_password("wrong-one")
    offices = [house.office, same_office(house.office), same_office(house.office)]

    for round_ in range(10):
        with pytest.raises(MailboxLoginRefused) as told:
            open_account(offices[round_ % 3], account)
    assert isinstance(told.value, LoginHeld)
    assert "no login is tried before 13:00 UTC" in str(told.value)
    assert (len(house.logins), house.alerts()) == (3, 1)

    with pytest.raises(MailboxLoginRefused):  # a person asks: doctor
        open_account(house.office, account, is_asked=True)
    assert len(house.logins) == 4

    house.clock.move(HOUR)
    with pytest.raises(MailboxLoginRefused, match="login was refused"):
        open_account(house.office, account)


def test_another_password_is_tried_at_once(house: House) -> None:
    wrong = house.with_password("wrong-one")
    for _ in range(4):
        with pytest.raises(MailboxLoginRefused):
            open_account(house.office, wrong)

    open_account(house.office, house.other).close()

    assert ask(house.office.engine, "select state, failures from sign_in where door = 'imap'") == [
        ("ok", "[]")
    ]


def test_logins_at_the_same_moment_are_counted_together(house: House, both: Engine) -> None:
    """After the first refusal each try is written down before it is made."""
    office = make_office(both, clock=house.clock, settings=house.settings)
    account = house.with_password("wrong-one")
    with pytest.raises(MailboxLoginRefused):
        open_account(office, account)
    start, told = threading.Barrier(6), list[type[BaseException]]()

    def try_it() -> None:
        start.wait(10)
        try:
            open_account(same_office(office), account)
        except MailboxLoginRefused as error:
            told.append(type(error))

    run_together(6, try_it)

    assert sorted(one.__name__ for one in told) == ["LoginHeld"] * 4 + ["MailboxLoginRefused"] * 2
    assert len(house.logins) == 3


def run_together(number: int, act: Callable[[], None]) -> None:
    threads = [threading.Thread(target=act) for _ in range(number)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)


def test_processes_that_renew_at_once_ask_once_and_keep_the_newest(house: House, both: Engine) -> None:
    """With rotation the second question would be refused, and the sign-in lost."""
    house.office = make_office(both, clock=house.clock, settings=house.settings)
    house.sign_in(timedelta(0))
    start, got = threading.Barrier(5), list[str]()

    def renew() -> None:
        start.wait(10)
        got.append(access_token(same_office(house.office, ids=Renewers()), house.account))

    run_together(5, renew)

    assert house.refreshed() == 1
    assert len(got) == 5
    assert len(set(got)) == 1
    house.clock.move(HOUR)
    assert access_token(house.office, house.account) != got[0]
    assert house.alerts() == 0


class Renewers:
    """Each process is another."""

    def token(self, bits: int = 64) -> str:
        return f"renewer-{next(NUMBERS)}"


def test_a_renewer_that_died_is_replaced(house: House) -> None:
    """Its claim ends by the database's own clock."""
    house.sign_in(timedelta(0))
    access_token(house.office, house.account)
    write(house.office.engine, "update sign_in set renewer = 'dead', renews_until = 1 where door = 'token'")
    house.clock.move(HOUR)

    access_token(house.office, house.account)

    assert house.refreshed() == 2


def test_a_slow_renewer_that_was_thought_dead_does_not_lay_an_old_token_over_a_new_one(house: House) -> None:
    house.sign_in(timedelta(0))
    newer = Tokens("access-newer", "refresh-newer", house.clock.now() + HOUR)

    def overtake() -> None:
        write(house.office.engine, "update sign_in set renewer = 'another' where door = 'token'")
        with house.office.work("test", actor="other") as work:
            keep_tokens(work, house.account, newer)

    house.tokens.before_answer = overtake

    assert access_token(house.office, house.account) == "access-newer"
    house.tokens.before_answer = None
    assert access_token(house.office, house.account) == "access-newer"


def test_a_lease_that_is_lost_meanwhile_does_not_throw_a_rotated_token_away(house: House) -> None:
    """Another poller reads the account from now on, with the newest token."""
    house.sign_in(timedelta(0))
    first = take_lease(house.office, house.account, "first:1")
    assert first is not None
    house.tokens.before_answer = lambda: write(house.office.engine, "update account set lease_fence = 99")

    open_account(lease_office(house.office, first), house.account).close()
    house.clock.move(HOUR)
    house.open_both()

    assert house.refreshed() == 2
    assert house.alerts() == 0


def test_while_the_token_server_is_away_an_old_token_serves_to_its_end(house: House) -> None:
    """And no person is called for it."""
    house.sign_in(timedelta(minutes=4))
    house.tokens.fault = "500"
    house.open_both()

    house.clock.move(timedelta(minutes=5))
    with pytest.raises(TokenNotRenewed, match="could not be renewed"):
        open_account(house.office, house.account)
    house.tokens.fault = ""
    house.open_both()

    assert house.alerts() == 0


def test_an_account_that_was_never_signed_in_says_what_to_do(house: House) -> None:
    with pytest.raises(SignInNeeded, match="nobody has signed in yet"):
        open_account(house.office, house.account)
    assert house.logins == []


def test_an_application_needs_no_person(house: House) -> None:
    values = house.settings.model_copy(
        update={"oauth": (house.settings.oauth[0].model_copy(update={"flow": "application"}),)}
    )
    house.office = same_office(house.office, settings=values)

    house.open_both()

    assert len(house.tokens.asked("client_credentials")) == 1


def test_a_password_that_is_not_where_it_should_be_is_named_and_no_server_asked(
    house: House, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delenv("CRM_NO_SUCH", raising=False)
    account = house.with_password({"env": "CRM_NO_SUCH"})

    with pytest.raises(SecretMissing, match="environment variable CRM_NO_SUCH"):
        open_account(house.office, account)

    monkeypatch.setenv("CRM_NO_SUCH", "pw")
    open_account(house.office, account).close()


def test_tokens_lie_sealed_in_the_database(house: House, tmp_path: Path) -> None:
    tokens = house.sign_in()
    with house.office.engine.connect() as connection:
        [sealed] = connection.execute(text("select sealed from sealed_secret")).scalars()

    held = b"".join(file.read_bytes() for file in tmp_path.glob("test.db*"))
    assert len(sealed) > 100
    assert tokens.access.encode() not in held
    assert tokens.refresh.encode() not in held


def test_another_key_does_not_open_them(house: House) -> None:
    house.sign_in()
    stranger: Office = same_office(house.office, key=b"x" * 32)

    with pytest.raises(SecretMissing, match=r"does not open with this secret\.key"):
        open_account(stranger, house.account)
