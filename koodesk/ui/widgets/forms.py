# SPDX-License-Identifier: Apache-2.0
"""Forms: a name, a control, a hint or counter, and what is wrong with it beside it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any, TypeVar

from PySide6.QtCore import QSize, Qt
from PySide6.QtWidgets import (
    QAbstractSpinBox,
    QComboBox,
    QGridLayout,
    QLabel,
    QLineEdit,
    QPlainTextEdit,
    QScrollArea,
    QVBoxLayout,
    QWidget,
)

from koodesk import messages
from koodesk.domain.problem import Problem, Severity
from koodesk.ui import i18n, theme
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.basics import label

LABEL_WIDTH = 132
FORM_WIDTH = 720
TEXT_MARGIN = 8
LEAST_CHOICE = 144
"""What a drop-down keeps when its choices are longer than the room there is, in pixels."""


class Field(QWidget):
    """A control with a hint and a place for its problem. `limit` adds a counter of characters."""

    def __init__(self, control: QWidget, *, hint: str = "", limit: int = 0) -> None:
        super().__init__()
        self.control = control
        self._limit = limit
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(0, 0, 0, 0)
        self._column.setSpacing(4)
        self._column.addWidget(control)
        # Made when there is something to say: a form of many fields would be half as quick with labels that say nothing.
        self._wrong_label: QLabel | None = None
        self._hint_label: QLabel | None = None
        self._counter: QLabel | None = None
        if hint:
            self.show_hint(hint)
        if limit:
            self._counter = label("", "hint")
            self._counter.setAlignment(Qt.AlignmentFlag.AlignRight)
            self._column.addWidget(self._counter)
        if limit and isinstance(control, QLineEdit):
            control.textChanged.connect(lambda _: self._count())
        if limit and isinstance(control, QPlainTextEdit):
            control.textChanged.connect(self._count)
        self._count()
        for name in ("textChanged", "currentIndexChanged", "valueChanged", "picked"):
            told = getattr(control, name, None)
            if told is not None:
                told.connect(lambda *_: self._forget())

    def _forget(self) -> None:
        """What was wrong with the old content says nothing about the new."""
        if self.problem:
            self.show_problem("")

    def _count(self) -> None:
        if self._counter is not None:
            length = len(self.text())
            self._counter.setText(f"{length}/{self._limit}")
            _look(self._counter, "danger" if length > self._limit else "hint")

    def filled(self) -> None:
        """The control was filled without telling: count anew, and forget what was wrong with what stood there before."""
        self._count()
        self._forget()

    def text(self) -> str:
        """Return the control's text."""
        if isinstance(self.control, QLineEdit):
            return self.control.text()
        if isinstance(self.control, QPlainTextEdit):
            return self.control.toPlainText()
        if isinstance(self.control, QComboBox):
            return self.control.currentText()
        return ""

    def show_hint(self, text: str) -> None:
        """Show another hint, or none with an empty text."""
        if self._hint_label is None:
            if not text:
                return
            self._hint_label = label("", "hint", wrap=True)
            self._column.insertWidget(1 if self._wrong_label is None else 2, self._hint_label)
        self._hint_label.setText(text)
        self._hint_label.setVisible(bool(text))

    @property
    def problem(self) -> str:
        """What is said to be wrong, nothing where all is well."""
        return self._wrong_label.text() if self._wrong_label is not None else ""

    def show_problem(self, text: str, severity: Severity = Severity.ERROR) -> None:
        """Show what is wrong, or nothing with an empty text."""
        if self._wrong_label is None:
            if not text:
                return
            self._wrong_label = label("", "danger", wrap=True)
            self._column.insertWidget(1, self._wrong_label)
        self._wrong_label.setText(text)
        self._wrong_label.setVisible(bool(text))
        _look(self._wrong_label, "danger" if severity is Severity.ERROR else "warning")
        state = "error" if text and severity is Severity.ERROR else ""
        before = self.control.property("state") or ""
        self.control.setProperty("state", state)
        if state != before:
            theme.repolish(self.control)
        self.control.setAccessibleDescription(text)


def _look(made: QLabel, style: str) -> None:
    """Give a label another look; the stylesheet is read again only where it differs."""
    if made.property("look") != style:
        made.setProperty("look", style)
        theme.repolish(made)


def reveal(widget: QWidget) -> None:
    """Scroll whatever a widget stands in until it is seen: focus that was set by the program does not."""
    above = widget.parentWidget()
    while above is not None:
        if isinstance(above, QScrollArea):
            above.ensureWidgetVisible(widget, 0, 24)
        above = above.parentWidget()


