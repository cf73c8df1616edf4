# SPDX-License-Identifier: Apache-2.0
"""The sheet 提交审核: name, signature, validity, channel, remarks and the QR code, checked while they are filled in.

Its fields are part of the template: they are saved with it, and undone like anything else. Below them stands what still
keeps the template from being handed in: errors in the message, and letters that the filing lacks.
"""

from __future__ import annotations

from typing import Final

from PySide6.QtCore import QEvent, Qt, QTimer, Signal
from PySide6.QtGui import QFocusEvent, QHideEvent, QKeyEvent, QShowEvent
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QDialog,
    QFrame,
    QHBoxLayout,
    QPlainTextEdit,
    QPushButton,
    QSpinBox,
    QVBoxLayout,
    QWidget,
)

from koodesk.domain.problem import Problem, Severity
from koodesk.domain.video_sms import edits
from koodesk.domain.video_sms.rules import letters_needed
from koodesk.domain.video_sms.template import Channel
from koodesk.editor.inspector.form import BoundLine, Row, plain, put_icon, restyle
from koodesk.editor.param_text import is_history_key
from koodesk.editor.video_sms.checking import VideoChecker
from koodesk.editor.video_sms.inspector_parts import empty
from koodesk.editor.video_sms.problems import FORM
from koodesk.editor.video_sms.session import VideoSession
from koodesk.editor.video_sms.words import channel_word
from koodesk.editor.words import tr

_CHANNELS: Final = tuple(Channel)


def letter_word(letter: str) -> str:
    """Return what a letter of the filing is called."""
    return {
        "params_letter": tr("动参承诺函"),
        "link_letter": tr("短链承诺函"),
        "qr_letter": tr("二维码承诺函"),
    }.get(letter, letter)


def letter_reason(letter: str) -> str:
    """Return why a template asks for a letter."""
    return {
        "params_letter": tr("文案里有参数"),
        "link_letter": tr("文案里有链接"),
        "qr_letter": tr("含二维码"),
    }.get(letter, "")


class _Remarks(QPlainTextEdit):
    """The remarks; undo and redo are the document's."""

    entered = Signal()

    def event(self, event: QEvent) -> bool:
        """Leave undo and redo to the window's actions."""
        if (
            event.type() is QEvent.Type.ShortcutOverride
            and isinstance(event, QKeyEvent)
            and is_history_key(event)
        ):
            event.ignore()
            return False
        return super().event(event)

    def focusInEvent(self, event: QFocusEvent) -> None:
        """A stay in the field begins."""
        super().focusInEvent(event)
        self.entered.emit()


