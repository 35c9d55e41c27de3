"""Leads and deals that get another rep (OP-15)."""
