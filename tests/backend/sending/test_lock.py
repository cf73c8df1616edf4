# SPDX-License-Identifier: Apache-2.0
"""The worker lock: one holder, and it dies with its process."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from koodesk.backend.sending.lock import WorkerLock
from koodesk.domain.problem import Refused
from koodesk.file_lock import is_locked

ROOT = Path(__file__).resolve().parents[3]
HOLDER = """
import sys, pathlib
from koodesk.backend.sending.lock import WorkerLock
with WorkerLock(pathlib.Path(sys.argv[1])):
    print("held", flush=True)
    sys.stdin.read()
"""


def test_a_second_holder_is_refused_and_a_killed_one_is_gone(tmp_path: Path) -> None:
    path = tmp_path / "worker.lock"
    assert not is_locked(path)
    with subprocess.Popen(
        [sys.executable, "-c", HOLDER, str(path)], stdin=subprocess.PIPE, stdout=subprocess.PIPE, cwd=ROOT
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_locked(path)
        with pytest.raises(Refused) as refused, WorkerLock(path, patience=0):
            pass
        assert refused.value.problems[0].code == "worker.held"
        holder.kill()
        holder.wait()
    assert not is_locked(path)
    with WorkerLock(path):
        assert is_locked(path)
    assert not is_locked(path)
