"""Of a rule that the clock fires: what of its condition the database is asked, and what is judged record by record."""

from __future__ import annotations

from inboxcrm.rules.rule import Rule


def asked_of_database(rule: Rule) -> tuple[str, ...]:
    """Give the parts of the condition that are one query; none of an event rule's, which sees its record anyhow."""
    if rule.on is not None or rule.kind == "company":
        return ()
    return rule.condition.pushed


def judged_one_by_one(rule: Rule) -> tuple[str, ...]:
    """Give the parts that are judged of each record that the query finds."""
    return (rule.condition.source,) if rule.on else rule.condition.judged
