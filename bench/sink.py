"""A mail server that takes everything and keeps nothing, in a process of its own: aiosmtpd, no work in its handler."""

from __future__ import annotations

import asyncio
import subprocess
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from aiosmtpd.smtp import SMTP, AuthResult

from inboxcrm.base.child import start_child

ROOT = Path(__file__).parents[1]


@contextmanager
def running_sink() -> Iterator[int]:
    """Give the loopback port of a running sink; it ends with the block."""
    child = start_child(
        [sys.executable, "-W", "ignore", "-m", "bench.sink"],
        cwd=ROOT,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
    )
    try:
        assert child.stdout is not None
        yield int(child.stdout.readline())
    finally:
        child.terminate()
        child.wait()


class Takes:
    """The handler: every letter is accepted and forgotten."""

    async def handle_DATA(self, server: Any, session: Any, envelope: Any) -> str:
        return "250 2.0.0 taken"


def let_in(server: Any, session: Any, envelope: Any, mechanism: str, given: Any) -> AuthResult:
    """Anybody may log in."""
    return AuthResult(success=True)


async def serve() -> None:
    def conversation() -> SMTP:
        return SMTP(Takes(), hostname="sink", decode_data=False, authenticator=let_in, auth_require_tls=False)

    server = await asyncio.get_running_loop().create_server(conversation, "127.0.0.1", 0)
    print(server.sockets[0].getsockname()[1], flush=True)
    await server.serve_forever()


if __name__ == "__main__":
    asyncio.run(serve())
