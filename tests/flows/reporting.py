"""Pytest's options of the flow tests, and what the flow tests tell at the end, from all workers of pytest."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--kills N`, `--intake-kills N`, `--mails N` and `--orders N`."""
    parser.addoption("--kills", type=int, default=30, help="how many seeds the kill test runs (30)")
    parser.addoption("--intake-kills", type=int, default=24, help="seeds of the kills of intake (24)")
    parser.addoption("--mails", type=int, default=60, help="mails of the mailboxes of these kills (60)")
    parser.addoption("--robot-steps", type=int, default=80, help="mails between two companies' robots (80)")
    parser.addoption("--orders", type=int, default=20, help="orders in which mail is taken in (20)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was killed and which kills bit, and what became of the corpus or that it was left out."""
    if kills := _told(terminalreporter, "kill"):
        terminalreporter.section("kills")
        terminalreporter.write_line(
            f"{len(kills)} runs, of which {sum(': bit,' in one for one in kills)} bit"
        )
        for one in sorted(kills, key=lambda line: int(line.split()[1].rstrip(":"))):
            terminalreporter.write_line(one)
    for name in ("intake kill", "orders"):
        if told := _told(terminalreporter, name):
            terminalreporter.section(f"{name}s" if name.endswith("kill") else name)
            for one in told:
                terminalreporter.write_line(one)
    if corpus := _told(terminalreporter, "corpus"):
        terminalreporter.section("corpus")
        for one in sorted(corpus):
            terminalreporter.write_line(one)


def _told(terminalreporter: pytest.TerminalReporter, wanted: str) -> list[str]:
    reports = [report for found in terminalreporter.stats.values() for report in found]
    return [
        str(value)
        for report in reports
        if getattr(report, "when", "") == "call"
        for name, value in report.user_properties
        if name == wanted
    ]
