# SPDX-License-Identifier: Apache-2.0
"""`koodesk render`: files, data, exit codes; through the command line itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from koodesk import messages
from koodesk.cli import main
from koodesk.cli.render import RENDER_CODES
from koodesk.domain import koocard
from koodesk.preview.arrange import ARRANGE_CODES
from koodesk.preview.phone_reader import PHONE_CODES
from tests.preview.arithmetic import RESOURCES, layout

pytestmark = pytest.mark.gui


@pytest.fixture
def card(tmp_path: Path) -> Path:
    from koodesk.domain.samples import sample_starter

    template, materials = sample_starter(layout(), RESOURCES)
    path = tmp_path / "card.koocard"
    koocard.save(path, template, materials)
    return path


def _render(card: Path, out: Path, *options: str) -> int:
    return main(["render", str(card), "--out", str(out), "--scale", "1", *options])


def _data(out: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((out / "placement.json").read_text("utf-8"))
    return data


def test_every_vendor_is_drawn_or_has_a_reason(card: Path, tmp_path: Path, qapp: QApplication) -> None:
    out = tmp_path / "out"
    assert _render(card, out, "--vendor", "all") == 0
    vendors = _data(out)["vendors"]
    assert [v for v, made in vendors.items() if not made["taken"]] == ["MEIZU"]
    assert vendors["MEIZU"]["reason"]["code"] == "preview.vendor.not_taken"
    for vendor, made in vendors.items():
        if made["taken"]:
            image = QImage(str(out / f"{vendor}.png"))
            assert [image.width(), image.height()] == [round(side) for side in made["size"]]
            texts = {line["slot"]: line["text"] for line in made["texts"]}
            assert texts["title"] == "林晓，您的新春红包到了"
            assert {u["what"] for u in made["unknowns"]} >= {"text_limit", "geometry"}


def test_the_same_bytes_twice(card: Path, tmp_path: Path, qapp: QApplication) -> None:
    for name in ("one", "two"):
        assert _render(card, tmp_path / name, "--dark", "--sheet") == 0
    one = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    two = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert one == two
    assert {"HUAWEI.png", "sheet.png", "placement.json"} <= set(one)


def test_values_and_cuts_are_data(card: Path, tmp_path: Path, qapp: QApplication) -> None:
    out = tmp_path / "out"
    name = "欧阳" * 20
    assert _render(card, out, "--vendor", "huawei", "--values", json.dumps({"name": name})) == 0
    made = _data(out)["vendors"]["HUAWEI"]
    (cut,) = [c for c in made["cuts"] if c["slot"] == "title"]
    assert cut["shown"] + cut["dropped"] == f"{name}，您的新春红包到了"
    assert cut["estimate"]
    assert cut["limit"]["confidence"] == "unknown"


@pytest.mark.parametrize(
    "options",
    [
        ("--vendor", "HONOR"),
        ("--scale", "9"),
        ("--scale", "nan"),
        ("--values", "[1]"),
        ("--values", '{"name": 1}'),
        ("--values", "{"),
    ],
)
def test_wrong_use(card: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as exited:
        _render(card, tmp_path / "out", *options)
    assert exited.value.code == 2
    assert not (tmp_path / "out").exists()


def test_a_file_that_is_no_card(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "no.koocard"
    path.write_bytes(b"PK nothing")
    assert _render(path, tmp_path / "out", "--json") == 2
    assert json.loads(capsys.readouterr().out)["problems"]


def test_a_folder_that_cannot_be_written(card: Path, tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "out").write_text("a file")
    assert _render(card, tmp_path / "out") == 1


def test_every_code_has_a_sentence() -> None:
    known = messages.catalogue()
    for code in (
        *ARRANGE_CODES,
        *PHONE_CODES,
        *RENDER_CODES,
        "preview.cut",
        "preview.cut_estimate",
        "preview.limits_unknown",
    ):
        assert known[code]["zh"]
        assert known[code]["en"]
