"""Posts a form to a token server: TLS verified, no redirects, no proxy's word taken for the server's, small answers."""

from __future__ import annotations

import json
import urllib.error
import urllib.request
from http.client import HTTPException
from typing import Any
from urllib.parse import urlencode, urlsplit

from inboxcrm.mail.encryption import is_loopback, tls_context
from inboxcrm.mail.oauth import TokenServerUnreachable

TIMEOUT_S = 10
MOST_BYTES = 200_000


class _NoRedirects(urllib.request.HTTPRedirectHandler):
    """A token server has no reason to send us elsewhere, and the form holds secrets."""

    def redirect_request(self, *_: Any, **__: Any) -> None:
        return None


def post_form(url: str, form: dict[str, str]) -> tuple[int, dict[str, Any]]:
    """Post and read a JSON object. Raises TokenServerUnreachable; nothing of the form stands in the error."""
    parts = urlsplit(url)
    host = parts.hostname or "?"
    if parts.scheme != "https" and not (parts.scheme == "http" and is_loopback(host)):
        raise TokenServerUnreachable(host, "only https is spoken off this machine")
    request = urllib.request.Request(  # noqa: S310 - the scheme was checked above
        url,
        urlencode(form).encode(),
        {"Accept": "application/json", "Content-Type": "application/x-www-form-urlencoded"},
    )
    try:
        with _opener(parts.scheme, host).open(request, timeout=TIMEOUT_S) as answer:
            status, body = answer.status, answer.read(MOST_BYTES)
    except urllib.error.HTTPError as error:
        with error:
            status, body = error.code, _body_of(error)
    except (OSError, HTTPException, ValueError) as error:
        raise TokenServerUnreachable(host, _reason(error)) from None
    if 300 <= status < 400:
        raise TokenServerUnreachable(host, "it wanted to send us elsewhere")
    return status, _read_object(host, status, body)


def _opener(scheme: str, host: str) -> urllib.request.OpenerDirector:
    """Build one for each question: they are rare. What is on this machine is never asked through a proxy."""
    handlers: list[urllib.request.BaseHandler] = [_NoRedirects()]
    if scheme == "https":
        handlers.append(urllib.request.HTTPSHandler(context=tls_context(None)))
    if is_loopback(host):
        handlers.append(urllib.request.ProxyHandler({}))
    return urllib.request.build_opener(*handlers)


def _body_of(error: urllib.error.HTTPError) -> bytes:
    try:
        return error.read(MOST_BYTES)
    except (OSError, HTTPException):
        return b""


def _read_object(host: str, status: int, body: bytes) -> dict[str, Any]:
    try:
        answer = json.loads(body)
    except (ValueError, RecursionError):
        answer = None
    if isinstance(answer, dict):
        return answer
    if status >= 400:
        return {}
    raise TokenServerUnreachable(host, "its answer is no JSON object")


def _reason(error: Exception) -> str:
    reason = error.reason if isinstance(error, urllib.error.URLError) else error
    return " ".join(str(reason).split())[:200] or type(error).__name__
