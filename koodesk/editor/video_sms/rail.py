# SPDX-License-Identifier: Apache-2.0
"""The left rail: what can be put into the message, as the platform's editor has it, and the list of frames below."""

from __future__ import annotations

from functools import partial
from typing import Final

from PySide6.QtCore import QSize, Qt, Signal
from PySide6.QtWidgets import (
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QPushButton,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.video_sms.template import ResourceKind
from koodesk.editor.inspector.form import plain, put_icon, restyle
from koodesk.editor.video_sms.frame_list import FrameList
from koodesk.editor.video_sms.media_work import no_room
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import ICONS, kind_word
from koodesk.editor.words import tr

_ORDER: Final = (ResourceKind.VIDEO, ResourceKind.IMAGE, ResourceKind.AUDIO, ResourceKind.TEXT)


class Rail(QFrame):
    """Buttons to insert, and the frames."""

    insert_wanted = Signal(object)
    """A `ResourceKind` to put in."""

    public_wanted = Signal()
    """A ready template is to be chosen (公共模板)."""

    cancel_wanted = Signal()
    """The file that is being stored is to be given up."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.inserts: dict[ResourceKind, QToolButton] = {}
        grid = QGridLayout()
        grid.setSpacing(8)
        for number, kind in enumerate(_ORDER):
            made = self.inserts[kind] = self._insert(kind)
            grid.addWidget(made, number // 2, number % 2)
        self.public = QPushButton(tr("公共模板"), self)
        put_icon(self.public, session.look, "layout-template", size=16)
        self.public.clicked.connect(self.public_wanted)
        self.frames = FrameList(session, self)
        self._counts = plain(style="hint")
        self._none = plain(tr("还没有内容。插入视频和文本，就是一条视频短信。"), "hint", wrap=True)
        self._busy = QWidget(self)
        self._busy_words = plain(style="hint", wrap=True)
        self.cancel = QPushButton(tr("取消"), self._busy)
        self.cancel.setProperty("kind", "link")
        self.cancel.clicked.connect(self.cancel_wanted)
        busy = QHBoxLayout(self._busy)
        busy.setContentsMargins(0, 0, 0, 0)
        busy.addWidget(self._busy_words, 1)
        busy.addWidget(self.cancel)
        self._busy.hide()
        column = QVBoxLayout(self)
        column.setContentsMargins(12, 8, 12, 8)
        column.setSpacing(8)
        column.addWidget(plain(tr("插入"), "heading"))
        column.addLayout(grid)
        column.addWidget(self.public)
        column.addSpacing(4)
        column.addWidget(plain(tr("帧"), "heading"))
        column.addWidget(self._counts)
        column.addWidget(self._none)
        column.addWidget(self.frames, 1)
        column.addStretch(0)
        column.addWidget(self._busy)
        session.document.changed.connect(self._follow)
        self._follow()

    def show_importing(self, name: str) -> None:
        """Say which file is being stored, nothing for an empty name."""
        self._busy_words.setText(tr("正在导入 {name}", name=name) if name else "")
        self._busy.setVisible(bool(name))

    def _insert(self, kind: ResourceKind) -> QToolButton:
        made = QToolButton(self)
        made.setObjectName(f"insert-{kind.value}")
        made.setProperty("kind", "button")
        made.setText(kind_word(kind))
        made.setIcon(self._session.look.icon(ICONS[kind], "accent", 20))
        made.setIconSize(QSize(20, 20))
        made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextUnderIcon)
        made.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        made.setFixedHeight(50)
        made.setAccessibleName(
            {
                ResourceKind.VIDEO: tr("插入视频"),
                ResourceKind.IMAGE: tr("插入图片"),
                ResourceKind.AUDIO: tr("插入音频"),
                ResourceKind.TEXT: tr("插入文本"),
            }[kind]
        )
        made.clicked.connect(partial(self.insert_wanted.emit, kind))
        return made

    def _follow(self) -> None:
        """Count, and say why nothing more can be put in when that is so."""
        session = self._session
        template, rules = session.template, session.rules
        elements = sum(1 for _ in template.elements())
        self._counts.setText(
            tr(
                "{frames}/{most} 帧 · {elements}/{limit} 个资源",
                frames=len(template.frames),
                most=rules.frames_max,
                elements=elements,
                limit=rules.resources_max,
            )
        )
        over = len(template.frames) > rules.frames_max or elements > rules.resources_max
        restyle(self._counts, "look", "danger" if over else "hint")
        full = no_room(template, rules)
        for made in self.inserts.values():
            made.setToolTip(session.look.sentence(full) if full is not None else made.accessibleName())
        self._none.setVisible(not template.frames)
        self.frames.setVisible(bool(template.frames))
