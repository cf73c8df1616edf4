# SPDX-License-Identifier: Apache-2.0
"""All layouts to choose from: grouped as the platform groups them, each with a picture, its vendors and when to use it.

The pictures are drawn by whoever shows the list (`wanted`, `show_picture`), off the window's thread.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from PySide6.QtCore import QSize, Qt, QTimer, Signal
from PySide6.QtGui import QImage, QKeyEvent, QMouseEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import (
    QButtonGroup,
    QFrame,
    QGridLayout,
    QLabel,
    QLineEdit,
    QScrollArea,
    QSizePolicy,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.rule_pack import Confidence, LayoutSpec, Purpose, RulePack
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.flow import FlowBox
from koodesk.editor.inspector.form import chip, plain
from koodesk.editor.look import Look
from koodesk.editor.words import named, tr

TILE: Final = 248
THUMB: Final = QSize(224, 150)
_GAP: Final = 12
_AT_ONCE: Final = 4


def family_name(family: str) -> str:
    """Return the words for a family of layouts; its own name for one without."""
    return _families().get(family, family)


def _families() -> dict[str, str]:
    """Return the words for each family, in the order they are shown in."""
    return {
        "red_packet": tr("红包"),
        "image_text": tr("图文"),
        "carousel": tr("横滑与轮播"),
        "video": tr("视频"),
        "ecommerce": tr("电商"),
        "voucher": tr("卡券"),
        "poster": tr("海报"),
        "drama": tr("短剧"),
        "notice": tr("通知"),
        "flight": tr("行程"),
        "trip": tr("票务"),
        "text": tr("文本"),
    }


def drawable(pack: RulePack) -> tuple[LayoutSpec, ...]:
    """Return the layouts that some vendor takes, marketing first, families together, in the pack's order."""
    found = [spec for spec in pack.layouts.values() if any(spec.takes(v) for v in Vendor)]
    families = list(dict.fromkeys((*_families(), *(spec.family for spec in found))))
    purposes = list(Purpose)
    return tuple(sorted(found, key=lambda s: (purposes.index(s.purpose), families.index(s.family))))


class LayoutTile(QToolButton):
    """One layout: picture, name, who takes it, when to use it."""

    doubled = Signal(str)
    """It was clicked twice."""

    def __init__(
        self, pack: RulePack, spec: LayoutSpec, keys: Callable[[QKeyEvent], None], parent: QWidget
    ) -> None:
        super().__init__(parent)
        self.spec = spec
        self._keys = keys
        self.setObjectName(f"layout-{spec.id}")
        self.setCheckable(True)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Expanding)
        self.setFixedWidth(TILE)
        self.setCursor(Qt.CursorShape.PointingHandCursor)
        name, use = named(spec.name_zh, spec.name_en), named(spec.use_when_zh, spec.use_when_en)
        self._picture = QLabel(self)
        self._picture.setFixedSize(THUMB)
        self._picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        title = plain(name, "heading", wrap=True, parent=self)
        chips = FlowBox(self)
        vendors = []
        for vendor in Vendor:
            fact = spec.vendors.get(vendor)
            if fact is None or not fact.value:
                continue
            doubtful = fact.confidence is Confidence.CONFLICT
            words = named(*pack.vendor_names[vendor])
            vendors.append(words)
            made = chip(f"{words} ?" if doubtful else words, "neutral")
            made.setToolTip(fact.note)
            chips.add(made)
        when = plain(use, "hint", wrap=True, parent=self)
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(12, 12, 12, 12)
        self._column.setSpacing(6)
        for widget in (self._picture, title, when, chips):
            self._column.addWidget(widget)
        self._column.addStretch(1)
        for child in self.findChildren(QWidget):
            child.setAttribute(Qt.WidgetAttribute.WA_TransparentForMouseEvents)
        self.setAccessibleName(name)
        self.setAccessibleDescription(f"{use}\n{' '.join(vendors)}")
        self.words = " ".join((spec.id, spec.name_zh, spec.name_en, use, family_name(spec.family))).casefold()

    def mouseDoubleClickEvent(self, event: QMouseEvent) -> None:
        """A double click chooses."""
        del event
        self.doubled.emit(self.spec.id)

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Space marks, as on every button; the rest is the list's, not the scroll area's in between."""
        if event.key() == Qt.Key.Key_Space:
            super().keyPressEvent(event)
        else:
            self._keys(event)

    def show_picture(self, image: QImage) -> None:
        """Show the drawn card."""
        self._picture.setPixmap(QPixmap.fromImage(image))

    def sizeHint(self) -> QSize:
        """What the labels inside need at the tile's width."""
        return QSize(TILE, self._column.totalHeightForWidth(TILE))

    def minimumSizeHint(self) -> QSize:
        """The same: a tile is not squeezed."""
        return self.sizeHint()


