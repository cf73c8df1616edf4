# SPDX-License-Identifier: Apache-2.0
"""The parent's side of a reader: start the child, hand on what it says, and outlive whatever happens to it.

A child that dies, takes too long, says something unreadable or is cancelled becomes a `Refused`; the process that
called goes on. The child is a new interpreter (not a fork), so it works alike on every system and owns nothing of
the window's.
"""

from __future__ import annotations

import json
import logging
import os
import queue
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Generator, Mapping
from contextlib import closing
from dataclasses import asdict
from pathlib import Path
from typing import Any, BinaryIO, Final

import koodesk
from koodesk.backend.ports.progress import Cancel, Progress, Report
from koodesk.backend.readers import frames
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.domain.problem import Problem, Refused, problem

log: Final = logging.getLogger("koodesk.readers")

TICK_SECONDS: Final = 0.1
"""How often cancel and time are looked at, and the last progress is repeated while the child is busy."""

BUFFERED_FRAMES: Final = 6
"""Frames read ahead of their handling, so that reading and storing overlap; bounded, so that memory is."""

_KEPT_ENVIRONMENT: Final = (
    "PATH",
    "SYSTEMROOT",
    "WINDIR",
    "TEMP",
    "TMP",
    "LD_LIBRARY_PATH",
    "DYLD_LIBRARY_PATH",
)


def run_reader(
    kind: str,
    path: Path,
    limits: ReaderLimits,
    on_message: Callable[[bytes, bytes], None],
    cancel: Cancel,
    *,
    options: Mapping[str, Any] | None = None,
    report: Report | None = None,
) -> Mapping[str, Any]:
    """Run one reader over one file and return its result.

    `on_message(kind, payload)` gets every block and piece in order, on the calling thread. Raises Refused: whatever
    the reader refused, or reader.timeout, reader.cancelled, reader.too_large (killed at its memory limit),
    reader.died. An error of `on_message` ends the child and is passed on.
    """
    said = stream_reader(kind, path, limits, cancel, options=options, report=report)
    with closing(said):
        while True:
            try:
                message = next(said)
            except StopIteration as end:
                result: Mapping[str, Any] = end.value
                return result
            on_message(*message)


def stream_reader(
    kind: str,
    path: Path,
    limits: ReaderLimits,
    cancel: Cancel,
    *,
    options: Mapping[str, Any] | None = None,
    report: Report | None = None,
) -> Generator[tuple[bytes, bytes], None, Mapping[str, Any]]:
    """Run one reader like `run_reader`, and yield every block and piece as it comes; the result is what it returns.

    The child lives while the generator does: closing it ends the child. The limit of time counts from the first
    `next` and goes on while nobody asks.
    """
    child = _start(kind)
    assert child.stdin is not None
    assert child.stdout is not None
    inbox: queue.Queue[tuple[bytes, bytes] | None] = queue.Queue(BUFFERED_FRAMES)
    listener = threading.Thread(
        target=_listen, args=(child.stdout, inbox), name=f"reader-{kind}", daemon=True
    )
    listener.start()
    request = {"path": str(path), "options": dict(options or {}), "limits": asdict(limits)}
    try:
        try:
            child.stdin.write(json.dumps(request).encode() + b"\n")
            child.stdin.close()
        except OSError:
            pass  # it died at once; the verdict below says so
        return (yield from _converse(child, inbox, limits, cancel, report or _nobody, path.name))
    finally:
        _end(child, inbox, listener)


def _nobody(progress: Progress) -> None:
    del progress


def _start(kind: str) -> subprocess.Popen[bytes]:
    environment = {name: os.environ[name] for name in _KEPT_ENVIRONMENT if name in os.environ}
    environment |= {
        "PYTHONPATH": str(Path(koodesk.__file__).resolve().parent.parent),
        "PYTHONUTF8": "1",
        "PYTHONHASHSEED": "random",
    }
    return subprocess.Popen(  # noqa: S603 - this interpreter, a module of ours, and a kind from our own code
        # -P: not the current folder; -s: not the user's own packages; -B: it may not write.
        [sys.executable, "-P", "-s", "-B", "-m", "koodesk.backend.readers.child", kind],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        # A traceback could quote what is in the file; the exit status is enough.
        stderr=subprocess.DEVNULL,
        env=environment,
        creationflags=getattr(subprocess, "CREATE_NO_WINDOW", 0),
    )


def _listen(pipe: BinaryIO, inbox: queue.Queue[tuple[bytes, bytes] | None]) -> None:
    try:
        while (frame := frames.read_frame(pipe)) is not None:
            inbox.put(frame)
    except (OSError, ValueError) as failure:
        log.warning("reader pipe: %s", type(failure).__name__)
    inbox.put(None)


def _converse(
    child: subprocess.Popen[bytes],
    inbox: queue.Queue[tuple[bytes, bytes] | None],
    limits: ReaderLimits,
    cancel: Cancel,
    report: Report,
    name: str,
) -> Generator[tuple[bytes, bytes], None, Mapping[str, Any]]:
    deadline = time.monotonic() + limits.wall_seconds
    last = Progress("read", 0)
    while True:
        if cancel():
            raise Refused(problem("reader.cancelled", file=name))
        if time.monotonic() > deadline:
            raise Refused(problem("reader.timeout", file=name, limit=int(limits.wall_seconds)))
        try:
            frame = inbox.get(timeout=TICK_SECONDS)
        except queue.Empty:
            report(last)
            continue
        if frame is None:
            raise Refused(_death(child.wait(), limits, name))
        kind, payload = frame
        try:
            if kind == frames.RESULT:
                return frames.read_json(payload)
            if kind == frames.REFUSED:
                raise Refused(*_problems(payload, name))
            if kind == frames.PROGRESS:
                said = frames.read_json(payload)
                last = Progress(str(said["stage"]), int(said["done"]), int(said["total"]))
                report(last)
                continue
        except (ValueError, KeyError, TypeError) as failure:
            raise Refused(problem("reader.died", file=name, status="unreadable")) from failure
        yield kind, payload


def _problems(payload: bytes, name: str) -> tuple[Problem, ...]:
    return tuple(
        problem(str(code), str(where), **{"file": name, **params})
        for code, where, params in json.loads(payload)
    )


def _death(status: int, limits: ReaderLimits, name: str) -> Problem:
    if sys.platform != "win32" and status == -signal.SIGXCPU:
        return problem("reader.timeout", file=name, limit=limits.cpu_seconds)
    if sys.platform != "win32" and status == -signal.SIGABRT:
        # A native library that gets no memory aborts; at these limits that is what it means.
        return problem("reader.too_large", file=name, limit=limits.memory)
    return problem("reader.died", file=name, status=str(status))


def _end(
    child: subprocess.Popen[bytes], inbox: queue.Queue[tuple[bytes, bytes] | None], listener: threading.Thread
) -> None:
    """Kill the child if it still runs, let the listener go, and leave no zombie and no open pipe."""
    if child.poll() is None:
        child.kill()
    while listener.is_alive():
        try:
            inbox.get(timeout=0.05)
        except queue.Empty:
            continue
    child.wait()
    assert child.stdout is not None
    child.stdout.close()
