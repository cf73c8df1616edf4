# SPDX-License-Identifier: Apache-2.0
"""Choosing a ready template (公共模板) inside the editor: the list is drawn, and what is chosen stored, off the window's thread."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from koodesk.domain.video_sms.template import VideoTemplate
from koodesk.editor.video_sms.public_panel import PublicPanel
from koodesk.editor.video_sms.studio import MessageStudio
from koodesk.ui.page import Page
from koodesk.ui.pages.video.video_file import ready_templates, stored_ready


def offer_public(page: Page, studio: MessageStudio, open_still: Callable[[], bool]) -> None:
    """Show the ready templates; the chosen one replaces what the studio holds, unless it has been closed meanwhile."""

    def use(template: VideoTemplate) -> None:
        if open_still():
            studio.use_ready(template)
            page.desk.changed.emit("materials")

    def show(found: Any) -> None:
        if not open_still():
            return
        panel = PublicPanel(found, bool(studio.session.template.frames), page)
        panel.chosen.connect(lambda key: page.run(lambda service: stored_ready(service, key), use))
        panel.open()

    page.run(ready_templates, show)
