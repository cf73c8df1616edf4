# SPDX-License-Identifier: Apache-2.0
"""A real engine process for the crash tests and the benchmark: started, with everything a batch needs cleared."""

from __future__ import annotations

import json
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path

from koodesk.backend.gateways.engine_account import EngineAccount
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.ports.gateway import ReviewItem, ReviewKind
from koodesk.backend.workspace import Workspace
from koodesk.domain.video_sms import reslist
from koodesk.domain.video_sms.template import Frame, Text, VideoTemplate

SIGNATURE = "雅居"
SMS_TEXT = "您有一个红包，点击 ${1} 领取"
WEEK_MS = 7 * 86_400_000


def cleared_engine(workspace: Workspace, receipt_delay_ms: int = 50) -> str:
    """Start the workspace's engine, approve filing, signature, SMS template "1" and a card; return its tpl_id."""
    process = LocalEngineProcess(workspace)
    process.ensure_running()
    doors = EngineDoors(process.endpoint)
    EngineAccount(process.endpoint).open_account()
    # Nobody replies R: the stories send to the same numbers again and again.
    wanted = replace(doors.settings(), reviewer="desk", quiet_hours=False, replied=0.0)
    doors.change(replace(wanted, receipt_delay_ms=receipt_delay_ms))
    bodies: dict[ReviewKind, tuple[str, object]] = {
        ReviewKind.FILING: ("send_task", {"kind": "send_task"}),
        ReviewKind.SMS_APP: ("1", {"name": "雅居商城"}),
        ReviewKind.SMS_SIGNATURE: ("1", {"name": SIGNATURE, "type": "NOTIFY_TYPE"}),
        ReviewKind.SMS_TEMPLATE: (
            "1",
            {
                "signature": SIGNATURE,
                "content": SMS_TEXT,
                "type": "NOTIFY_TYPE",
                "variables": [{"number": 1, "type": "NEWTEXT"}],
            },
        ),
        ReviewKind.CARD: (
            "1",
            {"layout": "RedPacket", "params": [{"name": "name"}, {"name": "amount"}]},
        ),
    }
    tpl_id = ""
    for kind, (ref, body) in bodies.items():
        vendors = ("HUAWEI", "XIAOMI", "OPPO", "VIVO") if kind is ReviewKind.CARD else ()
        review = doors.submit(ReviewItem(kind, ref, "d" * 64, json.dumps(body, ensure_ascii=False), vendors))
        decided = doors.decide(review.id, approve=True)
        tpl_id = decided.tpl_id or tpl_id
    doors.forward(WEEK_MS)  # a signature's number is configured in working hours
    return tpl_id


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


def acceptances(workspace: Workspace, campaign: str) -> Counter[str]:
    """Return how often each recipient (keyed hash) was accepted, from the engine's own append-only log."""
    command = [
        sys.executable,
        "-m",
        "koodesk.engine",
        "log",
        "--folder",
        str(workspace.engine),
        "--campaign",
        campaign,
    ]
    counts: Counter[str] = Counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, cwd=Path(__file__).parents[2]) as log:
        assert log.stdout is not None
        for line in log.stdout:
            counts[json.loads(line)["recipient"]] += 1
    assert log.returncode == 0
    return counts
