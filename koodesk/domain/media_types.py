# SPDX-License-Identifier: Apache-2.0
"""Which files the gallery holds and who takes them: cards png, jpeg and mp4 (facts 1.7), video SMS also gif, 3gp and
sounds (facts 1.10). Bounds of what only video SMS takes are Koodesk's own: the platform publishes none."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, Literal

SUFFIXES: Final[Mapping[str, str]] = {
    "image/png": "png",
    "image/jpeg": "jpg",
    "image/gif": "gif",
    "video/mp4": "mp4",
    "video/3gpp": "3gp",
    "audio/mpeg": "mp3",
    "audio/wav": "wav",
}
"""Media type -> the suffix of its file, which is also the platform's word for it (res_type)."""

GIF: Final = "image/gif"
CARD_PICTURES: Final = frozenset(("image/png", "image/jpeg"))
CARD_VIDEOS: Final = frozenset(("video/mp4",))
MESSAGE_PICTURES: Final = CARD_PICTURES | {GIF}
MESSAGE_VIDEOS: Final = CARD_VIDEOS | {"video/3gpp"}
SOUNDS: Final = frozenset(("audio/mpeg", "audio/wav"))

MESSAGE_ONLY: Final = SOUNDS | {GIF, "video/3gpp"}
"""What no card takes."""

MaterialKind = Literal["picture", "video", "message_picture", "message_video", "sound", "all"]
"""Pictures and videos as cards take them, as video SMS takes them, sounds, or everything there is."""

_KINDS: Final[Mapping[str, frozenset[str]]] = {
    "picture": CARD_PICTURES,
    "video": CARD_VIDEOS,
    "message_picture": MESSAGE_PICTURES,
    "message_video": MESSAGE_VIDEOS,
    "sound": SOUNDS,
}


def is_of(media_type: str, kind: MaterialKind) -> bool:
    """Tell whether a material is of a kind."""
    return kind == "all" or media_type in _KINDS[kind]


GIF_BYTES: Final = 7 * 1_048_576
SOUND_BYTES: Final = 7 * 1_048_576
"""Largest gif and largest sound that are opened."""

GIF_FRAMES: Final = 600
GIF_PIXELS: Final = 4_000_000
GIF_ALL_PIXELS: Final = 300_000_000
"""Most pictures of a gif, most pixels of one, and most of all of them together: each is decoded once."""


def sniff(head: bytes) -> str | None:
    """Return the media type a file begins as, None for another. Whether it is one is the readers' matter.

    Of the mp4 family "video/mp4" and "video/3gpp" are told apart by the first brand.
    """
    if head.startswith(b"\x89PNG\r\n\x1a\n"):
        return "image/png"
    if head.startswith(b"\xff\xd8\xff"):
        return "image/jpeg"
    if head.startswith((b"GIF87a", b"GIF89a")):
        return GIF
    if head[4:8] == b"ftyp":
        return "video/3gpp" if head[8:10] == b"3g" else "video/mp4"
    if head[:4] == b"RIFF" and head[8:12] == b"WAVE":
        return "audio/wav"
    if head.startswith(b"ID3") or (len(head) > 1 and head[0] == 0xFF and head[1] & 0xE6 == 0xE2):
        return "audio/mpeg"
    return None


def source_type(head: bytes) -> str | None:
    """Return the media type of what a video that may be fitted begins as; None for another."""
    if head[4:8] == b"ftyp":
        return "video/quicktime" if head[8:12] == b"qt  " else sniff(head)
    if head[4:8] in (b"moov", b"mdat", b"wide", b"free", b"skip", b"pnot"):
        return "video/quicktime"
    return "video/x-matroska" if head[:4] == b"\x1a\x45\xdf\xa3" else None


HEAD_BYTES: Final = 16
"""How many first bytes `sniff` wants to see."""
