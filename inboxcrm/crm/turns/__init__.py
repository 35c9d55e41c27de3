"""Whose turn it is to get a lead."""
