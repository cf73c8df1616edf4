# SPDX-License-Identifier: Apache-2.0
"""`koodesk render` of a video SMS: files, data, the row's values, exit codes; through the command line itself."""

import json
from pathlib import Path
from typing import Any

import pytest
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from koodesk import messages
from koodesk.cli import main
from koodesk.domain.carrier import THREE_CARRIERS
from koodesk.domain.video_sms import koovideo
from koodesk.domain.video_sms.codec import template_digest
from koodesk.preview.video_sms_phone import PhoneKind
from tests.hostile import xlsx_forge as forge
from tests.preview.video_sms_goldens import samples

pytestmark = pytest.mark.gui


@pytest.fixture
def message(tmp_path: Path) -> Path:
    """Return the car maker's message in a file."""
    sample, files = samples()[0]["launch"], samples()[1]
    path = tmp_path / "launch.koovideo"
    used = {media.digest: files[media.digest] for media in sample.template.media}
    koovideo.save(path, sample.template, used)
    return path


def _render(file: Path, out: Path, *options: str) -> int:
    return main(["render", str(file), "--out", str(out), "--scale", "1", *options])


def _data(out: Path) -> dict[str, Any]:
    data: dict[str, Any] = json.loads((out / "placement.json").read_text("utf-8"))
    return data


def _words(made: dict[str, Any], content: str) -> str:
    return "".join(line["text"] for line in made["texts"] if line["content"] == content)


def test_every_phone_and_carrier_is_drawn(message: Path, tmp_path: Path, qapp: QApplication) -> None:
    out = tmp_path / "out"
    assert (
        _render(message, out, "--phones", "all", "--carriers", "cmcc,cucc,ctcc", "--signature", "极光汽车")
        == 0
    )
    data = _data(out)
    assert data["digest"] == template_digest(samples()[0]["launch"].template)
    assert list(data["phones"]) == sorted(PhoneKind)
    for kind, carriers in data["phones"].items():
        assert list(carriers) == sorted(THREE_CARRIERS)
        for carrier, made in carriers.items():
            assert made["file"] == f"{kind}-{carrier}.png"
            image = QImage(str(out / made["file"]))
            assert [image.width(), image.height()] == [round(side) for side in made["size"]]
            contents = [box["content"] for box in made["boxes"]]
            assert contents == ["title", "frame:1", "frame:1/element:1", "frame:2", "frame:2/element:1"]
            assert _words(made, "frame:2/element:1").startswith("【极光汽车】尊敬的p_1，")
            assert made["sender_example"].startswith("106")
        assert data["assumptions"][kind]
    assert data["phones"]["android"]["ctcc"]["carrier"] == "中国电信"


def test_a_row_of_the_number_file_fills_the_parameters(
    message: Path, tmp_path: Path, qapp: QApplication
) -> None:
    numbers = forge.write(
        tmp_path,
        forge.workbook(
            [("手机号", "p_1", "p_2"), ("13800000001", "林晓", "3000"), ("13800000002", "周舟", "5000")]
        ),
    )
    out = tmp_path / "out"
    assert _render(message, out, "--phones", "iphone", "--row", "3", "--audience", str(numbers)) == 0
    data = _data(out)
    assert list(data["phones"]) == ["iphone"]
    assert data["values"] == {"p_1": "周舟", "p_2": "5000"}
    made = data["phones"]["iphone"]["cmcc"]
    assert "尊敬的周舟，" in _words(made, "frame:2/element:1")
    assert made["marks"] == []


def test_a_value_that_is_missing_is_a_mark(message: Path, tmp_path: Path, qapp: QApplication) -> None:
    out = tmp_path / "out"
    assert _render(message, out, "--values", '{"p_1": "林晓"}', "--font-scale", "1.3", "--dark") == 0
    data = _data(out)
    (mark,) = data["phones"]["android"]["cmcc"]["marks"]
    assert (mark["code"], mark["params"]) == ("preview.video_sms.unfilled", {"name": "p_2"})
    assert (data["dark"], data["font_scale"]) == (True, 1.3)


def test_the_same_bytes_twice(message: Path, tmp_path: Path, qapp: QApplication) -> None:
    for name in ("one", "two"):
        assert _render(message, tmp_path / name, "--dark", "--signature", "极光汽车") == 0
    one = {path.name: path.read_bytes() for path in (tmp_path / "one").iterdir()}
    two = {path.name: path.read_bytes() for path in (tmp_path / "two").iterdir()}
    assert one == two
    assert set(one) == {"placement.json", *(f"{kind}-cmcc.png" for kind in PhoneKind)}


def test_the_cover_is_taken_from_the_video(message: Path, tmp_path: Path, qapp: QApplication) -> None:
    pytest.importorskip("av")
    out = tmp_path / "out"
    assert _render(message, out, "--phones", "android") == 0
    made = _data(out)["phones"]["android"]["cmcc"]
    (box,) = made["pictures"]
    x, y, width, height = box["rect"]
    image = QImage(str(out / "android-cmcc.png"))
    seen = {image.pixelColor(int(x + width * n / 20), int(y + height * 0.2)).name() for n in range(2, 19)}
    assert len(seen) > 3  # a missing picture is one calm colour


@pytest.mark.parametrize(
    "options", [("--vendor", "huawei"), ("--text",), ("--sheet",), ("--pdf",), ("--differences",)]
)
def test_an_option_of_cards_is_refused(
    message: Path, tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _render(message, tmp_path / "out", "--json", *options) == 2
    (found,) = json.loads(capsys.readouterr().out)["problems"]
    assert found["code"] == "render.option"
    assert found["params"]["option"] == options[0]
    assert not (tmp_path / "out").exists()


@pytest.mark.parametrize(
    "options", [("--phones", "all"), ("--carriers", "ctcc"), ("--signature", "x"), ("--font-scale", "1.3")]
)
def test_an_option_of_messages_is_refused_for_a_card(
    tmp_path: Path, options: tuple[str, ...], capsys: pytest.CaptureFixture[str]
) -> None:
    assert _render(tmp_path / "card.koocard", tmp_path / "out", "--json", *options) == 2
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "render.option"


@pytest.mark.parametrize(
    "options",
    [("--phones", "symbian"), ("--carriers", "cmcc,oversea"), ("--font-scale", "9"), ("--phones", "")],
)
def test_wrong_use(message: Path, tmp_path: Path, options: tuple[str, ...]) -> None:
    with pytest.raises(SystemExit) as exited:
        _render(message, tmp_path / "out", *options)
    assert exited.value.code == 2


def test_a_file_that_is_no_message(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "no.koovideo"
    path.write_bytes(b"PK nothing")
    assert _render(path, tmp_path / "out", "--json") == 2
    assert json.loads(capsys.readouterr().out)["problems"]


def test_a_row_needs_its_file(message: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert _render(message, tmp_path / "out", "--row", "2", "--json") == 2
    assert json.loads(capsys.readouterr().out)["problems"][0]["code"] == "render.row_and_file"


def test_a_folder_that_cannot_be_written(message: Path, tmp_path: Path, qapp: QApplication) -> None:
    (tmp_path / "out").write_text("a file")
    assert _render(message, tmp_path / "out") == 1


def test_every_code_has_a_sentence() -> None:
    assert messages.catalogue()["render.option"]["zh"]
