"""`--as USER`: shows what one of our people may see, as the mails to him do (MG-6).

It is for scripts and for looking with another's eyes, no lock: whoever reads the configuration can read the database.
"""

from __future__ import annotations

from typing import Any

import click

from inboxcrm.base.database import Session
from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Settings, User
from inboxcrm.base.work import Office
from inboxcrm.cli.given import WORDS
from inboxcrm.sales.access import Sight


class NoSuchUser(Refused):
    """`--as` names nobody of config.toml."""

    def __init__(self, key: str, settings: Settings) -> None:
        super().__init__(
            f"--as {key}: there is no such user; they are {', '.join(user.key for user in settings.user)}"
        )


def as_option(command: Any) -> Any:
    """Add `--as USER` to a reading command."""
    return click.option(
        "--as", "as_user", type=WORDS, metavar="USER", help="Only what this user may see."
    )(command)


def viewer(settings: Settings, key: str | None) -> User | None:
    """Give the user with whose eyes is looked; None for those of whoever runs the program. Raises NoSuchUser."""
    if not key:
        return None
    user = settings.user_by_key(key) or settings.user_by_address(key.lower())
    if user is None:
        raise NoSuchUser(key, settings)
    return user


def sight_of(office: Office, session: Session, key: str | None) -> Sight:
    """Give what a user may see now. Raises NoSuchUser."""
    return Sight(session, office.settings, viewer(office.settings, key), office.clock.now())
