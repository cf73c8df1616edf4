# SPDX-License-Identifier: Apache-2.0
"""One engine process: lock, database, HTTP on loopback, the note that says where, and the way down again."""

from __future__ import annotations

import asyncio
import logging
import os
import secrets
import signal
import socket
import sys
from pathlib import Path
from typing import Final

import uvicorn

import koodesk
from koodesk import garbage
from koodesk.engine.api import Api
from koodesk.engine.endpoint import Endpoint, FolderLock, remove_endpoint, write_endpoint
from koodesk.engine.schema import ForeignDatabase
from koodesk.engine.store import Store

EXIT_DONE: Final = 0
EXIT_OWNED: Final = 3
EXIT_FOREIGN: Final = 4
HOST: Final = "127.0.0.1"
TAKE_SECONDS: Final = 1.0
"""How long somebody who only asks whether the folder is owned may be in the way."""

_log = logging.getLogger(__name__)


class _Server(uvicorn.Server):
    """uvicorn that tells when it listens."""

    def __init__(self, config: uvicorn.Config, folder: Path, endpoint: Endpoint) -> None:
        super().__init__(config)
        self._folder = folder
        self._endpoint = endpoint

    async def startup(self, sockets: list[socket.socket] | None = None) -> None:
        """Listen, then leave the note."""
        await super().startup(sockets)
        if self.started:
            write_endpoint(self._folder, self._endpoint)
            _log.info("ready at %s, pid %s", self._endpoint.url, self._endpoint.pid)


def serve(folder: Path, port: int) -> int:
    """Serve until told to stop; return the exit code: 0, 3 when another engine owns the folder, 4 for a database that
    is not ours or newer."""
    os.umask(0o077)  # numbers are in the database: for the user alone
    folder.mkdir(mode=0o700, parents=True, exist_ok=True)
    lock = FolderLock(folder)
    if not lock.take(TAKE_SECONDS):
        _log.error("another engine owns this folder")
        return EXIT_OWNED
    try:
        store = Store(folder)
    except ForeignDatabase as failure:
        _log.error("not an engine database of this version: %s", failure)
        return EXIT_FOREIGN
    # uvicorn raises the signal it was stopped by again after its own clean end; this is our clean end too.
    signal.signal(signal.SIGTERM, lambda *_: None)
    signal.signal(signal.SIGINT, lambda *_: None)
    # The store's thread computes for milliseconds at a time; with the usual 5 ms every read and write of the HTTP side
    # would wait that long for its turn.
    sys.setswitchinterval(0.0005)
    garbage.collect_rarely()
    try:
        asyncio.run(_serve(folder, port, store))
    finally:
        remove_endpoint(folder)
        store.close()
        lock.give_back()
    return EXIT_DONE


async def _serve(folder: Path, port: int, store: Store) -> None:
    key = secrets.token_bytes(32)
    listener = _listen(port)
    endpoint = Endpoint(
        f"http://{HOST}:{listener.getsockname()[1]}", os.getpid(), key.hex(), koodesk.__version__
    )
    server: _Server | None = None

    def stop() -> None:
        if server is not None:
            server.should_exit = True

    api = Api(store, key, stop)
    await api.load()
    await api.h5.restore()
    api.cloud.pusher.start()
    config = uvicorn.Config(
        api.app(),
        http="h11",
        loop="asyncio",
        ws="none",
        lifespan="off",
        log_config=None,
        access_log=False,
        server_header=False,
        date_header=False,
        # A connection closed by the server just as the desk writes is an outcome nobody knows: keep them open.
        timeout_keep_alive=3_600,
        timeout_graceful_shutdown=10,
    )
    server = _Server(config, folder, endpoint)
    keeping = asyncio.create_task(api.clock.keep())
    try:
        await server.serve([listener])
    finally:
        await api.cloud.pusher.close()
        await api.h5.listener.close()
        keeping.cancel()
        await asyncio.wait([keeping])
        await api.clock.close()


def _listen(port: int) -> socket.socket:
    # With the protocol spelled out: asyncio sets TCP_NODELAY on connections only then, and without it every answer
    # waits 40 ms for a delayed acknowledgement.
    listener = socket.socket(socket.AF_INET, socket.SOCK_STREAM, socket.IPPROTO_TCP)
    if sys.platform != "win32":
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
    listener.bind((HOST, port))
    listener.listen(128)
    return listener
