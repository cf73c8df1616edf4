# SPDX-License-Identifier: Apache-2.0
"""The public templates (公共模板) as tiles: search, words to find them by, vendors; one that is opened is shown on a phone
first and then copied."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QButtonGroup, QSizePolicy, QStackedWidget, QToolButton, QVBoxLayout, QWidget

from koodesk.domain.public_cards import TAGS
from koodesk.domain.vendor import Vendor
from koodesk.editor.inspector.flow import FlowBox
from koodesk.preview.pictures import PictureSource
from koodesk.ui import i18n, theme
from koodesk.ui.i18n import tr
from koodesk.ui.pages.studio.tile_pictures import TilePictures
from koodesk.ui.pages.studio.tiles import PICTURE, PLAIN, Tile, TileChip, TileList
from koodesk.ui.widgets.basics import row
from koodesk.ui.widgets.empty import EmptyState, Skeleton
from koodesk.ui.widgets.forms import Choice, choice

if TYPE_CHECKING:
    from koodesk.backend.service import Service
    from koodesk.backend.views.cards import PublicCardRow
    from koodesk.ui.desk import Desk
    from koodesk.ui.page import Page

ALL: Final = ""
EDGE: Final = 24
"""What the page leaves free at its right: the list takes it for its scroll bar, the words do not."""


def vendor_filter(desk: Desk) -> Choice:
    """Make the drop-down that leaves only what one vendor shows; its value is None for all of them."""
    made = choice(
        [(tr("所有厂商"), None), *((desk.word(f"vendor.{vendor.value}"), vendor) for vendor in Vendor)]
    )
    made.setAccessibleName(tr("按厂商筛选"))
    made.setToolTip(tr("按厂商筛选"))
    made.setMinimumWidth(132)
    return made


def title_of(row: PublicCardRow) -> str:
    """Return a public template's title in the language in force."""
    return row.title_zh if i18n.language() == "zh" else row.title_en


class PublicGallery(QWidget):
    """The tiles with their words above. `chosen` carries the row of an opened one."""

    chosen = Signal(object)

    def __init__(self, page: Page) -> None:
        super().__init__()
        self._page = page
        self._rows: tuple[PublicCardRow, ...] | None = None
        self._names: dict[str, str] = {}
        self._text, self._tag = "", ALL
        self._vendor: Vendor | None = None
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        self.tags = FlowBox()
        self._group = QButtonGroup(self)
        around = row(self.tags)
        around.setContentsMargins(0, 0, EDGE, 0)
        column.addLayout(around)
        self.list = TileList(TilePictures(page.desk.bridge, _draw, self), tr("公共模板"))
        self.list.opened.connect(self.chosen)
        self._skeleton = Skeleton(8)
        self._none = EmptyState("search", tr("没有找到"), tr("换一个词、标签或厂商试试。"))
        self.stack = QStackedWidget()
        for part in (self._skeleton, self._none, self.list):
            self.stack.addWidget(part)
        column.addWidget(self.stack, 1)

    def refresh(self) -> None:
        """Fetch the templates, the first time: they come with the program and do not change."""
        if self._rows is None:
            self._page.run(_fetch, self._came)

    def narrow(self, text: str, vendor: Vendor | None) -> None:
        """Leave only those with these words, for this vendor."""
        self._text, self._vendor = text.strip().casefold(), vendor
        self._show()

    # --- inside ------------------------------------------------------------------------------------------------

    def _came(self, found: tuple[tuple[PublicCardRow, ...], dict[str, str]]) -> None:
        self._rows, self._names = found
        used = {tag for found in self._rows for tag in found.tags}
        self._tag_button(tr("全部"), ALL).setChecked(True)
        for tag in TAGS:
            if tag in used:
                self._tag_button(self._tag_word(tag), tag)
        self._show()

    def _tag_word(self, tag: str) -> str:
        return self._page.desk.word(f"template_tag.{tag}")

    def _tag_button(self, text: str, tag: str) -> QToolButton:
        made = QToolButton()
        made.setText(text)
        made.setObjectName(f"tag-{tag or 'all'}")
        made.setProperty("kind", "tag")
        made.setCheckable(True)
        made.setCursor(Qt.CursorShape.PointingHandCursor)
        made.setSizePolicy(QSizePolicy.Policy.Fixed, QSizePolicy.Policy.Fixed)
        made.clicked.connect(partial(self._tag_chosen, tag))
        self._group.addButton(made)
        self.tags.add(made)
        return made

    def _tag_chosen(self, tag: str) -> None:
        self._tag = tag
        self._show()

    def _show(self) -> None:
        if self._rows is None:
            return
        rows = [found for found in self._rows if self._fits(found)]
        self.list.show_tiles([self._tile(found) for found in rows])
        self.stack.setCurrentWidget(self.list if rows else self._none)

    def _fits(self, row: PublicCardRow) -> bool:
        if self._tag and self._tag not in row.tags:
            return False
        if self._vendor is not None and self._vendor not in row.vendors:
            return False
        words = (
            row.name,
            row.title_zh,
            row.title_en,
            self._names[row.layout],
            *map(self._tag_word, row.tags),
        )
        return not self._text or self._text in " ".join(words).casefold()

    def _tile(self, row: PublicCardRow) -> Tile:
        words = self._page.desk.word
        return Tile(
            key=row.name,
            picture=f"{row.name} {theme.is_dark()}",
            title=title_of(row),
            state=None,
            note=" · ".join((self._names[row.layout], *map(self._tag_word, row.tags))),
            right="",
            chips=tuple(TileChip(words(f"vendor.{v.value}"), PLAIN) for v in row.vendors),
            row=row,
        )


def _fetch(service: Service) -> tuple[tuple[PublicCardRow, ...], dict[str, str]]:
    zh = i18n.language() == "zh"
    names = {spec.id: spec.name_zh if zh else spec.name_en for spec in service.cards.pack.layouts.values()}
    return service.cards.public(), names


def _draw(service: Service, tile: Any, density: float) -> QImage:
    from koodesk.ui import card_images

    template, files = service.cards.open_public(tile.key)
    dark = tile.picture.endswith("True")
    size = (PICTURE.width(), PICTURE.height())
    return card_images.thumbnail(PictureSource(files.get), template, *size, density, dark=dark)
