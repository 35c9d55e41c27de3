"""Questions to the table of erased addresses."""

from __future__ import annotations

import hashlib
import hmac
from collections.abc import Iterable
from datetime import datetime

from sqlalchemy import exists, select

from inboxcrm.base.among import among
from inboxcrm.base.database import Session
from inboxcrm.base.store import insert_or_change
from inboxcrm.ingest.erased.records import ErasedAddress


def hash_of(key: bytes, address: str) -> str:
    """Give the keyed hash of an address; without secret.key nobody can try addresses out on it."""
    return hmac.new(key, b"erased:" + address.encode("utf-8", "surrogatepass"), hashlib.sha256).hexdigest()


def has_erased(session: Session) -> bool:
    """Tell whether anybody was ever erased."""
    return bool(session.scalar(select(exists(select(ErasedAddress.hash)))))


def erased_at(session: Session, hashes: Iterable[str]) -> dict[str, datetime]:
    """Give those of the hashes that are of erased addresses, with the moment."""
    query = select(ErasedAddress.hash, ErasedAddress.at)
    return dict(session.execute(query.where(among(session, ErasedAddress.hash, hashes))).all())


def erased_among(session: Session, key: bytes, addresses: Iterable[str]) -> set[str]:
    """Give those of the addresses whose owners were erased; one question."""
    by_hash = {hash_of(key, one): one for one in addresses}
    return {by_hash[one] for one in erased_at(session, by_hash)} if by_hash else set()


def note_erased(session: Session, hashes: Iterable[str], at: datetime) -> None:
    """Note that the owner of these addresses was erased at a moment."""
    rows = [{"hash": one, "at": at} for one in hashes]
    insert_or_change(session, ErasedAddress.__table__, rows, "at")
