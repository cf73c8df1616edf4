# SPDX-License-Identifier: Apache-2.0
"""Where another rule pack comes from: chosen or dropped, being read and compared, or refused with every reason."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtCore import QMimeData, Qt, QTimer, Signal
from PySide6.QtWidgets import QFileDialog, QHBoxLayout, QLabel, QProgressBar, QVBoxLayout, QWidget

from koodesk import messages
from koodesk.domain.problem import Problem
from koodesk.ui import i18n, icons, theme
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import Card, button, label, row
from koodesk.ui.widgets.layouts import clear

PATIENCE_MS = 400
"""How long reading may take before its progress is shown: what flashes by says nothing."""


def dropped_paths(data: QMimeData) -> tuple[Path, ...]:
    """Return the files and folders of this machine that are being dragged."""
    return tuple(Path(url.toLocalFile()) for url in data.urls() if url.isLocalFile())


class SourceCard(QWidget):
    """One of: an invitation to choose or drop, the progress of reading, why a pack cannot be used."""

    picked = Signal(object)
    """A `Path`: a folder, its pack.toml or a zip."""
    cancelled = Signal()
    closed = Signal()

    def __init__(self) -> None:
        super().__init__()
        self.invitation = self._make_invitation()
        self.reading = self._make_reading()
        self.refusal = self._make_refusal()
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        for part in (self.invitation, self.reading, self.refusal):
            column.addWidget(part)
        self._patience = QTimer(self)
        self._patience.setSingleShot(True)
        self._patience.setInterval(PATIENCE_MS)
        self._patience.timeout.connect(lambda: self._turn(self.reading))
        self._turn(self.invitation)

    def _make_invitation(self) -> Card:
        card = Card(panel="drop")
        picture = QLabel()
        picture.setPixmap(icons.pixmap("upload", theme.role("text_second"), 20, self.devicePixelRatioF()))
        self.choose_button = button(
            tr("选择规则包…"), self.choose, kind="primary", icon="upload", name="rule-pack-choose"
        )
        card.body.addLayout(row(picture, label(tr("换一个规则包"), "heading"), 1, self.choose_button))
        hint = tr(
            "选择规则包的 zip 文件，或规则包文件夹里的 pack.toml；也可以把文件或文件夹拖到这一页。先比较，您同意后才启用。"
        )
        card.body.addWidget(label(hint, "second", wrap=True))
        return card

    def _make_reading(self) -> Card:
        card = Card()
        self.bar = QProgressBar()
        self.bar.setTextVisible(False)
        self.progress_words = label("", "second")
        self.cancel_button = button(tr("取消"), self.cancelled.emit, name="rule-pack-cancel")
        text = QVBoxLayout()
        text.setSpacing(8)
        text.addWidget(self.progress_words)
        text.addWidget(self.bar)
        line = QHBoxLayout()
        line.setSpacing(16)
        line.addLayout(text, 1)
        line.addWidget(self.cancel_button)
        card.body.addLayout(line)
        return card

    def _make_refusal(self) -> Card:
        card = Card()
        self.refused_heading = label("", "heading", wrap=True)
        card.body.addWidget(self.refused_heading)
        self.reasons = QVBoxLayout()
        self.reasons.setSpacing(8)
        card.body.addLayout(self.reasons)
        self.again_button = button(tr("选择别的规则包…"), self.choose, kind="primary", name="rule-pack-again")
        card.body.addLayout(
            row(
                label(tr("正在使用的规则包没有改变。"), "hint"),
                1,
                button(tr("关闭"), self.closed.emit),
                self.again_button,
            )
        )
        return card

    # --- states -----------------------------------------------------------------------------------------------

    def invite(self) -> None:
        """Ask for a pack."""
        self._patience.stop()
        self._turn(self.invitation)

    def rest(self) -> None:
        """Show nothing: what was chosen is looked at below. Dropping another one goes on working."""
        self._patience.stop()
        self._turn(None)

    def read(self, name: str) -> None:
        """Show that a file is being read, once it takes longer than a moment."""
        self.bar.setRange(0, 0)
        self.progress_words.setText(tr("正在读取 {file}", file=name))
        self._patience.start()

    def go_on(self, done: int, total: int) -> None:
        """Show how many cards have been checked."""
        self.bar.setRange(0, total)
        self.bar.setValue(done)
        self.progress_words.setText(tr("正在用新规则检查模板：{done}/{total}", done=done, total=total))

    def tell_why_not(self, name: str, problems: tuple[Problem, ...]) -> None:
        """Say everything that speaks against a pack, and what to do next."""
        self._patience.stop()
        self.refused_heading.setText(tr("{file} 不能启用", file=name))
        clear(self.reasons)
        for one in problems:
            said = messages.sentence(one, i18n.language())
            line = QHBoxLayout()
            line.setSpacing(8)
            mark = QLabel()
            mark.setPixmap(icons.pixmap("circle-x", theme.role("danger"), 16, self.devicePixelRatioF()))
            line.addWidget(mark, 0, Qt.AlignmentFlag.AlignTop)
            line.addWidget(label(str(said), wrap=True, selectable=True), 1)
            self.reasons.addLayout(line)
        self._turn(self.refusal)
        self.again_button.setFocus()

    def show_drag(self, over: bool) -> None:
        """Show that what is dragged may be let go here."""
        self.invitation.setProperty("over", over)
        theme.repolish(self.invitation)

    def _turn(self, part: QWidget | None) -> None:
        """Show one part alone or none, what is shown now hidden first: the page must not be as high as both for a moment."""
        for one in (self.invitation, self.reading, self.refusal):
            if one is not part:
                one.hide()
        if part is not None:
            part.show()
        self.setVisible(part is not None)

    def choose(self) -> None:
        """Ask for a file."""
        dialog = QFileDialog(self, tr("选择规则包"))
        dialog.setFileMode(QFileDialog.FileMode.ExistingFile)
        dialog.setNameFilter(f"{tr('规则包')} (*.zip pack.toml)")
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.fileSelected.connect(lambda path: self.picked.emit(Path(path)))
        dialog.open()
