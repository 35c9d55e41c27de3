"""The one RQ job: do what a topic asks for. It can run twice, also at the same time; the database decides."""

from __future__ import annotations

from dataclasses import dataclass

import structlog

from inboxcrm.base.work import Office
from inboxcrm.rules.book import RuleBook
from inboxcrm.workers.topics import TOPICS

log = structlog.get_logger()


@dataclass(slots=True)
class Place:
    """What a worker process works with, set once when it starts: RQ hands jobs nothing but their topic."""

    office: Office | None = None
    rules: RuleBook | None = None


HERE = Place()


def perform(topic: str) -> None:
    """Do the work of a topic; an unknown topic, of an older or newer version, is let be."""
    if HERE.office is None or HERE.rules is None:
        raise RuntimeError("this process is no worker")
    if topic in TOPICS:
        TOPICS[topic].do(HERE.office, HERE.rules)
    else:
        log.warning("unknown_topic", topic=topic)
