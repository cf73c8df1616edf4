# SPDX-License-Identifier: Apache-2.0
"""`koodesk lint`, as a script sees it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from koodesk import paths
from koodesk.cli import lint, template_new
from koodesk.domain import koocard
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import Batch, SetEvent, SetName, SetSubType, SetText
from koodesk.domain.rule_pack_reader import read_pack_folder


def run(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, Any, str]:
    """Run `lint`; return the exit code, the JSON on standard output (None without) and standard error."""
    parser = argparse.ArgumentParser()
    lint.add_parser(parser.add_subparsers())
    code = lint.run(parser.parse_args(["lint", *arguments]))
    out, err = capsys.readouterr()
    return code, json.loads(out) if out else None, err


@pytest.fixture
def card(tmp_path: Path) -> Path:
    """A new card."""
    path = tmp_path / "card.koocard"
    template_new.new("RedPacket", path)
    return path


def test_a_new_card_has_no_errors(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Only notes: exit code 0, one object on standard output."""
    code, data, _ = run(capsys, str(card), "--json")
    assert code == 0
    assert {p["severity"] for p in data["problems"]} == {"note"}


def test_errors_end_in_one(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each problem carries code, slot, vendor, severity, source and params."""
    template, materials = koocard.load(card)
    edit = Batch((SetText("title", "${who}"), SetName("红" * 20), SetSubType(2)))
    koocard.save(card, edit.apply(template), materials)
    code, data, _ = run(capsys, str(card), "--json")
    assert code == 1
    found = {p["code"]: p for p in data["problems"]}
    assert found["param.undefined"]["slot"] == "title"
    assert found["name.too_long"]["params"] == {"actual": 20, "limit": 17}
    assert found["name.too_long"]["slot"] is None
    assert found["name.too_long"]["source"] == "API CreatePersonalTemplate"
    assert found["sub_type.ignored"]["vendor"] in ("XIAOMI", "OPPO", "VIVO", "SAMSUNG")


def test_slots_behind_event_fields(card: Path) -> None:
    """A problem of a field belongs to the slot of its content."""
    template, _ = koocard.load(card)
    bare = SetEvent("button", ClickEvent(EventType.OPEN_URL)).apply(template)
    problems = lint.lint(bare, read_pack_folder(paths.resources() / "rules"))
    assert {lint.slot_of(p, bare) for p in problems if p.code == "event.field_missing"} == {"button"}


def test_vendors_can_be_named(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One, several, all, in any case; MEIZU does not take the layout."""
    assert run(capsys, str(card), "--vendor", "huawei,OPPO", "--json")[0] == 0
    code, data, _ = run(capsys, str(card), "--vendor", "all", "--json")
    assert code == 1
    assert [p["vendor"] for p in data["problems"] if p["severity"] == "error"] == ["MEIZU"]


def test_unreadable_and_wrong_use_end_in_two(
    tmp_path: Path, card: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """A missing file, another file, an unknown vendor."""
    other = tmp_path / "other.koocard"
    other.write_bytes(b"hello")
    for path, expected in ((tmp_path / "none", "koocard.cannot_read"), (other, "koocard.not_a_card")):
        code, data, _ = run(capsys, str(path), "--json")
        assert code == 2
        assert [p["code"] for p in data["problems"]] == [expected]
    with pytest.raises(SystemExit) as caught:
        run(capsys, str(card), "--vendor", "HONOR")
    assert caught.value.code == 2
