# SPDX-License-Identifier: Apache-2.0
"""A stand-in for the platform at the other end of a real socket: each path answers what a test says, byte for byte."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any
from urllib.parse import parse_qs, urlsplit

from koodesk.backend.gateways.cloud.client import CloudClient
from koodesk.backend.ports.cloud import CloudAccess

Answer = bytes | None
"""The raw bytes of an HTTP answer; None hangs up without one."""


@dataclass(frozen=True)
class Asked:
    """One request as it came."""

    method: str
    path: str
    query: dict[str, str]
    body: Any
    headers: dict[str, str]


@dataclass
class Platform:
    """Answers by path, and keeps what it was asked."""

    answers: dict[str, Callable[[Asked], Answer]] = field(default_factory=dict)
    asked: list[Asked] = field(default_factory=list)
    url: str = ""

    def says(self, path: str, answer: Answer) -> None:
        """Let a path answer the same bytes each time."""
        self.answers[path] = lambda _: answer

    def tells(self, path: str, body: object, status: int = 200) -> None:
        """Let a path answer JSON."""
        self.says(path, http(status, body))

    def bodies(self, path: str) -> list[Any]:
        """Return the bodies that came to a path."""
        return [one.body for one in self.asked if one.path == path]


def http(status: int, body: object) -> bytes:
    """Return a whole HTTP answer."""
    content = body if isinstance(body, bytes) else json.dumps(body).encode()
    head = f"HTTP/1.1 {status} x\r\nContent-Type: application/json\r\nContent-Length: {len(content)}\r\n"
    return head.encode() + b"Connection: close\r\n\r\n" + content


@contextmanager
def platform() -> Iterator[Platform]:
    """Serve a platform on this machine while the block lasts."""
    told = Platform()

    class Handler(BaseHTTPRequestHandler):
        def answer(self) -> None:
            length = int(self.headers.get("Content-Length") or 0)
            content = self.rfile.read(length)
            at = urlsplit(self.path)
            query = {name: values[0] for name, values in parse_qs(at.query).items()}
            asked = Asked(self.command, at.path, query, _json(content), dict(self.headers))
            told.asked.append(asked)
            answer = told.answers[at.path](asked) if at.path in told.answers else http(404, b"")
            self.close_connection = True
            if answer is not None:
                self.wfile.write(answer)

        do_GET = do_POST = answer  # noqa: N815 - the names the server calls

        def log_message(self, *args: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    told.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,), daemon=True)
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


def client(url: str, seconds: float = 10) -> CloudClient:
    """Return a client with an access key of no worth."""
    return CloudClient(CloudAccess("AK", "SK", url), seconds)


def closed_port() -> str:
    """Return an address where nobody listens."""
    with socket.create_server(("127.0.0.1", 0)) as taken:
        return f"http://127.0.0.1:{taken.getsockname()[1]}"


def _json(content: bytes) -> Any:
    """Read a body, None for a form."""
    try:
        return json.loads(content or b"null")
    except ValueError:
        return None
