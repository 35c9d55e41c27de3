"""Figures of the running system in the text format of Prometheus (version 0.0.4), all asked of the database."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from inboxcrm.base.store import count_events_by_state
from inboxcrm.base.work import Office
from inboxcrm.ingest.staleness import all_readings
from inboxcrm.ingest.store import count_messages, count_quarantine
from inboxcrm.ingest.sync.history import show_progress
from inboxcrm.outbox.store import count_letters_by_state

PREFIX = "inboxcrm_"


@dataclass(frozen=True, slots=True)
class Figure:
    """One measured thing: what it is, and its values by their labels."""

    name: str
    kind: str  # counter or gauge
    text: str
    values: Sequence[tuple[dict[str, str], float]]


def read_metrics(office: Office) -> str:
    """Give all figures as they are now."""
    return "".join(_lines(figure) for figure in _figures(office))


def _figures(office: Office) -> list[Figure]:
    now = office.clock.now()
    with office.reading() as session:
        readings = [one for one in all_readings(session, office.settings) if one.since is not None]
        events = count_events_by_state(session, "pending", "failed")
        letters = count_letters_by_state(session)
        history = show_progress(session, now)
        return [
            Figure("messages_total", "counter", "Mails taken in", [({}, count_messages(session))]),
            Figure("quarantined", "gauge", "Mails that could not be read", [({}, count_quarantine(session))]),
            Figure(
                "account_seconds_since_read",
                "gauge",
                "Seconds since a mailbox was last looked at with success",
                [({"account": one.address}, one.seconds_since(now)) for one in readings],
            ),
            Figure(
                "account_stale",
                "gauge",
                "1 if a mailbox should have been looked at again long since",
                [({"account": one.address}, float(one.is_stale(now))) for one in readings],
            ),
            Figure("letters", "gauge", "Letters and drafts by their state", _by_state(letters)),
            Figure("events_pending", "gauge", "Facts not reacted to yet", [({}, events["pending"])]),
            Figure("events_failed", "gauge", "Facts whose reaction failed", [({}, events["failed"])]),
            Figure(
                "history_to_come",
                "gauge",
                "Old mails of a folder that are still to be read",
                [
                    ({"account": one.address, "folder": one.folder}, max(one.total - one.done, 0))
                    for one in history
                ],
            ),
        ]


def _by_state(counts: dict[str, int]) -> list[tuple[dict[str, str], float]]:
    return [({"state": state}, count) for state, count in counts.items()]


def _lines(figure: Figure) -> str:
    name = PREFIX + figure.name
    lines = [f"# HELP {name} {figure.text}.", f"# TYPE {name} {figure.kind}"]
    lines += [f"{name}{_labels(labels)} {value:.15g}" for labels, value in figure.values]
    return "\n".join(lines) + "\n"


def _labels(labels: dict[str, str]) -> str:
    if not labels:
        return ""
    return "{" + ",".join(f'{name}="{_escaped(value)}"' for name, value in labels.items()) + "}"


def _escaped(value: str) -> str:
    return value.replace("\\", "\\\\").replace('"', '\\"').replace("\n", "\\n")
