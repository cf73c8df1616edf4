# SPDX-License-Identifier: Apache-2.0
"""The application in its light Chinese look, and a window on a workspace that nothing has been done in."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from PySide6.QtWidgets import QApplication

    from koodesk.demo.robot import Robot


@pytest.fixture
def look(qapp: QApplication) -> Iterator[None]:
    from tests.journeys.windows import plain_look

    yield from plain_look(qapp)


@pytest.fixture
def robot(look: None, tmp_path: Path) -> Iterator[Robot]:
    """A window on an empty workspace, with its real service and neither engine nor worker."""
    from tests.journeys.windows import Windows

    windows = Windows()
    yield windows.open(tmp_path / "ws", processes=False)
    windows.end()
