# SPDX-License-Identifier: Apache-2.0
"""Starting, watching and stopping an engine from outside, with the standard library alone.

The command line and scripts use it by `python -m koodesk.engine start|status|stop|clock`, which prints one JSON
object; nothing of the desk imports the engine.
"""

from __future__ import annotations

import hashlib
import http.client
import json
import os
import signal
import subprocess
import sys
import time
import urllib.parse
from pathlib import Path
from typing import Any, Final

from koodesk.engine.endpoint import Endpoint, is_owned, read_endpoint
from koodesk.engine.signing import SIGNATURE_HEADER, TIME_HEADER, signature

LOG_NAME: Final = "engine.log"
LARGEST_LOG: Final = 5 * 1024 * 1024
START_SECONDS: Final = 30
STOP_SECONDS: Final = 15
_LOOK_SECONDS: Final = 0.02

_started: Final[list[subprocess.Popen[bytes]]] = []
"""Engines this process started and that still run: they are meant to outlive it, so nobody waits for them."""


class ControlFailed(Exception):
    """The engine could not be started, asked or stopped; `code` says why, `params` what to look at."""

    def __init__(self, code: str, **params: str | int) -> None:
        super().__init__(code)
        self.code = code
        self.params = params


def call(endpoint: Endpoint, method: str, target: str, body: Any = None, seconds: float = 30) -> Any:
    """Send one signed request and return the JSON of the answer. Raises ControlFailed."""
    data = b"" if body is None else json.dumps(body).encode()
    stamp = str(time.time_ns() // 1_000_000)
    signed = signature(bytes.fromhex(endpoint.key), method, target, stamp, hashlib.sha256(data).hexdigest())
    address = urllib.parse.urlsplit(endpoint.url)
    connection = http.client.HTTPConnection(address.hostname or "", address.port, timeout=seconds)
    try:
        connection.request(method, target, data, {TIME_HEADER: stamp, SIGNATURE_HEADER: signed})
        answer = connection.getresponse()
        given = json.loads(answer.read())
    except (OSError, http.client.HTTPException, ValueError) as failure:
        raise ControlFailed("engine.unreachable", cause=type(failure).__name__) from failure
    finally:
        connection.close()
    if answer.status != 200:
        raise ControlFailed("engine.refused", status=answer.status, error=str(given.get("error_code", "")))
    return given


def find(folder: Path) -> Endpoint | None:
    """Return where the folder's engine is reached, None when none is running (a stale note does not count)."""
    if not is_owned(folder):
        return None
    return read_endpoint(folder)


def status(folder: Path) -> dict[str, Any]:
    """Return {"running": False}, or the engine's status with its endpoint. Raises ControlFailed."""
    endpoint = find(folder)
    if endpoint is None:
        return {"running": False, "endpoint": None, "pid": None}
    return {"running": True, "endpoint": endpoint.url, **call(endpoint, "GET", "/engine/v1/status")}


def start(folder: Path, seconds: float = START_SECONDS) -> dict[str, Any]:
    """Start the engine unless one is running, wait until it answers, return its status. Raises ControlFailed.

    The engine is a session of its own: it outlives whoever started it.
    """
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    child: subprocess.Popen[bytes] | None = None
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        endpoint = find(folder)
        if endpoint is not None:
            try:
                answer = call(endpoint, "GET", "/engine/v1/status")
            except ControlFailed:
                pass  # the note of the one before, while the next is coming up
            else:
                return {"running": True, "endpoint": endpoint.url, **answer}
        elif child is None and not is_owned(folder):
            child = _spawn(folder)
        elif child is not None and child.poll() not in (None, 0, 3):
            raise ControlFailed("engine.start_failed", exit=child.returncode, log=LOG_NAME)
        elif child is not None and child.poll() == 3:
            child = None  # somebody else was faster; his engine is as good as ours
        time.sleep(_LOOK_SECONDS)
    raise ControlFailed("engine.start_timeout", seconds=int(seconds), log=LOG_NAME)


def stop(folder: Path, seconds: float = STOP_SECONDS) -> dict[str, Any]:
    """Stop the engine if one is running and wait until its folder is free. Raises ControlFailed."""
    endpoint = find(folder)
    if endpoint is None:
        return {"running": False, "stopped": False}
    try:
        call(endpoint, "POST", "/engine/v1/stop", {}, seconds=5)
    except ControlFailed:
        if not is_owned(folder):
            return {"running": False, "stopped": True, "pid": endpoint.pid}
        os.kill(endpoint.pid, signal.SIGTERM)
    until = time.monotonic() + seconds
    while time.monotonic() < until:
        if not is_owned(folder):
            return {"running": False, "stopped": True, "pid": endpoint.pid}
        time.sleep(_LOOK_SECONDS)
    raise ControlFailed("engine.stop_timeout", seconds=int(seconds), pid=endpoint.pid)


def clock(folder: Path, by_ms: int = 0, speed: int | None = None) -> dict[str, Any]:
    """Run the engine's clock forward, or give it another speed; return the clock. Raises ControlFailed."""
    endpoint = find(folder)
    if endpoint is None:
        raise ControlFailed("engine.not_running")
    asked = {"forward_ms": by_ms} if speed is None else {"forward_ms": by_ms, "speed": speed}
    answer: dict[str, Any] = call(endpoint, "POST", "/engine/v1/clock", asked)
    return answer


def _spawn(folder: Path) -> subprocess.Popen[bytes]:
    log = folder / LOG_NAME
    if log.exists() and log.stat().st_size > LARGEST_LOG:
        log.replace(log.with_suffix(".log.1"))
    environment = dict(os.environ)
    # The child finds this very koodesk, wherever it was imported from.
    package = str(Path(__file__).resolve().parents[2])
    environment["PYTHONPATH"] = os.pathsep.join(filter(None, (package, environment.get("PYTHONPATH", ""))))
    with log.open("ab") as output:
        child = subprocess.Popen(  # noqa: S603 - our own interpreter and module
            [sys.executable, "-m", "koodesk.engine", "serve", "--folder", str(folder.resolve())],
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=output,
            env=environment,
            start_new_session=True,
        )
    _started[:] = [one for one in _started if one.poll() is None]
    _started.append(child)
    return child
