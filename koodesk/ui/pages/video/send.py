# SPDX-License-Identifier: Apache-2.0
"""发送智能信息基础版 (figure 3-6): template, time and numbers on the left, what people will see on the right."""

from __future__ import annotations

from typing import Any, ClassVar, Final

from PySide6.QtWidgets import QSpinBox, QVBoxLayout, QWidget

from koodesk.domain.review_state import Verdict
from koodesk.domain.video_send import LONGEST_HOURS, VideoSendDraft
from koodesk.editor.video_sms.words import channel_word
from koodesk.ui import states
from koodesk.ui.i18n import tr
from koodesk.ui.pages.send.cost_card import add_budget, budget_of
from koodesk.ui.pages.send.form_page import SendForm, engine_now
from koodesk.ui.pages.send.test_card import TestCard
from koodesk.ui.pages.send.time_card import TimeCard
from koodesk.ui.pages.send.waves_card import WavesCard
from koodesk.ui.pages.video.carriers import name, rules
from koodesk.ui.pages.video.effect import VideoEffectCard
from koodesk.ui.pages.video.numbers import VideoNumbersCard
from koodesk.ui.times import minute
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.forms import Form, choice, line_edit, padded

NAME_LIMIT: Final = 30


class VideoSendPage(SendForm):
    """Fill in, test, confirm."""

    page_id = "video_send"
    sends = "kooMessage:basicSendTask:create"
    icon = "send"
    watches: ClassVar[tuple[str, ...]] = ("video", "reviews")
    audience: VideoNumbersCard

    def build(self) -> None:
        """Lay out the two columns."""
        self.set_title(tr("发送智能信息基础版"), tr("选好模板和号码，先试发，再确认；三网手机都能收到"))
        self._templates: tuple[Any, ...] = ()
        self._wanted = self._asked = 0
        left, right = self.lay_out()
        self._message(left)
        self.time = TimeCard(
            tr("发送类型"),
            tr("北京时间，按引擎时钟。视频短信按推广类处理：只在发送时段内发出，时段外自动等待。"),
        )
        left.addWidget(self.time)
        self.audience = VideoNumbersCard(self)
        left.addWidget(self.audience)
        self.waves = WavesCard()
        left.addWidget(self.waves)
        self.test = TestCard(
            self,
            self.draft,
            lambda service, draft, numbers, values: service.campaigns.test_send_video(draft, numbers, values),
        )
        left.addWidget(self.test)
        left.addStretch(1)
        self.effect = VideoEffectCard(self)
        right.addWidget(self.effect)
        right.addStretch(1)
        self.follow()

    def _message(self, column: QVBoxLayout) -> None:
        card = Card(tr("发送内容"))
        self.form = Form()
        self.template = choice([], self._template_chosen)
        self.name = line_edit(tr("例如：新车上市"), limit=60)
        self.hours = padded(QSpinBox())
        self.hours.setRange(*rules().expiration_hours)
        self.hours.setValue(LONGEST_HOURS)
        self.hours.setSuffix(tr(" 小时"))
        self.form.add("template", tr("选择模板"), self.template, required=True)
        self.form.add("name", tr("任务名称"), self.name, required=True, limit=NAME_LIMIT)
        self.form.add(
            "expiration_hours",
            tr("投递有效期"),
            self.hours,
            required=True,
            hint=tr("1–72 小时：运营商在这段时间内尝试送达。"),
        )
        self.budget, self.cost = add_budget(self.form)
        card.body.addWidget(self.form)
        self.template_note = label("", "hint", wrap=True)
        card.body.addWidget(self.template_note)
        column.addWidget(card)

    def open(self, **arguments: Any) -> None:
        """Choose the template that was asked for."""
        self._wanted = self._asked = int(arguments.get("template_id", 0))

    def refresh(self) -> None:
        """Fetch what can be chosen."""
        self.run(lambda service: (service.video_templates.list(), engine_now(service)), self._show)

    def _show(self, found: Any) -> None:
        rows, now_ms = found
        self._templates = tuple(row for row in rows if row.sendable)
        self.time.show_now(now_ms)
        chosen = self._wanted or self.template.value
        self.template.put([(self._words(row), row.id) for row in self._templates], chosen)
        wanted = next((row for row in rows if row.id == self._asked), None)
        if not self._templates:
            self.say_standing(
                tr("还没有可发送的视频短信模板：至少要有一家运营商审核通过。"),
                tr("去模板管理"),
                lambda: self.desk.go("video_templates"),
            )
        else:
            self.say_standing("" if wanted is None or wanted.sendable else self.desk.say(wanted.why_not))
        if wanted is None or wanted.sendable or self.template.value:
            self._wanted = 0  # else it is chosen as soon as it may be
        self._template_chosen()
        self.show_missing()

    @staticmethod
    def _words(row: Any) -> str:
        return f"{row.name or row.title}（{row.tpl_id}）"

    def current(self) -> Any:
        """Return the chosen template, or None."""
        return next((row for row in self._templates if row.id == self.template.value), None)

    def _template_chosen(self) -> None:
        row, before = self.current(), self.audience.template
        # The same content under another id has the same columns, but its carriers are others.
        if (
            row is None
            or before is None
            or (row.id, row.digest, row.carriers)
            != (
                before.id,
                before.digest,
                before.carriers,
            )
        ):
            self.audience.show_template(row)
        self.effect.show_template(row)
        self.test.show_template(row)
        self.template_note.setText(self._about(row))
        self.show_missing()

    def _about(self, row: Any) -> str:
        """Say what the chosen template is: signature, subject, and what each carrier has said."""
        if row is None:
            return tr("只列出审核通过、没有过期的模板。")
        verdicts = tr("、").join(
            f"{name(self.desk, c.carrier.value)} {states.word('verdict', c.verdict.value)}"
            for c in row.carriers
        )
        lines = [
            tr(
                "签名【{sign}】 · 主题“{title}” · {channel}",
                sign=row.signature_name,
                title=row.title,
                channel=channel_word(row.channel),
            ),
            verdicts,
        ]
        if any(c.verdict is not Verdict.APPROVED for c in row.carriers):
            lines.append(tr("没有通过审核的运营商，它的号码不发送。"))
        if row.expires_ms:
            lines.append(tr("有效期至 {when}", when=minute(row.expires_ms)))
        return "\n".join(lines)

    def audience_changed(self) -> None:
        """Offer the rows of another audience."""
        self.effect.show_audience(self.audience.audience)

    def promotion(self) -> bool:
        """Tell whether it is treated as promotion: the rules of sending say so."""
        return rules().promotion

    def anything(self) -> bool:
        """Tell whether there is a template that could be sent."""
        return bool(self._templates)

    # --- sending ---------------------------------------------------------------------------------------------

    def wants(self) -> tuple[str, ...]:
        """Name what still has to be filled in, in the order of the page."""
        found = (
            (self.current() is None, tr("视频短信模板")),
            (not self.name.text().strip(), tr("任务名称")),
            (self.audience.audience is None, tr("号码")),
            (self.consent_missing, tr("同意来源")),
        )
        return tuple(what for missing, what in found if missing)

    def draft(self) -> VideoSendDraft:
        """Return the form as a draft."""
        audience = self.audience.audience
        return VideoSendDraft(
            name=self.name.text(),
            template_id=self.template.value or 0,
            audience_id=audience.id if audience is not None else 0,
            start_at_ms=self.time.start_at_ms,
            expiration_hours=self.hours.value(),
            budget=budget_of(self.budget),
            waves=self.waves.shares,
            wave_rules=self.waves.rules,
        )

    def estimate(self, service: Any, draft: Any) -> Any:
        """Forecast the draft."""
        return service.campaigns.estimate_video(draft)

    def ask(self, service: Any, draft: Any) -> Any:
        """Have the draft prepared."""
        return service.campaigns.prepare_video(draft)

    def fields(self) -> tuple[QWidget, ...]:
        """Return the controls in form order, for keyboard tests."""
        return (self.template, self.name, self.hours)
