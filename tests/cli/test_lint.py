# SPDX-License-Identifier: Apache-2.0
"""`koodesk lint`, as a script sees it."""

from __future__ import annotations

import argparse
import json
from pathlib import Path
from typing import Any

import pytest

from koodesk import paths
from koodesk.backend.bootstrap import open_service
from koodesk.backend.workspace import Workspace
from koodesk.cli import lint, template_new
from koodesk.domain import koocard
from koodesk.domain.brand import BrandKit
from koodesk.domain.checks import ALL_CODES
from koodesk.domain.click_event import ClickEvent, EventType
from koodesk.domain.edits import Batch, SetEvent, SetName, SetPicture, SetSubType, SetText, read_edit
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack_reader import read_pack_folder
from koodesk.domain.samples import Shelf
from koodesk.domain.template import Picture


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


# --- what needs more than the card's values ----------------------------------------------------------------------


def personal(path: Path, sample: str) -> Path:
    """A personalised red packet on one of the sample pictures."""
    template_new.new("RedPacketPersonal", path)
    template, materials = koocard.load(path)
    shelf = Shelf(paths.resources())
    picture = Picture(shelf(sample))
    koocard.save(path, SetPicture("background", picture).apply(template), {**materials, **shelf.files})
    return path


def test_backgrounds_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A street behind the words is warned of at its slot and stops nothing; the default and a plain packet are not."""
    code, data, _ = run(capsys, str(personal(tmp_path / "a.koocard", "drama-city.jpg")), "--json")
    assert code == 0
    found = {p["code"]: p for p in data["problems"] if p["code"].startswith("picture.band")}
    assert set(found) == {"picture.band_busy", "picture.band_contrast"}
    assert {p["slot"] for p in found.values()} == {"background"}
    assert {p["severity"] for p in found.values()} == {"warning"}
    assert found["picture.band_contrast"]["params"]["contrast"] < 4.5
    for card in (personal(tmp_path / "b.koocard", "redpacket-gold.jpg"), tmp_path / "c.koocard"):
        if not card.exists():
            template_new.new("RedPacketPersonal", card)
        code, data, _ = run(capsys, str(card), "--json")
        assert code == 0
        assert not [p for p in data["problems"] if p["code"].startswith("picture.band")]


def test_only_the_vendors_asked_for_are_measured(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """OPPO does not show the layout at all."""
    card = personal(tmp_path / "a.koocard", "drama-city.jpg")
    for vendor, expected in (("HUAWEI", True), ("OPPO", False)):
        _, data, _ = run(capsys, str(card), "--vendor", vendor, "--json")
        assert any(p["code"] == "picture.band_busy" for p in data["problems"]) is expected


def test_the_brand_kit_of_a_workspace_counts(
    tmp_path: Path, card: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Its names show the sender; a folder that is none is said, and none is made."""
    template, materials = koocard.load(card)
    bare = Batch((SetText("merchant", ""), SetPicture("picture", None), SetText("title", "云杉家的红包")))
    koocard.save(card, bare.apply(template), {})
    assert materials
    with open_service(Workspace(tmp_path / "desk")) as service:
        service.library.save_brand(BrandKit(names=("云杉",)))

    def unseen(*arguments: str) -> bool:
        _, data, _ = run(capsys, str(card), "--json", *arguments)
        return any(p["code"] == "sender.invisible" for p in data["problems"])

    assert unseen()
    assert unseen("--vendor", "HUAWEI")
    assert not unseen("--workspace", str(tmp_path / "desk"))
    assert not unseen("--vendor", "HUAWEI", "--workspace", str(tmp_path / "desk"))
    code, data, _ = run(capsys, str(card), "--workspace", str(tmp_path / "none"), "--json")
    assert code == 2
    assert [p["code"] for p in data["problems"]] == ["lint.no_workspace"]
    assert not (tmp_path / "none").exists()


# --- fixing -----------------------------------------------------------------------------------------------------


@pytest.fixture
def wrong(card: Path) -> Path:
    """A card with slips that have fixes, and one that has none."""
    template, materials = koocard.load(card)
    slips = Batch((SetText("title", "${name}  a<b 红包"), SetText("body", "好礼"), SetText("merchant", "")))
    koocard.save(card, slips.apply(template), materials)
    return card


