"""Sets a frozen document as a PDF/A-3b file (V8, V13, QU-4, IV-1).

The layouts in templates/papers get the content as JSON data, never as typst source, so nothing in it can act as
markup. The only fonts are those of fontpkg-noto-sans, and the only time is `issued_at`: the same content gives the
same bytes on every machine. PDF/A-3 because an e-invoice can be embedded in it (IV-13).
"""

from __future__ import annotations

import base64
import json
import os
import subprocess
import sys
import threading
from collections.abc import Container, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Any

import fontpkg_noto_sans
import typst

from inboxcrm.papers.content import check_content
from inboxcrm.papers.facts import paper_facts
from inboxcrm.papers.glyphs import covered_characters
from inboxcrm.papers.printed import one_line

TEMPLATES = Path(__file__).resolve().parents[1] / "templates" / "papers"
FONTS = fontpkg_noto_sans.ROOT / "files"
UPRIGHT_FONT = FONTS / "NotoSans[wdth,wght].ttf"
FRESH_PROCESS_TIMEOUT_S = 60
PICTURES = frozenset(("chart",))
PICTURE_PPI = 144  # two pixels for each point, as screens of phones show them

_lock = threading.Lock()  # a compiler refuses a second caller
_first_user: list[int] = []  # the process that made the compiler


class PaperTimeError(ValueError):
    """The time of issue has no time zone, so it would mean another moment on each machine."""

    def __init__(self, issued_at: datetime) -> None:
        super().__init__(f"the time of issue {issued_at.isoformat()} has no time zone")


class TypesetError(RuntimeError):
    """The layout could not be set; the text says what typst found."""

    def __init__(self, kind: str, finding: str) -> None:
        super().__init__(f"the layout {kind}.typ could not be set: {finding}")


def typeset_paper(content: Mapping[str, Any], issued_at: datetime) -> bytes:
    """The PDF/A-3b of a frozen document; `issued_at` (aware) is its creation time.

    Safe in threads and after a fork. Raises PaperContentError for content that is not a whole document,
    PaperTimeError for a naive time, TypesetError for a faulty layout.
    """
    if issued_at.tzinfo is None:
        raise PaperTimeError(issued_at)
    paper = check_content(content)
    facts = paper_facts(paper, covered_characters(UPRIGHT_FONT), TEMPLATES)
    timestamp_s = int(issued_at.timestamp())
    if _first_user and _first_user[0] != os.getpid():
        return _set_in_fresh_process(paper.kind, facts, timestamp_s)
    with _lock:
        return _set_facts(paper.kind, facts, timestamp_s)


def typeset_summary(facts: Mapping[str, Any], made_at: datetime) -> bytes:
    """The PDF/A-3b of a handover's summary (OP-15): title, company, kind, made_at, older, facts, lines of texts.

    All of it is foreign text: made harmless here. Raises PaperTimeError, TypesetError.
    """
    if made_at.tzinfo is None:
        raise PaperTimeError(made_at)
    harmless = _harmless(facts, covered_characters(UPRIGHT_FONT))
    timestamp_s = int(made_at.timestamp())
    if _first_user and _first_user[0] != os.getpid():
        return _set_in_fresh_process("handover", harmless, timestamp_s)
    with _lock:
        return _set_facts("handover", harmless, timestamp_s)


def typeset_chart(facts: Mapping[str, Any], theme: str) -> bytes:
    """The PNG of a bar chart (MG-3) for light or dark screens: title, bars of name, amount, share (0 to 1).

    The same facts give the same bytes. Raises TypesetError.
    """
    harmless = _harmless({**facts, "theme": theme}, covered_characters(UPRIGHT_FONT))
    if _first_user and _first_user[0] != os.getpid():
        return _set_in_fresh_process("chart", harmless, 0)
    with _lock:
        return _set_facts("chart", harmless, 0)


def _harmless(value: Any, covered: Container[int]) -> Any:
    """Make every text in plain values one harmless line (V13)."""
    if isinstance(value, Mapping):
        return {name: _harmless(one, covered) for name, one in value.items()}
    if isinstance(value, list):
        return [_harmless(one, covered) for one in value]
    return one_line(str(value), covered)


def _set_facts(kind: str, facts: Mapping[str, Any], timestamp_s: int) -> bytes:
    given = {"facts": json.dumps(facts, ensure_ascii=False, sort_keys=True)}
    source = TEMPLATES / f"{kind}.typ"
    try:
        if kind in PICTURES:
            pdf = _compiler().compile(
                input=source, format="png", ppi=PICTURE_PPI, sys_inputs=given, timestamp=timestamp_s
            )
        else:
            pdf = _compiler().compile(
                input=source, format="pdf", sys_inputs=given, pdf_standards=["a-3b"], timestamp=timestamp_s
            )
    except typst.TypstError as fault:
        raise TypesetError(kind, str(fault)) from fault
    assert isinstance(pdf, bytes)
    return pdf


@cache
def _compiler() -> typst.Compiler:
    """One compiler for all papers: it keeps fonts and parsed layouts, so that a paper takes milliseconds."""
    _first_user.append(os.getpid())
    fonts = typst.Fonts(include_system_fonts=False, include_embedded_fonts=False, font_paths=[FONTS])
    return typst.Compiler(root=TEMPLATES, font_paths=fonts, ignore_system_fonts=True)


def _set_in_fresh_process(kind: str, facts: Mapping[str, Any], timestamp_s: int) -> bytes:
    """typst's threads do not live on in a forked child, where a used compiler would wait for them for ever."""
    done = subprocess.run(
        [sys.executable, "-m", "inboxcrm.papers.typeset"],
        input=json.dumps([kind, facts, timestamp_s]).encode(),
        capture_output=True,
        timeout=FRESH_PROCESS_TIMEOUT_S,
        check=False,
    )
    if done.returncode:
        raise TypesetError(kind, done.stderr.decode(errors="replace")[-2000:])
    return base64.b64decode(done.stdout)


if __name__ == "__main__":
    sys.stdout.buffer.write(base64.b64encode(_set_facts(*json.load(sys.stdin))))
