"""Papers: the PDF of a frozen document (DESIGN section 3)."""

from __future__ import annotations
