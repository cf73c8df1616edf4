# SPDX-License-Identifier: Apache-2.0
"""Engines for tests: one inside the test's process, and live ones that are always ended."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.engine import control
from tests.engine.client import Client
from tests.engine.inside import Inside


@pytest.fixture
def inside(tmp_path: Path) -> Iterator[Inside]:
    """An engine without HTTP; nothing is cleared."""
    engine = Inside(tmp_path)
    yield engine
    engine.connection.close()


@pytest.fixture
def engine_folder(tmp_path: Path) -> Iterator[Path]:
    """A folder whose engine, if the test starts one, is stopped afterwards."""
    folder = tmp_path / "engine"
    yield folder
    Client.close_all()
    control.stop(folder)
