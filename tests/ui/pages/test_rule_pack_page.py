# SPDX-License-Identifier: Apache-2.0
"""The rule pack's page in the real window with real packs: what is in use, comparing, refusing, taking up, giving back."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, cast

import pytest

from koodesk import paths
from koodesk.domain.rule_pack import Confidence
from koodesk.domain.rule_pack_summary import summary
from koodesk.rule_packs import default_shelf
from tests.domain import packs
from tests.domain.strategies import good, pack

if TYPE_CHECKING:
    from koodesk.demo.robot import Robot
    from koodesk.ui.pages.rule_pack import RulePackPage

pytestmark = pytest.mark.gui


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    """A shelf of this test's own; afterwards pictures are drawn by the pack that ships again."""
    from koodesk.ui import card_images

    place = tmp_path / "data" / "installed-rules.zip"
    monkeypatch.setattr(paths, "installed_rules", lambda: place)
    yield place
    monkeypatch.undo()
    card_images.take_up_rules()


@pytest.fixture
def page(robot: Robot) -> RulePackPage:
    return here(robot)


def here(robot: Robot) -> RulePackPage:
    return cast("RulePackPage", robot.go("rule_pack"))


def ask(robot: Robot, work: Callable[[Any], Any]) -> Any:
    answers: list[Any] = []
    robot.window.desk.bridge.call(
        robot.window, lambda service, _task: work(service), answers.append, answers.append
    )
    robot.wait(lambda: bool(answers), "the service answers")
    return answers[0]


def renewed(robot: Robot, old: RulePackPage) -> RulePackPage:
    """Wait until the pages have been made anew and this one shows its pack."""

    def there() -> bool:
        return robot.window.current_id == "rule_pack" and robot.page is not old

    robot.wait(there, "the page is made anew")
    robot.settle()
    return cast("RulePackPage", robot.page)


def texts(page: Any) -> str:
    from PySide6.QtWidgets import QLabel

    return "\n".join(one.text() for one in page.findChildren(QLabel) if one.isVisible())


def test_the_pack_in_use_with_its_certainty_and_its_conflicts(page: RulePackPage) -> None:
    known = summary(pack())
    assert pack().date in page.in_use.name.text()
    assert str(known.statements) in page.in_use.counts.text()
    said = texts(page.in_use)
    assert all(f"{known.counts[c]:,}" in said for c in Confidence)
    assert not page.restore.isVisible()
    assert list(page.conflicts.listing.model.rows) == list(known.conflicts)
    number = [s.where for s in known.conflicts].index("events/OPEN_URL/vendors/OPPO")
    page.conflicts.listing.table.selectRow(number)
    whole = page.conflicts.whole.text()
    assert "支持" in whole
    assert "官方 SDK" in whole
    assert "表 2-8" in whole  # the other side stays


def test_what_another_pack_changes_is_shown_and_nothing_is_taken(
    robot: Robot, page: RulePackPage, tmp_path: Path, installed: Path
) -> None:
    touched = ask(robot, lambda service: service.cards.create(good()))
    ask(robot, lambda service: service.cards.create(replace(good(), name="短名")))
    place = packs.archive(tmp_path / "new.zip", packs.SHORTER)
    page.compare(place)
    robot.settle()
    shown = page.comparison
    assert shown.isVisible()
    assert "new.zip" in shown.heading.text()
    assert [c.where for c in shown.changes.model.rows] == ["numbers/tpl_name.max/value"]
    cells = [
        shown.changes.model.data(shown.changes.model.index(0, n))
        for n in range(len(shown.changes.model.columns))
    ]
    assert cells == ["改变", "通用限制", "模板名称最多字数", "", "17", "3"]
    (row,) = shown.cards.model.rows
    assert (row.card.card_id, row.errors, row.warnings) == (touched.id, 1, 0)
    assert "最多 3 个字" in texts(shown.detail)
    assert "检查了 2 个模板" in shown.cards_said.text()
    assert robot.window.focusWidget() is shown.take
    assert not page.conflicts.isVisible()
    assert not installed.exists()
    robot.click("rule-pack-drop")
    assert not shown.isVisible()
    assert page.conflicts.isVisible()
    assert robot.window.focusWidget() is page.source.choose_button
    assert ask(robot, lambda service: service.rules.status()).installed is False


