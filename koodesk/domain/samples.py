# SPDX-License-Identifier: Apache-2.0
"""The sample pictures that come with Koodesk: drawn by `scripts/make_samples.py`, kept in `resources/samples/materials`.

Read here without an imaging library, because they are our own files. Pictures from users never come this way.
"""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koodesk.domain.crop import fit
from koodesk.domain.digest import content_digest
from koodesk.domain.problem import Refused, problem
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.starters import starter
from koodesk.domain.template import ImageContent, MaterialRef, Picture, Template

SAMPLE_CODES: Final = ("sample.unreadable",)
"""Every code this module refuses with."""

STARTER_PICTURES: Final = {"RedPacket": "red-packet.png"}
"""Which sample stands in the picture slot of a layout's starter."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample picture: file name, bytes, and the reference a template holds."""

    name: str
    data: bytes
    material: MaterialRef


def read_sample(path: Path) -> Sample:
    """Read one sample picture (PNG). Raises Refused when it is missing or no PNG."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(problem("sample.unreadable", path.name, file=path.name)) from error
    if not data.startswith(_PNG) or len(data) < 24:
        raise Refused(problem("sample.unreadable", path.name, file=path.name))
    width, height = int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")
    return Sample(path.name, data, MaterialRef(content_digest(data), width, height, len(data)))


def read_samples(folder: Path) -> tuple[Sample, ...]:
    """Read every sample picture of a folder, by name. Raises Refused."""
    return tuple(read_sample(path) for path in sorted(folder.glob("*.png")))


def sample_starter(
    layout: LayoutSpec, folder: Path, name: str = "新春红包"
) -> tuple[Template, dict[str, bytes]]:
    """Return the starter of a layout with its sample picture, cropped to the slot, and the pictures' bytes by digest.

    `folder` holds the sample pictures (`resources/samples/materials`). Raises Refused.
    """
    bare = starter(layout, name)
    file = STARTER_PICTURES.get(layout.id)
    slot = next((s for s in layout.slots if s.ratio is not None), None)
    if file is None or slot is None or slot.ratio is None:
        return bare, {}
    sample = read_sample(folder / file)
    material, ratio = sample.material, (slot.ratio.width, slot.ratio.height)
    whole = fit(material.width, material.height, ratio)
    crop = None if (whole.width, whole.height) == (material.width, material.height) else whole
    template = starter(layout, name, Picture(material, crop))
    used = any(isinstance(c, ImageContent) and c.picture is not None for c in template.contents())
    return template, {material.digest: sample.data} if used else {}
