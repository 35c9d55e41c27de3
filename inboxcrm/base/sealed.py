"""Secrets in the database, sealed with a key that is not in the database: what `secret.key` and the name give."""

from __future__ import annotations

import base64
from datetime import datetime

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from inboxcrm.base.errors import ConfigError
from inboxcrm.base.records import SealedSecret


class SealBroken(ConfigError):
    """A sealed secret does not open: another key, another name, or changed bytes."""

    def __init__(self, name: str) -> None:
        super().__init__(
            f"the sealed secret {name!r} does not open with this secret.key; put the right file back from the"
            " backup, or sign in again with `inboxcrm login`"
        )


def seal(key: bytes, name: str, plain: str, at: datetime) -> bytes:
    """Seal a text for a name; it opens with the same key and under the same name only."""
    return _fernet(key, name).encrypt_at_time(plain.encode(), int(at.timestamp()))  # type: ignore[no-any-return]


def unseal(key: bytes, name: str, sealed: bytes) -> str:
    """Open a sealed text. Raises SealBroken."""
    from cryptography.fernet import InvalidToken

    try:
        return _fernet(key, name).decrypt(sealed).decode()  # type: ignore[no-any-return]
    except InvalidToken:
        raise SealBroken(name) from None


def keep_sealed(session: Session, key: bytes, name: str, plain: str, at: datetime) -> None:
    """Store a secret sealed, instead of the one of that name that may be there."""
    sealed = seal(key, name, plain, at)
    row = session.get(SealedSecret, name)
    if row is None:
        session.add(SealedSecret(name=name, sealed=sealed, at=at))
    else:
        row.sealed, row.at = sealed, at


def read_sealed(session: Session, key: bytes, name: str) -> str | None:
    """Give a secret; None if there is none. Raises SealBroken."""
    sealed = session.scalar(select(SealedSecret.sealed).where(SealedSecret.name == name))
    return None if sealed is None else unseal(key, name, sealed)


def forget_sealed(session: Session, name: str) -> None:
    """Remove a secret."""
    session.execute(delete(SealedSecret).where(SealedSecret.name == name))


def derive_key(key: bytes, purpose: str) -> bytes:
    """Derive 32 bytes for one purpose from the key file's (RFC 5869, HKDF-SHA256)."""
    from cryptography.hazmat.primitives.hashes import SHA256
    from cryptography.hazmat.primitives.kdf.hkdf import HKDF

    return HKDF(SHA256(), 32, salt=None, info=f"inboxcrm {purpose}".encode()).derive(key)


def _fernet(key: bytes, name: str):  # type: ignore[no-untyped-def]  # noqa: ANN202 - imported late: it takes long
    from cryptography.fernet import Fernet

    return Fernet(base64.urlsafe_b64encode(derive_key(key, f"sealed secret {name}")))
