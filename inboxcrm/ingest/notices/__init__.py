"""Notices: what a user is told of a mail, when, what goes along with it, and how he answers the customer (EM-1)."""

from __future__ import annotations
