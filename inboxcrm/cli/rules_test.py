"""`rules test`: mails with an expected outcome beside the rules, each through the whole intake."""

from __future__ import annotations

import json
import tempfile
from pathlib import Path

import click

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings_file import load_settings
from inboxcrm.cli.rules_cases import read_cases
from inboxcrm.cli.rules_given import folder_argument, right_rules
from inboxcrm.cli.rules_stage import Outcome, run_case
from inboxcrm.cli.start import TO_DO, config_option, json_option


@click.command()
@folder_argument
@config_option
@json_option
def test(folder: Path | None, config: Path, as_json: bool) -> int:
    """Run the tests beside the rules of FOLDER, or of those in force: mails, and what is to come of them.

    Each tests/NAME.eml is taken in on an empty database of its own, with your configuration; tests/NAME.toml says what
    is expected. Exits 1 if something else came of one.
    """
    settings = load_settings(config)
    rules = folder or settings.rules.folder
    right_rules(settings, rules)
    cases = read_cases(rules)
    if not cases:
        raise Refused(f"there is no test in {rules / 'tests'}; docs/rules.md says how one is written")
    found = []
    with tempfile.TemporaryDirectory(prefix="inboxcrm-rules-") as base:
        for number, case in enumerate(cases):
            own = Path(base) / str(number)
            own.mkdir()
            found.append(run_case(case, settings, rules, own))
            if not as_json:
                _print(found[-1])
    wrong = [one for one in found if one.differences]
    if as_json:
        plain = [{"test": one.name, "differences": list(one.differences)} for one in found]
        click.echo(json.dumps(plain, ensure_ascii=False, indent=2))
    else:
        click.echo(f"{len(found) - len(wrong)} of {len(found)} tests are as expected")
    return TO_DO if wrong else 0


def _print(outcome: Outcome) -> None:
    click.echo(f"{'FAILED' if outcome.differences else 'ok':6}  {outcome.name}")
    for line in outcome.differences:
        click.echo(f"        {line}")
