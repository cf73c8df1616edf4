# SPDX-License-Identifier: Apache-2.0
"""What every dock below a canvas is: pages behind tabs, the first the phones; the tab of the problems counts them."""

from __future__ import annotations

from PySide6.QtWidgets import QFrame, QStackedWidget, QToolButton, QWidget

from koodesk.editor.words import tr


class TabbedDock(QFrame):
    """Pages behind tabs. Subclasses fill `_pages` and make a tab for each."""

    problems_tab: QToolButton

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pages = QStackedWidget(self)
        self._of_phones: list[QWidget] = []
        """What is shown beside the tabs only while the phones are."""

    def show_problems(self) -> None:
        """Bring the problems into sight."""
        self.problems_tab.click()

    def _tab(self, text: str, page: int) -> QToolButton:
        tab = QToolButton(self)
        tab.setText(text)
        tab.setCheckable(True)
        tab.setAutoExclusive(True)
        tab.clicked.connect(lambda: self._turn_to(page))
        return tab

    def _turn_to(self, page: int) -> None:
        self._pages.setCurrentIndex(page)
        for widget in self._of_phones:
            widget.setVisible(page == 0)

    def _count(self, errors: int, warnings: int) -> None:
        parts = [tr("问题")]
        if errors:
            parts.append(tr("{count} 个错误", count=errors))
        if warnings:
            parts.append(tr("{count} 个提醒", count=warnings))
        self.problems_tab.setText(" · ".join(parts))
