"""Writes everything that is kept to a folder: CSV, JSON lines, mbox and PDF, with a manifest."""
