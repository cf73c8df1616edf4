# SPDX-License-Identifier: Apache-2.0
"""A log that is read while the page before is still writing it: nothing of it is missing, and nobody's file is taken."""

from __future__ import annotations

import os
import time
from pathlib import Path

import pytest

from koodesk.editor.recovery_writer import Order, RecoveryWriter, settle


@pytest.fixture
def slow_disk(monkeypatch: pytest.MonkeyPatch) -> None:
    real = os.fsync

    def slowly(descriptor: int) -> None:
        time.sleep(0.15)
        real(descriptor)

    monkeypatch.setattr(os, "fsync", slowly)


@pytest.mark.usefixtures("slow_disk")
def test_settle_waits_for_what_was_ordered(tmp_path: Path) -> None:
    path = tmp_path / "card-1.recovery.jsonl"
    writer = RecoveryWriter(path)
    writer.order(Order.BEGIN, "first\n")
    for number in range(5):
        writer.order(Order.LINE, f"{number}\n")
    settle(path)
    assert path.read_text() == "first\n0\n1\n2\n3\n4\n"
    writer.end(Order.CLOSE, wait=True)


@pytest.mark.usefixtures("slow_disk")
def test_two_that_begin_the_same_log_do_not_take_each_others_file(tmp_path: Path) -> None:
    path = tmp_path / "card-1.recovery.jsonl"
    writers = [RecoveryWriter(path) for _ in range(2)]
    for number, writer in enumerate(writers):
        writer.order(Order.BEGIN, f"of {number}\n")
    settle(path)
    assert path.read_text() in ("of 0\n", "of 1\n")
    for writer in writers:
        writer.end(Order.CLOSE, wait=True)
    assert [p.name for p in tmp_path.iterdir()] == [path.name]


def test_nobody_waits_for_a_writer_that_has_ended(tmp_path: Path) -> None:
    path = tmp_path / "missing" / "card-1.recovery.jsonl"
    writer = RecoveryWriter(path)
    writer.order(Order.GO_ON)  # there is no such folder: the thread gives up
    settle(path)
    writer.end(Order.CLOSE, wait=True)
    settle(path)
