"""A real token server for tests: OAuth over HTTP on a loopback port, in a thread of the test.

    with token_server() as tokens, dovecot(folder, tokeninfo=tokens.tokeninfo_url) as imap:
        tokens.grant("anna@x.test")       # (access, refresh), as if the person had signed in
        tokens.expire(access)             # Dovecot refuses it from now on; the refresh token still works
        tokens.revoke(refresh)            # the token server refuses it from now on (invalid_grant)
        tokens.asked("refresh_token")     # the forms of that grant so far

`user` is who signs in at the pages; `fault` makes the answers bad: "500", "html", "redirect", "garbage", "hang-up".
"""

from __future__ import annotations

import hashlib
import json
import threading
from base64 import urlsafe_b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlencode, urlsplit

CLIENT_ID = "test-client"
CLIENT_SECRET = "client-S3cret-planted"
DEVICE_GRANT = "urn:ietf:params:oauth:grant-type:device_code"


@dataclass
class TokenServer:
    """What it has given out, what it was asked, and how it shall behave."""

    url: str = ""
    user: str = "sales@kestrel.test"
    life_s: int = 3600
    is_rotating: bool = True
    gives_refresh: bool = True
    pending_answers: int = 1
    device_error: str = ""
    page_error: str = ""
    fault: str = ""
    journal: list[dict[str, str]] = field(default_factory=list)
    access: dict[str, str] = field(default_factory=dict)  # token: user
    refresh: dict[str, str] = field(default_factory=dict)
    codes: dict[str, dict[str, str]] = field(default_factory=dict)
    before_answer: Any = None
    lock: Any = field(default_factory=threading.RLock)
    count: int = 0

    @property
    def tokeninfo_url(self) -> str:
        return f"{self.url}/tokeninfo?token="

    def settings(self, provider: str = "microsoft", **more: Any) -> dict[str, Any]:
        """The table [[oauth]] of a configuration that asks here."""
        urls = {"token_url": "/token", "authorize_url": "/authorize", "device_url": "/device"}
        return {
            "provider": provider,
            "client_id": CLIENT_ID,
            "client_secret": CLIENT_SECRET,
            "scopes": ["mail", "offline_access"],
            **{key: self.url + path for key, path in urls.items()},
            **more,
        }

    def grant(self, user: str) -> tuple[str, str]:
        with self.lock:
            self.count += 1
            access, refresh = f"access-T0ken-{self.count}-planted", f"refresh-T0ken-{self.count}-planted"
            self.access[access], self.refresh[refresh] = user, user
            return access, refresh

    def expire(self, *access: str) -> None:
        for token in access or tuple(self.access):
            self.access.pop(token, None)

    def revoke(self, *refresh: str) -> None:
        self.expire()
        for token in refresh or tuple(self.refresh):
            self.refresh.pop(token, None)

    def asked(self, grant: str) -> list[dict[str, str]]:
        return [form for form in self.journal if form.get("grant_type") == grant]

    def answer(self, path: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        """Answer a form, as RFC 6749 and RFC 8628 say."""
        with self.lock:
            self.journal.append({"path": path, **form})
            if (
                form.get("client_id") != CLIENT_ID
                or form.get("client_secret", CLIENT_SECRET) != CLIENT_SECRET
            ):
                return 401, {"error": "invalid_client", "error_description": f"what is {form}?"}
            if path == "/device":
                return 200, {
                    "device_code": "device-C0de-planted",
                    "user_code": "WDJB-MJHT",
                    "verification_uri": "https://login.test/device",
                    "interval": 1,
                    "expires_in": 60,
                }
            return self._token(form)

    def _token(self, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
        match form.get("grant_type"):
            case "refresh_token" if form.get("refresh_token") in self.refresh:
                user = self.refresh[form["refresh_token"]]
                if self.is_rotating:
                    del self.refresh[form["refresh_token"]]
                return 200, self._tokens(user, self.is_rotating)
            case "client_credentials" if form.get("client_secret"):
                return 200, self._tokens(self.user, False)
            case "authorization_code" if self._is_right_code(form):
                return 200, self._tokens(self.user, self.gives_refresh)
            case grant if grant == DEVICE_GRANT:
                if self.pending_answers:
                    self.pending_answers -= 1
                    return 400, {"error": "authorization_pending"}
                if self.device_error:
                    error, self.device_error = self.device_error, ""
                    return 400, {"error": error}
                return 200, self._tokens(self.user, self.gives_refresh)
        return 400, {"error": "invalid_grant", "error_description": f"AADSTS50173: no good: {form}"}

    def _is_right_code(self, form: dict[str, str]) -> bool:
        asked = self.codes.pop(form.get("code", ""), None)
        digest = hashlib.sha256(form.get("code_verifier", "").encode()).digest()
        challenge = urlsafe_b64encode(digest).decode().rstrip("=")
        return (
            asked is not None
            and asked["code_challenge"] == challenge
            and asked["code_challenge_method"] == "S256"
            and asked["redirect_uri"] == form.get("redirect_uri")
        )

    def _tokens(self, user: str, has_refresh: bool) -> dict[str, Any]:
        access, refresh = self.grant(user)
        told = {"access_token": access, "token_type": "Bearer", "expires_in": self.life_s}
        if has_refresh:
            return told | {"refresh_token": refresh}
        del self.refresh[refresh]
        return told

    def authorize(self, query: dict[str, str]) -> str:
        """The page at which the person signs in, and agrees at once: the address that it sends the browser to."""
        with self.lock:
            self.count += 1
            code = f"auth-C0de-{self.count}-planted"
            self.codes[code] = query
            told = {"error": self.page_error} if self.page_error else {"code": code}
            return f"{query['redirect_uri']}?{urlencode({**told, 'state': query['state']})}"


@contextmanager
def token_server() -> Iterator[TokenServer]:
    """A running token server; it ends with the block."""
    state = TokenServer()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            form = parse_qs(self.rfile.read(int(self.headers["Content-Length"])).decode())
            if state.before_answer:
                state.before_answer()
            if state.fault:
                self.misbehave()
                return
            path = urlsplit(self.path).path
            status, told = state.answer(path, {key: values[0] for key, values in form.items()})
            self.say(status, json.dumps(told))

        def do_GET(self) -> None:
            parts = urlsplit(self.path)
            query = {key: values[0] for key, values in parse_qs(parts.query).items()}
            if parts.path == "/authorize":
                self.say(302, "", Location=state.authorize(query))
            elif user := state.access.get(query.get("token", "")):
                # Dovecot holds the user of the login against this name.
                self.say(200, json.dumps({"username": user, "active": True}))
            else:
                self.say(401, json.dumps({"error": "invalid_token"}))

        def misbehave(self) -> None:
            match state.fault:
                case "redirect":
                    self.say(302, "", Location=f"{state.url}/elsewhere")
                case "hang-up":
                    self.close_connection = True
                    self.connection.close()
                case "500":
                    self.say(500, json.dumps({"error": "server_error"}))
                case "html":
                    self.say(200, "<html>busy</html>")
                case _:
                    self.say(200, json.dumps({"access_token": "with\r\nbreaks", "refresh_token": 7}))

        def say(self, status: int, text: str, **headers: str) -> None:
            body = text.encode()
            self.send_response(status)
            for name, value in {"Content-Type": "application/json", **headers}.items():
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    state.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.02,), daemon=True)
    thread.start()
    try:
        yield state
    finally:
        server.shutdown()
        server.server_close()
        thread.join(5)
