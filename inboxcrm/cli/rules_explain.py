"""`rules explain`: why a rule fired, with the facts that it saw then, what it did, and what led to it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import click

from inboxcrm.base.database import Session
from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Settings
from inboxcrm.cli.given import WORDS
from inboxcrm.cli.rules_given import read_folder, spelled
from inboxcrm.cli.start import Start, config_option, json_option, open_from_file
from inboxcrm.rules.trial.explain import Explained, explain_firing
from inboxcrm.rules.trial.read_only import looking_only
from inboxcrm.rules.trial.store import Fired, firing_called, firings_of_box, firings_of_rule

MOST = 20


@click.command()
@click.argument("firing", type=WORDS, required=False)
@click.option("--box", "box_id", type=click.IntRange(1), help="All that fired about this box, the last ones.")
@config_option
@json_option
@click.pass_obj
def explain(start: Start, firing: str | None, box_id: int | None, config: Path, as_json: bool) -> None:
    """Say why a rule fired: FIRING is its key, as `rules explain --box` lists it, or the id of a rule for its last one.

    Which rule and version, why, the facts that its condition saw then, what it did, and the mail or command with which
    it all began.
    """
    if (firing is None) == (box_id is None):
        raise click.UsageError("name a firing, or a box with --box")
    office = open_from_file(start, config)
    rules = read_folder(office.settings, None).rules
    with looking_only(office) as session:
        fired = firings_of_box(session, box_id)[-MOST:] if box_id else _called(session, firing or "")
        if not fired:
            raise Refused(f"no rule has fired about box {box_id}")
        found = [explain_firing(session, office.settings, one, rules) for one in fired]
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join("\n".join(_lines(one, office.settings)) for one in found))


def _called(session: Session, words: str) -> list[Fired]:
    """Give the firing of a key, or the last one of a rule. Raises Refused."""
    if (found := firing_called(session, words)) is not None:
        return [found]
    if last := firings_of_rule(session, words, 1):
        return last
    raise Refused(f"there is no firing {words!r}; `rules explain --box NUMBER` lists those of a box")


def _plain(one: Explained) -> dict[str, Any]:
    fired, rule = one.fired, one.rule
    return {
        "firing": fired.key,
        "rule": fired.rule,
        "version": fired.version,
        "row": rule.row if rule else None,
        "why": rule.why if rule else None,
        "at": fired.at.isoformat(),
        "about": [fired.subject_kind, fired.subject_id],
        "condition": rule.condition.source if rule else None,
        "facts": {name: value if isinstance(value, bool) else _word(value) for name, value in one.facts.items()},
        "did": fired.outcome,
        "made": one.made,
        "causes": one.causes,
    }


def _lines(one: Explained, settings: Settings) -> list[str]:
    fired, rule = one.fired, one.rule
    told = [
        f"{fired.rule}, version {fired.version}" + (f", row {rule.row}" if rule and rule.row else ""),
        f"  firing    {fired.key}",
        f"  at        {spelled(fired.at, settings)}, about {fired.subject_kind} {fired.subject_id}",
    ]
    if rule is None:
        told.append("  its rule is no longer there")
    else:
        told += [f"  why       {rule.why}", f"  when      {' '.join(rule.condition.source.split())}"]
        if not fired.version.startswith(f"{rule.version} "):
            told.append(f"  its rule has changed since: it is version {rule.version} now")
    told += [f"  saw       {name} = {_word(value)}" for name, value in one.facts.items()]
    told += [f"  did       {line}" for line in fired.outcome.split("; ")]
    told += [f"  made      {line}" for line in one.made]
    return told + [f"  because   {line}" for line in one.causes]


def _word(value: object) -> str:
    if value is None:
        return "nothing"
    return ("yes" if value else "no") if isinstance(value, bool) else str(value)
