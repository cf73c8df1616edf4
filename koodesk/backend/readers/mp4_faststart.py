# SPDX-License-Identifier: Apache-2.0
"""An mp4 or 3gp of our own, put in the order in which it plays while it still arrives: the index before the pictures.

FFmpeg's own way reads its output again by name, and a reader child has no file to write to. Standard library only.
"""

from __future__ import annotations

import struct
from typing import Final

_PARENTS: Final = frozenset((b"moov", b"trak", b"mdia", b"minf", b"stbl"))


def index_first(data: bytes) -> bytes:
    """Return the file with `moov` before `mdat` and every chunk's place set right; unchanged when it stands so already.

    For files this program has just written: one of each box, places of 32 or 64 bits. Raises ValueError for another.
    """
    boxes = _boxes(data, 0, len(data))
    kinds = [kind for kind, *_ in boxes]
    if kinds.count(b"moov") != 1 or kinds.count(b"mdat") != 1:
        raise ValueError("not one index and one box of pictures")
    if kinds.index(b"moov") < kinds.index(b"mdat"):
        return data
    parts = {kind: data[start:end] for kind, start, _, end in boxes}
    head = b"".join(parts[kind] for kind in (b"ftyp",) if kind in parts)
    old = next(body for kind, _, body, _ in boxes if kind == b"mdat")
    mdat = parts[b"mdat"]
    new = len(head) + len(parts[b"moov"]) + (old - next(s for kind, s, *_ in boxes if kind == b"mdat"))
    return head + _moved(parts[b"moov"], new - old) + mdat


def _moved(moov: bytes, by: int) -> bytes:
    changed = bytearray(moov)
    pending = [(0, len(moov))]
    while pending:
        for kind, _, body, end in _boxes(moov, *pending.pop()):
            if kind in _PARENTS:
                pending.append((body, end))
            elif kind in (b"stco", b"co64"):
                form = ">I" if kind == b"stco" else ">Q"
                (count,) = struct.unpack_from(">I", moov, body + 4)
                for at in range(body + 8, body + 8 + count * struct.calcsize(form), struct.calcsize(form)):
                    struct.pack_into(form, changed, at, struct.unpack_from(form, moov, at)[0] + by)
    return bytes(changed)


def _boxes(data: bytes, start: int, end: int) -> list[tuple[bytes, int, int, int]]:
    """Return kind, start, start of the content, and end of each box of a range."""
    found = []
    while start + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, start)
        body = start + 8
        if length == 1:
            (length,) = struct.unpack_from(">Q", data, body)
            body += 8
        if length < body - start or start + length > end:
            raise ValueError("a box that does not end")
        found.append((kind, start, body, start + length))
        start += length
    return found
