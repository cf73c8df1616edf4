# SPDX-License-Identifier: Apache-2.0
"""Fault scripts (故障脚本) in the settings: what is in force and since when, another one read in words, put in force, ended."""

from __future__ import annotations

from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QVBoxLayout

from koodesk import messages
from koodesk.domain.fault_place import line_of
from koodesk.domain.fault_script import FaultScript, read_fault_script
from koodesk.domain.problem import Problem, Refused
from koodesk.ui import i18n
from koodesk.ui.fault_words import rule_line, script_word
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, Chip, button, label, row
from koodesk.ui.widgets.file_dialogs import ask_for_file
from koodesk.ui.widgets.forms import choice
from koodesk.ui.widgets.layouts import clear

CONTROL: Final = "koodesk:engine:control"


class FaultCard(Card):
    """Above what holds now, below what one looks at before it holds."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("故障脚本"))
        self._page = page
        self._chosen: Any = None
        self.body.addWidget(
            label(
                tr("让本地引擎按一份脚本出错：断开、丢应答、拒绝、回执混乱。种子相同，出错的请求也相同。"),
                "second",
                wrap=True,
            )
        )
        self.state = Chip(tr("没有故障"), "success")
        self.since = label("", "hint")
        self.end_button = button(tr("结束故障"), self.end, name="end-faults")
        self.body.addLayout(row(self.state, self.since, 1, self.end_button))
        self.rules = QVBoxLayout()
        self.rules.setSpacing(4)
        self.body.addLayout(self.rules)
        self.body.addWidget(label(tr("换一份"), "heading"))
        self.samples = choice([(tr("选择示例…"), None)], self._take_sample)
        self.samples.setAccessibleName(tr("示例"))
        self.samples.setMaximumWidth(240)
        self.file_button = button(tr("选择文件…"), self.ask, icon="upload", name="choose-faults")
        self.put_button = button(tr("生效"), self.put, kind="primary", name="put-faults")
        self.body.addLayout(row(self.samples, self.file_button, self.put_button, 1))
        self.name = label("", "second")
        self.name.hide()
        self.body.addWidget(self.name)
        self.preview = QVBoxLayout()
        self.preview.setSpacing(4)
        self.body.addLayout(self.preview)
        self.wrong = label("", "danger", wrap=True, selectable=True)
        self.wrong.hide()
        self.body.addWidget(self.wrong)
        self._may = True
        for made in (self.end_button, self.put_button):
            page.guard(made, CONTROL)
            self._may = self._may and made.isEnabled()
        self._show_buttons(in_force=False)

    # --- what is in force ------------------------------------------------------------------------------------

    def refresh(self) -> None:
        """Ask the engine what is in force, and for the samples once."""
        self._page.run(lambda service: service.engine.faults_in_force(), self._show, self._show_off)
        if self.samples.count() == 1:
            self._page.run(lambda service: service.engine.fault_samples(), self._show_samples)

    def _show(self, found: Any) -> None:
        script: FaultScript = found.script
        on = bool(script.faults)
        if on:
            self.state.show_state(tr("故障生效中"), "warning")
            self.since.setText(
                tr(
                    "{name}，从 {when} 起（引擎时钟），种子 {seed}",
                    name=script_word(script.name),
                    when=minute(found.since_ms),
                    seed=script.seed,
                )
            )
        else:
            self.state.show_state(tr("没有故障"), "success")
            self.since.setText("")
        _show_rules(self.rules, script)
        self._show_buttons(in_force=on)

    def _show_off(self, _problems: tuple[Problem, ...]) -> None:
        self.state.show_state(tr("本地引擎未运行"), "warning")
        self.since.setText("")
        _show_rules(self.rules, FaultScript())
        self._show_buttons(in_force=False)

    def _show_buttons(self, *, in_force: bool) -> None:
        self.end_button.setVisible(in_force)
        self.put_button.setEnabled(self._may and self._chosen is not None)

    # --- what could be ---------------------------------------------------------------------------------------

    def _show_samples(self, found: Any) -> None:
        self.samples.put([(tr("选择示例…"), None), *((script_word(text.name), text) for text in found)])

    def _take_sample(self) -> None:
        if self.samples.value is not None:
            self.look_at(self.samples.value)

    def ask(self) -> None:
        """Ask for a file."""
        ask_for_file(self, tr("选择故障脚本"), self.open, f"{tr('故障脚本')} (*.toml)")

    def open(self, path: Path) -> None:
        """Read a file, and look at what it says."""
        self.samples.setCurrentIndex(0)
        self._page.run(lambda service: service.engine.fault_file(path), self.look_at, self._refused)

    def look_at(self, text: Any) -> None:
        """Say what a script does, or at which line it is wrong; nothing is put in force."""
        try:
            script = read_fault_script(text.text, text.name)
        except Refused as refused:
            self._refused(refused.problems, text)
            return
        self._chosen = text
        self.wrong.hide()
        self.name.setText(
            tr(
                "{name}：{count} 条规则，种子 {seed}",
                name=script_word(text.name),
                count=len(script.faults),
                seed=script.seed,
            )
        )
        self.name.show()
        _show_rules(self.preview, script)
        self.put_button.setEnabled(self._may)

    def _refused(self, problems: tuple[Problem, ...], text: Any = None) -> None:
        """Show what is wrong, with the line it stands in."""
        self._chosen = None
        self.put_button.setEnabled(False)
        clear(self.preview)
        self.name.hide()
        lines = [str(messages.sentence(found, i18n.language())) for found in problems]
        number = line_of(text.text, problems[0]) if text is not None else 0
        if number:
            lines.append(
                tr(
                    "第 {number} 行：{line}",
                    number=number,
                    line=text.text.splitlines()[number - 1].strip()[:120],
                )
            )
        self.wrong.setText("\n".join(lines))
        self.wrong.show()

    # --- doing it --------------------------------------------------------------------------------------------

    def put(self) -> None:
        """Put what one looks at in force."""
        text = self._chosen
        if text is not None:
            self._change(text.text, text.name, tr("故障脚本已生效。"))

    def end(self) -> None:
        """End the faults."""
        self._change("", "", tr("故障已结束，引擎恢复正常。"))

    def _change(self, text: str, name: str, said: str) -> None:
        def done(_script: Any) -> None:
            self._page.banner.tell(said, "success")
            self._page.desk.changed.emit("engine")
            self.refresh()

        self._page.run(lambda service: service.engine.put_faults(text, name), done)


def _show_rules(place: QVBoxLayout, script: FaultScript) -> None:
    clear(place)
    for fault in script.faults:
        place.addWidget(label(rule_line(fault), wrap=True, selectable=True))
