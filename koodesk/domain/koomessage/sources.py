# SPDX-License-Identifier: Apache-2.0
"""Materials in a body: `src_type` 1 with an id of the platform, 2 with an address (facts 2.6 [SDK]).

A material whose bytes are only here has neither yet. It is written as an address of our own scheme that carries all the
card knows of it, so that the way back loses nothing:

    koodesk://material/<sha256>/<width>x<height>/<bytes>/<milliseconds>/<media type>?crop=<x>,<y>,<width>,<height>

The upload puts the platform's id in its place before anything is submitted. One component has one `src_type` for all its
sources; where an id stands beside an address it is written `koodesk://platform/<id>`. No `&` or `<`, which the platform
forbids in every string, and never more than its 1,000 characters.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import Final
from urllib.parse import quote, unquote

from koodesk.domain.content_codec import MAX_SHORT
from koodesk.domain.crop import Crop, inside
from koodesk.domain.digest import content_digest
from koodesk.domain.problem import Refused, problem
from koodesk.domain.strict_table import Table
from koodesk.domain.template import MaterialRef, Picture

SOURCE_CODES: Final = ("koomessage.bad_material", "koomessage.source_too_long")
"""Every code this module refuses with."""

BY_ID: Final = 1
BY_ADDRESS: Final = 2
MAX_SOURCE: Final = 1000
"""Longest `src`, `cover` or background in characters. Source: facts 2.6 [SDK AimPersonalTemplateContent]."""

SCHEME: Final = "koodesk://"
_MATERIAL: Final = f"{SCHEME}material/"
_PLATFORM: Final = f"{SCHEME}platform/"
_ID: Final = "id:"
_URL: Final = "url:"
_NUMBER: Final = "(0|[1-9][0-9]{0,12})"
_FORM: Final = re.compile(
    rf"koodesk://material/([0-9a-f]{{64}})/{_NUMBER}x{_NUMBER}/{_NUMBER}/{_NUMBER}/([^/?]+)"
    rf"(?:\?crop={_NUMBER},{_NUMBER},{_NUMBER},{_NUMBER})?"
)


def material_address(material: MaterialRef, crop: Crop | None = None) -> str:
    """Return the address that stands for a material whose bytes are here."""
    address = (
        f"{_MATERIAL}{material.digest}/{material.width}x{material.height}/{material.size}"
        f"/{material.duration_ms}/{quote(material.media_type, safe='')}"
    )
    return address if crop is None else f"{address}?crop={crop.x},{crop.y},{crop.width},{crop.height}"


def read_address(address: str) -> Picture | None:
    """Return the material and crop of an address of ours, None when it is not exactly one."""
    match = _FORM.fullmatch(address)
    if match is None:
        return None
    digest, media_type = match[1], unquote(match[6])
    width, height, size, duration = (int(match[n]) for n in (2, 3, 4, 5))
    crop = None if match[7] is None else Crop(*(int(match[n]) for n in (7, 8, 9, 10)))
    material = MaterialRef(digest, width, height, size, media_type, duration)
    fits = (
        1 <= width <= 1_000_000
        and 1 <= height <= 1_000_000
        and size <= 2**40
        and duration <= 2**40
        and len(media_type) <= MAX_SHORT
        and (crop is None or inside(crop, width, height))
        and material_address(material, crop) == address  # one material, one address
    )
    return Picture(material, crop) if fits else None


def remote(name: str, media_type: str = "image/png") -> MaterialRef:
    """Return a material that only the platform has, by its name there ("id:...", "url:...")."""
    return MaterialRef(content_digest(name.encode()), 1, 1, 0, media_type, remote=name)


def written(pictures: Sequence[Picture], where: str) -> tuple[int, list[str]]:
    """Return the `src_type` of a component and its sources in the same order. Raises Refused when one is too long.

    The crop of a material that is not here is left out: its pixels are unknown.
    """
    by_id = bool(pictures) and all(p.material.remote.startswith(_ID) for p in pictures)
    found: list[str] = []
    for picture in pictures:
        name = picture.material.remote
        if by_id:
            text = name.removeprefix(_ID)
        elif name.startswith(_ID):
            text = _PLATFORM + quote(name.removeprefix(_ID), safe="")
        elif name:
            text = name.removeprefix(_URL)
        else:
            text = material_address(picture.material, picture.crop)
        if len(text) > MAX_SOURCE:
            raise Refused(problem("koomessage.source_too_long", where, limit=MAX_SOURCE, actual=len(text)))
        found.append(text)
    return (BY_ID if by_id else BY_ADDRESS), found


def read_source(table: Table, key: str, kind: int, media_type: str = "image/png") -> Picture | None:
    """Read one source of a component of `src_type` `kind`, None when it is left out or empty. Raises Refused."""
    text = table.text(key, "", longest=MAX_SOURCE)
    if not text:
        return None
    if kind == BY_ID:
        return Picture(remote(_ID + text, media_type))
    if text.startswith(_PLATFORM):
        return Picture(remote(_ID + unquote(text.removeprefix(_PLATFORM)), media_type))
    if text.startswith(SCHEME):
        ours = read_address(text)
        if ours is None:
            table.refuse("koomessage.bad_material", key)
        return ours
    return Picture(remote(_URL + text, media_type))


def as_remote(material: MaterialRef, crop: Crop | None) -> MaterialRef:
    """Return a local material as one whose bytes are not here: named by its own address, which export writes again."""
    return remote(_URL + material_address(material, crop), material.media_type)
