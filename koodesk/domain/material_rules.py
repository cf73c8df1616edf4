# SPDX-License-Identifier: Apache-2.0
"""Bounds of pictures: the platform's, which hold when a card is submitted, and Koodesk's own, which hold at import."""

from __future__ import annotations

from typing import Final

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
