"""Leads, opportunities, people and tasks. Writes events; never calls rules, intake or the outbox."""

from __future__ import annotations
