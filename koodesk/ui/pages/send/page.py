# SPDX-License-Identifier: Apache-2.0
"""The send page: message, audience, time and test on the left; what people will see stays in sight on the right."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, ClassVar

from PySide6.QtCore import QDateTime, Qt, QTimeZone
from PySide6.QtWidgets import (
    QButtonGroup,
    QDateTimeEdit,
    QHBoxLayout,
    QRadioButton,
    QScrollArea,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.campaign import CampaignDraft
from koodesk.domain.problem import Problem, problem
from koodesk.domain.quiet_hours import Window
from koodesk.domain.signature import SmsType
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.audience_card import AudienceCard
from koodesk.ui.pages.send.confirm_sheet import ConfirmSheet
from koodesk.ui.pages.send.effect_card import EffectCard
from koodesk.ui.pages.send.test_card import TestCard
from koodesk.ui.times import minutes_of
from koodesk.ui.widgets.basics import Card, button, label
from koodesk.ui.widgets.forms import Form, choice, line_edit, padded, reveal

BEIJING = QTimeZone(b"Asia/Shanghai")


class SendPage(Page):
    """Fill in, test, confirm."""

    page_id = "send"
    icon = "send"
    watches: ClassVar[tuple[str, ...]] = ("cards", "sms", "reviews")

    def __init__(self, desk: Any) -> None:
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Lay out the two columns."""
        self.set_title(tr("发送智能信息"), tr("填好内容和对象，先试发，再确认"))
        self.send_button = button(tr("发送"), self.prepare, kind="primary", icon="send", name="send")
        self.missing = label("", "second")
        self.missing.setObjectName("send-missing")
        self.head_actions.addWidget(self.missing)
        self.add_action(self.send_button)
        self._cards: tuple[Any, ...] = ()
        self._signatures: tuple[Any, ...] = ()
        self._templates: tuple[Any, ...] = ()
        self._wanted_card = 0
        self._preparing = False
        self.body.setContentsMargins(24, 8, 16, 16)
        columns = QHBoxLayout()
        columns.setSpacing(8)
        left = self._column(columns, 3)
        right = self._column(columns, 2)
        self.body.addLayout(columns, 1)
        self._message(left)
        self.audience = AudienceCard(self)
        left.addWidget(self.audience)
        self._time(left)
        self.test = TestCard(self, self.draft)
        left.addWidget(self.test)
        left.addStretch(1)
        self.effect = EffectCard(self)
        right.addWidget(self.effect)
        right.addStretch(1)
        self.audience.changed.connect(self._audience_changed)
        self.audience.consent.textChanged.connect(lambda _: self._show_missing())
        self.name.textChanged.connect(lambda _: self._show_missing())

    @staticmethod
    def _column(columns: QHBoxLayout, stretch: int) -> QVBoxLayout:
        """Make a column that scrolls by itself, so that the other one stays in sight."""
        inside = QWidget()
        column = QVBoxLayout(inside)
        column.setContentsMargins(0, 0, 8, 8)
        column.setSpacing(16)
        area = QScrollArea()
        area.setWidgetResizable(True)
        area.setWidget(inside)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        columns.addWidget(area, stretch)
        return column

    # --- message ---------------------------------------------------------------------------------------------

    def _message(self, column: QVBoxLayout) -> None:
        card = Card(tr("智能信息内容"))
        self.form = Form()
        self.card = choice([], self._card_chosen)
        self.validity = padded(QSpinBox())
        self.validity.setRange(1, 7)
        self.validity.setValue(7)
        self.validity.setSuffix(tr(" 天"))
        self.name = line_edit(tr("例如：双十二会员红包"), limit=60)
        self.app = choice([], self._app_chosen)
        self.signature = choice([], self._signature_chosen)
        self.template = choice([], self._template_chosen)
        self.form.add("card", tr("智能信息模板"), self.card, required=True)
        self.form.add(
            "code_type", tr("生成短链类型"), label(tr("个性化：每个号码一个短链，只能解析一次"), wrap=True)
        )
        self.form.add("domain", tr("域名"), label(tr("系统预置的公共域名"), wrap=True))
        self.form.add(
            "validity_days",
            tr("解析标识有效期"),
            self.validity,
            required=True,
            hint=tr("1–7 天，精确到秒；过期后卡片不再解析。"),
        )
        self.form.add("name", tr("任务名称"), self.name, required=True, limit=30)
        self.form.add("app_id", tr("短消息应用"), self.app, required=True)
        self.form.add("signature_id", tr("短消息签名"), self.signature, required=True)
        self.form.add("sms_template", tr("短消息模板"), self.template, required=True)
        card.body.addWidget(self.form)
        self.values = Form()
        self.value_edits: dict[str, Any] = {}
        self.values_box = QVBoxLayout()
        card.body.addLayout(self.values_box)
        self.sms_note = label("", "hint", wrap=True)
        card.body.addWidget(self.sms_note)
        column.addWidget(card)

    def _time(self, column: QVBoxLayout) -> None:
        card = Card(tr("发送时间"))
        self.when = QButtonGroup(self)
        bar = QHBoxLayout()
        for number, text in enumerate((tr("立即发送"), tr("定时发送"))):
            option = QRadioButton(text)
            option.setChecked(number == 0)
            self.when.addButton(option, number)
            bar.addWidget(option)
        self.at = padded(QDateTimeEdit())
        self.at.setTimeZone(BEIJING)
        self.at.setDisplayFormat("yyyy-MM-dd HH:mm")
        self.at.setCalendarPopup(True)
        self.at.setEnabled(False)
        self.at.setAccessibleName(tr("定时发送"))
        self.when.idToggled.connect(lambda *_: self.at.setEnabled(self.when.checkedId() == 1))
        bar.addWidget(self.at)
        bar.addStretch(1)
        card.body.addLayout(bar)
        card.body.addWidget(
            label(tr("北京时间，按引擎时钟。推广类只在发送时段内发出，时段外自动等待。"), "hint", wrap=True)
        )
        column.addWidget(card)

    def open(self, **arguments: Any) -> None:
        """Choose the card that was asked for."""
        self._wanted_card = int(arguments.get("card_id", 0))

    def refresh(self) -> None:
        """Fetch what can be chosen."""

        def fetch(service: Any) -> Any:
            status = service.engine.status()
            return (
                service.cards.list(),
                service.sms.apps(),
                service.sms.signatures(),
                service.sms.templates(),
                status,
            )

        self.run(fetch, self._show)

    def _show(self, found: Any) -> None:
        cards, apps, self._signatures, self._templates, status = found
        self._cards = tuple(c for c in cards if c.sendable)
        if status.now_ms and self.when.checkedId() == 0:
            self.at.setDateTime(QDateTime.fromMSecsSinceEpoch(status.now_ms + 3_600_000, BEIJING))
        chosen = self._wanted_card or self.card.value
        self.card.put([(c.name, c.id) for c in self._cards], chosen)
        self.app.put([(a.name, a.id) for a in apps if a.usable], self.app.value)
        if not self._cards:
            self.banner.tell(
                tr("还没有可发送的模板：卡片至少要有一个厂商审核通过。"),
                "warning",
                tr("去模板"),
                lambda: self.desk.go("studio"),
            )
        elif not any(t.sendable for t in self._templates):
            self.banner.tell(
                tr("还没有可用的短消息模板：需要审核通过，并且含解析标识变量。"),
                "warning",
                tr("去短消息模板"),
                lambda: self.desk.go("sms_templates"),
            )
        self._wanted_card = 0
        self._card_chosen()
        self._app_chosen()
        self._show_missing()

    def current_card(self) -> Any:
        """Return the chosen card, or None."""
        return next((c for c in self._cards if c.id == self.card.value), None)

    def _card_chosen(self) -> None:
        card = self.current_card()
        if card is None or self.audience.card is None or card.digest != self.audience.card.digest:
            self.audience.show_card(card)
        self.effect.show_card(card)
        self.test.show_card(card)

    def _app_chosen(self) -> None:
        rows = [(f"【{s.name}】", s.id) for s in self._signatures if s.app_id == self.app.value and s.usable]
        self.signature.put(rows, self.signature.value)
        self._signature_chosen()

    def _signature_chosen(self) -> None:
        rows = [
            (t.name, t.id) for t in self._templates if t.signature_id == self.signature.value and t.sendable
        ]
        self.template.put(rows, self.template.value)
        self._template_chosen()

    def current_template(self) -> Any:
        """Return the chosen SMS template, or None."""
        return next((t for t in self._templates if t.id == self.template.value), None)

    def _template_chosen(self) -> None:
        from koodesk.ui.widgets.layouts import clear

        clear(self.values_box)
        self.value_edits = {}
        self.values = Form()
        row = self.current_template()
        if row is None:
            self.sms_note.setText(tr("只列出审核通过、含解析标识变量的模板；不支持静态模板。"))
            self._show_missing()
            return
        if row.params:
            form = self.values
            names = {str(v.number): v.description for v in row.variables}
            for number in row.params:
                edit = line_edit(names.get(number, ""), limit=40)
                form.add(
                    f"sms:{number}",
                    tr("短信变量 {number}", number=f"${{{number}}}"),
                    edit,
                    required=True,
                )
                edit.textChanged.connect(lambda _: self._show_missing())
                self.value_edits[number] = edit
            self.values_box.addWidget(form)
        parts = tr(
            "预计短消息字数 {chars} · 预计拆分条数 {parts}",
            chars=row.estimate.most_chars,
            parts=row.estimate.most_parts,
        )
        self.sms_note.setText(f"{row.content}\n{parts}")
        self.effect.show_sms(row)
        self._show_missing()

    def _audience_changed(self) -> None:
        self.effect.show_audience(self.audience.audience)
        promotion = self.promotion()
        self.audience.consent_form.fields["consent"].setVisible(
            promotion or self.audience.audience is not None
        )
        self._show_missing()

    def promotion(self) -> bool:
        """Tell whether what is sent is promotion."""
        row = self.current_template()
        return row is not None and row.type is SmsType.PROMOTION

    # --- sending ---------------------------------------------------------------------------------------------

    def wants(self) -> tuple[str, ...]:
        """Name what still has to be filled in, in the order of the page."""
        checked = self.audience.audience
        unnamed = not self.name.text().strip()
        found = (
            (self.current_card() is None, tr("智能信息模板")),
            (unnamed, tr("任务名称")),
            (self.current_template() is None, tr("短消息模板")),
            (any(not edit.text().strip() for edit in self.value_edits.values()), tr("短信变量")),
            (checked is None, tr("号码")),
            (
                checked is not None and self.promotion() and not self.audience.consent.text().strip(),
                tr("同意来源"),
            ),
        )
        return tuple(name for missing, name in found if missing)

    def _show_missing(self) -> None:
        """Say beside the button what is missing; without any card the button cannot help."""
        wants = self.wants()
        self.missing.setText(tr("还缺：{names}", names=tr("、").join(wants)) if wants else "")
        self.send_button.setToolTip(self.missing.text())
        self.send_button.setEnabled(bool(self._cards) and not self._preparing)

    def draft(self) -> CampaignDraft:
        """Return the form as a draft."""
        at = self.at.dateTime().toMSecsSinceEpoch() if self.when.checkedId() == 1 else 0
        window = None
        if self.promotion():
            settings = self.desk.settings.value
            window = Window(minutes_of(settings.window_start), minutes_of(settings.window_end))
        audience = self.audience.audience
        return CampaignDraft(
            name=self.name.text(),
            card_id=self.card.value or 0,
            sms_template_id=self.template.value or 0,
            audience_id=audience.id if audience is not None else 0,
            fallback=self.audience.fallback,
            validity_days=self.validity.value(),
            start_at_ms=at,
            window=window,
            sms_values=tuple((number, edit.text()) for number, edit in self.value_edits.items()),
        )

    def prepare(self) -> None:
        """Ask the service what exactly would be sent, and show it for confirmation."""
        unfilled = self._unfilled()
        if unfilled or self.audience.audience is None:
            self._refused(unfilled)
            return
        draft, keep = self.draft(), self.audience.unsaved_consent()
        self._preparing = True
        self._show_missing()

        def work(service: Any) -> Any:
            if keep is not None:
                service.audiences.set_consent(*keep)
            return service.campaigns.prepare(draft)

        def show(confirmation: Any) -> None:
            self._preparing = False
            self._show_missing()
            self._refused(())
            ConfirmSheet(self, confirmation, self._confirmed).open()

        def failed(problems: Any) -> None:
            self._preparing = False
            self._show_missing()
            self._refused(problems)

        self.run(work, show, failed)

    def _unfilled(self) -> tuple[Problem, ...]:
        """Return what is plainly not filled in, in the words the service would use: all at once, without asking it."""
        found = [] if self.name.text().strip() else [problem("campaign.name.empty", "name")]
        found += [
            problem("campaign.sms_values.missing", f"sms:{number}", name=number)
            for number, edit in self.value_edits.items()
            if not edit.text().strip()
        ]
        if (
            self.audience.audience is not None
            and self.promotion()
            and not self.audience.consent.text().strip()
        ):
            found.append(problem("campaign.consent.missing", "consent"))
        return tuple(found)

    def _refused(self, problems: tuple[Problem, ...]) -> None:
        """Put each problem where it belongs: beside a field, under the numbers, the rest on the banner."""
        if self.audience.audience is None:
            self.audience.say(tr("还没有号码：上传号码文件，或手动输入后解析。"))
        left = tuple(
            replace(p, where="consent") if p.code == "campaign.consent.missing" else p for p in problems
        )
        for form in (self.audience.consent_form, self.values, self.form):
            left = form.show_problems(left)
        about_numbers = tuple(p for p in left if p.where == "audience")
        if about_numbers:
            self.audience.say(self.desk.say(about_numbers))
        self.banner.hide()
        if left:
            self.show_problems(left)
        elif not problems and self.audience.audience is None:
            self.audience.picker.setFocus()
            reveal(self.audience.wrong)

    def _confirmed(self, campaign: Any) -> None:
        self.desk.changed.emit("campaigns")
        self.desk.go("campaigns", campaign_id=campaign.id)

    def fields(self) -> tuple[QWidget, ...]:
        """Return the controls in form order, for keyboard tests."""
        return (self.card, self.validity, self.name, self.app, self.signature, self.template)
