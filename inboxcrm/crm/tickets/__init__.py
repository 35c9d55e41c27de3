"""Tickets: a matter of a known customer that is handled in steps, with its deal on the same box (RN-1)."""
