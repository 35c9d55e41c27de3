"""`rules explain`: why a rule fired, with the facts that it saw then, what it did, and what led to it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import click

from inboxcrm.base.database import Session
from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Settings
from inboxcrm.base.work import Office
from inboxcrm.cli.given import WORDS
from inboxcrm.cli.rules_given import read_folder, spelled
from inboxcrm.cli.start import Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, sight_of
from inboxcrm.rules.facts import SOURCES, facts_of
from inboxcrm.rules.trial.explain import Explained, explain_firing
from inboxcrm.rules.trial.read_only import looking_only
from inboxcrm.rules.trial.store import Fired, firing_called, firings_of_box, firings_of_rule

MOST, LOOKED_AT = 20, 500


@click.command()
@click.argument("firing", type=WORDS, required=False)
@click.option("--box", "box_id", type=click.IntRange(1), help="All that fired about this box, the last ones.")
@as_option
@config_option
@json_option
@click.pass_obj
def explain(
    start: Start, firing: str | None, box_id: int | None, as_user: str | None, config: Path, as_json: bool
) -> None:
    """Say why a rule fired: FIRING is its key, as `rules explain --box` lists it, or the id of a rule for its last one.

    Which rule and version, why, the facts that its condition saw then, what it did, and the mail or command with which
    it all began.
    """
    if (firing is None) == (box_id is None):
        raise click.UsageError("name a firing, or a box with --box")
    office = open_from_file(start, config)
    rules = read_folder(office.settings, None).rules
    with looking_only(office) as session:
        sees = _seen_firings(office, session, as_user)
        if box_id:
            fired = [one for one in firings_of_box(session, box_id) if sees(one)][-MOST:]
        else:
            fired = _called(session, firing or "", sees)
        if not fired:
            raise Refused(f"no rule has fired about box {box_id}")
        found = [explain_firing(session, office.settings, one, rules) for one in fired]
    if as_json:
        click.echo(json.dumps([_plain(one) for one in found], ensure_ascii=False, indent=2))
    else:
        click.echo("\n\n".join("\n".join(_lines(one, office.settings)) for one in found))


def _seen_firings(office: Office, session: Session, as_user: str | None) -> Callable[[Fired], bool]:
    """Give whether a user may see a firing: one about no record, or about a box that he sees (MG-6)."""
    sight = sight_of(office, session, as_user)

    def sees(fired: Fired) -> bool:
        if as_user is None or fired.subject_kind == "company":
            return True
        facts = facts_of(session, fired.subject_kind, fired.subject_id) if fired.subject_kind in SOURCES else None
        box_id = (facts or {}).get("box_id")
        return isinstance(box_id, int) and sight.sees_box(box_id)

    return sees


def _called(session: Session, words: str, sees: Callable[[Fired], bool]) -> list[Fired]:
    """Give the firing of a key, or the last one of a rule that is seen. Raises Refused."""
    known = firing_called(session, words)
    found = [one for one in ([known] if known else firings_of_rule(session, words, LOOKED_AT)) if sees(one)]
    if found:
        return found[-1:]
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
