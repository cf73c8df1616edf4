# SPDX-License-Identifier: Apache-2.0
"""The send page of smart messages: message, audience, time and test on the left; on the right what people will see."""

from __future__ import annotations

from typing import Any, ClassVar

from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from koodesk.domain.campaign import CampaignDraft
from koodesk.domain.problem import Problem, problem
from koodesk.domain.recipient import AudienceBucket, Fallback
from koodesk.domain.signature import SmsType
from koodesk.domain.sms import SmsRules, estimate, link_length
from koodesk.ui.i18n import tr, tr_one
from koodesk.ui.pages.send.audience_card import AudienceCard
from koodesk.ui.pages.send.cost_card import add_budget, budget_of
from koodesk.ui.pages.send.effect_card import EffectCard
from koodesk.ui.pages.send.form_page import SendForm, engine_now
from koodesk.ui.pages.send.link_fields import LinkFields
from koodesk.ui.pages.send.rows_sheet import RowsSheet
from koodesk.ui.pages.send.sms_choice import SmsChoice
from koodesk.ui.pages.send.test_card import TestCard
from koodesk.ui.pages.send.time_card import TimeCard
from koodesk.ui.pages.send.waves_card import WavesCard
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.forms import Form, choice, line_edit, padded
from koodesk.ui.widgets.layouts import clear


