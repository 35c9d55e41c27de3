"""The one opportunity pipeline: stages, probabilities, states and next actions (OP-1, OP-7)."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Stage:
    """A stage with its probability in percent, the lifecycle state it maps to, and its usual next action."""

    name: str
    probability: int
    state: str
    next_action: str


STAGES = (
    Stage("Identification", 10, "Prospecting", "Find out who decides and what they need"),
    Stage("Qualification", 20, "Qualification", "Hold the discovery call"),
    Stage("Needs Analysis", 30, "Needs Analysis", "Meet and write down the requirements"),
    Stage("Presentation", 50, "Value Proposition", "Show the product"),
    Stage("Quote", 60, "Value Proposition", "Ask what they think of the quote"),
    Stage("Negotiation", 80, "Negotiation", "Settle the open points"),
    Stage("Closure", 100, "Negotiation", "Get the signature"),
)
BY_NAME = {stage.name: stage for stage in STAGES}


def is_forward(old: str, new: str) -> bool:
    """Tell whether `new` comes after `old`: mail moves stages forward only (OP-1)."""
    names = [stage.name for stage in STAGES]
    return names.index(new) > names.index(old)
