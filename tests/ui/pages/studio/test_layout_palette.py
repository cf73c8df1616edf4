# SPDX-License-Identifier: Apache-2.0
"""The palette of layouts: every layout of the pack in its group, drawn; a choice makes the starter and opens it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, cast

import pytest
from PySide6.QtCore import Qt
from PySide6.QtTest import QTest
from PySide6.QtWidgets import QLabel

from koodesk.domain.rule_pack import Purpose
from koodesk.ui import card_images
from koodesk.ui.pages.studio.layout_palette import LayoutPalette, starter_picture

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot

pytestmark = pytest.mark.gui


def opened(robot: Robot) -> LayoutPalette:
    """Wait until the palette shows its layouts with their pictures."""

    def there() -> bool:
        found = [p for p in robot.window.findChildren(LayoutPalette) if p.isVisible()]
        return bool(found) and found[0].list is not None and found[0].list.is_filled

    robot.wait(there, "the palette opens")
    robot.settle()
    return next(p for p in robot.window.findChildren(LayoutPalette) if p.isVisible())


def made(robot: Robot) -> Any:
    """Wait for the editor and return the card that was made."""
    robot.wait(lambda: robot.window.current_id == "editor", "the editor opens")
    robot.wait(lambda: cast(Any, robot.page).studio is not None, "the card is drawn")
    return cast(Any, robot.page).studio.session.document.template


def test_every_layout_is_there_in_its_group_with_a_picture(robot: Robot) -> None:
    robot.go("studio")
    robot.click("new-card")
    palette = opened(robot)
    found = palette.list
    assert found is not None
    pack = card_images.drawing().pack
    assert set(found.tiles) == set(pack.layouts)
    purposes = [pack.layouts[name].purpose for name in found.tiles]
    assert purposes == sorted(purposes, key=list(Purpose).index)
    families = [(pack.layouts[name].purpose, pack.layouts[name].family) for name in found.tiles]
    assert (
        len([n for n in range(1, len(families)) if families[n] != families[n - 1]]) == len(set(families)) - 1
    )
    heads = [label.text() for label in found.findChildren(QLabel) if label.isVisible()]
    assert {"营销类", "通知类"} <= set(heads)
    for name, tile in found.tiles.items():
        assert not tile._picture.pixmap().isNull(), name
        assert pack.layouts[name].use_when_zh in tile.accessibleDescription()
    palette.reject()


def test_a_choice_by_the_mouse_opens_its_starter(robot: Robot) -> None:
    robot.go("studio")
    robot.click("new-card")
    opened(robot)
    robot.choose_layout("Carousel")
    template = made(robot)
    assert template.layout == "Carousel"
    assert all(c.picture is not None for c in template.contents() if hasattr(c, "picture"))


def test_ctrl_n_and_the_keyboard_alone(robot: Robot) -> None:
    robot.go("overview")
    robot.window.show_page("studio", {"choose": True})
    palette = opened(robot)
    assert palette.list is not None
    assert not palette.make.isEnabled()
    assert palette.focusWidget() is palette.list.search
    palette.list.search.insert("红包")
    QTest.keyClick(palette.list.search, Qt.Key.Key_Down)
    first = palette.list.current
    assert first
    assert palette.make.isEnabled()
    QTest.keyClick(palette.list.tiles[first], Qt.Key.Key_Right)
    second = palette.list.current
    assert second not in ("", first)
    # Pressed only: the palette goes away with it, and nothing is left that the key could be released on.
    QTest.keyPress(palette.list.tiles[second], Qt.Key.Key_Return)
    assert made(robot).layout == second


def test_nothing_is_made_when_the_palette_is_closed(robot: Robot) -> None:
    robot.go("studio")
    robot.click("new-card")
    palette = opened(robot)
    QTest.keyPress(palette, Qt.Key.Key_Escape)
    robot.settle()
    assert robot.window.current_id == "studio"
    assert cast(Any, robot.page)._rows == ()


def test_a_card_of_a_named_layout_is_made_at_once(robot: Robot) -> None:
    robot.window.show_page("studio", {"create": "RedPacket"})
    assert made(robot).layout == "RedPacket"


def test_pictures_are_drawn_once(robot: Robot) -> None:
    one = starter_picture("RedPacket", 1.0)
    assert one is not None
    assert starter_picture("RedPacket", 1.0) is one
