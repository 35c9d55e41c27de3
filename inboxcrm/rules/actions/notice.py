"""`notice`: tells users by mail what happened, with the customer's mail and the commands that fit (EM-1)."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from inboxcrm.base.settings import User
from inboxcrm.base.work import Work
from inboxcrm.ingest.notices.turns import tell_in_turn
from inboxcrm.ingest.store import last_asking_message, message_by_id
from inboxcrm.ingest.telling import Notice
from inboxcrm.rules.actions.shape import Occasion, Verb, box_of, people
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType
from inboxcrm.rules.text import render_text

if TYPE_CHECKING:
    from inboxcrm.ingest.records import Message


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    text = render_text(str(arguments["text"]), occasion.facts)
    is_pressing, users = bool(arguments.get("at_once")), people(work, occasion, str(arguments["to"]))
    commands = [render_text(str(line), occasion.facts) for line in _listed(arguments.get("commands"))]
    told = [
        user.key
        for user in users
        if write_notice(work, occasion, user, text, commands or None, is_pressing=is_pressing)
    ]
    return "told " + (" and ".join(told) or "nobody: it lies in their own INBOX")


def _mail_of(work: Work, occasion: Occasion) -> Message | None:
    """Give the mail that the rule is about, or that made the lead; None else: the box's newest is told then."""
    if occasion.subject_kind == "message":
        return message_by_id(work.session, occasion.subject_id)
    if occasion.subject_kind != "lead":
        return None
    return last_asking_message(work.session, box_of(work, occasion).id)


def write_notice(
    work: Work,
    occasion: Occasion,
    user: User,
    text: str,
    commands: list[str] | None,
    *,
    is_pressing: bool = False,
) -> bool:
    """Tell one user, one occasion once; without commands those that make sense then. False: he has the mail himself."""
    rule = f"{occasion.rule.id}, version {occasion.version}, row {occasion.rule.row}"
    notice = Notice(f"notice:{occasion.key}", text, text, occasion.rule.why, rule, commands)
    box, mail = box_of(work, occasion), _mail_of(work, occasion)
    return tell_in_turn(work, user, box, mail, notice, is_pressing=is_pressing)


def _listed(value: object) -> tuple[object, ...]:
    return tuple(value) if isinstance(value, (list, tuple)) else ()


VERB = Verb(
    ActionShape(
        required={"to": Argument(ArgumentType.WORD), "text": Argument(ArgumentType.TEXT)},
        optional={"commands": Argument(ArgumentType.WORDS), "at_once": Argument(ArgumentType.BOOL)},
        doc="Tell users by mail what happened, with the customer's last mail and the commands that make sense.",
    ),
    _run,
)
