"""HTML of a mail to plain text: lines, lists, link targets, rows of tables, quotes as `> `. Linear, never raises.

A scanner of our own: the standard library's parser takes quadratic time on crafted input. What a reader would
not see (display:none, letters without size, white on white) is no text.
"""

from __future__ import annotations

import html
import re

from inboxcrm.mail.html_hidden import HiddenText
from inboxcrm.mail.html_lines import LineWriter

MAX_HTML = 5_000_000
MAX_ATTRIBUTES = 4000
_TAG = re.compile(r"<(/?)([a-zA-Z][a-zA-Z0-9]{0,15})((?:\s[^<>]*)?)/?>")
_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9]{0,15})")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_CHARSET = re.compile(rb"charset\s*=\s*[\"']?\s*([a-zA-Z0-9_.:-]{1,40})", re.IGNORECASE)
_NO_MARKUP = "<>=0123456789.,;:()[]{}-+*'\"&%$#@~^|\\ \t\r\n"
_SKIPPED = frozenset({"script", "style", "head", "title", "template", "xml"})
_INLINE = frozenset({"span", "font", "b", "i", "u", "em", "strong", "o", "small", "big", "tt", "img", "body"})
_INDENT = re.compile(r"border\s*:\s*(?:none|0)(?!.*border-left)", re.IGNORECASE | re.DOTALL)


def html_text(source: str) -> str:
    """The readable text of an HTML body; input is cut at five million characters."""
    source = source[:MAX_HTML]
    text = _read(source, HiddenText(source))
    return text or _read(source, None)


def html_charset(raw: bytes) -> str | None:
    """The charset that the head of an HTML body names."""
    found = _CHARSET.search(raw[:2000])
    return found[1].decode("ascii") if found else None


def _read(source: str, hidden: HiddenText | None) -> str:
    scanner = _Scanner(source, hidden)
    scanner.scan()
    if hidden is not None and hidden.is_open:  # it hides all that follows: rather show it
        return _read(source, None)
    return scanner.writer.text()


class _Scanner:
    """Goes once over the source and tells the writer of words and tags."""

    def __init__(self, source: str, hidden: HiddenText | None) -> None:
        self.source = source
        self.lowered = ""
        self.writer = LineWriter()
        self.hidden = hidden
        self.unclosed: set[str] = set()

    def scan(self) -> None:
        source, at = self.source, 0
        while (start := source.find("<", at)) >= 0:
            if start > at:
                self.words(source[at:start])
            tag = _TAG.match(source, start)
            at = self.tag(tag, tag.end()) if tag else self.odd_markup(start)
            if at < 0:
                return
        self.words(source[at:])

    def words(self, raw: str) -> None:
        if self.hidden is None or not self.hidden.is_open:
            self.writer.words(html.unescape(raw) if "&" in raw else raw)

    def tag(self, found: re.Match[str], end: int) -> int:
        """Handle a well-formed tag; where reading goes on."""
        return self.element(found[2].lower(), found[1] == "/", found[3], end)

    def odd_markup(self, start: int) -> int:
        """Handle what begins like markup at `start`; where reading goes on, or -1 if nothing more can be read."""
        source = self.source
        if source.startswith("<!--", start):
            end = source.find("-->", start + 4)
            return end + 3 if end >= 0 else -1
        if not source[start + 1 : start + 2].strip(_NO_MARKUP):
            self.words("<")
            return start + 1
        end = source.find(">", start)
        if end < 0:
            return -1
        inner = source[start + 1 : end]
        name = _NAME.match(inner)
        return self.element(name[1].lower() if name else "", inner.startswith("/"), inner, end + 1)

    def element(self, tag: str, is_end: bool, attributes: str, end: int) -> int:
        if tag in _INLINE and not attributes and not (self.hidden and self.hidden.is_open):
            return end
        if tag in _SKIPPED and not is_end and not attributes.endswith("/"):
            return self.after_skipped(end, tag)
        if self.hidden is not None and self.hidden.hides(tag, is_end, attributes):
            return end
        writer = self.writer
        if tag == "a":
            writer.end_link() if is_end else writer.start_link(_target(attributes))
        elif tag == "blockquote" and not is_end and _is_indent(attributes):
            writer.tag("indent", is_end)
        else:
            writer.tag(tag, is_end)
        return end

    def after_skipped(self, end: int, tag: str) -> int:
        """Where an element ends that nobody reads; an open script hides the rest, an open head nothing."""
        self.lowered = self.lowered or self.source.lower()
        close = -1 if tag in self.unclosed else self.lowered.find(f"</{tag}", end)
        after = self.lowered.find(">", close) if close >= 0 else -1
        if after >= 0:
            return after + 1
        self.unclosed.add(tag)
        return end if tag in ("head", "title", "xml") else -1


def _target(attributes: str) -> str:
    found = _HREF.search(attributes[:MAX_ATTRIBUTES])
    return html.unescape(found[1] or found[2] or found[3] or "").strip() if found else ""


def _is_indent(attributes: str) -> bool:
    """Gmail and Outlook indent a paragraph by a blockquote without a border; a quote says cite or has a class."""
    if "border" not in attributes or "cite" in attributes or "quote" in attributes:
        return False
    return _INDENT.search(attributes[:MAX_ATTRIBUTES]) is not None
