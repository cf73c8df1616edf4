# SPDX-License-Identifier: Apache-2.0
"""The areas and pages of the rail, in order. A page that no factory makes is absent: there are no empty promises."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

from koodesk.ui.desk import Desk
from koodesk.ui.page import Page

PageFactory = Callable[[Desk], Page]


@dataclass(frozen=True, slots=True)
class Entry:
    """A page in the rail; `name` is a source text for `tr`."""

    page_id: str
    name: str
    icon: str


@dataclass(frozen=True, slots=True)
class Area:
    """A group of pages; `name` may be empty."""

    name: str
    pages: tuple[Entry, ...]


AREAS: tuple[Area, ...] = (
    Area(
        "",
        (
            Entry("overview", "总览", "house"),
            Entry("studio", "模板", "layout-template"),
            Entry("library", "图库", "image"),
        ),
    ),
    Area(
        "智能信息",
        (
            Entry("send", "新建发送", "send"),
            Entry("campaigns", "发送任务", "list-checks"),
            Entry("details", "发送明细", "users"),
            # resolve tasks, links
            Entry("resolve_tasks", "解析任务", "link"),
            Entry("resolve_links", "解析任务明细", "list-checks"),
            Entry("link_domains", "域名管理", "server"),
            Entry("jump_urls", "自定义跳转链接", "external-link"),
            Entry("opt_outs", "退订名单", "ban"),
        ),
    ),
    Area(
        "短消息配置",
        (
            Entry("sms_apps", "短消息应用", "server"),
            Entry("sms_signatures", "短消息签名", "badge-check"),
            Entry("sms_templates", "短消息模板", "message-square-text"),
            Entry("plain_send", "发送普通短信", "send"),
        ),
    ),
    Area(
        "智能信息基础版",
        (
            Entry("video_signatures", "签名管理", "badge-check"),
            Entry("video_templates", "模板管理", "film"),
            Entry("video_send", "新建发送", "send"),
        ),
    ),
    # service account
    Area(
        "智能信息服务号",
        (
            Entry("accounts", "服务号资料管理", "smartphone"),
            Entry("account_ports", "通道号管理", "server"),
            Entry("account_shortcuts", "短消息快捷键", "mouse-pointer-click"),
        ),
    ),
    Area(
        "企业管理",
        (
            Entry("filings", "企业备案", "building-2"),
            Entry("dossiers", "控制台办理", "clipboard-check"),
            Entry("brand", "品牌资料", "badge-check"),
        ),
    ),
    Area(
        "费用",
        (
            Entry("packages", "套餐包", "gift"),
            Entry("buy_package", "购买套餐包", "plus"),
            Entry("bills", "账单与结算", "file-text"),
            Entry("account", "开通服务", "badge-check"),
        ),
    ),
    Area(
        "报表统计",
        (
            Entry("smart_report", "智能信息报表", "chart-column"),
            Entry("video_report", "智能信息基础版报表", "chart-column"),
            Entry("plain_report", "普通短信报表", "chart-column"),
            Entry("service_report", "智能信息服务号报表", "chart-column"),
            Entry("exports", "下载中心", "download"),
        ),
    ),
    # users and rights
    Area(
        "统一身份认证",
        (
            Entry("iam_users", "用户", "user"),
            Entry("iam_groups", "用户组", "users"),
            Entry("iam_policies", "权限策略", "shield-check"),
            Entry("iam_keys", "访问密钥", "key"),
            Entry("iam_audit", "审计日志", "scroll-text"),
        ),
    ),
    Area(
        "本地引擎",
        (
            Entry("review", "审核台", "clipboard-check"),
            Entry("phones", "终端", "smartphone"),
            Entry("recorder", "飞行记录", "file-text"),
            Entry("rule_pack", "规则包", "book-open"),
            Entry("workers", "发送程序", "server"),
            Entry("settings", "设置", "settings"),
        ),
    ),
)


def name_of(page_id: str) -> str:
    """Return a page's source text. Raises KeyError for an unknown page."""
    for area in AREAS:
        for entry in area.pages:
            if entry.page_id == page_id:
                return entry.name
    raise KeyError(page_id)
