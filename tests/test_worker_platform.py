# SPDX-License-Identifier: Apache-2.0
"""The worker as a process: it speaks to the platform that was chosen, goes on with another, and takes a key no store keeps."""

from __future__ import annotations

import os
import subprocess
import sys
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import pytest

from koodesk.backend.bootstrap import open_service
from koodesk.backend.gateways.engine_process import LocalEngineProcess
from koodesk.backend.workspace import Workspace
from koodesk.domain.platform import Platform

pytestmark = pytest.mark.slow

ROOT = Path(__file__).resolve().parents[1]
KEY = b'{"ak": "AK1", "sk": "SK1", "endpoint": "http://127.0.0.1:9"}'


@contextmanager
def working(workspace: Workspace, *more: str, told: bytes = b"") -> Iterator[subprocess.Popen[bytes]]:
    """Run a worker; it is ended when it says nothing for a minute."""
    process = subprocess.Popen(
        [sys.executable, "-m", "koodesk.worker", "--workspace", str(workspace.root), *more],
        stdin=subprocess.PIPE,
        stderr=subprocess.PIPE,
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
    )
    watchdog = threading.Timer(60, process.kill)
    watchdog.start()
    try:
        assert process.stdin is not None
        process.stdin.write(told)
        process.stdin.close()
        yield process
        process.terminate()
        assert process.wait(30) == 0
    finally:
        watchdog.cancel()
        process.kill()
        process.wait()
        assert process.stderr is not None
        process.stderr.close()


def said(process: subprocess.Popen[bytes], words: str) -> bool:
    """Read what a worker says until it has said something."""
    assert process.stderr is not None
    return any(words in line.decode() for line in process.stderr)


@pytest.fixture
def workspace(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Workspace]:
    monkeypatch.setenv("KOODESK_CLOUD_AK", "AK1")
    monkeypatch.setenv("KOODESK_CLOUD_SK", "SK1")
    made = Workspace(tmp_path / "workspace")
    yield made
    LocalEngineProcess(made).stop()


def test_a_worker_goes_on_with_the_platform_that_is_chosen(workspace: Workspace) -> None:
    with open_service(workspace) as service, working(workspace) as process:
        assert said(process, "worker ready: local")
        service.platform.switch(Platform.CLOUD)
        assert said(process, "worker ready: cloud")


def test_on_the_cloud_no_engine_is_started_and_a_key_may_come_by_the_standard_input(
    workspace: Workspace, monkeypatch: pytest.MonkeyPatch
) -> None:
    with open_service(workspace) as service:
        service.platform.switch(Platform.CLOUD)
    monkeypatch.delenv("KOODESK_CLOUD_AK")
    with working(workspace, "--key-on-stdin", told=KEY) as process:
        assert said(process, "worker ready: cloud")
    assert not (workspace.engine / "engine.json").exists()
