# SPDX-License-Identifier: Apache-2.0
"""What was handed in of a service account, as fields to read, for the review desk."""

from __future__ import annotations

from typing import Any

from koodesk.domain.problem import Refused
from koodesk.domain.service_account.codec import decode
from koodesk.domain.service_account.values import (
    Action,
    HomePage,
    Menu,
    Port,
    Profile,
    RecordKind,
    ServicePicture,
    Shortcut,
)
from koodesk.ui.i18n import tr, tr_one
from koodesk.ui.pages.service_account.words import (
    action_names,
    industry_names,
    port_type_names,
    region_words,
)
from koodesk.ui.times import size

Facts = list[tuple[str, str]]


def facts_of_account(kind: str, body: dict[str, Any]) -> Facts:
    """Return (name, value) of what was submitted, in the order of its form, and first why it changes what is in effect; nothing
    readable shows itself as it is."""
    reason = str(body.get("change_reason") or "")
    return [*([(tr("变更原因"), reason)] if reason else []), *_content(kind, body)]


def _content(kind: str, body: dict[str, Any]) -> Facts:
    try:
        content = decode(RecordKind(kind), body.get("content"))
    except Refused:
        return [(tr("内容"), str(body.get("content")))]
    match content:
        case Profile():
            return _profile(content)
        case Menu():
            return _menu(content)
        case HomePage():
            return _home(content)
        case Port():
            return [
                (tr("通道号类型"), port_type_names()[content.type]),
                (tr("通道号"), content.number),
                (tr("通道号签名"), tr("、").join(content.signatures)),
                (tr("校验签名"), tr("是") if content.sign_check else tr("否")),
                (tr("授权证明"), _papers(content.papers)),
            ]
        case Shortcut():
            return [
                (tr_one("短信签名"), f"【{content.signature}】"),
                (tr("授权证明"), _papers(content.papers)),
                (tr("地区"), region_words(content.regions, 8)),
                *((one.name or "—", _action(one.action)) for one in content.buttons),
            ]


def _papers(papers: Any) -> str:
    return tr("、").join(f"{one.name}（{size(one.size)}）" for one in papers) or "—"


def _picture(one: ServicePicture | None) -> str:
    return f"{one.width}×{one.height}，{size(one.size)}" if one is not None else "—"


def _action(one: Action) -> str:
    words = action_names()[one.type]
    return f"{words}：{one.content}" if one.content else words


def _profile(one: Profile) -> Facts:
    industry = next((name for name, number in industry_names() if number == one.industry), str(one.industry))
    return [
        (tr("服务号名称"), one.name),
        (tr("备注说明"), one.remark or "—"),
        (tr("行业分类"), industry),
        (tr("简介"), one.abstract),
        (tr("LOGO"), _picture(one.logo)),
        (tr("签名授权"), tr("开通") if one.auto_port else tr("关闭")),
        (tr("签名"), tr("、").join(one.signatures) or "—"),
        (tr("地区"), region_words(one.regions, 8)),
        (tr("华为智能信息授权书"), _papers(one.papers)),
    ]


def _menu(one: Menu) -> Facts:
    found: Facts = []
    for item in one.items:
        below = "\n".join(f"· {child.name}  {_action(child.action)}" for child in item.children)
        found.append((item.name or "—", below or _action(item.action)))
    return found


def _home(one: HomePage) -> Facts:
    return [
        (tr("背景图片"), _picture(one.background)),
        (tr("主页介绍"), one.summary),
        (tr("热线电话"), "\n".join(f"{line.number}  {line.usage}" for line in one.hotlines) or "—"),
        (
            tr("快应用列表"),
            "\n".join(f"{app.name}  {app.description}  {app.link}" for app in one.quick_apps) or "—",
        ),
    ]
