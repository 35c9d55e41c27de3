"""Organizations and the domains by which they are known."""
