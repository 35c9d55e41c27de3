"""What is expected of open deals, and what was won."""
