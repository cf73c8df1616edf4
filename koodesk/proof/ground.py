# SPDX-License-Identifier: Apache-2.0
"""Where a send is proved: a workspace whose engine has cleared everything, an audience, a sound snapshot, and what the
engine accepted.

Nothing here is a person's: names and numbers are made up, and the workspace is a folder of its own.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import Final

from koodesk.backend.gateways.engine_account import EngineAccount
from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.ports.review_gateway import ReviewItem
from koodesk.backend.storage.database import Database
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import Snapshot
from koodesk.domain.problem import Refused, problem
from koodesk.domain.review_state import ReviewKind

FIRST_NUMBER: Final = 13_800_000_000
ROOT: Final = Path(__file__).resolve().parents[2]
SIGNATURE: Final = "雅居"
SMS_APP: Final = "雅居商城"
SMS_TEXT: Final = "您有一个红包，点击 ${1} 领取"
_WEEK_MS: Final = 7 * 86_400_000


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
        ReviewKind.SMS_APP: ("1", {"name": SMS_APP}),
        ReviewKind.SMS_SIGNATURE: (
            "1",
            {"name": SIGNATURE, "type": "NOTIFY_TYPE", "app": SMS_APP, "source": 0, "third_party": False},
        ),
        ReviewKind.SMS_TEMPLATE: (
            "1",
            {
                "name": "红包",
                "app": SMS_APP,
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
    doors.forward(_WEEK_MS)  # a signature's number is configured in working hours
    return tpl_id


def snapshot(uuid: str, count: int, **changes: object) -> Snapshot:
    """Return a sound snapshot of a campaign to `count` recipients of audience 1."""
    base = Snapshot(
        uuid=uuid,
        name="spring",
        test=False,
        card_id=1,
        card_digest="c" * 64,
        tpl_id="100000001",
        params=("name", "amount"),
        sms_template_id=1,
        sms_template="1",
        sms_text="您有一个红包 ${1}",
        sms_values=(),
        signature="雅居",
        promotion=False,
        audience_id=1,
        audience_digest="a" * 64,
        imported=count,
        invalid=0,
        duplicate=0,
        opted_out=0,
        not_eligible=0,
        to_send=count,
        unasked=0,
        fallen_back=0,
        fallback="none",
        validity_days=7,
        start_at_ms=0,
        not_after_ms=0,
        window_start=0,
        window_end=1440,
        gateway="scripted",
        gateway_class="idempotent",
        chunk_size=10,
        rate=0,
    )
    return replace(base, **changes)  # type: ignore[arg-type]  # the callers name fields of Snapshot


def add_audience(database: Database, count: int, audience_id: int = 1, vendor: str = "HUAWEI") -> None:
    """Write an audience of `count` consecutive numbers with two parameters."""
    with database.write() as connection:
        connection.exec_driver_sql(
            "INSERT INTO audience (id, state, name, created_ms, params, rows, valid, consent_source, digest) "
            "VALUES (?, 'ready', 'a', 0, ?, ?, ?, 'form', ?)",
            (audience_id, json.dumps(["name", "amount"]), count, count, "a" * 64),
        )
        connection.exec_driver_sql(
            "INSERT INTO audience_row (audience_id, row_no, number, params, vendor) VALUES (?, ?, ?, ?, ?)",
            [
                (
                    audience_id,
                    i,
                    FIRST_NUMBER + i,
                    json.dumps({"name": f"王{i}", "amount": str(i)}, ensure_ascii=False),
                    vendor,
                )
                for i in range(count)
            ],
        )


def accepted_messages(workspace: Workspace, campaign: str) -> list[tuple[str, str]]:
    """Return (message id, recipient's keyed hash) of everything a campaign had accepted, from the engine's own append-only
    log: the judge of "once"."""
    command = [sys.executable, "-m", "koodesk.engine", "log", "--folder", str(workspace.engine)]
    lines: list[tuple[str, str]] = []
    with subprocess.Popen(  # noqa: S603 - our own program, a path and a name we made
        [*command, "--campaign", campaign],
        stdout=subprocess.PIPE,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    ) as log:
        assert log.stdout is not None
        for line in log.stdout:
            told = json.loads(line)
            lines.append((told["message"], told["recipient"]))
    if log.returncode != 0:
        raise Refused(problem("bench.no_log", exit=log.returncode))
    return lines


def acceptances(workspace: Workspace, campaign: str) -> Counter[str]:
    """Return how often each recipient (keyed hash) was accepted, from the engine's own log."""
    return Counter(recipient for _, recipient in accepted_messages(workspace, campaign))
