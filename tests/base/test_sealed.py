"""What is sealed opens with the same key under the same name, and with nothing else."""

from __future__ import annotations

import pytest
from sqlalchemy import Engine
from sqlalchemy.orm import Session

from inboxcrm.base.sealed import SealBroken, derive_key, forget_sealed, keep_sealed, read_sealed, seal, unseal
from tests.build import KEY, START

AT = START
PLAIN = "refresh-T0ken-planted"


def test_a_sealed_text_opens_with_key_and_name() -> None:
    sealed = seal(KEY, "tokens of a", PLAIN, AT)

    assert unseal(KEY, "tokens of a", sealed) == PLAIN
    assert PLAIN.encode() not in sealed
    assert seal(KEY, "tokens of a", PLAIN, AT) != sealed


@pytest.mark.parametrize("change", ["key", "name", "bytes", "cut", "empty"])
def test_anything_else_does_not_open_it(change: str) -> None:
    sealed = seal(KEY, "tokens of a", PLAIN, AT)
    key = b"x" * 32 if change == "key" else KEY
    name = "tokens of b" if change == "name" else "tokens of a"
    sealed = {
        "bytes": sealed[:40] + bytes([sealed[40] ^ 1]) + sealed[41:],
        "cut": sealed[:-4],
        "empty": b"",
    }.get(change, sealed)

    with pytest.raises(SealBroken, match="inboxcrm login") as told:
        unseal(key, name, sealed)
    assert PLAIN not in str(told.value)


def test_each_purpose_has_its_own_key_and_none_is_the_key_itself() -> None:
    """RFC 5869, test of our use: 32 bytes, the same each time."""
    keys = {derive_key(KEY, purpose) for purpose in ("a", "b", "a")}

    assert len(keys) == 2
    assert all(len(key) == 32 for key in keys)
    assert KEY not in keys


def test_the_newest_is_kept_and_can_be_forgotten(engine: Engine) -> None:
    with Session(engine) as session, session.begin():
        assert read_sealed(session, KEY, "n") is None
        keep_sealed(session, KEY, "n", "old", AT)
        keep_sealed(session, KEY, "n", "new", AT)
        assert read_sealed(session, KEY, "n") == "new"
        forget_sealed(session, "n")
        assert read_sealed(session, KEY, "n") is None
