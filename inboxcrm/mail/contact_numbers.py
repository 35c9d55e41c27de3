"""Telephone and VAT numbers in foreign text: found, checked, and in one form for all (IN-9).

The libraries are large and few mails need them, so they are imported where they are used.
"""

from __future__ import annotations

import re
from dataclasses import dataclass

LONGEST = 2_000
MOST = 10
_DIGITS = re.compile(r"\d")
# Numbers that look like telephones and are none: registers, banks, tax, dates.
_OTHER_NUMBER = re.compile(
    r"\b(?:kvk|btw|vat|ust|tva|iva|nif|cif|iban|bic|swift|hrb|siret|siren|cvr|org|nip|regon|konto)\b",
    re.IGNORECASE,
)
_FAX = re.compile(r"(?:\bf(?:ax)?|\btelefax|\bfaks)\s?[.:]?\s?$", re.IGNORECASE)
_VAT_LABEL = re.compile(
    r"(?<!\w)(?:vat|btw|ust|ust-id|ustid|uid|tva|iva|p\.? ?iva|nif|cif|mva|moms|cvr|nip|se-nr)(?!\w)",
    re.IGNORECASE,
)
_COUNTRIES = "AT|BE|BG|CY|CZ|DE|DK|EE|EL|ES|FI|FR|GB|HR|HU|IE|IT|LT|LU|LV|MT|NL|NO|PL|PT|RO|SE|SI|SK|XI|CHE"
_VAT = re.compile(rf"(?<![A-Z0-9])(?:{_COUNTRIES})[ .-]?[0-9A-Z](?:[ .-]?[0-9A-Z]){{6,13}}(?![A-Z0-9])")
_BARE_VAT = re.compile(r"(?<![A-Za-z0-9])[0-9](?:[ .-]?[0-9B]){6,13}(?![A-Za-z0-9])")  # NL has a B in it


@dataclass(frozen=True, slots=True)
class NumberAt:
    """A number in its one form, and where in the text it stands."""

    value: str
    start: int
    end: int


def find_phones(line: str, region: str) -> list[NumberAt]:
    """Give the telephone numbers of a line as E.164; `region` (ISO 3166) is that of numbers without country code.

    Fax numbers and those behind the words of registers, banks and taxes are left out.
    """
    line = line[:LONGEST]
    if sum(1 for _ in _DIGITS.finditer(line)) < 7:
        return []
    import phonenumbers

    found = []
    for match in phonenumbers.PhoneNumberMatcher(line, region or None, max_tries=50):
        before = line[max(0, match.start - 25) : match.start]
        if _FAX.search(before) or _OTHER_NUMBER.search(before):
            continue
        value = phonenumbers.format_number(match.number, phonenumbers.PhoneNumberFormat.E164)
        found.append(NumberAt(value, match.start, match.end))
    return found[:MOST]


def read_phone(words: str, region: str) -> str:
    """Give the one telephone number of a form's field as E.164, "" if it is none that can exist."""
    found = find_phones(words, region)
    return found[0].value if len({one.value for one in found}) == 1 else ""


def country_of_phone(number: str) -> str:
    """Give the country (ISO 3166) of a telephone number in E.164, "" if it is of none."""
    import phonenumbers

    try:
        return phonenumbers.region_code_for_number(phonenumbers.parse(number)) or ""
    except phonenumbers.NumberParseException:
        return ""


def find_vat_number(line: str, region: str) -> NumberAt | None:
    """Give the first VAT number of a line whose checksum is right, behind its country's prefix.

    Without a prefix it must stand behind a word such as VAT, and is read as one of `region`.
    """
    line = line[:LONGEST]
    if sum(1 for _ in _DIGITS.finditer(line)) < 7:
        return None
    upper = line.upper() if len(line.upper()) == len(line) else line
    for match in _VAT.finditer(upper):
        if value := _checked(match[0]):
            return NumberAt(value, match.start(), match.end())
    if label := _VAT_LABEL.search(line):
        for match in _BARE_VAT.finditer(line, label.end()):
            if value := _checked(f"{region}{match[0]}"):
                return NumberAt(value, match.start(), match.end())
    return None


def read_vat_number(words: str, region: str) -> str:
    """Give the VAT number of a form's field, "" if its checksum is wrong."""
    found = find_vat_number(words, region) or find_vat_number(f"VAT {words}", region)
    return found.value if found else ""


def _checked(written: str) -> str:
    """Give a VAT number in its one form, "" if there is no such number."""
    from stdnum import exceptions
    from stdnum.ch import vat as swiss
    from stdnum.eu import vat as european
    from stdnum.gb import vat as british
    from stdnum.no import mva as norwegian

    number = re.sub(r"[ .-]", "", written)
    prefix, library, suffix = {
        "NO": ("NO", norwegian, "MVA"),
        "CH": ("CHE", swiss, "MWST"),
        "GB": ("GB", british, ""),
    }.get(number[:2], ("", european, ""))
    for candidate in (number, f"{number}{suffix}"):
        try:
            value = str(library.validate(candidate))
        except exceptions.ValidationError:
            continue
        return value if value.startswith(number[:2]) else f"{prefix}{value}"
    return ""
