# SPDX-License-Identifier: Apache-2.0
"""What the program starts in the background inherits no password and no access key: it outlives the command that had them."""

from __future__ import annotations

import sys
from pathlib import Path

import pytest

from koodesk.backend.gateways.engine_process import SECRETS, detached


def test_no_secret_is_inherited(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    for name in SECRETS:
        monkeypatch.setenv(name, "Spruce-2026")
    monkeypatch.setenv("KOODESK_LANG", "zh")
    log = tmp_path / "child.log"
    child = detached([sys.executable, "-c", "import os; print(dict(os.environ))"], log)
    assert child.wait(60) == 0
    told = log.read_text()
    assert "KOODESK_LANG" in told
    assert "Spruce-2026" not in told
