# SPDX-License-Identifier: Apache-2.0
"""Rule packs from outside: the ways they come, and a table of hostile ones."""

from __future__ import annotations

import io
import os
import zipfile
from collections.abc import Callable
from pathlib import Path

import pytest

from koodesk.domain import rule_pack_files
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack_diff import compare
from koodesk.domain.rule_pack_files import may_be_slow, read_files, read_usable, unzipped, zipped
from koodesk.domain.rule_pack_reader import read_pack
from tests.domain import packs
from tests.domain.strategies import RESOURCES, pack


def test_a_pack_is_read_from_a_folder_its_head_and_a_zip(tmp_path: Path) -> None:
    place = packs.folder(tmp_path / "pack")
    wanted = read_pack(packs.files())
    assert [c.where for c in compare(pack(), wanted)] == ["date"]
    inside = tmp_path / "inside.zip"
    with zipfile.ZipFile(inside, "w") as archive:
        archive.writestr("my pack/", b"")
        for name, data in packs.files().items():
            archive.writestr(f"my pack/{name}", data)
        archive.writestr("my pack/access.toml", b"no part of a pack")
    for path in (place, place / "pack.toml", packs.archive(tmp_path / "pack.zip"), inside):
        assert read_pack(read_files(path)) == wanted
    assert read_pack(read_files(RESOURCES / "rules")) == pack()


def test_the_same_files_make_the_same_zip() -> None:
    assert zipped(packs.files()) == zipped(dict(reversed(packs.files().items())))
    assert unzipped(zipped(packs.files()), "x") == packs.files()


def put(name: str, data: bytes | None) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        if data is None:
            del files[name]
        else:
            files[name] = data

    return change


def swap(name: str, old: str, new: str) -> Callable[[dict[str, bytes]], None]:
    def change(files: dict[str, bytes]) -> None:
        text = files[name].decode()
        assert old in text
        files[name] = text.replace(old, new, 1).encode()

    return change


HOSTILE: list[tuple[str, Callable[[dict[str, bytes]], None], str]] = [
    ("head not TOML", put("pack.toml", b"["), "pack.unreadable"),
    ("head not UTF-8", put("pack.toml", b"\xff"), "pack.unreadable"),
    ("endless nesting", put("limits.toml", b"a = " + b"[" * 100_000), "pack.unreadable"),
    ("file too large", put("floors.toml", b"#" * 1_048_577), "pack.unreadable"),
    ("a file is missing", put("events.toml", None), "pack.file_missing"),
    ("a layout is missing", put("layouts/RedPacket.toml", None), "pack.file_missing"),
    ("a file nobody knows", put("run.py", b""), "pack.file_unknown"),
    ("a path out of the pack", put("../../evil.toml", b""), "pack.file_unknown"),
    ("a later format", swap("pack.toml", "format = 2", "format = 3"), "pack.newer"),
    ("format a text", swap("pack.toml", "format = 2", 'format = "2"'), "data.wrong_type"),
    ("no such day", swap("pack.toml", packs.NEWER, "2031-02-30"), "pack.bad_date"),
    ("layout twice", swap("pack.toml", "layouts = [", 'layouts = ["RedPacket", '), "pack.duplicate"),
    ("layout outside", swap("pack.toml", "layouts = [", 'layouts = ["../pack", '), "pack.file_missing"),
    ("a slot twice", swap("layouts/RedPacket.toml", 'id = "title"', 'id = "body"'), "pack.duplicate"),
    ("a position twice", swap("layouts/RedPacket.toml", "position = 3", "position = 4"), "pack.duplicate"),
    ("vendor unknown", swap("layouts/RedPacket.toml", "HUAWEI = {", "HONOR = {"), "data.unknown_name"),
    ("event unknown", swap("events.toml", '"OPEN_URL"', '"OPEN_DOOR"'), "data.unknown_name"),
    ("a pattern that is none", swap("events.toml", r"'https://\S+'", "'('"), "pack.bad_pattern"),
    ("a pattern that hangs", swap("events.toml", r"'https://\S+'", "'(a+)+b'"), "pack.slow_pattern"),
    ("number missing", swap("limits.toml", '"tpl_name.max"', '"tpl_name.most"'), "pack.number_missing"),
    ("number below 0", swap("limits.toml", "value = 17", "value = -1"), "data.out_of_range"),
    (
        "number unknown",
        swap("limits.toml", '"tpl_name.max" = { value = 17, source = "API CreatePersonalTemplate", confidence = "stated"', '"tpl_name.max" = { source = "x", confidence = "unknown"'),
        "pack.number_missing",
    ),
    ("a value without source", swap("limits.toml", 'source = "API CreatePersonalTemplate", ', ""), "data.key_missing"),
    ("a key nobody knows", swap("floors.toml", "type = 0", "type = 0\nshell = 1"), "data.key_unknown"),
    ("a group of no slot", swap("layouts/Carousel.toml", 'id = "cards"', 'id = "shelf"'), "pack.bad_group"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "code"), [h[1:] for h in HOSTILE], ids=[h[0] for h in HOSTILE])
