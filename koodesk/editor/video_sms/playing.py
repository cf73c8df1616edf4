# SPDX-License-Identifier: Apache-2.0
"""A video or gif playing where it stands in the message on the canvas. There is no sound; a gif begins again at its end."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QObject, Qt
from PySide6.QtGui import QPainter

from koodesk.domain.video_sms.template import Media, ResourceKind
from koodesk.editor.gallery import Moment
from koodesk.editor.playing import Player
from koodesk.editor.video_sms.canvas import MessageCanvas
from koodesk.editor.video_sms.dropping import playable
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.shelf import Failed


class MessagePlayer(QObject):
    """Plays on the canvas: started and stopped from it, stopped by Esc, by a tool and by any change of the message."""

    def __init__(self, session: VideoSession, canvas: MessageCanvas) -> None:
        super().__init__(canvas)
        self._session = session
        self._canvas = canvas
        self.player: Final = Player(self._begin, self, loops=self._loops)
        canvas.overlay = self._paint
        canvas.play_wanted.connect(self.player.toggle)
        canvas.stop_wanted.connect(self.player.stop)
        canvas.tool_changed.connect(self.player.stop)
        session.document.changed.connect(self._changed)
        session.selection.changed.connect(self._leave)
        self.player.changed.connect(canvas.update)
        self.player.failed.connect(session.refused)

    def _changed(self, _before: object, _after: object) -> None:
        self.player.stop()

    def _begin(
        self, where: str, got: Callable[[tuple[Moment, ...]], None], then: Callable[[], None], failed: Failed
    ) -> Callable[[], None] | None:
        media = self._session.element(where)
        if not isinstance(media, Media) or not playable(media.kind, media.type):
            return None
        return self._session.around.shelf.play(media, got, then, failed)

    def _loops(self, where: str) -> bool:
        media = self._session.element(where)
        return isinstance(media, Media) and media.kind is ResourceKind.IMAGE

    def _leave(self, where: str) -> None:
        if where != self.player.content:
            self.player.stop()

    def _paint(self, painter: QPainter) -> None:
        """Paint the picture that is due into the place of its element, and nothing beside it."""
        image, where = self.player.image, self.player.content
        box = self._canvas.placement.media_box(where) if image is not None else None
        if image is None or box is None:
            return
        painter.save()
        painter.setClipRect(self._canvas.area(box.rect), Qt.ClipOperation.IntersectClip)
        painter.translate(self._canvas.origin())
        self._session.renderer.draw_message(
            painter, self._canvas.placement, self._canvas.zoom, {where: image}
        )
        painter.restore()
