# SPDX-License-Identifier: Apache-2.0
"""The clock's speed in a living engine: kept over a clean end and a kill; and batches held to hours by that clock."""

import json
from pathlib import Path
from typing import Any

import pytest

from koodesk.engine import control
from koodesk.engine.clock import FASTEST
from tests.engine.client import HOUR_MS, batch, clear
from tests.engine.test_process import FIRST, kill, start


@pytest.mark.slow
def test_the_speed_of_the_clock_outlives_a_clean_end_and_a_kill(engine_folder: Path) -> None:
    client = start(engine_folder)
    for wrong in (0, -1, FASTEST + 1, 1.5, "60", True, None):
        client.call("POST", "/clock", {"speed": wrong}, expect=400)
    before = client.call("GET", "/clock")
    told = client.call("POST", "/clock", {"speed": 3_600})
    assert (before["speed"], told["speed"]) == (1, 3_600)
    while client.call("GET", "/clock")["now_ms"] < before["now_ms"] + HOUR_MS:
        pass
    told = client.call("GET", "/status")
    kill(engine_folder)
    client = start(engine_folder)
    again = client.call("GET", "/clock")
    assert again["speed"] == 3_600
    assert told["now_ms"] <= again["now_ms"] <= told["now_ms"] + 24 * HOUR_MS
    control.stop(engine_folder)
    client = start(engine_folder)
    assert client.call("GET", "/clock")["now_ms"] >= again["now_ms"]
    stood = client.call("POST", "/clock", {"speed": 1, "forward_ms": HOUR_MS})
    assert stood["offset_ms"] == client.call("GET", "/clock")["offset_ms"], (
        "at no speed the offset stands still"
    )


def test_a_batch_is_taken_in_its_hours_or_not_at_all(engine_folder: Path) -> None:
    client = start(engine_folder)
    tpl = clear(client)  # it is ten in the morning
    path, body = "/engine/v1/batches", json.dumps(batch(tpl, FIRST, 3)).encode()

    def send(hours: str) -> tuple[int, dict[str, Any]]:
        status, told = client.raw("POST", path, body, {"Idempotency-Key": "k", "X-Koodesk-Hours": hours})
        return status, json.loads(told)

    for wrong in ("", "480", "480-", "-", "a-b", "600-480", "480-1441", "-1-5", "480-1260-7"):
        assert send(wrong)[1].get("error_code") == "KD.FIELD", wrong
    assert send("480-600")[1]["error_code"] == "KD.QUIET_HOURS"
    assert send("660-1260")[1]["error_code"] == "KD.QUIET_HOURS"
    assert client.raw("GET", f"{path}/k")[0] == 404, "nothing of it was taken"
    status, first = send("480-1260")
    assert status == 200
    assert send("660-1260") == (200, first), "what was taken is answered at any hour"
