# SPDX-License-Identifier: Apache-2.0
"""The engine as a process: over HTTP, killed, started again, one at a time."""

import http.client
import json
import os
import signal
import stat
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from koodesk.engine import control
from koodesk.engine.acceptance_log import acceptances
from koodesk.engine.batches import Acceptance
from koodesk.engine.endpoint import is_owned, read_endpoint
from koodesk.engine.schema import DATABASE_NAME, sqlite_module
from koodesk.engine.store import read_meta
from tests.domain.strategies import pack
from tests.engine import video
from tests.engine.client import HOUR_MS, Client, batch, clear

FIRST = 13_800_000_000


def kill(folder: Path) -> None:
    """kill -9, and wait until the system has noticed."""
    endpoint = read_endpoint(folder)
    assert endpoint is not None
    os.kill(endpoint.pid, signal.SIGKILL)
    while is_owned(folder):
        pass


def start(folder: Path) -> Client:
    control.start(folder)
    client = Client.of(folder)
    client.call("POST", "/account/open", {"agreed": True})
    return client


def test_a_kill_loses_nothing_and_a_repeat_adds_nothing(engine_folder: Path) -> None:
    client = start(engine_folder)
    template = clear(client)
    body = batch(template, FIRST, 300)
    answer = client.batch("k1", body)
    client.call("POST", "/clock", {"forward_ms": 60_000})
    read, after = client.receipts()
    status = client.call("GET", "/status")
    assert status["rules"] == {"id": pack().id, "date": pack().date, "origin": "shipped"}
    kill(engine_folder)
    assert control.status(engine_folder)["running"] is False  # the note it left is stale
    assert len(list(acceptances(engine_folder))) == 300

    again = start(engine_folder)
    assert again.batch("k1", body) == answer
    assert again.call("GET", "/batches/k1") == answer
    assert len(list(acceptances(engine_folder))) == 300
    assert again.call("GET", "/status")["now_ms"] >= status["now_ms"]
    again.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
    rest, _ = again.receipts(after)
    assert len({item[1] for item in read + rest if item[2] == "sms"}) == 300
    assert again.receipts()[0] == read + rest


def test_video_sms_over_the_wire(engine_folder: Path) -> None:
    client = start(engine_folder)
    template = video.clear_over_http(client)
    client.call("PUT", "/settings", {"video_silent": 0.5})
    body = video.batch(template, 400)
    answer = client.batch("v1", body)
    kill(engine_folder)
    again = start(engine_folder)
    assert again.batch("v1", body) == answer
    assert len(list(acceptances(engine_folder, "v-1"))) == 400
    again.call("POST", "/clock", {"forward_ms": 73 * HOUR_MS})
    reported = {item[1] for item in again.receipts()[0] if item[2] == "sms"}
    # Whoever never reports leaves nothing behind but an acceptance: the desk calls it a timeout by the engine's clock.
    assert 150 < len(reported) < 250
    silent = next(found for _, _, found in answer["results"] if found not in reported)
    told = again.call("GET", f"/messages/{silent}")
    assert (told["kind"], told["carrier"], told["template"]) == ("video", "cmcc", template)
    # A message id has its place among the short codes, and a video SMS no link all the same.
    connection = sqlite_module().connect(engine_folder / DATABASE_NAME)
    codes = Acceptance(bytes.fromhex(read_meta(connection, "secret"))).codes
    connection.close()
    assert (
        again.call("GET", f"/links/{codes.code(int(silent))}", expect=404)["error_code"] == "KD.LINK_UNKNOWN"
    )


@pytest.mark.crash
@pytest.mark.slow
def test_killed_in_the_middle_each_recipient_is_accepted_once(engine_folder: Path) -> None:
    client = start(engine_folder)
    template = clear(client)
    bodies = {f"k{n}": batch(template, FIRST + n * 10_000, 400) for n in range(12)}
    for number, (key, body) in enumerate(bodies.items()):
        data = json.dumps(body).encode()
        if number % 3 == 1:
            # A process of its own kills the engine while the request is under way; whoever wins, wins.
            pid = read_endpoint(engine_folder)
            assert pid is not None
            delay = number * 0.0007
            code = f"import os,signal,time; time.sleep({delay}); os.kill({pid.pid}, signal.SIGKILL)"
            killer = subprocess.Popen([sys.executable, "-S", "-c", code])
            for _ in range(200):
                try:
                    client.raw("POST", "/engine/v1/batches", data, {"Idempotency-Key": key})
                except (OSError, http.client.HTTPException):
                    break
            killer.wait()
            client = start(engine_folder)
        client.batch(key, body)
    lines = list(acceptances(engine_folder))
    assert len(lines) == 12 * 400
    assert len({line["recipient"] for line in lines}) == 12 * 400
    assert len({line["message"] for line in lines}) == 12 * 400


