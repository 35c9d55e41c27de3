"""Takes what we logged in with out of what a server or a library says: some of them quote the command."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Iterator

SHORTEST = 4  # a shorter word would be found everywhere, and hides nothing


def hide_secrets(text: str, user: str, *secrets: str) -> str:
    """Give one line without the secrets, plain, quoted, escaped, or as any login command encodes them."""
    for secret in secrets:
        if len(secret) >= SHORTEST:
            for form in _forms(user, secret):
                text = text.replace(form, "***")
    return " ".join(text.split())[:300]


def _forms(user: str, secret: str) -> Iterator[str]:
    """All spellings, longest first, so that none leaves a part of another."""
    quoted = secret.replace("\\", "\\\\").replace('"', '\\"')
    plain = {secret, quoted, repr(secret)[1:-1], repr(secret.encode())[2:-1], repr(quoted.encode())[2:-1]}
    logins = (
        secret,
        f"\0{user}\0{secret}",  # PLAIN (RFC 4616)
        f"{user}\0{user}\0{secret}",
        f"user={user}\1auth=Bearer {secret}\1\1",  # XOAUTH2
        f"n,a={user},\1auth=Bearer {secret}\1\1",  # OAUTHBEARER (RFC 7628)
    )
    encoded = {b64encode(login.encode()).decode() for login in logins}
    yield from sorted((plain | encoded | {form.rstrip("=") for form in encoded}), key=len, reverse=True)
