# SPDX-License-Identifier: Apache-2.0
"""Copies of the shipped rule pack, changed in places, for tests of packs that are dropped in."""

from __future__ import annotations

from pathlib import Path

from koodesk.domain.rule_pack_files import read_files, zipped
from tests.domain.strategies import RESOURCES

NEWER = "2031-05-06"


def files(*changes: tuple[str, str, str], date: str = NEWER) -> dict[str, bytes]:
    """The shipped pack's files with a date and with (file, old, new) replaced once; a text that is not there fails."""
    found = read_files(RESOURCES / "rules")
    head = found["pack.toml"].decode()
    found["pack.toml"] = "\n".join(
        f'date = "{date}"' if line.startswith("date") else line for line in head.splitlines()
    ).encode()
    for name, old, new in changes:
        text = found[name].decode()
        assert old in text, (name, old)
        found[name] = text.replace(old, new, 1).encode()
    return found


def folder(place: Path, *changes: tuple[str, str, str], date: str = NEWER) -> Path:
    """The same as a folder."""
    for name, data in files(*changes, date=date).items():
        path = place / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(data)
    return place


def archive(path: Path, *changes: tuple[str, str, str], date: str = NEWER) -> Path:
    """The same as a zip."""
    path.write_bytes(zipped(files(*changes, date=date)))
    return path


SHORTER = ("limits.toml", '"tpl_name.max" = { value = 17', '"tpl_name.max" = { value = 3')
"""Makes every name too long."""
