"""Old mail out of files: mbox, Maildir, a folder of .eml, as the history of an account (IN-16)."""
