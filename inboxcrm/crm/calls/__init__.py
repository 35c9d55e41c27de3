"""Telephone calls with people outside (IN-14)."""
