# SPDX-License-Identifier: Apache-2.0
"""The list of problems: filtered, each fix seen before it is made, made as one step; and waves under the words."""

from __future__ import annotations

from collections.abc import Callable
from typing import TYPE_CHECKING

import pytest
from PySide6.QtCore import QPoint, Qt
from PySide6.QtGui import QTextCursor
from PySide6.QtTest import QTest

from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.crop import Crop
from koodesk.domain.edits import Batch, Edit, SetCrop, SetEvent, SetText
from koodesk.domain.problem import Severity
from koodesk.domain.template import ImageContent, Template, TextContent
from koodesk.domain.vendor import Vendor
from koodesk.editor.canvas.squiggles import wave, wave_role
from koodesk.editor.problem_list import ProblemList
from koodesk.editor.studio import Studio

if TYPE_CHECKING:
    from pytestqt.qtbot import QtBot

    from koodesk.editor.session import Session

pytestmark = pytest.mark.gui

LINK = SetEvent("button", ClickEvent(EventType.OPEN_URL, (("target", "https://a.example"),)))
WRONG: Edit = Batch((SetText("title", "${name}  a<b 红包"), SetText("body", "好礼"), LINK))


def settle(qtbot: QtBot, studio: Studio) -> ProblemList:
    """Wait until the checks, the fixes and the preview are those of the card as it is now."""
    studio.checker.check_now()
    found = studio.dock.problems
    with qtbot.waitSignal(studio.session.checked):
        pass
    qtbot.waitUntil(lambda: not found.busy)
    return found


def lines(found: ProblemList) -> list[str]:
    return [found.list.item(row).text() for row in range(found.list.count())]


def choose(qtbot: QtBot, found: ProblemList, code: str) -> None:
    row = next(n for n, words in enumerate(lines(found)) if code in words)
    found.list.setCurrentRow(row)
    qtbot.waitUntil(lambda: not found.pane.busy)


@pytest.fixture
def found(qtbot: QtBot, studio: Studio) -> ProblemList:
    studio.session.edit(WRONG)
    studio.dock.show_problems()
    return settle(qtbot, studio)


def test_a_fix_is_seen_and_then_made_as_one_step(qtbot: QtBot, studio: Studio, found: ProblemList) -> None:
    """What is dropped is struck through, what is added underlined; undo takes it back whole."""
    before, depth = studio.session.document.template, studio.session.document.depth
    choose(qtbot, found, "text.forbidden_mark")
    assert studio.session.document.template is before
    assert "a<＜b" in found.pane.words.toPlainText()
    assert "a<b" in found.pane.words.accessibleDescription()
    assert "a＜b" in found.pane.words.accessibleDescription()
    cursor = QTextCursor(found.pane.words.document())
    looks = {}
    for at, mark in enumerate(found.pane.words.toPlainText()):
        cursor.setPosition(at + 1)
        looks[mark] = (cursor.charFormat().fontStrikeOut(), cursor.charFormat().fontUnderline())
    assert (looks["<"], looks["＜"], looks["b"]) == ((True, False), (False, True), (False, False))
    found.pane.apply.click()
    assert studio.session.document.depth == depth + 1
    title = studio.session.document.template.content("title")
    assert isinstance(title, TextContent)
    assert title.text == "${name}  a＜b 红包"
    studio.session.document.undo()
    assert studio.session.document.template == before


def test_all_fixes_are_one_step(qtbot: QtBot, studio: Studio, found: ProblemList) -> None:
    """Every change is shown first; afterwards nothing is left to fix."""
    before, depth = studio.session.document.template, studio.session.document.depth
    assert found.all.isEnabled()
    found.all.click()
    qtbot.waitUntil(lambda: found.pane.offer is not None)
    offer = found.pane.offer
    assert offer is not None
    assert [s.problem.code for s in offer.steps] == [
        "text.forbidden_mark",
        "text.spaces",
        "text.opt_out_missing",
        "event.vendor_doubtful",
    ]
    assert "拒收请回复R" in found.pane.words.toPlainText()
    found.pane.apply.click()
    assert studio.session.document.depth == depth + 1
    settle(qtbot, studio)
    assert not found.all.isEnabled()
    assert not any(p.severity is Severity.WARNING for p in studio.session.problems)
    studio.session.document.undo()
    assert studio.session.document.template == before


def test_for_one_vendor(qtbot: QtBot, studio: Studio, found: ProblemList) -> None:
    """The chip shows that vendor's problems and those all share, and the button fixes those."""
    found.bar.vendors[Vendor.HUAWEI].click()
    assert not any("event.vendor_doubtful" in words for words in lines(found))
    assert any("text.spaces" in words for words in lines(found))
    found.all.click()
    qtbot.waitUntil(lambda: found.pane.offer is not None)
    offer = found.pane.offer
    assert offer is not None
    assert "event.vendor_doubtful" not in {s.problem.code for s in offer.steps}
    found.bar.vendors[Vendor.OPPO].click()
    assert any("event.vendor_doubtful" in words for words in lines(found))
    assert found.bar.vendors[Vendor.MEIZU].isHidden()


