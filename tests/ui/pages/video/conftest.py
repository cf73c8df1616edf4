# SPDX-License-Identifier: Apache-2.0
"""A workspace in which a video SMS template is approved by the real engine, a fresh copy and a window for each test."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot


@pytest.fixture(scope="session")
def cleared_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The filing, a signature and a template approved; the engine that decided has ended again."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace
    from tests.journeys.windows import end_processes
    from tests.ui.pages.video.clearing import approved

    made = tmp_path_factory.mktemp("video")
    folder = made / "ws"
    try:
        with open_service(Workspace(folder)) as service:
            service.engine.ensure_running()
            service.account.open(agreed=True)
            approved(service, made / "papers")
            service.engine.stop()
    finally:
        end_processes(folder)
    return folder


@pytest.fixture
def live(look: None, cleared_folder: Path, tmp_path: Path) -> Iterator[Robot]:
    """A window on a copy of it, with a running engine and worker."""
    from tests.journeys.windows import Windows

    folder = tmp_path / "ws"
    shutil.copytree(cleared_folder, folder)
    windows = Windows()
    robot = windows.open(folder)
    try:
        robot.window.desk.bridge.call(robot.window, lambda service, _task: service.engine.ensure_running())
        robot.settle()
        yield robot
    finally:
        windows.end()
