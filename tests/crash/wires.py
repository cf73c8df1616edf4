# SPDX-License-Identifier: Apache-2.0
"""Wires that break: a process's connections run through one, and it is cut where a story says so, or at moments drawn from a seed.

`ServerWire` stands between workers and PostgreSQL, and knows a COMMIT when it passes: cut before it, the server never had it; cut
after it, the server has done it and nobody hears. `EngineWire` stands before the engine and knows a batch: the request lost,
or half of it; the answer lost, cut after some bytes, or held for longer than anybody waits; the engine stopped or killed with the call in its hands.
"""

from __future__ import annotations

import asyncio
import os
import signal
import struct
import threading
from collections import Counter, deque
from collections.abc import Callable, Coroutine, Iterable, Sequence
from contextlib import suppress
from pathlib import Path
from random import Random
from types import TracebackType
from typing import Final, Self

BEFORE, AFTER, WITHIN = "before the commit", "after the commit", "within the transaction"
LOST, HALF, CUT, UNHEARD, HELD, STOPPED, KILLED = (
    "request lost",
    "half a request",
    "answer cut",
    "answer lost",
    "answer held",
    "engine stopped",
    "engine killed",
)
ENGINE_WAYS: Final = (LOST, HALF, CUT, UNHEARD, HELD, STOPPED, KILLED)

_SSL, _GSS = 80877103, 80877104
_ENDED: Final = (OSError, asyncio.IncompleteReadError)


