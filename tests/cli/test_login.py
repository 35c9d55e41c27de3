"""`login` signs a mailbox in, each way, and `doctor` says when somebody has to do it again (I15)."""

from __future__ import annotations

import re
import threading
import webbrowser
from collections.abc import Iterator
from typing import Any
from urllib.error import HTTPError
from urllib.request import build_opener, urlopen

import pytest

from inboxcrm.app.office import KEY_FILE
from inboxcrm.mail.token_post import _NoRedirects
from tests.cli.shop import Shop
from tests.ingest.building import ask, settings_values
from tests.servers.dovecot import dovecot
from tests.servers.places import a_folder
from tests.servers.smtp import smtp_server
from tests.servers.token_server import TokenServer, token_server

SALES = "sales@kestrel.test"


@pytest.fixture(scope="module")
def servers(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[TokenServer, Any, Any]]:
    with (
        token_server() as tokens,
        a_folder("imap") as folder,
        dovecot(folder, tokens.tokeninfo_url) as imap,
        smtp_server(tmp_path_factory.mktemp("smtp"), imap, tokeninfo=tokens.tokeninfo_url) as smtp,
    ):
        yield tokens, imap, smtp


@pytest.fixture
def tokens(servers: tuple[TokenServer, Any, Any], shop: Shop) -> TokenServer:
    """The token server; the shop's shared mailbox signs in there."""
    state, shop.imap, shop.smtp = servers
    state.__dict__.update(
        user=SALES,
        fault="",
        page_error="",
        device_error="",
        pending_answers=1,
        journal=[],
        before_answer=None,
    )
    return state


def opened(shop: Shop, tokens: TokenServer, **oauth: Any) -> Shop:
    accounts = settings_values(imap=shop.imap.port, smtp=shop.smtp.port)["account"]
    accounts[0] |= {"auth": "oauth", "provider": "microsoft"}
    shop.open(account=accounts, oauth=[tokens.settings(**oauth)])
    return shop


def browse(url: str) -> str:
    try:
        build_opener(_NoRedirects()).open(url, timeout=5)
    except HTTPError as answer:
        with answer:
            return answer.headers["Location"]
    raise AssertionError("it was not sent back")


def url_in(text: str) -> str:
    found = re.search(r"http://\S+/authorize\S+", text)
    assert found, text
    return found[0]


def state_of(shop: Shop, what: str) -> str:
    findings = shop.say("doctor", "--json").json
    return next(one["state"] for one in findings if one["what"] == what)


def test_a_code_is_shown_and_the_mailbox_is_signed_in(shop: Shop, tokens: TokenServer) -> None:
    opened(shop, tokens)
    assert state_of(shop, f"{SALES} IMAP") == "to do"

    told = shop.say("login", SALES.upper())

    assert told.code == 0, told.err
    assert "https://login.test/device" in told.out
    assert "WDJB-MJHT" in told.out
    assert f"Signed in: {SALES}" in told.out
    assert "planted" not in told.out + told.err
    assert state_of(shop, f"{SALES} IMAP") == "ok"
    assert state_of(shop, f"{SALES} SMTP") == "ok"


