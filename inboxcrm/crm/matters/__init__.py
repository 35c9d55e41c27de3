"""What access to all boxes depends on, asked at once (MG-6)."""
