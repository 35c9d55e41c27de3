"""All actions of rules by the word that rule files use."""

from __future__ import annotations

from inboxcrm.rules.actions import (
    ask,
    ask_units,
    assign,
    bant,
    digest,
    draft,
    hold,
    invoice_draft,
    letter,
    move_stage,
    move_ticket,
    notice,
    open_renewal,
    open_ticket,
    question,
    quote_draft,
    remind,
    set_field,
    sms,
    tag,
    task,
    webhook,
)
from inboxcrm.rules.actions.shape import Verb

ACTIONS: dict[str, Verb] = {
    "ask": ask.VERB,
    "ask_units": ask_units.VERB,
    "assign": assign.VERB,
    "bant": bant.VERB,
    "digest": digest.VERB,
    "draft": draft.VERB,
    "hold": hold.VERB,
    "invoice_draft": invoice_draft.VERB,
    "letter": letter.VERB,
    "move_stage": move_stage.VERB,
    "move_ticket": move_ticket.VERB,
    "notice": notice.VERB,
    "open_renewal": open_renewal.VERB,
    "open_ticket": open_ticket.VERB,
    "question": question.VERB,
    "quote_draft": quote_draft.VERB,
    "remind": remind.VERB,
    "set_field": set_field.VERB,
    "sms": sms.VERB,
    "tag": tag.VERB,
    "task": task.VERB,
    "webhook": webhook.VERB,
}
