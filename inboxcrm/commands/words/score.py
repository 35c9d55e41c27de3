"""`score`: tells the points of a lead, or says them by hand; also how many people its company has (LD-8, OP-13)."""

from __future__ import annotations

import re

from inboxcrm.base.errors import Refused
from inboxcrm.base.work import Work
from inboxcrm.commands.lead_meant import lead_meant
from inboxcrm.commands.scene import Scene
from inboxcrm.crm.qualifying.points import PARTS, read_employees
from inboxcrm.crm.qualifying.score import say_company, say_points
from inboxcrm.crm.qualifying.told import estimate_line, score_line
from inboxcrm.ingest.scoring.rescore import rescore

EMPLOYEES = "employees"
POINTS = ("1", "2", "3", "4", "5")
_AUTO = ("auto", "computed")
_BETWEEN = re.compile(r"[ \t]{0,5}(?:[,;]|\band\b)[ \t]{0,5}")
_PAIR = re.compile(r"^([a-z]{3,10})[ \t=]{1,5}(\S.{0,99})$", re.IGNORECASE)


class ScoreUnclear(Refused):
    """Words that give no points; shows what may be said."""

    def __init__(self, words: str) -> None:
        super().__init__(
            f"I do not understand {words!r}; write such as: score size 4, fit 2: reason. Parts are {', '.join(PARTS)},"
            " each 1 to 5, or auto to let them be computed; also: score employees 120, industry logistics"
        )


def note_score(work: Work, scene: Scene) -> str:
    """Keep the points, or tell them: `score`, `score size 4, fit 2: reason`, `score employees 120`."""
    said, _, reason = scene.line.rest.partition(":")
    points: dict[str, int | None] = {}
    facts: dict[str, str] = {}
    for part in _BETWEEN.split(said.strip().rstrip(".")) if said.strip() else ():
        _read(part.strip(), points, facts)
    lead = lead_meant(work, scene)
    if facts:
        employees = read_employees(facts[EMPLOYEES]) if EMPLOYEES in facts else None
        say_company(work, lead, employees=employees, branch=facts.get("industry"))
    if points:
        say_points(work, lead, points, reason.strip(), scene.user.key)
    known = rescore(work, lead)
    told = [score_line(known) or "nothing is known that gives points"]
    if known.estimate_minor is not None:
        told.append(estimate_line(known))
    return f"{lead.box.name}: {'; '.join(told)}"


def _read(part: str, points: dict[str, int | None], facts: dict[str, str]) -> None:
    """Read one pair. Raises ScoreUnclear."""
    match = _PAIR.match(part)
    name, value = (match[1].lower(), match[2].strip()) if match else ("", "")
    is_number = value[:1].isdigit()
    if name in PARTS and value.lower() in _AUTO:
        points[name] = None
    elif name in PARTS and value in POINTS:
        points[name] = int(value)
    elif (name == EMPLOYEES and is_number and read_employees(value)) or (
        name == "industry" and not is_number
    ):
        facts[name] = value
    else:
        raise ScoreUnclear(part)
