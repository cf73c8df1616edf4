# SPDX-License-Identifier: Apache-2.0
"""The parent outlives its reader, whatever happens to it. Readers here are real children."""

from __future__ import annotations

import io
import os
import signal
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.backend.ports.progress import Progress, never
from koodesk.backend.readers import frames, runner
from koodesk.backend.readers.limits import ReaderLimits
from koodesk.backend.readers.runner import run_reader
from koodesk.domain.problem import Problem, Refused

BAD_CHILD = "import sys, time, os, signal; sys.stdin.readline(); out = sys.stdout.buffer; "


def play(monkeypatch: pytest.MonkeyPatch, tmp_path: Path, script: str, **options: Any) -> Problem:
    """Run a child of another script in the reader's place and return how its parent puts it."""
    started: list[subprocess.Popen[bytes]] = []

    def start(kind: str) -> subprocess.Popen[bytes]:
        child = subprocess.Popen(
            [sys.executable, "-c", BAD_CHILD + script], stdin=subprocess.PIPE, stdout=subprocess.PIPE
        )
        started.append(child)
        return child

    monkeypatch.setattr(runner, "_start", start)
    limits = options.pop("limits", ReaderLimits())
    cancel = options.pop("cancel", never)
    with pytest.raises(Refused) as refused:
        run_reader("any", tmp_path / "f.xlsx", limits, lambda kind, payload: None, cancel, **options)
    assert started[0].returncode is not None, "no child is left behind"
    assert started[0].stdout is not None
    assert started[0].stdout.closed
    return refused.value.problems[0]


@pytest.mark.parametrize(
    ("script", "code", "status"),
    [
        ("sys.exit(3)", "reader.died", "3"),
        ("out.write(b'P'); out.flush()", "reader.died", "0"),
        ("out.write(b'R\\0\\0\\0\\x02{]'); out.flush(); time.sleep(60)", "reader.died", "unreadable"),
        ("out.write(b'B\\xff\\xff\\xff\\xff' + b'x' * 9); out.flush()", "reader.died", None),
        ("out.write(b'P\\0\\0\\0\\x02{}'); out.flush(); time.sleep(60)", "reader.died", "unreadable"),
    ],
)
def test_a_child_that_dies_or_babbles(
    script: str, code: str, status: str | None, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    found = play(monkeypatch, tmp_path, script)
    assert found.code == code
    assert found.param("file") == "f.xlsx"
    if status is not None:
        assert found.param("status") == status


@pytest.mark.skipif(sys.platform == "win32", reason="signals are POSIX")
@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("SIGKILL", "reader.died"),
        ("SIGSEGV", "reader.died"),
        ("SIGABRT", "reader.too_large"),
        ("SIGXCPU", "reader.timeout"),
    ],
)
def test_a_child_that_is_killed(
    name: str, code: str, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    number = int(getattr(signal, name))
    assert play(monkeypatch, tmp_path, f"os.kill(os.getpid(), {number})").code == code


def test_a_child_that_takes_too_long(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    found = play(monkeypatch, tmp_path, "time.sleep(600)", limits=ReaderLimits(wall_seconds=0.3))
    assert found.code == "reader.timeout"


def test_a_cancel_kills_a_child_that_never_answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    heard = threading.Event()
    found = play(
        monkeypatch, tmp_path, "time.sleep(600)", cancel=heard.is_set, report=lambda progress: heard.set()
    )
    assert found.code == "reader.cancelled"


def test_progress_is_repeated_while_the_child_is_busy(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    said: list[Progress] = []
    script = (
        'body = b\'{"stage": "read", "done": 3, "total": 9}\'; '
        "out.write(b'P' + len(body).to_bytes(4, 'big') + body); out.flush(); time.sleep(600)"
    )
    play(monkeypatch, tmp_path, script, cancel=lambda: len(said) >= 4, report=said.append)
    assert said[-1] == said[-2] == Progress("read", 3, 9)


def test_an_error_while_storing_ends_the_child(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    class DiskFull(Exception):
        pass

    def store(kind: bytes, payload: bytes) -> None:
        raise DiskFull

    children: list[subprocess.Popen[bytes]] = []

    def start(kind: str) -> subprocess.Popen[bytes]:
        flood = BAD_CHILD + "[out.write(b'B\\0\\0\\0\\x04abcd') for _ in range(10**9)]"
        children.append(
            subprocess.Popen([sys.executable, "-c", flood], stdin=subprocess.PIPE, stdout=subprocess.PIPE)
        )
        return children[0]

    monkeypatch.setattr(runner, "_start", start)
    with pytest.raises(DiskFull):
        run_reader("any", tmp_path / "f", ReaderLimits(), store, never)
    assert children[0].returncode is not None


LOCKED = """
import sys
from pathlib import Path
from koodesk.backend.readers.limits import lock_in
allowed, other = Path(sys.argv[1]), Path(sys.argv[2])
lock_in(allowed)
allowed.read_bytes()
try:
    {attempt}
except PermissionError:
    sys.exit(7)
"""


@pytest.mark.parametrize(
    "attempt",
    [
        "other.read_bytes()",
        "allowed.write_bytes(b'')",
        "allowed.unlink()",
        "import socket; socket.create_connection(('127.0.0.1', 9))",
        "import subprocess; subprocess.run(['true'])",
        "import os; os.system('true')",
        "import os; os.fork()",
    ],
)
def test_a_reader_reads_its_one_file_and_nothing_else(attempt: str, tmp_path: Path) -> None:
    if "fork" in attempt and not hasattr(os, "fork"):
        pytest.skip("no fork here")
    allowed, other = tmp_path / "allowed", tmp_path / "other"
    for path in (allowed, other):
        path.write_bytes(b"x")
    script = LOCKED.format(attempt=attempt)
    done = subprocess.run([sys.executable, "-c", script, str(allowed), str(other)], check=False)
    assert done.returncode == 7
    assert allowed.read_bytes() == b"x"


@given(
    st.lists(st.tuples(st.sampled_from([frames.BLOCK, frames.BYTES]), st.binary(max_size=300))),
    st.binary(max_size=4),
)
def test_frames_come_out_as_they_went_in(sent: list[tuple[bytes, bytes]], rest: bytes) -> None:
    pipe = io.BytesIO()
    for kind, payload in sent:
        frames.write_frame(pipe, kind, payload)
    pipe.write(rest)
    pipe.seek(0)
    got = []
    while (frame := frames.read_frame(pipe)) is not None:
        got.append(frame)
    assert got == sent


@given(st.integers(0, 2**32 - 1), st.binary(), st.binary())
def test_blocks_come_apart_as_they_were_joined(read: int, valid: bytes, refused: bytes) -> None:
    assert frames.unpack_block(frames.pack_block(read, valid, refused)) == (read, valid, refused)
