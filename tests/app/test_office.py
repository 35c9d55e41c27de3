"""An office is built once: one secret key for all processes, and a queue that may be away."""

from __future__ import annotations

import stat
import threading
from pathlib import Path

import pytest

from inboxcrm.app.migrate import migrate_database
from inboxcrm.app.office import KEY_FILE, KeyBroken, KeyMissing, load_key, open_office, waker
from inboxcrm.base.database import DatabaseUnreachable
from inboxcrm.base.errors import ConfigError
from inboxcrm.base.ids import SystemIds
from inboxcrm.base.settings import Settings, Storage
from inboxcrm.base.store import count_events
from tests.build import the_settings


def test_the_key_is_for_its_owners_eyes_only_and_stays(tmp_path: Path) -> None:
    first = load_key(tmp_path / "data", SystemIds())

    assert load_key(tmp_path / "data", SystemIds()) == first
    assert len(first) == 32
    assert stat.S_IMODE((tmp_path / "data" / KEY_FILE).stat().st_mode) == 0o600
    assert [file.name for file in (tmp_path / "data").iterdir()] == [KEY_FILE]


def test_processes_that_start_at_once_share_one_key(tmp_path: Path) -> None:
    start, keys = threading.Barrier(8), []

    def load() -> None:
        start.wait(10)
        keys.append(load_key(tmp_path, SystemIds()))

    threads = [threading.Thread(target=load) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(10)

    assert len(keys) == 8
    assert set(keys) == {(tmp_path / KEY_FILE).read_bytes()}


def test_a_key_that_is_lost_is_not_made_anew_beside_data(tmp_path: Path) -> None:
    """Sealed sign-ins and the tokens of sent letters would silently become worthless."""
    settings = the_settings(tmp_path)
    office = open_office(settings)
    migrate_database(office.engine)
    file = tmp_path / KEY_FILE
    saved = file.read_bytes()
    file.unlink()
    open_office(settings)  # nothing is in it yet
    file.write_bytes(saved)
    with office.work("test", actor="anna") as work:
        work.emit("lead.created", ("lead", 1))
    file.unlink()

    with pytest.raises(KeyMissing, match=r"secret\.key: is missing.*back from the backup"):
        open_office(settings)
    assert not file.exists()

    file.write_bytes(saved)
    assert open_office(settings).key == saved


def test_half_a_key_is_told_and_not_used(tmp_path: Path) -> None:
    (tmp_path / KEY_FILE).write_bytes(b"half")

    with pytest.raises(KeyBroken, match="4 bytes instead of 32"):
        load_key(tmp_path, SystemIds())


def test_a_data_folder_that_cannot_be_used_is_told_in_one_line(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file stands in the way")

    with pytest.raises(ConfigError, match=r"secret\.key: cannot be used"):
        load_key(tmp_path / "data", SystemIds())


def test_a_database_that_is_away_is_told_at_the_start(tmp_path: Path) -> None:
    away = Storage(folder=tmp_path, database=f"sqlite:///{tmp_path}/nowhere/at/all.db")

    with pytest.raises(DatabaseUnreachable):
        open_office(the_settings(tmp_path, storage=away))


def test_with_redis_away_work_is_kept_and_only_the_wake_is_lost(settings: Settings, engine, caplog) -> None:
    """V5: a lost wake costs seconds, never work."""
    office = open_office(settings, redis_url="redis://127.0.0.1:1/0")

    with office.work("test", actor="anna") as work:
        work.emit("lead.created", ("lead", 1))

    with office.reading() as session:
        assert count_events(session, "lead.created") == 1


def test_a_lost_wake_is_logged_with_its_topics(capsys: pytest.CaptureFixture[str]) -> None:
    waker("redis://127.0.0.1:1/0")({"letters", "events"})

    told = capsys.readouterr().out
    assert "not_woken" in told
    assert "events" in told
    assert "letters" in told
