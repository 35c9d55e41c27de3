"""What events tell of values: each as changes of columns, with what was before where the event names it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, NamedTuple

from inboxcrm.base.history import FACT_CHANGED
from inboxcrm.base.money import minor_digits
from inboxcrm.base.past_events import PastEvent
from inboxcrm.rules.trial.past import UNKNOWN, UNTOLD

TableRow = tuple[str, int]


class Change(NamedTuple):
    """One column of one row changed; `old` and `new` may be UNTOLD."""

    event: PastEvent
    row: TableRow
    column: str
    old: Any
    new: Any


_Told = tuple[TableRow, str, Any, Any]
_OF_LEADS = ("source", "type", "campaign")
_DOCUMENT_STATES = {
    "quote.issued": "issued",
    "quote.sent": "sent",
    "document.accepted": "accepted",
    "order.released": "released",
    "order.closed": "closed",
    "invoice.prepared": "provisional",
    "invoice.issued": "issued",
    "invoice.stopped": "stopped",
    "invoice.paid": "paid",
}
_LETTER_STATES = {
    "letter.written": "waiting",
    "letter.sent": "sent",
    "letter.failed": "failed",
    "letter.uncertain": "uncertain",
    "letter.bounced": "bounced",
    "draft.laid": "laid",
}


def _fact(event: PastEvent) -> Iterator[_Told]:
    told = event.payload
    yield (event.subject_kind, event.subject_id), str(told.get("field")), told.get("old"), told.get("new")


def _said(event: PastEvent) -> Iterator[_Told]:
    """Read of a person or company: a field with both values, or several that were found with none."""
    about, told = (event.subject_kind, event.subject_id), event.payload
    if "field" in told:
        yield about, str(told["field"]), told.get("old"), told.get("new")
    for name in told.get("found") or {}:
        yield about, str(name), UNTOLD, UNTOLD


def _field(event: PastEvent) -> Iterator[_Told]:
    told = event.payload
    yield (event.subject_kind, event.subject_id), f"field_{told['field']}", told.get("old"), told.get("new")


def _lead_assigned(event: PastEvent) -> Iterator[_Told]:
    old, new = event.payload.get("old", UNTOLD), event.payload.get("owner")
    yield ("lead", event.subject_id), "owner", old, new
    if event.box_id:
        yield ("box", event.box_id), "owner", old, new


def _deal_created(event: PastEvent) -> Iterator[_Told]:
    if event.box_id:
        yield ("box", event.box_id), "owner", UNTOLD, event.payload.get("owner", UNTOLD)


def _lead_moved(event: PastEvent) -> Iterator[_Told]:
    about, told = ("lead", event.subject_id), event.payload
    yield about, "state", told.get("old"), told.get("new")
    yield about, "reason", UNTOLD, told.get("reason")


def _lead_changed(event: PastEvent) -> Iterator[_Told]:
    name, told = str(event.payload.get("field")), event.payload
    table = "lead" if name in _OF_LEADS else "qualification"
    yield (
        (table, event.subject_id),
        {"industry": "branch"}.get(name, name),
        told.get("old"),
        told.get("new"),
    )


def _lead_scored(event: PastEvent) -> Iterator[_Told]:
    parts = event.payload.get("parts") or {}
    for name in ("size", "industry", "engagement", "fit"):
        yield ("qualification", event.subject_id), name, UNTOLD, parts.get(name)


def _lead_answered(event: PastEvent) -> Iterator[_Told]:
    yield ("lead", event.subject_id), "answered_at", None, event.at


def _stage_changed(event: PastEvent) -> Iterator[_Told]:
    about = ("opportunity", event.subject_id)
    yield about, "stage", event.payload.get("old"), event.payload.get("new")
    yield about, "stage_since_at", UNTOLD, event.at


def _closed(event: PastEvent) -> Iterator[_Told]:
    yield ("opportunity", event.subject_id), "is_open", True, False


def _reopened(event: PastEvent) -> Iterator[_Told]:
    about = ("opportunity", event.subject_id)
    yield about, "is_open", False, True
    yield about, "stage_since_at", UNTOLD, event.at


def _tagged(event: PastEvent) -> Iterator[_Told]:
    name = event.payload.get("tag")
    yield ("box", event.subject_id), "tags", *((None, name) if event.kind == "box.tagged" else (name, None))


def _continued(event: PastEvent) -> Iterator[_Told]:
    yield ("opportunity", event.subject_id), "continued", UNTOLD, UNTOLD


def _paid(event: PastEvent) -> Iterator[_Told]:
    told = event.payload
    yield (
        ("opportunity", event.subject_id),
        "amount_minor",
        _minor(told.get("old")),
        _minor(told.get("new")),
    )


def _minor(words: Any) -> Any:
    """Read an amount as Money writes it: EUR 12,500.50."""
    if words is None:
        return None
    currency, _, digits = str(words).partition(" ")
    try:
        return int(Decimal(digits.replace(",", "")).scaleb(minor_digits(currency)))
    except InvalidOperation:
        return UNKNOWN


def _document(event: PastEvent) -> Iterator[_Told]:
    about = ("document", event.subject_id)
    if state := _DOCUMENT_STATES.get(event.kind):
        # A stopped invoice may be tried again without a word; what is after it is therefore not told.
        yield about, "state", UNTOLD, state if state != "stopped" else UNKNOWN
    if event.subject_kind == "invoice":
        yield about, "finalise_at", UNKNOWN, UNTOLD
    if event.kind == "invoice.issued":
        for name in ("number", "issued_at", "issued_on", "due_on", "reference", "total"):
            yield about, name, None, UNTOLD


def _letter(event: PastEvent) -> Iterator[_Told]:
    about = ("letter", event.subject_id)
    yield about, "state", UNTOLD, _LETTER_STATES[event.kind]
    yield about, "error", UNKNOWN, UNTOLD


def _filed(event: PastEvent) -> Iterator[_Told]:
    yield ("message", event.subject_id), "box_id", event.payload.get("old"), event.payload.get("new")


def _released(event: PastEvent) -> Iterator[_Told]:
    about = ("message", event.subject_id)
    yield about, "kind", event.payload.get("was", UNTOLD), "customer"
    yield about, "box_id", UNTOLD, event.box_id


def _renamed(event: PastEvent) -> Iterator[_Told]:
    yield ("box", event.subject_id), "name", event.payload.get("old"), event.payload.get("new")


def _merged(event: PastEvent) -> Iterator[_Told]:
    """What hangs on the other one hangs on this one now: of what was before, its own columns alone are told."""
    yield (event.subject_kind, event.subject_id), "*", UNTOLD, UNTOLD
    if event.box_id and event.subject_kind != "box":
        yield ("box", event.box_id), "*", UNTOLD, UNTOLD


_READERS: Mapping[str, Callable[[PastEvent], Iterator[_Told]]] = {
    FACT_CHANGED: _fact,
    "contact.changed": _said,
    "organization.changed": _said,
    "field.changed": _field,
    "lead.assigned": _lead_assigned,
    "lead.moved": _lead_moved,
    "lead.changed": _lead_changed,
    "lead.scored": _lead_scored,
    "lead.answered": _lead_answered,
    "opportunity.created": _deal_created,
    "stage.changed": _stage_changed,
    "opportunity.won": _closed,
    "opportunity.lost": _closed,
    "opportunity.reopened": _reopened,
    "opportunity.paid": _paid,
    "opportunity.continued": _continued,
    "message.filed": _filed,
    "message.released": _released,
    "box.renamed": _renamed,
    "box.tagged": _tagged,
    "box.untagged": _tagged,
    "box.merged": _merged,
    "box.unmerged": _merged,
    "contact.merged": _merged,
    "contact.unmerged": _merged,
    "organization.merged": _merged,
    "organization.unmerged": _merged,
    **dict.fromkeys(
        (*_DOCUMENT_STATES, "invoice.blocked"),
        _document,
    ),
    **dict.fromkeys(_LETTER_STATES, _letter),
}
TELLING = frozenset(_READERS)


def changes_of(event: PastEvent) -> Iterator[Change]:
    """Give what an event tells of values."""
    for row, column, old, new in _READERS[event.kind](event):
        yield Change(event, row, column, old, new)
