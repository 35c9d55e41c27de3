"""Bounces: who did not get a mail, why, and which mail it was.

The way of a notice: `signs` (may it be one?) -> `notice_text` (the words, without the returned mail) -> the sources in
`read`, of which the first that names anybody counts: X-Failed-Recipients, the fields of RFC 3464 (`status_fields`, or
Amazon's JSON in `ses_json`), the sentences of mail servers (`families`), a notice within a notice, and the one address
that is left (`elimination`) -> `reason` (status and category) -> `returned` (the id of the returned mail).
"""

from __future__ import annotations
