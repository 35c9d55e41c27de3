"""Keeping step with the folders of a mailbox: what is new, what lay there before, what moved, what has gone."""
