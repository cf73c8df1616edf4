# SPDX-License-Identifier: Apache-2.0
"""The `.koovideo` file: one video SMS with its pictures, sounds and videos, to hand on or keep.

A `parcel` of the template (see `codec`) and its media. The signature is not in it: it is a record of one desk. History of
the format:

1. The first.

The media inside are bytes here; opening them is a reader's job, in a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Final

from koodesk.domain.parcel import Parcel
from koodesk.domain.video_sms import codec
from koodesk.domain.video_sms.template import VideoTemplate

FORMAT: Final = 1
SUFFIX: Final = ".koovideo"

KOOVIDEO_CODES: Final = (
    "koovideo.cannot_read",
    "koovideo.cannot_write",
    "koovideo.damaged",
    "koovideo.digest_wrong",
    "koovideo.material_missing",
    "koovideo.material_unused",
    "koovideo.member_unknown",
    "koovideo.newer",
    "koovideo.no_space",
    "koovideo.not_a_message",
    "koovideo.too_large",
)
"""Every code this module refuses with, besides those of the codecs for the parts inside."""

_PARCEL: Final = Parcel("koovideo", "not_a_message", FORMAT)


def pack(template: VideoTemplate, materials: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a file, the same for the same message whatever its signature.

    `materials` holds at least the template's media, by digest. Raises Refused when one is missing or is not what its
    digest says.
    """
    body = codec.encode(replace(template, signature_id=0)).encode()
    return _PARCEL.pack(body, _sizes(template), materials)


def unpack(data: bytes) -> tuple[VideoTemplate, dict[str, bytes]]:
    """Return the template and its media's bytes by digest. Raises Refused; nothing of a bad file gets through."""
    body, materials = _PARCEL.unpack(data)
    template = codec.decode(body)
    _PARCEL.check_materials(_sizes(template), materials)
    return replace(template, signature_id=0), materials


def save(path: Path, template: VideoTemplate, materials: Mapping[str, bytes]) -> None:
    """Write a file so that `path` holds either what it held before or the whole new message. Raises Refused."""
    _PARCEL.save(path, pack(template, materials))


def load(path: Path) -> tuple[VideoTemplate, dict[str, bytes]]:
    """Read a file; see `unpack`. Raises Refused, also when the file cannot be read."""
    return unpack(_PARCEL.load(path))


def _sizes(template: VideoTemplate) -> tuple[tuple[str, int], ...]:
    return tuple((media.digest, media.size) for media in template.media)
