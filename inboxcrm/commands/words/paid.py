"""`paid`: notes that an invoice is paid in full (IV-11)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.sales.kinds.invoice import pay_invoice
from inboxcrm.sales.kinds.order import close_order_if_complete
from inboxcrm.sales.store import documents_of_box, lock_document


def note_paid(work: Work, scene: Scene) -> str:
    """Note the payment of the box's one issued invoice, or of the one whose number is named."""
    invoices = documents_of_box(work.session, box_of(work, scene).id, "invoice")
    if scene.line.rest:
        invoices = [one for one in invoices if (one.number or "").lower() == scene.line.rest.lower()]
    unpaid = [one for one in invoices if one.state != "paid"]
    if not unpaid:
        raise Refused("that invoice is paid already" if invoices else "there is no such invoice on this deal")
    if len(unpaid) > 1:
        numbers = ", ".join(one.number or "a provisional one" for one in unpaid)
        raise Refused(f"which one: {numbers}? Write such as: paid {unpaid[0].number}")
    invoice = lock_document(work.session, unpaid[0].id)
    pay_invoice(work, invoice, said_by=scene.user.key, occasion=scene.occasion)
    order = lock_document(work.session, invoice.origin_id) if invoice.origin_id else None
    is_closed = order is not None and close_order_if_complete(work, order)
    return f"invoice {invoice.number} is paid" + (
        f"; order {order.number} is closed" if order and is_closed else ""
    )
