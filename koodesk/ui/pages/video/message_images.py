# SPDX-License-Identifier: Apache-2.0
"""Messages as pictures for forms and reviews: the same painter as the editor's, off the window's thread."""

from __future__ import annotations

from collections.abc import Mapping
from typing import TYPE_CHECKING

from PySide6.QtGui import QImage

from koodesk.domain.carrier import Carrier
from koodesk.domain.video_sms.template import VideoTemplate
from koodesk.preview.video_sms import arrange_message
from koodesk.preview.video_sms_phone import PhoneKind
from koodesk.preview.video_sms_placement import VideoPlacement
from koodesk.preview.video_sms_render import MessageRenderer
from koodesk.ui import card_images, i18n
from koodesk.ui.pages.video.video_file import message_pictures, phones

if TYPE_CHECKING:
    from koodesk.backend.service import Service


def phone_names() -> dict[PhoneKind, str]:
    """Return what each system is called in the language in force."""
    chinese = i18n.language() == "zh"
    return {kind: phone.name_zh if chinese else phone.name_en for kind, phone in phones().items()}


def renderer(service: Service) -> MessageRenderer:
    """Return a painter of the workspace's messages; keep it, it remembers what it has decoded."""
    return MessageRenderer(message_pictures(service), card_images.drawing().measure.faces)


def phone(
    painter: MessageRenderer,
    template: VideoTemplate,
    signature: str,
    kind: PhoneKind,
    carrier: Carrier,
    values: Mapping[str, str],
    *,
    whole: bool = False,
    offset: float = 0.0,
    scale: float = 1.0,
) -> tuple[QImage, VideoPlacement]:
    """Draw a phone with a message. Without `whole` the screen keeps its height and begins `offset` dp down the message."""
    placement = arrange_message(
        template,
        signature,
        phones()[kind],
        carrier,
        values,
        card_images.drawing().measure,
        whole=whole,
        offset=offset,
    )
    image = painter.paint(placement, scale)
    image.setDevicePixelRatio(scale)
    return image, placement
