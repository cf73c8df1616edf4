# SPDX-License-Identifier: Apache-2.0
"""SMS templates (短消息模板管理): the plain message a card rides on, with live length and number of parts."""

from __future__ import annotations

import re
from functools import partial
from typing import TYPE_CHECKING, Any, ClassVar

from PySide6.QtCore import QTimer
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QPushButton, QWidget

from koodesk.domain.signature import SmsType
from koodesk.domain.sms import SmsTemplateDraft, Variable, VariableType
from koodesk.domain.sms_examples import SmsExample
from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.pages.sms_help import ExamplesSheet, RulesSheet, template_rules
from koodesk.ui.pages.sms_signatures import type_names
from koodesk.ui.reasons import reason_lines
from koodesk.ui.records_page import RecordsPage, state_column
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.empty import EmptyState
from koodesk.ui.widgets.forms import Form, choice, line_edit, text_edit
from koodesk.ui.widgets.layouts import clear
from koodesk.ui.widgets.tables import Column

if TYPE_CHECKING:
    from koodesk.backend.service import Service

PLACE = re.compile(r"\$\{([1-9][0-9]?)\}")
ESTIMATE_AFTER_MS = 150


def variable_names() -> dict[VariableType, str]:
    """Name the kinds of variable as the console does."""
    return {
        VariableType.NEWTEXT: tr("解析标识"),
        VariableType.TEXT: tr("其他（文字）"),
        VariableType.CHARDIGIT: tr("其他号码（字母数字）"),
        VariableType.DATETIME: tr("日期时间"),
        VariableType.MONEY: tr("金额"),
        VariableType.PHONE: tr("电话号码"),
    }


def use_words(row: Any) -> str:
    """Say what a template can be used for: it carries a card, or goes by itself."""
    if row.sendable:
        return tr("智能信息")
    return tr("普通短信") if row.plain_sendable else tr("暂不可用")


class SmsTemplatesPage(RecordsPage):
    """The list, and the sheet of table 2-7."""

    page_id = "sms_templates"
    icon = "message-square-text"
    watches: ClassVar[tuple[str, ...]] = ("sms", "reviews", "engine")
    told_of = "sms"

    def build(self) -> None:
        """Lay out the list."""
        self.set_title(tr("短消息模板"), tr("审核通过后：含解析标识变量的承载智能信息，不含的直接发普通短信"))
        self.send = button(tr("发送普通短信"), self._send, icon="send", name="send-sms-template")
        self.add_action(self.send, "kooMessage:devSendTask:create")
        self.add_action(
            button(tr("创建短消息模板"), self.add, kind="primary", icon="plus", name="add-sms-template"),
            "kooMessage:smsTemplate:create",
        )
        types = type_names()
        columns = (
            Column(tr("模板名称"), lambda r: r.name, 170),
            state_column("sms_template", 150),
            Column(
                tr("可用于"),
                use_words,
                110,
                kind=lambda r: "success" if r.sendable or r.plain_sendable else "neutral",
                tip=lambda r: None if r.plain_sendable else self.desk.say(r.why_not) or None,
            ),
            Column(tr("模板类型"), lambda r: types[r.type], 90),
            Column(tr("签名"), lambda r: f"【{r.signature_name}】", 130),
            Column(tr("内容"), lambda r: r.content, tip=lambda r: r.content),
            Column(tr("条数"), lambda r: str(r.estimate.most_parts), 70, right=True),
        )
        empty = EmptyState(
            "message-square-text",
            tr("还没有短消息模板"),
            tr(
                "卡片跟着一条普通短信到达手机。模板就是这条短信的文字，里面要有一个解析标识变量；没有的可以单独作为普通短信发送。"
            ),
            tr("创建短消息模板"),
            self.add,
        )
        self.guard(empty.button, "kooMessage:smsTemplate:create")
        self.add_list(columns, empty)

    def fetch(self, service: Service) -> Any:
        """Return the templates."""
        return service.sms.templates()

    def show_reasons(self, row: Any) -> None:
        """Show why a template cannot be sent."""
        text = reason_lines(row.progress.reasons) or self.desk.say(row.why_not)
        if text and not row.plain_sendable:
            self.banner.tell(f"{row.name}\n{text}", "danger" if row.state.value == "Reject" else "warning")

    def chosen(self) -> None:
        """Offer to send what can be sent as it is."""
        row = self.row
        self.send.setEnabled(row is not None and row.plain_sendable)
        why = tr("先选择一个模板") if row is None else self.desk.say(row.plain_why_not)
        self.send.setToolTip(why)

    def _send(self) -> None:
        if self.row is not None:
            self.desk.go("plain_send", template_id=self.row.id)

    def add(self) -> None:
        """Fetch the signatures, then open the sheet."""
        self.run(lambda service: (service.sms.apps(), service.sms.signatures()), self._add)

    def _add(self, found: Any) -> None:
        apps, signatures = found
        TemplateSheet(self, apps, signatures).open()


