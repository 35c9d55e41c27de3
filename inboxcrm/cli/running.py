"""`run` and the single processes `poll`, `work`, `tick`; and `migrate`."""

from __future__ import annotations

import signal
import threading
from pathlib import Path

import click

from inboxcrm.app.migrate import migrate_database
from inboxcrm.app.office import open_office
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.settings_file import load_settings
from inboxcrm.cli.start import (
    Start,
    config_option,
    office_of,
    open_from_file,
    redis_option,
    start_program,
)
from inboxcrm.mail.pool import start_pool
from inboxcrm.rules.book import RuleBook
from inboxcrm.wakes.worker import work_queue
from inboxcrm.workers.jobs import HERE
from inboxcrm.workers.poller import poll
from inboxcrm.workers.supervisor import Supervisor
from inboxcrm.workers.ticker import tick


class NoRedis(ConfigError):
    """A single process was started without a Redis to share with the others."""

    def __init__(self) -> None:
        super().__init__(
            "no Redis is configured; set [storage] redis, or use `inboxcrm run`, which brings its own"
        )


@click.command()
@config_option
@click.pass_obj
def run(start: Start, config: Path) -> None:
    """Run everything on this machine until SIGTERM: poller, worker, ticker, and Redis if none is configured."""
    settings = load_settings(config)
    RuleBook(settings.rules.folder, settings.stage_names, settings.field, settings).open()

    def check() -> None:
        """Say what keeps the database from opening: before any start, and when a process ended because of it."""
        office_of(start, settings).engine.dispose()

    check()

    def process(name: str, redis_url: str) -> int:
        return start_program([name, "--config", str(config), "--redis", redis_url], start)

    Supervisor(process, settings.redis_url, settings.storage.folder / "redis", check).run()


@click.command("poll")
@config_option
@redis_option
@click.pass_obj
def poll_command(start: Start, config: Path, redis_url: str) -> None:
    """Read the mailboxes until SIGTERM; any number of pollers share them by leases."""
    start_pool()  # before there are threads
    poll(open_from_file(start, config, redis_url), _stop_at_signal())


@click.command("work")
@config_option
@redis_option
@click.pass_obj
def work_command(start: Start, config: Path, redis_url: str) -> None:
    """Work the queue until SIGTERM: rules, commands, papers, letters."""
    settings = load_settings(config)
    url = redis_url or settings.redis_url
    if not url:
        raise NoRedis
    HERE.rules = RuleBook(settings.rules.folder, settings.stage_names, settings.field, settings).open()
    HERE.office = office_of(start, settings, redis_url)
    work_queue(url)


@click.command("tick")
@config_option
@redis_option
@click.pass_obj
def tick_command(start: Start, config: Path, redis_url: str) -> None:
    """Look for due work until SIGTERM, and wake the queue."""
    settings = load_settings(config)
    if not (redis_url or settings.redis_url):
        raise NoRedis
    rules = RuleBook(settings.rules.folder, settings.stage_names, settings.field, settings).open()
    tick(office_of(start, settings, redis_url), rules, _stop_at_signal())


def _stop_at_signal() -> threading.Event:
    stop = threading.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        signal.signal(number, lambda _number, _frame: stop.set())
    return stop


@click.command()
@config_option
@click.pass_obj
def migrate(start: Start, config: Path) -> None:
    """Bring the database to the tables of this version; safe to run again."""
    settings = load_settings(config)
    migrate_database(open_office(settings, clock=start.clock).engine)
    click.echo("The database has the tables of this version.")
