# SPDX-License-Identifier: Apache-2.0
"""The way of one number through one send task as a time line: a dot, what happened, when, and the details below."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import QVBoxLayout, QWidget

from koodesk.backend.views.phones import RecorderEvent, Recording
from koodesk.ui import states, theme
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.pages.phones.facts import clear, click_words
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import label, row

_DOT: Final = 5.0
_LEFT: Final = 28

KINDS: Final = {
    "accepted": "success",
    "sms": "success",
    "shortchain": "success",
    "exposed": "accent",
    "clicked": "accent",
    "reply": "accent",
    "opted_out": "danger",
    "refused": "danger",
    "left_out": "warning",
    "unknown": "warning",
    "not_sent": "warning",
    "repeated": "warning",
}
"""The colour role of an event's dot; others are quiet."""


def title(desk: Desk, event: RecorderEvent) -> str:
    """Say what happened."""
    param = event.param
    match event.what:
        case "imported":
            if not param("row"):
                return tr("来自号码名单“{audience}”", audience=param("audience"))
            return tr(
                "来自“{audience}”的工作表 {sheet} 第 {row} 行",
                audience=param("audience"),
                sheet=param("sheet"),
                row=param("row"),
            )
        case "typed":
            return tr("试发时手工输入")
        case "respelled":
            words = tr("、").join(desk.word(f"row.{code}") for code in param("codes").split())
            return tr("号码改写：{words}", words=words)
        case "repeated":
            return tr("工作表 {sheet} 第 {row} 行重复，只发一次", sheet=param("sheet"), row=param("row"))
        case "left_out":
            return tr("确认时不发送：{why}", why=states.word("bucket", param("bucket")))
        case "to_send":
            return tr("确认发送：卡片") if param("card") == "1" else tr("确认发送：不带卡片")
        case "chunk":
            return tr("分到第 {number} 批", number=param("no"))
        case "tried":
            return tr("发出，共尝试 {count} 次", count=param("attempts"))
        case "accepted":
            return tr("平台受理，消息号 {message}", message=param("message_id"))
        case "refused":
            return tr("平台拒绝：{why}", why=desk.word(f"result.{param('code')}"))
        case "unknown":
            return tr("结果未知")
        case "not_sent":
            return tr("没有发出：{why}", why=states.word("bucket", param("bucket")))
        case "opted_out":
            return tr("退订【{signature}】", signature=param("signature"))
        case _:
            return _receipt(desk, event)


def _receipt(desk: Desk, event: RecorderEvent) -> str:
    status, code = event.param("status"), event.param("code")
    match event.what:
        case "sms":
            if status == "0":
                return tr("送达手机")
            return tr("没有送达：{why}", why=desk.word(f"result.{code}"))
        case "shortchain":
            return tr("手机解析出卡片") if status == "0" else tr("解析失败")
        case "exposed":
            return tr("看了卡片（曝光）")
        case "clicked":
            return click_words(event.param("words"), code)
        case _:
            return tr("回复“{words}”", words=status)


def details(desk: Desk, event: RecorderEvent) -> str:
    """Say more about an event, empty for nothing."""
    if event.what == "to_send":
        values = [f"{name[6:]}={value}" for name, value in event.params if name.startswith("value.")]
        vendor = event.param("vendor")
        parts = (
            [tr("查询到的手机：{vendor}", vendor=desk.word(f"vendor.{vendor}"))] if _is_vendor(vendor) else []
        )
        return "，".join([*parts, *values])
    if event.what == "imported" and event.param("imported_ms"):
        return tr("导入于 {at}（本机时间）", at=moment(int(event.param("imported_ms"))))
    code = event.param("code") if event.what == "clicked" and ":" in event.param("code") else ""
    on_its_way = tr("回执还在返回的路上") if event.param("arrived") == "0" else ""
    return " · ".join(filter(None, (code, on_its_way)))


def _is_vendor(name: str) -> bool:
    return name.isascii() and name.isupper()


class _Entry(QWidget):
    """One event: its dot on the line, its words and its instant."""

    def __init__(self, desk: Desk, event: RecorderEvent, *, first: bool, last: bool) -> None:
        super().__init__()
        self._role = KINDS.get(event.what, "text_hint")
        failed = event.what == "sms" and event.param("status") not in ("0", "")
        if failed:
            self._role = "danger"
        self._first, self._last = first, last
        column = QVBoxLayout(self)
        column.setContentsMargins(_LEFT, 6, 4, 8)
        column.setSpacing(2)
        words = label(title(desk, event), wrap=True, selectable=True)
        column.addLayout(row(words, spacing=12))
        below = " · ".join(filter(None, (moment(event.at_ms) if event.at_ms else "", details(desk, event))))
        if below:
            column.addWidget(label(below, "hint", wrap=True, selectable=True))
        self.setAccessibleName("，".join(filter(None, (words.text(), below))))

    def paintEvent(self, event: QPaintEvent) -> None:
        """Draw the dot and the line to its neighbours."""
        del event
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        middle = QPointF(12.0, 17.0)
        painter.setPen(QPen(theme.role("border"), 2.0))
        if not self._first:
            painter.drawLine(QPointF(middle.x(), 0), middle)
        if not self._last:
            painter.drawLine(middle, QPointF(middle.x(), self.height()))
        painter.setPen(Qt.PenStyle.NoPen)
        painter.setBrush(theme.role("surface"))
        painter.drawEllipse(QRectF(middle.x() - _DOT - 2, middle.y() - _DOT - 2, 2 * _DOT + 4, 2 * _DOT + 4))
        painter.setBrush(theme.role(self._role))
        painter.drawEllipse(QRectF(middle.x() - _DOT, middle.y() - _DOT, 2 * _DOT, 2 * _DOT))
        painter.end()


class Timeline(QWidget):
    """All events of one recording, oldest above."""

    def __init__(self, desk: Desk) -> None:
        super().__init__()
        self._desk = desk
        self._column = QVBoxLayout(self)
        self._column.setContentsMargins(4, 8, 8, 8)
        self._column.setSpacing(0)

    def show_recording(self, one: Recording) -> None:
        """Show another recording."""
        clear(self._column)
        last = len(one.events) - 1
        for number, event in enumerate(one.events):
            self._column.addWidget(_Entry(self._desk, event, first=number == 0, last=number == last))
        self._column.addStretch(1)
