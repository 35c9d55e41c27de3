"""Runs of sequences: rules whose steps wait, one run for each record at a time (EM-8)."""
