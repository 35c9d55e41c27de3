"""`invoice to …`: keeps the customer's invoice address, and lets a waiting or stopped invoice go on (IV-3)."""

from __future__ import annotations

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.addresses import EXAMPLE, read_address
from inboxcrm.commands.scene import Scene, box_of
from inboxcrm.crm.people import find_or_name_organization, set_invoice_address
from inboxcrm.crm.store import open_tasks_of_box
from inboxcrm.crm.task import finish_task
from inboxcrm.sales.kinds.invoice import retry_invoice
from inboxcrm.sales.store import documents_of_box, lock_document


def keep_address(work: Work, scene: Scene) -> str:
    """Keep the address and take the box's waiting invoices up again."""
    if not scene.line.rest.lower().startswith("to "):
        raise Refused(f"write such as: {EXAMPLE}")
    lines, country = read_address(scene.line.rest[3:])
    box = box_of(work, scene)
    set_invoice_address(work, find_or_name_organization(work, box, lines[0]), lines, country, box.id)
    invoices = [
        lock_document(work.session, one.id) for one in documents_of_box(work.session, box.id, "invoice")
    ]
    going_on = [one.finalise_at for one in invoices if retry_invoice(work, one) and one.finalise_at]
    for task in open_tasks_of_box(work.session, box.id, "errand"):
        if (task.occasion or "").startswith("invoice-blocked:"):
            finish_task(work, task)
    said = f"invoices of this customer go to {', '.join(lines)}, {country}"
    if not going_on:
        return said
    leaves_at = max(going_on).astimezone(work.settings.company.zone)
    return f"{said}; the invoice that waited is taken up again at {leaves_at:%H:%M}"
