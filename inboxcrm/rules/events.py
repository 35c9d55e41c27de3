"""Names of the facts that rules write."""

from __future__ import annotations

RULE_FIRED = "rule.fired"
RULE_REFUSED = "rule.refused"
RULE_LOOP = "rule.loop"
