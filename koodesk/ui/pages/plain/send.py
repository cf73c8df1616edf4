# SPDX-License-Identifier: Apache-2.0
"""发送普通短信: signature and SMS template, numbers, time and test on the left; on the right the text as a phone shows it."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QLineEdit, QVBoxLayout, QWidget

from koodesk.domain.plain_rows import PlainText
from koodesk.domain.plain_send import PlainSendDraft
from koodesk.domain.platform import Platform
from koodesk.domain.problem import Severity, problem
from koodesk.domain.signature import SmsType
from koodesk.domain.sms import SmsRules
from koodesk.ui.i18n import tr, tr_one
from koodesk.ui.pages.plain.effect import PlainEffectCard
from koodesk.ui.pages.plain.numbers import PlainNumbersCard
from koodesk.ui.pages.send.cost_card import add_budget, budget_of
from koodesk.ui.pages.send.form_page import SendForm, engine_now
from koodesk.ui.pages.send.sms_choice import SmsChoice
from koodesk.ui.pages.send.test_card import VALUE_MAX, TestCard
from koodesk.ui.pages.send.time_card import TimeCard
from koodesk.ui.pages.send.waves_card import WavesCard
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.forms import Form, line_edit
from koodesk.ui.widgets.layouts import clear


class PlainSendPage(SendForm):
    """Fill in, test, confirm."""

    page_id = "plain_send"
    sends = "kooMessage:devSendTask:create"
    icon = "send"
    watches: ClassVar[tuple[str, ...]] = ("sms", "reviews")
    audience: PlainNumbersCard

    def build(self) -> None:
        """Lay out the two columns."""
        self.set_title(tr("发送普通短信"), tr("只发文字，不带卡片；选好模板和号码，先试发，再确认"))
        self._rules: SmsRules | None = None
        self._wanted = 0
        self._shown: Any = None
        left, right = self.lay_out()
        self._message(left)
        self.audience = PlainNumbersCard(self)
        left.addWidget(self.audience)
        self.time = TimeCard(
            tr("发送时间"), tr("北京时间，按引擎时钟。推广类只在发送时段内发出，时段外自动等待。")
        )
        left.addWidget(self.time)
        self.waves = WavesCard()
        left.addWidget(self.waves)
        self.test = TestCard(
            self,
            self.draft,
            lambda service, draft, numbers, values: service.campaigns.test_send_plain(draft, numbers, values),
        )
        left.addWidget(self.test)
        left.addStretch(1)
        self.effect = PlainEffectCard(self)
        self.audience.show_row.connect(self.effect.show_row)
        right.addWidget(self.effect)
        right.addStretch(1)
        self.follow()

    def _message(self, column: QVBoxLayout) -> None:
        card = Card(tr("短信内容"))
        if self.desk.platform is Platform.CLOUD:
            blind = self.desk.say((problem("campaign.plain.blind", severity=Severity.NOTE),))
            card.body.addWidget(label(blind, "warning", wrap=True))
        self.form = Form()
        self.name = line_edit(tr("例如：会员日提醒"), limit=60)
        self.form.add("name", tr("任务名称"), self.name, required=True, limit=30)
        self.sms = SmsChoice(self.form, lambda row: row.plain_sendable, self._template_chosen)
        card.body.addWidget(self.form)
        self.values = Form()
        self.value_edits: dict[str, QLineEdit] = {}
        self.values_box = QVBoxLayout()
        card.body.addLayout(self.values_box)
        self.sms_note = label("", "hint", wrap=True)
        card.body.addWidget(self.sms_note)
        self.money = Form()
        self.budget, self.cost = add_budget(self.money)
        card.body.addWidget(self.money)
        column.addWidget(card)

    def open(self, **arguments: Any) -> None:
        """Choose the SMS template that was asked for."""
        self._wanted = int(arguments.get("template_id", 0))

    def refresh(self) -> None:
        """Fetch what can be chosen."""

        def fetch(service: Any) -> Any:
            sms = service.sms
            return sms.apps(), sms.signatures(), sms.templates(), engine_now(service), sms.rules.template

        self.run(fetch, self._show)

    def _show(self, found: Any) -> None:
        apps, signatures, templates, now_ms, self._rules = found
        self.time.show_now(now_ms)
        wanted = next((row for row in templates if row.id == self._wanted), None)
        self.sms.show(apps, signatures, templates, self._wanted)
        if not self.sms.any:
            self.say_standing(
                tr("还没有能发普通短信的短消息模板：需要审核通过，并且不含解析标识变量。"),
                tr("去短消息模板"),
                lambda: self.desk.go("sms_templates"),
            )
        else:
            self.say_standing(self.desk.say(wanted.plain_why_not) if wanted is not None else "")
        if wanted is None or wanted.plain_sendable:
            self._wanted = 0  # else it is chosen as soon as it may be
        self.sms.follow()
        self.show_missing()

    # --- message ---------------------------------------------------------------------------------------------

    def _template_chosen(self) -> None:
        """Follow another template; one that is as before keeps what was typed."""
        row = self.sms.row
        if row == self._shown and row is not None:
            self._text_changed()
            return
        self._shown = row
        clear(self.values_box)
        self.value_edits, self.values = {}, Form()
        described = {str(one.number): one.description for one in row.variables} if row is not None else {}
        for number in row.params if row is not None else ():
            about = described.get(number, "")
            edit = line_edit(tr("留空：每个号码用号码文件“{number}”列的值", number=number), limit=VALUE_MAX)
            self.values.add(f"sms:{number}", variable_words(number, about), edit)
            edit.textChanged.connect(lambda _: self.show_missing())
            edit.editingFinished.connect(self._text_changed)
            self.value_edits[number] = edit
        if self.value_edits:
            note = tr("变量填在这里，所有号码内容相同；留空则取自号码文件，每个号码不同。")
            self.values_box.addWidget(label(note, "hint", wrap=True))
            self.values_box.addWidget(self.values)
            before: QWidget = self.sms.template
            for edit in self.value_edits.values():
                self.setTabOrder(before, edit)
                before = edit
        self._text_changed()

    def text(self) -> PlainText | None:
        """Return what is sent, with the values for everybody; None without a template."""
        row = self.sms.row
        if row is None:
            return None
        return PlainText(row.content, row.signature_name, row.variables, self.fixed)

    @property
    def fixed(self) -> tuple[tuple[str, str], ...]:
        """The values that are the same for everybody, by the number of the variable."""
        typed = ((number, edit.text().strip()) for number, edit in self.value_edits.items())
        return tuple((number, value) for number, value in typed if value)

    def _text_changed(self) -> None:
        row, text = self.sms.row, self.text()
        self.audience.show_text(row, text)
        self.effect.show_text(text, self._rules)
        described = {str(one.number): one.description for one in row.variables} if row is not None else {}
        self.test.show_params(
            {n: variable_words(n, described.get(n, "")) for n in (text.columns if text is not None else ())},
            ready=text is not None,
        )
        self.sms_note.setText(self._about(row))
        self.show_missing()

    def _about(self, row: Any) -> str:
        """Say what the chosen template is, and how long its SMS can be."""
        if row is None:
            return tr("只列出审核通过、不含解析标识变量的模板；没有变量的模板也可以。")
        found = row.estimate
        one = found.chars == found.most_chars
        parts = tr(
            "预计短消息字数 {chars} · 预计拆分条数 {parts}（含签名和【】）",
            chars=found.chars if one else f"{found.chars}–{found.most_chars}",
            parts=found.parts if found.parts == found.most_parts else f"{found.parts}–{found.most_parts}",
        )
        return f"【{row.signature_name}】{row.content}\n{parts}"

    def audience_changed(self) -> None:
        """Offer the rows of another audience."""
        self.effect.show_audience(self.audience.audience)

    def promotion(self) -> bool:
        """Tell whether what is sent is promotion."""
        row = self.sms.row
        return row is not None and row.type is SmsType.PROMOTION

    def anything(self) -> bool:
        """Tell whether there is a template that could be sent."""
        return self.sms.any

    # --- sending ---------------------------------------------------------------------------------------------

    def wants(self) -> tuple[str, ...]:
        """Name what still has to be filled in, in the order of the page."""
        found = (
            (not self.name.text().strip(), tr("任务名称")),
            (self.sms.row is None, tr_one("短消息模板")),
            (self.audience.audience is None, tr("号码")),
            (self.consent_missing, tr("同意来源")),
        )
        return tuple(name for missing, name in found if missing)

    def draft(self) -> PlainSendDraft:
        """Return the form as a draft."""
        audience = self.audience.audience
        return PlainSendDraft(
            name=self.name.text(),
            sms_template_id=self.sms.template.value or 0,
            audience_id=audience.id if audience is not None else 0,
            start_at_ms=self.time.start_at_ms,
            sms_values=self.fixed,
            budget=budget_of(self.budget),
            waves=self.waves.shares,
            wave_rules=self.waves.rules,
        )

    def estimate(self, service: Any, draft: Any) -> Any:
        """Forecast the draft."""
        return service.campaigns.estimate_plain(draft)

    def ask(self, service: Any, draft: Any) -> Any:
        """Have the draft prepared."""
        return service.campaigns.prepare_plain(draft)

    def forms(self) -> tuple[Form, ...]:
        """Return the forms that refusals may belong to."""
        return (self.audience.consent_form, self.form, self.values, self.money, self.waves.form)

    def fields(self) -> tuple[QWidget, ...]:
        """Return the controls in form order, for keyboard tests."""
        return (self.name, self.sms.app, self.sms.signature, self.sms.template)


def variable_words(number: str, about: str) -> str:
    """Name a variable, with what it stands for where that is written."""
    return f"${{{number}}} {about}".rstrip()
