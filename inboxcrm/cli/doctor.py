"""`doctor`: looks at everything that the product stands on; each line is ok, or says what to do."""

from __future__ import annotations

import json
import stat
from collections.abc import Callable, Iterator
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from inboxcrm.app.migrate import is_current
from inboxcrm.app.office import KEY_FILE, open_office
from inboxcrm.base.database import DatabaseUnusable
from inboxcrm.base.errors import ConfigError, InboxcrmError, ServerError
from inboxcrm.base.secret import Secret
from inboxcrm.base.settings import Account, Settings
from inboxcrm.base.settings_file import has_plain_secret, load_settings
from inboxcrm.base.spelled import spell_moment
from inboxcrm.base.work import Office
from inboxcrm.base.workdays import Workdays
from inboxcrm.cli.go_live import look_before_going_live
from inboxcrm.cli.start import AWAY, DONE, TO_DO, WRONG, Start, TablesOld, config_option, json_option
from inboxcrm.ingest.staleness import all_readings
from inboxcrm.ingest.store import account_by_address, folders_of, has_mail_by_plus
from inboxcrm.ingest.sync.numbering import paused_folders
from inboxcrm.mail.access import imap_server, open_account, open_account_submission, smtp_server
from inboxcrm.mail.errors import MailboxError, SecretMissing, SignInNeeded, SubmissionError
from inboxcrm.mail.evidence import is_provable
from inboxcrm.mail.imap import open_mailbox
from inboxcrm.mail.scrub import scrub_line
from inboxcrm.mail.smtp import open_submission
from inboxcrm.outbox.store import is_live, is_stopped, letters_in_state
from inboxcrm.rules.book import RulesFaulty, read_rules
from inboxcrm.rules.rule import Rule
from inboxcrm.wakes.bell import Bell


@dataclass(frozen=True, slots=True)
class Finding:
    """One thing looked at: `ok`, `to do`, `wrong` (nothing runs with it), or `away` (a server)."""

    what: str
    state: str
    text: str


