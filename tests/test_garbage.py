# SPDX-License-Identifier: Apache-2.0
"""Looking for cycles rarely is still looking."""

from __future__ import annotations

import gc
import weakref
from collections.abc import Iterator

import pytest

from koodesk.garbage import AFTER, collect_rarely


class Node:
    """Something that can point at itself."""

    def __init__(self) -> None:
        self.itself = self


@pytest.fixture(autouse=True)
def _as_before() -> Iterator[None]:
    threshold = gc.get_threshold()
    yield
    gc.set_threshold(*threshold)
    gc.unfreeze()


def test_what_stands_in_a_cycle_goes_after_as_many_containers_as_are_named() -> None:
    collect_rarely()
    gone = weakref.ref(Node())
    few: list[list[int]] = [[] for _ in range(AFTER // 2)]
    assert gone() is not None
    many: list[list[int]] = [[] for _ in range(AFTER)]
    assert gone() is None, f"{len(few) + len(many)} containers later"
