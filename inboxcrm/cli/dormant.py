"""`dormant`: the deals of an old CRM that sleep, and a word that wakes one (IN-15)."""

from __future__ import annotations

import json
from collections import Counter
from itertools import islice
from pathlib import Path
from typing import TYPE_CHECKING

import click

from inboxcrm.base.errors import Refused
from inboxcrm.base.money import Money
from inboxcrm.cli.start import Start, config_option, json_option, open_from_file
from inboxcrm.cli.viewer import as_option, sight_of
from inboxcrm.crm.access import Matter
from inboxcrm.crm.importing.store import count_dormant, dormant_deals, lock_sleeping_deal
from inboxcrm.crm.importing.waking import wake_deal

if TYPE_CHECKING:
    from inboxcrm.crm.importing.records import DormantDeal

MOST = 50
MOST_LOOKED_AT = 20_000  # for one who may not see most of them


@click.group(invoke_without_command=True)
@click.option("--words", default="", help="Only deals with these words in their name.")
@as_option
@config_option
@json_option
@click.pass_context
def dormant(context: click.Context, words: str, as_user: str | None, config: Path, as_json: bool) -> None:
    """List the deals of an old CRM that sleep, the next to wake first; `dormant wake NUMBER` wakes one."""
    if context.invoked_subcommand:
        return
    start: Start = context.obj
    office = open_from_file(start, config)
    with office.reading() as session:
        sight, counts = sight_of(office, session, as_user), Counter[str]()
        for (state, owner), count in count_dormant(session).items():
            counts[state] += count if sight.sees_matter(Matter("opportunity", owner)) else 0
        found = dormant_deals(session, words.strip(), MOST_LOOKED_AT if sight.is_limited else MOST)
        seen = (deal for deal in found if sight.sees_matter(Matter("opportunity", deal.owner)))
        rows = [_plain(deal) for deal in islice(seen, MOST)]
    if as_json:
        click.echo(json.dumps(rows, ensure_ascii=False, indent=2))
        return
    for row in rows:
        wakes = f"wakes {row['wakes_on']}" if row["wakes_on"] else "wakes by mail or word"
        click.echo(f"{row['id']:>6}  {row['state']:7}  {wakes:22}  {row['name']}  {row['amount']}".rstrip())
    told = ", ".join(
        f"{counts[state]:,} {state}" for state in ("pending", "won", "lost") if counts.get(state)
    )
    click.echo(f"Asleep: {told or 'none'}." + (f" The first {MOST} stand here." if len(rows) == MOST else ""))


def _plain(deal: DormantDeal) -> dict[str, object]:
    amount = Money(deal.amount_minor, deal.currency) if deal.amount_minor is not None else ""
    wakes_on = f"{deal.wake_at:%Y-%m-%d}" if deal.wake_at else None
    names = {"id": deal.id, "name": deal.name, "state": deal.state, "stage": deal.stage}
    return {**names, "owner": deal.owner, "amount": str(amount), "wakes_on": wakes_on}


@dormant.command("wake")
@click.argument("number", type=int)
@config_option
@click.pass_obj
def wake_command(start: Start, number: int, config: Path) -> None:
    """Make a deal with this number a box; its number is told."""
    office = open_from_file(start, config)
    with office.work("deal.wake", actor="owner") as work:
        deal = lock_sleeping_deal(work.session, number)
        if deal is None:
            raise Refused(f"no deal {number} sleeps; `inboxcrm dormant` lists those that do")
        box = wake_deal(work, deal, "somebody woke it at the command line")
        work.session.flush()
        told = f"{deal.name} is awake: box {box.id}, owner {box.owner}"
    click.echo(told)
