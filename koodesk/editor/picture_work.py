# SPDX-License-Identifier: Apache-2.0
"""How pictures come into the card: chosen, dropped, pasted, optimised. Files are read by others, off this thread.

A picture that arrives late goes only where it was wanted, and only while the content is still there.
"""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Final

from PySide6.QtCore import QMimeData, QObject
from PySide6.QtGui import QImage

from koodesk.domain import crop as crops
from koodesk.domain.edits import Edit, SetBackground, SetPicture, SetVideo
from koodesk.domain.problem import Problem
from koodesk.domain.rule_pack import Ratio, SlotKind
from koodesk.domain.template import ImageContent, MaterialRef, Picture, VideoContent
from koodesk.domain.vendor import Vendor
from koodesk.editor.gallery import GalleryItem
from koodesk.editor.latest import Latest, Tell
from koodesk.editor.session import Session
from koodesk.editor.words import tr
from koodesk.preview.render import png


class PictureWork(QObject):
    """Puts pictures into a session's card."""

    def __init__(self, session: Session) -> None:
        super().__init__(session)
        self._session = session
        self._encoder: Final = Latest(self)
        self._encoder.told.connect(self._store)

    def place(self, content_id: str, material: MaterialRef, vendor: Vendor | None = None) -> bool:
        """Put a stored picture into a slot, cut to the slot's ratio, or behind a vendor's card; tell whether it fits."""
        edit: Edit
        if vendor is not None:
            edit = SetBackground(content_id, vendor, Picture(material))
        else:
            edit = SetPicture(content_id, self._cut(material, self._session.slot(content_id).ratio))
        return self._session.edit(edit)

    def place_video(
        self, content_id: str, material: MaterialRef, *, cover: bool = False, gesture: int = 0
    ) -> None:
        """Put a stored video into a slot, or a picture before it as its cover; a new video gets its first picture.

        The cover is cut to the ratio of the video. A video and the cover made of it are one step of the history.
        """
        content = self._session.template.content(content_id)
        if not isinstance(content, VideoContent):
            return
        if cover:
            shape = self._session.slot(content_id).ratio_named(content.ratio)
            self._session.edit(SetVideo(content_id, content.video, self._cut(material, shape)), gesture)
            return
        gesture = self._session.document.new_gesture()
        if self._session.edit(SetVideo(content_id, material, None), gesture):
            made = partial(self._cover_made, content_id, material, gesture)
            self._session.around.gallery.cover(material, made, self._refuse)

    def _cover_made(
        self, content_id: str, video: MaterialRef, gesture: int, items: tuple[GalleryItem, ...]
    ) -> None:
        """Put the cover where its video still is, unless another was chosen meanwhile."""
        try:
            content = self._session.template.content(content_id)
        except KeyError:
            return
        if isinstance(content, VideoContent) and content.video == video and content.cover is None and items:
            self.place_video(content_id, items[0].material, cover=True, gesture=gesture)

    def take(self, content_id: str, data: QMimeData) -> bool:
        """Take dropped or pasted files, or an image, for a slot; tell whether there was something to take."""
        target = content_id if content_id and self._is_picture(content_id) else self.first_slot()
        if target is None:
            return False
        paths = tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())
        gallery, then = self._session.around.gallery, partial(self._arrived, target)
        if paths:
            gallery.add_files(paths, then, self._refuse)
            return True
        if data.hasImage():
            image = data.imageData()
            if isinstance(image, QImage) and not image.isNull():
                self._paste(target, image)
                return True
        return False

    def optimise(self, content_id: str) -> bool:
        """Store a copy of a slot's picture that fits the platform's limit and put it in place (图像优化)."""
        picture = self._session.picture_of(content_id)
        if picture is None:
            return False
        most = self._session.pack.limit("picture.bytes")
        then = partial(self._optimised, content_id)
        self._session.around.gallery.optimise(picture.material, picture.crop, most, then, self._refuse)
        return True

    def first_slot(self) -> str | None:
        """Return the first picture slot of the card, an empty one before a filled one."""
        slots = [c for c in self._session.template.contents() if isinstance(c, ImageContent)]
        empty = [c for c in slots if c.picture is None]
        return next((c.id for c in empty or slots), None)

    def _paste(self, content_id: str, image: QImage) -> None:
        """Encode a pasted image off the window's thread, then store it like a file."""

        def job(_alive: Callable[[], bool], tell: Tell) -> None:
            tell((content_id, png(image)))

        self._encoder.run(job)

    def _store(self, encoded: tuple[str, bytes]) -> None:
        content_id, data = encoded
        then = partial(self._arrived, content_id)
        self._session.around.gallery.add_bytes(f"{tr('粘贴的图片')}.png", data, then, self._refuse)

    def _arrived(self, content_id: str, items: tuple[GalleryItem, ...]) -> None:
        self._session.learn(items)
        if items and self._is_picture(content_id):
            self.place(content_id, items[0].material)

    def _optimised(self, content_id: str, items: tuple[GalleryItem, ...]) -> None:
        """The copy is cut already: it is shown whole."""
        if items and self._is_picture(content_id):
            self._session.edit(SetPicture(content_id, Picture(items[0].material)))

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._session.refused.emit(problems)

    def _is_picture(self, content_id: str) -> bool:
        try:
            return self._session.slot(content_id).kind is SlotKind.IMAGE
        except KeyError:
            return False

    def _cut(self, material: MaterialRef, ratio: Ratio | None) -> Picture:
        """Return a picture cut to a ratio around its focal point, whole where it has the ratio or none is asked for."""
        shape = None if ratio is None else (ratio.width, ratio.height)
        if shape is None or crops.has_ratio((material.width, material.height), shape):
            return Picture(material)
        focal = self._session.focal(material.digest)
        return Picture(material, crops.fit_around(material.width, material.height, shape, focal))
