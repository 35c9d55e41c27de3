"""Which rows of each table are about a person."""
