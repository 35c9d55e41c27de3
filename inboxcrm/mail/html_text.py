"""HTML of a mail to plain text: lines, list marks, link targets, quotes as `> `. Linear, and never raises.

A scanner of our own: the standard library's parser takes quadratic time on crafted input.
"""

from __future__ import annotations

import html
import re

MAX_HTML = 2_000_000
MAX_QUOTE_DEPTH = 5
_SPACE = re.compile(r"[\s\xa0]+")
_NAME = re.compile(r"/?\s*([a-zA-Z][a-zA-Z0-9]{0,15})")
_HREF = re.compile(r"""\bhref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"'>]+))""", re.IGNORECASE)
_SKIPPED = frozenset({"script", "style", "head", "title", "template", "xml"})
_BREAKS_LINE = re.compile(
    "p|div|br|tr|li|ul|ol|dl|dt|dd|table|h[1-6]|hr|pre|blockquote|section|article|header|footer"
)
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"})


def html_text(source: str) -> str:
    """The readable text of an HTML body; input is cut at two million characters."""
    writer = _Writer()
    source = source[:MAX_HTML]
    lowered = source.lower()
    at = 0
    while (start := source.find("<", at)) >= 0:
        writer.words(source[at:start])
        at = _after_markup(source, lowered, start, writer)
        if at < 0:
            break
    else:
        writer.words(source[at:])
    return writer.text()


def _after_markup(source: str, lowered: str, start: int, writer: _Writer) -> int:
    """Handle the markup at `start`; where reading goes on, or -1 if nothing more can be read."""
    if source.startswith("<!--", start):
        end = source.find("-->", start + 4)
        return end + 3 if end >= 0 else -1
    if not source[start + 1 : start + 2].strip("<>=0123456789.,;:()[]{}-+*'\"&%$#@~^|\\ \t\r\n"):
        writer.words("<")
        return start + 1
    end = source.find(">", start)
    if end < 0:
        return -1
    inner = source[start + 1 : end]
    name = _NAME.match(inner)
    tag = name[1].lower() if name else ""
    if tag in _SKIPPED and not inner.startswith("/") and not inner.endswith("/"):
        return _after_skipped(lowered, end, tag, writer)
    writer.tag(tag, inner)
    return end + 1


def _after_skipped(lowered: str, end: int, tag: str, writer: _Writer) -> int:
    """Where an element ends whose content nobody reads; an open script hides the rest, an open head nothing."""
    close = -1 if tag in writer.unclosed else lowered.find(f"</{tag}", end)
    after = lowered.find(">", close) if close >= 0 else -1
    if after >= 0:
        return after + 1
    writer.unclosed.add(tag)
    return end + 1 if tag in ("head", "title", "xml") else -1


class _Writer:
    """Collects lines while the tags go by."""

    def __init__(self) -> None:
        self.lines: list[str] = []
        self.line: list[str] = []
        self.depth = 0
        self.pre = 0
        self.href = ""
        self.link_start = 0
        self.unclosed: set[str] = set()

    def words(self, raw: str) -> None:
        if not raw:
            return
        text = html.unescape(raw)
        if self.pre:
            first, *rest = text.replace("\r\n", "\n").split("\n")
            self.line.append(first)
            for line in rest:
                self.end_line()
                self.line.append(line)
        else:
            self.line.append(_SPACE.sub(" ", text))

    def tag(self, tag: str, inner: str) -> None:
        is_end = inner.startswith("/")
        if tag == "a":
            self.end_link() if is_end else self.start_link(inner)
        elif tag in ("td", "th"):
            self.line.append(" ")
        elif _BREAKS_LINE.fullmatch(tag):
            self.block(tag, is_end)

    def block(self, tag: str, is_end: bool) -> None:
        words = "".join(self.line).strip()
        if tag == "br" or words not in ("", "-"):
            self.end_line()
        elif not words:
            self.line, self.link_start = [], 0
        if tag in _SPACED and self.lines and self.lines[-1].strip("> "):
            self.end_line()
        if tag == "blockquote":
            self.depth = max(0, self.depth + (-1 if is_end else 1))
        elif tag == "pre":
            self.pre = max(0, self.pre + (-1 if is_end else 1))
        elif tag == "li" and not is_end:
            self.line.append("- ")

    def start_link(self, inner: str) -> None:
        found = _HREF.search(inner[:4000])
        self.href = html.unescape(found[1] or found[2] or found[3] or "").strip() if found else ""
        self.link_start = len(self.line)

    def end_link(self) -> None:
        shown = "".join(self.line[self.link_start :]).strip()
        target = self.href
        self.href = ""
        if not target.lower().startswith(("http://", "https://", "mailto:")):
            return
        if shown.rstrip("/") not in (target.rstrip("/"), target.removeprefix("mailto:")):
            self.line.append(f" <{target}>")

    def end_line(self) -> None:
        text = "".join(self.line)
        text = text.rstrip() if self.pre else _SPACE.sub(" ", text).strip()
        self.lines.append("> " * min(self.depth, MAX_QUOTE_DEPTH) + text)
        self.line = []
        self.link_start = 0

    def text(self) -> str:
        if self.line:
            self.end_line()
        kept: list[str] = []
        for line in self.lines:
            if line.strip() or (kept and kept[-1].strip()):
                kept.append(line.rstrip())
        return "\n".join(kept).strip("\n")
