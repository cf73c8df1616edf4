# SPDX-License-Identifier: Apache-2.0
"""A report as a PDF: everything of it stands on a page, over as many pages as it takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk import paths
from koodesk.backend.views.exports import DayColumns, Table
from koodesk.preview import fonts
from koodesk.preview.measure import FontMeasure
from koodesk.preview.placement import TextLine
from koodesk.preview.table_pdf import pages, write_pdf

pytestmark = pytest.mark.gui


def table(rows: int) -> Table:
    """Return a report with a chart and some lines."""
    lines = tuple((f"2026-11-{n % 28 + 1:02d}", n, 1_234_567, "99.98%") for n in range(rows))
    days = tuple((f"2026-11-{n:02d}", (n, 2)) for n in range(1, 29))
    chart = DayColumns((("成功", "chart_3"), ("失败", "chart_5")), days)
    return Table(
        "智能信息报表",
        ("按日 · 全部", "截至 2026-11-28"),
        ("日期", "提交数", "发送成功数", "成功率"),
        lines,
        chart,
    )


@pytest.mark.usefixtures("qapp")
def test_every_line_stands_on_a_page_inside_its_edges() -> None:
    made = pages(table(60), FontMeasure(fonts.load(paths.resources() / "fonts")))
    assert len(made) == 3
    words = [item for page in made for item in page if isinstance(item, TextLine)]
    texts = [line.text for line in words]
    assert texts.count("1,234,567") == 60
    assert texts.count("提交数") == 3, "the heading stands on each page"
    assert (texts.count("发送成"), texts.count("功数")) == (3, 3), "in two lines"
    assert "智能信息报表" in texts
    assert all(line.rect.x >= 36 and line.rect.right <= 842 - 35 for line in words)


@pytest.mark.usefixtures("qapp")
def test_a_long_name_ends_in_an_ellipsis_and_an_empty_chart_is_none() -> None:
    long = Table("报", (), ("名称", "数"), (("很长的名字" * 60, 1), ("合计", 1)), DayColumns((), ()))
    (page,) = pages(long, FontMeasure(fonts.load(paths.resources() / "fonts")))
    assert any(isinstance(item, TextLine) and item.text.endswith("…") for item in page)


@pytest.mark.usefixtures("qapp")
def test_it_is_a_pdf_and_a_place_that_cannot_be_written_is_an_error(tmp_path: Path) -> None:
    faces = fonts.load(paths.resources() / "fonts")
    write_pdf(tmp_path / "r.pdf", table(3), faces)
    assert (tmp_path / "r.pdf").read_bytes().startswith(b"%PDF-")
    write_pdf(tmp_path / "many.pdf", table(600), faces)
    many = (tmp_path / "many.pdf").read_bytes()
    assert b"+NotoSansSC-Bold" in many, "words are of a font that the file carries in part"
    assert len(many) < 100_000, "a part of the font, not the whole, and no outline for each character"
    with pytest.raises(OSError, match="nowhere"):
        write_pdf(tmp_path / "nowhere" / "r.pdf", table(3), faces)


@pytest.mark.usefixtures("qapp")
def test_columns_of_words_begin_at_the_left_and_no_heading_is_cut() -> None:
    made = Table(
        "Certificate",
        (),
        ("Standing", "Bucket", "Reason", "Numbers"),
        (("Sent once", "Accepted", "", 2000), ("Not sent", "Invalid", "", 5), ("Totals", "", "", 2005)),
    )
    (page,) = pages(made, FontMeasure(fonts.load(paths.resources() / "fonts")))
    at = {line.text: line.rect for line in page if isinstance(line, TextLine)}
    assert {"Standing", "Bucket", "Reason", "Numbers"} <= at.keys(), "none of them ends in an ellipsis"
    assert at["Bucket"].x == at["Accepted"].x == at["Invalid"].x
    assert at["Numbers"].right == pytest.approx(at["2,005"].right)
    assert at["Bucket"].x < 842 / 2, "the room is shared, not given to the first column alone"
