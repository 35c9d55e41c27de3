"""Whether a lead is big: by the users, the amount or the employees that it names, as `[leads] big_from` says (LD-6)."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from inboxcrm.base.settings_leads import BigFrom
    from inboxcrm.crm.records import Lead

LONGEST = 5_000
_NUMBER = re.compile(
    r"(?<![\w.,-])(\d{1,3}(?:[.,' ]\d{3}){1,3}|\d{1,9})(?:[.,]\d{1,2})?(?![\d%])\s?(k\b|K\b)?"
)
_WORD = re.compile(r"[^\W\d_]+")
WORDS_AFTER = 3  # in which the word of a number is looked for: "250 of our users"
USERS = frozenset((
    "user", "users", "licence", "licences", "license", "licenses", "seat", "seats",
    "gebruiker", "gebruikers", "licentie", "licenties", "werkplekken",
    "benutzer", "nutzer", "anwender", "lizenz", "lizenzen",
    "utilisateur", "utilisateurs", "licences", "postes",
    "usuario", "usuarios", "licencia", "licencias",
    "utente", "utenti", "licenza", "licenze", "bruker", "brukere", "lisens", "lisenser",
))  # fmt: skip
EMPLOYEES = frozenset((
    "employee", "employees", "staff", "people", "medewerker", "medewerkers", "werknemers", "mitarbeiter",
    "mitarbeitende", "mitarbeitern", "angestellte", "employés", "salariés", "collaborateurs", "empleados", "dipendenti",
    "ansatte", "anställda", "medarbejdere",
))  # fmt: skip
_CURRENCY = re.compile(r"(?:[€$£]|\b(?:eur|euros?|usd|gbp|chf|nok|sek|dkk)\b)", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Named:
    """The greatest numbers that a lead names: users or licences, employees, and money without its currency."""

    users: int = 0
    employees: int = 0
    amount: int = 0


def is_big(big_from: BigFrom, lead: Lead) -> bool:
    """Tell whether a lead is big; without any number in `big_from` none is."""
    if big_from.users is big_from.amount is big_from.employees is None:
        return False
    named = numbers_named(f"{lead.box.name}\n{lead.need}")
    details = lead.details or {}
    users = max(named.users, _number(details.get("count")))
    amount = max(named.amount, _number(details.get("amount")))
    pairs = ((users, big_from.users), (amount, big_from.amount), (named.employees, big_from.employees))
    return any(least is not None and found >= least for found, least in pairs)


def numbers_named(text: str) -> Named:
    """Give the greatest number of users, of employees and of money that a text names."""
    text = text[:LONGEST]
    found: dict[str, list[int]] = {"users": [0], "employees": [0], "amount": [0]}
    for number, before, after in _numbers(text):
        words = {word.casefold() for word in _WORD.findall(after)[:WORDS_AFTER]}
        if _CURRENCY.search(before[-4:]) or _CURRENCY.match(after.strip()):
            found["amount"].append(number)
        elif words & USERS:
            found["users"].append(number)
        elif words & EMPLOYEES:
            found["employees"].append(number)
    return Named(**{name: max(values) for name, values in found.items()})


def _numbers(text: str) -> Iterator[tuple[int, str, str]]:
    """Give each number with the characters before and after it, none of them of the next number."""
    for match in _NUMBER.finditer(text):
        value = int(re.sub(r"\D", "", match[1])) * (1000 if match[2] else 1)
        after = text[match.end() : match.end() + 60].split("\n", 1)[0]
        yield value, text[max(0, match.start() - 5) : match.start()], re.split(r"\d", after, maxsplit=1)[0]


def _number(value: object) -> int:
    match = _NUMBER.search(str(value or ""))
    return int(re.sub(r"\D", "", match[1])) if match else 0