class NoRules(ConfigError):
    """A folder without rules: mail is filed, and nobody is told of anything."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"there is none in {folder}, so nobody is told of anything")


Check = Callable[[], str]


@click.command()
@config_option
@json_option
@click.pass_obj
def doctor(start: Start, config: Path, as_json: bool) -> int:
    """Check configuration, database, Redis, every mailbox and its way to send, rules and particulars."""
    settings = load_settings(config)
    findings = [*examine(start, settings), *_look_at_secrecy(config, settings)]
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], ensure_ascii=False, indent=2))
    for finding in [] if as_json else findings:
        click.echo(f"{finding.state:6} {finding.what}: {finding.text}")
    states = {finding.state for finding in findings}
    codes = (("wrong", WRONG), ("away", AWAY), ("to do", TO_DO))
    return next((code for state, code in codes if state in states), DONE)


class FoldersMissing(InboxcrmError):
    """Folders of the configuration that the server does not have."""

    def __init__(self, names: list[str]) -> None:
        super().__init__(
            f"signed in, but the server has no folder {', '.join(map(repr, names))}; mail there is not read."
            " Make it again, or take it out of `folders`"
        )


def examine(start: Start, settings: Settings) -> Iterator[Finding]:
    """Look at one thing after the other; a broken one does not hide the next."""
    yield Finding("configuration", "ok", "every key is right")
    yield _look("database", lambda: _check_tables(start, settings))
    yield _look("redis", lambda: _check_redis(settings))
    for account in settings.account:
        yield _look(f"{account.address} IMAP", lambda account=account: _check_imap(start, settings, account))  # type: ignore[misc]
        yield _look(f"{account.address} SMTP", lambda account=account: _check_smtp(start, settings, account))  # type: ignore[misc]
        if not is_provable(account):
            text = "set authentication_server, or no acceptance and no command by mail can be proven by it"
            yield Finding(f"{account.address}", "to do", text)
    yield from _look_at_reading(start, settings)
    yield from _look_at_folders(start, settings)
    yield from _look_at_plus_addresses(start, settings)
    yield _look("rules", lambda: _check_rules(settings))
    yield _look("calendar", lambda: _check_calendar(settings))
    if missing := settings.company.missing_particulars:
        yield Finding("company", "to do", f"no invoice is issued without [company] {', '.join(missing)}")
    yield from _look_at_going_live(settings)
    yield from _look_at_sending(start, settings)


def _look(what: str, check: Check) -> Finding:
    try:
        return Finding(what, "ok", check())
    except DatabaseUnusable as error:
        return Finding(what, "wrong", str(error))
    except (SignInNeeded, SecretMissing) as error:
        return Finding(what, "to do", str(error))
    except (ServerError, MailboxError, SubmissionError) as error:
        return Finding(what, "away", str(error).splitlines()[0])
    except InboxcrmError as error:
        return Finding(what, "to do", str(error))


def _open(start: Start, settings: Settings) -> Office:
    # Redis is looked at by itself: what is wrong with it must not stand in the database's line.
    storage = settings.storage.model_copy(update={"redis": Secret()})
    return open_office(settings.model_copy(update={"storage": storage}), clock=start.clock)


def _check_tables(start: Start, settings: Settings) -> str:
    if not is_current(_open(start, settings).engine):
        raise TablesOld
    return "reachable, with the tables of this version"


def _check_redis(settings: Settings) -> str:
    if not settings.redis_url:
        return "embedded: `inboxcrm run` starts it"
    Bell(settings.redis_url).ping()
    return "reachable"


def _office_for_login(start: Start, settings: Settings, account: Account) -> Office | None:
    """Give the office that counts logins and holds tokens; a password can be tried without one."""
    try:
        office = _open(start, settings)
        if is_current(office.engine):
            return office
    except InboxcrmError:
        if account.auth == "oauth":
            raise
    if account.auth == "oauth":
        raise TablesOld
    return None


def _check_imap(start: Start, settings: Settings, account: Account) -> str:
    office = _office_for_login(start, settings, account)
    opened = open_account(office, account, is_asked=True) if office else open_mailbox(imap_server(account))
    with opened as mailbox:
        folders = mailbox.folders()
        has_sent = any(folder.special_use == "sent" for folder in folders)
        count = mailbox.examine("INBOX").exists
    if missing := _missing_folders(office, account, {folder.name for folder in folders}):
        raise FoldersMissing(missing)
    return f"signed in, {len(folders)} folders, {count} in INBOX" + (
        "" if has_sent else "; no Sent folder was found"
    )


def _missing_folders(office: Office | None, account: Account, there: set[str]) -> list[str]:
    """Give the configured folders that the server does not have, under a name that they were given since neither."""
    renamed = set[str]()
    if office:
        with office.reading() as session:
            row = account_by_address(session, account.address)
            rows = folders_of(session, row.id) if row else []
            renamed = {one.wanted_as for one in rows if one.wanted_as and one.name in there}
    return sorted(account.wanted_folders - there - renamed)


def _check_smtp(start: Start, settings: Settings, account: Account) -> str:
    office = _office_for_login(start, settings, account)
    if office:
        open_account_submission(office, account, is_asked=True).close()
    else:
        open_submission(smtp_server(account)).close()
    return "signed in"


def _check_rules(settings: Settings) -> str:
    found = read_rules(settings.rules.folder, settings.stage_names, settings.field, settings)
    if found.faults:
        raise RulesFaulty(found)
    if not found.rules:
        raise NoRules(settings.rules.folder)
    return f"{len(found.rules)} rules are right"


def _check_calendar(settings: Settings) -> str:
    Workdays(settings.company.country)
    return f"holidays of {settings.company.country} are known"


def _look_at_secrecy(config: Path, settings: Settings) -> Iterator[Finding]:
    """Say when other users of this machine may read the file that holds passwords, or the key of all seals."""
    if has_plain_secret(settings) and config.stat().st_mode & 0o077:
        yield Finding(
            "configuration", "to do", f"it holds passwords, and others may open it: chmod 600 {config}"
        )
    key = settings.storage.folder / KEY_FILE
    if key.exists() and stat.S_IMODE(key.stat().st_mode) & 0o177:
        yield Finding("secret key", "to do", f"others may open it: chmod 600 {key}")


def _look_at_going_live(settings: Settings) -> Iterator[Finding]:
    """Say whether everybody can work and somebody gets each lead (MG-7)."""
    rules: tuple[Rule, ...] = ()
    with suppress(InboxcrmError):  # what is wrong with them has its own line
        rules = read_rules(settings.rules.folder, settings.stage_names, settings.field, settings).rules
    for what, text, is_right in look_before_going_live(settings, rules):
        yield Finding(what, "ok" if is_right else "to do", text)


def _look_at_reading(start: Start, settings: Settings) -> Iterator[Finding]:
    """Say of each mailbox when it was last read by a poller, whatever a login says now (P13)."""
    office = _current_office(start, settings)
    if office is None:
        return
    now, zone = office.clock.now(), settings.company.zone
    with office.reading() as session:
        readings = all_readings(session, settings)
    for one in readings:
        last = f"last read {spell_moment(one.last_at, zone)}" if one.last_at else "never read so far"
        if one.is_stale(now):
            ago = f"{one.seconds_since(now) / 60:,.0f} minutes ago" if one.last_at else "nobody looks at it"
            reason = one.error or "is `inboxcrm run`, or a process `inboxcrm poll`, running?"
            yield Finding(f"{one.address} reading", "to do", f"{last}, {ago}: {reason}")
        else:
            yield Finding(f"{one.address} reading", "ok", last)


def _look_at_folders(start: Start, settings: Settings) -> Iterator[Finding]:
    """Name each folder that is read no more, because its server keeps numbering it anew (I4)."""
    office = _current_office(start, settings)
    if office is None:
        return
    with office.reading() as session:
        paused = paused_folders(session, settings)
    for one in paused:
        again = spell_moment(one.again_at, settings.company.zone)
        text = f"read no more, as its server {one.fault}; ask whoever runs it. It is looked at again after {again}"
        yield Finding(f"{one.address} {scrub_line(one.name)}", "to do", text)


def _look_at_plus_addresses(start: Start, settings: Settings) -> Iterator[Finding]:
    """Say whether mail has come by a plus-address to the shared mailboxes whose letters ask for answers there (T2)."""
    chosen = [one.address for one in settings.account if one.plus_addresses and one.kind == "shared"]
    office = _current_office(start, settings) if chosen else None
    if office is None:
        return
    with office.reading() as session:
        seen = {address: has_mail_by_plus(session, address) for address in chosen}
    for address, is_seen in seen.items():
        local, _, domain = address.rpartition("@")
        test = (
            f"none has come in yet: write to {local}+test@{domain} from outside, or take plus_addresses out"
        )
        text = "mail comes in by them" if is_seen else test
        yield Finding(f"{address} plus-addresses", "ok" if is_seen else "to do", text)


def _current_office(start: Start, settings: Settings) -> Office | None:
    """Open the office if its tables can be asked; what is wrong with them has been said already."""
    try:
        office = _open(start, settings)
        return office if is_current(office.engine) else None
    except InboxcrmError:
        return None


def _look_at_sending(start: Start, settings: Settings) -> Iterator[Finding]:
    office = _current_office(start, settings)
    if office is None:
        return
    with office.reading() as session:
        if is_stopped(session):
            yield Finding(
                "sending", "to do", "all of it is stopped; `inboxcrm live` lets letters leave again"
            )
        for account in settings.account:
            if account.kind == "shared" and not is_live(session, account.address):
                yield Finding(
                    account.address, "to do", "on hold for outsiders; say `inboxcrm live` when you are ready"
                )
        for letter in letters_in_state(session, "uncertain", "failed"):
            yield Finding(
                f"letter {letter.id}",
                "to do",
                f"{letter.state}: {letter.subject}; see `inboxcrm outbox list`",
            )
