# SPDX-License-Identifier: Apache-2.0
"""The selected picture, sound or video in the inspector: what the file is, another one for it, and a video's cover."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import Qt, QTimer, Signal
from PySide6.QtWidgets import QHBoxLayout, QLabel, QMenu, QPushButton, QSlider, QVBoxLayout, QWidget

from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.template import Media, ResourceKind
from koodesk.editor.inspector.form import Section, plain, put_icon
from koodesk.editor.thumbnail import square
from koodesk.editor.video_sms.dropping import playable
from koodesk.editor.video_sms.inspector_parts import Facts, Wrong
from koodesk.editor.video_sms.media_work import room_for
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import ICONS, kind_word, length_word, size_word
from koodesk.editor.words import tr
from koodesk.preview.video_sms_media import cover_key

_SIDE = 88
_PAUSE_MS = 120
STEP_MS = 100
"""How far an arrow key moves the moment of the cover."""
SMALLEST_PICTURE: Final = 20_000
"""Bytes below which a picture is not made smaller: nothing of it could be seen."""


class MediaSection(QWidget):
    """Facts of the selected file, and what can be done with it."""

    replace_wanted = Signal(str)
    play_wanted = Signal(str)
    clip_wanted = Signal(str)
    """The selected video is to be cut."""
    compress_wanted = Signal(str, int)
    """The selected picture is to take at most so many bytes."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._gesture = 0
        self._section = Section("", self)
        self._picture = QLabel(self)
        self._picture.setFixedSize(_SIDE, _SIDE)
        self._name = plain(wrap=True)
        self._name.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self.replace = QPushButton(tr("更换"), self)
        put_icon(self.replace, session.look, "refresh-cw", size=16)
        self.replace.clicked.connect(lambda: self.replace_wanted.emit(session.selection.content))
        self.play = QPushButton(tr("播放"), self)
        put_icon(self.play, session.look, "play", size=16)
        self.play.setToolTip(tr("在手机里播放（空格），预览没有声音"))
        self.play.clicked.connect(lambda: self.play_wanted.emit(session.selection.content))
        self.clip = QPushButton(tr("剪辑"), self)
        put_icon(self.clip, session.look, "crop", size=16)
        self.clip.clicked.connect(lambda: self.clip_wanted.emit(session.selection.content))
        self.compress = QPushButton(tr("压缩"), self)
        put_icon(self.compress, session.look, "zoom-out", size=16)
        self.compress.setToolTip(tr("另存一张更小的图片，原图留在图库"))
        self._sizes = QMenu(self.compress)
        self._sizes.aboutToShow.connect(self._offer_sizes)
        self.compress.setMenu(self._sizes)
        self.facts = Facts(self)
        self.wrong = Wrong(session, self)
        self._moment = QTimer(self)
        self._moment.setSingleShot(True)
        self._moment.setInterval(_PAUSE_MS)
        self._moment.timeout.connect(self._take_cover)
        self.cover = QSlider(Qt.Orientation.Horizontal, self)
        self.cover.setAccessibleName(tr("封面时刻"))
        self.cover.setSingleStep(STEP_MS)
        self.cover.setPageStep(1000)
        self.cover.valueChanged.connect(self._cover_moved)
        self._cover_row = QWidget(self)
        self._cover_at = plain(style="hint")
        self._compose()
        session.pictures_changed.connect(self._paint)
        session.facts_changed.connect(self.refresh)

    def offer_clip(self, on: bool) -> None:
        """Offer to cut a video, where somebody does that."""
        self._clips = on
        self.refresh()

    def refresh(self) -> None:
        """Show the selected file."""
        session, media = self._session, self._session.element()
        where = session.selection.content
        if not isinstance(media, Media):
            return
        session.ask_about(media)
        known = session.facts(media.digest)
        self._section.title.setText(kind_word(media.kind))
        self._name.setText(known.name if known is not None else "")
        self._name.setVisible(known is not None)
        self.facts.show_facts(self._facts(media, known.codec if known is not None else ""))
        self.wrong.show_of(where)
        self.play.setVisible(playable(media.kind, media.type))
        self.clip.setVisible(self._clips and media.kind is ResourceKind.VIDEO)
        still = media.kind is ResourceKind.IMAGE and media.type != "gif"
        self.compress.setVisible(still and media.size > SMALLEST_PICTURE)
        self._cover_row.setVisible(media.kind is ResourceKind.VIDEO)
        if media.kind is ResourceKind.VIDEO and not self._moment.isActive():
            self.cover.blockSignals(True)  # Qt's own parameter
            self.cover.setRange(0, max(media.duration_ms - 1, 0))
            self.cover.setValue(media.cover_ms)
            self.cover.blockSignals(False)  # Qt's own parameter
        self._cover_at.setText(length_word(self.cover.value()))
        self._paint()

    # --- inside -----------------------------------------------------------------------------------------------

    def _offer_sizes(self) -> None:
        """Offer what is left of the budget for this picture, and parts of its own size."""
        menu, media, place = self._sizes, self._session.element(), self._session.place()
        menu.clear()
        if not isinstance(media, Media) or place is None:
            return
        room = room_for(self._session.template, self._session.rules, place)
        sizes = {max(media.size * part // 100, SMALLEST_PICTURE) for part in (75, 50, 25)}
        if SMALLEST_PICTURE <= room < media.size:
            words = tr("压缩到剩余预算（{size}）", size=size_word(room))
            menu.addAction(words, partial(self.compress_wanted.emit, place.where, room))
        for size in sorted((s for s in sizes if s < media.size), reverse=True):
            words = tr("压缩到 {size}", size=size_word(size))
            menu.addAction(words, partial(self.compress_wanted.emit, place.where, size))

    def _compose(self) -> None:
        self._clips = False
        top = QHBoxLayout()
        top.setSpacing(12)
        top.addWidget(self._picture, 0, Qt.AlignmentFlag.AlignTop)
        side = QVBoxLayout()
        side.setSpacing(8)
        side.addWidget(self._name)
        side.addWidget(self.replace)
        side.addWidget(self.play)
        side.addWidget(self.clip)
        side.addWidget(self.compress)
        side.addStretch(1)
        top.addLayout(side, 1)
        self._section.body.addLayout(top)
        self._section.add(self.facts)
        head = QHBoxLayout()
        head.addWidget(plain(tr("封面时刻"), "second"))
        head.addStretch(1)
        head.addWidget(self._cover_at)
        cover = QVBoxLayout(self._cover_row)
        cover.setContentsMargins(0, 0, 0, 0)
        cover.setSpacing(4)
        cover.addLayout(head)
        cover.addWidget(self.cover)
        cover.addWidget(
            plain(
                tr("播放前手机显示的画面由手机决定，多为第一帧；这里的封面只用于预览和缩略图。"),
                "hint",
                wrap=True,
            )
        )
        self._section.add(self._cover_row)
        self._section.add(self.wrong)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.addWidget(self._section)

    def _facts(self, media: Media, codec: str) -> tuple[tuple[str, str, str], ...]:
        """Return what the file is, beside what it may be."""
        rules = self._session.rules
        facts = [(tr("文件格式"), media.type.upper() + (f" · {codec}" if codec else ""), "")]
        if media.kind is ResourceKind.VIDEO:
            over = media.duration_ms > rules.video_max_ms
            words = tr(
                "{length}，最长 {limit}",
                length=length_word(media.duration_ms),
                limit=length_word(rules.video_max_ms),
            )
            facts.append((tr("时长"), words, "danger" if over else ""))
        elif media.duration_ms:
            facts.append((tr("时长"), length_word(media.duration_ms), ""))
        if media.width:
            facts.append(
                (tr("画面"), tr("{width}×{height} 像素", width=media.width, height=media.height), "")
            )
        total = max(self._session.template.size, 1)
        share = round(100 * media.size / total)
        facts.append(
            (tr("大小"), f"{size_word(media.size)} · {tr('占整条短信的 {share}%', share=share)}", "")
        )
        return tuple(facts)

    def _cover_moved(self, at_ms: int) -> None:
        """Wait until the hand rests: each moment is a picture that has to be decoded."""
        self._cover_at.setText(length_word(at_ms))
        self._moment.start()

    def _take_cover(self) -> None:
        place, at = self._session.place(), self.cover.value()
        media = self._session.element()
        if place is None or not isinstance(media, Media) or media.kind is not ResourceKind.VIDEO:
            return
        if not self._gesture or not self.cover.isSliderDown():
            self._gesture = self._session.document.new_gesture()
        self._session.change("set_cover", place.where, lambda t: edits.set_cover(t, place, at), self._gesture)

    def _paint(self) -> None:
        media = self._session.element()
        if not isinstance(media, Media):
            return
        seen = media.kind is not ResourceKind.AUDIO
        ladder = self._session.pictures.ladder(cover_key(media)) if seen else None
        ratio = self.devicePixelRatioF()
        self._picture.setPixmap(square(ladder, None, self._session.look, _SIDE, ratio, ICONS[media.kind]))
