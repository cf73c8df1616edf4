# SPDX-License-Identifier: Apache-2.0
"""The list of what the card is made of (图层): the template itself, its pages, the items of repeated groups, and one row a
content with chips for what is amiss.

Only the page in view is unfolded. When there is something more, less or elsewhere the rows are put in place again, those that
stay used again; otherwise they are brought up to date. What can be done with pages and items is `structuring`'s matter.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import partial
from typing import Final, TypeVar

from PySide6.QtCore import QSize, Qt, QTimer
from PySide6.QtWidgets import (
    QApplication,
    QFrame,
    QHBoxLayout,
    QLayout,
    QScrollArea,
    QToolButton,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.edits import SetVisible
from koodesk.domain.layout_contents import items, page_places
from koodesk.domain.rule_pack import GroupSpec, SlotKind, SlotSpec, Switch
from koodesk.editor.inspector.form import plain, put_icon
from koodesk.editor.layer_rows import ICON, Act, ActButton, HeadRow, LayerRow, StepButton
from koodesk.editor.layer_words import chips_of, severity_chips, value_of
from koodesk.editor.session import Session
from koodesk.editor.structuring import Structuring
from koodesk.editor.words import named, tr

_ICONS: Final = {
    SlotKind.TEXT: "type",
    SlotKind.IMAGE: "image",
    SlotKind.VIDEO: "play",
    SlotKind.BUTTON: "mouse-pointer-click",
}
W = TypeVar("W", bound=QWidget)
_INDENT: Final = 12
_AT_ONCE: Final = 10
"""How many new rows are made before the window has its turn."""


class Layers(QScrollArea):
    """One row a content; arrow keys go through them, Enter goes to the canvas."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.structuring: Final = Structuring(session)
        self._rows: dict[str, LayerRow] = {}
        self._heads: dict[str, HeadRow] = {}
        self._eyes: dict[str, QToolButton] = {}
        self._spare: dict[str, QWidget] = {}
        """The widgets made so far by name: what is still wanted after a change is used again."""
        self._old: dict[str, QWidget] = {}
        self._made_of: object = None
        self._focus = ""
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setWidgetResizable(True)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setAccessibleName(tr("图层"))
        self._inside = QWidget(self)
        self._column = QVBoxLayout(self._inside)
        self._column.setContentsMargins(8, 12, 8, 12)
        self._column.setSpacing(2)
        self._column.setAlignment(Qt.AlignmentFlag.AlignTop)
        self._steps: Iterator[None] | None = None
        """What is still to be put in place: many new rows are made a few at a time, so that the window stays alive."""
        self._made = 0
        self._layout_id = session.document.template.layout
        self.setWidget(self._inside)
        session.selection.changed.connect(self._select)
        session.in_view.changed.connect(self.refresh)
        session.document.changed.connect(self.refresh)
        session.checked.connect(self.refresh)
        self.refresh()

    @property
    def is_complete(self) -> bool:
        """Tell whether every row is in place."""
        return self._steps is None

    def row(self, content_id: str) -> LayerRow:
        """Return the row of a content of the page in view. Raises KeyError."""
        return self._rows[content_id]

    def head(self, key: str) -> HeadRow:
        """Return a heading: "page-1", or "cards-1" for the first item of a group. Raises KeyError."""
        return self._heads[key]

    def eye(self, content_id: str) -> QToolButton:
        """Return the switch that shows or hides a content. Raises KeyError when there is none."""
        return self._eyes[content_id]

    def refresh(self) -> None:
        """Show what each content holds and what is amiss with it."""
        shape = self._shape()
        if shape != self._made_of:
            self._made_of = shape
            self._build()
        else:
            self._show_states()

    def _show_states(self) -> None:
        template = self._session.document.template
        for content_id, row in self._rows.items():
            faint = bool(content_id) and not self._session.shown(content_id)
            row.show_state(
                value_of(self._session, content_id), chips_of(self._session, content_id), faint=faint
            )
        for content_id, eye in self._eyes.items():
            shown = template.content(content_id).visible
            eye.setChecked(shown)
            eye.setIcon(self._session.look.icon("eye" if shown else "eye-off", size=ICON))
        for number, page in enumerate(template.pages):
            head = self._heads.get(f"page-{number + 1}")
            if head is not None and number != self._session.in_view.page:
                found = (p for c in page.contents for p in self._session.problems_of(c.id))
                head.show_state(severity_chips(tuple(found)))

    # --- what there is ----------------------------------------------------------------------------------------

    def _shape(self) -> object:
        """Return what decides which rows there are, and in which order."""
        template, page = self._session.document.template, self._session.in_view.page
        contents = template.pages[page].contents if page < len(template.pages) else ()
        hidden = tuple(c.id for c in contents if not c.visible)
        places = tuple((c.id, c.slot, c.item) for c in contents)
        return template.layout, len(template.pages), page, places, hidden

    def _build(self) -> None:
        self._focus = self._focus or self._focused()
        self._old = {**self._old, **self._spare}
        self._spare, self._rows, self._heads, self._eyes = {}, {}, {}, {}
        _empty(self._column)
        steps = self._steps = self._put(self._column)
        layout = self._session.document.template.layout
        if layout == self._layout_id:
            self._go_on(steps)
        else:
            # Every other part of the window is new as well: the rows come in the next turn of the event loop.
            self._layout_id = layout
            self._hide_old()
            QTimer.singleShot(0, self, partial(self._go_on, steps))

    def _go_on(self, steps: Iterator[None]) -> None:
        """Put rows in place until many had to be made, then let the window have its turn."""
        if steps is not self._steps:
            return
        self._made = 0
        for _ in steps:
            if self._made >= _AT_ONCE:
                self._hide_old()
                QTimer.singleShot(0, self, partial(self._go_on, steps))
                self._show_states()
                return
        self._steps = None
        self._finish()

    def _hide_old(self) -> None:
        """Hide what has no place yet."""
        for key, widget in self._old.items():
            if key not in self._spare:
                widget.hide()

    def _put(self, column: QVBoxLayout) -> Iterator[None]:
        """Put every row in place, one a step."""
        session, template = self._session, self._session.document.template
        name = named(session.layout.name_zh, session.layout.name_en)
        head = self._kept(f"layout-{name}", lambda: plain(name, "heading", wrap=True, parent=self._inside))
        head.setContentsMargins(8, 0, 0, 4)
        column.addWidget(head)
        self._add(column, "", "layout-template", tr("模板信息"), None)
        for number in range(len(template.pages)):
            if len(template.pages) > 1:
                self._add_page_head(column, number)
            yield
            if number == session.in_view.page:
                yield from self._add_page(column, number)
        more = self._link(tr("添加一页"), "page-add", self._add_new_page)
        limit = session.pack.numbers.get("pages.count")
        full = limit is not None and limit.value is not None and len(template.pages) >= limit.value
        more.setEnabled(not full)
        more.setToolTip(tr("最多 {count} 页", count=limit.value) if full and limit is not None else "")
        column.addSpacing(8)
        column.addWidget(more)

    def _finish(self) -> None:
        """Throw away what is no longer wanted; give order, selection and keyboard back."""
        for key, widget in self._old.items():
            if self._spare.get(key) is not widget:
                widget.hide()
                widget.deleteLater()
        self._old = {}
        self._show_states()
        self._keep_order()
        self._select(self._session.selection.content)
        selected = self._rows.get(self._session.selection.content)
        if selected is not None:
            # Its place is known once the rows are laid out.
            QTimer.singleShot(0, selected, partial(self.ensureWidgetVisible, selected, 0, 24))
        focus, self._focus = self._focus, ""
        if focus:
            self._give_focus(focus)

    def _kept(self, key: str, make: Callable[[], W]) -> W:
        """Return the widget of a name, the one there was or a new one, in sight."""
        widget = self._old.get(key)
        if widget is None:
            widget = make()
            widget.setObjectName(key)
            self._made += 1
        self._spare[key] = widget
        widget.show()
        return widget  # type: ignore[return-value]  # a name always stands for the same kind of widget

    def _keep_order(self) -> None:
        """Let Tab and the arrow keys go through the rows as they stand."""
        before: QWidget | None = None
        for widget in self._spare.values():
            for step in widget.stops() if isinstance(widget, HeadRow) else (widget,):
                if before is not None and step.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                    QWidget.setTabOrder(before, step)
                if step.focusPolicy() is not Qt.FocusPolicy.NoFocus:
                    before = step

    def _give_focus(self, name: str) -> None:
        """Give the keyboard to a row or button by its name, or to the heading where the button cannot be pressed."""
        target = self._inside.findChild(QWidget, name)
        if target is not None and not target.isEnabled():
            target = self._inside.findChild(QWidget, f"{name.rpartition('-')[0]}-title")
        if target is not None:
            target.setFocus()
            self.ensureWidgetVisible(target)

    def _focused(self) -> str:
        """Return the name of the row that has the keyboard."""
        focus = QApplication.focusWidget()
        return focus.objectName() if focus is not None and self._inside.isAncestorOf(focus) else ""

    def _add_page(self, column: QVBoxLayout, number: int) -> Iterator[None]:
        layout, page = self._session.layout, self._session.document.template.pages[number]
        contents = {(c.slot, c.item): c for c in page.contents}
        last: tuple[str, int] = ("", 0)
        for slot, item in page_places(layout, page):
            if slot.group and (slot.group, item) != last:
                if last[0] and last[0] != slot.group:
                    self._add_more(column, number, layout.group(last[0]))
                self._add_item_head(column, number, layout.group(slot.group), item)
            elif not slot.group and last[0]:
                self._add_more(column, number, layout.group(last[0]))
            last = (slot.group, item)
            content = contents.get((slot.id, item))
            if content is not None:
                name = named(slot.name_zh, slot.name_en)
                self._add(column, content.id, _ICONS[slot.kind], name, slot, indent=bool(slot.group))
                yield
        if last[0]:
            self._add_more(column, number, layout.group(last[0]))
        # A group without any item has no place of its own above.
        for group in layout.groups:
            if not items(page, layout, group.id):
                self._add_more(column, number, group)

    def _add(
        self,
        column: QVBoxLayout,
        content_id: str,
        icon: str,
        name: str,
        slot: SlotSpec | None,
        *,
        indent: bool = False,
    ) -> None:
        def make() -> LayerRow:
            made = LayerRow(self._session, icon, name, self._inside)
            made.clicked.connect(lambda: self._session.selection.select(content_id))
            made.clicked.connect(lambda: self._select(self._session.selection.content))
            return made

        # Named after its slot too: in another layout the content may have another icon and name.
        row = self._kept(
            f"row-{content_id}-{'' if slot is None else f'{self._session.layout.id}.{slot.id}'}", make
        )
        self._rows[content_id] = row
        line = QHBoxLayout()
        line.setContentsMargins(_INDENT if indent else 0, 0, 0, 0)
        line.setSpacing(0)
        line.addWidget(row, 1)
        if slot is not None:
            visible = self._session.document.template.content(content_id).visible
            if Switch.VISIBLE in slot.switches or not visible:
                line.addWidget(self._eye(content_id, name), 0, Qt.AlignmentFlag.AlignTop)
        column.addLayout(line)

    def _eye(self, content_id: str, name: str) -> QToolButton:
        def make() -> StepButton:
            made = StepButton(self._inside)
            made.setCheckable(True)
            made.setIconSize(QSize(ICON, ICON))
            made.setToolTip(tr("显示或隐藏"))
            made.clicked.connect(lambda on: self._session.edit(SetVisible(content_id, on)))
            return made

        eye = self._eyes[content_id] = self._kept(f"eye-{content_id}", make)
        eye.setAccessibleName(tr("显示 {name}", name=name))
        return eye

    # --- items and pages --------------------------------------------------------------------------------------

    def _add_item_head(self, column: QVBoxLayout, page: int, group: GroupSpec, item: int) -> None:
        template, layout, do = self._session.document.template, self._session.layout, self.structuring
        count = items(template.pages[page], layout, group.id)
        name, key = named(group.name_zh, group.name_en), group.id
        full, fewest = count >= group.most, count <= group.least
        most = tr("最多 {count} 项", count=group.most)
        least = tr("至少 {count} 项", count=group.least)
        acts: tuple[Act, ...] = (
            ("up", "chevron-up", tr("上移"), item > 0, partial(self._move, page, key, item, item - 1, "up")),
            (
                "down",
                "chevron-down",
                tr("下移"),
                item < count - 1,
                partial(self._move, page, key, item, item + 1, "down"),
            ),
            ("copy", "copy", most if full else tr("复制"), not full, partial(do.add_item, page, key, item)),
            (
                "remove",
                "trash-2",
                least if fewest else tr("删除"),
                not fewest,
                partial(do.remove_item, page, key, item),
            ),
        )
        place = f"{key}-{item + 1}"

        def make() -> HeadRow:
            return HeadRow(self._session, place, f"{name} {item + 1}", self._inside)

        head = self._heads[place] = self._kept(f"head-{name}-{place}", make)
        head.take(acts, partial(do.select_item, page, key, item))
        column.addWidget(head)

    def _add_more(self, column: QVBoxLayout, page: int, group: GroupSpec) -> None:
        name = named(group.name_zh, group.name_en)
        add = self._link(
            tr("添加{name}", name=name),
            f"{group.id}-add",
            partial(self.structuring.add_item, page, group.id, None),
        )
        template, layout = self._session.document.template, self._session.layout
        full = items(template.pages[page], layout, group.id) >= group.most
        add.setEnabled(not full)
        add.setToolTip(tr("最多 {count} 项", count=group.most) if full else "")
        column.addWidget(add)

    def _add_page_head(self, column: QVBoxLayout, number: int) -> None:
        count, do = len(self._session.document.template.pages), self.structuring
        limit = self._session.pack.numbers.get("pages.count")
        full = limit is not None and limit.value is not None and count >= limit.value
        acts: tuple[Act, ...] = (
            ("up", "chevron-up", tr("上移"), number > 0, partial(self._move_page, number, number - 1, "up")),
            (
                "down",
                "chevron-down",
                tr("下移"),
                number < count - 1,
                partial(self._move_page, number, number + 1, "down"),
            ),
            ("copy", "copy", tr("复制"), not full, partial(do.add_page, number)),
            ("remove", "trash-2", tr("删除"), count > 1, partial(do.remove_page, number)),
        )
        here = number == self._session.in_view.page
        place = f"page-{number + 1}"

        def make() -> HeadRow:
            return HeadRow(self._session, place, tr("第 {number} 页", number=number + 1), self._inside)

        head = self._heads[place] = self._kept(f"head-{place}", make)
        head.take(acts, partial(do.show_page, number), icon="chevron-down" if here else "chevron-right")
        head.show_state(())
        column.addSpacing(4)
        column.addWidget(head)

    def _move(self, page: int, group: str, item: int, to: int, way: str) -> None:
        """Move an item; the keyboard goes along with it."""
        self._focus = f"{group}-{to + 1}-{way}"
        self.structuring.move_item(page, group, item, to)

    def _move_page(self, number: int, to: int, way: str) -> None:
        self._focus = f"page-{to + 1}-{way}"
        self.structuring.move_page(number, to)

    def _add_new_page(self) -> None:
        self.structuring.add_page(None)

    def _link(self, words: str, key: str, act: Callable[[], object]) -> ActButton:
        def make() -> ActButton:
            made = ActButton(self._inside)
            put_icon(made, self._session.look, "plus", "accent", ICON)
            made.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
            return made

        link = self._kept(key, make)
        link.setText(words)
        link.act = act
        return link

    def _select(self, content_id: str) -> None:
        for known, row in self._rows.items():
            row.setChecked(known == content_id)
            if known == content_id and row.isVisible():
                self.ensureWidgetVisible(row, 0, 24)


def _empty(layout: QLayout) -> None:
    """Take everything out of a layout, and out of the layouts in it; the widgets stay."""
    while (item := layout.takeAt(0)) is not None:
        inner = item.layout()
        if inner is not None:
            _empty(inner)
