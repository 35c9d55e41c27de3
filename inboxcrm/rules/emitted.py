"""What each action makes happen: the events that rules could hear because of it, at once or when a letter has left."""

from __future__ import annotations

from collections.abc import Mapping

_LETTER = ("letter.sent", "letter.failed", "letter.uncertain", "letter.bounced")

# By the action's word. A test holds that no action is missing and that each event is one.
EMITTED: Mapping[str, tuple[str, ...]] = {
    "ask": ("draft.laid",),
    "assign": ("lead.assigned", "lead.moved", "opportunity.assigned"),
    "bant": ("lead.changed", "lead.scored", "lead.moved", "opportunity.created"),
    "digest": _LETTER,
    "draft": ("draft.laid",),
    "hold": ("opportunity.held",),
    "letter": (*_LETTER, "letter.capped"),
    "move_stage": ("stage.changed", "opportunity.woken"),
    "notice": _LETTER,
    "open_renewal": ("opportunity.created",),
    "remind": _LETTER,
    "set_field": (),  # field.changed is for the history alone
    "sms": _LETTER,
    "tag": ("box.tagged", "box.untagged"),
    "task": ("task.created",),
    "webhook": ("webhook.failed",),
}
