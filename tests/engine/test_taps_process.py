# SPDX-License-Identifier: Apache-2.0
"""Taps over HTTP, with the engine killed between them and in the middle of them."""

from __future__ import annotations

import http.client
import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from koodesk.engine.endpoint import read_endpoint
from tests.engine.client import HOUR_MS, Client, batch, clear
from tests.engine.test_process import FIRST, kill, start


def delivered(client: Client, count: int) -> list[str]:
    """Send cards to numbers that all get them and do nothing by themselves; return the messages."""
    template = clear(client)
    client.call(
        "PUT", "/settings", {"delivered": 1.0, "resolved": 0.0, "replied": 0.0, "duplicate_receipts": 0.0}
    )
    answer = client.batch("k", batch(template, FIRST, count))
    client.call("POST", "/clock", {"forward_ms": HOUR_MS})
    return [one[2] for one in answer["results"]]


def test_a_tap_over_the_wire(engine_folder: Path) -> None:
    client = start(engine_folder)
    (message,) = delivered(client, 1)
    made = client.call("POST", f"/messages/{message}/taps", {"what": "button:5"})["receipts"]
    assert [one[2:5] for one in made] == [
        ["shortchain", "0", ""],
        ["exposed", "0", ""],
        ["clicked", "0", "button:5"],
    ]
    kill(engine_folder)
    again = start(engine_folder)
    feed, _ = again.receipts()
    assert feed[-3:] == made
    assert again.call("GET", "/status")["counts"]["receipts"] == len(feed)
    told = again.call("GET", f"/messages/{message}")
    assert told["taps"] == {"shortchain": 1, "exposed": 1, "clicked": 1}
    assert told["delivered_ms"] > 0
    assert told["vendor"] in told["card_vendors"]
    refused = again.call("POST", f"/messages/{message}/taps", {"what": "button:9"}, expect=400)
    assert (refused["error_code"], refused["params"]["what"]) == ("KD.TAP.COMPONENT", "button:9")
    assert (
        again.call("POST", "/messages/1/taps", {"what": "exposed"}, expect=404)["error_code"]
        == "KD.MESSAGE_UNKNOWN"
    )
    account = {"what": "service_account", "kind": "menu", "item": "menu:1", "pub": "7"}
    refused = again.call("POST", f"/messages/{message}/taps", account, expect=400)
    assert refused["error_code"] == "KD.TAP.ACCOUNT"
    assert again.call("GET", "/sa-clicks") == {"items": [], "next": 0}
    again.call("GET", "/sa-clicks?limit=0", expect=400)


@pytest.mark.crash
@pytest.mark.slow
def test_what_was_told_keeps_its_number_over_kills(engine_folder: Path) -> None:
    client = start(engine_folder)
    messages = delivered(client, 12)
    read, after = client.receipts()
    acknowledged: list[list[Any]] = []
    for number, message in enumerate(messages * 2):
        body = {"what": ("exposed", "button:5", "reply")[number % 3], "text": "R"}
        killer = None
        if number % 4 == 1:
            pid = read_endpoint(engine_folder)
            assert pid is not None
            code = f"import os,signal,time; time.sleep({number * 0.0004}); os.kill({pid.pid}, signal.SIGKILL)"
            killer = subprocess.Popen([sys.executable, "-S", "-c", code])
        try:
            status, data = client.raw(
                "POST", f"/engine/v1/messages/{message}/taps", json.dumps(body).encode()
            )
            assert status == 200, data
            acknowledged += json.loads(data)["receipts"]
        except (OSError, http.client.HTTPException):
            assert killer is not None
        if killer is not None:
            killer.wait()
            client = start(engine_folder)
        elif number % 4 == 3:
            kill(engine_folder)
            client = start(engine_folder)
        page = client.call("GET", f"/receipts?after={after}&limit=2")
        read, after = read + page["items"], page["next"]
    feed, _ = client.receipts()
    assert feed[: len(read)] == read
    assert [one for one in feed if one in acknowledged] == acknowledged
    clicks = [one[0] for one in feed if one[2] in ("exposed", "clicked", "reply")]
    assert len(set(clicks)) == len(clicks)
