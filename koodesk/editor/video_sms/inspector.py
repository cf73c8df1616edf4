# SPDX-License-Identifier: Apache-2.0
"""The form on the right: the selected text or file, or the message itself with its subject and what it is handed in with."""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QFrame, QPushButton, QScrollArea, QStackedWidget, QVBoxLayout, QWidget

from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.edits import place_of
from koodesk.domain.video_sms.template import Text, VideoTemplate
from koodesk.editor.inspector.form import BoundLine, Row, Section, plain
from koodesk.editor.video_sms.inspector_parts import Facts, FrameSection
from koodesk.editor.video_sms.media_section import MediaSection
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.text_panel import TextPanel
from koodesk.editor.video_sms.words import channel_word, size_word
from koodesk.editor.words import list_of, tr
from koodesk.preview.video_sms_placement import TITLE


class MessagePanel(QWidget):
    """The message itself: subject, how much there is of what, parameters, and what it is handed in with."""

    submit_wanted = Signal()
    """The sheet 提交审核 is wanted."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self.title = BoundLine(
            lambda: session.template.title,
            lambda text, gesture: session.change(
                "set_title", TITLE, lambda t: edits.set_title(t, text), gesture
            ),
            session.document.new_gesture,
        )
        self.title.setPlaceholderText(tr("例如：新车上市邀您试驾"))
        self.title_row = Row(
            session,
            tr("模板主题"),
            self.title,
            TITLE,
            required=True,
            hint=tr("手机收到时显示在最上面；不能有【】，签名会自动加在第一段文本前"),
        )
        subject = Section(tr("短信"), self)
        subject.add(self.title_row)
        self.facts = Facts(self)
        subject.add(self.facts)
        handed = Section(tr("提交信息"), self)
        self.form = Facts(self)
        handed.add(self.form)
        self.submit = QPushButton(tr("填写提交信息"), self)
        self.submit.clicked.connect(self.submit_wanted)
        handed.body.addWidget(self.submit, 0, Qt.AlignmentFlag.AlignLeft)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(subject)
        column.addWidget(handed)
        column.addWidget(plain(tr("快捷键：Alt+↑ Alt+↓ 调整顺序，Delete 删除，空格播放"), "hint", wrap=True))
        session.signatures_changed.connect(self.refresh)

    def refresh(self) -> None:
        """Show the message as it is now."""
        session, template = self._session, self._session.template
        rules = session.rules
        self.title.refresh()
        length = len(template.title)
        self.title_row.set_counter(f"{length}/{rules.title_max}", over=length > rules.title_max)
        elements = sum(1 for _ in template.elements())
        doubles = sum(len(f.elements) > 1 for f in template.frames)
        params = list_of(tuple(f"#{name}#" for name in template.params)) or tr("没有")
        self.facts.show_facts(
            (
                (tr("帧"), f"{len(template.frames)}/{rules.frames_max}", ""),
                (tr("资源"), f"{elements}/{rules.resources_max}", ""),
                (tr("两个元素的帧"), f"{doubles}/{rules.double_frames_max}", ""),
                (tr("大小"), size_word(template.size), ""),
                (tr("参数"), params, ""),
            )
        )
        self.form.show_facts(_form(session, template))


def _form(session: VideoSession, template: VideoTemplate) -> tuple[tuple[str, str, str], ...]:
    days = template.validity_days
    return (
        (tr("模板名称"), template.name or tr("未填写"), "" if template.name else "hint"),
        (tr("签名"), session.signature_name or tr("未选择"), "" if session.signature_name else "hint"),
        (tr("有效期"), tr("{count} 天", count=days) if days else tr("长期有效"), ""),
        (tr("通道配置"), channel_word(template.channel), ""),
        (tr("二维码"), tr("含二维码") if template.has_qr else tr("不含二维码"), ""),
    )


class MessageInspector(QFrame):
    """Shows the panel of what is selected."""

    def __init__(self, session: VideoSession, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._stack: Final = QStackedWidget(self)
        self.message = MessagePanel(session)
        self.text = TextPanel(session)
        self.media = MediaSection(session)
        self.frame = FrameSection(session)
        self._element = QWidget()
        column = QVBoxLayout(self._element)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(12)
        column.addWidget(self.text)
        column.addWidget(self.media)
        column.addWidget(self.frame)
        column.addStretch(1)
        for page in (self._scrolled(_topped(self.message)), self._scrolled(self._element)):
            self._stack.addWidget(page)
        outer = QVBoxLayout(self)
        outer.setContentsMargins(0, 0, 0, 0)
        outer.addWidget(self._stack)
        session.document.changed.connect(self.refresh)
        session.selection.changed.connect(self.refresh)
        session.selection.focus_wanted.connect(self._focus)
        self.refresh()

    def refresh(self) -> None:
        """Show what is selected."""
        element = self._session.element()
        self._stack.setCurrentIndex(0 if element is None else 1)
        if element is None:
            self.message.refresh()
            return
        is_text = isinstance(element, Text)
        self.text.setVisible(is_text)
        self.media.setVisible(not is_text)
        (self.text if is_text else self.media).refresh()

    def _focus(self, where: str) -> None:
        """Take the keyboard to the field a problem is about."""
        if where == TITLE:
            self.message.title.setFocus(Qt.FocusReason.OtherFocusReason)
        elif place_of(where) is not None:
            is_text = isinstance(self._session.element(), Text)
            field = self.text.field if is_text else self.media.replace
            field.setFocus(Qt.FocusReason.OtherFocusReason)

    def _scrolled(self, inside: QWidget) -> QScrollArea:
        area = QScrollArea(self)
        area.setFrameShape(QFrame.Shape.NoFrame)
        area.setWidgetResizable(True)
        area.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        area.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        padded = QWidget()
        column = QVBoxLayout(padded)
        column.setContentsMargins(12, 8, 12, 12)
        column.addWidget(inside)
        area.setWidget(padded)
        return area


def _topped(widget: QWidget) -> QWidget:
    """Return a widget that stays at the top of the room it is given."""
    made = QWidget()
    column = QVBoxLayout(made)
    column.setContentsMargins(0, 0, 0, 0)
    column.addWidget(widget)
    column.addStretch(1)
    return made