class LayoutList(QWidget):
    """A search field over the tiles. Arrow keys go from tile to tile, Enter chooses."""

    marked = Signal(str)
    """The layout that is now marked, empty for none."""

    chosen = Signal(str)
    """A layout is chosen: Enter, or a second click."""

    filled = Signal()
    """Every tile is there: they are made a few at a time, so that the window stays alive."""

    def __init__(self, pack: RulePack, look: Look, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._pack = pack
        self._left = list(drawable(pack))
        self.search = QLineEdit(self)
        self.search.setPlaceholderText(tr("按名称或用途搜索版式"))
        self.search.setAccessibleName(tr("搜索版式"))
        self.search.setClearButtonEnabled(True)
        self.search.addAction(look.icon("search"), QLineEdit.ActionPosition.LeadingPosition)
        self.search.textChanged.connect(lambda _text: self._arrange())
        self.tiles: dict[str, LayoutTile] = {}
        self._group = QButtonGroup(self)
        inside = QWidget(self)
        self._grid = QGridLayout(inside)
        self._grid.setContentsMargins(0, 0, 8, 8)
        self._grid.setSpacing(_GAP)
        self._grid.setAlignment(Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignTop)
        self._area = QScrollArea(self)
        self._area.setFrameShape(QFrame.Shape.NoFrame)
        self._area.setWidgetResizable(True)
        self._area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self._area.setWidget(inside)
        self._none = plain(tr("没有这样的版式。"), "second")
        self._none.hide()
        self._heads: list[QLabel] = []
        self._rows: list[list[LayoutTile]] = []
        self._columns = 0
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(_GAP)
        column.addWidget(self.search)
        column.addWidget(self._none)
        column.addWidget(self._area, 1)
        self.search.returnPressed.connect(self._choose_first)
        self._inside = inside
        QTimer.singleShot(0, self, self._fill)

    @property
    def is_filled(self) -> bool:
        """Tell whether every tile is there."""
        return not self._left

    def _fill(self) -> None:
        """Make the next few tiles."""
        some, self._left = self._left[:_AT_ONCE], self._left[_AT_ONCE:]
        for spec in some:
            tile = LayoutTile(self._pack, spec, self.keyPressEvent, self._inside)
            self.tiles[spec.id] = tile
            tile.clicked.connect(lambda _on, name=spec.id: self.marked.emit(name))
            tile.doubled.connect(self.chosen)
            self._group.addButton(tile)
        self._arrange()
        if self._left:
            QTimer.singleShot(0, self, self._fill)
        else:
            self.filled.emit()

    @property
    def current(self) -> str:
        """The marked layout, empty for none."""
        tile = self._group.checkedButton()
        return tile.spec.id if isinstance(tile, LayoutTile) and not tile.isHidden() else ""

    def mark(self, layout: str) -> None:
        """Mark a layout and bring it into sight."""
        tile = self.tiles[layout]
        tile.setChecked(True)
        tile.setFocus()
        self._area.ensureWidgetVisible(tile, 0, 40)
        self.marked.emit(layout)

    def show_picture(self, layout: str, image: QImage) -> None:
        """Show the drawn card of a layout."""
        self.tiles[layout].show_picture(image)

    def resizeEvent(self, event: QResizeEvent) -> None:
        """Keep as many tiles in a row as fit."""
        super().resizeEvent(event)
        columns = max(1, (self.width() - 16 + _GAP) // (TILE + _GAP))
        if columns != self._columns:
            self._columns = columns
            self._arrange()

    def keyPressEvent(self, event: QKeyEvent) -> None:
        """Arrow keys go from tile to tile; down leaves the search field."""
        key = event.key()
        steps = {
            Qt.Key.Key_Left: (0, -1),
            Qt.Key.Key_Right: (0, 1),
            Qt.Key.Key_Up: (-1, 0),
            Qt.Key.Key_Down: (1, 0),
        }
        if key in steps and self._rows:
            self._step(*steps[Qt.Key(key)])
        elif key in (Qt.Key.Key_Return, Qt.Key.Key_Enter) and self.current:
            self.chosen.emit(self.current)
        else:
            super().keyPressEvent(event)

    def _step(self, down: int, across: int) -> None:
        here = self.window().focusWidget()
        focus = here if isinstance(here, LayoutTile) else None
        at = next(((r, row.index(focus)) for r, row in enumerate(self._rows) if focus in row), None)
        if focus is None or at is None:
            if down > 0:
                self.mark(self._rows[0][0].spec.id)
            return
        flat = [tile for row in self._rows for tile in row]
        if across:
            to = flat.index(focus) + across
            if 0 <= to < len(flat):
                self.mark(flat[to].spec.id)
        elif 0 <= at[0] + down < len(self._rows):
            row = self._rows[at[0] + down]
            self.mark(row[min(at[1], len(row) - 1)].spec.id)
        elif down < 0:
            self.search.setFocus()

    def _choose_first(self) -> None:
        """Enter in the search field takes the only tile that is left, otherwise goes to the first."""
        shown = [tile for row in self._rows for tile in row]
        if len(shown) == 1:
            self.chosen.emit(shown[0].spec.id)
        elif shown:
            self.mark(shown[0].spec.id)

    def _arrange(self) -> None:
        """Put headings and the tiles that fit the searched words in place."""
        words = self.search.text().casefold().split()
        for head in self._heads:
            self._grid.removeWidget(head)
            head.hide()
            head.deleteLater()
        self._heads, self._rows = [], []
        columns, row = max(1, self._columns), 0
        purpose: Purpose | None = None
        family = ""
        for tile in self.tiles.values():
            self._grid.removeWidget(tile)
            fits = all(word in tile.words for word in words)
            tile.setVisible(fits)
            if not fits:
                continue
            spec = tile.spec
            if spec.purpose is not purpose:
                purpose, family = spec.purpose, ""
                title = tr("营销类") if purpose is Purpose.MARKETING else tr("通知类")
                row = self._head(title, "title", row)
            if spec.family != family:
                family = spec.family
                row = self._head(family_name(family), "second", row)
                self._rows.append([])
            if not self._rows[-1] or len(self._rows[-1]) == columns:
                if self._rows[-1]:
                    self._rows.append([])
                row += 1
            self._grid.addWidget(tile, row, len(self._rows[-1]))
            self._rows[-1].append(tile)
        self._none.setVisible(not self._rows)
        checked = self._group.checkedButton()
        if checked is not None and checked.isHidden():
            self._group.setExclusive(False)
            checked.setChecked(False)
            self._group.setExclusive(True)
            self.marked.emit("")

    def _head(self, text: str, style: str, row: int) -> int:
        """Add a heading in a row of its own, below the last; return its row."""
        label = plain(text, style)
        label.setContentsMargins(0, 8 if style == "title" else 0, 0, 0)
        self._heads.append(label)
        self._grid.addWidget(label, row + 1, 0, 1, max(1, self._columns))
        return row + 1