def test_the_browser_of_this_machine_comes_back(
    shop: Shop, tokens: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(shop, tokens, flow="loopback")
    pages: list[bytes] = []

    def person(url: str) -> bool:
        def sign_in() -> None:
            with urlopen(browse(url), timeout=10) as page:
                pages.append(page.read())

        threading.Thread(target=sign_in).start()
        return True

    monkeypatch.setattr(webbrowser, "open", person)

    told = shop.say("login", SALES)

    assert told.code == 0, told.err
    assert state_of(shop, f"{SALES} IMAP") == "ok"
    assert b"can be closed" in pages[0]


class Person:
    """Reads what is on the screen, signs in elsewhere, and types the address that the browser came to."""

    def __init__(self, shop: Shop, changed: tuple[str, str] = ("", "")) -> None:
        self.shop, self.changed, self.typed = shop, changed, ""

    def readline(self, *_: int) -> str:
        screen = self.shop.capfd.readouterr()
        self.typed = browse(url_in(screen.out)).replace(*self.changed)
        return f"{self.typed}\n"


def test_the_address_can_be_pasted_from_another_machine(
    shop: Shop, tokens: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(shop, tokens, flow="loopback")
    monkeypatch.setattr("sys.stdin", Person(shop))

    told = shop.say("login", SALES, "--paste")

    assert told.code == 0, told.err
    assert state_of(shop, f"{SALES} IMAP") == "ok"


def test_an_address_of_another_sign_in_is_not_taken(
    shop: Shop, tokens: TokenServer, monkeypatch: pytest.MonkeyPatch
) -> None:
    opened(shop, tokens, flow="loopback")
    monkeypatch.setattr("sys.stdin", Person(shop, ("state=", "state=0")))

    told = shop.say("login", SALES, "--paste")

    assert (told.code, told.err) == (
        1,
        "Not signed in: the returned address does not belong to this sign-in; start again.\n",
    )
    assert tokens.asked("authorization_code") == []


def test_who_signs_in_as_somebody_else_is_told_and_nothing_is_kept(shop: Shop, tokens: TokenServer) -> None:
    opened(shop, tokens)
    tokens.user = "private@person.test"

    told = shop.say("login", SALES)

    assert told.code == 1
    assert f"did you sign in as {SALES}?" in told.err
    assert ask(shop.office().engine, "select count(*) from sealed_secret") == [(0,)]


def test_an_application_signs_in_without_a_person(shop: Shop, tokens: TokenServer) -> None:
    opened(shop, tokens, flow="application")

    assert shop.say("login", SALES).code == 0
    assert state_of(shop, f"{SALES} SMTP") == "ok"


@pytest.mark.parametrize(
    ("words", "code", "told"),
    [
        (["anna@kestrel.test"], 2, 'set auth = "oauth"'),
        (["nobody@kestrel.test"], 2, f"the accounts are {SALES}"),
        ([], 2, "Missing argument"),
    ],
)
def test_what_cannot_be_signed_in_says_why(
    shop: Shop, tokens: TokenServer, words: list[str], code: int, told: str
) -> None:
    opened(shop, tokens)

    got = shop.say("login", *words)

    assert got.code == code
    assert told in got.err


def test_a_declined_code_and_a_server_that_is_away_end_differently(shop: Shop, tokens: TokenServer) -> None:
    opened(shop, tokens)
    tokens.device_error = "access_denied"
    assert shop.say("login", SALES).code == 1

    tokens.fault = "500"
    told = shop.say("login", SALES)
    assert told.code == 3
    assert "token server 127.0.0.1: it answered with status 500" in told.err


def test_doctor_says_who_has_to_sign_in_again_and_the_login_mends_it(shop: Shop, tokens: TokenServer) -> None:
    opened(shop, tokens)
    shop.say("login", SALES)
    tokens.revoke()

    told = shop.say("doctor")

    assert told.code == 1
    assert f"sign in again with `inboxcrm login {SALES}`" in told.out
    assert "invalid_grant" in told.out
    assert shop.say("login", SALES).code == 0
    assert state_of(shop, f"{SALES} IMAP") == "ok"


def test_doctor_warns_of_a_key_and_a_configuration_that_others_may_open(
    shop: Shop, tokens: TokenServer
) -> None:
    opened(shop, tokens)
    key = shop.folder / "data" / KEY_FILE
    assert "others may open it" not in shop.say("doctor").out

    key.chmod(0o640)
    shop.config.chmod(0o644)
    told = shop.say("doctor")

    assert told.code == 1
    assert f"secret key: others may open it: chmod 600 {key}" in told.out
    assert f"chmod 600 {shop.config}" in told.out
