# SPDX-License-Identifier: Apache-2.0
"""The outer structure of an mp4, looked at before any decoder is: is it one, is it whole, does it point outside.

A file is a list of boxes (four bytes length, four bytes kind, content; ISO/IEC 14496-12). Standard library only. What
the tracks hold is for `videos`.
"""

from __future__ import annotations

import mmap
import struct
from collections.abc import Iterator
from dataclasses import dataclass, field
from typing import Final

from koodesk.domain.problem import Refused, problem

_BRANDS: Final = frozenset(
    (b"isom", b"mp41", b"mp42", b"mp71", b"avc1", b"MSNV", b"M4V ", b"M4VH", b"M4VP", b"dash", b"cmfc", b"f4v ")
) | {b"iso%d" % n for n in range(2, 10)}  # fmt: skip
"""Brands of mp4. A file that is mainly QuickTime, 3GP, a picture or sound says so in its first brand."""

CONTAINERS: Final = frozenset(("mp4", "3gp", "mov"))
"""The three of one family that FFmpeg's mp4 reader opens."""
MP4: Final = frozenset(("mp4",))

Data = bytes | mmap.mmap
"""A file's content, in memory or where it lies."""

_OLD_FIRST: Final = (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot")
_OTHER_FIRST: Final = (
    b"heic",
    b"heix",
    b"mif1",
    b"msf1",
    b"avif",
    b"avis",
    b"M4A ",
    b"M4B ",
    b"crx ",
)

_PARENTS: Final = frozenset((b"moov", b"trak", b"mdia", b"minf", b"dinf", b"stbl", b"edts", b"mvex"))
_KEPT: Final = frozenset(
    (b"ftyp", b"moov", b"mdat", b"moof", b"mfra", b"sidx", b"styp", b"pdin", b"emsg", b"prft", b"ssix")
)
"""Boxes at the top that playing needs; any other is notes, and is emptied."""
_NOTES: Final = frozenset((b"udta", b"meta", b"uuid", b"free", b"skip", b"wide"))
"""Boxes inside `moov` and `trak` that say where, when and by which device."""

_MOST_BOXES: Final = 20_000
_DEEPEST: Final = 8


@dataclass(frozen=True, slots=True)
class Box:
    """One box: its kind, where it starts, where its content starts and where it ends."""

    kind: bytes
    start: int
    body: int
    end: int


@dataclass(slots=True)
class Structure:
    """What was found: the length the header claims in ms (0: it does not say), and whether it comes in fragments."""

    claimed_ms: int = 0
    fragmented: bool = False
    tracks: list[bytes] = field(default_factory=list)
    notes: list[Box] = field(default_factory=list)
    clocks: list[Box] = field(default_factory=list)


def scan(data: Data, containers: frozenset[str] = MP4) -> Structure:
    """Walk the boxes. Raises Refused: video.format, video.truncated, video.external, video.damaged."""
    if container_of(data) not in containers:
        raise Refused(problem("video.format"))
    found = Structure()
    seen = 0
    whole = False
    pending: list[tuple[int, int, int]] = [(0, len(data), 0)]
    while pending:
        start, end, depth = pending.pop()
        for box in _boxes(data, start, end, top=depth == 0):
            seen += 1
            if seen > _MOST_BOXES or depth > _DEEPEST:
                raise Refused(problem("video.damaged"))
            whole = whole or (depth == 0 and box.kind == b"moov")
            found.fragmented = found.fragmented or box.kind == b"moof"
            if (depth == 0 and box.kind not in _KEPT) or (depth and box.kind in _NOTES):
                found.notes.append(box)
            elif box.kind in _PARENTS:
                pending.append((box.body, box.end, depth + 1))
            else:
                _look_at(data, box, found)
    if not whole:
        # A recorder writes the index last: without it the recording was cut off.
        raise Refused(problem("video.truncated"))
    return found


def without_notes(data: bytes, found: Structure) -> bytes:
    """Return the file with every note emptied and every clock at zero: same length, same pictures and sound.

    Gone are place, device, author and dates of the file. A track of its own that records such things stays.
    """
    clean = bytearray(data)
    for box in found.notes:
        clean[box.start + 4 : box.start + 8] = b"free"
        clean[box.body : box.end] = bytes(box.end - box.body)
    for box in found.clocks:
        # Version and flags, then when it was made and when it was changed.
        length = 16 if data[box.body] == 1 else 8
        at = box.body + 4
        if at + length <= box.end:
            clean[at : at + length] = bytes(length)
    return bytes(clean)


def container_of(data: Data) -> str | None:
    """Return which of the family a file is by its first brand: "mp4", "3gp", "mov", or None for anything else."""
    if len(data) < 16 or data[4:8] != b"ftyp":
        # QuickTime is older than brands.
        return "mov" if len(data) >= 16 and data[4:8] in _OLD_FIRST else None
    (length,) = struct.unpack_from(">I", data)
    if not 16 <= length <= min(len(data), 4096):
        return None
    first = data[8:12]
    if first == b"qt  ":
        return "mov"
    if first.startswith(b"3g"):
        return "3gp"
    brands = {first, *(data[at : at + 4] for at in range(16, length - 3, 4))}
    return "mp4" if brands & _BRANDS and not first.startswith(_OTHER_FIRST) else None


def _boxes(data: Data, start: int, end: int, *, top: bool) -> Iterator[Box]:
    """Yield the boxes of a range. A box that reaches beyond the file was cut off; beyond its parent, it is damaged."""
    at = start
    while at + 8 <= end:
        length, kind = struct.unpack_from(">I4s", data, at)
        body = at + 8
        if length == 1:
            if at + 16 > end:
                raise Refused(problem("video.truncated" if top else "video.damaged"))
            (length,) = struct.unpack_from(">Q", data, body)
            body += 8
        elif length == 0:
            length = end - at  # to the end
        if at + length > end:
            raise Refused(problem("video.truncated" if top else "video.damaged"))
        if length < body - at:
            raise Refused(problem("video.damaged"))
        yield Box(kind, at, body, at + length)
        at += length
    if top and at < end:
        raise Refused(problem("video.truncated"))


def _look_at(data: Data, box: Box, found: Structure) -> None:
    content = data[box.body : min(box.end, box.body + 64)]
    try:
        match box.kind:
            case b"mvhd":
                scale, length = struct.unpack_from(
                    *((">IQ", content, 20) if content[0] == 1 else (">II", content, 12))
                )
                endless = 2**64 - 1 if content[0] == 1 else 2**32 - 1
                found.claimed_ms = length * 1000 // scale if scale and length != endless else 0
                found.clocks.append(box)
            case b"tkhd" | b"mdhd":
                found.clocks.append(box)
            case b"hdlr":
                found.tracks.append(content[8:12])
            case b"dref":
                _check_references(data, box)
            case b"stsz":
                _check_sizes(data, box)
            case _:
                pass
    except (struct.error, IndexError) as failure:
        raise Refused(problem("video.damaged")) from failure


def _check_references(data: Data, box: Box) -> None:
    """Refuse a track whose pictures lie somewhere else: in another file, or at an address."""
    for entry in _boxes(data, box.body + 8, box.end, top=False):
        if not data[entry.body + 3] & 1:  # "in this file"
            raise Refused(problem("video.external"))


def _check_sizes(data: Data, box: Box) -> None:
    """Refuse an index of more samples than the file has bytes: a decoder would make room for all of them."""
    each, count = struct.unpack_from(">II", data, box.body + 4)
    if each * count > len(data) or (each == 0 and count * 4 > box.end - box.body):
        raise Refused(problem("video.damaged"))
