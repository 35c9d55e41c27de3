"""Erases a person: his rows, mails, letters and words, and what stays of him for the law (GDPR articles 17 and 18)."""
