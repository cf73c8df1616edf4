# SPDX-License-Identifier: Apache-2.0
"""Public templates of video SMS (公共模板): ours, in `resources/templates/video/*.toml`, with samples that come along.

A file has its names and what it is for in both languages, the subject, and the frames; media are named by their sample
file and measured by `samples.Shelf`.
"""

from __future__ import annotations

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from koodesk.domain.samples import Shelf
from koodesk.domain.video_sms.template import Element, Frame, Media, ResourceKind, Text, VideoTemplate

FOLDER: Final = Path("templates") / "video"


@dataclass(frozen=True, slots=True)
class PublicVideo:
    """A public template with the bytes of its media by digest. `name` and `about` are in the language of its texts."""

    key: str
    name: str
    name_en: str
    about: str
    about_en: str
    template: VideoTemplate
    materials: Mapping[str, bytes]


def read_public(resources: Path) -> tuple[PublicVideo, ...]:
    """Read all of them, by name of the file. Raises Refused, KeyError or ValueError when one is not complete: they ship."""
    return tuple(_read(path, resources) for path in sorted((resources / FOLDER).glob("*.toml")))


def _read(path: Path, resources: Path) -> PublicVideo:
    data: dict[str, Any] = tomllib.loads(path.read_text("utf-8"))
    shelf = Shelf(resources)
    frames = tuple(Frame(tuple(_element(e, shelf) for e in frame["elements"])) for frame in data["frame"])
    template = VideoTemplate(title=data["title"], frames=frames, name=data["name"])
    return PublicVideo(
        path.stem, data["name"], data["name_en"], data["about"], data["about_en"], template, shelf.files
    )


def _element(entry: Mapping[str, Any], shelf: Shelf) -> Element:
    if "text" in entry:
        return Text(entry["text"])
    kind = next(kind for kind in (ResourceKind.IMAGE, ResourceKind.VIDEO) if kind.value in entry)
    name: str = entry[kind.value]
    ref = shelf(name)
    return Media(
        kind=kind,
        digest=ref.digest,
        type=name.rpartition(".")[2],
        size=ref.size,
        duration_ms=ref.duration_ms,
        width=ref.width,
        height=ref.height,
        cover_ms=int(entry.get("cover_ms", 0)),
    )
