"""Waits on this machine for the browser that comes back from a provider's sign-in page (RFC 8252 section 7.3)."""

from __future__ import annotations

from http.server import BaseHTTPRequestHandler, HTTPServer
from math import ceil
from typing import Any
from urllib.parse import parse_qs, urlsplit

from inboxcrm.mail.oauth import SignInFailed

PAGE = b"<!doctype html><title>inboxcrm</title><p>This window can be closed; the rest is told where you started.</p>"
LONGEST_WAIT_S = 300.0
_LOOK_S = 0.5
_ASK_S = 5.0


class LoopbackListener:
    """Listens on a free port of 127.0.0.1; of all that comes only an answer with our state counts."""

    def __init__(self, state: str) -> None:
        self._state = state
        self._returned = ""
        listener = self

        class Handler(BaseHTTPRequestHandler):
            timeout = _ASK_S

            def do_GET(self) -> None:
                is_ours = listener.take(self.path)
                self.send_response(200 if is_ours else 404)
                self.send_header("Content-Type", "text/html; charset=utf-8")
                self.end_headers()
                self.wfile.write(PAGE if is_ours else b"")

            def log_message(self, *_: Any) -> None:
                """Say nothing: the address holds the code."""

        self._server = HTTPServer(("127.0.0.1", 0), Handler)

    @property
    def redirect(self) -> str:
        """Give the address that the browser is sent back to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}/"

    def take(self, path: str) -> bool:
        """Keep an answer that bears our state; tell whether it did. Foreign pages may call here too."""
        parts = urlsplit(path)
        is_ours = len(path) < 10_000 and parse_qs(parts.query).get("state") == [self._state]
        if parts.path == "/" and is_ours:
            self._returned = path
            return True
        return False

    def wait(self, longest_s: float = LONGEST_WAIT_S) -> str:
        """Give the address at which the browser came back; other callers shorten the wait. Raises SignInFailed."""
        self._server.timeout = min(longest_s, _LOOK_S)
        for _ in range(ceil(longest_s / _LOOK_S)):
            if not self._returned:
                self._server.handle_request()
            if self._returned:
                return self._returned
        raise SignInFailed("nobody came back from the sign-in page; start again")

    def close(self) -> None:
        """Stop listening."""
        self._server.server_close()