def test_an_affected_card_is_opened_by_the_keyboard_and_a_mended_one_is_no_longer_listed(
    robot: Robot, page: RulePackPage, tmp_path: Path
) -> None:
    from PySide6.QtCore import Qt
    from PySide6.QtTest import QTest

    card = ask(robot, lambda service: service.cards.create(good()))
    page.compare(packs.archive(tmp_path / "new.zip", packs.SHORTER))
    robot.settle()
    page.comparison.cards.table.setFocus()
    QTest.keyClick(page.comparison.cards.table, Qt.Key.Key_Return)
    robot.wait(lambda: robot.window.current_id == "editor", "the editor opens")
    robot.settle()
    here(robot)
    robot.click("rule-pack-open-card")
    robot.wait(lambda: robot.window.current_id == "editor", "the editor opens")
    robot.settle()
    ask(robot, lambda s: s.cards.save(card.id, replace(s.cards.open(card.id)[1], name="短名"), card.revision))
    assert here(robot) is page
    assert page.comparison.isVisible()
    assert page.comparison.cards.model.rows == []
    assert "检查结果都和现在一样" in texts(page.comparison)


def test_a_pack_that_is_taken_up_judges_lists_and_editors_at_once_and_is_given_back(
    robot: Robot, page: RulePackPage, tmp_path: Path, installed: Path
) -> None:
    from koodesk.ui import card_images

    card = ask(robot, lambda service: service.cards.create(good()))
    editor: Any = robot.go("editor", card_id=card.id)
    assert editor.studio.session.pack.date == pack().date
    page = here(robot)
    page.compare(packs.archive(tmp_path / "new.zip", packs.SHORTER))
    robot.settle()
    robot.click("rule-pack-take")
    page = renewed(robot, page)
    assert installed.exists()
    assert page.banner.isVisible()
    assert packs.NEWER in page.banner.accessibleName()
    assert packs.NEWER in page.in_use.name.text()
    assert card_images.drawing().pack.date == packs.NEWER
    assert ask(robot, lambda service: service.rules.status()).waits_for_start is False
    assert "name.too_long" in {p.code for p in ask(robot, lambda service: service.cards.check(card.id))}
    again: Any = robot.go("editor", card_id=card.id)
    assert again is not editor
    assert again.studio.session.pack.date == packs.NEWER
    assert "name.too_long" in {p.code for p in again.studio.session.problems}

    page = here(robot)
    robot.click("rule-pack-restore")
    sheet = robot.sheet()
    assert sheet.focusWidget() is sheet.cancel_button
    sheet.reject()
    assert installed.exists()
    robot.click("rule-pack-restore")
    robot.click(robot.sheet().accept_button)
    page = renewed(robot, page)
    assert not installed.exists()
    assert pack().date in page.banner.accessibleName()
    assert not page.restore.isVisible()
    assert card_images.drawing().pack.date == pack().date
    assert "name.too_long" not in {p.code for p in ask(robot, lambda service: service.cards.check(card.id))}


def test_the_news_is_told_once(robot: Robot, page: RulePackPage, tmp_path: Path) -> None:
    page.compare(packs.archive(tmp_path / "new.zip", packs.SHORTER))
    robot.settle()
    robot.click("rule-pack-take")
    page = renewed(robot, page)
    assert page.banner.isVisible()
    robot.change_look(theme_name="dark")
    assert robot.page is not page
    assert not robot.page.banner.isVisible()


def test_every_reason_against_a_pack_is_told_and_what_is_in_use_stays(
    robot: Robot, page: RulePackPage, tmp_path: Path
) -> None:
    bad = packs.folder(tmp_path / "bad")
    lines = (bad / "limits.toml").read_text("utf-8").splitlines()
    kept = [line for line in lines if "cover.bytes" not in line and "floor_url.max" not in line]
    (bad / "limits.toml").write_text("\n".join(kept), "utf-8")
    page.compare(bad)
    robot.settle()
    said = texts(page.source.refusal)
    assert "bad 不能启用" in said
    assert said.count("limits.toml") == 2
    assert "cover.bytes" in said
    assert "floor_url.max" in said
    assert "相配的规则包" in said  # what to do next
    assert robot.window.focusWidget() is page.source.again_button
    assert not page.comparison.isVisible()
    for wrong, word in ((tmp_path, "pack.toml"), (tmp_path / "gone.zip", "gone.zip")):
        page.compare(wrong)
        robot.settle()
        assert word in texts(page.source.refusal)
    page.compare(packs.folder(tmp_path / "sound"))
    robot.settle()
    assert page.comparison.isVisible()
    assert not page.source.refusal.isVisible()


def test_an_older_pack_is_taken_only_in_spite_of_its_date(
    robot: Robot, page: RulePackPage, tmp_path: Path
) -> None:
    page.compare(packs.folder(tmp_path / "old", packs.SHORTER, date="2020-01-01"))
    robot.settle()
    assert page.comparison.take.text() == "仍然启用"
    assert page.comparison.older.isVisible()
    assert robot.window.focusWidget() is page.comparison.drop
    robot.click("rule-pack-take")
    page = renewed(robot, page)
    assert "2020-01-01" in page.in_use.name.text()
    assert page.in_use.origin.accessibleName() == "自行启用"
    assert page.restore.isVisible()


