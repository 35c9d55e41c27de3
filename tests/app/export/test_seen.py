"""`export --as`: what one may not see stands in no file, and each table says how that is decided (MG-6)."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import pytest

from inboxcrm.app.export import store
from inboxcrm.app.export.folder import LEFT_OUT, export_all
from inboxcrm.app.export.seen import OTHERS, SEEN_BY, left_out_for_one
from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_team import Team
from inboxcrm.base.work import Office
from inboxcrm.crm.box import add_note
from inboxcrm.crm.importing.records import DormantDeal
from inboxcrm.crm.lead import convert_lead, make_lead
from inboxcrm.crm.people import find_or_make_contact
from inboxcrm.crm.records import Box
from inboxcrm.sales.access import Sight
from tests.build import Mail, a_lead, a_quote, deliver, on_both_databases, the_settings

EVE = "eve@globex.example"
TEAMS = (
    Team(key="home", name="Home", lead="maria", members=("anna",)),
    Team(key="away", name="Away", lead="maria", members=("carl",)),
)


@pytest.fixture
def shared(make_office: Callable[[Settings], Office], tmp_path: Path) -> Office:
    """A deal of Anna's with everything on it, and one of Carl's; each with its mail."""
    office = make_office(the_settings(tmp_path, team=TEAMS))
    with office.work("test", actor="user:anna") as work:
        deal = convert_lead(work, a_lead(work), by="anna", name="Acme 20 standard")
        add_note(work, deal.box, "Acme wants zebras")
        a_quote(work, deal)
        lead = make_lead(
            work, find_or_make_contact(work, EVE, "Eve"), name="Globex", need="Much", source="Web"
        )
        other = convert_lead(work, lead, by="carl", name="Globex pilot")
        other.owner = other.box.owner = "carl"
        add_note(work, other.box, "Globex wants tigers")
        work.session.flush()
        for name, owner in (("Old Acme thing", "anna"), ("Old Globex thing", "carl")):
            work.session.add(
                DormantDeal(
                    name=name,
                    owner=owner,
                    stage="Quote",
                    state="pending",
                    currency="EUR",
                    created_at=work.now,
                )
            )
    deliver(office, Mail("The words of Acme", message_id="one@acme.example"))
    deliver(
        office, Mail("The words of Globex", sender=EVE, subject="Globex", message_id="two@globex.example")
    )
    return office


def everything_in(folder: Path) -> str:
    """All bytes of an export, the names of its files with them."""
    files = sorted(one for one in folder.rglob("*") if one.is_file())
    return "".join(f"{one.name}\n{one.read_bytes().decode('utf-8', 'replace')}\n" for one in files)


def written_for(office: Office, folder: Path, key: str | None) -> str:
    user = office.settings.user_by_key(key) if key else None
    export_all(office, folder, lambda name: None, user)
    return everything_in(folder)


@on_both_databases
@pytest.mark.parametrize(("key", "own", "foreign"), [("anna", "acme", "globex"), ("carl", "globex", "acme")])
def test_a_rep_gets_his_own_boxes_and_nothing_of_anothers(
    shared: Office, tmp_path: Path, key: str, own: str, foreign: str
) -> None:
    """Sheets, records, mails, papers and their names: no word of the other customer."""
    told = written_for(shared, tmp_path / "out", key).lower()

    assert f"the words of {own}" in told
    assert f"old {own} thing" in told
    assert foreign not in told


def test_a_director_gets_what_whoever_runs_the_program_gets(shared: Office, tmp_path: Path) -> None:
    export_all(shared, tmp_path / "all", lambda name: None)
    export_all(shared, tmp_path / "hers", lambda name: None, shared.settings.user_by_key("maria"))
    names = [sorted(one.name for one in (tmp_path / at).rglob("*")) for at in ("all", "hers")]

    assert names[0] == names[1]
    assert "zebras" in (tmp_path / "hers" / "notes.csv").read_text()


def test_the_manifest_says_for_whom_it_is_and_what_is_left_out(shared: Office, tmp_path: Path) -> None:
    written_for(shared, tmp_path / "out", "anna")
    manifest = json.loads((tmp_path / "out" / "manifest.json").read_text())

    assert manifest["as"] == "anna"
    assert manifest["left_out"].keys() == {*LEFT_OUT, *left_out_for_one()}


def test_every_table_that_hangs_on_boxes_or_people_says_how_it_is_decided_who_sees_a_row() -> None:
    """A new one needs a row in SEEN_BY or OTHERS; of one that is forgotten nothing is shown."""
    hanging = {
        name
        for name in store.table_names()
        if {"box_id", "contact_id", "lead_id", "opportunity_id", "message_id"} & set(store.columns_of(name))
    }

    assert hanging <= {*SEEN_BY, *OTHERS}
    assert set(store.table_names()) == {*SEEN_BY, *left_out_for_one()}
    assert set(OTHERS) <= set(left_out_for_one())


@pytest.mark.parametrize("key", ["anna", "carl", "maria", "fred", "olga"])
def test_all_boxes_asked_at_once_are_those_that_are_seen_one_by_one(shared: Office, key: str) -> None:
    with shared.work("test", actor="test") as work:
        merged = Box(
            kind="lead",
            name="Merged",
            owner="carl",
            opened_at=work.now,
            last_activity_at=work.now,
            merged_into=1,
        )
        work.session.add(merged)
    with shared.reading() as session:
        user, now = shared.settings.user_by_key(key), shared.clock.now()
        ids = [one["id"] for one in store.rows_of(session, "box")]
        alone = {one for one in ids if Sight(session, shared.settings, user, now).sees_box(one)}

        assert Sight(session, shared.settings, user, now).ids_of_seen_boxes() == alone
    assert len(ids) >= 3
