"""A first mapping, guessed from the header lines and the first rows of files (IN-15); a person looks it over."""

from __future__ import annotations

import json
import tomllib
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from functools import lru_cache
from itertools import islice
from pathlib import Path

from inboxcrm.base.settings import Settings
from inboxcrm.crm.importing.fields import KINDS, fields_of
from inboxcrm.crm.importing.reading import FileUnreadable, Shape, look_at, read_rows
from inboxcrm.crm.importing.values import ENDS, parse_amount, parse_moment

TABLE = Path(__file__).with_name("usual_columns.toml")
LOOKED_AT = 5_000
MOST_NAMES = 200
FORMS = (
    "iso", "%d-%m-%Y", "%d/%m/%Y", "%d.%m.%Y", "%m/%d/%Y", "%m-%d-%Y", "%Y/%m/%d", "%b %d, %Y", "%d %b %Y",
    "%Y-%m-%d %H:%M", "%d-%m-%Y %H:%M", "%d/%m/%Y %H:%M", "%d.%m.%Y %H:%M", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p",
)  # fmt: skip
ROLE_COLUMNS = frozenset(
    (
        "role",
        "roles",
        "buying role",
        "contact role",
        "function",
        "functie",
        "rol",
        "rolle",
        "funktion",
        "rôle",
        "fonction",
    )
)
# Words in the names of stages elsewhere, in this order: (part of the word, the stage of a usual pipeline).
STAGE_WORDS = (
    ("won", "won"), ("lost", "lost"), ("verbal", "Closure"), ("contract", "Closure"), ("decision", "Negotiation"),
    ("negotiat", "Negotiation"), ("proposal", "Quote"), ("quote", "Quote"), ("offer", "Quote"),
    ("demo", "Presentation"), ("presentation", "Presentation"), ("value", "Presentation"),
    ("needs", "Needs Analysis"), ("analysis", "Needs Analysis"), ("qualif", "Qualification"),
    ("appointment", "Qualification"), ("contact made", "Qualification"), ("prospect", "Identification"),
    ("lead", "Identification"), ("new", "Identification"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Guess:
    """What a file seems to be: of which system, what kind of rows, which column is which field."""

    shape: Shape
    system: str
    kind: str
    columns: dict[str, str]


@dataclass(slots=True)
class Seen:
    """What stands in the columns of the files: dates, amounts, names of owners and stages."""

    dates: Counter[str] = field(default_factory=Counter)
    amounts: list[str] = field(default_factory=list)
    owners: dict[str, None] = field(default_factory=dict)
    stages: dict[str, None] = field(default_factory=dict)
    roles: dict[str, None] = field(default_factory=dict)
    has_status: bool = False


@lru_cache(maxsize=1)
def usual_columns() -> dict[str, dict[str, dict[str, str]]]:
    """Give the columns of the usual systems by system and kind."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def guess_file(file: Path, settings: Settings) -> Guess:
    """See of which system a file is and what its rows are. Raises FileUnreadable if it is like none.

    Columns that are called like one of the company's own fields, or like what people do, are proposed as that.
    """
    shape = look_at(file)
    found = [
        (_likeness(shape, columns, kind), -number, system, kind)
        for number, (system, kinds) in enumerate(usual_columns().items())
        for kind, columns in kinds.items()
    ]
    likeness, _, system, kind = max(found)
    if likeness < 2:
        kinds = ", ".join(KINDS)
        raise FileUnreadable(
            file, f"no columns that are known; write a [[file]] for it by hand (kinds are {kinds})"
        )
    columns, taken = dict[str, str](), set[str]()
    for name, meant in usual_columns()[system][kind].items():
        at = next((one for one in shape.header if one.casefold() == name.casefold()), None)
        if at is not None and meant not in taken and shape.header.count(at) == 1:
            columns[at] = meant
            taken.add(meant)
    for at in (one for one in shape.header if one not in columns and shape.header.count(one) == 1):
        meant = _own_meant(at, kind, settings)
        if meant and meant not in taken:
            columns[at] = meant
            taken.add(meant)
    return Guess(shape, system, kind, columns)


def _own_meant(column: str, kind: str, settings: Settings) -> str:
    """Give the own field, or the role, that a column seems to be by its name; "" for none."""
    wanted = " ".join(column.casefold().replace("_", " ").split())
    if kind == "contact" and wanted in ROLE_COLUMNS:
        return "role"
    for name, one in fields_of(kind, settings).items():
        if one.own and wanted in (one.own.name.replace("_", " "), one.own.words.casefold()):
            return name
    return ""


def _likeness(shape: Shape, columns: dict[str, str], kind: str) -> float:
    """Count the columns that are known; a kind in the file's name breaks a tie, a missing key counts against it."""
    header = {name.casefold() for name in shape.header}
    known = [meant for name, meant in columns.items() if name.casefold() in header]
    words = {
        "company": ("compan", "organi", "account"),
        "contact": ("contact", "people", "person"),
        "deal": ("deal", "opportunit", "box", "pipeline"),
        "note": ("note",),
        "activity": ("activit", "task", "call", "meeting"),
    }
    is_named = any(word in shape.file.name.lower() for word in words[kind])
    return len(set(known)) + 0.5 * is_named - 0.25 * ("key" not in known)


def guess_mapping(files: Sequence[Path], settings: Settings) -> tuple[str, list[Guess]]:
    """Give the text of a mapping for files, and what was guessed of each. Raises FileUnreadable."""
    guesses = [guess_file(file, settings) for file in files]
    seen = Seen()
    for guess in guesses:
        _look(guess, seen, settings)
    systems = Counter(guess.system for guess in guesses)
    return "".join(_lines(systems.most_common(1)[0][0], guesses, seen, settings)), guesses


def _look(guess: Guess, seen: Seen, settings: Settings) -> None:
    fields = fields_of(guess.kind, settings)
    places = {
        place: guess.columns[name] for place, name in enumerate(guess.shape.header) if name in guess.columns
    }
    for row in islice(read_rows(guess.shape), LOOKED_AT):
        for place, meant in places.items():
            if not row.fault and (cell := row.cells[place]):
                _note(fields[meant].reads, cell, seen)


def _note(reads: str, cell: str, seen: Seen) -> None:
    if reads in ("day", "moment"):
        seen.dates.update(form for form in FORMS if parse_moment(cell, (form,)))
        seen.dates["all"] += 1
    elif reads == "amount" and len(seen.amounts) < LOOKED_AT:
        seen.amounts.append(cell)
    elif reads == "user" and len(seen.owners) < MOST_NAMES:
        seen.owners[cell] = None
    elif reads in ("stage", "status") and len(seen.stages) < MOST_NAMES:
        seen.stages[cell] = None
    elif reads == "roles" and len(seen.roles) < MOST_NAMES:
        seen.roles[cell] = None


def _lines(system: str, guesses: Sequence[Guess], seen: Seen, settings: Settings) -> Iterable[str]:
    yield "# A first mapping, guessed. Look it over, then try it: inboxcrm import-csv FILES --map THIS --dry-run\n\n"
    yield "# Keys are unique within a source: two runs with the same one take nothing in twice.\n"
    yield f"source = {_quoted(system)}\n"
    forms, is_sure = _date_forms(seen)
    if not is_sure:
        yield f"# Day and month could not be told apart for sure: {' or '.join(map(repr, forms))}?\n"
    yield '# How dates are written: "iso" (2026-01-31), or forms such as %d/%m/%Y.\n'
    yield f"date = {_quoted(forms if is_sure else forms[:1])}\n"
    yield f"decimal = {_quoted(_decimal(seen.amounts))}\n"
    yield f"# Of amounts that name none.\ncurrency = {_quoted(settings.company.currency)}\n"
    yield f"# Who gets what is nobody's here.\nowner = {_quoted(settings.manager.key)}\n"
    if seen.owners:
        yield '\n# Which of your users is meant; "" is the owner above.\n[owners]\n'
        yield from (f"{_quoted(name)} = {_quoted(_user(name, settings))}\n" for name in seen.owners)
    if seen.stages:
        names = settings.pipeline_of("new").names
        yield f"\n# {', '.join(names)}, open, won or lost.\n[stages]\n"
        yield from (f"{_quoted(name)} = {_quoted(_stage(name, names))}\n" for name in seen.stages)
    if seen.roles:
        known = settings.people.roles
        yield f'\n# Which role of yours is meant: {", ".join(known)}; "" is none.\n[roles]\n'
        yield from (f"{_quoted(name)} = {_quoted(_role(name, known))}\n" for name in seen.roles)
    for guess in sorted(guesses, key=lambda one: KINDS.index(one.kind)):
        yield from _file_lines(guess, settings)


def _file_lines(guess: Guess, settings: Settings) -> Iterable[str]:
    yield f"\n[[file]]\nname = {_quoted(guess.shape.file.name)}\nkind = {_quoted(guess.kind)}\n[file.columns]\n"
    yield from (f"{_quoted(name)} = {_quoted(meant)}\n" for name, meant in guess.columns.items())
    for name in dict.fromkeys(guess.shape.header):
        if name and name not in guess.columns:
            yield f"# {_quoted(name)} = \n"
    left = [name for name in fields_of(guess.kind, settings) if name not in guess.columns.values()]
    yield f"# also: {', '.join(left)}\n" if left else ""


def _quoted(value: str | Sequence[str]) -> str:
    return json.dumps(value if isinstance(value, str) else list(value), ensure_ascii=False)


def _date_forms(seen: Seen) -> tuple[list[str], bool]:
    """Give the forms in which all dates can be read; whether there is no other way to read them."""
    count = seen.dates.pop("all", 0)
    fits = [form for form in FORMS if count and seen.dates[form] == count]
    if fits:
        ways = {form.partition(" ")[0].replace("/", "-") for form in fits}
        return fits, len(ways) == 1
    used = [form for form in FORMS if seen.dates[form]]
    return (used or ["iso"]), True


def _decimal(amounts: Sequence[str]) -> str:
    as_point, as_comma = (sum(parse_amount(one, sign) is not None for one in amounts) for sign in ".,")
    return "," if as_comma > as_point else "."


def _user(name: str, settings: Settings) -> str:
    wanted = name.casefold()
    for user in settings.user:
        if wanted in (user.key, user.name.casefold(), user.address):
            return user.key
    return ""


def _role(name: str, known: Sequence[str]) -> str:
    wanted = " ".join(name.casefold().split())
    return wanted if wanted in known else next((one for one in known if one in wanted), "")


def _stage(name: str, names: Sequence[str]) -> str:
    wanted = name.casefold()
    if exact := next((one for one in (*names, *ENDS, "open") if one.casefold() == wanted), ""):
        return exact
    meant = next((stage for word, stage in STAGE_WORDS if word in wanted), "")
    return meant if meant in (*names, *ENDS) else names[0]
