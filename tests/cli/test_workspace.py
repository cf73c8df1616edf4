# SPDX-License-Identifier: Apache-2.0
"""`koodesk workspace ...` in a process of its own, as a script uses it."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

pytestmark = pytest.mark.slow


def koodesk(*arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "koodesk", *arguments], capture_output=True, text=True, check=False
    )


def test_a_workspace_moves_and_answers_at_both_names(tmp_path: Path) -> None:
    old, new = tmp_path / "old", tmp_path / "new"
    where = ("--workspace", str(old), "--json")
    try:
        assert koodesk("engine", "start", *where).returncode == 0
        full = tmp_path / "full"
        full.mkdir()
        (full / "mine").write_bytes(b"")
        refused = koodesk("workspace", "move", str(full), *where)
        assert refused.returncode == 1
        assert [one["code"] for one in json.loads(refused.stdout)["problems"]] == ["workspace.folder_in_use"]
        moved = koodesk("workspace", "move", str(new), *where)
        assert moved.returncode == 0, moved.stderr
        told = json.loads(moved.stdout)
        assert (told["workspace"], told["old"], told["removed"]) == (str(new), str(old), False)
        status = json.loads(koodesk("engine", "status", *where).stdout)
        assert status["running"] is False, "it was ended, and nobody has asked for it again"
        removed = json.loads(koodesk("workspace", "remove-old", *where).stdout)
        assert (removed["workspace"], removed["old"], removed["removed"]) == (str(new), "", True)
        assert [path.name for path in old.iterdir()] == ["moved.json"]
        assert koodesk("engine", "start", *where).returncode == 0
        assert (new / "engine" / "endpoint.json").exists()
    finally:
        koodesk("engine", "stop", *where)
