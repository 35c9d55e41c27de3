"""The whole system on one machine with servers of its own, to be looked at and played with."""

from __future__ import annotations
