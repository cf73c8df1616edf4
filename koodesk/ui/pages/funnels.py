# SPDX-License-Identifier: Apache-2.0
"""The funnel of a send task as steps and as groups of bars. A smart message is resolved, exposed and clicked; a video SMS
and a plain one are delivered or not, and may be answered."""

from __future__ import annotations

from typing import Any

from koodesk.domain.campaign import CampaignKind
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.send_kinds import by_carrier

Steps = tuple[tuple[str, int], ...]


def funnel_steps(counts: Any, kind: str = CampaignKind.SMART.value) -> Steps:
    """Name the steps of a funnel in order, from what was submitted to what people did."""
    if by_carrier(kind):
        return (
            (tr("已提交"), counts.submitted),
            (tr("已受理"), counts.sent),
            (tr("已送达"), counts.delivered),
            (tr("上行回复"), counts.replied),
        )
    return (
        (tr("已提交"), counts.submitted),
        (tr("可解析"), counts.resolvable),
        (tr("已受理"), counts.sent),
        (tr("已送达"), counts.delivered),
        (tr("已解析"), counts.resolved),
        (tr("曝光"), counts.exposed),
        (tr("点击"), counts.clicked),
    )


def funnel_rest(counts: Any) -> str:
    """Say what became of the accepted messages that are not delivered, of a kind that is delivered or not."""
    return tr(
        "送达失败 {failed} · 超时 {timeout} · 等待回执 {waiting}",
        failed=f"{counts.failed:,}",
        timeout=f"{counts.timeout:,}",
        waiting=f"{counts.waiting:,}",
    )


def funnel_groups(desk: Desk, funnel: Any, kind: str) -> tuple[list[str], list[tuple[str, list[int]]]]:
    """Return the series of the bars, and for each vendor or carrier its counts."""
    if by_carrier(kind):
        series = [tr("已送达"), tr("送达失败"), tr("超时"), tr("等待回执")]
        groups = [
            (
                desk.word(f"carrier.{carrier}") if carrier else tr("未知"),
                [counts.delivered, counts.failed, counts.timeout, counts.waiting],
            )
            for carrier, counts in funnel.carriers
        ]
        return series, groups
    series = [name for name, _ in funnel_steps(funnel.total)[3:]]
    vendors = [
        (
            desk.word(f"vendor.{vendor}") if vendor else tr("未知"),
            [count for _, count in funnel_steps(counts)[3:]],
        )
        for vendor, counts in funnel.vendors
    ]
    return series, vendors
