"""The other libraries, asked for the same cases. Run by the interpreter of `$INBOXCRM_PEERS/v-reply`.

Reads the cases as JSON from standard input and prints, for each library and each of its documented calls, the
answers and the seconds per case. Which call counts for a question is decided by what it gets right: the best.
"""

from __future__ import annotations

import json
import sys
import time
import types
from collections.abc import Callable
from typing import Any

import joblib
import sklearn

externals = types.ModuleType("sklearn.externals")
externals.joblib = joblib  # type: ignore[attr-defined]  # talon was written for a scikit-learn that had it
sys.modules.setdefault("sklearn.externals", externals)
sklearn.externals = externals

import quotequail  # noqa: E402
import talon  # noqa: E402
from email_reply_parser import EmailReplyParser as Zapier  # noqa: E402
from mailparser_reply import EmailReplyParser as Rausys  # noqa: E402
from mailparser_reply.constants import MAIL_LANGUAGES  # noqa: E402
from talon import quotations  # noqa: E402
from talon.signature.bruteforce import extract_signature  # noqa: E402

Call = Callable[[str, str], str]  # of text and HTML
ALL_LANGUAGES = Rausys(languages=[name for name in MAIL_LANGUAGES if name != "en"])
ENGLISH = Rausys(languages=["en"])


def _quotequail_quote(text: str, html: str) -> str:
    if html:
        return "".join(piece for kept, piece in quotequail.quote_html(html, quote_intro_line=True) if kept)
    return "\n".join(piece for kept, piece in quotequail.quote(text, quote_intro_line=True) if kept)


def _quotequail_first(text: str, html: str) -> str:
    pieces = quotequail.quote(text, quote_intro_line=True)
    return pieces[0][1] if pieces and pieces[0][0] else ""


def _quotequail_unwrap(text: str, html: str) -> str:
    found = (quotequail.unwrap_html(html) if html else quotequail.unwrap(text)) or {}
    return found.get("html_top" if html else "text_top", "")


def _talon_reply(text: str, html: str) -> str:
    return quotations.extract_from_html(html) if html else quotations.extract_from_plain(text)


def _talon_words(text: str, html: str) -> str:
    return extract_signature(quotations.extract_from_plain(text))[0]


def _talon_signature(text: str, html: str) -> str:
    return extract_signature(quotations.extract_from_plain(text))[1] or ""


def _of_rausys(parser: Any, what: str) -> Call:
    return lambda text, html: getattr(parser.read(text).replies[0], what) or ""


def _zapier_shown(text: str, html: str) -> str:
    return "\n".join(piece.content for piece in Zapier.read(text).fragments if not piece.hidden)


LIBRARIES: dict[str, dict[str, Call]] = {
    "quotequail": {
        "quote": _quotequail_quote,
        "quote, first": _quotequail_first,
        "unwrap": _quotequail_unwrap,
    },
    "talon": {"extract_from": _talon_reply, "and signature": _talon_words, "signature": _talon_signature},
    "mail-parser-reply": {
        f"{what}, {name}": _of_rausys(parser, what)
        for what in ("body", "full_body", "signatures")
        for name, parser in (("all languages", ALL_LANGUAGES), ("en", ENGLISH))
    },
    "email-reply-parser": {
        "parse_reply": lambda text, html: Zapier.parse_reply(text),
        "fragments[0]": lambda text, html: Zapier.read(text).fragments[0].content,
        "not hidden": _zapier_shown,
        "signature": lambda text, html: "\n".join(
            f.content for f in Zapier.read(text).fragments if f.signature
        ),
    },
}


def answer_all(call: Call, cases: list[dict[str, str]], rounds: int) -> dict[str, Any]:
    """Ask one call for all cases; where it fails, that is its answer."""
    said: dict[str, str] = {}
    seconds: dict[str, float] = {}
    for case in cases:
        begun = time.perf_counter()
        for _ in range(rounds):
            try:
                said[case["name"]] = call(case["text"], case["html"])
            except Exception as error:  # noqa: BLE001  # a library may fail in any way
                said[case["name"]] = f"failed: {error!r}"
        seconds[case["name"]] = time.perf_counter() - begun
    return {"said": said, "seconds": seconds}


def main() -> None:
    """Answer all cases with all calls."""
    talon.init()
    asked = json.load(sys.stdin)
    told = {
        library: {name: answer_all(call, asked["cases"], asked["rounds"]) for name, call in calls.items()}
        for library, calls in LIBRARIES.items()
    }
    print(json.dumps(told))


if __name__ == "__main__":
    main()
