"""Run as a program: mutate the mails of a folder for so many seconds, by atheris where it is installed.

Prints how many inputs were tried. A fault ends it with a traceback and the bytes.
"""

from __future__ import annotations

import importlib.util
import random
import sys
import time
from pathlib import Path

from tests.mail.fuzzing import check_mail, mutated

SEED = 20250303


def by_hand(seeds: list[bytes], seconds: int) -> None:
    """The same bytes in each run: without knowing which branches they reach."""
    chance, until, count = random.Random(SEED), time.monotonic() + seconds, 0
    while time.monotonic() < until:
        raw = mutated(seeds, chance)
        try:
            check_mail(raw)
        except BaseException:
            print(repr(raw))
            raise
        count += 1
    print(f"Done {count} runs")


def by_atheris(folder: Path, seconds: int) -> None:
    """Guided by the branches of our own parser; libFuzzer ends the process and prints `Done … runs`."""
    import atheris

    with atheris.instrument_imports(include=["inboxcrm.mail"]):
        for name in [one for one in sys.modules if one.startswith(("inboxcrm.mail", "tests.mail.fuzzing"))]:
            del sys.modules[name]
        from tests.mail.fuzzing import check_mail as check
    places = [f"-artifact_prefix={folder.parent}/", str(folder)]
    options = [f"-max_total_time={seconds}", "-max_len=8000", "-timeout=10", f"-seed={SEED}", "-verbosity=1"]
    atheris.Setup([sys.argv[0], *options, *places], lambda raw: check(raw) and None)
    atheris.Fuzz()


if __name__ == "__main__":
    mails, limit_s = Path(sys.argv[1]), int(sys.argv[2])
    if importlib.util.find_spec("atheris"):
        by_atheris(mails, limit_s)
    else:
        by_hand([file.read_bytes() for file in sorted(mails.iterdir())], limit_s)