class Form(QWidget):
    """Rows of name and field. Fields are named as problems name them, so that a refusal lands where it belongs."""

    def __init__(self, *, label_width: int = LABEL_WIDTH) -> None:
        super().__init__()
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(16)
        self._grid.setVerticalSpacing(14)
        self._grid.setColumnMinimumWidth(0, label_width)
        self._grid.setColumnStretch(1, 1)
        self.setMaximumWidth(FORM_WIDTH)
        self.fields: dict[str, Field] = {}
        self._names: dict[str, QLabel] = {}

    def add(
        self,
        where: str,
        name: str,
        control: QWidget,
        *,
        required: bool = False,
        hint: str = "",
        limit: int = 0,
    ) -> Field:
        """Add a row; `where` is the problem path of this field."""
        if not control.objectName():
            control.setObjectName(f"field-{where}")
        field = Field(control, hint=hint, limit=limit)
        shown = label(f"{name} *" if required else name, "second", wrap=True)
        shown.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignTop)
        shown.setContentsMargins(0, 6, 0, 0)
        shown.setBuddy(control)
        control.setAccessibleName(f"{name}，{tr('必填')}" if required else name)
        line = self._grid.rowCount()
        self._grid.addWidget(shown, line, 0)
        self._grid.addWidget(field, line, 1)
        self.fields[where] = field
        self._names[where] = shown
        return field

    def show_row(self, where: str, visible: bool) -> None:
        """Show or hide a row that depends on another."""
        self.fields[where].setVisible(visible)
        self._names[where].setVisible(visible)

    def rename(self, where: str, name: str) -> None:
        """Name a required field anew: what it asks for follows from another."""
        self._names[where].setText(f"{name} *")
        self.fields[where].control.setAccessibleName(f"{name}，{tr('必填')}")

    def clear_problems(self) -> None:
        """Forget what was wrong."""
        for field in self.fields.values():
            field.show_problem("")

    def show_problems(self, problems: tuple[Problem, ...]) -> tuple[Problem, ...]:
        """Put each problem beside its field, focus the first, and return those that belong to no field."""
        self.clear_problems()
        left: list[Problem] = []
        first: Field | None = None
        for problem in problems:
            names = (problem.where, problem.where.split("/")[0], problem.where.removeprefix("paper:"))
            field = next((self.fields[name] for name in names if name in self.fields), None)
            if field is None:
                left.append(problem)
                continue
            field.show_problem(str(messages.sentence(problem, i18n.language())), problem.severity)
            first = first or field
        if first is not None:
            first.control.setFocus()
            reveal(first)
        return tuple(left)


def line_edit(
    placeholder: str = "", changed: Callable[[str], object] | None = None, limit: int = 0
) -> QLineEdit:
    """Make a one-line edit. `limit` stops typing far beyond the rule, so that the counter can show the excess."""
    made = QLineEdit()
    made.setPlaceholderText(placeholder)
    if limit:
        made.setMaxLength(limit)
    if changed is not None:
        made.textChanged.connect(changed)
    return made


def text_edit(placeholder: str = "", rows: int = 4) -> QPlainTextEdit:
    """Make a plain-text edit of some rows; Tab leaves it."""
    made = QPlainTextEdit()
    made.setPlaceholderText(placeholder)
    made.setTabChangesFocus(True)
    made.setFixedHeight(rows * 22 + 16)
    return made


Box = TypeVar("Box", bound=QAbstractSpinBox)


def padded(box: Box) -> Box:
    """Keep a spin box's text as far from its edge as a line edit's: style sheets do not reach inside it."""
    box.lineEdit().setTextMargins(TEXT_MARGIN, 0, 0, 0)
    return box


class Choice(QComboBox):
    """A drop-down that gives back the very values it was given: Qt would turn an enumeration's member into its text."""

    def __init__(self) -> None:
        super().__init__()
        self._values: list[Any] = []
        self.setPlaceholderText(tr("暂无可选"))

    def minimumSizeHint(self) -> QSize:
        """Let a long choice be elided where there is little room: the longest of all would push what it stands in out of sight."""
        hint = super().minimumSizeHint()
        return QSize(min(hint.width(), LEAST_CHOICE), hint.height())

    def put(self, options: Sequence[tuple[str, Any]], chosen: Any = None) -> None:
        """Replace all choices without telling; choose `chosen` where it is among them, else the first."""
        self.blockSignals(True)
        super().clear()
        self._values = [value for _, value in options]
        self.addItems([text for text, _ in options])
        self.setCurrentIndex(self._values.index(chosen) if chosen in self._values else 0 if options else -1)
        self.blockSignals(False)

    def choose(self, value: Any) -> None:
        """Choose by value; nothing happens when it is not among the choices."""
        if value in self._values:
            self.setCurrentIndex(self._values.index(value))

    @property
    def value(self) -> Any:
        """Return the chosen value, None when there is nothing to choose."""
        number = self.currentIndex()
        return self._values[number] if 0 <= number < len(self._values) else None


def choice(options: Sequence[tuple[str, Any]], changed: Callable[[], object] | None = None) -> Choice:
    """Make a drop-down of (text, value)."""
    made = Choice()
    made.put(options)
    if changed is not None:
        made.currentIndexChanged.connect(lambda _: changed())
    return made