class Wire:
    """A way in on a port of this machine's own. `struck` counts what was done to whom."""

    def __init__(self, ways: Iterable[str], random: Random) -> None:
        """Which of the `ways` strikes is drawn from `random`, where `will` does not say it."""
        self.struck: Counter[str] = Counter()
        self.port = 0
        self._ways: Final = tuple(ways)
        self._share = 0.0
        self._random = random
        self._told: deque[str] = deque()
        self._loop = asyncio.new_event_loop()
        self._up = threading.Event()
        self._thread = threading.Thread(target=self._main, name="wire", daemon=True)

    def __enter__(self) -> Self:
        self._thread.start()
        self._up.wait()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, value: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._loop.call_soon_threadsafe(self._stop.set)
        self._thread.join()

    def will(self, *ways: str) -> None:
        """Strike the next that may be, one after the other; "" lets one pass."""
        self._told.extend(ways)

    @property
    def waits(self) -> bool:
        """Tell whether something it was told to do has not come yet."""
        return any(self._told)

    def strike(self, share: float) -> None:
        """Strike a share of what may be struck, drawn; 0 is nobody."""
        self._share = share

    def _draw(self, *possible: str, often: float = 1.0) -> str:
        """Return what happens to somebody who may be struck in these ways, "" when nothing does; `often` is for what passes more
        often than it shall be struck."""
        if self._told and (not self._told[0] or self._told[0] in possible):
            way = self._told.popleft()
        elif not self._told and self._random.random() < self._share * often:
            way = self._random.choice([one for one in self._ways if one in possible] or [""])
        else:
            way = ""
        if way:
            self.struck[way] += 1
        return way

    def _main(self) -> None:
        asyncio.set_event_loop(self._loop)
        self._loop.run_until_complete(self._serve())
        self._loop.close()

    async def _serve(self) -> None:
        self._stop = asyncio.Event()
        self._open: set[asyncio.Task[None]] = set()

        async def taken(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
            task = asyncio.ensure_future(self._quietly(self._take(reader, writer), writer))
            self._open.add(task)
            task.add_done_callback(self._open.discard)

        server = await asyncio.start_server(taken, "127.0.0.1", 0)
        self.port = server.sockets[0].getsockname()[1]
        self._up.set()
        await self._stop.wait()
        server.close()
        for task in tuple(self._open):
            task.cancel()
        await asyncio.gather(*self._open, return_exceptions=True)

    async def _quietly(self, work: Coroutine[None, None, None], writer: asyncio.StreamWriter) -> None:
        """Serve one connection; it ends with the work, whatever ends that."""
        try:
            with suppress(*_ENDED):
                await work
        finally:
            writer.close()

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        raise NotImplementedError


class ServerWire(Wire):
    """Between workers and a PostgreSQL that listens on a socket of this folder."""

    def __init__(
        self,
        folder: Path,
        random: Random | None = None,
        ways: Sequence[str] = (BEFORE, AFTER, WITHIN),
    ) -> None:
        super().__init__(ways, random or Random())
        self._socket = str(folder / ".s.PGSQL.5432")

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while True:
            head = await reader.readexactly(8)
            length, code = struct.unpack("!ii", head)
            if code not in (_SSL, _GSS):
                break
            writer.write(b"N")  # neither here
        begun = head + await reader.readexactly(length - 8)
        from_server, to_server = await asyncio.open_unix_connection(self._socket)
        to_server.write(begun)
        unheard = asyncio.Event()
        answers = asyncio.ensure_future(self._answers(from_server, writer, unheard))
        asking = asyncio.ensure_future(self._asks(reader, to_server, unheard))
        try:
            await asyncio.wait({answers, asking}, return_when=asyncio.FIRST_COMPLETED)
        finally:
            for task in (answers, asking):
                task.cancel()
            await asyncio.gather(answers, asking, return_exceptions=True)
            to_server.close()

    async def _asks(
        self, reader: asyncio.StreamReader, to_server: asyncio.StreamWriter, unheard: asyncio.Event
    ) -> None:
        """Pass on what is asked, and end where the wire is cut."""
        prepared: dict[bytes, bytes] = {}
        within = False
        while True:
            head = await reader.readexactly(5)
            body = await reader.readexactly(struct.unpack("!i", head[1:])[0] - 4)
            words = _words(head[:1], body, prepared)
            if words.startswith(b"BEGIN"):
                within = True
            elif words == b"COMMIT":
                within = False
                way = self._draw(BEFORE, AFTER)
                if way == BEFORE:
                    return
                if way == AFTER:
                    unheard.set()
            elif words.startswith(b"ROLLBACK"):
                within = False
            elif words and within and self._draw(WITHIN, often=0.1):
                return
            to_server.write(head + body)
            await to_server.drain()

    async def _answers(
        self, from_server: asyncio.StreamReader, writer: asyncio.StreamWriter, unheard: asyncio.Event
    ) -> None:
        """Pass on what the server says; what it says of a commit that nobody is to hear of ends the connection."""
        kept = b""
        while data := await from_server.read(65_536):
            if not unheard.is_set():
                writer.write(data)
                await writer.drain()
                continue
            kept += data
            while len(kept) >= 5:
                length = 1 + struct.unpack("!i", kept[1:5])[0]
                if len(kept) < length:
                    break
                if kept[:1] == b"Z":  # ready for the next: the commit is done
                    return
                kept = kept[length:]


def _words(kind: bytes, body: bytes, prepared: dict[bytes, bytes]) -> bytes:
    """Return the SQL that a message of a client asks for, b"" for any other message."""
    if kind == b"Q":
        return body.rstrip(b"\0").strip()
    if kind == b"P":
        name, words = body.split(b"\0", 2)[:2]
        prepared[name] = words.strip()
    elif kind == b"B":
        return prepared.get(body.split(b"\0", 2)[1], b"")
    return b""


class EngineWire(Wire):
    """Before an engine; `where` says how it is reached now: its port and its process."""

    def __init__(
        self,
        where: Callable[[], tuple[int, int]],
        held_seconds: float,
        random: Random | None = None,
        ways: Sequence[str] = ENGINE_WAYS,
    ) -> None:
        super().__init__(ways, random or Random())
        self._where = where
        self._held_seconds = held_seconds

    async def _take(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        port, process = self._where()
        from_engine, to_engine = await asyncio.open_connection("127.0.0.1", port)
        try:
            while True:
                request = await _message(reader)
                batch = request.startswith(b"POST /engine/v1/batches")
                way = self._draw(*ENGINE_WAYS) if batch else ""
                if way == LOST:
                    return
                to_engine.write(request[: len(request) // 2] if way == HALF else request)
                await to_engine.drain()
                if way == HALF:
                    return
                if way == STOPPED:
                    self._asleep = asyncio.ensure_future(self._stop_engine(process))
                answer = await _message(from_engine)
                if way == HELD:
                    await asyncio.sleep(self._held_seconds)
                if way == KILLED:
                    os.kill(process, signal.SIGKILL)
                part = self._random.randrange(1, len(answer)) if way in (CUT, KILLED) else len(answer)
                if way != UNHEARD:
                    writer.write(answer[:part])
                    await writer.drain()
                if way in (CUT, KILLED, UNHEARD):
                    return
        finally:
            to_engine.close()

    async def _stop_engine(self, process: int) -> None:
        """Let the engine stand still for longer than anybody waits."""
        os.kill(process, signal.SIGSTOP)
        try:
            await asyncio.sleep(self._held_seconds)
        finally:
            os.kill(process, signal.SIGCONT)


async def _message(reader: asyncio.StreamReader) -> bytes:
    """Read one request or answer, head and body."""
    try:
        head = await reader.readuntil(b"\r\n\r\n")
    except asyncio.LimitOverrunError as strange:
        raise OSError("a head without an end") from strange
    length = 0
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() == b"content-length":
            length = int(value)
    return head + await reader.readexactly(length)
