# SPDX-License-Identifier: Apache-2.0
"""Receipts pushed to registered addresses: every one, in the platform's words, again when it was not taken."""

from __future__ import annotations

import json
import queue
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path
from typing import Any

import pytest
from huaweicloudsdkkoomessage.v1 import (
    AddCallBackRequest,
    AddCallbackRequestBody,
    AddVmsCallBackRequest,
    AddVmsCallBackRequestBody,
    CreateAimPersonalTemplateRequest,
)

from koodesk.engine import control
from koodesk.engine.cloud.addresses import check_address
from koodesk.engine.errors import ApiError
from tests.engine.client import HOUR_MS, Client
from tests.engine.cloud import cases_cards, cases_resolve, cases_video
from tests.engine.cloud.cases_sending import FIRST, sent
from tests.engine.cloud.world import World, cleared

pytestmark = pytest.mark.slow

LONG = 60
"""Seconds that a push is waited for at most; it comes within one or two."""


@dataclass
class Customer:
    """A customer's server: what was pushed to it, in order. It answers with `answers` first, then 200."""

    server: HTTPServer
    got: queue.Queue[tuple[str, Any]] = field(default_factory=queue.Queue)
    answers: list[int] = field(default_factory=list)

    @property
    def url(self) -> str:
        """Where it is reached."""
        return f"http://127.0.0.1:{self.server.server_port}"

    def next(self) -> tuple[str, Any]:
        """Wait for the next push; its path and body."""
        return self.got.get(timeout=LONG)

    def wait(self, count: int, of: str = "body") -> list[Any]:
        """Wait for pushes until they hold so many receipts; return these."""
        found: list[Any] = []
        while len(found) < count:
            _path, body = self.next()
            content = json.loads(body[of]) if of == "body" else body[of]
            found += content if isinstance(content, list) else [content]
        return found


