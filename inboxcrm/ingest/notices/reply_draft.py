"""An answer to a customer's mail, addressed and with the mail quoted, laid into a rep's own Drafts (EM-1, EM-2).

She writes and sends it: nothing of it leaves by itself. It answers in the thread, goes to everybody outside who was on
the mail, and has the shared address in Cc.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from inboxcrm.base.spelled import spell_moment
from inboxcrm.ingest.answering import answer_to
from inboxcrm.ingest.notices.addressees import addressees_of
from inboxcrm.mail.forward import bare_subject
from inboxcrm.mail.incoming import Address
from inboxcrm.outbox.letter import Plan, Thread, write_letter

if TYPE_CHECKING:
    from inboxcrm.base.settings import User
    from inboxcrm.base.work import Work
    from inboxcrm.crm.records import Box
    from inboxcrm.ingest.records import Message

KIND = "reply"
MOST_LINES = 200
LONGEST_QUOTE = 10_000  # characters
LEFT_OUT = "[…]"


def lay_reply(work: Work, user: User, box: Box, message: Message, *, occasion: str, words: str = "") -> bool:
    """Lay an answer to a mail, with these words in it, once for an occasion; False if it cannot be laid."""
    account = work.settings.account_of_user(user.key)
    people = addressees_of(work, message)
    if account is None or people is None or work.settings.is_inside(people.to.address):
        return False
    house, is_own = work.settings.house_account, message.kind in ("customer", "copy")
    subject = message.subject if is_own else bare_subject(message.subject)
    write_letter(
        work,
        Plan(
            kind=KIND,
            form="draft",
            dedupe=f"{KIND}:{occasion}",
            account=account.address,
            to=[people.to],
            cc=[Address(house.name or work.settings.company.name, house.address), *people.cc],
            subject=subject if subject.lower().startswith("re:") else f"Re: {subject}",
            facts={
                "words": words,
                "sender": user.name,
                "who": people.to.name or people.to.address,
                "at": spell_moment(message.received_at, work.settings.company.zone),
                "quoted": bounded(message.text),
            },
            thread=answer_to(work.session, message) if is_own else Thread(),
            box_id=box.id,
        ),
    )
    return True


def bounded(text: str) -> str:
    """Give so much of a text as an answer quotes."""
    lines = text[:LONGEST_QUOTE].strip().splitlines()
    is_cut = len(text) > LONGEST_QUOTE or len(lines) > MOST_LINES
    return "\n".join([*lines[:MOST_LINES], *([LEFT_OUT] if is_cut else [])])
