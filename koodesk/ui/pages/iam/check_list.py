# SPDX-License-Identifier: Apache-2.0
"""Several of many: a list of check boxes with notes, found by typing; what is chosen stands first when it opens."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QFrame, QScrollArea, QVBoxLayout, QWidget

from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.forms import line_edit

SEARCH_FROM: Final = 7
"""With fewer entries nobody needs to search."""


class CheckList(QWidget):
    """Entries are (value, name, note). `picked` tells that the choice has changed."""

    picked = Signal()

    def __init__(
        self, entries: Sequence[tuple[Any, str, str]], chosen: Sequence[Any], *, height: int = 176
    ) -> None:
        super().__init__()
        self.boxes: dict[Any, QCheckBox] = {}
        self._rows: list[tuple[QWidget, str]] = []
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(6)
        if len(entries) >= SEARCH_FROM:
            search = line_edit(tr("输入几个字找到它"), self._narrow, limit=60)
            search.setAccessibleName(tr("搜索"))
            search.setClearButtonEnabled(True)
            column.addWidget(search)
        frame = QFrame()
        frame.setProperty("panel", "sunken")
        inside = QVBoxLayout(frame)
        inside.setContentsMargins(12, 8, 12, 8)
        inside.setSpacing(6)
        wanted = set(chosen)
        for value, name, note in sorted(entries, key=lambda entry: entry[0] not in wanted):
            made = QWidget()
            line = QVBoxLayout(made)
            line.setContentsMargins(0, 0, 0, 0)
            line.setSpacing(0)
            box = QCheckBox(name)
            box.setChecked(value in wanted)
            box.toggled.connect(lambda _: self.picked.emit())
            line.addWidget(box)
            if note:
                box.setAccessibleDescription(note)
                said = label(note, "hint", wrap=True)
                said.setContentsMargins(24, 0, 0, 0)
                line.addWidget(said)
            self.boxes[value] = box
            self._rows.append((made, f"{name} {note}".casefold()))
            inside.addWidget(made)
        inside.addStretch(1)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(frame)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        needed = 16 + sum(28 if not note else 48 for _, _, note in entries)
        area.setFixedHeight(min(height, max(44, needed)))
        column.addWidget(area)
        if not entries:
            inside.insertWidget(0, label(tr("还没有可选的"), "hint"))

    def _narrow(self, text: str) -> None:
        words = text.casefold().split()
        for made, said in self._rows:
            made.setVisible(all(word in said for word in words))

    @property
    def chosen(self) -> tuple[Any, ...]:
        """Return the values that are ticked."""
        return tuple(value for value, box in self.boxes.items() if box.isChecked())
