"""A bell that one thread rings to call another one away from waiting for a server."""

from __future__ import annotations

import os
import select
from contextlib import suppress


class Bell:
    """Rung by any thread or signal handler, heard by the one that waits; a ring is kept until it is heard."""

    def __init__(self) -> None:
        self._hear, self._ring = os.pipe()
        os.set_blocking(self._hear, False)
        os.set_blocking(self._ring, False)

    def fileno(self) -> int:
        """The descriptor that becomes readable by a ring."""
        return self._hear

    def ring(self) -> None:
        """Call; many calls are heard as one. Silent once closed."""
        with suppress(BlockingIOError, OSError):
            os.write(self._ring, b"!")

    def hear(self) -> bool:
        """Tell whether it was rung since it was last heard."""
        with suppress(BlockingIOError):
            return bool(os.read(self._hear, 4096))
        return False

    def wait(self, timeout_s: float) -> bool:
        """Wait for a ring, at most so many seconds, and hear it."""
        poller = select.poll()
        poller.register(self._hear, select.POLLIN)
        poller.poll(max(timeout_s, 0) * 1000)
        return self.hear()

    def close(self) -> None:
        """Free the descriptors."""
        for descriptor in (self._hear, self._ring):
            with suppress(OSError):
                os.close(descriptor)
