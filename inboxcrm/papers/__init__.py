"""Papers: the PDF of a frozen document."""

from __future__ import annotations
