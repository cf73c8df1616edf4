# SPDX-License-Identifier: Apache-2.0
"""The inspector of a video: choose it and its cover, and the ratio it is shown in. Playing is the preview's matter."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Signal
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QHBoxLayout,
    QLabel,
    QPushButton,
    QRadioButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.crop import refit
from koodesk.domain.edits import Batch, Edit, SetRatio, SetVideo
from koodesk.domain.rule_pack import Ratio
from koodesk.domain.template import MaterialRef, Picture, VideoContent
from koodesk.editor.inspector.form import Row, Section, plain, put_icon
from koodesk.editor.session import Session
from koodesk.editor.thumbnail import thumbnail
from koodesk.editor.words import named, tr

COVER: Final = "cover"
"""What is asked of the gallery for a cover, in the place of a vendor."""
_SIDE: Final = 88


class VideoPanel(QWidget):
    """Edits one video content. The gallery it asks for."""

    gallery_wanted = Signal(str, str)
    """(content, what): choose a video, or with `COVER` its cover."""

    clear_wanted = Signal(str)

    def __init__(self, session: Session, content_id: str, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._content = content_id
        spec = session.slot(content_id)
        section = Section(named(spec.name_zh, spec.name_en), self)
        self._picture = QLabel(self)
        self._picture.setFixedSize(_SIDE, _SIDE)
        self._facts = plain(style="second", wrap=True)
        self.choose = QPushButton(tr("从图库选择视频"), self)
        put_icon(self.choose, session.look, "play")
        self.choose.clicked.connect(lambda: self.gallery_wanted.emit(content_id, ""))
        self.cover = QPushButton(tr("更换封面"), self)
        put_icon(self.cover, session.look, "image")
        self.cover.clicked.connect(lambda: self.gallery_wanted.emit(content_id, COVER))
        self.clear = QPushButton(tr("移除"), self)
        self.clear.setProperty("kind", "link")
        self.clear.clicked.connect(lambda: self.clear_wanted.emit(content_id))
        place = f"content:{content_id}"
        hint = named(spec.hint_zh, spec.hint_en)
        section.add(Row(session, tr("视频"), self._field(), place, required=spec.required, hint=hint))
        self.ratios: dict[str, QRadioButton] = {}
        if len(spec.ratios) > 1:
            section.add(Row(session, tr("视频比例"), self._ratio_field(spec.ratios), f"{place}/ratio"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(section)
        session.pictures_changed.connect(self.refresh)
        self.refresh()

    def refresh(self) -> None:
        """Show the video as it is now."""
        content = self._video()
        self._picture.setPixmap(thumbnail(self._session, content.cover, _SIDE, self.devicePixelRatioF()))
        self.cover.setEnabled(content.video is not None)
        self.clear.setVisible(content.video is not None)
        self._facts.setText(tr("从图库选择一段 MP4 视频") if content.video is None else _facts(content.video))
        chosen = self._session.slot(self._content).ratio_named(content.ratio)
        for name, choice in self.ratios.items():
            choice.setChecked(chosen is not None and name == chosen.name)

    def focus_at(self, where: str) -> None:
        """Take the keyboard to the place of a problem."""
        if "/cover" in where and self.cover.isEnabled():
            self.cover.setFocus()
        elif "/ratio" in where and self.ratios:
            next(iter(self.ratios.values())).setFocus()
        else:
            self.choose.setFocus()

    def _video(self) -> VideoContent:
        content = self._session.template.content(self._content)
        assert isinstance(content, VideoContent)
        return content

    def _field(self) -> QWidget:
        holder = QFrame(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        left, right = QVBoxLayout(), QVBoxLayout()
        left.addWidget(self._picture)
        left.addWidget(self.clear)
        right.setSpacing(8)
        for widget in (self.choose, self.cover, self._facts):
            right.addWidget(widget)
        for column in (left, right):
            column.addStretch(1)
        row.addLayout(left)
        row.addLayout(right, 1)
        return holder

    def _ratio_field(self, ratios: tuple[Ratio, ...]) -> QWidget:
        holder = QWidget(self)
        row = QHBoxLayout(holder)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(20)
        group = QButtonGroup(holder)
        for ratio in ratios:
            choice = QRadioButton(f"{ratio.width}:{ratio.height}", holder)
            choice.clicked.connect(lambda _on, wanted=ratio: self._choose_ratio(wanted))
            group.addButton(choice)
            row.addWidget(choice)
            self.ratios[ratio.name] = choice
        row.addStretch(1)
        return holder

    def _choose_ratio(self, ratio: Ratio) -> None:
        """Choose a ratio; the cover is cut to it."""
        content = self._video()
        edits: list[Edit] = [SetRatio(self._content, ratio.name)]
        cover = content.cover
        if cover is not None and cover.crop is not None and not cover.material.remote:
            size = (cover.material.width, cover.material.height)
            crop = refit(cover.crop, *size, (ratio.width, ratio.height))
            edits.append(SetVideo(self._content, content.video, Picture(cover.material, crop)))
        self._session.edit(Batch(tuple(edits)) if len(edits) > 1 else edits[0])


def _facts(video: MaterialRef) -> str:
    if video.remote:
        return tr("平台上的视频，文件不在这里")
    seconds = round(video.duration_ms / 1000)
    size = f"{video.size / 1_048_576:.2f} MB"
    return tr(
        "{width}×{height}，{seconds} 秒，{size}",
        width=video.width,
        height=video.height,
        seconds=seconds,
        size=size,
    )
