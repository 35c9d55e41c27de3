"""`login`: signs an account in at its provider once, and keeps the token sealed (I15)."""

from __future__ import annotations

import threading
import webbrowser
from dataclasses import replace
from pathlib import Path

import click

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings import Account
from inboxcrm.base.work import Office
from inboxcrm.cli.given import WORDS
from inboxcrm.cli.start import DONE, TO_DO, Start, config_option, open_from_file
from inboxcrm.mail.access import Credential, imap_server
from inboxcrm.mail.errors import MailboxLoginRefused
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.mail.loopback import LoopbackListener
from inboxcrm.mail.oauth import (
    SignInFailed,
    Tokens,
    application_tokens,
    exchange_code,
    read_returned,
    sign_in_url,
    start_device,
    wait_for_device,
)
from inboxcrm.mail.oauth_client import Client, client_for
from inboxcrm.mail.token_post import post_form
from inboxcrm.mail.tokens import keep_tokens

PASTE_REDIRECT = "http://127.0.0.1:8765/"  # nothing listens there: the browser keeps the address in its bar


class NoOAuth(ConfigError):
    """The account signs in with a password."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f'{address} signs in with a password; for OAuth set auth = "oauth" in its [[account]] and fill in [[oauth]]'
        )


@click.command()
@click.argument("address", type=WORDS)
@click.option(
    "--paste", is_flag=True, help="No browser here: open the address elsewhere and paste what comes back."
)
@config_option
@click.pass_obj
def login(start: Start, address: str, paste: bool, config: Path) -> int:
    """Sign the account ADDRESS in at its provider (OAuth); needed once, and again when it was revoked."""
    office = open_from_file(start, config)
    account = _account(office, address)
    client = client_for(office.settings, account)
    try:
        tokens = _sign_in(office, account, client, paste)
        _check(account, tokens)
    except SignInFailed as error:
        click.echo(f"Not signed in: {error}.", err=True)
        return TO_DO
    with office.work("login", actor="owner") as work:
        keep_tokens(work, account, tokens)
    click.echo(f"Signed in: {account.address}. The token is kept sealed and renewed by itself.")
    return DONE


def _account(office: Office, address: str) -> Account:
    known = {account.address: account for account in office.settings.account}
    account = known.get(address.strip().lower())
    if account is None:
        raise click.UsageError(f"{address} is no account; the accounts are {', '.join(known)}")
    if account.auth != "oauth":
        raise NoOAuth(account.address)
    return account


def _sign_in(office: Office, account: Account, client: Client, paste: bool) -> Tokens:
    match client.flow:
        case "application":
            return application_tokens(post_form, client, office.clock.now())
        case "device":
            return _by_device(office, account, client)
        case _:
            return _by_page(office, account, client, paste)


def _by_device(office: Office, account: Account, client: Client) -> Tokens:
    device = start_device(post_form, client)
    click.echo(f"On any machine, sign in as {account.address} at\n\n    {_shown(device.url)}\n")
    click.echo(f"and type in this code:\n\n    {_shown(device.user_code)}\n\nWaiting for you ...")
    return wait_for_device(post_form, client, device, office.clock.now, _let_pass)


def _let_pass(seconds: float) -> None:
    threading.Event().wait(seconds)


def _shown(text: str) -> str:
    """Make what a server tells fit for a terminal: no control characters, no tricks of direction."""
    return "".join(char for char in text if char.isprintable())[:300]


def _by_page(office: Office, account: Account, client: Client, paste: bool) -> Tokens:
    """Sign in on the provider's page; PKCE binds its answer to this process, `state` to this question."""
    verifier, state = office.ids.token(256), office.ids.token(128)
    listener = None if paste else LoopbackListener(state)
    try:
        redirect = listener.redirect if listener else PASTE_REDIRECT
        url = sign_in_url(client, redirect, state, verifier, account.address)
        click.echo(f"Sign in as {account.address} here:\n\n    {url}\n")
        returned = _wait_for_browser(listener, url) if listener else _ask_for_address()
        code = read_returned(returned, state)
    finally:
        if listener:
            listener.close()
    return exchange_code(post_form, client, code, verifier, redirect, office.clock.now())


def _wait_for_browser(listener: LoopbackListener, url: str) -> str:
    if not webbrowser.open(url):
        click.echo("No browser opens here; on a machine without one, say --paste.")
    return listener.wait()


def _ask_for_address() -> str:
    click.echo("At the end the browser finds no page. Copy the whole address from its address bar.")
    return str(click.prompt("The address", prompt_suffix=": "))


def _check(account: Account, tokens: Tokens) -> None:
    """Try the token before it is kept: the person may have signed in as somebody else."""
    server = replace(imap_server(account, Credential(token=tokens.access)), timeout_s=20)
    try:
        open_mailbox(server).close()
    except MailboxLoginRefused as error:
        raise SignInFailed(
            f"the mailbox does not take the token; did you sign in as {account.address}? ({error})"
        ) from None
