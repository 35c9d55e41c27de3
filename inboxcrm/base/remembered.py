"""What a transaction was told already, so that the many mails of one batch do not ask the same questions again.

It ends with the session, and with any part of it that is undone. Whoever changes what is remembered changes or
forgets it in the same breath.
"""

from __future__ import annotations

from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session, object_session


def remembered(session: Session, name: str) -> dict[Any, Any]:
    """Give what is remembered under a name, to be read and changed; empty at first."""
    known: dict[Any, Any] = session.info.setdefault("remembered", {}).setdefault(name, {})
    return known


def forget(session: Session, *names: str) -> None:
    """Forget what is remembered under these names."""
    for name in names:
        session.info.get("remembered", {}).pop(name, None)


def forget_everything(session: Session) -> None:
    """Ask anew for all: what was true before is so again."""
    session.info.pop("remembered", None)


def _forget_all(session: Session, *_undone: object) -> None:
    forget_everything(session)


event.listen(Session, "after_soft_rollback", _forget_all)  # a savepoint too


def forget_on_change(name: str, *columns: Any) -> None:
    """Let a session forget what it remembers under a name when one of these columns of any row changes."""

    def forget_here(row: object, value: object, old: object, _initiator: object) -> None:
        session = object_session(row)
        if session is not None and value != old:
            forget(session, name)

    for column in columns:
        event.listen(column, "set", forget_here)


def hold_rows(session: Session) -> None:
    """Keep every row that this transaction loads or makes in memory: else it is read again once nobody holds it."""
    session.info.setdefault("held", [])


def _hold(session: Session, row: object) -> None:
    held: list[object] | None = session.info.get("held")
    if held is not None:
        held.append(row)


event.listen(Session, "loaded_as_persistent", _hold)
event.listen(Session, "pending_to_persistent", _hold)
