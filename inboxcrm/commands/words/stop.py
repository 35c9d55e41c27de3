"""`stop`: halts an invoice in its cooling time."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.sales.kinds.invoice import stop_invoice
from inboxcrm.sales.store import documents_of_box, lock_document


def stop_cooling(work: Work, scene: Scene) -> str:
    """Halt the box's provisional invoice; an issued one is beyond this, and the answer says so."""
    invoices = documents_of_box(work.session, box_of(work, scene).id, "invoice")
    cooling = [one for one in invoices if one.state == "provisional"]
    if not cooling:
        issued = next((one.number for one in invoices if one.number), None)
        reason = (
            f"invoice {issued} is issued; only a credit note undoes it" if issued else "no invoice is cooling"
        )
        raise Refused(reason)
    stop_invoice(work, lock_document(work.session, cooling[0].id))
    return "the invoice is stopped; nothing goes to the customer until somebody says `invoice to …` here"
