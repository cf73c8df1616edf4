# SPDX-License-Identifier: Apache-2.0
"""What lies before the reviewer: the submitted record as fields to read, a card or a message as phones show it, and the
words as they were sent folded below. It decides nothing; the review desk does."""

from __future__ import annotations

import json
from collections.abc import Callable
from typing import Any, Final

from PySide6.QtCore import Qt
from PySide6.QtGui import QImage, QPixmap
from PySide6.QtWidgets import QGridLayout, QLabel, QVBoxLayout, QWidget

from koodesk.domain import codec
from koodesk.domain.problem import Refused
from koodesk.domain.service_account.values import RecordKind
from koodesk.domain.signature import SignatureSource, SmsType
from koodesk.domain.template import Template
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.filing_company import company_facts
from koodesk.ui.pages.resolve.words import generation_names
from koodesk.ui.pages.service_account.submitted import facts_of_account
from koodesk.ui.pages.sms_signatures import source_names, type_names
from koodesk.ui.pages.sms_templates import variable_names
from koodesk.ui.pages.video.message_view import MessagePhones
from koodesk.ui.pages.video.submitted import paper_names, template_facts
from koodesk.ui.times import due_note, minute, size
from koodesk.ui.widgets.basics import button, label
from koodesk.ui.widgets.forms import choice, text_edit

PHONE_HEIGHT: Final = 440
Facts = list[tuple[str, str]]


def title_of(row: Any) -> str:
    """Name what is reviewed; a filing is named by which of them it is."""
    names = {
        "send_task": tr("发送任务备案信息"),
        "short_link": tr("生成短链备案信息"),
        "video_sms": tr("智能信息基础版备案信息"),
        "service_account": tr("智能信息服务号备案信息"),
    }
    return names.get(row.title, str(row.title)) if row.kind.value == "filing" else str(row.title)


def facts_of(kind: str, body: dict[str, Any]) -> Facts:
    """Return (name, value) of what was submitted, in the order of its form. Keys not known here keep their own name."""
    made: dict[str, Callable[[dict[str, Any]], Facts]] = {
        "filing": _filing,
        "sms_app": _app,
        "sms_signature": _signature,
        "sms_template": _sms_template,
        "card": _card,
        "video_signature": _video_signature,
        "video_template": template_facts,
        # resolve tasks
        "domain": _domain,
        "jump_url": _jump_url,
    }
    if kind in made:
        return made[kind](body)
    if kind in list(RecordKind):
        return facts_of_account(kind, body)
    return [(name, str(value)) for name, value in body.items()]


def _file(value: Any) -> str:
    return f"{value.get('name', '')}（{size(int(value.get('size', 0)))}）" if isinstance(value, dict) else "—"


def _filing(body: dict[str, Any]) -> Facts:
    names = {
        "licence": tr("企业营业执照"),
        "material_letter": tr("智能信息素材承诺函"),
        "signature_letter": tr("签名授权函"),
        "relation_letter": tr("公司关系授权函/其他证明"),
        "special": tr("特殊材料"),
        "aim_authorization": tr("华为智能信息授权书"),
        **paper_names(),
    }
    return company_facts(body.get("company")) + [
        (names.get(p.get("paper"), str(p.get("paper"))), _file(p)) for p in body.get("papers", ())
    ]


def _app(body: dict[str, Any]) -> Facts:
    return [
        (tr("应用名称"), str(body.get("name", ""))),
        (tr("上行短信接收地址"), str(body.get("uplink_url") or tr("未填写"))),
    ]


def _kind(body: dict[str, Any]) -> str:
    found = str(body.get("type", ""))
    return type_names()[SmsType(found)] if found in list(SmsType) else found


def _signature(body: dict[str, Any]) -> Facts:
    source = next((s for s in SignatureSource if s == body.get("source")), None)
    return [
        (tr("签名名称"), f"【{body.get('name', '')}】"),
        (tr("签名类型"), _kind(body)),
        (tr("所属应用"), str(body.get("app", ""))),
        (tr("签名来源"), source_names()[source] if source is not None else str(body.get("source"))),
        (tr("来源说明"), str(body.get("source_title") or "—")),
        (tr("涉及第三方权益"), tr("是") if body.get("third_party") else tr("否")),
        (tr("营业执照"), _file(body.get("licence"))),
        (tr("授权委托书"), _file(body.get("attorney"))),
        (tr("申请说明"), str(body.get("note") or "—")),
    ]


def _video_signature(body: dict[str, Any]) -> Facts:
    return [
        (tr("签名名称"), f"【{body.get('name', '')}】"),
        (tr("涉及第三方权益"), tr("是") if body.get("third_party") else tr("否")),
        (tr("签名授权函"), _file(body.get("authorization"))),
        (tr("其他材料"), _file(body.get("other"))),
    ]


def _domain(body: dict[str, Any]) -> Facts:
    kinds = {kind.value: name for kind, name in generation_names().items()}
    return [
        (tr("域名"), str(body.get("name", ""))),
        (tr("短码类型"), kinds.get(int(body.get("generation") or 0), str(body.get("generation")))),
        (tr("备注"), str(body.get("note") or "—")),
    ]


