"""Waking the workers: one queue in Redis whose jobs say that there is work, and never what it is.

The database is the truth (V5). A wake that is lost costs seconds, one too many costs a look.
"""

from __future__ import annotations