class SendPage(SendForm):
    """Fill in, test, confirm."""

    page_id = "send"
    sends = "kooMessage:devSendTask:create"
    icon = "send"
    watches: ClassVar[tuple[str, ...]] = ("cards", "sms", "video", "links", "reviews")
    audience: AudienceCard

    def build(self) -> None:
        """Lay out the two columns."""
        self.set_title(tr("发送智能信息"), tr("填好内容和对象，先试发，再确认"))
        self._cards: tuple[Any, ...] = ()
        self._sms_rules: SmsRules | None = None
        self._wanted_card = 0
        left, right = self.lay_out()
        self._message(left)
        self.audience = AudienceCard(self)
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
            lambda service, draft, numbers, values: service.campaigns.test_send(draft, numbers, values),
        )
        left.addWidget(self.test)
        left.addStretch(1)
        self.effect = EffectCard(self)
        right.addWidget(self.effect)
        right.addStretch(1)
        self.follow()

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
        self.form.add("card", tr("智能信息模板"), self.card, required=True)
        self.form.add(
            "code_type", tr("生成短链类型"), label(tr("个性化：每个号码一个短链，只能解析一次"), wrap=True)
        )
        self.links = LinkFields(self.form, self.desk, self._domain_chosen)
        self.form.add(
            "validity_days",
            tr("解析标识有效期"),
            self.validity,
            required=True,
            hint=tr("1–7 天，精确到秒；过期后卡片不再解析。"),
        )
        self.form.add("name", tr("任务名称"), self.name, required=True, limit=30)
        self.sms = SmsChoice(
            self.form,
            lambda row: row.sendable,
            self._template_chosen,
            lambda name: self.audience.show_signature(name),
        )
        self.budget, self.cost = add_budget(self.form)
        card.body.addWidget(self.form)
        self.values = Form()
        self.value_edits: dict[str, Any] = {}
        self.values_box = QVBoxLayout()
        card.body.addLayout(self.values_box)
        self.sms_note = label("", "hint", wrap=True)
        card.body.addWidget(self.sms_note)
        column.addWidget(card)

    def open(self, **arguments: Any) -> None:
        """Choose the card that was asked for, or show the rows of a number file that was checked before.

        The file is shown once: the window keeps the arguments for when it makes its pages anew.
        """
        self._wanted_card = int(arguments.get("card_id", 0))
        shown: list[int] = arguments.get("audiences", [])
        while shown:
            RowsSheet(self, shown.pop(), AudienceBucket.VALID, vendors=False).open()

    def refresh(self) -> None:
        """Fetch what can be chosen."""

        def fetch(service: Any) -> Any:
            return (
                service.cards.list(),
                service.sms.apps(),
                service.sms.signatures(),
                service.sms.templates(),
                service.video_templates.sendable(),
                engine_now(service),
                service.campaigns.links(),
                service.sms.rules.template,
            )

        self.run(fetch, self._show)

    def _show(self, found: Any) -> None:
        cards, apps, signatures, templates, videos, now_ms, links, self._sms_rules = found
        self.links.put(links)
        self._cards = tuple(c for c in cards if c.sendable)
        self.time.show_now(now_ms)
        self.audience.show_videos(videos)
        chosen = self._wanted_card or self.card.value
        self.card.put([(c.name, c.id) for c in self._cards], chosen)
        self.sms.show(apps, signatures, templates)
        if not self._cards:
            self.say_standing(
                tr("还没有可发送的模板：卡片至少要有一个厂商审核通过。"),
                tr("去模板"),
                lambda: self.desk.go("studio"),
            )
        elif not self.sms.any:
            self.say_standing(
                tr("还没有可用的短消息模板：需要审核通过，并且含解析标识变量。"),
                tr("去短消息模板"),
                lambda: self.desk.go("sms_templates"),
            )
        else:
            self.say_standing("")
        if self.card.value or not any(c.id == self._wanted_card for c in cards):
            self._wanted_card = 0  # else it is chosen as soon as it may be
        self._card_chosen()
        self.sms.follow()
        self.show_missing()

    def current_card(self) -> Any:
        """Return the chosen card, or None."""
        return next((c for c in self._cards if c.id == self.card.value), None)

    def _card_chosen(self) -> None:
        card = self.current_card()
        if card is None or self.audience.card is None or card.digest != self.audience.card.digest:
            self.audience.show_template(card)
        self.effect.show_card(card)
        self.test.show_template(card)

    def _template_chosen(self) -> None:
        clear(self.values_box)
        self.value_edits = {}
        self.values = Form()
        row = self.sms.row
        if row is None:
            self.sms_note.setText(tr("只列出审核通过、含解析标识变量的模板；不支持静态模板。"))
            self.show_missing()
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
                edit.textChanged.connect(lambda _: self.show_missing())
                self.value_edits[number] = edit
            self.values_box.addWidget(form)
        self._show_length()
        self.effect.show_sms(row)
        self.show_missing()

    def _domain_chosen(self) -> None:
        """The link is as long as its domain, and so are the SMS and its price."""
        self._show_length()
        self.show_missing()

    def _show_length(self) -> None:
        row, rules, domain = self.sms.row, self._sms_rules, self.links.domain
        if rules is not None:
            self.links.show_length(link_length(rules, domain) - link_length(rules))
        if row is None:
            return
        found = row.estimate
        if domain and rules is not None:
            found = estimate(rules, row.content, row.signature_name, row.variables, domain)
        parts = tr(
            "预计短消息字数 {chars} · 预计拆分条数 {parts}",
            chars=found.most_chars,
            parts=found.most_parts,
        )
        self.sms_note.setText(f"{row.content}\n{parts}")

    def audience_changed(self) -> None:
        """Offer the rows of another audience."""
        self.effect.show_audience(self.audience.audience)

    def promotion(self) -> bool:
        """Tell whether what is sent is promotion."""
        row = self.sms.row
        return row is not None and row.type is SmsType.PROMOTION

    def anything(self) -> bool:
        """Tell whether there is a card that could be sent."""
        return bool(self._cards)

    # --- sending ---------------------------------------------------------------------------------------------

    def wants(self) -> tuple[str, ...]:
        """Name what still has to be filled in, in the order of the page."""
        found = (
            (self.current_card() is None, tr("智能信息模板")),
            (not self.name.text().strip(), tr("任务名称")),
            (self.sms.row is None, tr_one("短消息模板")),
            (any(not edit.text().strip() for edit in self.value_edits.values()), tr("短信变量")),
            (self.audience.audience is None, tr("号码")),
            (self.consent_missing, tr("同意来源")),
        )
        return tuple(name for missing, name in found if missing)

    def draft(self) -> CampaignDraft:
        """Return the form as a draft."""
        audience = self.audience.audience
        fallback = self.audience.fallback
        basic = fallback is Fallback.BASIC
        return CampaignDraft(
            name=self.name.text(),
            card_id=self.card.value or 0,
            sms_template_id=self.sms.template.value or 0,
            audience_id=audience.id if audience is not None else 0,
            fallback=fallback,
            fallback_template_id=(self.audience.video_template.value or 0) if basic else 0,
            validity_days=self.validity.value(),
            start_at_ms=self.time.start_at_ms,
            sms_values=tuple((number, edit.text()) for number, edit in self.value_edits.items()),
            budget=budget_of(self.budget),
            waves=self.waves.shares,
            wave_rules=self.waves.rules,
            domain=self.links.domain,
            jump_url=self.links.jump_url,
        )

    def estimate(self, service: Any, draft: Any) -> Any:
        """Forecast the draft."""
        return service.campaigns.estimate(draft)

    def ask(self, service: Any, draft: Any) -> Any:
        """Have the draft prepared."""
        return service.campaigns.prepare(draft)

    def forms(self) -> tuple[Form, ...]:
        """Return the forms that refusals may belong to."""
        return (self.audience.consent_form, self.values, self.form)

    def more_unfilled(self) -> tuple[Problem, ...]:
        """Return the SMS variables without a value."""
        return tuple(
            problem("campaign.sms_values.missing", f"sms:{number}", name=number)
            for number, edit in self.value_edits.items()
            if not edit.text().strip()
        )

    def fields(self) -> tuple[QWidget, ...]:
        """Return the controls in form order, for keyboard tests."""
        return (
            self.card,
            self.links.domain_choice,
            self.links.jump_choice,
            self.validity,
            self.name,
            self.sms.app,
            self.sms.signature,
            self.sms.template,
        )
