# SPDX-License-Identifier: Apache-2.0
"""The pages in the rail: areas that fold, the page shown marked, everything by keyboard.

An area that is folded is open while one of its pages is shown; which areas a person has folded is remembered. Up and Down go
from button to button, Left folds an area, Right opens it.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from functools import partial
from typing import Final

from PySide6.QtCore import QEvent, QObject, QSize, Qt, QTimer
from PySide6.QtGui import QFont, QFontMetrics, QKeyEvent
from PySide6.QtWidgets import (
    QApplication,
    QButtonGroup,
    QFrame,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.ui import icons
from koodesk.ui.i18n import tr
from koodesk.ui.navigation import AREAS, Area, Entry, PageFactory

RAIL_WIDTH: Final = 184
"""The least; longer names, as English has, make it wider."""
BESIDE: Final = 68
"""What a button needs beside its name: the margins of the rail and its own, and the icon."""
RAIL_MARGIN: Final = 40
"""What stays in sight above and below the page shown, so that one sees that the rail goes on."""
ICON_GAP: Final = 6
_ICON: Final = QSize(18 + ICON_GAP, 18)
_CHEVRON: Final = QSize(12, 12)


def rail_width(factories: Mapping[str, PageFactory]) -> int:
    """Return how wide the rail is for the names of its pages, the marked one being bold."""
    font = QFont(QApplication.font())
    font.setBold(True)
    metrics = QFontMetrics(font)
    names = (tr(entry.name) for area in AREAS for entry in area.pages if entry.page_id in factories)
    return max(RAIL_WIDTH, BESIDE + max(map(metrics.horizontalAdvance, names), default=0))


class RailPages(QScrollArea):
    """The buttons of all pages; where the window is too low for them, they scroll.

    `pick` is called with the page chosen, `remember` with the folded areas (source names joined by commas) when a person
    has changed them.
    """

    def __init__(
        self,
        factories: Mapping[str, PageFactory],
        keys: Mapping[str, str],
        folded: str,
        pick: Callable[[str], None],
        remember: Callable[[str], None],
    ) -> None:
        super().__init__()
        self._width = rail_width(factories) - 16
        self._pick = pick
        self._remember = remember
        self._folded = {name for name in folded.split(",") if name}
        self._heads: dict[str, QToolButton] = {}
        self._insides: dict[str, QWidget] = {}
        self._area_of: dict[str, str] = {}
        self._buttons: dict[str, QToolButton] = {}
        self._group = QButtonGroup(self)
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        for area in AREAS:
            shown = [entry for entry in area.pages if entry.page_id in factories]
            if shown:
                self._add(column, area, shown, keys)
        column.addStretch(1)
        self.setWidgetResizable(True)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setWidget(inside)

    def mark(self, page_id: str) -> None:
        """Mark a page as the one shown, in an area that is open; an id without a button marks none."""
        here = self._area_of.get(page_id)
        for name in self._insides:
            self._fold(name, name in self._folded and name != here)
        for number, entry in self._buttons.items():
            entry.setChecked(number == page_id)
        # After the layout has run: an area that has just been opened has no place yet.
        QTimer.singleShot(0, self, partial(self._show_marked, page_id))

    def _show_marked(self, page_id: str) -> None:
        shown = self._buttons.get(page_id)
        if shown is not None:
            self.ensureWidgetVisible(shown, 0, RAIL_MARGIN)

    def enter(self) -> None:
        """Put the keyboard on the page that is marked, or on the first."""
        marked = self._group.checkedButton() or next(iter(self._buttons.values()))
        marked.setFocus(Qt.FocusReason.TabFocusReason)

    # --- inside ----------------------------------------------------------------------------------------------

    def _add(
        self,
        column: QVBoxLayout,
        area: Area,
        pages: list[Entry],
        keys: Mapping[str, str],
    ) -> None:
        if area.name:
            head = QToolButton()
            head.setProperty("area", True)
            head.setText(tr(area.name))
            head.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            head.setIconSize(_CHEVRON)
            head.setFixedWidth(self._width)
            head.setObjectName(f"area-{area.name}")
            head.clicked.connect(lambda _=False, name=area.name: self._turn(name))
            head.installEventFilter(self)
            self._heads[area.name] = head
            column.addWidget(head)
        inside = QWidget()
        within = QVBoxLayout(inside)
        within.setContentsMargins(0, 0, 0, 0)
        within.setSpacing(2)
        for entry in pages:
            made = QToolButton()
            made.setText(tr(entry.name))
            made.setIcon(icons.icon(entry.icon, gap=ICON_GAP))
            made.setIconSize(_ICON)
            made.setCheckable(True)
            made.setToolTip(keys.get(entry.page_id, ""))
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            made.setFixedWidth(self._width)
            made.setObjectName(f"nav-{entry.page_id}")
            made.clicked.connect(lambda _=False, page=entry.page_id: self._pick(page))
            made.installEventFilter(self)
            self._group.addButton(made)
            self._buttons[entry.page_id] = made
            self._area_of[entry.page_id] = area.name
            within.addWidget(made)
        self._insides[area.name] = inside
        column.addWidget(inside)
        self._fold(area.name, area.name in self._folded)

    def _fold(self, name: str, folded: bool) -> None:
        self._insides[name].setVisible(not folded)
        head = self._heads.get(name)
        if head is not None:
            head.setIcon(icons.icon("chevron-right" if folded else "chevron-down"))
            state = tr("已收起") if folded else tr("已展开")
            head.setAccessibleName(f"{head.text()} {state}")

    def _turn(self, name: str) -> None:
        folded = not self._insides[name].isHidden()
        self._fold(name, folded)
        if folded:
            self._folded.add(name)
        else:
            self._folded.discard(name)
        self._remember(",".join(area.name for area in AREAS if area.name in self._folded))

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Take the arrow keys of the buttons."""
        if isinstance(event, QKeyEvent) and event.type() == QEvent.Type.KeyPress:
            key = event.key()
            name = next((area for area, head in self._heads.items() if head is watched), None)
            if name is not None and key in (Qt.Key.Key_Left, Qt.Key.Key_Right):
                if self._insides[name].isHidden() == (key == Qt.Key.Key_Right):
                    self._turn(name)
                return True
            if key in (Qt.Key.Key_Up, Qt.Key.Key_Down) and isinstance(watched, QToolButton):
                self._step(watched, 1 if key == Qt.Key.Key_Down else -1)
                return True
        return super().eventFilter(watched, event)

    def _step(self, watched: QToolButton, by: int) -> None:
        inside = self.widget()
        every = [one for one in inside.findChildren(QToolButton) if one.isVisibleTo(inside)] if inside else []
        place = every.index(watched) + by
        if 0 <= place < len(every):
            every[place].setFocus(Qt.FocusReason.TabFocusReason)
            self.ensureWidgetVisible(every[place], 0, RAIL_MARGIN)
