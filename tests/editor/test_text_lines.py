# SPDX-License-Identifier: Apache-2.0
"""What is edited in place falls into the lines the phone shows, at every zoom and on every phone."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from koodesk.domain.edits import SetText

if TYPE_CHECKING:
    from koodesk.editor.studio import Studio

pytestmark = pytest.mark.gui

TEXTS = (
    "30元无门槛红包已到账，今晚24点前有效，下单立减。拒收请回复R",
    "点击链接km2g.cn/a1。（仅限会员）优惠券限时：“新人价”，点击链接km2g.cn/a1",
    "即日起至12月31日尊敬的客户“新人价”优惠券。到店领取满30元减5元，拒收请回复R",
    "第一行\n第二行比第一行长得多得多，会在手机上再折一次，拒收请回复R",
)


@pytest.mark.parametrize("text", TEXTS)
@pytest.mark.parametrize("zoom", [0.9, 1.0, 1.37])
def test_the_lines_are_the_phones(studio: Studio, text: str, zoom: float) -> None:
    from PySide6.QtWidgets import QApplication

    from koodesk.editor.canvas import text_lines
    from koodesk.editor.canvas.text_tool import TextTool
    from koodesk.preview.placement import TextLine

    studio.session.edit(SetText("body", text))
    studio.view._zoom_to(zoom)
    for vendor in studio.session.takers():
        studio.show_vendor(vendor)
        studio.edit_in_place("body")
        tool = studio.canvas.tool
        assert isinstance(tool, TextTool)
        QApplication.processEvents()
        shown: list[int] = []
        block = tool.field.document().begin()
        while block.isValid():
            shown += [block.position() + start for start in text_lines.starts(block)]
            block = block.next()
        lines = [item for item in studio.canvas.placement.of("body") if isinstance(item, TextLine)]
        assert shown[: len(lines)] == [line.runs[0].start for line in lines]
        studio.canvas.put_down()
