# SPDX-License-Identifier: Apache-2.0
"""Pictures are cut around their focal point when they are chosen, and it is set while cropping."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from koodesk.domain.crop import fit_around
from koodesk.domain.edits import SetPicture
from koodesk.domain.template import ImageContent, Picture

if TYPE_CHECKING:
    from collections.abc import Callable

    from pytestqt.qtbot import QtBot

    from koodesk.domain.crop import Focal
    from koodesk.domain.template import MaterialRef
    from koodesk.editor.gallery import Failed
    from koodesk.editor.studio import Studio
    from tests.editor.conftest import MemoryGallery

pytestmark = pytest.mark.gui


def slot(studio: Studio) -> ImageContent:
    contents = studio.session.document.template.contents()
    return next(
        c for c in contents if isinstance(c, ImageContent) and studio.session.slot(c.id).ratio is not None
    )


def test_a_chosen_picture_is_cut_around_its_focal_point(studio: Studio, gallery: MemoryGallery) -> None:
    from tests.editor.conftest import png

    session = studio.session
    found = gallery.put("wide.png", png(1600, 400))
    ratio = session.slot(slot(studio).id).ratio
    assert ratio is not None
    shape = (ratio.width, ratio.height)
    session.around.focals[found.digest] = (900, 500)
    assert studio.pictures.place(slot(studio).id, found)
    placed = slot(studio).picture
    assert placed is not None
    assert placed.crop == fit_around(1600, 400, shape, (900, 500)) != fit_around(1600, 400, shape)


@pytest.mark.parametrize("accept", [True, False])
def test_the_focal_point_is_kept_when_the_crop_is_accepted(
    studio: Studio, gallery: MemoryGallery, accept: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    from koodesk.editor.canvas.crop_tool import CropTool
    from tests.editor.conftest import MemoryGallery, png

    kept: list[tuple[str, Focal]] = []

    def keep(_self: MemoryGallery, material: MaterialRef, focal: Focal, _failed: Failed) -> None:
        kept.append((material.digest, focal))

    monkeypatch.setattr(MemoryGallery, "set_focal", keep, raising=False)
    found = gallery.put("wide.png", png(1600, 400))
    content = slot(studio).id
    studio.pictures.place(content, found)
    studio.crop_in_place(content)
    tool = studio.canvas.tool
    assert isinstance(tool, CropTool)
    tool._bar.focus.setChecked(True)
    mask = tool._frame.mask
    at = tool.rect().topLeft()
    at.setX(round(mask.x + mask.width * 0.9))
    at.setY(round(mask.y + mask.height / 2))
    before = tool.crop
    QTest.mouseClick(tool, Qt.MouseButton.LeftButton, pos=at)
    assert tool.crop.x > before.x
    assert (tool.crop.width, tool.crop.height) == (before.width, before.height)
    end: Callable[[], None] = tool.accept if accept else tool.give_up
    end()
    assert [digest for digest, _ in kept] == ([found.digest] if accept else [])
    if accept:
        assert studio.session.focal(found.digest) == kept[0][1]
        assert kept[0][1][0] > 500


def test_another_layout_cuts_a_picture_around_its_focal_point(
    qtbot: QtBot, studio: Studio, gallery: MemoryGallery
) -> None:
    from tests.editor.conftest import png

    session = studio.session
    name = slot(studio).id
    found = gallery.put("wide.png", png(1600, 400))
    session.edit(SetPicture(name, Picture(found)))
    session.around.focals[found.digest] = (900, 500)
    chooser = studio.change_layout()
    qtbot.waitUntil(lambda: not chooser.busy)
    with qtbot.waitSignal(chooser.finished):
        chooser.list.chosen.emit("StandardImageAndText")
    ratio = session.slot(name).ratio
    assert (session.layout.id, ratio is not None) == ("StandardImageAndText", True)
    assert ratio is not None
    placed = slot(studio).picture
    assert placed is not None
    shape = (ratio.width, ratio.height)
    assert placed.crop == fit_around(1600, 400, shape, (900, 500)) != fit_around(1600, 400, shape)
