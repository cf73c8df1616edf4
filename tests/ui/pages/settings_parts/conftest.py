# SPDX-License-Identifier: Apache-2.0
"""A window on an empty workspace with a running engine."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot


@pytest.fixture
def live(look: None, tmp_path: Path) -> Iterator[Robot]:
    from tests.journeys.windows import Windows

    windows = Windows()
    try:
        robot = windows.open(tmp_path / "ws")
        robot.window.desk.bridge.call(robot.window, lambda service, _task: service.engine.ensure_running())
        robot.settle()
        yield robot
    finally:
        windows.end()
