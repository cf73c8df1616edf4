# SPDX-License-Identifier: Apache-2.0
"""A watched folder: nothing is written over, nothing leaves it by a name or a link, what was taken is found again."""

from __future__ import annotations

from pathlib import Path

import pytest

from koodesk.backend.storage.drop_folder import WatchedFolder
from koodesk.domain.problem import Refused


def test_a_file_goes_from_hand_to_hand(tmp_path: Path) -> None:
    (tmp_path / "a.xlsx").write_bytes(b"1")
    drop = WatchedFolder(tmp_path)
    assert [(one.name, one.size) for one in drop.look().values()] == [("a.xlsx", 1)]
    taken = drop.take("a.xlsx")
    assert (drop.left(), dict(drop.look())) == ((taken,), {})
    put = drop.put_away(taken, True, "token\n")
    assert (put.parent.name, put.read_bytes()) == ("prepared", b"1")
    assert put.with_name("a.xlsx.txt").read_text("utf-8") == "token\n"
    assert drop.left() == ()


def test_the_same_name_twice_is_two_files(tmp_path: Path) -> None:
    drop = WatchedFolder(tmp_path)
    for content in (b"1", b"2", b"3"):
        (tmp_path / "a.xlsx").write_bytes(content)
        drop.put_away(drop.take("a.xlsx"), False, "why\n")
    refused = tmp_path / "refused"
    assert sorted(one.name for one in refused.glob("*.xlsx")) == ["a 2.xlsx", "a 3.xlsx", "a.xlsx"]
    assert {one.read_bytes() for one in refused.glob("*.xlsx")} == {b"1", b"2", b"3"}


@pytest.mark.parametrize("name", ["../out.xlsx", "/etc/hostname", "taken/../../out.xlsx"])
def test_a_name_leads_nowhere_else(tmp_path: Path, name: str) -> None:
    outside = tmp_path / "out.xlsx"
    outside.write_bytes(b"mine")
    folder = tmp_path / "watched"
    folder.mkdir()
    with pytest.raises(Refused, match=r"watch\.move"):
        WatchedFolder(folder).take(name)
    assert outside.read_bytes() == b"mine"


def test_links_are_not_followed(tmp_path: Path) -> None:
    (tmp_path / "secret.xlsx").write_bytes(b"x")
    folder = tmp_path / "watched"
    (folder / "taken").mkdir(parents=True)
    (folder / "a.xlsx").symlink_to(tmp_path / "secret.xlsx")
    (folder / "taken" / "b.xlsx").symlink_to(tmp_path / "secret.xlsx")
    drop = WatchedFolder(folder)
    assert (dict(drop.look()), drop.left()) == ({}, ())


def test_a_folder_that_is_not_there_is_said(tmp_path: Path) -> None:
    with pytest.raises(Refused, match=r"watch\.folder"):
        WatchedFolder(tmp_path / "none").look()
    with pytest.raises(Refused, match=r"watch\.move"):
        WatchedFolder(tmp_path).take("gone.xlsx")


def test_one_is_at_work_in_it_at_a_time(tmp_path: Path) -> None:
    one, other = WatchedFolder(tmp_path), WatchedFolder(tmp_path)
    with one.alone():
        assert one.left() == ()  # what keeps others away is no number file
        with pytest.raises(Refused, match=r"watch\.held"), other.alone():
            pytest.fail("two are at work")
    with other.alone():
        pass
    with pytest.raises(Refused, match=r"watch\.folder"), WatchedFolder(tmp_path / "gone").alone():
        pytest.fail("there is no such folder")
