# SPDX-License-Identifier: Apache-2.0
"""Words that the pages of resolve tasks share: kinds of links and codes, states with their colours, an export's headings."""

from __future__ import annotations

from typing import Any, Final

from koodesk.domain.link import LinkState
from koodesk.domain.resolve_task import CodeType, Generation
from koodesk.ui import states
from koodesk.ui.i18n import tr

KINDS: Final = {
    LinkState.ACTIVE.value: "success",
    LinkState.USED_UP.value: "neutral",
    LinkState.EXPIRED.value: "neutral",
    LinkState.FROZEN.value: "warning",
}


def type_names() -> dict[CodeType, str]:
    """Return what kinds of links are called."""
    return {CodeType.GROUP: tr("群发"), CodeType.INDIVIDUAL: tr("个性化")}


def generation_names() -> dict[Generation, str]:
    """Return what kinds of codes are called."""
    return {Generation.STANDARD: tr("标准短码"), Generation.CUSTOM: tr("自定义短码")}


def state_word(row: Any) -> str:
    """Return the word of a task's or link's state."""
    return states.word("resolve_task", row.state)


def state_kind(row: Any) -> str:
    """Return the colour of a task's or link's state; one that the platform has not confirmed is under way."""
    return KINDS.get(row.state, "accent")


def headings() -> dict[str, str]:
    """Return the headings of an export of links."""
    return {
        "task_name": tr("任务名称"),
        "url": tr("短链"),
        "code": tr("短码"),
        "cust_flag": tr("客户标识"),
        "custom_url": tr("自定义跳转链接"),
        "resolved": tr("已解析次数"),
        "times": tr("可解析次数"),
        "first_ms": tr("首次解析"),
        "last_ms": tr("最近解析"),
        "expires_ms": tr("有效期至"),
        "state": tr("状态"),
    }
