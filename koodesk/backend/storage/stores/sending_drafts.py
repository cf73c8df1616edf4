# SPDX-License-Identifier: Apache-2.0
"""The form that was confirmed, as JSON text beside its snapshot: confirming asks for everything it names again.

A form without a kind is that of a smart message: the earlier releases knew no other.
"""

from __future__ import annotations

import json
from dataclasses import asdict

from koodesk.domain.campaign import CampaignDraft, CampaignKind
from koodesk.domain.plain_send import PlainSendDraft
from koodesk.domain.quiet_hours import Window
from koodesk.domain.recipient import Fallback
from koodesk.domain.send_draft import Draft, kind_of
from koodesk.domain.video_send import VideoSendDraft
from koodesk.domain.waves import WaveRules


def write_draft(draft: Draft) -> str:
    """Return a form as JSON."""
    told = asdict(draft)
    kind = kind_of(draft)
    if kind is not CampaignKind.SMART:
        told["kind"] = kind.value
    return json.dumps(told, ensure_ascii=False)


def read_draft(text: str) -> Draft:
    """Read a form back. Raises ValueError, TypeError or KeyError when it is not one."""
    fields = json.loads(text)
    window = fields.pop("window")
    fields["window"] = Window(**window) if window else None
    fields["waves"] = tuple(fields.get("waves", ()))
    fields["wave_rules"] = WaveRules(**fields.get("wave_rules", {}))
    kind = fields.pop("kind", CampaignKind.SMART)
    if kind == CampaignKind.VIDEO:
        return VideoSendDraft(**fields)
    fields["sms_values"] = tuple((str(k), str(v)) for k, v in fields["sms_values"])
    if kind == CampaignKind.PLAIN:
        return PlainSendDraft(**fields)
    fields["fallback"] = Fallback(fields["fallback"])
    return CampaignDraft(**fields)
