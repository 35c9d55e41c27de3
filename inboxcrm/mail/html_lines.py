"""Words and tags of HTML to lines of text. A table's row is one line, its cells set apart by ` | `.

Mails use tables to lay out pages too: a row whose cells hold more than a few short lines is written cell below
cell. Each open cell collects lines of its own; quotes within it are marked once, where its lines end up.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, field

MAX_QUOTE_DEPTH = 5
MAX_TABLES = 20
MOST_CELL_LINES = 3
MOST_ROW_LENGTH = 400
CELL_GAP = " | "
_SPACE = re.compile(r"[\s\xa0]+")
_SPACED = frozenset({"p", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "table"})
_BLOCKS = _SPACED | {
    "div", "br", "tr", "li", "dl", "dt", "dd", "hr", "pre", "blockquote", "indent", "section", "article",
    "header", "footer", "center",
}  # fmt: skip
_TABLE_TAGS = frozenset({"table", "tr", "td", "th", "tbody", "thead", "tfoot"})


@dataclass(slots=True)
class _Frame:
    """The lines of the page or of one cell; `base` is how deep the quote is in which it stands."""

    base: int = 0
    lines: list[str] = field(default_factory=list)
    line: list[str] = field(default_factory=list)
    link_start: int = 0
    has_mark: bool = False


@dataclass(slots=True)
class _Table:
    """An open table: the cells of its open row, and whether one of them is open."""

    frame_count: int
    row: list[list[str]] = field(default_factory=list)
    has_open_cell: bool = False


class LineWriter:
    """Collects lines while the words and tags go by."""

    def __init__(self) -> None:
        self.frames = [_Frame()]
        self.frame = self.frames[0]
        self.tables: list[_Table] = []
        self.too_deep = 0
        self.depth = 0
        self.quotes: list[bool] = []
        self.pre = 0
        self.href = ""
        self.counters: list[int] = []

    def words(self, text: str) -> None:
        """Add words; in a `pre` their line breaks count."""
        if not text:
            return
        if not self.pre:
            self.frame.line.append(text)
            return
        first, *rest = text.replace("\r\n", "\n").split("\n")
        self.frame.line.append(first)
        for line in rest:
            self.end_line()
            self.frame.line.append(line)

    def tag(self, tag: str, is_end: bool) -> None:
        """Follow a tag that is no link."""
        if tag in _TABLE_TAGS and self._follow_table(tag, is_end):
            return
        if tag in ("td", "th"):
            self.frame.line.append(" ")
        elif tag in _BLOCKS:
            self._block(tag, is_end)

    def start_link(self, target: str) -> None:
        """Note where a link goes to."""
        self.href = target
        self.frame.link_start = len(self.frame.line)

    def end_link(self) -> None:
        """Write the target behind the words of a link, unless they are the same."""
        target, self.href = self.href, ""
        if not target.lower().startswith(("http://", "https://", "mailto:")):
            return
        shown = _SPACE.sub(" ", "".join(self.frame.line[self.frame.link_start :])).strip()
        if shown.rstrip("/") not in (target.rstrip("/"), target.removeprefix("mailto:")):
            self.frame.line.append(f" <{target}>")

    def end_line(self) -> None:
        """End the line that is open, empty or not."""
        frame = self.frame
        text = "".join(frame.line)
        text = text.rstrip() if self.pre else _SPACE.sub(" ", text).strip()
        frame.lines.append("> " * min(self.depth - frame.base, MAX_QUOTE_DEPTH) + text)
        frame.line, frame.link_start, frame.has_mark = [], 0, False

    def text(self) -> str:
        """All lines; of empty ones in a row one is left."""
        while self.tables:
            self._end_table()
        if self.frame.line:
            self.end_line()
        return "\n".join(_without_gaps(self.frame.lines))

    def _block(self, tag: str, is_end: bool) -> None:
        frame = self.frame
        words = "".join(frame.line).strip() if frame.line else ""
        if tag == "br" or (words and not (frame.has_mark and len(frame.line) == 1)):
            self.end_line()
        elif not words:
            frame.line, frame.link_start = [], 0
        if tag in _SPACED and not frame.line and frame.lines and frame.lines[-1].strip("> "):
            self.end_line()
        if tag in ("blockquote", "indent"):
            self._quote(tag == "blockquote", is_end)
        elif tag == "pre":
            self.pre = max(0, self.pre + (-1 if is_end else 1))
        elif tag in ("ol", "ul"):
            self._list(tag, is_end)
        elif tag == "li" and not is_end:
            frame.line.append(self._list_mark())
            frame.has_mark = len(frame.line) == 1

    def _quote(self, is_quote: bool, is_end: bool) -> None:
        """An end closes what was opened last, be it a quote or an indented paragraph."""
        if not is_end:
            self.quotes.append(is_quote)
            self.depth += is_quote
        elif self.quotes:
            self.depth = max(self.frame.base, self.depth - self.quotes.pop())

    def _list(self, tag: str, is_end: bool) -> None:
        if not is_end:
            self.counters.append(0 if tag == "ol" else -1)
        elif self.counters:
            self.counters.pop()

    def _list_mark(self) -> str:
        if not self.counters or self.counters[-1] < 0:
            return "- "
        self.counters[-1] += 1
        return f"{self.counters[-1]}. "

    def _follow_table(self, tag: str, is_end: bool) -> bool:
        """Follow a tag of a table; False where it has to be taken as an ordinary block."""
        if tag == "table" and not is_end:
            if len(self.tables) >= MAX_TABLES:
                self.too_deep += 1
                return False
            self._block("table", is_end)
            self.tables.append(_Table(len(self.frames)))
            return True
        if not self.tables or self.too_deep:
            self.too_deep -= tag == "table" and self.too_deep > 0
            return False
        if tag == "table":
            self._end_table()
        elif tag in ("td", "th"):
            self._end_cell()
            if not is_end:
                self._start_cell()
        else:
            self._end_row()
        return True

    def _start_cell(self) -> None:
        self.tables[-1].has_open_cell = True
        self.frame = _Frame(self.depth)
        self.frames.append(self.frame)

    def _end_cell(self) -> None:
        table = self.tables[-1]
        if not table.has_open_cell:
            return
        if self.frame.line:
            self.end_line()
        table.row.append(self.frame.lines)
        self.depth = self.frame.base
        del self.frames[table.frame_count :]
        self.frame = self.frames[-1]
        table.has_open_cell = False

    def _end_row(self) -> None:
        self._end_cell()
        cells, self.tables[-1].row = self.tables[-1].row, []
        if self.frame.line:
            self.end_line()
        mark = "> " * min(self.depth - self.frame.base, MAX_QUOTE_DEPTH)
        self.frame.lines += [mark + line for line in _row_lines(cells)]

    def _end_table(self) -> None:
        self._end_row()
        self.tables.pop()
        if self.frame.lines and self.frame.lines[-1].strip("> "):
            self.end_line()


def _row_lines(cells: list[list[str]]) -> list[str]:
    """A row as one line where its cells are short, else cell below cell."""
    filled = [" ".join(cell) if len(cell) <= MOST_CELL_LINES else None for cell in map(_filled, cells)]
    words = [cell for cell in filled if cell]
    is_short = None not in filled and len(words) > 1 and sum(map(len, words)) <= MOST_ROW_LENGTH
    if not is_short or any(line.startswith("> ") for cell in cells for line in cell):
        return [line for cell in cells for line in _without_gaps(cell)]
    if len(words) == 2 and words[0].endswith(":"):  # a form, or the headers of an older mail
        return [" ".join(words)]
    # An empty cell keeps its column in a table of figures; in others it is there for looks.
    return [
        CELL_GAP.join(cell or "" for cell in filled).strip("| ") if len(cells) > 3 else CELL_GAP.join(words)
    ]


def _filled(cell: list[str]) -> list[str]:
    return [line for line in cell if line.strip()]


def _without_gaps(lines: list[str]) -> list[str]:
    """The lines without empty ones at both ends, and one at most between others."""
    kept: list[str] = []
    for line in lines:
        if line.strip() or (kept and kept[-1].strip()):
            kept.append(line.rstrip())
    while kept and not kept[-1].strip():
        kept.pop()
    return kept
