"""Boxes that belong together: the organization box and its deals (OP-6)."""
