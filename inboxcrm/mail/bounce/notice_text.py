"""The words of a notice, without the mail that it returns: an address in there has not failed."""

from __future__ import annotations

import re

# The line after which mail servers paste the returned mail or its headers.
_COPY = re.compile(
    r"^[ \t>*|-]{0,80}(?:"
    r"this is a copy of (?:the|your) (?:message|headers)"
    r"|below (?:this line )?is a copy of the (?:original )?(?:message|headers)"
    r"|below this line is (?:a copy of )?the"
    r"|included is a copy of the message"
    r"|the headers? of the original message (?:is|are) following"
    r"|(?:the )?original (?:message|mail)(?: (?:headers?|follows|text|body|is|as follows)|\b[ \t]{0,4}-|:|[ \t]{0,40}$)"
    r"|unsent message (?:below|follows)|returned message|message headers? follows?|message text follows"
    r"|(?:your )?(?:message|mail) (?:header|body|text|follows|begins here)s?\b.{0,20}(?:follow|below|:|-)"
    r"|text of (?:the )?(?:original )?(?:message|mail)|start of (?:the )?(?:returned|original) (?:message|mail)"
    r"|forwarded message|begin (?:forwarded|returned|original) (?:message|mail)|returned mail follows"
    r"|here is a copy of the|content-type:[ \t]{0,4}(?:message/rfc822|text/rfc822-headers|message/global\b)"
    r"|undelivered message follows|copy of (?:the )?(?:original )?message (?:follows|below)"
    r")",
    re.IGNORECASE | re.MULTILINE,
)  # fmt: skip
# Headers that are pasted without a word.
_HEADERS = re.compile(
    r"^(?:Return-Path: ?<|Received: ?(?:from|by|\()|X-Envelope-From:)", re.IGNORECASE | re.MULTILINE
)
MAX_TEXT = 200_000


def split_notice(text: str) -> tuple[str, str]:
    """The words of the server, and the returned mail as far as it is pasted behind them."""
    text = text[:MAX_TEXT]
    starts = [found.start() for pattern in (_COPY, _HEADERS) if (found := pattern.search(text, 1))]
    if not starts:
        return text, ""
    start = min(starts)
    return text[:start], text[start:]
