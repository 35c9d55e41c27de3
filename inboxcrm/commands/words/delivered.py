"""`delivered`: notes that an order is delivered, or its service accepted (SO-6)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.sales.kinds.order import deliver_order
from inboxcrm.sales.store import documents_of_box, lock_document


def note_delivered(work: Work, scene: Scene) -> str:
    """Note the delivery of the box's open order."""
    orders = documents_of_box(work.session, box_of(work, scene).id, "order")
    if not orders:
        raise Refused("there is no order on this deal yet")
    order = lock_document(work.session, orders[-1].id)
    deliver_order(work, order)
    return f"order {order.number} is delivered" + (" and closed" if order.state == "closed" else "")
