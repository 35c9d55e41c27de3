"""The processes: poller, RQ jobs, ticker, and the supervisor that runs them on one machine."""

from __future__ import annotations
