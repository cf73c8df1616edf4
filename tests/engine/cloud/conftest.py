# SPDX-License-Identifier: Apache-2.0
"""One cleared engine for the tests of a module that only ask it, and a fresh one for those that need it to themselves."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from koodesk.engine import control
from tests.engine.client import Client
from tests.engine.cloud.world import World, cleared


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Iterator[World]:
    """An engine with everything cleared."""
    folder: Path = tmp_path_factory.mktemp("cloud") / "engine"
    yield cleared(folder)
    Client.close_all()
    control.stop(folder)
