"""Questions of rules to one user: a notice with the commands that answer it, and a task until it is answered."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Any

from inboxcrm.base.errors import Refused
from inboxcrm.base.own_time import next_business_day_of
from inboxcrm.base.work import Work
from inboxcrm.crm.task import add_task
from inboxcrm.ingest.telling import Notice, tell_user
from inboxcrm.rules.actions.shape import Occasion, box_of

if TYPE_CHECKING:
    from inboxcrm.base.settings import User

KIND = "question"
ANSWERING = ("account_manager", "sdr", "team_lead", "sales_director")  # who may say yes, quote, hold, lost
CHOICE = {"act": "choice"}  # it is closed by one of its words (commands/choices.py)


def ask_user(
    work: Work,
    occasion: Occasion,
    user: User,
    text: str,
    answers: Sequence[str],
    question: dict[str, Any] | None = None,
) -> None:
    """Ask once for an occasion; without a `question` of its own one of the answers' words closes it."""
    if user.role not in ANSWERING:
        raise Refused(f"{user.key} ({user.role}) may not answer such a question; ask who sells or leads")
    box, rule = box_of(work, occasion), occasion.rule
    words = sorted({answer.split()[0].rstrip(":").lower() for answer in answers if answer.split()})
    task = add_task(
        work,
        box,
        KIND,
        text,
        owner=user.key,
        due_at=next_business_day_of(work.settings, user, work.now),
        why=rule.why,
        rule=occasion.stamp,
        question=question or {**CHOICE, "words": words},
        occasion=f"rule:{occasion.key}:{KIND}"[:200],
    )
    told = f"{rule.id}, version {occasion.version}, row {rule.row}"
    tell_user(
        work,
        user,
        box,
        None,
        Notice(f"question:{occasion.key}", text, text, rule.why, told, list(answers)),
        task,
    )
