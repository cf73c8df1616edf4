# SPDX-License-Identifier: Apache-2.0
"""A real engine process for the crash tests and the benchmark: started, with everything a batch needs cleared."""

from __future__ import annotations

import json

from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.ports.review_gateway import ReviewItem
from koodesk.backend.workspace import Workspace
from koodesk.domain.review_state import ReviewKind
from koodesk.domain.video_sms import reslist
from koodesk.domain.video_sms.template import Frame, Text, VideoTemplate
from koodesk.proof.ground import SIGNATURE, SMS_APP, SMS_TEXT, acceptances, cleared_engine

__all__ = ["SIGNATURE", "SMS_TEXT", "acceptances", "cleared_engine"]


PLAIN_TEXT = "${1}您好，您的包裹已经到店，取货码${2}"


def cleared_plain(workspace: Workspace) -> None:
    """Approve the template "2" of a plain SMS in a running engine, with two variables."""
    doors = EngineDoors(LocalEngineProcess(workspace).endpoint)
    body = {
        "app": SMS_APP,
        "signature": SIGNATURE,
        "content": PLAIN_TEXT,
        "type": "NOTIFY_TYPE",
        "variables": [
            {"number": 1, "type": "TEXT", "description": "name"},
            {"number": 2, "type": "CHARDIGIT"},
        ],
    }
    item = ReviewItem(ReviewKind.SMS_TEMPLATE, "2", "p" * 64, json.dumps(body, ensure_ascii=False), ())
    doors.decide(doors.submit(item).id, approve=True)


def cleared_video(workspace: Workspace) -> str:
    """Approve what a video SMS needs in a running engine, with one text parameter; return its template's tpl_id."""
    doors = EngineDoors(LocalEngineProcess(workspace).endpoint)
    template = VideoTemplate(title="新车上市", frames=(Frame((Text("#p_1#，新车到店"),)),), name="新车上市")
    bodies: dict[ReviewKind, tuple[str, object]] = {
        ReviewKind.FILING: ("video_sms", {"kind": "video_sms"}),
        ReviewKind.VIDEO_SIGNATURE: ("1", {"name": SIGNATURE}),
        ReviewKind.VIDEO_TEMPLATE: ("1", reslist.body(template, SIGNATURE)),
    }
    tpl_id = ""
    for kind, (ref, body) in bodies.items():
        vendors = ("cmcc", "cucc", "ctcc") if kind is ReviewKind.VIDEO_TEMPLATE else ()
        review = doors.submit(ReviewItem(kind, ref, "v" * 64, json.dumps(body, ensure_ascii=False), vendors))
        tpl_id = doors.decide(review.id, approve=True).tpl_id or tpl_id
    return tpl_id