def test_fixes_are_said_and_written(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Each with its code, place, before and after; what is left decides the exit code."""
    before, materials = koocard.load(wrong)
    code, data, _ = run(capsys, str(wrong), "--fix", "--json")
    assert code == 1
    assert [p["code"] for p in data["problems"] if p["severity"] == "error"] == ["text.missing"]
    said = [(f["code"], f["where"], f["changes"]) for f in data["fixes"]]
    assert said == [
        (
            "text.forbidden_mark",
            "content:title",
            [
                {
                    "part": "content:title.text",
                    "before": "${name}  a<b 红包",
                    "after": "${name}  a＜b 红包",
                }
            ],
        ),
        (
            "text.spaces",
            "content:title",
            [
                {
                    "part": "content:title.text",
                    "before": "${name}  a＜b 红包",
                    "after": "${name} a＜b 红包",
                }
            ],
        ),
        (
            "text.opt_out_missing",
            "content:body",
            [{"part": "content:body.text", "before": "好礼", "after": "好礼拒收请回复R"}],
        ),
    ]
    after, kept = koocard.load(wrong)
    assert kept == materials
    assert after == Batch((SetText("title", "${name} a＜b 红包"), SetText("body", "好礼拒收请回复R"))).apply(
        before
    )
    # The edits of the report are the very ones that were made.
    edits = Batch(tuple(read_edit(f["edit"]) for f in data["fixes"]))
    assert edits.apply(before) == after
    assert run(capsys, str(wrong), "--fix", "--json")[1]["fixes"] == []


def test_a_person_reads_before_and_after(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A line a fix, a line a change."""
    parser = argparse.ArgumentParser()
    lint.add_parser(parser.add_subparsers())
    assert lint.run(parser.parse_args(["lint", str(wrong), "--fix", "--dry-run"])) == 1
    out = capsys.readouterr().out
    assert "fixed: text.opt_out_missing content:body\n  content:body.text: 好礼 -> 好礼拒收请回复R\n" in out


def test_a_dry_run_writes_nothing(wrong: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """And says the same."""
    before = wrong.read_bytes()
    _, dry, _ = run(capsys, str(wrong), "--fix", "--dry-run", "--json")
    assert wrong.read_bytes() == before
    assert run(capsys, str(wrong), "--fix", "--json")[1] == dry


def test_fixed_elsewhere(wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """`--out` leaves the card as it is, and writes it too when there was nothing to fix."""
    before, other = wrong.read_bytes(), tmp_path / "fixed.koocard"
    run(capsys, str(wrong), "--fix", "--out", str(other), "--json")
    assert wrong.read_bytes() == before
    fixed = koocard.load(other)
    again = tmp_path / "again.koocard"
    assert run(capsys, str(other), "--fix", "--out", str(again), "--json")[1]["fixes"] == []
    assert koocard.load(again) == fixed


def test_fixed_for_one_vendor(card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """OPPO doubts the link's event, HUAWEI does not."""
    template, materials = koocard.load(card)
    link = SetEvent("button", ClickEvent(EventType.OPEN_URL, (("target", "https://a.example"),)))
    koocard.save(card, link.apply(template), materials)
    assert run(capsys, str(card), "--fix", "--dry-run", "--vendor", "HUAWEI", "--json")[1]["fixes"] == []
    found = run(capsys, str(card), "--fix", "--dry-run", "--vendor", "OPPO", "--json")[1]["fixes"]
    assert [(f["code"], f["vendor"]) for f in found] == [("event.vendor_doubtful", "OPPO")]


def test_a_place_that_cannot_be_written_is_said(
    wrong: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nothing is half written."""
    before = wrong.read_bytes()
    with pytest.raises(Refused, match="koocard"):
        run(capsys, str(wrong), "--fix", "--out", str(tmp_path / "no" / "where.koocard"), "--json")
    assert wrong.read_bytes() == before


@pytest.mark.parametrize(
    "arguments", [["--out", "x"], ["--dry-run"], ["--fix", "--out", "x", "--dry-run"], ["--fix"], []]
)
def test_wrong_use(arguments: list[str], card: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """What does not go together, and a card that is not named."""
    named = [str(card)] if "--out" in arguments or "--dry-run" in arguments else []
    with pytest.raises(SystemExit) as caught:
        run(capsys, *named, *arguments)
    assert caught.value.code == 2


def test_all_rules_are_listed(capsys: pytest.CaptureFixture[str]) -> None:
    """With severity, source, whether there is a fix, and the sentence in both languages."""
    code, data, _ = run(capsys, "--rules", "--json")
    assert code == 0
    codes = sorted((*ALL_CODES, "picture.band_busy", "picture.band_contrast"))
    assert [row["code"] for row in data["rules"]] == codes
    rows = {row["code"]: row for row in data["rules"]}
    assert rows["floor.url_missing"]["severity"] == ["error", "warning"]
    assert rows["text.spaces"]["fixable"] is True
    assert rows["name.missing"]["fixable"] is False
    assert rows["picture.too_large"]["source"] == "seed"
    assert rows["picture.band_busy"]["severity"] == ["warning", "note"]
    assert all(row["zh"] and row["en"] for row in data["rules"])
    parser = argparse.ArgumentParser()
    lint.add_parser(parser.add_subparsers())
    assert lint.run(parser.parse_args(["lint", "--rules"])) == 0
    assert len(capsys.readouterr().out.splitlines()) == len(codes)
