# SPDX-License-Identifier: Apache-2.0
"""The pipe between a reader child and its parent: a kind (one byte), a length (four bytes), the payload.

Standard library only, because the child imports it before it knows what it will need.
"""

from __future__ import annotations

import json
import struct
from collections.abc import Mapping
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


def read_json(payload: bytes) -> Mapping[str, Any]:
    """Read a frame's JSON object. Raises ValueError for anything else."""
    value = json.loads(payload)
    if not isinstance(value, dict):
        raise ValueError("not an object")
    return value
