# SPDX-License-Identifier: Apache-2.0
"""The send form of whatever kind."""

from __future__ import annotations

from koodesk.domain.campaign import CampaignDraft, CampaignKind
from koodesk.domain.plain_send import PlainSendDraft
from koodesk.domain.video_send import VideoSendDraft

Draft = CampaignDraft | VideoSendDraft | PlainSendDraft
"""The form of any kind of campaign."""


def kind_of(draft: Draft) -> CampaignKind:
    """Return what a form sends."""
    if isinstance(draft, PlainSendDraft):
        return CampaignKind.PLAIN
    return CampaignKind.VIDEO if isinstance(draft, VideoSendDraft) else CampaignKind.SMART
