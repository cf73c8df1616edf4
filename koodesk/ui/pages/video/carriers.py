# SPDX-License-Identifier: Apache-2.0
"""Carriers in the pages of video SMS: their words, their colours, what is asked of their shares, and a bar of an audience's shares.

Who issued a number is told by its segment (号段); who serves it now is not public (携号转网). So every share says that it
is an estimate.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import lru_cache
from typing import Any, Final

from koodesk import paths
from koodesk.domain.carrier import Carrier
from koodesk.domain.video_send import VideoSendRules, read_video_send_rules
from koodesk.ui.desk import Desk
from koodesk.ui.i18n import tr
from koodesk.ui.widgets.share_bar import Share, ShareBar

ROLES: Final = {
    Carrier.CMCC.value: "chart_1",
    Carrier.CUCC.value: "chart_4",
    Carrier.CTCC.value: "chart_3",
    Carrier.OVERSEA.value: "chart_2",
    Carrier.UNKNOWN.value: "border_strong",
}


@lru_cache(maxsize=1)
def rules() -> VideoSendRules:
    """Return what a send of video SMS keeps to; one small file, read once."""
    return read_video_send_rules((paths.resources() / "rules" / "video_sending.toml").read_text("utf-8"))


def name(desk: Desk, carrier: str) -> str:
    """Return a carrier's name; what is not known is a segment that is not listed."""
    if carrier in ("", Carrier.UNKNOWN.value):
        return tr("号段未知")
    return desk.word(f"carrier.{carrier}")


def show_carriers(bar: ShareBar, desk: Desk, counts: Iterable[Any], least: int = 0) -> None:
    """Show how many numbers of each carrier there are; `least` is the percentage China Mobile should reach, 0 for none.

    Those that are not sent to are named below it only: the shares are those of the message.
    """
    parts = [
        Share(
            name(desk, one.carrier),
            one.count,
            ROLES[one.carrier] if one.sent else "border_strong",
            "" if one.sent else tr("不会发送"),
        )
        for one in counts
    ]
    mark = (least, tr("移动 ≥ {limit}%", limit=least)) if least else None
    bar.show_shares(parts, mark)