@pytest.fixture
def customer() -> Iterator[Customer]:
    """A server that listens on loopback."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["Content-Length"]))
            status = made.answers.pop(0) if made.answers else 200
            if status == 200:
                made.got.put((self.path, json.loads(body)))
            self.send_response(status)
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    made = Customer(HTTPServer(("127.0.0.1", 0), Handler))
    thread = threading.Thread(target=made.server.serve_forever)
    thread.start()
    yield made
    made.server.shutdown()
    thread.join()
    made.server.server_close()


@pytest.fixture
def own(tmp_path: Path) -> Iterator[World]:
    """An engine for one test, in which every message arrives, is resolved and answered."""
    made = cleared(tmp_path / "engine")
    rates = {
        "delivered": 1.0,
        "resolved": 1.0,
        "replied": 1.0,
        "video_silent": 0.0,
        "vendor_mix": {"HUAWEI": 1.0},
    }
    made.client.call("PUT", "/settings", rates)
    yield made
    Client.close_all()
    control.stop(made.folder)


def register(world: World, url: str, url_type: int) -> None:
    """Register an address for smart messages."""
    world.sdk().add_call_back(AddCallBackRequest(AddCallbackRequestBody(callback_url=url, url_type=url_type)))


def later(world: World, hours: int = 72) -> None:
    """Let everything happen."""
    world.client.call("POST", "/clock", {"forward_ms": hours * HOUR_MS})


def test_every_message_of_a_batch_is_told_once_as_sent_and_once_as_resolved(
    own: World, customer: Customer
) -> None:
    before = sent(own, "登记之前")
    later(own)
    register(own, f"{customer.url}/v1/aim/send-status?key=1", 2)
    answer = sent(own, "批量", 40)
    made = own.sdk().create_resolve_task(cases_resolve.task(own))
    own.client.call("POST", f"/links/{made.params[0].aim_code}/resolve", {})
    later(own)
    told: dict[str, list[Any]] = {"sms": [], "shortchain": []}
    while len(told["sms"]) < 40 or len(told["shortchain"]) < 40:
        path, body = customer.next()
        assert path == "/v1/aim/send-status?key=1"
        assert isinstance(body["body"], str)
        told[body["callback_type"]] += json.loads(body["body"])
    numbers = {str(FIRST + i) for i in range(40)}
    assert {one["cust_flag"] for one in told["sms"]} == numbers
    assert {one["send_status"] for one in told["sms"]} == {"Deliverd"}
    assert {one["task_id"] for one in told["sms"]} == {answer.task_id} != {before.task_id}
    links = {one["cust_flag"]: one["aim_url"] for one in told["sms"]}
    resolved = [one for one in told["shortchain"] if one["task_id"] == answer.task_id]
    assert all(links[one["cust_flag"]] == one["aim_url"] for one in resolved)
    own_links = [one for one in told["shortchain"] if one["task_id"] == made.task_id]
    assert [one["aim_code"] for one in own_links] in ([], [made.params[0].aim_code])


def test_a_push_that_is_not_taken_comes_again_and_nothing_is_lost(own: World, customer: Customer) -> None:
    customer.answers += [500, 302]
    register(own, customer.url, 0)
    sent(own, "单条", 1)
    later(own)
    kinds: list[str] = []
    for _ in range(2):
        path, body = customer.next()
        assert path == "/"
        assert body["retry"] >= 1 or kinds
        assert isinstance(json.loads(body["body"]), dict)
        kinds.append(body["callback_type"])
    assert kinds == ["sms", "shortchain"]


def test_a_template_is_told_with_its_vendors_spelt_their_way(own: World, customer: Customer) -> None:
    register(own, customer.url, 1)
    own.sdk().create_aim_personal_template(CreateAimPersonalTemplateRequest(cases_cards.body("状态")))
    later(own, 96)
    _path, body = customer.next()
    assert body["audit_state"] in (2, 3)
    assert {one["factory_type"] for one in body["factory_info"]} <= {
        "HuaWei",
        "XiaoMi",
        "OPPO",
        "VIVO",
        "MEIZU",
        "SAMSUNG",
    }


def test_video_sms_tell_their_reports_and_replies(own: World, customer: Customer) -> None:
    sdk = own.sdk()
    for url_type, path in ((0, "reports"), (1, "replies")):
        given = AddVmsCallBackRequestBody(url_type=url_type, callback_url=f"{customer.url}/{path}")
        sdk.add_vms_call_back(AddVmsCallBackRequest(given))
    sdk.create_vms_send_task(cases_video.task(own, count=3))
    later(own)
    told: dict[str, list[Any]] = {"/reports": [], "/replies": []}
    while min(map(len, told.values())) < 3:
        path, body = customer.next()
        told[path] += body["reports" if path == "/reports" else "result"]
    assert {(one["status"], one["code"], one["desc"]) for one in told["/reports"]} == {
        (0, "DELIVRD", "success")
    }
    assert {one["content"] for one in told["/replies"]} == {"R"}
    assert {one["mobile"] for one in told["/reports"]} == {one["mobile"] for one in told["/replies"]}


@pytest.mark.parametrize(
    ("url", "allowed", "taken"),
    [
        ("http://127.0.0.1:8080/a?b=c", "loopback", True),
        ("https://localhost/a", "loopback", True),
        ("http://[::1]:80/", "loopback", True),
        ("http://192.168.0.1/", "loopback", False),
        ("http://example.com/", "loopback", False),
        ("https://203.0.113.7/", "public", False),
        ("https://8.8.8.8/receipts", "public", True),
        ("https://example.com/receipts", "public", True),
        ("http://127.0.0.1/", "public", False),
        ("http://localhost/", "public", False),
        ("http://10.0.0.1/", "public", False),
        ("http://169.254.169.254/latest", "public", False),
        ("http://[fe80::1]/", "public", False),
        ("ftp://8.8.8.8/", "public", False),
        ("http://user:pass@8.8.8.8/", "public", False),
        ("http://8.8.8.8:99999/", "public", False),
        ("http://8.8.8.8/\r\nHost: x", "public", False),
        ("http:///", "public", False),
        ("8.8.8.8", "public", False),
    ],
)
def test_which_addresses_are_taken(url: str, allowed: str, taken: bool) -> None:
    if taken:
        assert check_address(url, allowed).hostname
        return
    with pytest.raises(ApiError) as caught:
        check_address(url, allowed)
    assert caught.value.code == "KD.CLOUD.ADDRESS"
