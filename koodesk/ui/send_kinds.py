# SPDX-License-Identifier: Apache-2.0
"""What the window says and asks about the kinds of send: the right each has, its form, its words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from koodesk.domain.campaign import CampaignKind
from koodesk.ui.i18n import tr


@dataclass(frozen=True, slots=True)
class KindPlace:
    """What policies call the send tasks of a kind, the page that makes one, and its icon."""

    task: str
    page: str
    icon: str


KINDS: Final = {
    CampaignKind.SMART: KindPlace("devSendTask", "send", "send"),
    CampaignKind.VIDEO: KindPlace("basicSendTask", "video_send", "film"),
    CampaignKind.PLAIN: KindPlace("devSendTask", "plain_send", "message-square-text"),
}
"""In the order of the kinds; a test holds the rights against the service's own."""


def task_action(kind: str, verb: str) -> str:
    """Return the right that a send task of a kind asks for: `create`, `list`, `control`, `decide` or `export`."""
    return f"kooMessage:{KINDS[CampaignKind(kind)].task}:{verb}"


def send_words() -> dict[CampaignKind, str]:
    """Say what making a task of each kind is called."""
    return {
        CampaignKind.SMART: tr("发送智能信息"),
        CampaignKind.VIDEO: tr("发送智能信息基础版"),
        CampaignKind.PLAIN: tr("发送普通短信"),
    }


def no_reports_words() -> str:
    """Say that the real cloud's status reports of plain SMS do not come here."""
    return tr("真实云平台的普通短信状态报告只推送到公网地址，这里收不到：送达情况请在控制台查看。")


def by_carrier(kind: str) -> bool:
    """Tell whether the numbers of a kind are told apart by carrier, and not by the vendor of their phones."""
    return kind != CampaignKind.SMART
