# SPDX-License-Identifier: Apache-2.0
"""A policy as its document: a system policy to read, a custom one to write, checked while one types."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

from PySide6.QtCore import QTimer
from PySide6.QtGui import QFont, QFontDatabase
from PySide6.QtWidgets import QVBoxLayout

from koodesk import messages
from koodesk.domain.policy_document import STARTER
from koodesk.domain.problem import Problem, Severity
from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.pages.iam.asking import of_two, run_asking
from koodesk.ui.widgets.basics import label, row
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, choice, line_edit, text_edit
from koodesk.ui.widgets.layouts import clear

if TYPE_CHECKING:
    from koodesk.ui.pages.iam.policies import PoliciesPage

CHECK_MS: Final = 250
SHOWN_MAX: Final = 6


class PolicyEditor(Sheet):
    """`row` is the policy to show, None for a new one."""

    def __init__(self, page: PoliciesPage, policy: Any) -> None:
        self._page, self._policy = page, policy
        self._only_read = policy is not None and (
            policy.system or bool(page.desk.why_not("iam:policy:update"))
        )
        heading = tr("创建自定义策略") if policy is None else policy.name
        super().__init__(
            page,
            heading,
            tr("关闭") if self._only_read else tr("确定"),
            self.accept if self._only_read else self._save,
            width=760,
        )
        self.cancel_button.setVisible(not self._only_read)
        self.form = Form(label_width=72)
        self.form.setMaximumWidth(16_777_215)
        self.name, self.note = line_edit(limit=80), line_edit(limit=280)
        self.name.setObjectName("policy-name")
        if policy is None:
            self.form.add("name", tr("名称"), self.name, required=True, limit=64, hint=tr("创建后不能改名。"))
        if not self._only_read:
            self.form.add("note", tr("描述"), self.note, limit=255)
            self.body.addWidget(self.form)
        elif policy is not None:
            self.body.addWidget(label(of_two(policy.note_zh, policy.note_en), "second", wrap=True))
        self.text = text_edit("", 15)
        self.text.setObjectName("policy-document")
        self.text.setAccessibleName(tr("策略内容（JSON）"))
        mono = QFontDatabase.systemFont(QFontDatabase.SystemFont.FixedFont)
        mono.setPixelSize(13)
        mono.setStyleHint(QFont.StyleHint.Monospace)
        self.text.setFont(mono)
        self.text.setReadOnly(self._only_read)
        self.text.setPlainText(STARTER if policy is None else policy.document)
        self.state = label("", "second")
        if not self._only_read:
            if policy is not None:
                self.note.setText(policy.note_zh)
            self.insert = choice([(tr("插入操作…"), "")])
            self.insert.setMaximumWidth(360)
            self.insert.setAccessibleName(tr("插入操作"))
            self.insert.activated.connect(lambda _: self._insert())
            self.body.addLayout(row(label(tr("策略内容（JSON）"), "heading"), 1, self.insert))
            page.run(lambda service: service.policies.matrix()[1], self._offer)
        self.text.setMinimumHeight(280)
        self.text.setMaximumHeight(16_777_215)
        self.body.addWidget(self.text, 1)
        self.problems = QVBoxLayout()
        self.problems.setSpacing(4)
        if not self._only_read:
            self.body.addWidget(self.state)
            self.body.addLayout(self.problems)
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.timeout.connect(self._check)
        if not self._only_read:
            self.text.textChanged.connect(lambda: self._timer.start(CHECK_MS))
            self._check()
            (self.name if policy is None else self.text).setFocus()
        self.fit(700)

    def _offer(self, actions: Any) -> None:
        words = [(f"{of_two(a.name_zh, a.name_en)} · {a.action}", a.action) for a in actions]
        self.insert.put([(tr("插入操作…"), ""), *words])

    def _insert(self) -> None:
        if self.insert.value:
            self.text.insertPlainText(f'"{self.insert.value}"')
            self.insert.choose("")
            self.text.setFocus()

    def _check(self) -> None:
        text = self.text.toPlainText()

        def show(found: Any) -> None:
            if text == self.text.toPlainText():
                self._show(found)

        self._page.desk.bridge.call(
            self, lambda service, _task: service.policies.check(text), show, self._page.show_problems
        )

    def _show(self, found: tuple[Problem, ...]) -> None:
        clear(self.problems)
        wrong = [p for p in found if p.severity is Severity.ERROR]
        if wrong:
            self.state.setText(tr("有 {count} 处错误，改好才能保存", count=len(wrong)))
        elif found:
            self.state.setText(tr("可以保存，有 {count} 处提醒", count=len(found)))
        else:
            self.state.setText(tr("检查通过，可以保存"))
        self.accept_button.setEnabled(not wrong)
        self.accept_button.setToolTip(self.state.text() if wrong else "")
        for p in found[:SHOWN_MAX]:
            look = "danger" if p.severity is Severity.ERROR else "warning"
            self.problems.addWidget(
                label(f"{_place(p.where)}{messages.sentence(p, i18n.language())}", look, wrap=True)
            )
        if len(found) > SHOWN_MAX:
            self.problems.addWidget(
                label(tr("还有 {count} 个问题。", count=len(found) - SHOWN_MAX), "second")
            )

    def _save(self) -> None:
        name, note, text, policy = self.name.text(), self.note.text(), self.text.toPlainText(), self._policy

        def done(_: Any) -> None:
            self.accept()
            if policy is None:
                self._page.told(tr("策略“{name}”已创建，到“用户组”里授予它。", name=name))
            else:
                self._page.told(tr("策略“{name}”已修改，立即生效。", name=policy.name))

        def failed(problems: tuple[Problem, ...]) -> None:
            left = self.form.show_problems(problems)
            if left:
                self.banner.tell(self._page.desk.say(left))

        if policy is None:
            self._page.run(lambda service: service.policies.create(name, text, note), done, failed)
        else:
            run_asking(
                self._page,
                lambda service, sure: service.policies.change(
                    policy.id, text, note, policy.revision, sure=sure
                ),
                done,
                failed,
            )


def _place(where: str) -> str:
    """Say where in the document something is: "Statement 1 · Action 2: "."""
    parts = where.split("/")[1:]
    named = [
        f"{parts[n]} {parts[n + 1]}" if n + 1 < len(parts) else parts[n] for n in range(0, len(parts), 2)
    ]
    return " · ".join(named) + ("：" if i18n.language() == "zh" else ": ") if named else ""