def test_a_hostile_pack_is_refused(change: Callable[[dict[str, bytes]], None], code: str) -> None:
    files = packs.files()
    change(files)
    with pytest.raises(Refused) as refused:
        read_usable(files, pack())
    assert refused.value.problems[0].code == code


def test_the_shipped_pack_can_be_used_in_its_own_place() -> None:
    assert read_usable(packs.files(), pack()).date == packs.NEWER


def archive_of(*members: tuple[str, bytes]) -> bytes:
    target = io.BytesIO()
    with zipfile.ZipFile(target, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, data in members:
            archive.writestr(name, data)
    return target.getvalue()


def test_the_whole_shipped_folder_zipped_is_a_pack() -> None:
    """What lies beside the pack in that folder is known to be no part of it."""
    rules = RESOURCES / "rules"
    data = archive_of(*((f.relative_to(rules).as_posix(), f.read_bytes()) for f in rules.rglob("*.toml")))
    assert read_usable(unzipped(data, "rules.zip"), pack()) == pack()


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"", "pack.unreadable"),
        (b"PK\x03\x04 no zip", "pack.unreadable"),
        (archive_of(), "pack.not_a_pack"),
        (archive_of(("readme.txt", b"hello")), "pack.not_a_pack"),
        (archive_of(("pack.toml.bak", b"")), "pack.not_a_pack"),
        (archive_of(*((f"{n}.toml", b"") for n in range(201))), "pack.too_many_files"),
        (archive_of(("pack.toml", b"0" * 17_000_000)), "pack.too_large"),
        (zipped(packs.files())[:-200], "pack.unreadable"),
        (zipped(packs.files()).replace(b"PK\x01\x02", b"PK\x01\x03"), "pack.unreadable"),
        (b"x" * (rule_pack_files.MAX_ZIP + 1), "pack.too_large"),
    ],
)
def test_a_hostile_zip_is_refused(data: bytes, code: str) -> None:
    with pytest.raises(Refused) as refused:
        unzipped(data, "pack.zip")
    assert refused.value.problems[0].code == code


def test_what_is_no_pack_at_all(tmp_path: Path) -> None:
    for path in (tmp_path, tmp_path / "none", tmp_path / "pack.toml"):
        with pytest.raises(Refused, match=r"pack\.not_a_pack"):
            read_files(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="no pipes in the file system here")
def test_a_pipe_in_the_folder_is_not_waited_for(tmp_path: Path) -> None:
    place = packs.folder(tmp_path)
    (place / "floors.toml").unlink()
    os.mkfifo(place / "floors.toml")
    with pytest.raises(Refused, match=r"pack\.file_missing"):
        read_pack(read_files(place))


@pytest.mark.parametrize(
    "pattern",
    ["(a+)+", "(a|a)*", "(a?){30}", "([a-z]+)*x", r"(.*)\1", "((ab)+c)*", ".*.*.*x", "a?a?a?a?a?", "(?P<n>x+)+", "(x+){2,}"],
)  # fmt: skip
def test_patterns_that_may_hang(pattern: str) -> None:
    assert may_be_slow(pattern)


@pytest.mark.parametrize(
    "pattern",
    ["", r"https://\S+", "[0-9]{1,20}", r"\+?[0-9]+", "(a|b)c", "[(*+?|)]+", r"\(a\+\)\+", "x{", "(abc)+", r"hap://app/\S+"],
)  # fmt: skip
def test_patterns_that_do_not(pattern: str) -> None:
    assert not may_be_slow(pattern)
