"""Teams, territories and calendars in config.toml: each fault with file, line, field and what would be right."""

from __future__ import annotations

from pathlib import Path

import pytest

from inboxcrm.base.settings_file import SettingsFaulty, load_settings

GOOD = """[company]
name = "Kestrel"
domains = ["kestrel.example"]
country = "NL"
[[account]]
address = "sales@kestrel.example"
imap = { host = "localhost", port = 1 }
smtp = { host = "localhost", port = 2 }
[[user]]
key = "anna"
name = "Anna"
address = "anna@kestrel.example"
role = "account_manager"
[[user]]
key = "tess"
name = "Tess"
address = "tess@kestrel.example"
role = "team_lead"
"""
TEAM = '[[team]]\nkey = "benelux"\nname = "Benelux"\nlead = "tess"\nmembers = ["anna"]\n'


def faults_of(folder: Path, text: str) -> list[str]:
    file = folder / "config.toml"
    file.write_text(text, encoding="utf-8")
    try:
        load_settings(file)
    except SettingsFaulty as error:
        return [str(fault).removeprefix(f"{file}:") for fault in error.faults]
    return []


def test_a_team_with_territories_and_calendars_is_read(tmp_path: Path) -> None:
    """LD-5, LD-6."""
    own = 'territory = { countries = ["NL"], words = ["tender"] }\ncapacity = 3\ncountry = "DE-BY"\n'
    own += 'time_zone = "Europe/Berlin"\nhours = "08:00-16:30"\n'
    text = GOOD.replace('role = "account_manager"\n', f'role = "account_manager"\n{own}') + TEAM
    file = tmp_path / "config.toml"
    file.write_text(text + '[[calendar]]\ncountry = "DE-BY"\ndays_off = [2026-12-24]\n')

    settings = load_settings(file)

    anna = settings.user_by_key("anna")
    assert anna is not None
    assert (anna.capacity, anna.hours, anna.territory.countries) == (3, "08:00-16:30", ("NL",))
    assert (settings.team[0].lead, len(settings.calendar[0].days_off)) == ("tess", 1)


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        (
            'lead = "tess"', 'lead = "zoe"',
            "22: team.1.lead: team benelux: its lead 'zoe' is not the key of a user; the users are anna, tess",
        ),
        (
            'lead = "tess"', 'lead = "anna"',
            '22: team.1.lead: team benelux: anna is account_manager; give them role = "team_lead", '
            "or name another lead",
        ),
        (
            '"anna"]', '"max"]',
            "23: team.1.members: team benelux: its member 'max' is not the key of a user; "
            "the users are anna, tess",
        ),
        (
            'role = "account_manager"', 'role = "account_manager"\nteam = "nordic"',
            "14: user.1.team: 'nordic' is not the key of a team; the teams are benelux",
        ),
        (
            "[[team]]", '[[team]]\nkey = "dach"\nname = "D"\nlead = "tess"\nmembers = ["anna"]\n[[team]]',
            "28: team.2.members: anna is a member of team dach too; leave them in one of the two",
        ),
        (
            "[[team]]", '[[team]]\nkey = "benelux"\nname = "B"\nlead = "tess"\n[[team]]',
            "24: team.2.key: team key 'benelux' stands twice",
        ),
        (
            'role = "account_manager"', 'role = "account_manager"\nhours = "9 to 5"',
            '14: user.1.hours: should be hours of one day such as "09:00-17:30"',
        ),
        (
            'role = "account_manager"', 'role = "account_manager"\ncountry = "XX"',
            "14: user.1.country: should be a country such as NL, or a part of one such as DE-BY",
        ),
        (
            'role = "account_manager"', 'role = "account_manager"\nterritory = { domains = ["a@b.example"] }',
            "14: user.1.territory.domains.1: should be a domain such as acme.example, or its end such as gov.uk",
        ),
        (
            "[[team]]", "[[calendar]]\ndays_off = [2026-12-24]\nworked = [2026-12-24]\n[[team]]",
            "21: calendar.1.worked: 2026-12-24 stands in days_off too; leave it in one of the two",
        ),
    ],
)  # fmt: skip
def test_each_fault_says_its_line_its_field_and_what_would_be_right(
    tmp_path: Path, old: str, new: str, told: str
) -> None:
    assert faults_of(tmp_path, (GOOD + TEAM).replace(old, new)) == [told]
