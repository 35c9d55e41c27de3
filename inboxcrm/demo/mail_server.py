"""The demo's mail server: IMAP and SMTP on two loopback ports, in a process of its own.

    python -m inboxcrm.demo.mail_server --port-file F --clock-file C --auth-server mx.demo.example --domain D ...

It holds all mail in memory: what it held is gone when it stops. With --keep each message is also written below
that folder as a file that can be looked at. Every user name has a mailbox, and one password opens all of them.
Mail to the domains named is delivered, to any address; a plus-address goes to its base; the rest is refused.

It has no encryption and one password for all, so it listens on this machine only and serves the demo only.
This file may read the real time: the demo's time is the real one and the seconds that the clock file holds.
"""

from __future__ import annotations

import argparse
import asyncio
import json
import subprocess
import sys
import time
from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path

from inboxcrm.base.child import start_child
from inboxcrm.base.errors import ServerError

HOST = "127.0.0.1"
PASSWORD = "demo"
READY_WITHIN_S = 20.0
STOP_WITHIN_S = 5.0


class MailServerNotStarted(ServerError):
    """The process ended, or did not say its ports in time."""

    def __init__(self, log: Path) -> None:
        super().__init__(f"the demo's mail server did not start; its log is {log}")


@dataclass(frozen=True, slots=True)
class MailServer:
    """A running server: where it listens (no encryption) and the password of every user."""

    host: str
    imap_port: int
    smtp_port: int
    password: str
    process: subprocess.Popen[bytes]

    def stop(self) -> None:
        """End it at once; the mail in it is gone."""
        self.process.terminate()
        try:
            self.process.wait(STOP_WITHIN_S)
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


def start_mail_server(
    folder: Path, domains: Sequence[str], clock_file: Path, auth_server: str, keep: Path | None
) -> MailServer:
    """Start the server for these domains and wait until both ports listen; its log goes into `folder`.

    `auth_server` is the name in its Authentication-Results lines; `keep` is where it writes each message. It
    ends with the thread that called this. Raises MailServerNotStarted.
    """
    folder.mkdir(parents=True, exist_ok=True)
    port_file, log = folder / "mail-server.json", folder / "mail-server.log"
    port_file.unlink(missing_ok=True)
    argv = [sys.executable, "-m", "inboxcrm.demo.mail_server", "--port-file", str(port_file)]
    argv += ["--clock-file", str(clock_file), "--auth-server", auth_server]
    argv += [word for domain in domains for word in ("--domain", domain)]
    argv += ["--keep", str(keep)] if keep else []
    with log.open("wb") as told:
        process = start_child(argv, stdin=subprocess.DEVNULL, stdout=told, stderr=told)
    ports = _wait_for_ports(process, port_file)
    if ports is None:
        process.kill()
        process.wait()
        raise MailServerNotStarted(log)
    return MailServer(HOST, ports["imap"], ports["smtp"], PASSWORD, process)


def _wait_for_ports(process: subprocess.Popen[bytes], port_file: Path) -> dict[str, int] | None:
    until = time.monotonic() + READY_WITHIN_S
    while process.poll() is None and time.monotonic() < until:
        if port_file.exists():
            ports: dict[str, int] = json.loads(port_file.read_text())
            return ports
        time.sleep(0.01)
    return None


class DemoClock:
    """The demo's time: the real one and the seconds in the clock file, read anew each time; 0 without a file."""

    def __init__(self, path: Path) -> None:
        self._path = path
        self._offset_s = 0.0

    def now(self) -> datetime:
        """The demo's time now, in UTC; what cannot be read as a number leaves the last one in force."""
        with suppress(ValueError, OSError):
            self._offset_s = float(self._path.read_text()) if self._path.exists() else 0.0
        return datetime.now(UTC) + timedelta(seconds=self._offset_s)


async def _serve(options: argparse.Namespace) -> None:
    """Listen on two ports of the system's choice, tell them in the port file, and serve until SIGTERM."""
    # Imported here, as the process that starts the server needs none of it.
    from inboxcrm.demo.mail_folders import PostOffice
    from inboxcrm.demo.mail_post import listen_for_mail

    clock = DemoClock(options.clock_file)
    office = PostOffice(PASSWORD, clock.now, options.keep)
    imap = await office.listen(HOST, options.auth_server)
    smtp = await listen_for_mail(HOST, office, options.auth_server, options.domain, PASSWORD)
    ports = {"imap": imap.sockets[0].getsockname()[1], "smtp": smtp.sockets[0].getsockname()[1]}
    fresh = options.port_file.with_suffix(".new")
    fresh.write_text(json.dumps(ports))
    fresh.replace(options.port_file)
    await asyncio.gather(imap.serve_forever(), smtp.serve_forever())


def main(argv: Sequence[str] | None = None) -> None:
    """Read the options and serve; SIGTERM ends the process at once, as nothing has to be saved."""
    parser = argparse.ArgumentParser(prog="inboxcrm.demo.mail_server", description="the demo's mail server")
    parser.add_argument("--port-file", type=Path, required=True, help="where the ports are told, as JSON")
    parser.add_argument("--clock-file", type=Path, required=True, help="holds the seconds to add to the time")
    parser.add_argument("--auth-server", required=True, help="its name in Authentication-Results")
    parser.add_argument("--domain", action="append", required=True, help="a domain it has mailboxes for")
    parser.add_argument("--keep", type=Path, help="where each message is written as a file too")
    asyncio.run(_serve(parser.parse_args(argv)))


if __name__ == "__main__":
    main()
