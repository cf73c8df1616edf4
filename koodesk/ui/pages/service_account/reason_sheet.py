# SPDX-License-Identifier: Apache-2.0
"""变更原因: why a profile, menu or home page that is in effect is changed. Asked before it is handed in; the reviewer reads it."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from typing import Any

from PySide6.QtWidgets import QPlainTextEdit

from koodesk.domain.problem import Problem
from koodesk.domain.service_account.values import RecordKind
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.service_account.words import checker
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, text_edit

HandIn = Callable[[Mapping[RecordKind, str], Callable[[Any], object], Callable[[Any], object]], object]
"""Hands in with reasons; then one of the two is told: what came of it, or the problems."""


class ReasonSheet(Sheet):
    """A field for each part that changes; `hand_in` does the rest, and `elsewhere` gets what is wrong with the parts themselves."""

    def __init__(
        self,
        page: Page,
        kinds: Sequence[RecordKind],
        hand_in: HandIn,
        done: Callable[[Any], object],
        elsewhere: Callable[[tuple[Problem, ...]], object],
    ) -> None:
        super().__init__(page, tr("修改已生效的内容"), tr("提交"), self._take, width=560)
        self._page = page
        self._hand_in, self._done, self._elsewhere = hand_in, done, elsewhere
        self.body.addWidget(
            label(
                tr("手机上先显示原来的内容，审核通过后换成新的。审核员会看到变更原因。"), "second", wrap=True
            )
        )
        self.form = Form(label_width=112)
        self.edits: dict[RecordKind, QPlainTextEdit] = {}
        names = {
            RecordKind.PROFILE: tr("资料的变更原因"),
            RecordKind.MENU: tr("菜单的变更原因"),
            RecordKind.HOME: tr("主页的变更原因"),
        }
        limit = checker().rules.limit
        for kind in kinds:
            least = limit(f"change_reason.{kind.value}_least").value
            most = limit(f"change_reason.{kind.value}_most").value
            edit = text_edit(rows=3)
            edit.setObjectName(f"change-reason-{kind.value}")
            hint = tr("{least}–{most} 个字符", least=least, most=most)
            self.form.add(
                f"{kind.value}/change_reason", names[kind], edit, required=True, hint=hint, limit=most
            )
            self.edits[kind] = edit
        self.body.addWidget(self.form)
        self.body.addStretch(1)
        next(iter(self.edits.values())).setFocus()

    def _take(self) -> None:
        reasons = {kind: edit.toPlainText() for kind, edit in self.edits.items()}

        def done(row: Any) -> None:
            self.accept()
            self._done(row)

        def failed(problems: tuple[Problem, ...]) -> None:
            ours = tuple(one for one in problems if one.where.endswith("/change_reason"))
            if len(ours) < len(problems):
                self.reject()
                self._elsewhere(tuple(one for one in problems if one not in ours))
            else:
                self.form.show_problems(ours)

        self._hand_in(reasons, done, failed)
