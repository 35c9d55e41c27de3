"""An owner at the command line: gives commands, and sees what is printed and how they end."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest

from inboxcrm.app.office import open_office
from inboxcrm.base.settings_file import load_settings
from inboxcrm.base.work import Office
from inboxcrm.cli.config_text import config_text
from inboxcrm.cli.start import Start, start_program
from tests.ingest.building import HandClock, settings_values
from tests.servers.dovecot import ImapTestServer
from tests.servers.smtp import SmtpTestServer


@dataclass(frozen=True, slots=True)
class Told:
    """How a command ended and what it said."""

    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)


@dataclass(slots=True)
class Shop:
    """A folder in which the owner works."""

    folder: Path
    imap: ImapTestServer
    smtp: SmtpTestServer
    capfd: pytest.CaptureFixture[str]
    clock: HandClock = field(default_factory=HandClock)

    @property
    def config(self) -> Path:
        return self.folder / "config.toml"

    @property
    def database(self) -> Path:
        """The file of a system that was set up; nobody else has it open, so what stood beside it is let go."""
        file = self.folder / "data" / "inboxcrm.db"
        for beside in file.parent.glob("inboxcrm.db-*"):
            beside.unlink()
        return file

    def say(self, *words: str, config: Path | None = None) -> Told:
        """Give a command on this shop's configuration."""
        return self.say_plainly(*words, "--config", str(config or self.config))

    def say_plainly(self, *words: str) -> Told:
        self.capfd.readouterr()
        code = start_program(words, Start(self.clock))
        out, err = self.capfd.readouterr()
        return Told(code, out, err)

    def answers(self, **sections: Any) -> Path:
        """The answers to `init`, with all particulars."""
        values = settings_values(imap=self.imap.port, smtp=self.smtp.port)
        values["company"] |= {
            "address": ["Herengracht 1"],
            "vat_number": "NL1",
            "register_number": "KvK 1",
            "iban": "NL91",
        }
        file = self.folder / "answers.toml"
        file.write_text(config_text(values | sections))
        return file

    def open(self, **sections: Any) -> None:
        """Set the system up."""
        told = self.say("init", "--answers", str(self.answers(**sections)))
        assert told.code == 0, told.out + told.err

    def rewrite(self, old: str, new: str) -> None:
        """Edit config.toml by hand."""
        text = self.config.read_text()
        assert old in text
        self.config.write_text(text.replace(old, new))

    def office(self) -> Office:
        return open_office(load_settings(self.config), clock=self.clock)
