# SPDX-License-Identifier: Apache-2.0
"""Fields of the service account's forms: a picture of the gallery, authorisation papers, a list of signatures."""

from __future__ import annotations

from collections.abc import Callable
from functools import partial
from pathlib import Path
from typing import Any, Final

from PySide6.QtCore import Signal
from PySide6.QtGui import QPixmap
from PySide6.QtWidgets import QFileDialog, QFrame, QHBoxLayout, QLabel, QLineEdit, QVBoxLayout

from koodesk.domain.papers import Paper
from koodesk.domain.service_account.values import RecordKind, ServicePicture
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.service_account.words import checker
from koodesk.ui.times import size
from koodesk.ui.widgets.basics import Chip, button, label, tool
from koodesk.ui.widgets.layouts import clear

_TYPES: Final = {"image/png": "png", "image/jpeg": "jpg"}
THUMB: Final = 56


class PictureField(QFrame):
    """Chooses one picture; it is taken into the gallery, cut to the ratio and made small enough where it can be."""

    picked = Signal(object)

    def __init__(self, page: Page, rule: str, name: str = "") -> None:
        super().__init__()
        self.setAcceptDrops(True)
        self._page = page
        self._rule = checker().rules.pictures[rule]
        self.value: ServicePicture | None = None
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(12)
        self._thumb = QLabel()
        self._thumb.hide()
        self.button = button(tr("选择图片"), self.choose, icon="upload", name=name)
        self.setFocusProxy(self.button)
        self._about = label("", "hint", wrap=True)
        row.addWidget(self._thumb)
        row.addWidget(self.button)
        row.addWidget(self._about, 1)
        self._say()

    def _say(self, cut: bool = False) -> None:
        if self.value is None:
            self._about.setText(tr("可以把文件拖到这里"))
            return
        text = f"{self.value.width}×{self.value.height} · {size(self.value.size)}"
        self._about.setText(text + (tr("（已裁剪到比例并优化）") if cut else ""))

    def choose(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, tr("选择图片"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{tr('文件')} (*.png *.jpg *.jpeg *.bmp)")
        dialog.fileSelected.connect(self.take)
        dialog.open()

    def take(self, path: str) -> None:
        """Take a file into the gallery and show it."""
        rule = self._rule

        def work(service: Any) -> Any:
            return service.materials.add_account_picture(Path(path), rule)

        def done(row: Any) -> None:
            kind = _TYPES.get(row.media_type, row.media_type)
            self.show_value(ServicePicture(row.digest, row.width, row.height, row.size, kind), row.thumbnail)
            self._say(cut=True)
            self.picked.emit(self.value)

        def failed(problems: Any) -> None:
            self._about.setText(self._page.desk.say(problems))

        if path:
            self._page.run(work, done, failed)

    def show_value(self, value: ServicePicture | None, thumbnail: Path | None = None) -> None:
        """Show a picture that is chosen already; its thumbnail is fetched where it is not given."""
        self.value = value
        self._thumb.setVisible(value is not None)
        self._say()
        if value is None:
            return
        digest = value.digest
        if thumbnail is not None:
            self._show_thumb(thumbnail)
            return

        def found(row: Any) -> None:
            if self.value is not None and self.value.digest == digest:
                self._show_thumb(row.thumbnail)

        self._page.run(lambda service: service.materials.get(digest), found, lambda _: None)

    def _show_thumb(self, path: Path) -> None:
        drawn = QPixmap(str(path))
        if drawn.isNull():
            return
        ratio = self.devicePixelRatioF()
        drawn = drawn.scaledToHeight(round(THUMB * ratio))
        drawn.setDevicePixelRatio(ratio)
        self._thumb.setPixmap(drawn)

    def dragEnterEvent(self, event: Any) -> None:
        """Take files from the desktop."""
        if event.mimeData().hasUrls():
            event.acceptProposedAction()

    def dropEvent(self, event: Any) -> None:
        """Take the first file dropped."""
        paths = [url.toLocalFile() for url in event.mimeData().urls() if url.isLocalFile()]
        if paths:
            self.take(paths[0])


class PapersField(QFrame):
    """Authorisation pictures (授权证明), several of them."""

    picked = Signal(object)

    def __init__(self, page: Page, kind: RecordKind, name: str = "") -> None:
        super().__init__()
        self._page = page
        self._kind = kind
        self.value: tuple[Paper, ...] = ()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(4)
        self.button = button(tr("图片上传"), self.choose, icon="upload", name=name)
        self.setFocusProxy(self.button)
        self._wrong = label("", "danger", wrap=True)
        self._wrong.hide()
        column.addLayout(self._rows)
        column.addWidget(self.button)
        column.addWidget(self._wrong)

    def choose(self) -> None:
        """Ask for files."""
        dialog = QFileDialog(self, tr("选择文件"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFiles)
        dialog.setNameFilter(f"{tr('文件')} (*.png *.jpg *.jpeg *.bmp)")
        dialog.filesSelected.connect(self.take)
        dialog.open()

    def take(self, paths: list[str]) -> None:
        """Store files and add them to the list."""
        kind = self._kind

        def work(service: Any) -> tuple[Paper, ...]:
            return tuple(service.service_accounts.add_paper(Path(path), kind) for path in paths)

        def done(found: tuple[Paper, ...]) -> None:
            known = {paper.digest for paper in self.value}
            self._wrong.hide()
            self.show_value((*self.value, *(paper for paper in found if paper.digest not in known)))
            self.picked.emit(self.value)

        def failed(problems: Any) -> None:
            self._wrong.setText(self._page.desk.say(problems))
            self._wrong.show()

        if paths:
            self._page.run(work, done, failed)

    def show_value(self, value: tuple[Paper, ...]) -> None:
        """Show papers."""
        self.value = value
        clear(self._rows)
        for paper in value:
            row = QHBoxLayout()
            row.addWidget(Chip(paper.name, "success", "file-text"))
            row.addWidget(label(size(paper.size), "hint"))
            row.addWidget(button(tr("移除"), partial(self._remove, paper), kind="link"))
            row.addStretch(1)
            self._rows.addLayout(row)

    def _remove(self, paper: Paper) -> None:
        self.show_value(tuple(one for one in self.value if one != paper))
        self.picked.emit(self.value)


class SignaturesField(QFrame):
    """Signatures, a line each; an empty line is none."""

    picked = Signal(object)

    def __init__(self, most: int, name: str = "") -> None:
        super().__init__()
        self._most = most
        self._lines: list[QLineEdit] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        self._rows = QVBoxLayout()
        self._rows.setSpacing(6)
        self.add_button = button(tr("添加签名"), self.add, kind="link", icon="plus", name=name)
        column.addLayout(self._rows)
        column.addWidget(self.add_button)
        self.show_value(("",))

    @property
    def value(self) -> tuple[str, ...]:
        """The signatures that are filled in."""
        return tuple(text for line in self._lines if (text := line.text().strip()))

    def show_value(self, value: tuple[str, ...]) -> None:
        """Show signatures."""
        if value == self.value and self._lines:
            return
        clear(self._rows)
        self._lines = []
        for text in value or ("",):
            self._line(text)

    def add(self) -> None:
        """Add an empty line and go there."""
        self._line("")
        self._lines[-1].setFocus()

    def _line(self, text: str) -> None:
        row = QHBoxLayout()
        edit = QLineEdit(text)
        edit.setMaxLength(40)
        edit.setPlaceholderText(tr("短消息签名，不用加【】"))
        edit.setAccessibleName(tr("签名"))
        edit.textChanged.connect(lambda _: self.picked.emit(self.value))
        remove = tool("x", tr("移除"), lambda: self._drop(edit))
        row.addWidget(edit, 1)
        row.addWidget(remove)
        self._rows.addLayout(row)
        self._lines.append(edit)
        self.setFocusProxy(self._lines[0])
        self.add_button.setVisible(len(self._lines) < self._most)

    def _drop(self, edit: QLineEdit) -> None:
        kept = [line.text() for line in self._lines if line is not edit]
        clear(self._rows)
        self._lines = []
        for text in kept or [""]:
            self._line(text)
        self.picked.emit(self.value)


Changed = Callable[[], object]
