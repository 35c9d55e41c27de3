"""`digest`: mails managers what their people have to do, each line with a code that a reply can act on (MG-2)."""

from __future__ import annotations

from collections.abc import Mapping

from inboxcrm.base.work import Work
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, write_letter
from inboxcrm.reports.digest import digest_of_tasks
from inboxcrm.reports.kept import kept_aside
from inboxcrm.rules.actions.shape import Occasion, Verb, people
from inboxcrm.rules.rule import ActionShape, Argument, ArgumentType


def _run(work: Work, occasion: Occasion, arguments: Mapping[str, object]) -> str:
    users = people(work, occasion, str(arguments["to"]))
    for user in users:
        facts, task_ids = digest_of_tasks(work, user)
        kept, lines = kept_aside(work, user, len(task_ids))
        write_letter(
            work,
            Plan(
                kind="digest",
                dedupe=f"digest:{occasion.key}:{user.key}",
                account=work.settings.house_account.address,
                to=[Address(user.name, user.address)],
                user=user.key,
                subject=f"{facts['summary']}: {facts['day']}",
                facts={**facts, **kept, "rule": f"{occasion.rule.id}, version {occasion.version}"},
                task_ids=task_ids,
                lines=lines,
            ),
        )
    return "sent the digest to " + " and ".join(user.key for user in users)


VERB = Verb(
    ActionShape(
        required={"to": Argument(ArgumentType.WORD)},
        doc="Mail people what is due, each line with a code that a reply can act on.",
    ),
    _run,
)
