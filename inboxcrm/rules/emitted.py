"""The events that each action makes happen anew whenever it is done, at once or when its letter has left.

What an action says a second time is no event: a deal that stands in the stage already does not move, a tag that is
there is not put on. Nor is what may happen or not, such as a letter that fails.
"""

from __future__ import annotations

from collections.abc import Mapping

_LETTER = ("letter.sent",)

# By the action's word. A test holds that no action is missing and that each event is one.
EMITTED: Mapping[str, tuple[str, ...]] = {
    "ask": ("draft.laid",),
    "assign": (),
    "ask_units": _LETTER,
    "bant": (),
    "digest": _LETTER,
    "draft": ("draft.laid",),
    "hold": (),
    "invoice_draft": _LETTER,
    "letter": _LETTER,
    "move_stage": (),
    "move_ticket": ("ticket.moved",),
    "notice": _LETTER,
    "open_renewal": ("opportunity.created",),
    "open_ticket": ("ticket.opened", "opportunity.created", "message.filed", "mail.proven", *_LETTER),
    "question": ("task.created", *_LETTER),
    "quote_draft": ("task.created", *_LETTER),
    "remind": _LETTER,
    "set_field": (),
    "sms": _LETTER,
    "tag": (),
    "task": ("task.created",),
    "webhook": (),
}
