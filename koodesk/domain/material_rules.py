# SPDX-License-Identifier: Apache-2.0
"""Bounds of pictures: the platform's, which hold when a card is submitted, and Koodesk's own, which hold at import."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from koodesk.domain.problem import Refused, problem

PLATFORM_BYTES: Final = 2 * 1_048_576
"""Largest picture a submitted card may hold, 2 MB (facts 4.7). A larger one may be imported and must be optimised."""

SOURCE_LIMIT: Final = 64 * 1_048_576
"""Largest picture file that is opened at all; Koodesk's own bound."""

MAX_PIXELS: Final = 40_000_000
"""Most pixels that are decoded; Koodesk's own bound (160 MB in memory)."""

MAX_SIDE: Final = 16_384
"""Longest side that is decoded; Koodesk's own bound."""

THUMBNAIL_SIDE: Final = 256
"""Longest side of a thumbnail in pixels."""

NAME_LIMIT: Final = 80
"""Longest name of a material in characters; Koodesk's own bound."""

TAG_LIMIT: Final = 20
"""Longest tag of a material in characters; Koodesk's own bound."""

TAGS_LIMIT: Final = 12
"""Most tags of one material; Koodesk's own bound."""


def oversize(size: int) -> bool:
    """Tell whether a picture of this many bytes must go through 图像优化 before a card is submitted."""
    return size > PLATFORM_BYTES


def shown_name(name: str) -> str:
    """Return a file's name as a material's: no folders, no control or direction marks, bounded in length."""
    bare = name.replace("\\", "/").rpartition("/")[2]
    kept = "".join(
        c
        for c in bare
        if c.isprintable()
        and c not in "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
    )
    return kept.strip()[:NAME_LIMIT] or "picture"


def tidy_tags(tags: Iterable[str]) -> tuple[str, ...]:
    """Return tags as they are kept: without blanks around them, each once (case does not matter), in their order.

    Raises Refused: material.tag_too_long, material.too_many_tags.
    """
    kept: dict[str, str] = {}
    for tag in tags:
        bare = " ".join("".join(c if c.isprintable() else " " for c in tag).split())
        if len(bare) > TAG_LIMIT:
            raise Refused(problem("material.tag_too_long", "tags", limit=TAG_LIMIT, actual=len(bare)))
        if bare:
            kept.setdefault(bare.casefold(), bare)
    if len(kept) > TAGS_LIMIT:
        raise Refused(problem("material.too_many_tags", "tags", limit=TAGS_LIMIT, actual=len(kept)))
    return tuple(kept.values())