class SubmitSheet(QDialog):
    """Opened with `open()`: the window behind stays alive."""

    submit_wanted = Signal()
    """Everything is filled in, and the template is to be handed in."""

    problems_wanted = Signal()
    """The list of problems is to be shown."""

    page_wanted = Signal(str)
    """Another page: "video_signatures" or "filings"."""

    def __init__(self, session: VideoSession, checker: VideoChecker, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._session = session
        self._checker = checker
        self._gesture = 0
        self._waiting = False
        self.setWindowTitle(tr("提交审核"))
        self.setMinimumWidth(520)
        self.name = BoundLine(
            lambda: session.template.name,
            lambda text, gesture: session.change(
                "set_name", "name", lambda t: edits.set_name(t, text), gesture
            ),
            session.document.new_gesture,
        )
        self.name.setPlaceholderText(tr("只给自己和审核人员看"))
        self.signature = QComboBox(self)
        self.signature.activated.connect(self._choose_signature)
        self.validity = QSpinBox(self)
        self.validity.setRange(0, session.rules.validity_max)
        self.validity.setSpecialValueText(tr("0（长期有效）"))
        self.validity.setSuffix(tr(" 天"))
        # Style sheets do not reach inside a spin box.
        self.validity.lineEdit().setTextMargins(8, 0, 0, 0)
        self.validity.valueChanged.connect(self._set_validity)
        self.channel = QComboBox(self)
        self.channel.addItems([channel_word(c) for c in _CHANNELS])
        self.channel.activated.connect(self._choose_channel)
        self.remarks = _Remarks(self)
        self.remarks.setTabChangesFocus(True)
        self.remarks.setUndoRedoEnabled(False)
        # As a style: the window's own style sheet overrules what a widget is told of its height.
        self.remarks.setStyleSheet("QPlainTextEdit { min-height: 52px; max-height: 52px; }")
        self.remarks.setPlaceholderText(tr("写给审核人员的说明，可以不填"))
        self.remarks.entered.connect(self._enter)
        self.remarks.textChanged.connect(self._set_remarks)
        self.has_qr = QCheckBox(tr("图片或视频里有二维码"), self)
        self.has_qr.toggled.connect(self._set_has_qr)
        self.confirm = QPushButton(tr("提交审核"), self)
        self.confirm.setProperty("kind", "primary")
        self.confirm.setDefault(True)
        self.confirm.clicked.connect(self._confirm)
        self.rows: dict[str, Row] = {}
        self._compose()
        session.document.changed.connect(self.refresh)
        session.signatures_changed.connect(self.refresh)
        session.checked.connect(self._show_left)
        self.refresh()

    # --- composition ------------------------------------------------------------------------------------------

    def _compose(self) -> None:
        session = self._session
        names = (
            ("name", tr("模板名称"), self.name, True, ""),
            ("signature", tr("签名"), self.signature, True, ""),
            ("validity_days", tr("有效期（日）"), self.validity, False, tr("0 表示长期有效")),
            (
                "channel",
                tr("通道配置"),
                self.channel,
                False,
                tr("三网可发移动、联通、电信三家，单网只发一家"),
            ),
            ("remarks", tr("模板备注"), self.remarks, False, ""),
        )
        column = QVBoxLayout(self)
        column.setContentsMargins(20, 16, 20, 16)
        column.setSpacing(12)
        for where, caption, field, required, hint in names:
            row = self.rows[where] = Row(session, caption, field, where, required=required, hint=hint)
            column.addWidget(row)
        self._add_signature = QPushButton(tr("去添加签名"), self)
        self._add_signature.setProperty("kind", "link")
        self._add_signature.clicked.connect(lambda: self._go("video_signatures"))
        self.rows["signature"].head.addWidget(self._add_signature)
        column.addWidget(self.has_qr)
        self._letters = QVBoxLayout()
        self._letters.setSpacing(4)
        column.addLayout(self._letters)
        line = QFrame(self)
        line.setProperty("panel", "line")
        column.addWidget(line)
        self._left = plain(style="second", wrap=True)
        self._show_problems = QPushButton(tr("查看问题"), self)
        self._show_problems.setProperty("kind", "link")
        self._show_problems.clicked.connect(self._see_problems)
        left = QHBoxLayout()
        left.addWidget(self._left, 1)
        left.addWidget(self._show_problems)
        column.addLayout(left)
        cancel = QPushButton(tr("取消"), self)
        cancel.clicked.connect(self.reject)
        foot = QHBoxLayout()
        foot.setSpacing(8)
        foot.addStretch(1)
        foot.addWidget(cancel)
        foot.addWidget(self.confirm)
        column.addLayout(foot)

    # --- what is shown ----------------------------------------------------------------------------------------

    def showEvent(self, event: QShowEvent) -> None:
        """Ask for these fields too from now on."""
        super().showEvent(event)
        self._checker.for_submit(True)
        self._checker.ask_workspace()

    def hideEvent(self, event: QHideEvent) -> None:
        """A template in the making need not have them."""
        super().hideEvent(event)
        self._checker.for_submit(False)

    def focus(self, where: str) -> None:
        """Take the keyboard to a field."""
        if where in self.rows:
            self.rows[where].field.setFocus(Qt.FocusReason.OtherFocusReason)

    def wait(self, on: bool) -> None:
        """Show that the template is being handed in."""
        self._waiting = on
        self.confirm.setText(tr("正在提交") if on else tr("提交审核"))
        self._show_left()

    def refresh(self) -> None:
        """Show what the template holds."""
        template, rules = self._session.template, self._session.rules
        self.name.refresh()
        self.validity.blockSignals(True)  # Qt's own parameter
        self.validity.setValue(template.validity_days)
        self.validity.blockSignals(False)  # Qt's own parameter
        self.channel.setCurrentIndex(_CHANNELS.index(template.channel))
        if self.remarks.toPlainText() != template.remarks:
            self.remarks.blockSignals(True)  # Qt's own parameter
            self.remarks.setPlainText(template.remarks)
            self.remarks.blockSignals(False)  # Qt's own parameter
        self.has_qr.blockSignals(True)  # Qt's own parameter
        self.has_qr.setChecked(template.has_qr)
        self.has_qr.blockSignals(False)  # Qt's own parameter
        for where, text, limit in (
            ("name", template.name, rules.name_max),
            ("remarks", template.remarks, rules.remarks_max),
        ):
            self.rows[where].set_counter(f"{len(text)}/{limit}", over=len(text) > limit)
        self._show_signatures()
        self._show_left()

    def _show_signatures(self) -> None:
        """Offer the signatures; one that is not approved yet says so and cannot be chosen."""
        session = self._session
        self.signature.clear()
        self.signature.addItem(tr("请选择"))
        for choice in session.signatures:
            words = f"【{choice.name}】" + ("" if choice.usable else f" · {choice.state}")
            self.signature.addItem(words)
        chosen = session.signature
        at = 0 if chosen is None else session.signatures.index(chosen) + 1
        self.signature.setCurrentIndex(at)
        usable = any(choice.usable for choice in session.signatures)
        self._add_signature.setVisible(not usable)
        if not session.signatures:
            hint = tr("还没有签名。签名审核通过后才能提交模板。")
        elif chosen is not None and not chosen.usable:
            hint = tr("这个签名还不能用：{state}。审核通过后才能提交。", state=chosen.state)
        else:
            hint = tr("发送时自动加在第一段文本前；只有审核通过的签名可以提交")
        self.rows["signature"].set_hint(hint)

    def blocking(self) -> tuple[Problem, ...]:
        """Return what keeps the template from being handed in, as far as it is known here."""
        found = [p for p in self._session.problems if p.severity is Severity.ERROR]
        found += [
            p
            for p in self._session.problems
            if p.where.startswith("paper:") and p.severity is not Severity.ERROR
        ]
        return tuple(found)

    def _show_left(self) -> None:
        if not self.rows:
            return
        session = self._session
        message = [p for p in self.blocking() if p.where not in FORM and not p.where.startswith("paper:")]
        words = (
            tr("短信内容还有 {count} 个错误。", count=len(message)) if message else tr("短信内容没有错误。")
        )
        self._left.setText(words)
        restyle(self._left, "look", "danger" if message else "second")
        self._show_problems.setVisible(bool(message))
        missing = {p.where.removeprefix("paper:") for p in session.problems if p.where.startswith("paper:")}
        self._show_letters(letters_needed(session.template, session.rules), missing)
        self.confirm.setEnabled(not self._waiting)
        QTimer.singleShot(0, self, self._grow)  # when the rows have been laid out

    def _grow(self) -> None:
        """Be as high as what is said needs: a sheet that is open does not grow by itself."""
        layout = self.layout()
        if layout is not None and self.isVisible():
            layout.activate()
            self.resize(self.width(), max(self.height(), layout.totalHeightForWidth(self.width())))

    def _show_letters(self, needed: tuple[str, ...], missing: set[str]) -> None:
        """Say of each letter that this template needs whether the filing has it."""
        empty(self._letters)
        look = self._session.look
        for letter in needed:
            lacks, asking = letter in missing, self._checker.asking
            icon, role = ("circle-x", "danger") if lacks else ("circle-check", "success")
            if asking and not lacks:
                icon, role = "clock", "text_second"
            said = tr("备案里没有") if lacks else tr("正在核对") if asking else tr("已在备案里")
            holder = QWidget(self)
            row = QHBoxLayout(holder)
            row.setContentsMargins(0, 0, 0, 0)
            row.setSpacing(6)
            sign = plain(parent=holder)
            sign.setPixmap(look.icon(icon, role, 16).pixmap(16, 16))
            row.addWidget(sign)
            words = tr(
                "{letter}（{reason}）：{state}",
                letter=letter_word(letter),
                reason=letter_reason(letter),
                state=said,
            )
            row.addWidget(plain(words, "danger" if lacks else "second"), 1)
            if lacks:
                go = QPushButton(tr("去备案"), holder)
                go.setProperty("kind", "link")
                put_icon(go, look, "external-link", "accent", 14)
                go.clicked.connect(lambda: self._go("filings"))
                row.addWidget(go)
            self._letters.addWidget(holder)

    # --- what the user does -----------------------------------------------------------------------------------

    def _confirm(self) -> None:
        """Hand in, or go to the first thing that stands against it."""
        self._checker.check_now()
        blocking = self.blocking()
        chosen = self._session.signature
        first = next((p.where for p in blocking if p.where in self.rows), "")
        if first or chosen is None or not chosen.usable:
            self.focus(first or "signature")
        elif any(not p.where.startswith("paper:") for p in blocking):
            self._show_problems.setFocus()
        elif not blocking:
            self.submit_wanted.emit()

    def _see_problems(self) -> None:
        self.hide()
        self.problems_wanted.emit()

    def _go(self, page: str) -> None:
        self.hide()
        self.page_wanted.emit(page)

    def _enter(self) -> None:
        self._gesture = self._session.document.new_gesture()

    def _choose_signature(self, at: int) -> None:
        chosen = self._session.signatures[at - 1].id if at > 0 else 0
        self._session.change("set_signature", "signature", lambda t: edits.set_signature(t, chosen))
        self.refresh()

    def _set_validity(self, days: int) -> None:
        self._session.change("set_validity", "validity_days", lambda t: edits.set_validity(t, days))

    def _choose_channel(self, at: int) -> None:
        self._session.change("set_channel", "channel", lambda t: edits.set_channel(t, _CHANNELS[at]))

    def _set_remarks(self) -> None:
        text = self.remarks.toPlainText()
        if text != self._session.template.remarks:
            gesture = self._gesture or self._session.document.new_gesture()
            self._session.change("set_remarks", "remarks", lambda t: edits.set_remarks(t, text), gesture)

    def _set_has_qr(self, on: bool) -> None:
        self._session.change("set_has_qr", "", lambda t: edits.set_has_qr(t, on))
