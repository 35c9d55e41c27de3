"""A password or secret of the configuration: written there, or where else it stands; read when it is needed.

Four spellings: `"text"`, `{ env = "NAME" }`, `{ file = "path" }`, `{ command = ["program", "argument"] }`. A value
never shows in a repr, a log line or an error.
"""

from __future__ import annotations

import os
import subprocess
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any, Self

from inboxcrm.base.errors import ConfigError

COMMAND_TIMEOUT_S = 10
MOST_BYTES = 65_536
WAYS = '"text", { env = "NAME" }, { file = "path" } or { command = ["program", "argument"] }'


class SecretUnreadable(ConfigError):
    """A secret is not where the configuration says; names file, line and key, and what would be right."""

    def __init__(self, place: str, problem: str) -> None:
        super().__init__(f"{place or 'configuration'}: {problem}")


@dataclass(frozen=True, slots=True)
class Secret:
    """Where a secret is. At most one of the four is set; none means that there is no secret."""

    plain: str = field(default="", repr=False)
    env: str = ""
    file: str = ""
    command: tuple[str, ...] = ()
    place: str = field(default="", compare=False)  # file:line: key, for errors
    home: Path = field(default=Path(), compare=False)  # relative files are counted from here

    @classmethod
    def from_value(cls, value: Any) -> Self:
        """Read one of the four spellings; ValueError says what would be right and repeats nothing."""
        if isinstance(value, cls):
            return value
        if isinstance(value, str):
            return cls(plain=value)
        if isinstance(value, dict) and len(value) == 1:
            match value:
                case {"env": str(name)} if name:
                    return cls(env=name)
                case {"file": str(path)} if path:
                    return cls(file=path)
                case {"command": [*words]} if words and all(isinstance(w, str) and w for w in words):
                    return cls(command=tuple(words))
        raise ValueError(f"should be {WAYS}")

    def __bool__(self) -> bool:
        return bool(self.plain or self.env or self.file or self.command)

    def placed(self, place: str, home: Path) -> Self:
        """Give the same secret that knows where in which file it is configured."""
        return replace(self, place=place, home=home)

    def read(self) -> str:
        """Give the secret itself, without the line end of a file or command. Raises SecretUnreadable."""
        if self.env:
            return self._checked(os.environ.get(self.env, ""), f"the environment variable {self.env}")
        if self.file:
            return self._checked(self._read_file(), f"the file {self.home / self.file}")
        if self.command:
            return self._checked(self._ask_command(), f"the output of {self.command[0]}")
        return self.plain

    def _checked(self, text: str, what: str) -> str:
        text = text.rstrip("\r\n")
        if not text:
            raise SecretUnreadable(self.place, f"{what} is empty or not there; it should hold the secret")
        if any(ord(char) < 32 for char in text):
            raise SecretUnreadable(
                self.place, f"{what} has several lines or control characters; one is right"
            )
        return text

    def _read_file(self) -> str:
        path = self.home / Path(self.file).expanduser()
        try:
            with path.open("rb") as stream:
                return stream.read(MOST_BYTES).decode("utf-8-sig")
        except OSError as error:
            raise SecretUnreadable(self.place, f"{path} cannot be read ({error.strerror})") from error
        except UnicodeDecodeError:
            raise SecretUnreadable(self.place, f"{path} is not UTF-8 text") from None

    def _ask_command(self) -> str:
        """Run the program without a shell; what it prints to standard error is not repeated."""
        name = self.command[0]
        try:
            done = subprocess.run(
                self.command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.PIPE,
                stderr=subprocess.DEVNULL,
                timeout=COMMAND_TIMEOUT_S,
                check=False,
            )
            text = done.stdout[:MOST_BYTES].decode("utf-8")
        except subprocess.TimeoutExpired:
            raise SecretUnreadable(
                self.place,
                f"{name} gave no answer in {COMMAND_TIMEOUT_S} s; it must not ask anybody anything",
            ) from None
        except OSError as error:
            raise SecretUnreadable(self.place, f"{name} cannot be run ({error.strerror})") from error
        except (UnicodeDecodeError, ValueError):
            raise SecretUnreadable(self.place, f"what {name} prints is not UTF-8 text") from None
        if done.returncode:
            raise SecretUnreadable(self.place, f"{name} ended with code {done.returncode}; 0 is right")
        return text
