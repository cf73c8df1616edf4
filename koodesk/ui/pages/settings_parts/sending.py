# SPDX-License-Identifier: Apache-2.0
"""What the workspace holds its promotion to: the hours of the day, and how often one number may be written to."""

from __future__ import annotations

from typing import Any, Final

from PySide6.QtWidgets import QSpinBox

from koodesk.domain.problem import Problem, problem
from koodesk.domain.send_policy import LARGEST_LIMIT
from koodesk.ui.i18n import tr
from koodesk.ui.page import Page
from koodesk.ui.pages.settings_parts.changed import ChangedSheet
from koodesk.ui.people import person
from koodesk.ui.times import clock, minute, minutes_of
from koodesk.ui.widgets.basics import Card, button, label, row
from koodesk.ui.widgets.forms import Form, line_edit, padded

NARROW: Final = 168
HOURS: Final = {"hours_start": "window", "hours_end": "window_end"}
LIMITS: Final = ("frequency_per_day", "frequency_per_week", "frequency_per_month")


class SendingRules(Card):
    """Two hours and three limits of the workspace, saved together."""

    def __init__(self, page: Page) -> None:
        super().__init__(tr("推广类信息：时段和频次"))
        self._page = page
        self._seen: Any = None
        self.body.addWidget(
            label(tr("对这个工作区的所有人生效。改动只影响之后确认的发送任务。"), "second", wrap=True)
        )
        form = Form(label_width=96)
        self.start = line_edit("08:00", limit=5)
        self.end = line_edit("21:00", limit=5)
        for edit in (self.start, self.end):
            edit.setMaximumWidth(NARROW)
        form.add("window", tr("开始"), self.start)
        self.hours_note = tr(
            "北京时间。平台允许 08:00–22:00，默认 08:00–21:00；时段外的推广类信息等到下一个时段再发。"
        )
        form.add("window_end", tr("结束"), self.end, hint=self.hours_note)
        self.limits: dict[str, QSpinBox] = {}
        names = {
            "frequency_per_day": tr("1 天最多"),
            "frequency_per_week": tr("7 天最多"),
            "frequency_per_month": tr("30 天最多"),
        }
        for name in LIMITS:
            box = padded(QSpinBox())
            box.setRange(0, LARGEST_LIMIT)
            box.setMaximumWidth(NARROW)
            box.setSuffix(" " + tr("条"))
            box.setSpecialValueText(tr("不限"))
            self.limits[name] = box
            hint = (
                tr("同一签名发给同一号码的条数，往前推算；默认值是 Koodesk 自定的。试发不计入。")
                if name == LIMITS[-1]
                else ""
            )
            form.add(name, names[name], box, hint=hint)
        self.form = form
        self.body.addWidget(form)
        self.save_button = button(tr("保存时段和频次"), self.save, kind="primary", name="save-sending")
        self.told = label("", "hint")
        self.body.addLayout(row(self.save_button, self.told, 1))
        self.body.addStretch(1)

    def refresh(self) -> None:
        """Fetch what is in force."""
        self._page.run(lambda service: service.settings.get(), self.show_view)

    def show_view(self, view: Any) -> None:
        """Show what is in force; what one may not change cannot be typed into, and says why."""
        self._seen = view
        self.start.setText(clock(view.value("hours_start")))
        self.end.setText(clock(view.value("hours_end")))
        hours = view.row("hours_start").may
        for edit in (self.start, self.end):
            edit.setReadOnly(not hours)
            edit.setToolTip("" if hours else tr("修改允许时段需要单独的权限。"))
        for name, box in self.limits.items():
            box.setValue(view.value(name))
            box.setEnabled(view.row(name).may)
        self.save_button.setEnabled(any(view.row(name).may for name in (*HOURS, *LIMITS)))
        last = max(view.rows, key=lambda one: one.at_ms)
        self.told.setText(
            tr("上次由 {who} 于 {when} 修改", who=person(last.by), when=minute(last.at_ms)) if last.by else ""
        )

    def values(self) -> dict[str, int]:
        """Return what the form says, hours as minutes of the day (-1 for what is no time)."""
        return {
            "hours_start": minutes_of(self.start.text().strip()),
            "hours_end": minutes_of(self.end.text().strip()),
            **{name: box.value() for name, box in self.limits.items()},
        }

    def save(self, seen: str | None = None) -> None:
        """Save what differs; when somebody else saved meanwhile, ask."""
        if self._seen is None:
            return
        before = self._seen
        given = {name: value for name, value in self.values().items() if value != before.value(name)}
        if -1 in given.values():
            self.form.show_problems((problem("campaign.window.empty", "window", start="", end=""),))
            return
        revision = before.revision if seen is None else seen

        def done(view: Any) -> None:
            self.form.show_problems(())
            self.show_view(view)
            self._page.banner.tell(tr("时段和频次已保存。"), "success")

        def failed(problems: tuple[Problem, ...]) -> None:
            if any(p.code == "record.changed" for p in problems):
                self._ask(given)
                return
            self._page.show_problems(tuple(_at_field(p) for p in problems), self.form)

        self._page.run(lambda service: service.settings.set(given, revision), done, failed)

    def _ask(self, given: dict[str, int]) -> None:
        """Show what somebody else has saved beside what this form says."""

        def show(view: Any) -> None:
            ChangedSheet(
                self._page,
                [
                    (self.name_of(name), self.word(name, view.value(name)), self.word(name, value))
                    for name, value in given.items()
                ],
                keep=lambda: self.save(view.revision),
                take=lambda: self.show_view(view),
            ).open()

        self._page.run(lambda service: service.settings.get(), show)

    def name_of(self, name: str) -> str:
        """Return the words of a setting."""
        return {
            "hours_start": tr("开始"),
            "hours_end": tr("结束"),
            "frequency_per_day": tr("1 天最多"),
            "frequency_per_week": tr("7 天最多"),
            "frequency_per_month": tr("30 天最多"),
        }.get(name, name)

    @staticmethod
    def word(name: str, value: int) -> str:
        """Return a value as the form writes it."""
        return clock(value) if name in HOURS else str(value) if value else tr("不限")


def _at_field(found: Problem) -> Problem:
    from dataclasses import replace

    where = HOURS.get(found.where) or (f"frequency_{found.where}" if found.where.startswith("per_") else "")
    return replace(found, where=where) if where else found
