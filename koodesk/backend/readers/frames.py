# SPDX-License-Identifier: Apache-2.0
"""The pipe between a reader child and its parent: a kind (one byte), a length (four bytes), the payload.

Standard library only, because the child imports it before it knows what it will need.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping, Sequence
from typing import Any, BinaryIO, Final

PROGRESS: Final = b"P"
"""JSON {stage, done, total}."""
BLOCK: Final = b"B"
"""Checked rows: the parts of a `RowBlock`."""
BYTES: Final = b"X"
"""A piece of binary outcome: a picture, a thumbnail."""
RESULT: Final = b"R"
"""JSON: the outcome. The last frame of a reader that succeeded."""
REFUSED: Final = b"E"
"""JSON [[code, where, params], ...]. The last frame of a reader that refused."""

FRAME_LIMIT: Final = 256 * 1_048_576
"""Longest payload the parent takes: a child that was taken over cannot make it allocate more."""

_HEAD: Final = struct.Struct("!cI")
_PARTS: Final = struct.Struct("!II")
_COUNT: Final = struct.Struct("!H")
_PICTURE: Final = struct.Struct("!IHHI")

Small = tuple[int, int, int, bytes]
"""A picture of a preview: when it is shown in ms, width, height, JPEG."""


def write_frame(pipe: BinaryIO, kind: bytes, payload: bytes) -> None:
    """Write one frame and flush it."""
    pipe.write(_HEAD.pack(kind, len(payload)) + payload)
    pipe.flush()


def write_json(pipe: BinaryIO, kind: bytes, value: object) -> None:
    """Write one frame of JSON."""
    write_frame(pipe, kind, json.dumps(value, ensure_ascii=False).encode())


def read_frame(pipe: BinaryIO) -> tuple[bytes, bytes] | None:
    """Read one frame; None at the end of the pipe, also when it ends inside a frame. Raises ValueError when too long."""
    head = pipe.read(_HEAD.size)
    if len(head) < _HEAD.size:
        return None
    kind, length = _HEAD.unpack(head)
    if length > FRAME_LIMIT:
        raise ValueError("frame too long")
    payload = pipe.read(length)
    return (kind, payload) if len(payload) == length else None


def pack_block(read: int, valid: bytes, refused: bytes) -> bytes:
    """Join the parts of a block."""
    return _PARTS.pack(read, len(valid)) + valid + refused


def unpack_block(payload: bytes) -> tuple[int, bytes, bytes]:
    """Split a block into rows read so far, valid rows and refused rows."""
    read, length = _PARTS.unpack_from(payload)
    body = payload[_PARTS.size :]
    return read, body[:length], body[length:]


def pack_pictures(block: Sequence[Small]) -> bytes:
    """Join a block of small pictures."""
    heads = b"".join(_PICTURE.pack(at, width, height, len(jpeg)) for at, width, height, jpeg in block)
    return _COUNT.pack(len(block)) + heads + b"".join(jpeg for *_, jpeg in block)


def unpack_pictures(payload: bytes) -> list[Small]:
    """Split a block of small pictures. Raises struct.error for what is none."""
    (count,) = _COUNT.unpack_from(payload)
    at = _COUNT.size + count * _PICTURE.size
    block = []
    for number in range(count):
        at_ms, width, height, length = _PICTURE.unpack_from(payload, _COUNT.size + number * _PICTURE.size)
        block.append((at_ms, width, height, payload[at : at + length]))
        at += length
    return block


def read_json(payload: bytes) -> Mapping[str, Any]:
    """Read a frame's JSON object. Raises ValueError for anything else."""
    value = json.loads(payload)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
