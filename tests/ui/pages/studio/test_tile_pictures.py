# SPDX-License-Identifier: Apache-2.0
"""Pictures of tiles: one after the other, as many as are kept, none while the list moves, none twice."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from typing import Any

import pytest
from PySide6.QtCore import QObject
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from koodesk.domain.problem import Problem, problem
from koodesk.ui.pages.studio.tile_pictures import TilePictures

pytestmark = pytest.mark.gui
SIDE = 10
BYTES = SIDE * SIDE * 4


@dataclass
class ByHand:
    """A bridge whose calls are answered by the test, in order."""

    waiting: list[tuple[Callable[..., Any], Callable[[Any], None], Callable[[tuple[Problem, ...]], None]]] = (
        field(default_factory=list)
    )

    def call(self, _owner: Any, work: Any, then: Any, failed: Any) -> None:
        self.waiting.append((work, then, failed))

    def answer(self) -> None:
        work, then, _ = self.waiting.pop(0)
        then(work(None, None))

    def refuse(self) -> None:
        self.waiting.pop(0)[2]((problem("card.unknown"),))


@dataclass(frozen=True)
class Named:
    picture: str


def image(_service: Any, _tile: Any, _density: float) -> QImage:
    made = QImage(SIDE, SIDE, QImage.Format.Format_ARGB32_Premultiplied)
    made.fill(0xFF336699)
    return made


def named(letters: str) -> list[Named]:
    return [Named(letter) for letter in letters]


@pytest.fixture
def bridge() -> ByHand:
    return ByHand()


@pytest.fixture
def pictures(qtbot: QtBot, bridge: ByHand) -> Iterator[TilePictures]:
    del qtbot
    owner = QObject()
    yield TilePictures(bridge, image, owner, kept=3 * BYTES)  # type: ignore[arg-type]  # a bridge by hand
    owner.deleteLater()


def test_one_after_the_other_in_the_order_asked(pictures: TilePictures, bridge: ByHand) -> None:
    came: list[str] = []
    pictures.arrived.connect(came.append)
    pictures.want(named("ab"), 1.0)
    assert len(bridge.waiting) == 1
    bridge.answer()
    bridge.answer()
    assert came == ["a", "b"]
    assert bridge.waiting == []
    assert pictures.get("a") is not None


def test_only_what_was_wanted_last_is_drawn(pictures: TilePictures, bridge: ByHand) -> None:
    pictures.want(named("abc"), 1.0)
    pictures.want(named("xa"), 1.0)
    for _ in range(3):  # a was under way, x follows, and a is there by then
        if bridge.waiting:
            bridge.answer()
    assert (pictures.get("b"), pictures.get("c")) == (None, None)
    assert pictures.get("x") is not None


def test_nothing_is_begun_while_the_list_moves(pictures: TilePictures, bridge: ByHand, qtbot: QtBot) -> None:
    pictures.rest()
    pictures.want(named("a"), 1.0)
    assert bridge.waiting == []
    qtbot.waitUntil(lambda: len(bridge.waiting) == 1)


def test_as_many_as_are_kept_and_the_least_used_goes_first(pictures: TilePictures, bridge: ByHand) -> None:
    pictures.want(named("abc"), 1.0)
    for _ in "abc":
        bridge.answer()
    assert pictures.size == 3 * BYTES
    assert pictures.get("a") is not None  # used now, so b is the oldest
    pictures.want(named("d"), 1.0)
    bridge.answer()
    assert pictures.size == 3 * BYTES
    assert [letter for letter in "abcd" if pictures.get(letter) is None] == ["b"]


def test_what_cannot_be_drawn_is_not_tried_again(pictures: TilePictures, bridge: ByHand) -> None:
    pictures.want(named("ab"), 1.0)
    bridge.refuse()
    bridge.answer()
    pictures.want(named("ab"), 1.0)
    assert bridge.waiting == []
    assert pictures.get("a") is None
    assert pictures.get("b") is not None


def test_another_density_is_another_picture(pictures: TilePictures, bridge: ByHand) -> None:
    pictures.want(named("a"), 1.0)
    bridge.answer()
    pictures.want(named("a"), 2.0)
    assert pictures.get("a") is None
    bridge.answer()
    assert pictures.get("a") is not None
    assert pictures.size == BYTES
