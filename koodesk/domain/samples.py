# SPDX-License-Identifier: Apache-2.0
"""The sample pictures that come with Koodesk: drawn by `scripts/make_samples.py` and `scripts/samples`, kept in
`resources/samples/materials`.

Read here without an imaging library, because they are our own files. Pictures from users never come this way.
"""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from koodesk.domain.digest import content_digest
from koodesk.domain.problem import Refused, problem
from koodesk.domain.recipes import Recipe
from koodesk.domain.rule_pack import LayoutSpec
from koodesk.domain.starters import starter_recipe
from koodesk.domain.strict_table import Table
from koodesk.domain.template import MaterialRef, Template

SAMPLE_CODES: Final = ("sample.unreadable",)
"""Every code this module refuses with."""

_PNG: Final = b"\x89PNG\r\n\x1a\n"
_JPEG: Final = b"\xff\xd8"
_FRAMES: Final = frozenset(range(0xC0, 0xD0)) - {0xC4, 0xC8, 0xCC}
"""The markers of JPEG that begin a frame and carry its size (SOF0-SOF15; C4, C8 and CC mean other things). ITU T.81, B.1.1.3."""
_BARE: Final = frozenset({0x01, *range(0xD0, 0xD9)})
"""The markers of JPEG without a length behind them (TEM, RST0-RST7, SOI)."""


@dataclass(frozen=True, slots=True)
class Sample:
    """A sample picture: file name, bytes, and the reference a template holds."""

    name: str
    data: bytes
    material: MaterialRef


def read_sample(path: Path) -> Sample:
    """Read one sample picture, PNG or JPEG. Raises Refused when it is missing, neither, or cut off before its size."""
    try:
        data = path.read_bytes()
    except OSError as error:
        raise Refused(problem("sample.unreadable", path.name, file=path.name)) from error
    png = data.startswith(_PNG)
    size, media_type = (_png_size(data), "image/png") if png else (_jpeg_size(data), "image/jpeg")
    if size is None:
        raise Refused(problem("sample.unreadable", path.name, file=path.name))
    return Sample(path.name, data, MaterialRef(content_digest(data), *size, len(data), media_type))


def _png_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height out of the first chunk, or None when it is cut off."""
    if len(data) < 24:
        return None
    return int.from_bytes(data[16:20], "big"), int.from_bytes(data[20:24], "big")


def _jpeg_size(data: bytes) -> tuple[int, int] | None:
    """Return width and height out of the frame's header, or None when there is none: no JPEG, or cut off before it."""
    if not data.startswith(_JPEG):
        return None
    at = len(_JPEG)
    while at + 9 <= len(data) and data[at] == 0xFF:
        marker = data[at + 1]
        if marker == 0xFF:  # any number of these may fill the space before a marker
            at += 1
        elif marker in _BARE:
            at += 2
        elif marker in _FRAMES:
            return int.from_bytes(data[at + 7 : at + 9], "big"), int.from_bytes(data[at + 5 : at + 7], "big")
        else:
            at += 2 + int.from_bytes(data[at + 2 : at + 4], "big")
    return None


def read_samples(folder: Path) -> tuple[Sample, ...]:
    """Read every sample picture of a folder, PNG and JPEG, by name. Raises Refused."""
    return tuple(read_sample(path) for path in sorted(folder.iterdir()) if path.suffix in (".png", ".jpg"))


class Shelf:
    """The sample files of an installation by name: pictures and, beside them, videos. Remembers which were asked for.

    `resources` is the folder of resources. Videos are measured in `samples/videos/index.toml`, so that nothing has to be
    decoded to show a starter.
    """

    def __init__(self, resources: Path) -> None:
        self._pictures: Final = resources / "samples" / "materials"
        self._videos: Final = resources / "samples" / "videos"
        self.files: Final[dict[str, bytes]] = {}
        """Bytes of what was handed out, by digest."""
        self.names: Final[dict[str, str]] = {}
        """File names of what was handed out, by digest."""

    def __call__(self, name: str) -> MaterialRef:
        """Return the material of a sample file. Raises Refused when it is missing."""
        sample = self._video(name) if name.endswith(".mp4") else read_sample(self._picture(name))
        self.files[sample.material.digest] = sample.data
        self.names[sample.material.digest] = sample.name
        return sample.material

    def _picture(self, name: str) -> Path:
        """Return where a picture lies: covers lie beside their videos."""
        beside = self._videos / name
        return beside if beside.is_file() else self._pictures / name

    def _video(self, name: str) -> Sample:
        try:
            data = (self._videos / name).read_bytes()
            index = Table(tomllib.loads((self._videos / "index.toml").read_text("utf-8")), "index.toml")
        except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
            raise Refused(problem("sample.unreadable", name, file=name)) from error
        row = index.table(name)
        width, height = row.integer("width", 1, 16_384), row.integer("height", 1, 16_384)
        duration = row.integer("duration_ms", 1, 600_000)
        material = MaterialRef(content_digest(data), width, height, len(data), "video/mp4", duration)
        return Sample(name, data, material)


def sample_starter(layout: LayoutSpec, resources: Path, name: str = "") -> tuple[Template, dict[str, bytes]]:
    """Return the starter of a layout with its sample pictures, cropped to their slots, and the files' bytes by digest.

    Raises Refused.
    """
    return sample_card(starter_recipe(layout, resources / "templates" / "starters"), layout, resources, name)


def sample_card(
    recipe: Recipe, layout: LayoutSpec, resources: Path, name: str = ""
) -> tuple[Template, dict[str, bytes]]:
    """Return the card of a recipe with its sample pictures and the files' bytes by digest. Raises Refused."""
    shelf = Shelf(resources)
    return recipe.make(layout, shelf, name), shelf.files
