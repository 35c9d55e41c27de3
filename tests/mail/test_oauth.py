"""Tokens are got from a real token server over HTTP, in each way that a provider needs, and nothing leaks (I15)."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.error import HTTPError
from urllib.request import build_opener

import pytest

from inboxcrm.base.settings import Settings
from inboxcrm.mail.loopback import LoopbackListener
from inboxcrm.mail.oauth import (
    SignInFailed,
    TokenRefused,
    TokenServerUnreachable,
    application_tokens,
    exchange_code,
    read_returned,
    refresh_tokens,
    sign_in_url,
    start_device,
    wait_for_device,
)
from inboxcrm.mail.oauth_client import Client, OAuthUnconfigured, client_for
from inboxcrm.mail.token_post import _NoRedirects, post_form
from tests.ingest.building import settings_values
from tests.servers.token_server import CLIENT_SECRET, TokenServer, token_server

NOW = datetime(2026, 3, 2, 12, 0, tzinfo=UTC)
VERIFIER, STATE = "v" * 64, "s" * 32
REDIRECT = "http://127.0.0.1:8765/"


@pytest.fixture
def tokens() -> Iterator[TokenServer]:
    with token_server() as server:
        yield server


def settings_of(*oauth: dict[str, Any], provider: str = "microsoft") -> Settings:
    values = settings_values()
    values["account"][0] |= {"auth": "oauth", "provider": provider}
    return Settings.model_validate(values | {"oauth": list(oauth)})


def client_of(tokens: TokenServer, **more: Any) -> Client:
    settings = settings_of(tokens.settings(**more))
    return client_for(settings, settings.account[0])


def browse(url: str) -> str:
    """What a browser does with the sign-in page: signs in, and is sent back to the address that this gives."""
    try:
        build_opener(_NoRedirects()).open(url, timeout=5)
    except HTTPError as answer:
        with answer:
            return answer.headers["Location"]
    raise AssertionError("it was not sent back")


def test_a_short_code_typed_in_anywhere_gives_tokens(tokens: TokenServer) -> None:
    client, waits = client_of(tokens), list[float]()
    tokens.pending_answers, tokens.device_error = 2, "slow_down"

    device = start_device(post_form, client)
    got = wait_for_device(post_form, client, device, lambda: NOW, waits.append)

    assert (device.user_code, device.url) == ("WDJB-MJHT", "https://login.test/device")
    assert waits == [1, 1, 1, 6]  # five seconds more after "slow_down" (RFC 8628 section 3.5)
    assert tokens.access[got.access] == tokens.user
    assert got.refresh in tokens.refresh
    assert got.expires_at == NOW + timedelta(hours=1)


@pytest.mark.parametrize(
    ("error", "words"), [("access_denied", "declined"), ("expired_token", "not typed in while it was valid")]
)
def test_a_code_that_is_declined_or_forgotten_ends_in_words(
    tokens: TokenServer, error: str, words: str
) -> None:
    client = client_of(tokens)
    tokens.device_error = error
    device = start_device(post_form, client)

    with pytest.raises(SignInFailed, match=words):
        wait_for_device(post_form, client, device, lambda: NOW, lambda _: None)


def test_a_code_that_nobody_types_in_ends_when_it_is_old(tokens: TokenServer) -> None:
    client, waits = client_of(tokens), list[float]()
    tokens.pending_answers = 1000
    device = start_device(post_form, client)

    with pytest.raises(SignInFailed, match="not typed in"):
        wait_for_device(post_form, client, device, lambda: NOW, waits.append)
    assert sum(waits) == 60


def test_the_page_sends_the_browser_back_with_a_code_that_gives_tokens(tokens: TokenServer) -> None:
    client = client_of(tokens, flow="loopback")
    url = sign_in_url(client, REDIRECT, STATE, VERIFIER, "sales@kestrel.test")
    assert VERIFIER not in url  # only its hash is shown (RFC 7636)

    code = read_returned(browse(url), STATE)
    got = exchange_code(post_form, client, code, VERIFIER, REDIRECT, NOW)

    assert tokens.access[got.access] == tokens.user
    with pytest.raises(TokenRefused):  # a code serves once
        exchange_code(post_form, client, code, VERIFIER, REDIRECT, NOW)


def test_a_stolen_code_is_worthless_without_the_verifier(tokens: TokenServer) -> None:
    client = client_of(tokens, flow="loopback")
    code = read_returned(browse(sign_in_url(client, REDIRECT, STATE, VERIFIER, "a@b.test")), STATE)

    with pytest.raises(TokenRefused, match="invalid_grant"):
        exchange_code(post_form, client, code, "w" * 64, REDIRECT, NOW)


@pytest.mark.parametrize(
    "address",
    [
        f"{REDIRECT}?code=c",
        f"{REDIRECT}?code=c&state=other",
        f"{REDIRECT}?code=c&state={STATE}&state=other",
        f"{REDIRECT}?state={STATE}",
        f"{REDIRECT}?state={STATE}&code=a&code=b",
        f"{REDIRECT}?state={STATE}&code=a&error=access_denied",
        "nonsense",
        "",
    ],
)
def test_an_address_that_does_not_belong_to_this_sign_in_is_refused(address: str) -> None:
    with pytest.raises(SignInFailed):
        read_returned(address, STATE)


def test_the_loopback_listener_takes_the_answer_with_our_state_and_no_other(tokens: TokenServer) -> None:
    """Any page that a browser shows can call a loopback port."""
    listener = LoopbackListener(STATE)
    try:
        for path in ("/", "/?code=evil&state=guess", f"/favicon.ico?state={STATE}", "/?error=x"):
            assert not listener.take(path)
        with pytest.raises(SignInFailed, match="nobody came back"):
            listener.wait(0.05)
        assert listener.take(f"/?code=good&state={STATE}")

        assert read_returned(listener.wait(0.05), STATE) == "good"
    finally:
        listener.close()


def test_an_application_signs_in_without_a_person(tokens: TokenServer) -> None:
    got = application_tokens(post_form, client_of(tokens, flow="application"), NOW)

    assert got.access in tokens.access
    assert got.refresh == ""
    assert tokens.asked("client_credentials")[0]["client_secret"] == CLIENT_SECRET


@pytest.mark.parametrize("is_rotating", [True, False])
def test_a_refresh_gives_the_newest_refresh_token_or_keeps_the_old(
    tokens: TokenServer, is_rotating: bool
) -> None:
    _, refresh = tokens.grant("sales@kestrel.test")
    tokens.is_rotating = is_rotating

    got = refresh_tokens(post_form, client_of(tokens), refresh, NOW)

    assert (got.refresh != refresh) is is_rotating
    assert got.refresh in tokens.refresh


def test_without_a_refresh_token_a_sign_in_is_not_taken(tokens: TokenServer) -> None:
    """Google gives one only when asked for offline access; without it all would end within the hour."""
    client = client_of(tokens, flow="loopback")
    tokens.gives_refresh = False
    code = read_returned(browse(sign_in_url(client, REDIRECT, STATE, VERIFIER, "a@b.test")), STATE)

    with pytest.raises(SignInFailed, match="no refresh token"):
        exchange_code(post_form, client, code, VERIFIER, REDIRECT, NOW)


@pytest.mark.parametrize("fault", ["500", "html", "redirect", "garbage", "hang-up"])
def test_a_token_server_in_trouble_is_worth_another_try(tokens: TokenServer, fault: str) -> None:
    """Nothing it says then is taken for a no, no redirect is followed, and no broken token is kept."""
    _, refresh = tokens.grant("sales@kestrel.test")
    tokens.fault = fault

    with pytest.raises(TokenServerUnreachable) as told:
        refresh_tokens(post_form, client_of(tokens), refresh, NOW)

    assert tokens.journal == []
    assert refresh not in str(told.value)


def test_a_no_is_final_and_its_words_repeat_no_secret(tokens: TokenServer) -> None:
    """This server quotes the whole form, as some do."""
    with pytest.raises(TokenRefused) as told:
        refresh_tokens(post_form, client_of(tokens), "refresh-T0ken-unknown", NOW)

    assert told.value.is_final
    assert "AADSTS50173" in str(told.value)
    assert "T0ken" not in str(told.value)
    assert CLIENT_SECRET not in str(told.value)


@pytest.mark.parametrize(
    "changed",
    [
        {"token_url": "http://login.example.com/token"},
        {"token_url": "ftp://127.0.0.1/token"},
        {"device_url": "https://user:pw@login.example.com/device"},
        {"token_url": "https://"},
    ],
)
def test_tokens_are_asked_for_by_https_or_on_this_machine(
    tokens: TokenServer, changed: dict[str, str]
) -> None:
    settings = settings_of(tokens.settings() | changed)

    with pytest.raises(OAuthUnconfigured, match="https"):
        client_for(settings, settings.account[0])


def test_the_addresses_of_the_known_providers_need_no_configuration() -> None:
    settings = settings_of(
        {"provider": "microsoft", "client_id": "x", "tenant": "kestrel.example"},
        {"provider": "google", "client_id": "y", "client_secret": "z"},
    )
    microsoft = client_for(settings, settings.account[0])
    google = client_for(settings, settings.account[0].model_copy(update={"provider": "google"}))

    assert microsoft.device_url == "https://login.microsoftonline.com/kestrel.example/oauth2/v2.0/devicecode"
    assert (microsoft.flow, google.flow) == ("device", "loopback")
    assert google.token_url == "https://oauth2.googleapis.com/token"
    assert google.scopes == ("https://mail.google.com/",)


@pytest.mark.parametrize(
    ("oauth", "words"),
    [
        ([], r'\[\[oauth\]\] with provider = "microsoft"'),
        ([{"provider": "microsoft", "client_id": "x", "flow": "application"}], "client_secret"),
    ],
)
def test_what_is_missing_in_the_configuration_is_named(oauth: list[dict[str, str]], words: str) -> None:
    settings = settings_of(*oauth)

    with pytest.raises(OAuthUnconfigured, match=words):
        client_for(settings, settings.account[0])
