# SPDX-License-Identifier: Apache-2.0
"""A lock belongs to one opening of a file, asking leaves nothing behind, and it dies with its process."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

from koodesk.file_lock import is_locked, lock

HOLD = """
import os, sys, time
from koodesk.file_lock import lock
assert lock(os.open(sys.argv[1], os.O_RDWR | os.O_CREAT))
print("held", flush=True)
time.sleep(600)
"""


def test_no_file_is_not_locked_and_is_not_made(tmp_path: Path) -> None:
    assert not is_locked(tmp_path / "none.lock")
    assert list(tmp_path.iterdir()) == []


def test_one_opening_has_it(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    first = os.open(path, os.O_RDWR | os.O_CREAT)
    assert not is_locked(path)
    assert lock(first)
    second = os.open(path, os.O_RDWR)
    assert (lock(second), is_locked(path)) == (False, True)
    os.close(first)
    assert (lock(second), is_locked(path)) == (True, True)
    os.close(second)
    assert not is_locked(path)


def test_it_dies_with_its_process(tmp_path: Path) -> None:
    path = tmp_path / "a.lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == b"held\n"
        assert is_locked(path)
        holder.kill()
        holder.wait()
        assert not is_locked(path)
