"""Tells of rule files that were refused: a finding, once for each state of the folder, however many processes look."""

from __future__ import annotations

import hashlib

from inboxcrm.base.database import lock_name
from inboxcrm.base.store import set_switch, switch_value
from inboxcrm.base.work import Office
from inboxcrm.rules import events
from inboxcrm.rules.book import RuleBook

SWITCH = "rules.refused"
LOCK = 8_026
MOST_TOLD = 5


def tell_of_refusal(office: Office, rules: RuleBook) -> None:
    """Make the faults of the folder of rules a finding, if they are new; nothing where nothing has changed."""
    if not rules.is_news:
        return
    faults = [str(fault) for fault in rules.refused]
    mark = hashlib.sha256("\n".join(faults).encode()).hexdigest() if faults else ""
    rules.is_news = False
    with office.reading() as session:
        if (switch_value(session, SWITCH) or "") == mark:
            return
    with office.work("refusal", actor="ticker") as work:
        lock_name(work.session, LOCK)
        if (switch_value(work.session, SWITCH) or "") == mark:
            return  # another process was faster
        set_switch(work.session, SWITCH, mark, work.now)
        if faults:
            more = f" (and {len(faults) - MOST_TOLD} more)" if len(faults) > MOST_TOLD else ""
            reason = "the old rules stay in force: " + "; ".join(faults[:MOST_TOLD]) + more
            work.emit(
                events.RULE_REFUSED,
                ("company", 0),
                is_quiet=True,
                rule=rules.refused[0].place.file,
                reason=reason,
            )
