# SPDX-License-Identifier: Apache-2.0
"""Pages that show the local engine's side, and what stands in their place while a workspace speaks to the real cloud."""

from __future__ import annotations

from typing import ClassVar, Final

from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.navigation import name_of
from koodesk.ui.page import Page
from koodesk.ui.widgets.empty import EmptyState

LOCAL_ONLY: Final = frozenset(
    {
        "review",
        "phones",
        "recorder",
        "account",
        "packages",
        "buy_package",
        "bills",
        "resolve_tasks",
        "resolve_links",
        "service_report",
    }
)
"""Pages of which the real cloud has nothing to show here."""


def why_local(page_id: str) -> str:
    """Say why a page has nothing to show, and where to look instead."""
    money = tr("余额、套餐包和账单请在云平台控制台的费用中心查看：云平台没有查询它们的接口。")
    links = tr("这里的解析任务由本地引擎生成和解析；真实云平台上的请在控制台管理。")
    return {
        "review": tr(
            "审核台是扮演本地引擎审核员的地方。真实云平台的审核由平台、运营商和终端厂商完成，结果在各记录的状态里。"
        ),
        "phones": tr("这里的终端是本地引擎模拟的。消息现在到达真实手机，只能在真实手机上看。"),
        "recorder": tr("飞行记录来自本地引擎对每条消息的记录。真实云平台只给出回执，请看发送明细。"),
        "account": tr("服务的开通和账户状态请在云平台控制台查看。"),
        "packages": money,
        "buy_package": money,
        "bills": money,
        "resolve_tasks": links,
        "resolve_links": links,
        "service_report": tr("服务号的点击由本地引擎报告；真实云平台上的请在控制台查看。"),
    }[page_id]


class LocalOnlyPage(Page):
    """Stands in the place of such a page."""

    watches: ClassVar[tuple[str, ...]] = ()

    def __init__(self, desk: Desk, page_id: str) -> None:
        self._name = page_id
        super().__init__(desk, scroll=False)

    def build(self) -> None:
        """Say it."""
        page = self._name
        self.set_title(tr(name_of(page)))
        self.body.addWidget(EmptyState("server", tr("只有本地引擎才有"), why_local(page)), 1)
