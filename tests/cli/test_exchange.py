# SPDX-License-Identifier: Apache-2.0
"""`layouts`, `export` and `import` as a script meets them."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from koodesk.cli import main
from koodesk.domain import koocard, koomessage
from koodesk.domain.digest import template_digest
from koodesk.domain.edits import SetText
from koodesk.domain.template import Override, TextContent
from koodesk.domain.variants import content_mark
from koodesk.domain.vendor import Vendor
from tests.domain.strategies import pack

LAYOUTS = sorted(pack().layouts)


def run(capsys: pytest.CaptureFixture[str], *words: object, code: int = 0) -> Any:
    assert main([str(word) for word in words]) == code
    return json.loads(capsys.readouterr().out)


@pytest.fixture
def card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> Path:
    path = tmp_path / "card.koocard"
    run(capsys, "template", "new", "--layout", "RedPacket", "--out", path, "--json")
    return path


def test_all_layouts_with_vendors_slots_and_choices(capsys: pytest.CaptureFixture[str]) -> None:
    found = run(capsys, "layouts", "--json")
    assert found["pack"] == {"id": pack().id, "date": pack().date, "origin": "shipped"}
    assert [row["id"] for row in found["layouts"]] == list(pack().layouts)
    for row in found["layouts"]:
        spec = pack().layouts[row["id"]]
        assert row["vendors"] == [v.value for v in Vendor if spec.takes(v)]
        assert {v: f["value"] for v, f in row["vendor_facts"].items()} == {
            v.value: f.value for v, f in spec.vendors.items()
        }
        assert [(s["id"], s["position"], s["group"]) for s in row["slots"]] == [
            (s.id, s.position, s.group) for s in spec.slots
        ]
        assert [(g["id"], g["least"], g["most"]) for g in row["groups"]] == [
            (g.id, g.least, g.most) for g in spec.groups
        ]
        assert [s["value"] for s in row["sub_types"]] == [s.value for s in spec.sub_types]
        assert [s["leaves_out"] for s in row["styles"]] == [list(s.leaves_out) for s in spec.styles]
    assert main(["layouts"]) == 0
    lines = capsys.readouterr().out.splitlines()
    assert [line.split()[0] for line in lines] == list(pack().layouts)


def test_a_card_goes_out_and_comes_back(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out, folder = tmp_path / "body.json", tmp_path / "materials"
    told = run(
        capsys, "export", card, "--format", "koomessage", "--out", out, "--materials", folder, "--json"
    )
    assert told["files"] == [str(out)]
    template, _ = koocard.load(card)
    (body,) = koomessage.bodies(template, pack())
    assert json.loads(out.read_text("utf-8")) == body
    assert run(capsys, "export", card) == body
    assert len(list(folder.iterdir())) == len(template.materials())
    for place in (folder, card):
        back = tmp_path / "back.koocard"
        told = run(capsys, "import", out, "--out", back, "--materials", place, "--force", "--json")
        assert (told["digest"], told["problems"]) == (template_digest(template), [])
        assert back.read_bytes() == card.read_bytes()


def test_without_the_materials_the_card_keeps_their_names(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    out = tmp_path / "body.json"
    run(capsys, "export", card, "--out", out, "--json")
    told = run(capsys, "import", out, "--json")
    assert {p["code"] for p in told["problems"]} == {"koomessage.material_missing"}
    assert told["file"] == str(tmp_path / "body.koocard")
    assert run(capsys, "export", told["file"]) == json.loads(out.read_text("utf-8"))
    run(capsys, "import", out, "--json", code=1)  # the file is there
    (tmp_path / "other").mkdir()
    (tmp_path / "other" / "a.png").write_bytes(b"another picture")
    again = run(capsys, "import", out, "--materials", tmp_path / "other", "--force", "--json")
    assert again["problems"] == told["problems"]


def test_errors_are_said_and_the_body_is_written(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template, materials = koocard.load(card)
    koocard.save(card, SetText("title", "${who}").apply(template), materials)
    assert main(["export", str(card)]) == 1
    printed = capsys.readouterr()
    assert "${who}" in json.loads(printed.out)["pages"][0]["contents"][2]["content"]
    assert "error" in printed.err


def test_variants_are_numbered_files_or_one_list(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    template, materials = koocard.load(card)
    title = template.content("title")
    assert isinstance(title, TextContent)
    own = Override(Vendor.OPPO, replace(title, text="专享"), content_mark(title))
    koocard.save(card, replace(template, overrides=(own,)), materials)
    told = run(capsys, "export", card, "--out", tmp_path / "b.json", "--json")
    assert [Path(f).name for f in told["files"]] == ["b-1.json", "b-2.json"]
    bodies = [json.loads(Path(f).read_text("utf-8")) for f in told["files"]]
    assert run(capsys, "export", card) == bodies
    assert [f["factory_type"] for f in bodies[1]["factorys"]] == ["OPPO"]


@pytest.mark.parametrize(
    ("data", "code"),
    [
        (b"{", "card.unreadable"),
        (b'{"card_id": "Unheard"}', "card.unknown_layout"),
        (b"[]", "data.wrong_type"),
    ],
)
def test_a_bad_body_is_a_sentence(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], data: bytes, code: str
) -> None:
    file = tmp_path / "bad.json"
    file.write_bytes(data)
    assert run(capsys, "import", file, "--json", code=1)["problems"][0]["code"] == code
    assert not (tmp_path / "bad.koocard").exists()
    missing = run(capsys, "import", tmp_path / "none.json", "--json", code=1)
    assert missing["problems"][0]["code"] == "import.cannot_read"


def test_a_place_that_cannot_be_written(
    card: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    told = run(capsys, "export", card, "--out", card / "body.json", "--json", code=1)
    assert told["problems"][0]["code"] == "export.cannot_write"
