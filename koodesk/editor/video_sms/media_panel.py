# SPDX-License-Identifier: Apache-2.0
"""The gallery for video SMS (视频 > 我的 > 从本地上传): choose a stored file of one kind, search by name, or take one from this machine."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QIcon
from PySide6.QtWidgets import (
    QDialog,
    QFileDialog,
    QHBoxLayout,
    QLineEdit,
    QListView,
    QListWidget,
    QListWidgetItem,
    QPushButton,
    QStackedLayout,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.problem import Problem
from koodesk.domain.video_sms.template import Media, ResourceKind
from koodesk.editor.inspector.form import plain, put_icon
from koodesk.editor.thumbnail import square
from koodesk.editor.video_sms.media_work import CLIP_ONLY
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.shelf import ShelfItem
from koodesk.editor.video_sms.words import ICONS, kind_word, length_word, size_word, summary
from koodesk.editor.words import tr
from koodesk.preview.video_sms_media import cover_key

_SIDE: Final = 104
_PAUSE_MS: Final = 150
_ITEM: Final = int(Qt.ItemDataRole.UserRole)


class MediaPanel(QDialog):
    """Chooses one stored file. Opened with `open()`: the window behind stays alive."""

    chosen = Signal(object)
    """A `ShelfItem`."""

    paths_chosen = Signal(object)
    """Files of this machine: a tuple of `Path`."""

    def __init__(
        self, session: VideoSession, kind: ResourceKind, parent: QWidget | None = None, *, clips: bool = False
    ) -> None:
        """With `clips`, files of this machine may be videos that have to be made anew."""
        super().__init__(parent)
        self._clips = clips and kind is ResourceKind.VIDEO
        self._session = session
        self._kind = kind
        self.setWindowTitle(
            {
                ResourceKind.VIDEO: tr("选择视频"),
                ResourceKind.IMAGE: tr("选择图片"),
                ResourceKind.AUDIO: tr("选择音频"),
            }.get(kind, kind_word(kind))
        )
        self.resize(720, 520)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("按名称搜索"))
        self.search.setAccessibleName(tr("按名称搜索"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(session.look.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.upload = QPushButton(tr("从本地上传"), self)
        put_icon(self.upload, session.look, "upload", size=16)
        self.upload.clicked.connect(self._ask_files)
        self.list = QListWidget(self)
        self.list.setAccessibleName(self.windowTitle())
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setWordWrap(True)
        self.list.setSpacing(6)
        self.list.setIconSize(QSize(_SIDE, _SIDE))
        self.list.setGridSize(QSize(_SIDE + 32, _SIDE + 56))
        self.list.itemSelectionChanged.connect(self._selected)
        self.list.itemActivated.connect(lambda _item: self._choose())
        self._hint = plain(self._limits(), "hint", wrap=True)
        self._empty = plain(style="second", wrap=True)
        self._empty.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._wrong = plain(style="danger", wrap=True)
        self._wrong.hide()
        self.use = QPushButton(tr("使用"), self)
        self.use.setProperty("kind", "primary")
        self.use.setDefault(True)
        self.use.clicked.connect(self._choose)
        self._compose()
        session.pictures_changed.connect(self._repaint)
        self._selected()
        self.refresh()

    def refresh(self) -> None:
        """Look for the files whose name holds the searched text."""
        self._session.around.shelf.find(self._kind, self.search.text().strip(), self._show, self._refuse)

    # --- inside -----------------------------------------------------------------------------------------------

    def _compose(self) -> None:
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.search, 1)
        head.addWidget(self.upload)
        middle = QWidget(self)
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.list)
        self._stack.addWidget(self._empty)
        cancel = QPushButton(tr("取消"), self)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._hint, 1)
        foot.addWidget(cancel)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(middle, 1)
        column.addWidget(self._wrong)
        column.addLayout(foot)

    def _limits(self) -> str:
        """Return what the platform takes of this kind, and what Koodesk keeps to where it says nothing."""
        rules = self._session.rules
        types = " / ".join(rules.types.get(self._kind, ()))
        if self._kind is ResourceKind.VIDEO:
            return tr(
                "支持 {types}，最长 {length}；整条短信的大小平台未公布，Koodesk 按 {size} 控制",
                types=types,
                length=length_word(rules.video_max_ms),
                size=size_word(rules.budget_bytes),
            )
        return tr(
            "支持 {types}；整条短信的大小平台未公布，Koodesk 按 {size} 控制",
            types=types,
            size=size_word(rules.budget_bytes),
        )

    def _ask_files(self) -> None:
        # Made by hand and opened without blocking: the static functions run a loop of their own.
        types = (*self._session.rules.types.get(self._kind, ()), *(CLIP_ONLY if self._clips else ()))
        endings = " ".join(f"*.{e}" for e in types)
        dialog = QFileDialog(self, self.upload.text(), "", f"{kind_word(self._kind)} ({endings})")
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(self._take)
        dialog.open()

    def _take(self, names: list[str]) -> None:
        """Hand the files over; what becomes of them shows in the editor, where they go."""
        self.paths_chosen.emit(tuple(Path(n) for n in names))
        self.accept()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self._wrong.setText("\n".join(self._session.look.sentence(p) for p in problems[:4]))
        self._wrong.show()

    def _show(self, items: tuple[ShelfItem, ...]) -> None:
        self.list.clear()
        self._session.learn(items)
        for found in items:
            facts = summary(found.media)
            entry = QListWidgetItem(self._icon(found.media), f"{found.name}\n{size_word(found.media.size)}")
            entry.setToolTip(f"{found.name}\n{facts}")
            entry.setData(int(Qt.ItemDataRole.AccessibleTextRole), f"{found.name}，{facts}")
            entry.setData(_ITEM, found)
            self.list.addItem(entry)
        searched = bool(self.search.text().strip())
        words = tr("没有这个名称的素材") if searched else tr("还没有素材，可以从本地上传")
        self._empty.setText(words)
        self._stack.setCurrentIndex(0 if items else 1)
        if items:
            self.list.setCurrentRow(0)
        self._selected()

    def _repaint(self) -> None:
        for index in range(self.list.count()):
            entry = self.list.item(index)
            entry.setIcon(self._icon(entry.data(_ITEM).media))

    def _icon(self, media: Media) -> QIcon:
        seen = media.kind is not ResourceKind.AUDIO
        ladder = self._session.pictures.ladder(cover_key(media)) if seen else None
        ratio = self.devicePixelRatioF()
        picture = square(ladder, None, self._session.look, _SIDE, ratio, ICONS[media.kind])
        icon = QIcon(picture)
        icon.addPixmap(picture, QIcon.Mode.Selected)  # chosen, it keeps its colours
        return icon

    def _selected(self) -> None:
        self.use.setEnabled(bool(self.list.selectedItems()))

    def _choose(self) -> None:
        entry = self.list.currentItem()
        if entry is not None:
            self.chosen.emit(entry.data(_ITEM))
            self.accept()
