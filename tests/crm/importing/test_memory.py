"""IN-15: files are read as a stream; the memory does not grow with their rows."""

from __future__ import annotations

import tracemalloc

import pytest

from inboxcrm.crm.importing import taking
from tests.crm.importing.building import OldCrm


def test_four_times_the_rows_take_no_more_memory(old: OldCrm, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(taking, "BATCH_ROWS", 20)
    peaks = []
    for name, rows in (("warm", 40), ("few", 160), ("many", 640)):
        people = [(f"{name}{n}", f"Person {name}{n}", f"{name}{n}@shop{n}.example") for n in range(rows)]
        file = old.file("people", *people)
        tracemalloc.start()
        old.take(file)
        peaks.append(tracemalloc.get_traced_memory()[1])
        tracemalloc.stop()

    assert peaks[2] < 1.3 * peaks[1]
