# SPDX-License-Identifier: Apache-2.0
"""`koodesk rules` as a script meets it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from koodesk import paths
from koodesk.cli import main
from koodesk.domain import koocard
from koodesk.domain.edits import SetName
from tests.domain import packs
from tests.domain.strategies import RESOURCES, pack


@pytest.fixture(autouse=True)
def installed(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    place = tmp_path / "data" / "installed-rules.zip"
    monkeypatch.setattr(paths, "installed_rules", lambda: place)


def run(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> Any:
    assert main([str(word) for word in words]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "cards" / "season" / "card.koocard"
    path.parent.mkdir(parents=True)
    run(capsys, "template", "new", "--layout", "RedPacket", "--out", path, "--json")
    return path


def test_the_shipped_pack_is_sound_and_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    for place in (RESOURCES / "rules", RESOURCES / "rules" / "pack.toml"):
        found = run(capsys, "rules", "check", place, "--against", "--json")
        assert found["pack"] == {"id": pack().id, "date": pack().date, "layouts": list(pack().layouts)}
        assert (found["changes"], found["cards"], found["problems"]) == ([], [], [])


def test_what_a_pack_changes_for_rules_and_cards(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = packs.archive(tmp_path / "pack.zip", packs.SHORTER)
    found = run(capsys, "rules", "check", place, "--against", "--cards", tmp_path / "cards", "--json")
    assert found["changes"][1] == {
        "area": "number",
        "kind": "changed",
        "where": "numbers/tpl_name.max/value",
        "old": "17",
        "new": "3",
    }
    (row,) = found["cards"]
    assert (row["card"], [p["code"] for p in row["appear"]], row["disappear"]) == (
        str(card),
        ["name.too_long"],
        [],
    )
    backwards = run(
        capsys, "rules", "check", RESOURCES / "rules", "--against", place, "--cards", card, "--json"
    )
    assert [p["code"] for p in backwards["cards"][0]["disappear"]] == ["name.too_long"]
    assert backwards["changes"][1]["old"] == "3"
    assert main(["rules", "check", str(place), "--against", "--cards", str(card)]) == 0
    printed = capsys.readouterr().out
    assert "~ numbers/tpl_name.max/value: 17 -> 3" in printed
    assert "  + " in printed


def test_a_bad_pack_and_a_bad_card_end_in_one(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    place = packs.folder(tmp_path / "pack")
    (tmp_path / "cards" / "bad.koocard").write_bytes(b"no card")
    found = run(capsys, "rules", "check", place, "--cards", tmp_path / "cards", "--json", code=1)
    assert [p["code"] for p in found["problems"]] == ["koocard.not_a_card"]
    assert len(found["cards"]) == 1
    (place / "limits.toml").write_text("numbers = 1", "utf-8")
    found = run(capsys, "rules", "check", place, "--json", code=1)
    assert found["problems"][0]["code"] == "data.wrong_type"
    empty = run(capsys, "rules", "check", RESOURCES / "rules", "--cards", place, "--json", code=1)
    assert empty["problems"][0]["code"] == "rules.no_cards"


def test_an_installed_pack_is_what_every_command_uses(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template, materials = koocard.load(card)
    koocard.save(card, SetName("四个字名").apply(template), materials)
    workspace = tmp_path / "workspace"
    place = packs.archive(tmp_path / "pack.zip", packs.SHORTER)
    assert main(["lint", str(card)]) == 0
    capsys.readouterr()
    row = run(capsys, "rules", "install", place, "--workspace", workspace, "--json")
    assert row["next_start"] == {"id": pack().id, "date": packs.NEWER, "installed": True}
    assert run(capsys, "layouts", "--json")["pack"]["origin"] == "installed"
    assert run(capsys, "lint", card, "--json", code=1)["problems"][0]["code"] == "name.too_long"
    assert run(capsys, "rules", "status", "--workspace", workspace, "--json")["in_use"]["date"] == packs.NEWER
    run(capsys, "rules", "remove", "--workspace", workspace, "--json")
    assert main(["lint", str(card)]) == 0


def test_an_older_pack_wants_to_be_asked_for(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    place = packs.folder(tmp_path / "pack", date="2020-01-01")
    words = ("rules", "install", place, "--workspace", tmp_path / "workspace", "--json")
    assert run(capsys, *words, code=1)["problems"][0]["code"] == "pack.not_newer"
    assert run(capsys, *words, "--older")["next_start"]["date"] == "2020-01-01"
