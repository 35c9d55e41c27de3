"""Tags: short words on a box, by which rules and people find it again."""
