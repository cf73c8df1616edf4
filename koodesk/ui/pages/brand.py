# SPDX-License-Identifier: Apache-2.0
"""The brand kit (品牌资料): names, signatures, colours and logos that the editor offers and the checks know. Saved as it is
changed; logos are marked in the library."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from functools import partial
from typing import Any, ClassVar, Final

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QColor, QGuiApplication, QIcon, QImage, QPixmap
from PySide6.QtWidgets import QColorDialog, QHBoxLayout, QLabel, QToolButton, QVBoxLayout, QWidget

from koodesk.domain.brand import EMPTY, NAME_LIMIT, BrandKit
from koodesk.domain.problem import Problem
from koodesk.editor.inspector.flow import FlowBox
from koodesk.ui import icons
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.widgets.basics import Card, button, label, row, tool
from koodesk.ui.widgets.forms import line_edit

LOGO: Final = 72


class BrandPage(Page):
    """品牌资料."""

    page_id = "brand"
    icon = "badge-check"
    watches: ClassVar[tuple[str, ...]] = ("materials",)

    def build(self) -> None:
        """Make a card for each kind."""
        self.set_title(tr("品牌资料"), tr("常用的名称、签名、颜色和标志；编辑模板时优先提供"))
        self.kit = EMPTY
        self.names = _Words(
            tr("新的名称"), lambda word: tr("移除名称 {word}", word=word), partial(self._words, "names")
        )
        self.signs = _Words(
            tr("签名，不带【】"), lambda word: tr("移除签名 {sign}", sign=word), partial(self._words, "signs")
        )
        words = QHBoxLayout()
        words.setSpacing(16)
        for heading, hint, part in (
            (tr("名称"), tr("商家栏位里可以直接选用；文字里出现其中一个，就算看得出发送方。"), self.names),
            (tr("短信签名"), tr("填写短信签名时提供；以平台审核通过的签名为准。"), self.signs),
        ):
            card = Card(heading)
            card.body.addWidget(label(hint, "second", wrap=True))
            card.body.addWidget(part)
            card.body.addStretch(1)
            words.addWidget(card, 1)
        self.body.addLayout(words)
        colours = Card(tr("颜色"))
        colours.body.addWidget(label(tr("品牌的标准色，做图时照着选；点一下复制色值。"), "second", wrap=True))
        self.swatches = FlowBox()
        colours.body.addWidget(self.swatches)
        colours.body.addLayout(
            row(button(tr("添加颜色"), self._ask_colour, icon="plus", name="brand-colour"), 1)
        )
        logos = Card(tr("标志"))
        logos.body.addWidget(
            label(tr("标志栏位选图时排在最前面。在图库里选中图片，勾选“品牌标志”。"), "second", wrap=True)
        )
        self.logos = FlowBox()
        logos.body.addWidget(self.logos)
        logos.body.addLayout(row(button(tr("打开图库"), lambda: self.desk.go("library"), icon="image"), 1))
        self.body.addWidget(colours)
        self.body.addWidget(logos)
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Fetch the kit with its logos' thumbnails."""

        def work(service: Any) -> Any:
            kit = service.library.brand()
            rows = [service.materials.get(digest) for digest in kit.logos]
            return kit, [(r, QImage(str(r.thumbnail))) for r in rows]

        self.run(work, self._show)

    def _show(self, found: Any) -> None:
        kit, logos = found
        self.kit = kit
        self.names.show_words(kit.names)
        self.signs.show_words(kit.signs)
        self.swatches.clear()
        for colour in kit.colours:
            self.swatches.add(self._swatch(colour))
        self.swatches.setVisible(bool(kit.colours))
        self.logos.clear()
        for material, image in logos:
            self.logos.add(self._logo(material, image))
        self.logos.setVisible(bool(logos))

    def _save(self, kit: BrandKit) -> None:
        def done(kept: Any) -> None:
            self.kit = kept
            self.banner.hide()
            self.desk.changed.emit("materials")

        def failed(problems: tuple[Problem, ...]) -> None:
            self.show_problems(problems)
            self.refresh()

        seen = self.kit
        self.run(lambda service: service.library.save_brand(kit, seen), done, failed)

    def _words(self, kind: str, words: tuple[str, ...]) -> None:
        self._save(replace(self.kit, **{kind: words}))

    def add_colour(self, colour: QColor) -> None:
        """Put a colour at the end."""
        if colour.isValid():
            self._save(replace(self.kit, colours=(*self.kit.colours, colour.name())))

    def _ask_colour(self) -> None:
        dialog = QColorDialog(self)
        dialog.setOption(QColorDialog.ColorDialogOption.DontUseNativeDialog)
        dialog.setWindowTitle(tr("添加颜色"))
        dialog.setAttribute(Qt.WidgetAttribute.WA_DeleteOnClose)
        dialog.colorSelected.connect(self.add_colour)
        dialog.open()

    def _swatch(self, colour: str) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 8, 0)
        line.setSpacing(2)
        shown = QToolButton()
        shown.setText(colour.upper())
        square = QPixmap(18, 18)
        square.fill(QColor(colour))
        shown.setIcon(QIcon(square))
        shown.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        shown.setProperty("kind", "button")
        shown.setToolTip(tr("复制色值"))
        shown.clicked.connect(lambda: self._copy(colour))
        others = tuple(c for c in self.kit.colours if c != colour)
        line.addWidget(shown)
        line.addWidget(
            tool(
                "x",
                tr("移除颜色 {colour}", colour=colour.upper()),
                lambda: self._save(replace(self.kit, colours=others)),
            )
        )
        return holder

    def _copy(self, colour: str) -> None:
        QGuiApplication.clipboard().setText(colour.upper())
        self.desk.notice(tr("已复制 {colour}", colour=colour.upper()))

    def _logo(self, material: Any, image: QImage) -> QWidget:
        holder = QWidget()
        line = QHBoxLayout(holder)
        line.setContentsMargins(0, 0, 12, 0)
        line.setSpacing(6)
        picture = QLabel()
        picture.setFixedSize(LOGO, LOGO)
        picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        ratio = self.devicePixelRatioF()
        drawn = QPixmap.fromImage(
            image.scaled(
                QSize(LOGO, LOGO) * ratio,
                Qt.AspectRatioMode.KeepAspectRatio,
                Qt.TransformationMode.SmoothTransformation,
            )
        )
        drawn.setDevicePixelRatio(ratio)
        picture.setPixmap(drawn)
        picture.setToolTip(material.name)
        picture.setAccessibleName(material.name)
        others = tuple(d for d in self.kit.logos if d != material.digest)
        line.addWidget(picture)
        line.addWidget(
            tool(
                "x",
                tr("移除标志 {name}", name=material.name),
                lambda: self._save(replace(self.kit, logos=others)),
            ),
            0,
            Qt.AlignmentFlag.AlignTop,
        )
        return holder


