# SPDX-License-Identifier: Apache-2.0
"""The local gateway against a server that does one thing a connection: every row of its table of outcomes."""

from __future__ import annotations

import hashlib
import hmac
import json
import socket
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from koodesk.backend.gateways.engine_http import NothingSent, read_endpoint
from koodesk.backend.gateways.local import LocalGateway
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.ports.gateway import (
    Answered,
    Batch,
    Found,
    NotFound,
    NotSent,
    NumberResult,
    Outcome,
    Receipt,
    RefusedWhole,
    Unclear,
    Unknown,
)
from koodesk.domain.problem import Refused

BATCH = Batch.of("k-1", b'{"recipients":[]}', (13800000000, 13800000001))
KEY = "ab" * 32


def http(status: int, body: object) -> bytes:
    """Return a whole HTTP answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    return b"HTTP/1.1 %d x\r\nContent-Length: %d\r\n\r\n" % (status, len(content)) + content


def error(status: int, code: str, **params: object) -> bytes:
    """Return one of the engine's own refusals."""
    return http(status, {"error_code": code, "error_msg": "m", "params": params})


@dataclass
class Server:
    """Answers each connection's first request with the same bytes, then hangs up; keeps what it was asked."""

    answer: bytes
    requests: list[bytes] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self.endpoint = Endpoint(f"http://127.0.0.1:{self._listener.getsockname()[1]}", 1, KEY, "0")
        self._thread = threading.Thread(target=self._serve, daemon=True)
        self._thread.start()

    def _serve(self) -> None:
        while True:
            try:
                connection, _ = self._listener.accept()
            except OSError:
                return
            with connection:
                request = b""
                while b"\r\n\r\n" not in request:
                    request += connection.recv(65_536)
                head, _, rest = request.partition(b"\r\n\r\n")
                length = next(
                    (
                        int(line.split(b":")[1])
                        for line in head.split(b"\r\n")
                        if line.lower().startswith(b"content-length")
                    ),
                    0,
                )
                while len(rest) < length:
                    rest += connection.recv(65_536)
                self.requests.append(head + b"\r\n\r\n" + rest)
                connection.sendall(self.answer)

    def close(self) -> None:
        """Stop listening."""
        self._listener.shutdown(socket.SHUT_RDWR)
        self._listener.close()
        self._thread.join()


@pytest.fixture
def serve() -> Iterator[list[Server]]:
    """Servers that are closed at the end."""
    servers: list[Server] = []
    yield servers
    for server in servers:
        server.close()


def gateway(servers: list[Server], answer: bytes) -> LocalGateway:
    """Return a gateway on a new server."""
    server = Server(answer)
    servers.append(server)
    return LocalGateway(lambda: server.endpoint)


GOOD = {"results": [[13800000001, "refused", "E1"], [13800000000, "accepted", 77]]}
RESULTS = (NumberResult(13800000001, False, "", "E1"), NumberResult(13800000000, True, "77"))


@pytest.mark.parametrize(
    ("answer", "outcome"),
    [
        (http(200, GOOD), Answered(RESULTS)),
        (http(200, b"{not json"), Unknown("unreadable")),
        (http(200, {"something": "else"}), Unknown("unreadable")),
        (http(200, {"results": [[1, "perhaps", 2]]}), Unknown("unreadable")),
        (http(200, {"results": [[1, "accepted"]]}), Unknown("unreadable")),
        (b"HTTP/1.1 200 x\r\nContent-Length: 1000\r\n\r\n{", Unknown("connection_broke")),
        (b"", Unknown("connection_broke")),
        (b"not http at all\r\n\r\n", Unknown("connection_broke")),
        (error(401, "KD.UNSIGNED"), NotSent("KD.UNSIGNED")),
        (error(429, "KD.SLOW"), NotSent("KD.SLOW")),
        (error(503, "KD.BUSY", retry_after_ms=100), NotSent("KD.BUSY", 100)),
        (http(503, b"<html>proxy</html>"), Unknown("http_503")),
        (error(400, "KD.QUIET_HOURS"), NotSent("KD.QUIET_HOURS", 60_000)),
        (error(400, "KD.FIELD", where="campaign"), RefusedWhole("KD.FIELD", "campaign")),
        (error(413, "KD.TOO_LARGE"), RefusedWhole("KD.TOO_LARGE")),
        (http(404, b"<html>who knows</html>"), Unknown("http_404")),
        (error(409, "KD.IDEMPOTENCY_MISMATCH"), Unknown("KD.IDEMPOTENCY_MISMATCH")),
        (error(500, "KD.INTERNAL"), Unknown("http_500")),
        (http(502, b""), Unknown("http_502")),
        (http(504, b""), Unknown("http_504")),
        (http(408, b""), Unknown("http_408")),
    ],
)
def test_what_each_answer_means(serve: list[Server], answer: bytes, outcome: Outcome) -> None:
    assert gateway(serve, answer).send(BATCH) == outcome
    assert len(serve[0].requests) == 1, "no call is ever repeated by the gateway"


