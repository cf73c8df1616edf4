# SPDX-License-Identifier: Apache-2.0
"""The template of a video SMS (智能信息基础版模板) as a value: a subject and frames of texts and media, in their order.

A document holds the words without the signature: 【签名】 before the first text belongs to what is handed in
(`video_sms.reslist`), because the signature is chosen when the template is submitted. Source: facts 1.10, [SDK
CreateVmsTemplateRequestBody, ResourceInfo].
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from typing import Final


class ResourceKind(StrEnum):
    """What a resource of a frame is: text, or one of the three media."""

    TEXT = "text"
    IMAGE = "image"
    AUDIO = "audio"
    VIDEO = "video"


class Channel(StrEnum):
    """通道配置 (restags): three carriers or one, for ordinary traffic or with complaint resistance (抗诉).
    [SDK VmsTemplateStatus]."""

    THREE_ORDINARY = "三网一般"
    THREE_RESISTANT = "三网抗诉"
    ONE_ORDINARY = "单网一般"
    ONE_RESISTANT = "单网抗诉"

    @property
    def three(self) -> bool:
        """Tell whether the channel reaches all three carriers."""
        return self in (Channel.THREE_ORDINARY, Channel.THREE_RESISTANT)


PARAM: Final = re.compile(r"#p_(\d{1,9})#")
"""A dynamic parameter (动参) in a text: `#p_n#`."""


@dataclass(frozen=True, slots=True)
class Text:
    """Words, with parameters as `#p_n#`; no signature."""

    text: str

    @property
    def kind(self) -> ResourceKind:
        """Always text."""
        return ResourceKind.TEXT

    @property
    def params(self) -> tuple[int, ...]:
        """The numbers of the parameters, in their order, each once."""
        return tuple(dict.fromkeys(int(n) for n in PARAM.findall(self.text)))


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, a sound or a video of the gallery: `digest` names the stored file, `type` is its suffix ("jpg", "mp4").

    `size` in bytes; `duration_ms` of sound and video, 0 of a picture; `width` and `height` in pixels as shown, 0 of a
    sound. `param` > 0 makes it exchangeable as `#p_n#` at the platform; the send calls fill texts only, so the editor
    never sets it. `cover_ms` is the moment of a video shown before it plays.
    """

    kind: ResourceKind
    digest: str
    type: str
    size: int
    duration_ms: int = 0
    width: int = 0
    height: int = 0
    param: int = 0
    cover_ms: int = 0


Element = Text | Media


@dataclass(frozen=True, slots=True)
class Frame:
    """One frame (帧): one element, or two of which one is text."""

    elements: tuple[Element, ...]


@dataclass(frozen=True, slots=True)
class VideoTemplate:
    """A template: `title` is the subject (主题), the rest of the fields are those of the dialog 提交审核.

    `validity_days` 0 is permanent. `signature_id` is the desk's record, 0 while none is chosen. `has_qr` says that a
    picture or the video shows a QR code: the desk does not look for one, the person who made it says so.
    """

    title: str = ""
    frames: tuple[Frame, ...] = ()
    name: str = ""
    signature_id: int = 0
    validity_days: int = 365
    channel: Channel = Channel.THREE_ORDINARY
    remarks: str = ""
    has_qr: bool = False

    def elements(self) -> Iterator[tuple[int, int, Element]]:
        """Yield (frame, element, what it is), both counted from 0, in the order of display."""
        for f, frame in enumerate(self.frames):
            for e, element in enumerate(frame.elements):
                yield f, e, element

    @property
    def params(self) -> tuple[str, ...]:
        """The names of the text parameters, `p_1` as the number file's columns have them, in the order of display."""
        numbers = (
            n for _, _, element in self.elements() if isinstance(element, Text) for n in element.params
        )
        return tuple(dict.fromkeys(f"p_{n}" for n in numbers))

    @property
    def media(self) -> tuple[Media, ...]:
        """All media in the order of display."""
        return tuple(element for _, _, element in self.elements() if isinstance(element, Media))

    @property
    def size(self) -> int:
        """Bytes of the media and of the texts in UTF-8: what a message weighs, without headers."""
        texts = sum(len(e.text.encode()) for _, _, e in self.elements() if isinstance(e, Text))
        return texts + sum(media.size for media in self.media)
