"""Projects: what is delivered because of a won deal (OP-16)."""
