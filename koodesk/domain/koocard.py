# SPDX-License-Identifier: Apache-2.0
"""The `.koocard` file: one card with its pictures, to hand on or keep.

A `parcel` of the template (see `codec`) and its materials. History of the format:

1. The first.

The pictures inside are bytes here; opening them is the picture reader's job, in a process of its own.
"""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Final

from koodesk.domain import codec
from koodesk.domain.parcel import MAX_MATERIAL as PARCEL_MATERIAL
from koodesk.domain.parcel import Parcel
from koodesk.domain.template import Template

FORMAT: Final = 1
SUFFIX: Final = ".koocard"
MAX_MATERIAL: Final = PARCEL_MATERIAL
"""Largest picture inside in bytes (32 MB); the vendors take 2 MB, but a card in the making may hold more."""

KOOCARD_CODES: Final = (
    "koocard.cannot_read",
    "koocard.cannot_write",
    "koocard.damaged",
    "koocard.digest_wrong",
    "koocard.material_missing",
    "koocard.material_unused",
    "koocard.member_unknown",
    "koocard.newer",
    "koocard.no_space",
    "koocard.not_a_card",
    "koocard.too_large",
)
"""Every code this module refuses with, besides those of `codec` for the parts inside."""

_PARCEL: Final = Parcel("koocard", "not_a_card", FORMAT)


def pack(template: Template, materials: Mapping[str, bytes]) -> bytes:
    """Return the bytes of a card file, the same for the same card.

    `materials` holds at least the template's, by digest. Raises Refused when one is missing or is not what its digest
    says.
    """
    return _PARCEL.pack(codec.dumps(template), _sizes(template), materials)


def unpack(data: bytes) -> tuple[Template, dict[str, bytes]]:
    """Return the template and the pictures' bytes by digest. Raises Refused; nothing of a bad file gets through."""
    body, materials = _PARCEL.unpack(data)
    template = codec.loads(body)
    _PARCEL.check_materials(_sizes(template), materials)
    return template, materials


def save(path: Path, template: Template, materials: Mapping[str, bytes]) -> None:
    """Write a card file so that `path` holds either what it held before or the whole new card. Raises Refused."""
    _PARCEL.save(path, pack(template, materials))


def load(path: Path) -> tuple[Template, dict[str, bytes]]:
    """Read a card file; see `unpack`. Raises Refused, also when the file cannot be read."""
    return unpack(_PARCEL.load(path))


def _sizes(template: Template) -> tuple[tuple[str, int], ...]:
    return tuple((ref.digest, ref.size) for ref in template.materials())
