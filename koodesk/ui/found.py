# SPDX-License-Identifier: Apache-2.0
"""Where a record that was found is shown: its icon, the page it stands on, and what that page is asked for."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from koodesk.backend.views.search import Entry, FoundKind
from koodesk.domain.filing import FilingKind
from koodesk.ui.i18n import tr, tr_one


@dataclass(frozen=True, slots=True)
class Place:
    """A kind's page; `arguments` makes of a record's id what `Desk.go` gives the page."""

    icon: str
    page: str
    arguments: Callable[[str], Mapping[str, Any]]


def _number(name: str) -> Callable[[str], Mapping[str, Any]]:
    return lambda ref: {name: int(ref)}


def _recipient(ref: str) -> Mapping[str, Any]:
    task, _, number = ref.partition("/")
    return {"campaign_id": int(task), "number": number}


PLACES: Final[Mapping[FoundKind, Place]] = {
    FoundKind.CARD: Place("layout-template", "studio", _number("card_id")),
    FoundKind.VIDEO_TEMPLATE: Place("film", "video_editor", _number("template_id")),
    FoundKind.CAMPAIGN: Place("list-checks", "campaigns", _number("campaign_id")),
    FoundKind.VIDEO_CAMPAIGN: Place("list-checks", "campaigns", _number("campaign_id")),
    FoundKind.RECIPIENT: Place("users", "details", _recipient),
    FoundKind.AUDIENCE: Place("file-spreadsheet", "send", lambda ref: {"audiences": [int(ref)]}),
    FoundKind.SMS_TEMPLATE: Place("message-square-text", "sms_templates", _number("record_id")),
    FoundKind.SMS_SIGNATURE: Place("badge-check", "sms_signatures", _number("record_id")),
    FoundKind.SMS_APP: Place("server", "sms_apps", _number("record_id")),
    FoundKind.VIDEO_SIGNATURE: Place("badge-check", "video_signatures", _number("record_id")),
    FoundKind.SERVICE_ACCOUNT: Place("smartphone", "account_wizard", _number("id")),
    FoundKind.CHANNEL_NUMBER: Place("server", "account_ports", _number("record_id")),
    FoundKind.SHORTCUT: Place("mouse-pointer-click", "account_shortcuts", _number("record_id")),
    FoundKind.RESOLVE_TASK: Place("link", "resolve_tasks", _number("task_id")),
    FoundKind.LINK_DOMAIN: Place("server", "link_domains", _number("record_id")),
    FoundKind.JUMP_URL: Place("external-link", "jump_urls", _number("record_id")),
    FoundKind.MATERIAL: Place("image", "library", lambda ref: {"digest": ref}),
    FoundKind.REVIEW: Place("clipboard-check", "review", lambda ref: {"record": ref}),
}


def heading(kind: FoundKind) -> str:
    """Return the name of a group, in the language in force."""
    return {
        FoundKind.CARD: tr("智能信息模板"),
        FoundKind.VIDEO_TEMPLATE: tr("智能信息基础版模板"),
        FoundKind.CAMPAIGN: tr("发送任务"),
        FoundKind.VIDEO_CAMPAIGN: tr("智能信息基础版发送任务"),
        FoundKind.RECIPIENT: tr("号码"),
        FoundKind.AUDIENCE: tr("号码文件"),
        FoundKind.SMS_TEMPLATE: tr_one("短消息模板"),
        FoundKind.SMS_SIGNATURE: tr_one("短消息签名"),
        FoundKind.SMS_APP: tr_one("短消息应用"),
        FoundKind.VIDEO_SIGNATURE: tr("智能信息基础版签名"),
        FoundKind.SERVICE_ACCOUNT: tr("智能信息服务号"),
        FoundKind.CHANNEL_NUMBER: tr("通道号"),
        FoundKind.SHORTCUT: tr("短消息快捷键"),
        FoundKind.RESOLVE_TASK: tr("解析任务"),
        FoundKind.LINK_DOMAIN: tr("自定义域名"),
        FoundKind.JUMP_URL: tr("自定义跳转链接"),
        FoundKind.MATERIAL: tr("图片素材"),
        FoundKind.REVIEW: tr("审核台"),
    }[kind]


def filings() -> tuple[tuple[FilingKind, str], ...]:
    """Return the filings, which have no names of their own, as their page calls them."""
    return (
        (FilingKind.SEND_TASK, tr("发送任务备案信息")),
        (FilingKind.SHORT_LINK, tr("生成短链备案信息")),
        (FilingKind.VIDEO_SMS, tr("智能信息基础版备案信息")),
        (FilingKind.SERVICE_ACCOUNT, tr("智能信息服务号备案信息")),
    )


def go_to(entry: Entry) -> tuple[str, dict[str, Any]]:
    """Return the page a record is shown on, and what it is asked for."""
    place = PLACES[entry.kind]
    return place.page, dict(place.arguments(entry.ref))
