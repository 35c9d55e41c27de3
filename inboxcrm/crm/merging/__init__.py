"""Records that turned out to be one: how they are found, made one, and taken apart again (LD-3, LD-4)."""
