# SPDX-License-Identifier: Apache-2.0
"""`koodesk template new`: a starter in a file."""

from __future__ import annotations

import argparse
import json
from pathlib import Path

import pytest

from koodesk.cli import template_new
from koodesk.domain.koocard import load
from koodesk.domain.problem import Refused


def test_the_command_writes_a_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A card that opens, and one JSON object that says where."""
    parser = argparse.ArgumentParser()
    template_new.add_parser(parser.add_subparsers())
    out = tmp_path / "card.koocard"
    args = parser.parse_args(["new", "--layout", "RedPacket", "--out", str(out), "--json"])
    assert template_new.run(args) == 0
    assert json.loads(capsys.readouterr().out) == {"layout": "RedPacket", "file": str(out)}
    template, materials = load(out)
    assert template.layout == "RedPacket"
    assert len(materials) == 1


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A new card."""
    path = tmp_path / "card.koocard"
    template_new.new("RedPacket", path)
    return path


def test_new_refuses_to_overwrite_work(card: Path, tmp_path: Path) -> None:
    """Unless told to; an empty file is a name kept free."""
    before = card.read_bytes()
    with pytest.raises(Refused) as caught:
        template_new.new("RedPacket", card)
    assert caught.value.problems[0].code == "file.exists"
    assert card.read_bytes() == before
    template_new.new("RedPacket", card, replace=True)
    empty = tmp_path / "empty.koocard"
    empty.touch()
    template_new.new("RedPacket", empty)
    assert empty.read_bytes() == before


def test_new_refuses_an_unknown_layout(tmp_path: Path) -> None:
    """By name."""
    with pytest.raises(Refused) as caught:
        template_new.new("Hologram", tmp_path / "x.koocard")
    assert caught.value.problems[0].param("layout") == "Hologram"
    assert list(tmp_path.iterdir()) == []


def test_a_copy_of_a_public_template(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Named in the answer; a layout and a public template at once is no command."""
    parser = argparse.ArgumentParser()
    template_new.add_parser(parser.add_subparsers())
    out = tmp_path / "moon.koocard"
    assert (
        template_new.run(parser.parse_args(["new", "--public", "mid-autumn", "--out", str(out), "--json"]))
        == 0
    )
    answer = json.loads(capsys.readouterr().out)
    assert answer == {"layout": "StandardImageAndText", "public": "mid-autumn", "file": str(out)}
    template, materials = load(out)
    assert (template.name, len(materials)) == ("中秋团圆好礼", 1)
    with pytest.raises(SystemExit):
        parser.parse_args(["new", "--public", "mid-autumn", "--layout", "RedPacket", "--out", str(out)])
    capsys.readouterr()
    with pytest.raises(Refused) as caught:
        template_new.new_from_public("no-such", tmp_path / "x.koocard")
    assert caught.value.problems[0].code == "card.public_unknown"


def test_the_public_templates_as_a_list(capsys: pytest.CaptureFixture[str]) -> None:
    """As JSON with everything, and a line each for a person."""
    assert template_new.list_public(as_json=True) == 0
    items = {item["name"]: item for item in json.loads(capsys.readouterr().out)["items"]}
    assert len(items) >= 24
    assert items["car-launch"] == {
        "name": "car-launch",
        "layout": "Video",
        "title_zh": "新车上市视频",
        "title_en": "New car film",
        "tags": ["video", "retail"],
        "vendors": ["HUAWEI", "OPPO", "VIVO", "SAMSUNG"],
        "params": [],
    }
    assert template_new.list_public(as_json=False) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(items)
