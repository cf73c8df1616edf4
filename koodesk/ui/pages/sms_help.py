# SPDX-License-Identifier: Apache-2.0
"""What the forms of the SMS layer offer beside their fields: the written rules (规范) and ready examples (模板示例)."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence

from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from koodesk import paths
from koodesk.domain.signature import SignatureSource, SmsType
from koodesk.domain.sms_examples import SmsExample, read_examples
from koodesk.domain.sms_rules import SmsRuleSet
from koodesk.ui import i18n
from koodesk.ui.i18n import tr
from koodesk.ui.times import size
from koodesk.ui.widgets.basics import Card, Chip, button, label
from koodesk.ui.widgets.dialogs import Sheet

Group = tuple[str, Sequence[str]]
"""A heading and what is written below it."""


class RulesSheet(Sheet):
    """Written rules, to be read and closed."""

    def __init__(self, parent: QWidget, heading: str, groups: Sequence[Group]) -> None:
        super().__init__(parent, heading, tr("关闭"), self.accept, width=560)
        self.cancel_button.hide()
        for name, lines in groups:
            card = Card(name, margins=16, panel="sunken")
            for text in lines:
                card.body.addWidget(label(f"· {text}", wrap=True))
            self.body.addWidget(card)
        self.body.addStretch(1)


def signature_rules(rules: SmsRuleSet, sources: Mapping[SignatureSource, str]) -> tuple[Group, ...]:
    """Say what a signature has to be (签名规范)."""
    sign = rules.signature
    return (
        (
            tr("签名名称"),
            (
                tr("{least}–{most} 个字符。", least=sign.name_min, most=sign.name_max),
                tr("只能包含中文、数字、字母和空格，空格不能在首尾。"),
                tr("应当是签名来源的全称或简称，能让收信人认出是谁发的。"),
                tr("不用写【】，发送时自动加上，算进短信字数。"),
            ),
        ),
        (
            tr("签名来源"),
            tuple(
                tr(
                    "选“{source}”时要写明{title}。",
                    source=sources[source],
                    title=rule.name_zh if i18n.language() == "zh" else rule.name_en,
                )
                for source, rule in sign.titles.items()
            ),
        ),
        (
            tr("证件"),
            (
                tr(
                    "营业执照是签名归属方的：{types}，不超过 {size}，文件名只能包含中文、数字、字母。",
                    types=tr("、").join(sign.licence.types),
                    size=size(sign.licence.max_bytes),
                ),
                tr("涉及第三方权益时，还要上传授权委托书。"),
            ),
        ),
        (tr("申请说明"), (tr("最多 {most} 个字符。", most=sign.note_max),)),
    )


def template_rules(rules: SmsRuleSet) -> tuple[Group, ...]:
    """Say what an SMS template and its variables have to be (模板和变量规范)."""
    sms = rules.template
    return (
        (
            tr("模板内容"),
            (
                tr("最多 {most} 个字符，签名和【】算在内。", most=sms.with_signature_max),
                tr("推广类必须包含“{words}”，不能用别的退订写法。", words=sms.opt_out),
                tr("推广类短信只能发给已有订购关系的会员。"),
                tr("模板类型要和签名类型一致。"),
            ),
        ),
        (
            tr("变量"),
            (
                tr(
                    "写作 {first} 到 {last}，从 1 开始，中间不能跳号。",
                    first="${1}",
                    last=f"${{{sms.variables_max}}}",
                ),
                tr("每个变量选一种类型；“其他（文字）”要写明是什么。"),
                tr("发智能信息的模板要有一个解析标识变量，平台在这里填上短链。"),
                tr("没有解析标识变量的模板可以作为普通短信发送。"),
                tr("含 {count} 个及以上变量的模板只能通过 API 发送。", count=sms.api_only_from),
            ),
        ),
        (
            tr("短信条数"),
            (
                tr("不超过 {single} 个字符算一条。", single=sms.single_max),
                tr("更长的短信按每 {part} 个字符一条计算。", part=sms.part_max),
                tr("短链按 {count} 个字符计算。", count=sms.link_chars),
            ),
        ),
    )


def examples() -> tuple[SmsExample, ...]:
    """Return the examples that ship."""
    return read_examples((paths.resources() / "samples" / "sms_examples.toml").read_text("utf-8"))


class ExamplesSheet(Sheet):
    """Examples, each with the way to use it."""

    def __init__(
        self, parent: QWidget, types: Mapping[SmsType, str], use: Callable[[SmsExample], None]
    ) -> None:
        super().__init__(parent, tr("模板示例"), tr("关闭"), self.accept, width=600)
        self.cancel_button.hide()
        for number, example in enumerate(examples()):
            card = Card(margins=16, panel="sunken")
            line = QHBoxLayout()
            words = QVBoxLayout()
            words.setSpacing(4)
            head = QHBoxLayout()
            head.addWidget(label(example.name, "heading"))
            head.addWidget(Chip(types[example.type], "neutral", "message-square-text"))
            head.addStretch(1)
            words.addLayout(head)
            words.addWidget(label(example.content, "second", wrap=True))
            line.addLayout(words, 1)

            def take(chosen: SmsExample = example) -> None:
                self.accept()
                use(chosen)

            line.addWidget(button(tr("使用"), take, name=f"use-example-{number}"))
            card.body.addLayout(line)
            self.body.addWidget(card)
        self.body.addStretch(1)
