"""Folders for servers that run as another user.

Not below pytest's own folder: every start of pytest closes that to others, also under a server that runs in it.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path


@contextmanager
def a_folder(name: str) -> Iterator[Path]:
    """A short folder that is removed at the end."""
    with tempfile.TemporaryDirectory(prefix=f"{name}-", dir="/tmp", ignore_cleanup_errors=True) as folder:
        yield Path(folder)
