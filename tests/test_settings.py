# SPDX-License-Identifier: Apache-2.0
"""The settings file: kept, never overwritten when damaged, and changed by several threads at once."""

from __future__ import annotations

import json
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest

from koodesk.settings import Settings, SettingsFile


def test_what_is_changed_is_there_again(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    assert file.value == Settings()
    file.change(language="en", autosave_seconds=9)
    assert SettingsFile(file.path).value == Settings(language="en", autosave_seconds=9)


def test_what_a_newer_koodesk_wrote_is_kept(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"version": 9, "settings": {"language": "en", "hologram": True}}), "utf-8")
    SettingsFile(path).change(theme="dark")
    assert json.loads(path.read_text("utf-8"))["settings"]["hologram"] is True


@pytest.mark.parametrize("text", ["", "{", "[]", '{"settings": 3}', '{"settings": [1]}', "[" * 100_000])
def test_a_damaged_file_is_set_aside(tmp_path: Path, text: str) -> None:
    path = tmp_path / "settings.json"
    path.write_text(text, "utf-8")
    assert SettingsFile(path).value == Settings()
    assert path.with_suffix(".damaged.json").read_text("utf-8") == text


def test_a_value_of_another_type_is_the_default(tmp_path: Path) -> None:
    path = tmp_path / "settings.json"
    path.write_text(json.dumps({"settings": {"autosave_seconds": "5", "language": "en"}}), "utf-8")
    assert SettingsFile(path).value == Settings(language="en")


def test_changes_of_several_threads_are_all_kept(tmp_path: Path) -> None:
    file = SettingsFile(tmp_path / "settings.json")
    names = ("language", "theme", "window_geometry", "editor_panels", "last_page")
    for turn in range(20):
        with ThreadPoolExecutor(len(names)) as threads:
            for done in [threads.submit(file.change, **{name: str(turn)}) for name in names]:
                done.result()
        stored = json.loads(file.path.read_text("utf-8"))["settings"]
        assert {stored[name] for name in names} == {str(turn)}
