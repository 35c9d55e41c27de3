"""What hangs on a person beside his mails, boxes and letters."""