def _jump_url(body: dict[str, Any]) -> Facts:
    return [
        (tr("跳转链接"), str(body.get("url", ""))),
        (tr("登记的域名"), str(body.get("host", ""))),
        (tr("备注"), str(body.get("note") or "—")),
    ]


def _sms_template(body: dict[str, Any]) -> Facts:
    names = {kind.value: name for kind, name in variable_names().items()}
    variables = "\n".join(
        f"${{{v.get('number')}}} {names.get(v.get('type'), v.get('type'))} {v.get('description', '')}".rstrip()
        for v in body.get("variables", ())
    )
    return [
        (tr("模板名称"), str(body.get("name", ""))),
        (tr("模板类型"), _kind(body)),
        (tr("所属应用"), str(body.get("app", ""))),
        (tr("签名"), f"【{body.get('signature', '')}】"),
        (tr("模板内容"), str(body.get("content", ""))),
        (tr("变量"), variables or "—"),
        (tr("申请说明"), str(body.get("note") or "—")),
    ]


def _card(body: dict[str, Any]) -> Facts:
    params = "\n".join(f"{p.get('name')}：{p.get('example') or '—'}" for p in body.get("params", ()))
    texts = "\n".join(
        str(content["text"])
        for page in body.get("pages", ())
        for content in page.get("contents", ())
        if content.get("text")
    )
    links = dict.fromkeys(
        str(content["event"].get("fields", {}).get("target", ""))
        for page in body.get("pages", ())
        for content in page.get("contents", ())
        if content.get("event")
    )
    return [
        (tr("模板名称"), str(body.get("name", ""))),
        (tr("文字"), texts or "—"),
        (tr("跳转地址"), "\n".join(filter(None, links)) or "—"),
        (tr("参数与示例"), params or "—"),
    ]


class Submitted(QWidget):
    """The fields of one review; for a card the phones as well, drawn off the window's thread."""

    def __init__(self, page: Page, row: Any) -> None:
        super().__init__()
        self._page = page
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        body = json.loads(row.body or "{}")
        if row.kind.value == "card":
            self._phones(column, body)
        elif row.kind.value == "video_template":
            column.addWidget(MessagePhones(page, row, body))
        expected = "\n".join(filter(None, (minute(row.due_ms), due_note(row.calendar))))
        when = [(tr("提交时间"), minute(row.submitted_ms)), (tr("预计结果"), expected)]
        if row.decided_ms:
            when.append((tr("决定时间"), minute(row.decided_ms)))
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(8)
        grid.setColumnStretch(1, 1)
        top = Qt.AlignmentFlag.AlignTop
        for number, (name, value) in enumerate([*facts_of(row.kind.value, body), *when]):
            grid.addWidget(label(name, "second"), number, 0, top)
            grid.addWidget(label(value, wrap=True, selectable=True), number, 1)
        column.addLayout(grid)
        self._raw = text_edit(rows=8)
        self._raw.setPlainText(json.dumps(body, ensure_ascii=False, indent=2))
        self._raw.setReadOnly(True)
        self._raw.setAccessibleName(tr("原始内容"))
        self._raw.hide()
        self._unfold = button(tr("原始内容"), self._fold, kind="link", icon="chevron-down")
        column.addWidget(self._unfold)
        column.addWidget(self._raw)

    def _fold(self) -> None:
        self._raw.setVisible(self._raw.isHidden())

    def _phones(self, column: QVBoxLayout, body: object) -> None:
        try:
            template = codec.decode(body)
        except Refused as refusal:
            column.addWidget(label(self._page.desk.say(refusal.problems), "danger", wrap=True))
            return
        self.vendor = choice(
            [(self._page.desk.word(f"vendor.{v.value}"), v) for v in template.vendors],
            lambda: self._draw(template),
        )
        self.vendor.setAccessibleName(tr("手机类型"))
        self.picture = QLabel()
        self.picture.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.picture.setMinimumHeight(PHONE_HEIGHT)
        column.addWidget(self.vendor)
        column.addWidget(self.picture)
        self._draw(template)

    def _draw(self, template: Template) -> None:
        vendor, scale = self.vendor.value, self.devicePixelRatioF()
        if vendor is None:
            return

        def work(service: Any, _task: Any) -> QImage:
            from koodesk.ui import card_images

            examples = {param.name: param.example for param in template.params if param.example}
            image = card_images.phone(service, template, vendor, examples, scale=scale)
            smooth = Qt.TransformationMode.SmoothTransformation
            fitted = image.scaledToHeight(round(PHONE_HEIGHT * scale), smooth)
            fitted.setDevicePixelRatio(scale)
            return fitted

        def show(image: QImage) -> None:
            if vendor is self.vendor.value:
                self.picture.setPixmap(QPixmap.fromImage(image))

        self._page.desk.bridge.call(
            self, work, show, lambda problems: self.picture.setText(self._page.desk.say(problems))
        )
