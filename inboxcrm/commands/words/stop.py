"""`stop`: halts an invoice in its cooling time, or the sequences over a box (IV-3, EM-8)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.merging.store import merged_boxes
from inboxcrm.outbox.sequence import stop_runs_of_boxes
from inboxcrm.sales.kinds.invoice import stop_invoice
from inboxcrm.sales.store import documents_of_box, lock_document

SEQUENCE = ("sequence", "sequences", "the sequence")


def stop(work: Work, scene: Scene) -> str:
    """Halt the box's provisional invoice, else its sequences; `stop sequence` means these alone."""
    box, rest = box_of(work, scene), scene.line.rest.lower().strip(" .!")
    if rest and rest not in SEQUENCE:
        raise Refused("`stop` stands alone on its line, or say `stop sequence`; nothing was done")
    invoices = documents_of_box(work.session, box.id, "invoice")
    cooling = [one for one in invoices if one.state == "provisional"]
    if cooling and not rest:
        stop_invoice(work, lock_document(work.session, cooling[0].id))
        return "the invoice is stopped; nothing goes to the customer until somebody says `invoice to …` here"
    boxes = [box.id, *merged_boxes(work.session, box.id)]
    if stopped := stop_runs_of_boxes(work, boxes, f"{scene.user.key} said `stop`"):
        return f"stopped for good here: {', '.join(stopped)}; nothing more of it goes to the customer"
    raise Refused("no sequence runs here" if rest else _why_nothing([one.number for one in invoices]))


def _why_nothing(numbers: list[str | None]) -> str:
    issued = next((number for number in numbers if number), None)
    if issued:
        return f"invoice {issued} is issued; only a credit note undoes it"
    return "no invoice is cooling, and no sequence runs here"
