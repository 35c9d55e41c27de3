"""Chooses everything real in one place: the one function that makes an `Office`."""

from __future__ import annotations

import os
from collections.abc import Callable
from pathlib import Path
from tempfile import mkstemp

import structlog

from inboxcrm.app.migrate import holds_data
from inboxcrm.base.clock import Clock, SystemClock
from inboxcrm.base.database import check_database, open_database
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.ids import Ids, SystemIds
from inboxcrm.base.points import Reach, pass_on
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.wakes.errors import BellUnreachable

log = structlog.get_logger()
KEY_FILE = "secret.key"
LEAST_KEY_BYTES = 32


class KeyMissing(ConfigError):
    """The secret key is gone and the database is not: a new one would silently make the old data worthless."""

    def __init__(self, file: Path) -> None:
        super().__init__(
            f"{file}: is missing, and the database holds data that needs it (sealed sign-ins, tokens of sent"
            " letters); put this file back from the backup, or copy it from another machine of this installation"
        )


class KeyBroken(ConfigError):
    """The file of the secret key holds no key."""

    def __init__(self, file: Path, size: int) -> None:
        super().__init__(
            f"{file}: holds {size} bytes instead of {LEAST_KEY_BYTES}; put the file back from the backup"
        )


def open_office(
    settings: Settings,
    *,
    redis_url: str = "",
    clock: Clock | None = None,
    ids: Ids | None = None,
    reach: Reach = pass_on,
) -> Office:
    """Build what all transactions of this process share; checks that the database answers.

    Without a Redis URL nothing is woken: the ticker of the running system finds the work. Raises
    DatabaseUnreachable, KeyMissing, or ConfigError if the data folder cannot be used.
    """
    check_words(settings)
    ids = ids or SystemIds()
    engine = open_database(settings.database_url)
    key = load_key(settings.storage.folder, ids, lambda: holds_data(engine))
    check_database(engine)
    url = redis_url or settings.redis_url
    wake = waker(url) if url else _let_be
    return Office(engine, clock or SystemClock(), ids, settings, key, wake, reach)


def check_words(settings: Settings) -> None:
    """See that no word of the team's languages means two commands. Raises WordClaimed or CommandUnknown (EM-4)."""
    if settings.commands.languages or settings.commands.words:
        from inboxcrm.commands.table import BY_NAME  # read only where it is needed: it takes long
        from inboxcrm.commands.tongues.tongue import tongue_of

        tongue_of(settings.commands, BY_NAME)


def _let_be(_topics: set[str]) -> None:
    return None


def waker(url: str) -> Callable[[set[str]], None]:
    """Give a wake that pokes the queue after a commit; a lost poke costs seconds, never work (V5)."""
    from inboxcrm.wakes.bell import Bell  # read only by processes that wake: it takes long

    bell = Bell(url)

    def wake(topics: set[str]) -> None:
        try:
            bell.ring(sorted(topics))
        except BellUnreachable as error:
            log.warning("not_woken", topics=sorted(topics), error=str(error))

    return wake


def load_key(folder: Path, ids: Ids, holds_data: Callable[[], bool] = lambda: False) -> bytes:
    """Give the secret key of our tokens and seals; make its file, for the owner's eyes only, if there is none.

    It is made for an empty database only: beside one that holds data a new key would make all that was sealed
    and every token in a sent letter worthless. Raises KeyMissing then, ConfigError if the file cannot be used.
    """
    file = folder / KEY_FILE
    try:
        folder.mkdir(parents=True, exist_ok=True)
        if not file.exists():
            if holds_data():
                raise KeyMissing(file)
            _write_once(file, ids.key())
        key = file.read_bytes()
    except OSError as error:
        raise ConfigError(f"{file}: cannot be used ({error.strerror})") from error
    if len(key) < LEAST_KEY_BYTES:
        raise KeyBroken(file, len(key))
    return key


def _write_once(file: Path, content: bytes) -> None:
    """Write a file that only its owner may read; whoever is first wins, and nobody reads half a key."""
    descriptor, name = mkstemp(prefix=f"{file.name}.", dir=file.parent)  # of mode 0600
    aside = Path(name)
    with os.fdopen(descriptor, "wb") as stream:
        stream.write(content)
        stream.flush()
        os.fsync(stream.fileno())
    try:
        os.link(aside, file)
    except FileExistsError:
        log.info("key_was_there", file=str(file))
    finally:
        aside.unlink()
