# SPDX-License-Identifier: Apache-2.0
"""The sheet 生成解析标识 (facts 1.9): template, kind of links, validity, codes, and for individual links a line each."""

from __future__ import annotations

import re
from collections.abc import Callable
from dataclasses import replace
from typing import Any, Final

from PySide6.QtWidgets import QSpinBox

from koodesk.domain.problem import Problem, Refused
from koodesk.domain.resolve_lines import CODE, FLAG, URL, columns, read_links
from koodesk.domain.resolve_task import CodeType, Generation, LinkDraft, ResolveDraft
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.resolve.words import generation_names, type_names
from koodesk.ui.widgets.dialogs import Sheet
from koodesk.ui.widgets.forms import Form, choice, line_edit, padded, text_edit

GROUP_DAYS, INDIVIDUAL_DAYS, MOST_TIMES = 180, 7, 10_000_000
"""What the spin boxes stop at; the rules themselves are the domain's (facts 1.9)."""

_BETWEEN: Final = re.compile(r"[,，、;；\s]+")


class GenerateSheet(Sheet):
    """Asks for everything, and tells `made` of the new task."""

    def __init__(
        self,
        page: Page,
        cards: list[Any],
        domains: list[Any],
        card_id: int,
        made: Callable[[Any], object],
    ) -> None:
        super().__init__(page, tr("生成解析标识"), tr("生成"), self.generate, width=720)
        self._page = page
        self._cards = {card.id: card for card in cards}
        self._domains = domains
        self._made = made
        self.form = Form()
        self.body.addWidget(self.form)
        self._build(card_id)
        self._kind_chosen()
        self.body.addStretch(1)
        self.name.setFocus()

    def _build(self, card_id: int) -> None:
        form = self.form
        self.card = choice([(card.name, card.id) for card in self._cards.values()], self._card_chosen)
        self.card.choose(card_id)
        form.add("card_id", tr("智能信息模板"), self.card, required=True)
        self.name = line_edit(limit=60)
        form.add(
            "name",
            tr("任务名称"),
            self.name,
            required=True,
            limit=30,
            hint=tr("只在列表里显示，收件人看不到。"),
        )
        self.type = choice([(text, kind) for kind, text in type_names().items()], self._kind_chosen)
        form.add("type", tr("生成短链类型"), self.type, required=True)
        self.signatures = line_edit(tr("例如：云杉商城"), limit=120)
        form.add(
            "signatures",
            tr("短信签名"),
            self.signatures,
            required=True,
            hint=tr("实际发送短信时用的签名，不带【】；最多 5 个，用逗号隔开。签名不一致的短信不显示卡片。"),
        )
        self.days = padded(QSpinBox())
        self.days.setRange(1, GROUP_DAYS)
        self.days.setSuffix(tr(" 天"))
        self.days.setMaximumWidth(160)
        form.add("days", tr("解析标识有效期"), self.days, required=True, hint=" ")
        self.times = padded(QSpinBox())
        self.times.setRange(1, MOST_TIMES)
        self.times.setGroupSeparatorShown(True)
        self.times.setMaximumWidth(160)
        form.add("times", tr("可解析次数"), self.times, required=True, hint=tr("这条链接一共能解析多少次。"))
        self.generation = choice(
            [(text, kind) for kind, text in generation_names().items()], self._kind_chosen
        )
        form.add("generation", tr("短码类型"), self.generation, required=True)
        self.domain = choice([])
        form.add("domain", tr("域名"), self.domain, required=True, hint=" ")
        self.code = line_edit(tr("3–10 位字母或数字"), limit=20)
        form.add("short_code", tr("自定义短码"), self.code, required=True)
        self.url = line_edit("https://", limit=400)
        form.add(
            "custom_url",
            tr("自定义跳转链接"),
            self.url,
            hint=tr("选填。填写后，浏览器打开短链时跳到这里，不显示模板的 H5 页面；域名要先登记。"),
        )
        self.flag = line_edit(limit=100)
        form.add("cust_flag", tr("客户标识"), self.flag, limit=64, hint=tr("选填，会出现在解析回执里。"))
        self.lines = text_edit(rows=6)
        form.add("links", tr("短链清单"), self.lines, required=True, hint=" ")

    # --- what depends on what --------------------------------------------------------------------------------

    @property
    def _params(self) -> tuple[str, ...]:
        card = self._cards.get(self.card.value)
        return tuple(card.params) if card is not None else ()

    def _card_chosen(self) -> None:
        self._kind_chosen()

    def _kind_chosen(self) -> None:
        """Show the fields that this kind of links and codes has."""
        if not hasattr(self, "lines"):
            return
        if self._params and self.type.value is CodeType.GROUP:
            self.type.choose(CodeType.INDIVIDUAL)
        group = self.type.value is CodeType.GROUP
        custom = self.generation.value is Generation.CUSTOM
        form = self.form
        form.fields["type"].show_hint(
            tr("模板有动态参数，只能一人一条。")
            if self._params
            else tr("群发：一条链接给所有人；个性化：一人一条，只能解析一次。")
        )
        most = GROUP_DAYS if group else INDIVIDUAL_DAYS
        self.days.setMaximum(most)
        if not group or self.days.value() == 1:
            self.days.setValue(30 if group else INDIVIDUAL_DAYS)
        form.fields["days"].show_hint(tr("1–{most} 天，从生成的时刻起按 24 小时计算，到秒失效。", most=most))
        form.show_row("times", group)
        if group and self.times.value() < 2:
            self.times.setValue(1000)
        form.show_row("short_code", custom and group)
        form.show_row("custom_url", not custom and group)
        form.show_row("cust_flag", group)
        form.show_row("links", not group)
        names = {FLAG: tr("客户标识"), CODE: tr("自定义短码"), URL: tr("自定义跳转链接")}
        order = "，".join(names.get(one, one) for one in self._columns())
        self.lines.setPlaceholderText(tr("每行一条：{columns}", columns=order))
        form.fields["links"].show_hint(
            tr("每行一条，最多 100 条；可以从表格复制粘贴，列的顺序：{columns}。", columns=order)
        )
        kinds = [d for d in self._domains if d.generation is self.generation.value]
        options = [(d.name, d.name) for d in kinds]
        if not custom:
            options.insert(0, (tr("系统公共域名 km2g.cn"), ""))
        self.domain.put(options, self.domain.value)
        form.fields["domain"].show_hint(
            "" if options else tr("没有登记为自定义短码的域名：先在“域名管理”里登记，审核通过后再选。")
        )

    def _columns(self) -> tuple[str, ...]:
        return columns(self._params, custom=self.generation.value is Generation.CUSTOM, url=True)

    # --- generating ------------------------------------------------------------------------------------------

    def draft(self) -> ResolveDraft:
        """Return the form as it stands. Raises Refused for lines that cannot be read."""
        group = self.type.value is CodeType.GROUP
        if group:
            custom = self.generation.value is Generation.CUSTOM
            links: tuple[LinkDraft, ...] = (
                LinkDraft(
                    self.code.text().strip() if custom else "",
                    "" if custom else self.url.text().strip(),
                    self.flag.text().strip(),
                ),
            )
        else:
            links = read_links(self.lines.toPlainText(), self._columns())
        return ResolveDraft(
            name=self.name.text().strip(),
            tpl_id="",
            type=self.type.value,
            days=self.days.value(),
            times=self.times.value() if group else 1,
            signatures=tuple(sign for sign in _BETWEEN.split(self.signatures.text().strip()) if sign),
            links=links,
            generation=self.generation.value,
            domain=self.domain.value or "",
        )

    def generate(self) -> None:
        """Make the links, or say what is in the way."""
        card_id = self.card.value
        try:
            draft = self.draft()
        except Refused as refused:
            self._failed(refused.problems)
            return

        def done(row: Any) -> None:
            self.accept()
            self._made(row)

        self._page.run(lambda service: service.resolve_tasks.generate(card_id, draft), done, self._failed)

    def _failed(self, problems: tuple[Problem, ...]) -> None:
        left = self.form.show_problems(tuple(self._placed(one) for one in problems))
        if left:
            self.banner.tell(self._page.desk.say(left))
        else:
            self.banner.hide()

    def _placed(self, found: Problem) -> Problem:
        """Put a link's problem where it is entered: beside its own field for the one link of a group task, else on the lines."""
        where = found.where
        if where.startswith("signatures"):
            return replace(found, where="signatures")
        if where.startswith("link:"):
            own = where.partition("/")[2]
            return replace(found, where=own if self.type.value is CodeType.GROUP else "links")
        return found
