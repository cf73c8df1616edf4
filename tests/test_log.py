# SPDX-License-Identifier: Apache-2.0
"""No full phone number reaches a log."""

from __future__ import annotations

import logging
from pathlib import Path

import pytest

from koodesk import log


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("13800138000 refused", "138****8000 refused"),
        ("to +8613800138000.", "to +86138****8000."),
        ("['13800138000', 13900139000]", "['138****8000', 139****9000]"),
        ("order 138001380001234 stays", "order 138001380001234 stays"),
        ("chunk 12 of 40", "chunk 12 of 40"),
    ],
)
def test_numbers_are_masked_and_nothing_else_is(text: str, shown: str) -> None:
    assert log.masked(text) == shown


def test_a_traceback_is_masked_too(tmp_path: Path) -> None:
    before = logging.getLogger().handlers[:]
    file = tmp_path / "k.log"
    try:
        log.configure(file)
        try:
            raise ValueError("no such number: 13800138000")
        except ValueError:
            logging.getLogger("koodesk.test").exception("failed for %s", 13900139000)
        for handler in logging.getLogger().handlers:
            handler.close()
    finally:
        logging.getLogger().handlers[:] = before
    written = file.read_text("utf-8")
    assert "138****8000" in written
    assert "139****9000" in written
    assert "13800138000" not in written
