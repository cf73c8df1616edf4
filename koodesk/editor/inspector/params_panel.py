# SPDX-License-Identifier: Apache-2.0
"""The parameters of the card (管理参数): add, rename everywhere, give an example, remove.

Kept in sight at the foot of the inspector instead of a dialog: parameters are looked up while texts are written.
"""

from __future__ import annotations

from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QLabel, QLineEdit, QPushButton, QToolButton, QVBoxLayout, QWidget

from koodesk.domain.edits import AddParam, RemoveParam, RenameParam, SetParamExample
from koodesk.domain.edits.parameters import used_in
from koodesk.domain.params import WRAPPER
from koodesk.domain.template import Template
from koodesk.editor.inspector.form import STYLES, LineField, Section, plain, restyle
from koodesk.editor.session import Session
from koodesk.editor.words import tr


class ParamsPanel(Section):
    """One row a parameter, and one to add the next."""

    def __init__(self, session: Session, parent: QWidget | None = None) -> None:
        super().__init__(tr("管理参数"), parent)
        self._session = session
        self._rows: dict[str, _ParamRow] = {}
        self._count = plain(style="hint")
        self.head.addWidget(self._count)
        self._list = QVBoxLayout()
        self._list.setSpacing(12)
        self._empty = plain(
            tr("参数让每位收件人看到自己的内容，如姓名、金额。添加后可在文本和链接中插入。"),
            "hint",
            wrap=True,
        )
        self.body.addWidget(self._empty)
        self.body.addLayout(self._list)
        self._name = QLineEdit(self)
        self._name.setPlaceholderText(tr("新参数名"))
        self._name.setAccessibleName(tr("新参数名"))
        self._example = QLineEdit(self)
        self._example.setPlaceholderText(tr("示例"))
        self._example.setAccessibleName(tr("新参数的示例"))
        self.add_button = QPushButton(tr("添加"), self)
        self.add_button.clicked.connect(self._add)
        self._name.returnPressed.connect(self._add)
        self._example.returnPressed.connect(self._add)
        row = QHBoxLayout()
        row.setSpacing(8)
        row.addWidget(self._name, 1)
        row.addWidget(self._example, 1)
        row.addWidget(self.add_button)
        self.body.addLayout(row)
        self._rule = plain(style="hint", wrap=True)
        limit = session.pack.limit("param.name.max")
        self._rule.setText(
            tr(
                "最多 {count} 个；名称用字母、数字、下划线，最长 {name} 字；示例必填，须为真实可用的值。",
                count=session.pack.limit("params.count"),
                name=limit - WRAPPER,
            )
        )
        self.body.addWidget(self._rule)
        self._wrong = plain(style="danger", wrap=True)
        self._wrong.hide()
        self.body.addWidget(self._wrong)
        session.checked.connect(self._show_problems)
        self.refresh(None, session.document.template)

    def refresh(self, before: Template | None, after: Template) -> None:
        """Show the parameters of the template."""
        if before is not None and before.params == after.params and before.pages == after.pages:
            return
        names = [p.name for p in after.params]
        for gone in [name for name in self._rows if name not in names]:
            row = self._rows.pop(gone)
            self._list.removeWidget(row)
            row.hide()
            row.deleteLater()
        for index, name in enumerate(names):
            if name not in self._rows:
                self._rows[name] = _ParamRow(self._session, name, self)
                self._list.insertWidget(index, self._rows[name])
            self._rows[name].refresh(len(used_in(after, name)))
        most = self._session.pack.limit("params.count")
        self._count.setText(f"{len(names)}/{most}")
        self._empty.setVisible(not names)
        self.add_button.setEnabled(len(names) < most)

    def focus_new(self) -> None:
        """Take the keyboard to the row that adds one."""
        self._name.setFocus(Qt.FocusReason.ShortcutFocusReason)

    def focus_param(self, name: str) -> None:
        """Take the keyboard to a parameter."""
        row = self._rows.get(name)
        (row.example if row is not None else self._name).setFocus(Qt.FocusReason.ShortcutFocusReason)

    def _add(self) -> None:
        name = self._name.text().strip()
        if not name:
            self._name.setFocus()
        elif self._session.edit(AddParam(name, self._example.text().strip())):
            self._name.clear()
            self._example.clear()
            self._name.setFocus()

    def _show_problems(self) -> None:
        """Say what is wrong with parameters as such; the worst decides the colour."""
        found = self._session.problems_at("params")
        self._wrong.setText("\n".join(dict.fromkeys(self._session.look.sentence(p) for p in found)))
        self._wrong.setVisible(bool(found))
        if found:
            restyle(self._wrong, "look", STYLES[found[0].severity])


class _ParamRow(QWidget):
    """Name, example, where it is used, and what is wrong with it."""

    def __init__(self, session: Session, name: str, parent: QWidget) -> None:
        super().__init__(parent)
        self._session = session
        self._param = name
        self._used = 0
        self.name = QLineEdit(name, self)
        self.name.setAccessibleName(tr("参数名 {name}", name=name))
        self.name.editingFinished.connect(self._rename)
        self.example = LineField(session, self._example_of, partial(SetParamExample, name), self)
        self.example.setPlaceholderText(tr("示例"))
        self.example.setAccessibleName(tr("参数 {name} 的示例", name=name))
        self.remove = QToolButton(self)
        self.remove.setIcon(session.look.icon("trash-2"))
        self.remove.setToolTip(tr("删除参数"))
        self.remove.setAccessibleName(tr("删除参数 {name}", name=name))
        self.remove.clicked.connect(self._remove)
        line = QHBoxLayout()
        line.setSpacing(8)
        line.addWidget(self.name, 1)
        line.addWidget(self.example, 1)
        line.addWidget(self.remove)
        self._note = plain(style="hint", wrap=True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(line)
        column.addWidget(self._note)
        session.checked.connect(self._show_note)

    def refresh(self, used: int) -> None:
        """Show the parameter as it is now, used in so many contents."""
        self._used = used
        if not self.name.hasFocus():
            self.name.setText(self._param)
        self.example.refresh()
        self._show_note()

    def _example_of(self, template: Template) -> str:
        return next((p.example for p in template.params if p.name == self._param), "")

    def _rename(self) -> None:
        wanted = self.name.text().strip()
        if wanted == self._param:
            return
        if not wanted or not self._session.edit(RenameParam(self._param, wanted)):
            self.name.setText(self._param)

    def _remove(self) -> None:
        """Remove; where the parameter stands, its example takes its place, and undo brings both back."""
        self._session.edit(RemoveParam(self._param, self._example_of(self._session.document.template)))

    def _show_note(self) -> None:
        found = self._session.problems_at(f"param:{self._param}")
        _say(self._note, tuple(self._session.look.sentence(p) for p in found) or self._usage())

    def _usage(self) -> tuple[str, ...]:
        return (tr("用于 {count} 处", count=self._used),)


def _say(label: QLabel, lines: tuple[str, ...]) -> None:
    label.setText("\n".join(dict.fromkeys(lines)))
