# SPDX-License-Identifier: Apache-2.0
"""发送对象 of a smart message: which phones can show the card, and what the others get."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path
from typing import Any, Final

from PySide6.QtWidgets import QButtonGroup, QHBoxLayout, QRadioButton, QWidget

from koodesk.domain.recipient import AudienceBucket, Fallback
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.send.numbers_card import NumbersCard, Tile
from koodesk.ui.widgets.basics import label
from koodesk.ui.widgets.forms import choice

FALLBACKS: Final = (Fallback.NONE, Fallback.SMS, Fallback.BASIC)
"""In the order of the form; the number of a choice is its id."""
_BASIC: Final = FALLBACKS.index(Fallback.BASIC)


class AudienceCard(NumbersCard):
    """Counts what each phone can show; `changed` says that the audience, or the fallback, is another."""

    def __init__(self, page: Page) -> None:
        self._videos: tuple[Any, ...] = ()
        self._signature = ""
        super().__init__(page, tr("发送对象"))

    def tiles(self) -> Sequence[Tile]:
        """Return the five counts of 号码解析情况 and the rows that came twice."""
        return (
            ("imported", tr("导入号码总数（已去重）"), AudienceBucket.VALID),
            ("invalid", tr("无效号码数"), AudienceBucket.INVALID),
            ("resolvable", tr("可解析智能信息号码数"), AudienceBucket.RESOLVABLE),
            ("unresolvable", tr("不可解析智能信息号码数"), AudienceBucket.UNRESOLVABLE),
            ("duplicate", tr("重复行（只发第一行）"), AudienceBucket.DUPLICATE),
            ("submitted", tr("提交发送信息号码数"), None),
        )

    def count(self, name: str) -> int:
        """Return one of the counts."""
        if name == "duplicate":
            return int(self.audience.duplicate)
        return int(getattr(self.audience.parsing(self.fallback), name))

    def first(self) -> str:
        """Say that the card comes first."""
        return tr("先选择智能信息模板：号码文件的列由模板的参数决定。")

    def look_closer(self, service: Any, task: Any, audience: Any) -> Any:
        """Ask which phones can show the card."""
        return service.audiences.capability(audience.id, self.template.id, task.progress.emit, task.cancelled)

    def write_sample(self, service: Any, path: Path) -> None:
        """Write the sample file of the card, with the columns of the video SMS."""
        service.audiences.sample_file(self.template.id, path, self.params)

    @property
    def card(self) -> Any:
        """The card that is sent, None while none is chosen."""
        return self.template

    @property
    def params(self) -> tuple[str, ...]:
        """The card's parameters, and those of the video SMS for phones without cards."""
        video = self.video()
        return tuple(dict.fromkeys((*super().params, *(video.params if video is not None else ()))))

    @property
    def shows_vendors(self) -> bool:
        """The rows say whose phone can show the card."""
        return True

    # --- fallback --------------------------------------------------------------------------------------------

    def add_choices(self) -> None:
        """Offer the three fallbacks; the video SMS is chosen below its own."""
        self.body.addWidget(label(tr("不可解析的号码"), "second"))
        self.fallbacks = QButtonGroup(self)
        choices = (
            (tr("不发送"), tr("不给这些号码发送信息，不计费。")),
            (tr("降级为普通短信"), tr("收到短信原文和链接，按一次短信发送计费。")),
            (tr("发送智能信息基础版"), ""),
        )
        for number, (text, about) in enumerate(choices):
            option = QRadioButton(text)
            option.setChecked(number == 0)
            option.setObjectName(f"fallback-{FALLBACKS[number].value}")
            option.setAccessibleDescription(about)
            self.fallbacks.addButton(option, number)
            note = label(about, "hint", wrap=True)
            if number == _BASIC:
                self._basic_note = note
            bar = QHBoxLayout()
            bar.addWidget(option)
            bar.addWidget(note, 1)
            self.body.addLayout(bar)
        self.video_part = QWidget()
        bar = QHBoxLayout(self.video_part)
        bar.setContentsMargins(24, 0, 0, 0)
        self.video_template = choice([], self._video_changed)
        self.video_template.setAccessibleName(tr("视频短信模板"))
        bar.addWidget(label(tr("视频短信模板"), "second"))
        bar.addWidget(self.video_template, 1)
        self.video_part.hide()
        self.body.addWidget(self.video_part)
        self.fallbacks.idToggled.connect(lambda _number, on: self._fallback_changed() if on else None)
        self._offer_videos()

    def show_videos(self, rows: Sequence[Any]) -> None:
        """Offer these sendable templates of video SMS."""
        self._videos = tuple(rows)
        self._offer_videos()

    def show_signature(self, name: str) -> None:
        """Follow another SMS signature: a task has one sender, so the video SMS has to have the same."""
        self._signature = name
        self._offer_videos()

    def _offer_videos(self) -> None:
        """Offer what can be sent instead, or say why there is nothing."""
        fitting = [
            row for row in self._videos if not self._signature or row.signature_name == self._signature
        ]
        about = tr("收到视频短信，按一次基础版发送计费；只发给审核通过的运营商。")
        if not self._videos:
            about = tr("没有审核通过的视频短信模板。先到“智能信息基础版”的“模板管理”提交一个。")
        elif not fitting:
            about = tr("没有签名是【{name}】的视频短信模板：一个任务只能有一个签名。", name=self._signature)
        option = self.fallbacks.button(_BASIC)
        option.setEnabled(bool(fitting))
        option.setAccessibleDescription(about)
        self._basic_note.setText(about)
        before = self.params
        self.video_template.put(
            [(f"{row.name}【{row.signature_name}】", row.id) for row in fitting], self.video_template.value
        )
        if not fitting and self.fallback is Fallback.BASIC:
            self.fallbacks.button(0).setChecked(True)
        elif before != self.params:
            self._columns_changed()

    def video(self) -> Any:
        """Return the video SMS for phones without cards; None for another fallback."""
        if self.fallback is not Fallback.BASIC:
            return None
        return next((row for row in self._videos if row.id == self.video_template.value), None)

    def _video_changed(self) -> None:
        self._columns_changed()
        self.changed.emit()

    def _fallback_changed(self) -> None:
        self.video_part.setVisible(self.fallback is Fallback.BASIC)
        self._columns_changed()
        self.show_counts()
        self.changed.emit()

    def _columns_changed(self) -> None:
        """Say which columns are wanted now; numbers that lack one of them are checked anew."""
        self.show_columns()
        if self.audience is not None and not set(self.params) <= set(self.audience.params):
            self.check_again()

    @property
    def fallback(self) -> Fallback:
        """Return what numbers that cannot show the card get."""
        return FALLBACKS[max(0, self.fallbacks.checkedId())]
