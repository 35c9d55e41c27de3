"""What is needed besides facts to tell how mails and their boxes were at a past moment."""

from __future__ import annotations
