# SPDX-License-Identifier: Apache-2.0
"""While a bridge lives, cycles are collected on the window's thread only; afterwards as ever."""

from __future__ import annotations

import gc
import threading
import weakref

import pytest
from pytestqt.qtbot import QtBot

from koodesk.ui.bridge import Bridge

pytestmark = pytest.mark.gui

CYCLES = 5_000
"""Enough for the automatic collector to have come by several times, were it on."""


class Cycle:
    """Holds itself, so that only the collector can free it; remembers who did."""

    def __init__(self, freed: list[int]) -> None:
        self.me = self
        weakref.finalize(self, lambda: freed.append(threading.get_ident()))


class Nothing:
    """Stands where a service would; these tests ask it nothing."""

    def close(self) -> None:
        """Hold nothing open."""


def test_garbage_made_on_a_thread_is_collected_on_the_windows(qtbot: QtBot) -> None:
    bridge = Bridge(Nothing)  # type: ignore[arg-type]  # a service that is only closed
    freed: list[int] = []
    littered = threading.Event()

    def litter(_service: object, _task: object) -> None:
        for _ in range(CYCLES):
            Cycle(freed)
        littered.set()

    try:
        bridge.call(bridge, litter)
        # The window's thread stands still meanwhile: collected half-way, what comes after might be too little to be due.
        assert littered.wait(60)
        qtbot.waitUntil(lambda: len(freed) == CYCLES)
    finally:
        bridge.close()
    assert set(freed) == {threading.main_thread().ident}
    assert gc.isenabled()


def test_the_last_bridge_to_close_gives_the_automatic_collector_back(qtbot: QtBot) -> None:
    first = Bridge(Nothing)  # type: ignore[arg-type]  # a service that is only closed
    second = Bridge(Nothing)  # type: ignore[arg-type]  # a service that is only closed
    assert not gc.isenabled()
    first.close()
    first.close()
    assert not gc.isenabled()
    second.close()
    assert gc.isenabled()
