"""What every command starts from, and how every error ends: one clear line and an exit code."""

from __future__ import annotations

import logging
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
import structlog

from inboxcrm.app.migrate import is_current
from inboxcrm.app.office import open_office
from inboxcrm.base.clock import Clock, SystemClock
from inboxcrm.base.database import DatabaseTrouble, DatabaseUnusable
from inboxcrm.base.errors import ConfigError, InboxcrmError, ServerError
from inboxcrm.base.points import Reach, pass_on
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_file import load_settings
from inboxcrm.base.work import Office
from inboxcrm.cli.given import FILE
from inboxcrm.mail.errors import MailboxError, SubmissionError

DONE, TO_DO, WRONG, AWAY = 0, 1, 2, 3


@dataclass(frozen=True, slots=True)
class Start:
    """What a process starts with: its clock, and what it does at the points that it passes."""

    clock: Clock = field(default_factory=SystemClock)
    reach: Reach = pass_on


class TablesOld(ConfigError):
    """The database was made by an older version, or is empty."""

    def __init__(self) -> None:
        super().__init__("the database's tables are not those of this version; run: inboxcrm migrate")


def start_program(arguments: Sequence[str], start: Start) -> int:
    """Carry a command line out; give its exit code."""
    from inboxcrm.cli.commands import cli

    _log_to_stderr()
    try:
        code = cli.main(list(arguments), prog_name="inboxcrm", standalone_mode=False, obj=start)
        return code if isinstance(code, int) else DONE
    except click.exceptions.Abort:
        return WRONG
    except click.exceptions.Exit as error:
        return error.exit_code
    except click.ClickException as error:
        error.show()
        return WRONG
    except DatabaseUnusable as error:
        click.echo(str(error), err=True)
        return WRONG
    except (ServerError, MailboxError, SubmissionError, DatabaseTrouble) as error:
        click.echo(str(error).splitlines()[0], err=True)
        return AWAY
    except InboxcrmError as error:
        click.echo(str(error), err=True)
        return WRONG


def _log_to_stderr() -> None:
    logging.basicConfig(level=logging.WARNING, stream=sys.stderr, format="%(message)s")
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.format_exc_info,
            structlog.processors.LogfmtRenderer(
                key_order=["timestamp", "level", "event"], bool_as_flag=False
            ),
        ],
        logger_factory=structlog.PrintLoggerFactory(sys.stderr),
        cache_logger_on_first_use=True,
    )


def config_option(command: Any) -> Any:
    """Add `--config FILE` (or INBOXCRM_CONFIG) to a command."""
    return click.option(
        "--config",
        "config",
        type=FILE,
        envvar="INBOXCRM_CONFIG",
        default=Path("config.toml"),
        show_default=True,
        help="The configuration file.",
    )(command)


def redis_option(command: Any) -> Any:
    """Add the hidden `--redis URL` by which `run` tells its processes where its embedded server is."""
    return click.option("--redis", "redis_url", default="", hidden=True)(command)


def json_option(command: Any) -> Any:
    """Add `--json` to a reading command."""
    return click.option("--json", "as_json", is_flag=True, help="Print plain values as JSON.")(command)


def office_of(start: Start, settings: Settings, redis_url: str = "") -> Office:
    """Open the office for a command; the tables must be there. Raises TablesOld."""
    office = open_office(settings, redis_url=redis_url, clock=start.clock, reach=start.reach)
    if not is_current(office.engine):
        raise TablesOld
    return office


def open_from_file(start: Start, config: Path, redis_url: str = "") -> Office:
    """Read the configuration and open the office."""
    return office_of(start, load_settings(config), redis_url)
