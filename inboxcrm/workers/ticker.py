"""The ticker: looks every few seconds for due work and wakes the queue, so that a lost wake costs seconds."""

from __future__ import annotations

import threading

import structlog

from inboxcrm.base.database import DatabaseTrouble, DatabaseUnusable, check_database
from inboxcrm.base.work import Office
from inboxcrm.rules.book import RuleBook
from inboxcrm.rules.refusal import tell_of_refusal
from inboxcrm.workers.topics import due_topics

log = structlog.get_logger()


def tick(office: Office, rules: RuleBook, stop: threading.Event) -> None:
    """Look and wake until told to stop; a database that is away for a while is waited for.

    Raises DatabaseUnusable if there is another thing where the database was: that does not come back by waiting.
    """
    is_well = True
    while not stop.is_set():
        try:
            if due := due_topics(office, rules):
                office.wake(due)
                office.reach("ticker.rang")
            tell_of_refusal(office, rules)
            is_well = True
        except DatabaseTrouble as error:
            if isinstance(error, DatabaseUnusable):
                check_database(office.engine)
            if is_well:
                log.error("database_away", error=str(error).splitlines()[0])
            is_well = False
        stop.wait(office.settings.running.tick_s)
