# SPDX-License-Identifier: Apache-2.0
"""The bar of shares: what it says in text, and that its legend always has room."""

from __future__ import annotations

import pytest

pytestmark = pytest.mark.gui


@pytest.mark.usefixtures("look")
def test_it_reads_out_counts_shares_and_the_mark() -> None:
    from koodesk.ui.widgets.share_bar import Share, ShareBar

    bar = ShareBar()
    bar.show_shares(
        [Share("移动", 60, "chart_1"), Share("联通", 20, "chart_4"), Share("电信", 5, "chart_3", "不会发送")],
        (75, "移动 ≥ 75%"),
    )
    # Who gets nothing is no part of the whole.
    assert bar.accessibleName() == "移动 60 · 75.0%; 联通 20 · 25.0%; 电信 5 · 不会发送; 移动 ≥ 75%"
    bar.show_shares([Share("移动", 0, "chart_1")])
    assert bar.accessibleName() == ""


@pytest.mark.usefixtures("look")
def test_a_narrow_legend_takes_more_lines_and_everything_is_painted() -> None:
    from koodesk.ui.widgets.share_bar import Share, ShareBar

    bar = ShareBar()
    bar.show_shares([Share(f"很长的运营商名称{n}", 10_000 * n, "chart_1") for n in range(1, 6)], (75, "标记"))
    bar.show()
    assert bar.heightForWidth(220) > bar.heightForWidth(1200)
    for width in (200, 500, 1200):
        bar.resize(width, 1)
        assert bar.height() == bar.heightForWidth(width)
        assert not bar.grab().isNull()
    bar.hide()