class TemplateSheet(Sheet):
    """The form of table 2-7 with its variables and the live length of the message."""

    def __init__(self, page: SmsTemplatesPage, apps: Any, signatures: Any) -> None:
        super().__init__(page, tr("添加模板"), tr("确定"), self._save, width=720)
        self._page = page
        self._signatures = signatures
        self._ways: dict[str, QPushButton] = {}
        self.form = Form()
        self.name = line_edit(limit=60)
        self.kinds = choice([(text, kind) for kind, text in type_names().items()])
        self.kinds.setCurrentIndex(1)
        self.app = choice([(row.name, row.id) for row in apps], self._filter)
        self.signature = choice([], self._estimate_soon)
        self.content = text_edit(tr("例如：您有一个红包待领取，点击 ${1} 查看，拒收请回复R"), rows=5)
        self.note = text_edit(rows=2)
        self.form.add("name", tr("模板名称"), self.name, required=True, limit=30)
        self.form.add("type", tr("模板类型"), self.kinds, required=True)
        self.form.add("app_id", tr("所属应用"), self.app, required=True)
        self.form.add("signature_id", tr("所属签名"), self.signature, required=True)
        self._lead_on(apps)
        self.form.add(
            "content",
            tr("模板内容"),
            self.content,
            required=True,
            limit=500,
            hint=tr(
                "变量写作 ${1} … ${20}。推广类必须包含“拒收请回复R”。含两个及以上变量的模板只能通过 API 发送，Koodesk 正是这样发送的。"
            ),
        )
        self.body.addWidget(self.form)
        bar = QHBoxLayout()
        bar.setContentsMargins(148, 0, 0, 0)
        bar.addWidget(button(tr("添加变量"), self.add_variable, icon="plus", name="add-variable"))
        bar.addWidget(button(tr("添加解析标识"), self.add_link, icon="link", name="add-link"))
        bar.addStretch(1)
        for text, name, action in (
            (tr("模板和变量规范"), "template-rules", self.show_rules),
            (tr("模板示例"), "template-examples", self.show_examples),
        ):
            bar.addWidget(button(text, action, kind="link", name=name))
        self.body.addLayout(bar)
        self.variables = Card(tr("变量"), panel="sunken", margins=12)
        self.grid = QGridLayout()
        self.variables.body.addLayout(self.grid)
        self.body.addWidget(self.variables)
        self.estimate = label("", "second")
        self.estimate.setObjectName("sms-estimate")
        self.estimated = ""  # the content that was counted
        self.body.addWidget(self.estimate)
        rest = Form()
        rest.add("note", tr("申请说明"), self.note, limit=100, hint=tr("写明业务使用场景。"))
        self.form.fields.update(rest.fields)
        self.body.addWidget(rest)
        self.body.addStretch(1)
        self._kinds: dict[int, tuple[Any, Any]] = {}
        self._chosen: dict[int, VariableType] = {}
        self._described: dict[int, str] = {}
        self._timer = QTimer(self)
        self._timer.setSingleShot(True)
        self._timer.setInterval(ESTIMATE_AFTER_MS)
        self._timer.timeout.connect(self._estimate)
        self.content.textChanged.connect(self._changed)
        self._filter()
        self._changed()
        self.name.setFocus()

    def _lead_on(self, apps: Any) -> None:
        """Below a drop-down without choices, lead to where one is made (马上去添加)."""
        for where, page, words in (
            ("app_id", "sms_apps", tr("还没有应用？马上去添加")),
            ("signature_id", "sms_signatures", tr("还没有签名？马上去添加")),
        ):
            link = button(words, partial(self._go, page), kind="link", name=f"go-{page}")
            layout = self.form.fields[where].layout()
            assert layout is not None  # every field lays its control out
            layout.addWidget(link)
            self._ways[where] = link
        self._ways["app_id"].setVisible(not apps)

    def _go(self, page: str) -> None:
        self.reject()
        self._page.desk.go(page, add=True)

    def show_rules(self) -> None:
        """Show what is written about templates and variables."""

        def show(rules: Any) -> None:
            RulesSheet(self, tr("模板和变量规范"), template_rules(rules)).open()

        self._page.desk.bridge.call(self, lambda service, _: service.sms.rules, show)

    def show_examples(self) -> None:
        """Offer examples; one that is taken fills the form."""
        ExamplesSheet(self, type_names(), self.take).open()

    def take(self, example: SmsExample) -> None:
        """Fill the form with an example; application and signature stay."""
        self.kinds.choose(example.type)
        self._chosen = {v.number: v.type for v in example.variables}
        self._described = {v.number: v.description for v in example.variables}
        self._kinds = {}
        if not self.name.text():
            self.name.setText(example.name)
        self.content.setPlainText(example.content)
        self.content.setFocus()

    def _filter(self) -> None:
        own = [row for row in self._signatures if row.app_id == self.app.value]
        self.signature.put([(self._named(row), row.id) for row in own])
        self._ways["signature_id"].setVisible(not own)

    @staticmethod
    def _named(row: Any) -> str:
        word = "" if row.usable else f"（{states.word('signature', row.state.value)}）"
        return f"【{row.name}】{word}"

    def numbers(self) -> list[int]:
        """Return the numbers of the variables in the content, in order, once each."""
        return sorted({int(found) for found in PLACE.findall(self.content.toPlainText())})

    def add_variable(self) -> None:
        """Insert the next variable at the caret."""
        self._insert(VariableType.TEXT)

    def add_link(self) -> None:
        """Insert the next variable as the short link."""
        self._insert(VariableType.NEWTEXT)

    def _insert(self, kind: VariableType) -> None:
        number = next((n for n in range(1, 21) if n not in self.numbers()), 0)
        if number:
            self._chosen[number] = kind
            self.content.insertPlainText(
                f" ${{{number}}} " if kind is VariableType.NEWTEXT else f"${{{number}}}"
            )
        self.content.setFocus()

    def _changed(self) -> None:
        numbers = self.numbers()
        if numbers != sorted(self._kinds):
            self._keep()
            clear(self.grid)
            self._kinds = {}
            for line, number in enumerate(numbers):
                kinds = choice([(text, kind) for kind, text in variable_names().items()], self._estimate_soon)
                kinds.choose(self._chosen.get(number, VariableType.TEXT))
                kinds.setAccessibleName(tr("变量 {number} 的类型", number=number))
                about = line_edit(tr("说明（文字变量必填，例如：姓名）"), limit=60)
                about.setText(self._described.get(number, ""))
                about.setAccessibleName(tr("变量 {number} 的说明", number=number))
                self.grid.addWidget(label(f"${{{number}}}"), line, 0)
                self.grid.addWidget(kinds, line, 1)
                self.grid.addWidget(about, line, 2)
                self._kinds[number] = (kinds, about)
            self.grid.setColumnStretch(2, 1)
        self.variables.setVisible(bool(numbers))
        self._estimate_soon()

    def _keep(self) -> None:
        for number, (kinds, about) in self._kinds.items():
            self._chosen[number] = kinds.value
            self._described[number] = about.text()

    def _estimate_soon(self) -> None:
        self._timer.start()

    def draft(self) -> SmsTemplateDraft:
        """Return the form as a draft."""
        self._keep()
        variables = tuple(
            Variable(n, self._chosen.get(n, VariableType.TEXT), self._described.get(n, ""))
            for n in self.numbers()
        )
        kind: SmsType = self.kinds.value
        return SmsTemplateDraft(
            self.name.text(),
            kind,
            self.signature.value or 0,
            self.content.toPlainText(),
            variables,
            self.note.toPlainText(),
        )

    def _estimate(self) -> None:
        draft = self.draft()
        signature = next((r.name for r in self._signatures if r.id == draft.signature_id), "")
        self._page.desk.bridge.call(
            self,
            lambda service, _: service.sms.estimate(draft.content, signature, draft.variables),
            lambda found: self._show_estimate(draft.content, found),
        )

    def _show_estimate(self, content: str, found: Any) -> None:
        self.estimated = content
        chars, parts = str(found.chars), str(found.parts)
        if found.most_chars != found.chars:
            chars, parts = f"{found.chars}–{found.most_chars}", f"{found.parts}–{found.most_parts}"
        self.estimate.setText(
            tr("预计短消息字数 {chars} · 预计拆分条数 {parts}（含签名和【】）", chars=chars, parts=parts)
        )

    def _save(self) -> None:
        draft = self.draft()

        def done(_: Any) -> None:
            self.accept()
            self._page.banner.tell(tr("模板已提交审核。"), "success")
            self._page.desk.changed.emit("sms")

        def failed(problems: Any) -> None:
            left = self.form.show_problems(problems)
            if left:
                self.banner.tell(self._page.desk.say(left))

        self._page.desk.bridge.call(self, lambda service, _: service.sms.add_template(draft), done, failed)

    def variable_controls(self) -> tuple[QWidget, ...]:
        """Return the drop-downs of the variables in order."""
        return tuple(kinds for _, (kinds, _about) in sorted(self._kinds.items()))
