# SPDX-License-Identifier: Apache-2.0
"""The switch between local engine and real cloud: which it is, what a switch would mean, what stands in its way."""

from __future__ import annotations

from typing import Any

from PySide6.QtWidgets import QWidget

from koodesk.domain.platform import Platform
from koodesk.domain.problem import Problem
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.people import person
from koodesk.ui.platform_mark import money_mark, platform_name
from koodesk.ui.times import moment
from koodesk.ui.widgets.basics import Card, label
from koodesk.ui.widgets.dialogs import Sheet

CONTROL = "koodesk:platform:control"


class PlatformSheet(Sheet):
    """Asks the service what a switch would mean, and switches."""

    def __init__(self, parent: QWidget, desk: Desk) -> None:
        here = desk.platform or Platform.LOCAL
        self.to = Platform.LOCAL if here is Platform.CLOUD else Platform.CLOUD
        super().__init__(
            parent,
            tr("发送平台：{name}", name=platform_name(here)),
            tr("切换到{name}", name=platform_name(self.to)),
            self._switch,
            width=600,
        )
        self.desk = desk
        self._window = parent.window()
        self._about = label(_about(here), wrap=True)
        self.body.addWidget(self._about)
        self._who = label("", "hint", wrap=True)
        self.body.addWidget(self._who)
        if self.to is Platform.CLOUD:
            self.body.addWidget(
                money_mark(
                    tr("切换之后，发送会到达真实手机，并按合同计费。Koodesk 不会自己发送：每次都要确认。")
                )
            )
            self.accept_button.setProperty("kind", "danger")
        means = Card(tr("切换意味着"), panel="sunken", margins=16)
        self._means = label(tr("正在查看…"), wrap=True)
        means.body.addWidget(self._means)
        self.body.addWidget(means)
        self.body.addStretch(1)
        self.accept_button.setEnabled(False)
        self.accept_button.setDefault(False)
        self.cancel_button.setFocus()
        desk.bridge.call(
            self,
            lambda service, _task: (service.platform.show(), service.platform.plan(self.to)),
            self._show,
            lambda problems: self.banner.tell(desk.say(problems)),
        )

    def _show(self, told: Any) -> None:
        view, plan = told
        if view.at_ms:
            self._who.setText(tr("{who} 于 {when} 选择", who=person(view.by), when=moment(view.at_ms)))
        self._who.setVisible(bool(view.at_ms))
        self._means.setText("\n".join(f"· {line}" for line in self._lines(plan)))
        if plan.problems:
            self.banner.tell(self.desk.say(plan.problems), "warning", *self._way_on(plan.problems))
        why = self.desk.why_not(CONTROL)
        self.accept_button.setToolTip(why)
        self.accept_button.setEnabled(not plan.problems and not why)

    def _way_on(self, problems: tuple[Problem, ...]) -> tuple[Any, ...]:
        """Return where to go for what stands in the way first."""
        page = "settings" if problems[0].code == "platform.no_key" else "campaigns"

        def go() -> None:
            self.reject()
            self.desk.go(page, **({"section": "platform"} if page == "settings" else {}))

        return (tr("去设置") if page == "settings" else tr("看发送任务"), go)

    def _lines(self, plan: Any) -> list[str]:
        lines = [
            tr(
                "审核各归各的平台。{here}上的 {records}收起来，切换回来时原样恢复。",
                here=platform_name(self.other),
                records=self._counts(plan.put_away),
            )
            if plan.put_away
            else tr("审核各归各的平台。现在没有需要收起来的审核。"),
            tr(
                "{there}上以前的 {records}回来。",
                there=platform_name(plan.to),
                records=self._counts(plan.comes_back),
            )
            if plan.comes_back
            else tr("在{there}上，备案、签名和模板都要先提交审核。", there=platform_name(plan.to)),
        ]
        if plan.audiences:
            lines.append(tr("{count} 份号码的解析能力要重新查询。", count=plan.audiences))
        if plan.unreported:
            lines.append(
                tr("{count} 条消息还没有状态回执，切换回来之后才会再取。", count=f"{plan.unreported:,}")
            )
        lines.append(tr("窗口会重新打开；其他打开这个工作区的窗口只能查看，直到重新打开。"))
        if plan.to is Platform.CLOUD:
            lines.append(tr("审核台、终端、飞行记录、故障脚本、引擎时钟和费用页只有本地引擎有。"))
        return lines

    @property
    def other(self) -> Platform:
        """Return the platform that is left."""
        return Platform.LOCAL if self.to is Platform.CLOUD else Platform.CLOUD

    def _counts(self, counts: tuple[tuple[str, int], ...]) -> str:
        return tr("、").join(
            f"{self.desk.word(f'state.review_kind.{kind}')} {count}" for kind, count in counts
        )

    def _switch(self) -> None:
        window: Any = self._window
        if not window.may_leave():
            self.banner.tell(tr("请先处理没有保存的内容。"), "warning")
            return
        self.accept_button.setEnabled(False)

        def failed(problems: tuple[Problem, ...]) -> None:
            self.banner.tell(self.desk.say(problems))

        def done(view: Any) -> None:
            self.accept()
            self.desk.reopen_asked.emit(tr("工作区现在使用{name}。", name=platform_name(view.platform)))

        self.desk.bridge.call(self, lambda service, _task: service.platform.switch(self.to), done, failed)


def _about(platform: Platform) -> str:
    if platform is Platform.CLOUD:
        return tr("这个工作区的提交和发送都经过真实的云消息服务。")
    return tr("这个工作区的提交和发送都只到本机的引擎，不会发出真实短信，也不花钱。")