class _Words(QWidget):
    """Words as chips that can be removed, and a field to add one."""

    def __init__(
        self, placeholder: str, remove: Callable[[str], str], changed: Callable[[tuple[str, ...]], None]
    ) -> None:
        super().__init__()
        self._words: tuple[str, ...] = ()
        self._remove = remove
        self._changed = changed
        self.chips = FlowBox()
        self.new = line_edit(placeholder, limit=2 * NAME_LIMIT)
        self.new.setAccessibleName(placeholder)
        self.new.returnPressed.connect(self.add)
        column = QHBoxLayout()
        column.setSpacing(8)
        column.addWidget(self.new, 1)
        column.addWidget(button(tr("添加"), self.add))
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.setSpacing(8)
        outer.addWidget(self.chips)
        outer.addLayout(column)

    def show_words(self, words: tuple[str, ...]) -> None:
        """Show the words that are kept."""
        self._words = words
        self.chips.clear()
        self.chips.setVisible(bool(words))
        for word in words:
            made = QToolButton()
            made.setText(word.replace("&", "&&"))
            made.setIcon(icons.icon("x", size=12))
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            made.setLayoutDirection(Qt.LayoutDirection.RightToLeft)
            made.setProperty("kind", "button")
            made.setAccessibleName(self._remove(word))
            made.setToolTip(tr("移除"))
            made.clicked.connect(partial(self._drop, word))
            self.chips.add(made)

    def add(self) -> None:
        """Add what was typed."""
        text = self.new.text().strip()
        if text:
            self.new.clear()
            self._changed((*self._words, text))

    def _drop(self, word: str) -> None:
        self._changed(tuple(w for w in self._words if w != word))
