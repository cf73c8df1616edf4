# SPDX-License-Identifier: Apache-2.0
"""The index of a file is put before its pictures, and every picture is found where it then lies."""

from __future__ import annotations

import struct

import pytest

from koodesk.backend.readers import mp4_faststart
from tests.hostile import fit_forge
from tests.hostile.video_forge import film


def test_the_index_is_moved_with_every_place_set_right() -> None:
    plain = film(sound=True)
    assert plain.index(b"moov") > plain.index(b"mdat")
    moved = mp4_faststart.index_first(plain)
    assert moved.index(b"moov") < moved.index(b"mdat")
    assert fit_forge.levels(moved) == fit_forge.levels(plain)
    with pytest.raises(ValueError, match="not one index"):
        mp4_faststart.index_first(plain[: plain.index(b"moov") - 4])
    with pytest.raises(ValueError, match="a box that does not end"):
        mp4_faststart.index_first(plain[:-1])


def test_a_large_index_of_places_is_moved_too() -> None:
    # Places of 64 bits, as a file above 4 GB has them: the table made so by hand.
    plain = film()
    at = plain.index(b"stco") - 4
    (length, _, _, count) = struct.unpack_from(">I4sII", plain, at)
    places = struct.unpack_from(f">{count}I", plain, at + 16)
    wide = struct.pack(">I4sII", 16 + 8 * count, b"co64", 0, count) + struct.pack(f">{count}Q", *places)
    grown = bytearray(plain[:at] + wide + plain[at + length :])
    for kind in (b"moov", b"trak", b"mdia", b"minf", b"stbl"):
        start = grown.index(kind) - 4
        (size,) = struct.unpack_from(">I", grown, start)
        struct.pack_into(">I", grown, start, size + len(wide) - length)
    moved = mp4_faststart.index_first(bytes(grown))
    assert fit_forge.levels(moved) == fit_forge.levels(plain)