def test_a_refused_connection_is_not_sent() -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        port = listener.getsockname()[1]
    assert LocalGateway(lambda: Endpoint(f"http://127.0.0.1:{port}", 1, KEY, "0")).send(BATCH) == NotSent(
        "connection_refused"
    )


def test_a_missing_or_foreign_endpoint_is_not_sent(tmp_path: Path) -> None:
    path = tmp_path / "endpoint.json"
    ours = LocalGateway(lambda: read_endpoint(path))
    assert ours.send(BATCH) == NotSent("engine.not_running")
    path.write_text("{", "utf-8")
    assert ours.send(BATCH) == NotSent("engine.endpoint_unreadable")
    path.write_text(
        json.dumps({"url": "http://198.51.100.7:80", "pid": 1, "key": KEY, "version": "0"}), "utf-8"
    )
    with pytest.raises(NothingSent, match=r"engine\.endpoint_foreign"):
        read_endpoint(path)


def test_a_silent_server_is_unknown(serve: list[Server]) -> None:
    with socket.create_server(("127.0.0.1", 0)) as listener:
        ours = LocalGateway(lambda: Endpoint(f"http://127.0.0.1:{listener.getsockname()[1]}", 1, KEY, "0"))
        ours._http._seconds = 0.05
        assert ours.send(BATCH) == Unknown("timeout")


def test_a_request_is_signed_and_carries_its_key(serve: list[Server]) -> None:
    gateway(serve, http(200, GOOD)).send(BATCH)
    head, _, body = serve[0].requests[0].partition(b"\r\n\r\n")
    lines = head.decode().split("\r\n")
    headers = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    text = f"POST\n/engine/v1/batches\n{headers['x-koodesk-time']}\n{hashlib.sha256(body).hexdigest()}"
    assert (
        headers["x-koodesk-signature"]
        == hmac.new(bytes.fromhex(KEY), text.encode(), hashlib.sha256).hexdigest()
    )
    assert headers["idempotency-key"] == BATCH.key
    assert body == BATCH.payload


@pytest.mark.parametrize(
    ("answer", "found"),
    [
        (http(200, GOOD), Found(RESULTS)),
        (error(404, "KD.KEY_UNKNOWN"), NotFound()),
        (http(404, b"<html>a proxy does not know the path</html>"), Unclear("http_404")),
        (error(500, "KD.INTERNAL"), Unclear("http_500")),
        (b"", Unclear("connection_broke")),
    ],
)
def test_what_a_look_up_means(serve: list[Server], answer: bytes, found: object) -> None:
    assert gateway(serve, answer).look_up("k-1") == found


def test_receipts_speak_one_language(serve: list[Server]) -> None:
    items = [
        [9, 7, "sms", "delivered", "DELIVRD", 5],
        [10, 7, "sms", "failed", "M2:0045", 6],
        [11, 7, "shortchain", "resolved", "0", 7],
    ]
    page = gateway(serve, http(200, {"items": items, "next": 3})).receipts(0, 10)
    assert page.next == 3
    assert page.items[0] == Receipt(9, "7", "sms", "0", "DELIVRD", 5)
    assert [item.status for item in page.items] == ["0", "failed", "0"]


def test_an_unreadable_page_of_receipts_is_refused(serve: list[Server]) -> None:
    with pytest.raises(Refused):
        gateway(serve, http(200, {"items": [[1]], "next": 3})).receipts(0, 10)


def test_one_broken_receipt_does_not_keep_the_others(serve: list[Server]) -> None:
    items = [[9, 7, "sms", "delivered", "DELIVRD", 5], [1], [1 << 70, 7, "sms", "", "", 5], None]
    page = gateway(serve, http(200, {"items": items, "next": 4, "last": 4})).receipts(0, 10)
    assert ([item.id for item in page.items], page.unreadable, page.next, page.last) == ([9], 3, 4, 4)


@pytest.mark.parametrize(
    "entry", [[13800000000, "accepted", None], [13800000000, "accepted", ""], [[1], "refused", "x"]]
)
def test_an_answer_nobody_can_follow_is_unknown(serve: list[Server], entry: list[object]) -> None:
    assert gateway(serve, http(200, {"results": [entry]})).send(BATCH) == Unknown("unreadable")


def test_closing_gives_back_the_connections_of_every_thread(serve: list[Server]) -> None:
    open_ = gateway(serve, http(200, GOOD))
    open_.send(BATCH)
    kept = list(open_._http._open)
    open_.close()
    assert kept
    assert all(one.connection.sock is None for one in kept)


def test_capability_lies_beside_its_numbers(serve: list[Server]) -> None:
    assert gateway(serve, http(200, {"vendors": ["HUAWEI", ""]})).capability([1, 2], "t") == {
        1: "HUAWEI",
        2: "",
    }
    with pytest.raises(Refused):
        gateway(serve, http(200, {"vendors": ["HUAWEI"]})).capability([1, 2], "t")
