# SPDX-License-Identifier: Apache-2.0
"""Fixtures of the sending tests."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from tests.backend.sending.workshop import Workshop, open_workshop


@pytest.fixture
def workshop(tmp_path: Path) -> Iterator[Workshop]:
    """A ledger in a temporary file with a scripted gateway."""
    opened = open_workshop(tmp_path)
    yield opened
    opened.database.close()
