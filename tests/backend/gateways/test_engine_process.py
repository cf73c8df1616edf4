# SPDX-License-Identifier: Apache-2.0
"""Ending the engine waits for its folder, not only for its silence: whoever starts the next one finds the folder free."""

from __future__ import annotations

import os
import subprocess
import threading
from pathlib import Path

import pytest

from koodesk.backend.gateways import engine_process
from koodesk.backend.gateways.engine_process import ENGINE_LOCK, LocalEngineProcess
from koodesk.backend.workspace import Workspace
from koodesk.domain.problem import Refused
from koodesk.file_lock import is_locked, lock


def test_one_that_answers_no_more_is_waited_for(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).create()
    workspace.engine.mkdir(exist_ok=True)
    held = os.open(workspace.engine / ENGINE_LOCK, os.O_RDWR | os.O_CREAT)
    assert lock(held)
    ending = threading.Thread(target=LocalEngineProcess(workspace).stop)
    ending.start()
    ending.join(0.3)
    assert ending.is_alive(), "the one on its way out still has the folder"
    os.close(held)
    ending.join(10)
    assert not ending.is_alive()


def test_one_that_keeps_the_folder_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(engine_process, "STOP_SECONDS", 0.2)
    workspace = Workspace(tmp_path).create()
    workspace.engine.mkdir(exist_ok=True)
    held = os.open(workspace.engine / ENGINE_LOCK, os.O_RDWR | os.O_CREAT)
    assert lock(held)
    with pytest.raises(Refused, match=r"engine\.stop_timeout"):
        LocalEngineProcess(workspace).stop()
    os.close(held)


def test_one_that_is_killed_while_it_starts_is_started_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    workspace = Workspace(tmp_path).create()
    started: list[subprocess.Popen[bytes]] = []
    detached = engine_process.detached

    def kill_the_first(command: list[str], log: Path) -> subprocess.Popen[bytes]:
        child = detached(command, log)
        if not started:
            child.kill()
            child.wait()
        started.append(child)
        return child

    monkeypatch.setattr(engine_process, "detached", kill_the_first)
    process = LocalEngineProcess(workspace)
    try:
        assert process.ensure_running().pid == started[1].pid
    finally:
        process.stop()


def test_the_next_one_finds_the_folder_free(tmp_path: Path) -> None:
    workspace = Workspace(tmp_path).create()
    process = LocalEngineProcess(workspace)
    process.stop()  # none runs: nothing happens
    first = process.ensure_running()
    process.stop()
    assert not is_locked(workspace.engine / ENGINE_LOCK)
    try:
        assert process.ensure_running().pid != first.pid
    finally:
        process.stop()
