# SPDX-License-Identifier: Apache-2.0
"""A workspace that is ready for a first send, a fresh copy for each test, and windows that leave nothing running."""

from __future__ import annotations

import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from tests.journeys.windows import Windows


@pytest.fixture(scope="session")
def filled_folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Everything cleared by the real engine, which has ended again."""
    from koodesk.backend.bootstrap import open_service
    from koodesk.backend.workspace import Workspace
    from koodesk.demo.sample import fill
    from tests.journeys.windows import end_processes

    folder = tmp_path_factory.mktemp("filled") / "ws"
    try:
        with open_service(Workspace(folder)) as service:
            service.engine.ensure_running()
            fill(service)
            service.engine.stop()
    finally:
        end_processes(folder)
    return folder


@pytest.fixture
def sample(filled_folder: Path, tmp_path: Path) -> Path:
    folder = tmp_path / "ws"
    shutil.copytree(filled_folder, folder)
    return folder


@pytest.fixture
def windows(qapp: QApplication) -> Iterator[Windows]:
    from tests.journeys.windows import Heartbeat, Windows, plain_look

    look = plain_look(qapp)
    next(look)
    made = Windows()
    heart = Heartbeat()
    yield made
    print(heart.stop())
    made.end()
    next(look, None)
