"""Names of the facts that intake writes."""

from __future__ import annotations

MESSAGE_RECEIVED = "message.received"
MESSAGE_SENT = "message.sent"
MESSAGE_NOISE = "message.noise"
MESSAGE_QUARANTINED = "message.quarantined"
COMMAND_RECEIVED = "command.received"
FORWARD_RECEIVED = "forward.received"
FORM_PARKED = "form.parked"
MAIL_PROVEN = "mail.proven"
MESSAGE_FILED = "message.filed"
FILING_REMEMBERED = "filing.remembered"
FILING_FORGOTTEN = "filing.forgotten"
BOXES_CONFLICT = "boxes.conflict"
FOLDER_PAUSED = "folder.paused"