def test_one_engine_a_folder_and_a_clean_end(engine_folder: Path) -> None:
    first = control.start(engine_folder)
    again = control.start(engine_folder)
    assert again["pid"] == first["pid"]
    second = subprocess.run(
        [sys.executable, "-m", "koodesk.engine", "serve", "--folder", str(engine_folder)],
        capture_output=True,
        check=False,
    )
    assert second.returncode == 3
    note = engine_folder / "endpoint.json"
    assert json.loads(note.read_text("utf-8"))["pid"] == first["pid"]
    if os.name == "posix":
        assert stat.S_IMODE(note.stat().st_mode) == 0o600
        assert stat.S_IMODE((engine_folder / "engine.db").stat().st_mode) == 0o600
        os.kill(first["pid"], signal.SIGTERM)
        while is_owned(engine_folder):
            pass
    else:
        control.stop(engine_folder)
    assert not note.exists()
    assert control.stop(engine_folder) == {"running": False, "stopped": False}


def test_only_signed_requests_to_known_paths(engine_folder: Path) -> None:
    client = start(engine_folder)

    def refused(status: int, given: tuple[int, bytes]) -> str:
        assert given[0] == status, given
        body = json.loads(given[1])
        assert set(body) == {"error_code", "error_msg", "params"}
        return str(body["error_code"])

    stranger = Client(client.url, b"x" * 32)
    assert refused(401, stranger.raw("GET", "/engine/v1/status")) == "KD.UNSIGNED"
    late = Client(client.url, client.key, skew_ms=-6 * 60_000)
    assert refused(401, late.raw("GET", "/engine/v1/status")) == "KD.UNSIGNED"
    assert refused(404, client.raw("GET", "/engine/v1/nowhere")) == "KD.NO_SUCH_PATH"
    assert refused(404, client.raw("DELETE", "/engine/v1/status")) == "KD.NO_SUCH_PATH"
    assert refused(400, client.raw("POST", "/engine/v1/clock", b"{")) == "KD.BAD_JSON"
    assert refused(400, client.raw("POST", "/engine/v1/batches", b"{}")) == "KD.FIELD"
    assert refused(404, client.raw("GET", "/engine/v1/batches/none")) == "KD.KEY_UNKNOWN"
    assert refused(400, client.raw("GET", "/engine/v1/receipts?limit=10001")) == "KD.FIELD"
    assert refused(413, client.raw("POST", "/engine/v1/reviews", b" " * (17 * 1024 * 1024))) == "KD.TOO_LARGE"


def test_the_clock_and_the_settings_outlive_the_process(engine_folder: Path) -> None:
    client = start(engine_folder)
    before = client.call("GET", "/status")
    client.call("POST", "/clock", {"forward_ms": 24 * HOUR_MS})
    client.call("POST", "/clock", {"forward_ms": -1}, expect=400)
    client.call("PUT", "/settings", {"reviewer": "desk", "delivered": 0.5})
    client.call("PUT", "/settings", {"delivered": 2}, expect=400)
    kill(engine_folder)
    again = start(engine_folder)
    status = again.call("GET", "/status")
    assert status["now_ms"] >= before["now_ms"] + 24 * HOUR_MS
    assert (status["offset_ms"], status["reviewer"]) == (24 * HOUR_MS, "desk")
    assert again.call("GET", "/settings")["delivered"] == 0.5


def test_capability_over_http_agrees_with_delivery(engine_folder: Path) -> None:
    client = start(engine_folder)
    template = clear(client)
    client.call("PUT", "/settings", {"delivered": 1, "resolved": 1})
    body = batch(template, FIRST, 200)
    numbers = [row[0] for row in body["recipients"]]
    vendors = client.call("POST", "/capabilities", {"template": template, "numbers": numbers})["vendors"]
    answer = client.batch("k1", body)
    message = {number: found for number, _, found in answer["results"]}
    client.call("POST", "/clock", {"forward_ms": 96 * HOUR_MS})
    resolved = {item[1] for item in client.receipts()[0] if item[2] == "shortchain"}
    able = {message[number] for number, vendor in zip(numbers, vendors, strict=True) if vendor}
    assert resolved == able
    told = client.call("GET", f"/messages/{message[numbers[0]]}")
    assert client.call("GET", f"/links/{told['aim_code']}")["message_id"] == message[numbers[0]]
    assert told["card"] is bool(vendors[0])
    client.call("POST", "/capabilities", {"template": "1", "numbers": []}, expect=400)


def test_faults_on_demand(engine_folder: Path) -> None:
    client = start(engine_folder)
    template = clear(client)
    body = batch(template, FIRST, 3)
    client.call("PUT", "/settings", {"busy": 1})
    assert client.batch("k1", body, expect=503)["error_code"] == "KD.BUSY"
    client.call("PUT", "/settings", {"busy": 0, "lost_answers": 1})
    with pytest.raises((OSError, http.client.HTTPException)):
        client.batch("k1", body)
    client.close()
    assert len(list(acceptances(engine_folder))) == 3
    client.call("PUT", "/settings", {"lost_answers": 0})
    answer: Any = client.batch("k1", body)
    assert len(answer["results"]) == 3
    assert len(list(acceptances(engine_folder))) == 3
