"""Calls of webhooks: each is a row, tried until it was taken or 48 hours are over (OP-16)."""
