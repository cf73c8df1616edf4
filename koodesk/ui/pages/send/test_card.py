# SPDX-License-Identifier: Apache-2.0
"""试发测试: send the very same message to a few numbers first, with values typed by hand."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QHBoxLayout, QLineEdit, QVBoxLayout, QWidget

from koodesk.domain.campaign import TEST_LIMIT
from koodesk.domain.phone_number import PhoneNumber, normalise
from koodesk.domain.problem import Problem, problem
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.platform_mark import marked
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.forms import Form, line_edit, text_edit
from koodesk.ui.widgets.layouts import clear

VALUE_MAX: Final = 256
"""Longest value one can type; the check of numbers has the rule."""

Send = Callable[[Any, Any, Sequence[int], Mapping[str, str]], Any]
"""Sends a draft: service, draft, numbers, values -> the campaign."""


class TestCard(Card):
    """A few numbers, the template's parameters, and one button. A test send is a campaign of its own, marked as a test."""

    def __init__(self, page: Page, draft: Callable[[], Any], send: Send) -> None:
        super().__init__(tr("试发测试"))
        self._page = page
        self._draft = draft
        self._send = send
        self._params: Mapping[str, str] = {}
        self.values: dict[str, QLineEdit] = {}
        advice = tr("建议大规模发送前先发给自己人，最多 {count} 个号码。", count=TEST_LIMIT)
        self.body.addWidget(label(advice, "hint", wrap=True))
        real = marked(page.desk)
        if real is not None:
            self.body.addWidget(real)
        self.numbers = text_edit(tr("每行一个号码"), rows=3)
        self.numbers.setObjectName("test-numbers")
        self.numbers.setAccessibleName(tr("试发号码"))
        self.body.addWidget(self.numbers)
        self._values = QVBoxLayout()
        self.body.addLayout(self._values)
        bar = QHBoxLayout()
        self.wrong = label("", "danger", wrap=True)
        self.wrong.hide()
        bar.addWidget(self.wrong, 1)
        bar.addStretch(1)
        self.button = button(tr("试发"), self.send, icon="flask-conical", name="test-send")
        page.guard(self.button, getattr(page, "sends", ""))
        bar.addWidget(self.button)
        self.body.addLayout(bar)

    def show_template(self, template: Any) -> None:
        """Ask for the values of another template's parameters."""
        params = template.params if template is not None else ()
        self.show_params({name: name for name in params}, ready=template is not None)

    def show_params(self, params: Mapping[str, str], *, ready: bool) -> None:
        """Ask for these values, each with what it is called; `ready` says that there is something to send."""
        self.button.setEnabled(ready)
        if params == self._params:
            return
        self._params = params
        clear(self._values)
        self.values = {}
        form = Form(label_width=64)
        for name, called in params.items():
            edit = line_edit(limit=VALUE_MAX)
            form.add(f"param:{name}", called, edit, required=True)
            self.values[name] = edit
        self._values.addWidget(form)
        before: QWidget = self.numbers
        for control in (*self.values.values(), self.button):
            self.setTabOrder(before, control)
            before = control

    def read_numbers(self) -> tuple[list[int], tuple[Problem, ...]]:
        """Read the numbers, a line each; return them, or what is wrong with the first bad line."""
        found: list[int] = []
        for place, line in enumerate(self.numbers.toPlainText().splitlines(), 1):
            if line.strip():
                number = normalise(line)
                if not isinstance(number, PhoneNumber):
                    return [], (problem(number, f"row:{place}", row=place),)
                found.append(number.number)
        return found, ()

    def send(self) -> None:
        """Send the test."""
        numbers, problems = self.read_numbers()
        if problems:
            self._fail(problems)
            return
        draft = self._draft()
        draft = replace(draft, name=draft.name or tr("试发"))
        values = {name: edit.text().strip() for name, edit in self.values.items()}
        self.button.setEnabled(False)
        self.wrong.hide()
        self._page.run(lambda service: self._send(service, draft, numbers, values), self._sent, self._fail)

    def _sent(self, campaign: Any) -> None:
        self.button.setEnabled(True)
        self._page.banner.tell(
            tr("已试发 {count} 个号码。", count=campaign.to_send),
            "accent",
            tr("看结果"),
            lambda: self._page.desk.go("details", campaign_id=campaign.id),
        )

    def _fail(self, problems: tuple[Problem, ...]) -> None:
        self.button.setEnabled(True)
        self.wrong.setText(self._page.desk.say(problems))
        self.wrong.show()
