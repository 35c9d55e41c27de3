"""`rules replay`: what rules would have done on the real history, beside what was done (V7)."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import asdict
from pathlib import Path
from typing import Any

import click

from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import Settings
from inboxcrm.cli.given import FILE, WORDS
from inboxcrm.cli.rules_given import Moment, moment_of, right_rules, spelled
from inboxcrm.cli.start import Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, sight_of
from inboxcrm.rules.rule import Rule
from inboxcrm.rules.trial.compare import GONE, NEW, SAME, UNSURE, Line
from inboxcrm.rules.trial.replay import Replay, replay_rules
from inboxcrm.sales.access import Sight

MEANINGS = {SAME: "the same", NEW: "new", GONE: "gone", UNSURE: "nobody can tell"}


@click.command()
@click.option(
    "--since", type=Moment(), default="90d", show_default=True, help="From this day on, or so long ago."
)
@click.option("--until", type=Moment(), help="Before this day; without it up to now.")
@click.option("--rule", "rule_id", type=WORDS, help="Only the rule of this id.")
@click.option("--folder", type=FILE, help="A folder of drafts; without it the rules in force.")
@click.option("--all", "is_all", is_flag=True, help="List what would be the same, too.")
@as_option
@config_option
@json_option
@click.pass_obj
def replay(
    start: Start,
    since: str,
    until: str | None,
    rule_id: str | None,
    folder: Path | None,
    is_all: bool,
    as_user: str | None,
    config: Path,
    as_json: bool,
) -> None:
    """Show what rules would have done on the real history, beside what the rules in force did.

    Each event and each due moment is judged with the facts as they were then: + would have been done, - was done and
    would not have been, ? hangs on a fact whose past nobody can tell. Nothing is done: the transaction only reads.
    """
    office = open_from_file(start, config)
    settings, now = office.settings, office.clock.now()
    rules, in_force = right_rules(settings, folder), right_rules(settings)
    if rule_id and rule_id not in {one.id for one in (*rules, *in_force)}:
        raise Refused(f"there is no rule {rule_id!r}; `inboxcrm rules list` lists them")
    from_at = moment_of(since, settings, now)
    to_at = moment_of(until, settings, now) if until else now
    if from_at >= to_at:
        raise Refused("--until must be later than --since")
    with (
        office.reading() as session,
        replay_rules(office, rules, in_force, from_at, to_at, rule_id or "") as found,
    ):
        sight = sight_of(office, session, as_user)
        if as_user is not None:
            found.lines = (line for line in found.lines if _is_seen(line, sight))
        if as_json:
            _print_json(found)
        else:
            click.echo(f"From {spelled(from_at, settings)} to {spelled(to_at, settings)}; nothing is done.")
            _print_lines(found, rules, settings, is_all=is_all)
            _print_counts(found)


def _is_seen(line: Line, sight: Sight) -> bool:
    """Tell whether a line is about no record, or about a box that the viewer sees (MG-6)."""
    return sight.sees_box(line.box_id) if line.box_id else line.subject_kind == "company"


def _print_json(found: Replay) -> None:
    lines: list[dict[str, Any]] = [{**asdict(line), "at": line.at.isoformat()} for line in found]
    counts = {MEANINGS[sign]: sum(counted.values()) for sign, counted in found.counts.items()}
    told: dict[str, Any] = {"lines": lines, "counts": counts, "would_have_made": found.made()}
    click.echo(json.dumps(told, ensure_ascii=False, indent=2))


def _print_lines(found: Iterable[Line], rules: tuple[Rule, ...], settings: Settings, *, is_all: bool) -> None:
    """Print rule by rule, in the order of their files, each in the order of time."""
    versions = {one.id: one.version for one in rules}
    places = {one.id: place for place, one in enumerate(rules)}
    wanted = [line for line in found if is_all or line.sign != SAME]
    heading = ""
    for line in sorted(wanted, key=lambda one: (places.get(one.rule, len(places)), one.rule, one.at)):
        if line.rule != heading:
            heading = line.rule
            version = f", version {versions[heading]}" if heading in versions else ", not in this folder"
            click.echo(f"\n{heading}{version}")
        click.echo(_line(line, settings))


def _line(line: Line, settings: Settings) -> str:
    about = line.name or ("the company" if line.subject_kind == "company" else f"{line.subject_kind} {line.subject_id}")
    box = f" (box {line.box_id})" if line.box_id else ""
    head = f"{line.sign} {spelled(line.at, settings)}  {about[:60]}{box}: "
    if line.sign == GONE:
        return head + f"did: {line.outcome}"
    words = "; ".join(line.did)
    if line.sign != UNSURE:
        return head + words
    gaps = f"nobody can tell what was then: {', '.join(line.unknown)}"
    return head + gaps + (f"; did: {line.outcome}" if line.outcome else "; nothing was done")


def _print_counts(found: Replay) -> None:
    counts = {sign: sum(counted.values()) for sign, counted in found.counts.items()}
    click.echo("")
    click.echo(", ".join(f"{sign} {counts[sign]} {MEANINGS[sign]}" for sign in (NEW, GONE, UNSURE, SAME)))
    if made := found.made():
        click.echo(f"Would have made besides: {made}.")
