"""Which characters a font can show, read from its cmap table (OpenType 1.9, formats 4 and 12).

PDF/A forbids a character without a glyph, so a paper with one could not be made at all. What the font lacks is
replaced before it is set.
"""

from __future__ import annotations

import struct
from collections.abc import Iterator
from functools import cache
from pathlib import Path


@cache
def covered_characters(font: Path) -> frozenset[int]:
    """The code points for which the TrueType or OpenType file has a glyph. The answer is kept for the process."""
    data = font.read_bytes()
    cmap = _table_offset(data, b"cmap")
    covered: set[int] = set()
    (count,) = struct.unpack_from(">H", data, cmap + 2)
    for index in range(count):
        (offset,) = struct.unpack_from(">I", data, cmap + 8 + index * 8)
        covered.update(_mapped_points(data, cmap + offset))
    return frozenset(covered)


def _table_offset(data: bytes, tag: bytes) -> int:
    (count,) = struct.unpack_from(">H", data, 4)
    for index in range(count):
        name, _, offset, _ = struct.unpack_from(">4sIII", data, 12 + index * 16)
        if name == tag:
            return int(offset)
    raise ValueError(f"the font has no table {tag.decode()}")


def _mapped_points(data: bytes, at: int) -> Iterator[int]:
    (form,) = struct.unpack_from(">H", data, at)
    if form == 4:
        yield from _format_4_points(data, at)
    elif form == 12:
        (groups,) = struct.unpack_from(">I", data, at + 12)
        for index in range(groups):
            start, end, _ = struct.unpack_from(">III", data, at + 16 + index * 12)
            yield from range(start, end + 1)


def _format_4_points(data: bytes, at: int) -> Iterator[int]:
    (double_count,) = struct.unpack_from(">H", data, at + 6)
    count = double_count // 2
    ends = struct.unpack_from(f">{count}H", data, at + 14)
    starts = struct.unpack_from(f">{count}H", data, at + 16 + double_count)
    deltas = struct.unpack_from(f">{count}H", data, at + 16 + 2 * double_count)
    offsets_at = at + 16 + 3 * double_count
    offsets = struct.unpack_from(f">{count}H", data, offsets_at)
    for index in range(count):
        for point in range(starts[index], ends[index] + 1):
            glyph = point
            if offsets[index]:
                place = offsets_at + 2 * index + offsets[index] + 2 * (point - starts[index])
                (glyph,) = struct.unpack_from(">H", data, place)
                if glyph == 0:
                    continue
            if (glyph + deltas[index]) & 0xFFFF:
                yield point
