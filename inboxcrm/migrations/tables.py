"""Names every file of tables, so that the metadata is whole."""

from __future__ import annotations

import inboxcrm.base.records
import inboxcrm.commands.records
import inboxcrm.crm.answers.records
import inboxcrm.crm.companies.records
import inboxcrm.crm.fields.records
import inboxcrm.crm.first_contacts.records
import inboxcrm.crm.handovers.records
import inboxcrm.crm.importing.records
import inboxcrm.crm.linking.records
import inboxcrm.crm.merging.records
import inboxcrm.crm.owed.records
import inboxcrm.crm.projects.records
import inboxcrm.crm.qualifying.records
import inboxcrm.crm.records
import inboxcrm.crm.roles.records
import inboxcrm.crm.tags.records
import inboxcrm.crm.tickets.records
import inboxcrm.crm.turns.records
import inboxcrm.ingest.erased.records
import inboxcrm.ingest.notices.records
import inboxcrm.ingest.records
import inboxcrm.outbox.bursts.records
import inboxcrm.outbox.records
import inboxcrm.outbox.sequences.records
import inboxcrm.outbox.webhooks.records
import inboxcrm.rules.records
import inboxcrm.sales.records
from inboxcrm.base.database import Base

METADATA = Base.metadata
FOLDERS = (
    inboxcrm.base.records,
    inboxcrm.commands.records,
    inboxcrm.crm.companies.records,
    inboxcrm.crm.fields.records,
    inboxcrm.crm.importing.records,
    inboxcrm.crm.linking.records,
    inboxcrm.crm.answers.records,
    inboxcrm.crm.qualifying.records,
    inboxcrm.crm.first_contacts.records,
    inboxcrm.crm.merging.records,
    inboxcrm.crm.handovers.records,
    inboxcrm.crm.owed.records,
    inboxcrm.crm.projects.records,
    inboxcrm.crm.records,
    inboxcrm.crm.tickets.records,
    inboxcrm.crm.turns.records,
    inboxcrm.crm.roles.records,
    inboxcrm.crm.tags.records,
    inboxcrm.ingest.erased.records,
    inboxcrm.ingest.notices.records,
    inboxcrm.ingest.records,
    inboxcrm.outbox.bursts.records,
    inboxcrm.outbox.records,
    inboxcrm.outbox.sequences.records,
    inboxcrm.outbox.webhooks.records,
    inboxcrm.rules.records,
    inboxcrm.sales.records,
)
