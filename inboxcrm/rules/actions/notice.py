"""`notice`: tells users by mail what happened, with the customer's mail and the commands that fit (EM-1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inboxcrm.base.settings import User
from inboxcrm.base.work import Work
from inboxcrm.ingest.readers import keys_of_readers
from inboxcrm.ingest.store import message_by_id
from inboxcrm.ingest.telling import Notice, tell_user
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of, people
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import render_text

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    text = render_text(str(arguments["text"]), occasion.facts)
    commands = [render_text(str(line), occasion.facts) for line in _listed(arguments.get("commands"))]
    users = [
        user for user in people(work, occasion, str(arguments["to"])) if not _has_it(work, occasion, user)
    ]
    for user in users:
        write_notice(work, occasion, user, text, commands)
    return "told " + (" and ".join(user.key for user in users) or "nobody: it lies in their own INBOX")


def _has_it(work: Work, occasion: Occasion, user: User) -> bool:
    """Tell whether a user got this mail in his own INBOX: he needs no notice of it (EM-1)."""
    if occasion.subject_kind != "message":
        return False
    return user.key in keys_of_readers(work.session, work.settings, occasion.subject_id)


def _mail_of(work: Work, occasion: Occasion) -> Message | None:
    """Give the mail that the rule is about; None where it is about something else: the box's newest is told then."""
    if occasion.subject_kind != "message":
        return None
    return message_by_id(work.session, occasion.subject_id)


def write_notice(work: Work, occasion: Occasion, user: User, text: str, commands: list[str]) -> None:
    """Write one notice to one user; one occasion gives one notice."""
    rule = f"{occasion.rule.id}, version {occasion.version}, row {occasion.rule.row}"
    notice = Notice(f"notice:{occasion.key}", text, text, occasion.rule.why, rule, commands)
    tell_user(work, user, box_of(work, occasion), _mail_of(work, occasion), notice)


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else ()


VERB = Verb(
    ActionShape(
        required={"to": Argument(ArgumentType.WORD), "text": Argument(ArgumentType.TEXT)},
        optional={"commands": Argument(ArgumentType.WORDS)},
        doc="Tell users by mail what happened, with the customer's last mail and the commands that make sense.",
    ),
    _run,
)