def test_counts_and_severities(found: ProblemList) -> None:
    """Each chip counts what it would show."""
    every = len(lines(found))
    assert found.bar.vendors[None].text().endswith(f" {every}")
    notes = found.bar.severities[Severity.NOTE]
    count = int(notes.text().rpartition(" ")[2])
    assert count > 0
    notes.click()
    assert len(lines(found)) == every - count
    for severity in (Severity.ERROR, Severity.WARNING):
        found.bar.severities[severity].click()
    assert lines(found) == []
    notes.click()
    assert len(lines(found)) == count


def test_what_has_no_fix_says_so(qtbot: QtBot, studio: Studio, found: ProblemList) -> None:
    """Nothing to press."""
    studio.session.edit(SetText("merchant", ""))
    settle(qtbot, studio)
    choose(qtbot, found, "text.missing")
    assert not found.pane.apply.isEnabled()
    assert found.pane.words.toPlainText() != ""


def test_a_card_that_has_changed_since_is_previewed_again(
    qtbot: QtBot, studio: Studio, found: ProblemList
) -> None:
    """An offer for another card is not made."""
    choose(qtbot, found, "text.opt_out_missing")
    studio.session.document.apply(SetText("body", "换了"))
    depth = studio.session.document.depth
    found.pane.apply.click()
    assert studio.session.document.depth == depth
    qtbot.waitUntil(lambda: not found.pane.busy)
    found.pane.apply.click()
    body = studio.session.document.template.content("body")
    assert isinstance(body, TextContent)
    assert body.text == "换了拒收请回复R"


def test_everything_by_keyboard(qtbot: QtBot, studio: Studio, found: ProblemList) -> None:
    """From the list with Tab to the fix, which the space bar makes; Enter goes to the place."""
    studio.activateWindow()
    found.list.setFocus()
    choose(qtbot, found, "text.forbidden_mark")
    QTest.keyClick(found.list, Qt.Key.Key_Return)
    assert studio.session.selection.content == "title"
    found.list.setFocus()
    reached = found.list.nextInFocusChain()
    while reached is not None and reached is not found.pane.apply:
        reached = reached.nextInFocusChain()
        assert reached is not found.list
    QTest.keyClick(found.pane.apply, Qt.Key.Key_Space)
    title = studio.session.document.template.content("title")
    assert isinstance(title, TextContent)
    assert "＜" in title.text
    assert found.list.accessibleName()
    assert found.pane.words.accessibleName()
    assert all(chip.accessibleName() for chip in found.bar.vendors.values())


def test_a_change_of_looks_is_shown_as_two_cards(
    qtbot: QtBot, make_session: Callable[[Template], Session], with_picture: Template
) -> None:
    """A crop says little in numbers."""
    studio = Studio(make_session(SetCrop("picture", Crop(0, 0, 300, 200)).apply(with_picture)))
    qtbot.addWidget(studio)
    studio.resize(1096, 720)
    studio.show()
    qtbot.waitExposed(studio)
    studio.dock.show_problems()
    found = settle(qtbot, studio)
    choose(qtbot, found, "picture.ratio")
    qtbot.waitUntil(lambda: found.pane.offer is not None)
    offer = found.pane.offer
    assert offer is not None
    assert len(offer.cards) == 2
    assert offer.cards[0] != offer.cards[1]
    found.pane.apply.click()
    content = studio.session.document.template.content("picture")
    assert isinstance(content, ImageContent)
    assert content.picture is not None
    assert content.picture.crop is not None
    assert content.picture.crop.width == content.picture.crop.height
    studio.stop()


def test_words_with_a_problem_are_underlined(qtbot: QtBot, studio: Studio, found: ProblemList) -> None:
    """In the colour of the severity, below each line, on the phone it is about."""
    settle(qtbot, studio)
    problems = studio.session.problems
    assert wave_role(problems, "title", "", Vendor.HUAWEI) == "danger"
    assert wave_role(problems, "title", "child", Vendor.HUAWEI) == ""
    assert wave_role(problems, "merchant", "", Vendor.HUAWEI) == ""
    canvas = studio.canvas
    line = canvas.area(canvas.lines("title")[0].rect)
    with_wave = canvas.grab().toImage()
    studio.session.put_problems(tuple(p for p in problems if p.where != "content:title"))
    without = canvas.grab().toImage()
    ratio = with_wave.devicePixelRatio()

    def drawn(y: float) -> int:
        """How many pixels of a row the problem changes, within the words."""
        row = (QPoint(x, round(y)) * ratio for x in range(round(line.left()) + 2, round(line.right()) - 10))
        return sum(with_wave.pixelColor(p) != without.pixelColor(p) for p in row)

    assert drawn(line.bottom()) > line.width() / 2
    assert drawn(line.center().y()) == 0


def test_a_wave_stays_below_its_line() -> None:
    """From edge to edge, a few pixels high."""
    around = wave(10, 51, 20).boundingRect()
    assert (around.left(), around.right()) == (10, 51)
    assert around.height() < 8
