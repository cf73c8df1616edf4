# SPDX-License-Identifier: Apache-2.0
"""The engine's word that everything rests on: a key keeps its first answer, whatever is killed or changed since."""

from __future__ import annotations

import os
import signal
from dataclasses import replace
from pathlib import Path

import pytest

from koodesk.backend.gateways.engine_admin import EngineDoors
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.gateway import Answered, Batch, Found, NotFound, Unknown
from koodesk.backend.workspace import Workspace
from koodesk.domain.campaign import payload, payload_frame
from tests.backend.sending.workshop import FIRST_NUMBER, snapshot
from tests.crash.real_engine import SIGNATURE, SMS_TEXT, acceptances, cleared_engine

pytestmark = [pytest.mark.slow, pytest.mark.crash]
YEAR_MS = 365 * 24 * 3_600_000


def test_a_key_keeps_its_answer_over_kill_and_time(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path / "w").create()
    tpl_id = cleared_engine(workspace)
    process = LocalEngineProcess(workspace)
    gateway, doors = LocalGateway(process.endpoint), EngineDoors(process.endpoint)
    frame = payload_frame(snapshot("u", 2, tpl_id=tpl_id, sms_text=SMS_TEXT, signature=SIGNATURE))

    def batch(key: str, *numbers: int) -> Batch:
        rows = [(number, '{"name":"王","amount":"5"}', 1) for number in numbers]
        return Batch.of(key, payload(frame, rows), numbers)

    try:
        first = batch("u-000000", FIRST_NUMBER, FIRST_NUMBER + 1, 12)
        answer = gateway.send(first)
        assert isinstance(answer, Answered)
        assert [one.accepted for one in answer.results] == [True, True, False]
        os.kill(process.endpoint().pid, signal.SIGKILL)
        process.ensure_running()
        # The connection to the dead engine is no answer, and says so.
        assert gateway.send(first) == Unknown("connection_broke")
        doors.close()
        doors.forward(YEAR_MS)
        # What is refused or turned away today does not touch what was answered.
        doors.change(replace(doors.settings(), quiet_hours=True, seed=99))
        assert gateway.send(first) == answer
        assert gateway.look_up("u-000000") == Found(answer.results)
        assert gateway.send(batch("u-000000", FIRST_NUMBER)) == Unknown("KD.IDEMPOTENCY_MISMATCH")
        assert gateway.look_up("u-000001") == NotFound()
        assert sorted(acceptances(workspace, "u").values()) == [1, 1]
    finally:
        gateway.close()
        doors.close()
        process.stop()