def test_the_same_pack_and_one_of_another_date_have_nothing_to_list(
    robot: Robot, page: RulePackPage, tmp_path: Path
) -> None:
    page.compare(packs.folder(tmp_path / "same", date=pack().date) / "pack.toml")
    robot.settle()
    assert "完全相同" in page.comparison.said.text()
    assert not page.comparison.take.isVisible()
    assert not page.comparison.rules_card.isVisible()
    page.compare(packs.folder(tmp_path / "dated"))
    robot.settle()
    assert "只有规则包自己的编号或日期不同" in page.comparison.said.text()
    assert page.comparison.take.isVisible()
    assert not page.comparison.cards_card.isVisible()


def test_sources_and_notes_are_listed_apart(robot: Robot, page: RulePackPage, tmp_path: Path) -> None:
    other = (
        "limits.toml",
        'value = 17, source = "API CreatePersonalTemplate"',
        'value = 17, source = "SDK New"',
    )
    page.compare(packs.folder(tmp_path / "told", other))
    robot.settle()
    assert "只有来源和说明不同" in page.comparison.said.text()
    assert [c.where for c in page.comparison.changes.model.rows] == ["numbers/tpl_name.max/source"]
    page.comparison.which.choose("judging")
    assert page.comparison.changes.model.rows == []


def test_a_cancelled_comparison_shows_nothing(robot: Robot, page: RulePackPage, tmp_path: Path) -> None:
    ask(robot, lambda service: service.cards.create(good()))
    page.compare(packs.archive(tmp_path / "new.zip", packs.SHORTER))
    page.source.cancelled.emit()
    robot.settle()
    assert not page.comparison.isVisible()
    assert page.source.invitation.isVisible()


def test_a_file_or_folder_is_dropped_one_at_a_time(robot: Robot, page: RulePackPage, tmp_path: Path) -> None:
    from PySide6.QtCore import QMimeData, QPointF, Qt, QUrl
    from PySide6.QtGui import QDropEvent

    def drop(*places: Path) -> None:
        data = QMimeData()
        data.setUrls([QUrl.fromLocalFile(str(p)) for p in places])
        event = QDropEvent(
            QPointF(5, 5),
            Qt.DropAction.CopyAction,
            data,
            Qt.MouseButton.LeftButton,
            Qt.KeyboardModifier.NoModifier,
        )
        page.dropEvent(event)
        robot.settle()

    one = packs.folder(tmp_path / "one", packs.SHORTER)
    drop(one, tmp_path)
    assert "2" in page.banner.accessibleName()
    assert not page.comparison.isVisible()
    drop(one)
    assert page.comparison.isVisible()
    drop(tmp_path / "nothing.txt")
    assert "nothing.txt" in texts(page.source.refusal)


def test_a_pack_installed_meanwhile_is_told_and_taken_up(
    robot: Robot, page: RulePackPage, tmp_path: Path
) -> None:
    from PySide6.QtWidgets import QPushButton

    default_shelf().install(packs.archive(tmp_path / "new.zip", packs.SHORTER))
    robot.window.refresh()
    robot.settle()
    assert packs.NEWER in page.banner.accessibleName()
    assert pack().date in page.in_use.name.text()
    (jump,) = [b for b in page.banner.findChildren(QPushButton) if b.text() == "现在启用"]
    robot.click(jump)
    page = renewed(robot, page)
    assert packs.NEWER in page.in_use.name.text()


def test_a_damaged_installed_pack_is_told_and_can_be_removed(
    robot: Robot, page: RulePackPage, tmp_path: Path, installed: Path
) -> None:
    installed.parent.mkdir(parents=True)
    installed.write_bytes(b"no zip")
    robot.window.refresh()
    robot.settle()
    assert page.in_use.passed_over.isVisible()
    robot.click("rule-pack-restore")
    assert "不能使用" in texts(robot.sheet())
    robot.click(robot.sheet().accept_button)
    page = renewed(robot, page)
    assert not installed.exists()
    assert not page.in_use.passed_over.isVisible()


def test_a_card_whose_layout_the_new_pack_lacks_is_refused_in_words(
    robot: Robot, page: RulePackPage, tmp_path: Path
) -> None:
    from koodesk.domain.rule_pack_files import zipped

    card = ask(robot, lambda service: service.cards.create(good()))
    found = packs.files(("pack.toml", '"RedPacket",', ""))
    del found["layouts/RedPacket.toml"]
    place = tmp_path / "less.zip"
    place.write_bytes(zipped(found))
    page.compare(place)
    robot.settle()
    (row,) = page.comparison.cards.model.rows
    assert row.errors == 1
    robot.click("rule-pack-take")
    renewed(robot, page)
    robot.go("studio")
    assert "意料之外" not in robot.said()
    robot.go("editor", card_id=card.id)
    assert "RedPacket" in robot.said()
    assert "意料之外" not in robot.said()
