# SPDX-License-Identifier: Apache-2.0
"""`koodesk demo`: the journey from the command line, and the workspace it leaves behind."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest


def koodesk(*words: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a user does."""
    return subprocess.run(
        [sys.executable, "-m", "koodesk", *words], capture_output=True, text=True, check=False, timeout=300
    )


def answer(*words: str) -> Any:
    """Run a command that must succeed and return its JSON."""
    done = koodesk(*words, "--json")
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
@pytest.mark.gui
def test_the_demo_accounts_for_everybody_and_leaves_a_cleared_workspace(tmp_path: Path) -> None:
    workspace, shots = tmp_path / "w", tmp_path / "shots"
    told = answer("demo", "--workspace", str(workspace), "--recipients", "40", "--out", str(shots))
    assert told["recipients"] == told["accepted"] + told["refused"] == 40
    assert told["accepted"] == told["delivered"] + told["failed"] + told["unknown"]
    assert told["twice"] == 0
    assert len(told["screenshots"]) >= 8
    assert all(Path(shot).stat().st_size > 10_000 for shot in told["screenshots"])
    # A script goes on from here without a window.
    assert [
        row["sendable"] for row in answer("sms-template", "list", "--workspace", str(workspace))["items"]
    ] == [True]
    assert [
        row["sendable"] for row in answer("template", "list", "--workspace", str(workspace))["items"]
    ] == [True]
    log = koodesk("engine", "log", "--workspace", str(workspace)).stdout.splitlines()
    assert len({json.loads(line)["recipient"] for line in log}) == len(log) == 40
    by_id = koodesk("engine", "log", "--workspace", str(workspace), "--campaign", "1").stdout.splitlines()
    assert by_id == log
    again = koodesk("demo", "--workspace", str(workspace))
    assert again.returncode == 2
    assert "not empty" in again.stderr


def test_every_story_is_a_chapter_of_the_guide() -> None:
    from koodesk.cli.demo import STORIES, story_of
    from koodesk.demo.telling import Telling

    assert set(STORIES) >= {"redpacket", "video"}
    stories = [story_of(name) for name in STORIES]
    assert all(issubclass(story, Telling) for story in stories)
    assert len(set(stories)) == len(STORIES)
