"""The times in which our own people are away."""
