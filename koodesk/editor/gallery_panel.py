# SPDX-License-Identifier: Apache-2.0
"""The gallery (图片素材): choose a stored picture, search by name, add several files at once."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QIcon
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
from koodesk.domain.template import MaterialRef, Picture
from koodesk.editor.gallery import FILE, GalleryItem
from koodesk.editor.inspector.form import plain, put_icon
from koodesk.editor.session import Session
from koodesk.editor.thumbnail import thumbnail
from koodesk.editor.words import about, tr

_SIDE: Final = 112
_PAUSE_MS: Final = 150
_ITEM: Final = int(Qt.ItemDataRole.UserRole)
FILES: Final = "*.png *.jpg *.jpeg"
VIDEO_FILES: Final = "*.mp4"


class GalleryPanel(QDialog):
    """Chooses one picture, or one video. Opened with `open()`: the window behind stays alive."""

    chosen = Signal(object)
    """A `MaterialRef`."""

    def __init__(
        self,
        session: Session,
        parent: QWidget | None = None,
        *,
        videos: bool = False,
        logos_first: bool = False,
    ) -> None:
        """With `logos_first` the brand kit's logos stand before the other pictures."""
        super().__init__(parent)
        self._session = session
        self._videos = videos
        self._logos_first = logos_first
        self.setWindowTitle(tr("视频素材") if videos else tr("图片素材"))
        self.resize(720, 520)
        self.setAcceptDrops(True)
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("按名称搜索"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(session.look.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(_PAUSE_MS)
        self._timer.timeout.connect(self.refresh)
        self.search.textChanged.connect(lambda _text: self._timer.start())
        self.upload = QPushButton(tr("上传视频") if videos else tr("上传图片"), self)
        put_icon(self.upload, session.look, "upload")
        self.upload.clicked.connect(self._ask_files)
        head = QHBoxLayout()
        head.setSpacing(8)
        head.addWidget(self.search, 1)
        head.addWidget(self.upload)
        self.list = QListWidget(self)
        self.list.setViewMode(QListView.ViewMode.IconMode)
        self.list.setResizeMode(QListView.ResizeMode.Adjust)
        self.list.setMovement(QListView.Movement.Static)
        self.list.setIconSize(QSize(_SIDE, _SIDE))
        self.list.setGridSize(QSize(_SIDE + 24, _SIDE + 44))
        self.list.setUniformItemSizes(True)
        self.list.setAccessibleName(self.windowTitle())
        self.list.itemActivated.connect(lambda _item: self._choose())
        self.list.itemSelectionChanged.connect(self._selected)
        empty = QWidget(self)
        words = QVBoxLayout(empty)
        words.addStretch(1)
        self._empty = plain("", "heading")
        how = (
            tr("点“上传视频”，或把文件拖到这里。支持 MP4。")
            if videos
            else tr("点“上传图片”，或把文件拖到这里。支持 PNG、JPG、JPEG。")
        )
        for label in (self._empty, plain(how, "second")):
            label.setAlignment(Qt.AlignmentFlag.AlignCenter)
            words.addWidget(label)
        words.addStretch(1)
        self._wrong = plain(style="danger", wrap=True)
        self._wrong.hide()
        middle = QWidget(self)
        self._stack = QStackedLayout(middle)
        self._stack.addWidget(self.list)
        self._stack.addWidget(empty)
        self.use = QPushButton(tr("使用"), self)
        self.use.setProperty("kind", "primary")
        self.use.setDefault(True)
        self.use.clicked.connect(self._choose)
        cancel = QPushButton(tr("取消"), self)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addWidget(self._wrong, 1)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.use)
        column = QVBoxLayout(self)
        column.setContentsMargins(16, 16, 16, 16)
        column.setSpacing(12)
        column.addLayout(head)
        column.addWidget(middle, 1)
        column.addLayout(foot)
        session.pictures_changed.connect(self._repaint)
        self._selected()
        self.refresh()

    def refresh(self) -> None:
        """Look for the pictures whose name holds the searched text."""
        text = self.search.text().strip()
        self._session.around.gallery.find(text, self._show, self._refuse, videos=self._videos)

    def _ask_files(self) -> None:
        # Made by hand and opened without blocking: the static functions run a loop of their own.
        kinds = f"{tr('视频')} ({VIDEO_FILES})" if self._videos else f"{tr('图片')} ({FILES})"
        dialog = QFileDialog(self, self.upload.text(), "", kinds)
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.filesSelected.connect(lambda names: self._add(tuple(Path(n) for n in names)))
        dialog.open()

    def _add(self, paths: tuple[Path, ...]) -> None:
        self._wrong.hide()
        self.upload.setEnabled(False)
        self._session.around.gallery.add_files(paths, self._added, self._refuse)

    def _added(self, items: tuple[GalleryItem, ...]) -> None:
        self.upload.setEnabled(True)
        self._session.learn(items)
        for item in items:
            self._session.pictures.forget(item.material.digest)
        self.search.clear()
        self.refresh()

    def _refuse(self, problems: tuple[Problem, ...]) -> None:
        self.upload.setEnabled(True)
        self._wrong.setText("\n".join(self._words(p) for p in problems[:4]))
        self._wrong.show()

    def _words(self, found: Problem) -> str:
        """Return a problem's sentence, behind the name of the file it is about."""
        sentence = self._session.look.sentence(found)
        name = found.where.removeprefix(FILE)
        return about(name if found.where.startswith(FILE) else "", sentence)

    def _show(self, items: tuple[GalleryItem, ...]) -> None:
        self.list.clear()
        self._session.learn(items)
        if self._logos_first:
            logos = self._session.around.brand.logos
            items = tuple(sorted(items, key=lambda i: i.material.digest not in logos))
        for found in items:
            material = found.material
            entry = QListWidgetItem(self._icon(material), found.name)
            tip = f"{found.name}\n{material.width}×{material.height}"
            if material.duration_ms:
                tip += "\n" + tr("视频 {seconds} 秒", seconds=round(material.duration_ms / 1000))
            entry.setToolTip(tip)
            entry.setData(_ITEM, material)
            self.list.addItem(entry)
        searched = bool(self.search.text().strip())
        if self._videos:
            self._empty.setText(tr("没有这个名称的视频") if searched else tr("还没有视频"))
        else:
            self._empty.setText(tr("没有这个名称的图片") if searched else tr("还没有图片"))
        self._stack.setCurrentIndex(0 if items else 1)
        if items:
            self.list.setCurrentRow(0)
        self._selected()

    def _repaint(self) -> None:
        for index in range(self.list.count()):
            entry = self.list.item(index)
            entry.setIcon(self._icon(entry.data(_ITEM)))

    def _icon(self, material: MaterialRef) -> QIcon:
        picture = thumbnail(self._session, Picture(material), _SIDE, self.devicePixelRatioF())
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

    def dragEnterEvent(self, event: QDragEnterEvent) -> None:
        """Take files of this machine."""
        if any(url.isLocalFile() for url in event.mimeData().urls()):
            event.acceptProposedAction()

    def dropEvent(self, event: QDropEvent) -> None:
        """Add the files."""
        paths = tuple(Path(url.toLocalFile()) for url in event.mimeData().urls() if url.isLocalFile())
        if paths:
            event.acceptProposedAction()
            self._add(paths)
