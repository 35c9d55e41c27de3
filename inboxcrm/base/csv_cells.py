"""Cells of CSV files: what a spreadsheet would take for a formula is defused, and read back as it was (V13)."""

from __future__ import annotations

FORMULA_SIGNS = ("=", "+", "-", "@", "\t", "\r")
_DEFUSED = tuple(f"'{sign}" for sign in (*FORMULA_SIGNS, "'"))


def safe_cell(text: str) -> str:
    """Give a text as a cell that no spreadsheet reads as a formula: an apostrophe stands before it."""
    return f"'{text}" if text.startswith(FORMULA_SIGNS) or text.startswith(_DEFUSED) else text


def plain_cell(cell: str) -> str:
    """Give the text of a cell, without blanks around it and without the apostrophe that defuses it."""
    return (cell[1:] if cell.startswith(_DEFUSED) else cell).strip(" \r\n\u00a0")
