"""Writes to a folder all that is held about one person, with a README for whoever gets it."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

from inboxcrm.app.export import store as whole
from inboxcrm.app.export.folder import write_mails, write_papers
from inboxcrm.app.export.person.rows.store import HIS, NOT_HIS, SHEETS
from inboxcrm.app.export.person.scope import Scope
from inboxcrm.app.export.person.store import mails_of, papers_of, rows_where, scope_of
from inboxcrm.app.export.seen import Shows, shown_to
from inboxcrm.app.export.writing import Export, Files, filled_folder
from inboxcrm.base.database import Session
from inboxcrm.base.errors import Refused
from inboxcrm.base.settings import User
from inboxcrm.base.work import Office
from inboxcrm.ingest.search.index import index_messages
from inboxcrm.sales.access import Sight

README = """\
All that {company} holds in this system about {who}, as of {at}.

person.json       the addresses and names under which the person is known, and how much there is
*.csv             the same rows for a spreadsheet; records/*.jsonl has every field of them
mails/            the mails that the person wrote or received, as they came, one mbox file for each matter
papers/           documents of the person's matters, as PDF
suppressions.csv  addresses to which no letter is sent any more, and why
manifest.json     every file with its rows, its size and its SHA-256; and what is left out, and why

Other people's personal data stand in it as far as they stand in mails that the person wrote or received, in the
documents and in the history of the person's own matters. Before you hand it to the person, or to anybody else, look
through mails/ and papers/: what would harm the rights of others is to be taken out (GDPR, article 15, 4).
What was erased is not in it, nor what the mail servers and backups hold.
"""


class NobodyKnown(Refused):
    """Nothing is held about an address, or nothing that may be seen."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"nothing is known of {address!r}: no contact, no mail, no letter;"
            " `inboxcrm search NAME` finds the address of a person"
        )


class OneOfOurOwn(Refused):
    """The export is of people outside: of our own ones every record says something."""

    def __init__(self, address: str) -> None:
        super().__init__(
            f"{address!r} is one of your own; this is for people outside, and `inboxcrm export FOLDER --as`"
            " writes what one of your own sees"
        )


def export_person(
    office: Office, folder: Path, address: str, tell: Callable[[str], None], user: User | None = None
) -> Files:
    """Write all that is held about the owner of an address, as of one moment; give the files.

    With a user only what he may see (MG-6). Raises NobodyKnown, OneOfOurOwn, FolderInTheWay.
    """
    if office.settings.is_inside(address):
        raise OneOfOurOwn(address)
    index_messages(office)  # his mails are found by their words
    with whole.open_snapshot(office.engine) as session, session.begin():
        shows = shown_to(session, Sight(session, office.settings, user, office.clock.now()))
        scope = scope_of(session, address)
        if not _is_known(session, scope, shows):
            raise NobodyKnown(address)
        about = {
            "person": address,
            "as": user.key if user else None,
            "left_out": {**_not_his(), **{name: why for name, why in shows.left_out.items() if name in HIS}},
        }
        with filled_folder(office, folder, tell, about) as export:
            export.write_text("README.txt", _readme(office, address))
            _write_rows(export, session, scope, shows)
            write_mails(export, session, (row for row in mails_of(session, scope) if shows("message", row)))
            write_papers(
                export, session, (row for row in papers_of(session, scope) if shows("document", row))
            )
            _write_summary(export, session, scope, shows)
    return export.files


def _is_known(session: Session, scope: Scope, shows: Shows) -> bool:
    """Tell whether there is a row about him that may be seen."""
    tables = (name for name in HIS if name not in shows.left_out)
    return any(
        shows(name, row) for name in tables for row in rows_where(session, name, HIS[name](session, scope))
    )


def _not_his() -> dict[str, str]:
    inside = "nothing about people outside stands in it"
    return {name: NOT_HIS.get(name, inside) for name in whole.table_names() if name not in HIS}


def _write_rows(export: Export, session: Session, scope: Scope, shows: Shows) -> None:
    for name, condition in HIS.items():
        if name not in shows.left_out:
            rows = (row for row in rows_where(session, name, condition(session, scope)) if shows(name, row))
            export.write_lines(f"records/{name}.jsonl", rows)
    for sheet, name in SHEETS.items():
        rows = (row for row in rows_where(session, name, HIS[name](session, scope)) if shows(name, row))
        export.write_csv(sheet, whole.columns_of(name), (list(row.values()) for row in rows))


def _write_summary(export: Export, session: Session, scope: Scope, shows: Shows) -> None:
    rows = [
        row for row in rows_where(session, "contact", HIS["contact"](session, scope)) if shows("contact", row)
    ]
    counts = {
        name.removeprefix("records/").removesuffix(".jsonl"): one["rows"]
        for name, one in export.files.items()
        if name.startswith("records/") and one["rows"]
    }
    facts = {
        "addresses": list(scope.addresses),
        "names": sorted({row["name"] for row in rows if row["name"]}),
        "rows": counts,
    }
    export.write_text("person.json", json.dumps(facts, ensure_ascii=False, indent=2) + "\n")


def _readme(office: Office, address: str) -> str:
    at = office.clock.now().astimezone(office.settings.company.zone)
    return README.format(company=office.settings.company.name, who=address, at=f"{at:%Y-%m-%d %H:%M %Z}")
