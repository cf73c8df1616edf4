# SPDX-License-Identifier: Apache-2.0
"""Which rule pack is in use: newer wins, older only when asked for, and nothing bad takes the shipped one's place."""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk import paths, rule_packs
from koodesk.domain.problem import Refused
from koodesk.rule_packs import Origin, PackShelf
from tests.domain import packs
from tests.domain.strategies import RESOURCES, pack

SHIPPED = pack().date


def shelf_at(folder: Path) -> PackShelf:
    return PackShelf(RESOURCES / "rules", folder / "data" / "installed-rules.zip")


@pytest.fixture
def shelf(tmp_path: Path) -> PackShelf:
    return shelf_at(tmp_path)


def test_without_an_installed_pack_the_shipped_one_is_used(shelf: PackShelf) -> None:
    found = shelf.in_use()
    assert (found.pack, found.origin, found.problems) == (pack(), Origin.SHIPPED, ())
    assert shelf.remove() == found


def test_a_newer_pack_wins_at_once_and_after_a_start(shelf: PackShelf, tmp_path: Path) -> None:
    before = shelf.in_use()
    found = shelf.install(packs.archive(tmp_path / "a.zip", packs.SHORTER))
    assert (found.origin, found.pack.limit("tpl_name.max"), found.problems) == (Origin.INSTALLED, 3, ())
    assert shelf.in_use() is found
    assert shelf_at(tmp_path).in_use() == found
    assert [p.name for p in shelf.file.parent.iterdir()] == [shelf.file.name]
    assert shelf.remove() == before
    assert shelf_at(tmp_path).in_use() == before


def test_a_pack_that_is_not_newer_is_refused_unless_asked_for(shelf: PackShelf, tmp_path: Path) -> None:
    for number, date in enumerate(("2020-01-01", SHIPPED)):
        old = packs.folder(tmp_path / str(number), packs.SHORTER, date=date)
        with pytest.raises(Refused) as refused:
            shelf.install(old)
        (problem,) = refused.value.problems
        assert (problem.code, problem.param("date"), problem.param("shipped")) == (
            "pack.not_newer",
            date,
            SHIPPED,
        )
        assert shelf.in_use().origin is Origin.SHIPPED
        assert shelf.install(old, older=True).origin is Origin.INSTALLED
        shelf.remove()


def test_a_release_with_a_newer_pack_takes_over(shelf: PackShelf, tmp_path: Path) -> None:
    """Both a newer pack that has been overtaken and an older one that was asked for give way to another version's."""
    later = packs.folder(tmp_path / "release", date="2040-01-01")
    for name, date, older in (("new", packs.NEWER, False), ("old", "2020-01-01", True)):
        shelf.install(packs.folder(tmp_path / name, date=date), older=older)
        assert shelf.in_use().origin is Origin.INSTALLED
        found = PackShelf(later, shelf.file).in_use()
        assert (found.origin, found.pack.date) == (Origin.SHIPPED, "2040-01-01")
        assert [p.code for p in found.problems] == ["pack.not_newer"]


@pytest.mark.parametrize("bad", ["limits.toml", "events.toml"])
def test_a_bad_pack_is_refused_and_what_was_in_use_stays(shelf: PackShelf, tmp_path: Path, bad: str) -> None:
    shelf.install(packs.archive(tmp_path / "good.zip", packs.SHORTER))
    held = shelf.file.read_bytes()
    place = packs.folder(tmp_path / "bad", date="2035-01-01")
    (place / bad).write_bytes(b"[")
    with pytest.raises(Refused, match=r"pack\.unreadable"):
        shelf.install(place)
    assert shelf.file.read_bytes() == held
    assert shelf.in_use().pack.limit("tpl_name.max") == 3


@pytest.mark.parametrize("damage", [b"", b"no zip", b"PK\x05\x06" + b"\0" * 18])
def test_a_damaged_installed_pack_is_passed_over(shelf: PackShelf, tmp_path: Path, damage: bytes) -> None:
    shelf.install(packs.archive(tmp_path / "a.zip"))
    shelf.file.write_bytes(damage)
    found = shelf.in_use()
    assert (found.pack, found.origin) == (pack(), Origin.SHIPPED)
    assert found.problems[0].code == "pack.passed_over"
    assert len(found.problems) == 2


def test_a_pack_put_there_by_hand_is_not_taken_without_its_note(shelf: PackShelf, tmp_path: Path) -> None:
    shelf.file.parent.mkdir()
    packs.archive(shelf.file)
    assert [p.code for p in shelf.in_use().problems] == ["pack.passed_over", "card.unreadable"]


def test_a_folder_that_cannot_be_written(tmp_path: Path) -> None:
    (tmp_path / "data").write_text("a file where the folder should be")
    shelf = PackShelf(RESOURCES / "rules", tmp_path / "data" / "installed-rules.zip")
    with pytest.raises(Refused, match=r"pack\.cannot_write"):
        shelf.install(packs.archive(tmp_path / "a.zip"))
    assert shelf.in_use().origin is Origin.SHIPPED


def test_the_users_own_shelf(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "installed_rules", lambda: tmp_path / "mine.zip")
    shelf = rule_packs.default_shelf()
    assert shelf is rule_packs.default_shelf()
    shelf.install(packs.archive(tmp_path / "a.zip"))
    assert rule_packs.pack_in_use().date == packs.NEWER
    monkeypatch.undo()
    assert rule_packs.pack_in_use() == pack()


def test_nobody_reads_the_shipped_pack_past_the_shelf() -> None:
    """Whoever reads it itself would go on with it when another one is installed."""
    package = Path(rule_packs.__file__).parent
    found = {
        file.relative_to(package).as_posix()
        for file in package.rglob("*.py")
        if "read_pack_folder" in file.read_text("utf-8")
    }
    assert found == {"rule_packs.py", "domain/rule_pack_reader.py"}
