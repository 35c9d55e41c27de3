"""Bounces: who did not get a mail, why, and which mail it was.

The way of a notice: `signs` (may it be one?) -> `notice_text` (the words, without the returned mail) -> the sources in
`read`, in order: X-Failed-Recipients, the fields of RFC 3464 (`status_fields`), the formats of mail servers
(`families`) -> `reason` (status and category) -> `returned` (the Message-ID of the returned mail).
"""

from __future__ import annotations
