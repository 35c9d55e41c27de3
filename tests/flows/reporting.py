"""Pytest's option `--kills N`, and what the flow tests tell at the end, from all workers of pytest."""

from __future__ import annotations

import pytest


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--kills N`."""
    parser.addoption("--kills", type=int, default=30, help="how many seeds the kill test runs (30)")


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    """Say what was killed and which kills bit, and what became of the corpus or that it was left out."""
    if kills := _told(terminalreporter, "kill"):
        terminalreporter.section("kills")
        terminalreporter.write_line(
            f"{len(kills)} runs, of which {sum(': bit,' in one for one in kills)} bit"
        )
        for one in sorted(kills, key=lambda line: int(line.split()[1].rstrip(":"))):
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
