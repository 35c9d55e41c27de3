"""Mail becomes records: parsed, proven, classified, threaded, matched, filed, each with its reason."""

from __future__ import annotations
