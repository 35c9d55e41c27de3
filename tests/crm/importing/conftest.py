"""An old CRM whose files are taken in."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.base.work import Office
from tests.crm.importing.building import OldCrm


@pytest.fixture
def old(tmp_path: Path, office: Office) -> OldCrm:
    return OldCrm(tmp_path, office)
