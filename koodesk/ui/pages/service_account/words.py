# SPDX-License-Identifier: Apache-2.0
"""Words of service accounts: actions, channel number types, industries, regions, and what a tap does."""

from __future__ import annotations

from functools import lru_cache
from typing import Any

from koodesk import paths
from koodesk.domain.service_account.checks import Checker
from koodesk.domain.service_account.regions import Choice, read_regions
from koodesk.domain.service_account.rules import read_service_account_rules
from koodesk.domain.service_account.states import Life
from koodesk.domain.service_account.values import Action, ActionType, PortType, RecordKind
from koodesk.ui import i18n, states
from koodesk.ui.i18n import tr
from koodesk.ui.pages.filing_company import company_rules
from koodesk.ui.times import minute


@lru_cache(maxsize=1)
def checker() -> Checker:
    """Return the rules as they ship, for hints, counters and names; the service judges by the same."""
    folder = paths.resources() / "rules"
    return Checker(
        read_service_account_rules((folder / "service_account.toml").read_text("utf-8")),
        read_regions((folder / "regions.toml").read_text("utf-8")),
    )


def action_names() -> dict[ActionType, str]:
    """Return what each action is called."""
    return {
        ActionType.OPEN_SUBMENU: tr("打开子菜单"),
        ActionType.OPEN_URL: tr("打开URL"),
        ActionType.CALLING: tr("拨打电话"),
        ActionType.OPEN_APP: tr("打开APP"),
        ActionType.OPEN_QUICK: tr("打开快应用"),
    }


def port_type_names() -> dict[PortType, str]:
    """Return what each type of channel number is called."""
    return {
        PortType.ORDINARY: tr("普通号段"),
        PortType.PREFIX: tr("前缀号段"),
        PortType.SUFFIX: tr("后缀号段"),
    }


def record_names() -> dict[RecordKind, str]:
    """Return what each record of an account is called."""
    return {RecordKind.PROFILE: tr("服务号"), RecordKind.MENU: tr("菜单"), RecordKind.HOME: tr("主页")}


def industry_names() -> list[tuple[str, int]]:
    """Return the industries as choices."""
    chinese = i18n.language() == "zh"
    return [(one.name_zh if chinese else one.name_en, int(one.id)) for one in company_rules().industries]


def region_words(choice: Choice, most: int = 3) -> str:
    """Say a choice of regions: so many names, then how many there are."""
    english, regions = i18n.language() != "zh", checker().regions
    names = [regions.path(code, english=english) for code in choice]
    joint = ", " if english else "、"
    if len(names) <= most:
        return joint.join(names) or "—"
    return tr("{names} 等 {count} 个地区", names=joint.join(names[:most]), count=len(names))


def tap_words(action: Action | None) -> str:
    """Say what a tap does."""
    if action is None:
        return ""
    return tr("{action}：{target}", action=action_names()[action.type], target=action.content or "—")


def effect_words(record: Any) -> str:
    """Say when an approved record takes effect or took it."""
    if not record.effect_ms or record.life not in (Life.IN_EFFECT, Life.NOT_IN_EFFECT):
        return "—"
    when = minute(record.effect_ms)
    return when if record.in_effect else tr("预计 {when}", when=when)


def approval_chip(record: Any) -> tuple[str, str]:
    """Return word and colour of a record's review."""
    state = record.approval.value
    if state == "draft" and record.live is not None and record.content == record.live:
        state = "approved"  # changed back to what is in effect
    elif state == "draft" and record.live is not None:
        return tr("有未提交的改动"), "warning"
    return states.word("sa_approval", state), states.kind("sa_approval", state)


def life_chip(record: Any) -> tuple[str, str]:
    """Return word and colour of what phones show."""
    return states.word("sa_life", record.life.value), states.kind("sa_life", record.life.value)
