# SPDX-License-Identifier: Apache-2.0
"""Pushing receipts: an address that nothing can be pushed to keeps nobody else's receipts back."""

from __future__ import annotations

import asyncio
import socket
import threading
from collections.abc import Callable
from http.server import BaseHTTPRequestHandler, HTTPServer
from typing import Any

import pytest

from koodesk.engine.cloud.addresses import check_address
from koodesk.engine.cloud.pushed import Callback, Push, callbacks
from koodesk.engine.cloud.pusher import Pusher
from koodesk.engine.errors import ApiError

LONG = 60


class Registered:
    """A store with two addresses, the first of them `bad`, and always one receipt to tell."""

    def __init__(self, bad: str, good: str) -> None:
        self.found = [Callback(i, "aim", 2, url, 0, 0, 0) for i, url in enumerate((bad, good))]

    async def run(self, job: Callable[[Any], Any]) -> object:
        await asyncio.sleep(0.001)
        return self.found if job is callbacks else Push(({"x": 1},), 1, 1, 0, 0)


@pytest.mark.parametrize(
    ("bad", "allowed"),
    [
        ("http://127.0.0.1:9/回调", "loopback"),  # registered before such were refused
        ("http://127.0.0.1:9/", "loopback"),
        ("http://" + "a" * 70 + ".example/", "public"),  # no name of the internet's
    ],
)
def test_one_address_that_cannot_be_reached_stops_nobody(
    bad: str, allowed: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("koodesk.engine.cloud.addresses._fits", lambda host, allowed: True)
    pushed_twice(bad, allowed)


def pushed_twice(bad: str, allowed: str, end: Callable[[], object] = lambda: None) -> None:
    """Push to an address and to a customer's beside it until the customer was pushed to twice; then `end` what still goes on."""
    pushed = threading.Semaphore(0)

    class Customer(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            self.rfile.read(int(self.headers["Content-Length"]))
            self.send_response(204)
            self.end_headers()
            pushed.release()

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    async def two_rounds(good: str) -> None:
        store: Any = Registered(bad, good)
        pusher = Pusher(store, lambda: None, lambda: 0, lambda: allowed)  # type: ignore[arg-type,return-value]  # nobody asks it
        pusher.start()
        for _ in range(2):
            assert await asyncio.to_thread(pushed.acquire, timeout=LONG)
        end()
        await pusher.close()

    with HTTPServer(("127.0.0.1", 0), Customer) as server:
        serving = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
        serving.start()
        try:
            asyncio.run(two_rounds(f"http://127.0.0.1:{server.server_port}/"))
        finally:
            server.shutdown()
            serving.join()


def test_a_slow_address_keeps_nobody_waiting(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("koodesk.engine.cloud.pusher.POST_SECONDS", 3 * LONG)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, and answers none
        bad = f"http://127.0.0.1:{silent.getsockname()[1]}/"

        def end() -> None:
            silent.accept()[0].close()

        pushed_twice(bad, "loopback", end)


@pytest.mark.parametrize("url", ["http://127.0.0.1:9/回调", "http://127.0.0.1:9/?a=é", "http://ｌocalhost/"])
def test_an_address_of_other_letters_is_not_registered(url: str) -> None:
    with pytest.raises(ApiError, match=r"KD\.CLOUD\.ADDRESS"):
        check_address(url, "loopback")
