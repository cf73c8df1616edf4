# SPDX-License-Identifier: Apache-2.0
"""Signed HTTP to the local engine: one kept-open connection a thread, and an honest account of what failed when.

The distinction everything rests on is whether a request may have arrived:

    NothingSent   no connection, or the engine's note is missing: certainly nothing arrived
    MayHaveSent   the connection was there, and then time ran out or it broke: nobody on this side can know

No request is ever repeated here.
"""

from __future__ import annotations

import hashlib
import hmac
import http.client
import json
import socket
import threading
import time
import weakref
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import urlsplit

import orjson

from koodesk.backend.ports.account import ACCOUNT_STOPS
from koodesk.backend.ports.engine import Endpoint
from koodesk.backend.ports.gateway import GatewayClock
from koodesk.domain.problem import Problem, Refused, problem

CONNECT_SECONDS: Final = 3.0
CALL_SECONDS: Final = 30.0
LOOPBACK: Final = frozenset({"127.0.0.1", "localhost", "::1"})


class NothingSent(Exception):
    """The request did not leave; `code` says why."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


class MayHaveSent(Exception):
    """The request may have arrived; `code` says what broke."""

    def __init__(self, code: str) -> None:
        super().__init__(code)
        self.code = code


@dataclass(frozen=True, slots=True)
class Answer:
    """An HTTP answer as it came."""

    status: int
    body: bytes

    def error(self) -> tuple[str, dict[str, Any]] | None:
        """Return (error_code, params) when the body is the engine's error, None when it is anything else."""
        try:
            told = orjson.loads(self.body)
            return str(told["error_code"]), dict(told.get("params") or {})
        except (orjson.JSONDecodeError, KeyError, TypeError, ValueError):
            return None


def read_endpoint(path: Path) -> Endpoint:
    """Read the engine's note. Raises NothingSent when there is none, it cannot be read, or it leads off this machine."""
    try:
        note = json.loads(path.read_text("utf-8"))
        endpoint = Endpoint(str(note["url"]), int(note["pid"]), str(note["key"]), str(note["version"]))
        bytes.fromhex(endpoint.key)
    except FileNotFoundError as missing:
        raise NothingSent("engine.not_running") from missing
    except (OSError, ValueError, KeyError, TypeError) as broken:
        raise NothingSent("engine.endpoint_unreadable") from broken
    if urlsplit(endpoint.url).hostname not in LOOPBACK:
        raise NothingSent("engine.endpoint_foreign")
    return endpoint


class _Kept:
    """A thread's open connection and the key it signs with; closed when the thread or its gateway is gone."""

    __slots__ = ("__weakref__", "connection", "key")

    def __init__(self, connection: http.client.HTTPConnection, key: bytes) -> None:
        self.connection = connection
        self.key = key

    def __del__(self) -> None:
        self.connection.close()


class EngineHttp:
    """Calls one engine. The endpoint is asked for again whenever a connection is made: an engine that was started
    again has another port and key."""

    def __init__(self, endpoint: Callable[[], Endpoint], seconds: float = CALL_SECONDS) -> None:
        self._endpoint = endpoint
        self._seconds = seconds
        self._local = threading.local()
        self._open: weakref.WeakSet[_Kept] = weakref.WeakSet()
        self._opening = threading.Lock()

    def close(self) -> None:
        """Close the connections of every thread; whoever asks again opens a new one."""
        with self._opening:
            kept, self._local = list(self._open), threading.local()
            self._open.clear()
        for one in kept:
            one.connection.close()

    def call(
        self, method: str, target: str, body: bytes = b"", headers: dict[str, str] | None = None
    ) -> Answer:
        """Make one request. Raises NothingSent or MayHaveSent."""
        kept = self._kept()
        connection = kept.connection
        now = str(time.time_ns() // 1_000_000)
        text = f"{method}\n{target}\n{now}\n{hashlib.sha256(body).hexdigest()}"
        signed = {
            "X-Koodesk-Time": now,
            "X-Koodesk-Signature": hmac.new(kept.key, text.encode(), hashlib.sha256).hexdigest(),
            "Content-Type": "application/json",
            **(headers or {}),
        }
        try:
            connection.request(method, target, body or None, signed)
            response = connection.getresponse()
            answer = Answer(response.status, response.read())
        except TimeoutError as late:
            self.forget()
            raise MayHaveSent("timeout") from late
        except (OSError, http.client.HTTPException) as broken:
            self.forget()
            raise MayHaveSent("connection_broke") from broken
        if response.will_close or answer.status == 401:
            self.forget()
        return answer

    def _kept(self) -> _Kept:
        """Return this thread's connection, made new when there is none."""
        kept: _Kept | None = getattr(self._local, "kept", None)
        if kept is not None:
            return kept
        endpoint = self._endpoint()
        at = urlsplit(endpoint.url)
        connection = http.client.HTTPConnection(at.hostname or "", at.port, timeout=CONNECT_SECONDS)
        try:
            connection.connect()
            connection.sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            connection.sock.settimeout(self._seconds)
        except OSError as refused:
            connection.close()
            raise NothingSent("connection_refused") from refused
        kept = _Kept(connection, bytes.fromhex(endpoint.key))
        with self._opening:
            self._local.kept = kept
            self._open.add(kept)
        return kept

    def forget(self) -> None:
        """Close this thread's connection; the next call makes a new one."""
        kept: _Kept | None = getattr(self._local, "kept", None)
        if kept is not None:
            kept.connection.close()
            self._local.kept = None

    def ask(
        self,
        method: str,
        target: str,
        body: object = None,
        *,
        content: bytes = b"",
        headers: dict[str, str] | None = None,
    ) -> Any:
        """Make a request that may be repeated by whoever asks, and return the answer's JSON. `content` are the very bytes
        to send, instead of a `body` that becomes JSON.

        Raises Refused: gateway.unreachable when nothing or nothing readable came back, gateway.refused with the
        engine's own code when it said no, account.* while the account takes nothing new.
        """
        content = content if body is None else orjson.dumps(body)
        try:
            try:
                answer = self.call(method, target, content, headers)
            except MayHaveSent:
                if method != "GET":
                    raise
                # A connection kept open to an engine that is gone: a question may be asked once more on a new one.
                answer = self.call(method, target, content, headers)
        except (NothingSent, MayHaveSent) as failure:
            raise Refused(problem("gateway.unreachable", gateway="local", reason=failure.code)) from failure
        if answer.status == 200:
            try:
                return orjson.loads(answer.body)
            except orjson.JSONDecodeError as broken:
                raise Refused(
                    problem("gateway.unreachable", gateway="local", reason="unreadable")
                ) from broken
        told = answer.error()
        if told is None or answer.status >= 500:
            raise Refused(problem("gateway.unreachable", gateway="local", reason=f"http_{answer.status}"))
        code, params = told
        plain = {name: value for name, value in params.items() if isinstance(value, str | int | float | bool)}
        where = str(plain.pop("where", ""))
        if code in ACCOUNT_STOPS:  # says by itself what to do next
            raise Refused(problem(ACCOUNT_STOPS[code]))
        plain.update(gateway="local", error_code=code)
        raise Refused(Problem("gateway.refused", where, tuple(sorted(plain.items()))))


def clock_of(told: Any) -> GatewayClock:
    """Read the engine's clock. Raises Refused (gateway.unreachable) for what is none."""
    try:
        return GatewayClock(int(told["now_ms"]), int(told["speed"]))
    except (KeyError, TypeError, ValueError) as broken:
        raise Refused(problem("gateway.unreachable", gateway="local", reason="unreadable")) from broken
