# SPDX-License-Identifier: Apache-2.0
"""The second, small listener of an engine, for browsers: off, on this machine only, or open to the network it is in.

Off until it is asked for. Loopback is kept over a restart; the network is not: whoever opens it does so again, knowingly.
"""

from __future__ import annotations

import asyncio
import contextlib
import socket
import sys
from collections.abc import Iterator, Mapping
from enum import StrEnum
from typing import Any, Final

import uvicorn
from starlette.applications import Starlette

from koodesk.engine.errors import ApiError
from koodesk.engine.store import Store, write_meta

META: Final = "h5_mode"
_LOOPBACK: Final = "127.0.0.1"
_EVERYWHERE: Final = "0.0.0.0"  # noqa: S104 - only when the user switches the network on
_NOWHERE: Final = ("192.0.2.1", 9)
"""An address for documentation (RFC 5737): asking the system for the way there sends nothing."""


class Mode(StrEnum):
    """Where the listener is reached."""

    OFF = "off"
    LOOPBACK = "loopback"
    NETWORK = "network"


class _Quiet(uvicorn.Server):
    """uvicorn that leaves signals to the engine's own server."""

    @contextlib.contextmanager
    def capture_signals(self) -> Iterator[None]:
        """Catch nothing."""
        yield


class H5Listener:
    """Starts and ends the listener; `mode` and `port` say how it stands."""

    def __init__(self, store: Store, app: Starlette) -> None:
        self._store = store
        self._app = app
        self._server: _Quiet | None = None
        self._task: asyncio.Task[None] | None = None
        self._changing = asyncio.Lock()
        self.mode = Mode.OFF
        self.port = 0

    async def restore(self) -> None:
        """Listen as a former run did; the network is not opened again by itself."""
        row = await self._store.run(
            lambda c: c.execute("SELECT value FROM meta WHERE name = ?", (META,)).fetchone()
        )
        if row is not None and row[0] == Mode.LOOPBACK:
            await self.switch(Mode.LOOPBACK)

    async def switch(self, mode: Mode) -> None:
        """Listen elsewhere, or no more. Raises ApiError (409) when no port can be had."""
        async with self._changing:
            if mode is self.mode:
                return
            before = self.port
            await self._end()
            if mode is not Mode.OFF:
                await self._begin(mode, before)
            kept = Mode.OFF if mode is Mode.OFF else Mode.LOOPBACK
            await self._store.run(lambda c: write_meta(c, META, kept.value))

    async def close(self) -> None:
        """Listen no more; what was chosen stays."""
        async with self._changing:
            await self._end()

    def told(self) -> Mapping[str, Any]:
        """Return how it stands: `urls` begin every address it is reached by."""
        hosts = [] if self.mode is Mode.OFF else [_LOOPBACK]
        if self.mode is Mode.NETWORK:
            hosts = [host for host in (own_address(),) if host] + hosts
        return {
            "mode": self.mode.value,
            "port": self.port,
            "urls": [f"http://{host}:{self.port}" for host in hosts],
        }

    async def _begin(self, mode: Mode, port: int) -> None:
        host = _EVERYWHERE if mode is Mode.NETWORK else _LOOPBACK
        try:
            listener = _listen(host, port)
        except OSError:
            try:
                listener = _listen(host, 0)
            except OSError as failure:
                raise ApiError(409, "KD.H5_NO_PORT", "no port to listen on") from failure
        config = uvicorn.Config(
            self._app,
            http="h11",
            loop="asyncio",
            ws="none",
            lifespan="off",
            log_config=None,
            access_log=False,
            server_header=False,
            date_header=False,
            proxy_headers=False,
            timeout_keep_alive=5,
            timeout_graceful_shutdown=2,
            limit_concurrency=64,
        )
        self._server = _Quiet(config)
        self._task = asyncio.create_task(self._server.serve([listener]))
        while not self._server.started and not self._task.done():
            await asyncio.sleep(0.005)
        self.mode, self.port = mode, listener.getsockname()[1]

    async def _end(self) -> None:
        if self._server is not None and self._task is not None:
            self._server.should_exit = True
            await self._task
        self._server, self._task, self.mode, self.port = None, None, Mode.OFF, 0


def own_address() -> str:
    """Return this machine's address in the network it is in, empty where it is in none. Sends nothing."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as asked:
        try:
            asked.connect(_NOWHERE)
        except OSError:
            return ""
        return str(asked.getsockname()[0])


def _listen(host: str, port: int) -> socket.socket:
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    try:
        if sys.platform != "win32":
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind((host, port))
        listener.listen(64)
    except OSError:
        listener.close()
        raise
    return listener
