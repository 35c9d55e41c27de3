"""[[ticket]] and [[group]] of config.toml: what does not agree is told at its place (RN-1, RN-6)."""

from __future__ import annotations

from pathlib import Path

import pytest
from pydantic import ValidationError

from inboxcrm.base.settings import Settings
from inboxcrm.base.settings_groups import Group, people_of_group
from inboxcrm.base.settings_people import CustomField
from inboxcrm.base.settings_tickets import TicketKind
from tests.build import the_settings

LICENCES = CustomField(name="licences", record="organization", type="number")


def test_without_any_configuration_there_are_none(settings: Settings) -> None:
    assert (settings.ticket, settings.group) == ((), ())


def test_a_ticket_with_the_defaults_goes_with_the_usual_pipeline(tmp_path: Path) -> None:
    ticket = TicketKind(name="renegotiation", field="licences", stage="Negotiation")

    assert the_settings(tmp_path, ticket=(ticket,), field=(LICENCES,)).ticket == (ticket,)


@pytest.mark.parametrize(
    ("tables", "told"),
    [
        ({"ticket": (TicketKind(name="a", stage="Negotation"),)}, "'Negotation' is no stage of the pipeline"),
        ({"ticket": (TicketKind(name="a", field="licences"),)}, "'licences' is no [[field]] with record"),
        ({"ticket": (TicketKind(name="a"), TicketKind(name="a"))}, "ticket 'a' stands twice"),
        ({"group": (Group(name="managers", roles=("sdr",)),)}, "'managers' means somebody already"),
        ({"group": (Group(name="anna", roles=("sdr",)),)}, "'anna' means somebody already"),
        ({"group": (Group(name="centre", users=("ana",)),)}, "there is no user 'ana'; there are anna, carl"),
        ({"group": (Group(name="centre"),)}, "group 'centre' has nobody; write users or roles"),
    ],
)
def test_what_does_not_agree_is_told(tmp_path: Path, tables: dict[str, object], told: str) -> None:
    with pytest.raises(ValidationError) as error:
        the_settings(tmp_path, **tables)

    assert told in str(error.value)


def test_a_step_that_stands_twice_is_told() -> None:
    with pytest.raises(ValidationError, match="a step stands twice in steps"):
        TicketKind(name="a", steps=("New", "New"))


def test_a_group_is_who_is_named_else_all_of_its_roles(tmp_path: Path) -> None:
    groups = (
        Group(name="one", users=("carl",), roles=("finance",)),
        Group(name="all", roles=("finance", "operations")),
    )
    settings = the_settings(tmp_path, group=groups)

    assert [one.key for one in people_of_group(settings, "one")] == ["carl"]
    assert [one.key for one in people_of_group(settings, "all")] == ["fred", "olga"]
    assert people_of_group(settings, "none") == []
