"""Signs what a webhook gets: HMAC-SHA256 over "time.body", so that neither can be changed nor sent again later.

Inboxcrm-Signature: t=1795426200,v1=5257a869e7ec…   t in seconds since 1970, v1 in hex
"""

from __future__ import annotations

import hashlib
import hmac
from datetime import datetime

HEADER = "Inboxcrm-Signature"


def signature(secret: str, at: datetime, body: bytes) -> str:
    """Give the header's value for a body that is sent at a moment."""
    seconds = int(at.timestamp())
    signed = b"%d." % seconds + body
    return f"t={seconds},v1={hmac.new(secret.encode(), signed, hashlib.sha256).hexdigest()}"
