"""What is needed besides facts to tell how leads and deals were at a past moment."""

from __future__ import annotations
