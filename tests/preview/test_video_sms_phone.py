# SPDX-License-Identifier: Apache-2.0
"""The phones of video SMS as data: what ships, what they admit to not knowing, and what is refused on reading."""

import shutil
from pathlib import Path

import pytest

from koodesk import messages
from koodesk.domain.carrier import THREE_CARRIERS
from koodesk.domain.problem import Refused
from koodesk.domain.rule_pack import Confidence
from koodesk.preview.video_sms import MESSAGE_CODES
from koodesk.preview.video_sms_phone import LEAST_SCALE, MOST_SCALE, PARTS, PhoneKind, with_font_scale
from koodesk.preview.video_sms_reader import read_message_phones
from tests.preview.video_sms_samples import FOLDER, message_phones


def test_there_is_a_phone_of_every_kind() -> None:
    assert {kind: phone.kind for kind, phone in message_phones().items()} == {k: k for k in PhoneKind}


@pytest.mark.parametrize("kind", list(PhoneKind))
def test_a_phone_says_that_it_is_drawn_and_what_is_assumed(kind: PhoneKind) -> None:
    phone = message_phones()[kind]
    assert (phone.source, phone.confidence) == ("drawn", Confidence.UNKNOWN)
    assert phone.note
    assert len(phone.assumptions) >= 3
    assert any("示例" in zh and "example" in en for zh, en in phone.assumptions)
    assert set(phone.parts) == set(PARTS)


@pytest.mark.parametrize("kind", list(PhoneKind))
def test_every_carrier_has_its_name_and_an_access_number(kind: PhoneKind) -> None:
    phone = message_phones()[kind]
    assert [phone.sender(c).name for c in THREE_CARRIERS] == ["中国移动", "中国联通", "中国电信"]
    numbers = [phone.sender(c).number for c in THREE_CARRIERS]
    assert len(set(numbers)) == 3
    assert all(number.startswith("106") for number in numbers)


def test_a_font_scale_is_kept_and_bounded() -> None:
    phone = message_phones()[PhoneKind.ANDROID]
    large = with_font_scale(phone, 1.3)
    assert large is with_font_scale(phone, 1.3)
    assert large.styles["text"].font.size == pytest.approx(phone.styles["text"].font.size * 1.3)
    assert large.styles["status"] == phone.styles["status"]
    assert with_font_scale(phone, 1.0) is phone
    for asked, got in ((0.01, LEAST_SCALE), (99.0, MOST_SCALE)):
        size = with_font_scale(phone, asked).styles["text"].font.size
        assert size == pytest.approx(phone.styles["text"].font.size * got)


@pytest.mark.parametrize(
    ("was", "now", "code"),
    [
        ('bubble = "#e6e9f2"', 'bubble = "grey"', "phone.bad_colour"),
        ('bubble = "#e6e9f2"', "", "phone.unknown_role"),
        ('chip = "#c3d4fb"', "", "phone.unknown_role"),
        ('fill = "audio"', 'fill = "nothing"', "phone.unknown_role"),
        ('style = "subject"', 'style = "nothing"', "phone.unknown_role"),
        ("format = 1", "format = 2", "data.out_of_range"),
        ("width = 336", 'width = "336"', "data.wrong_type"),
        ("padding = [0, 2, 0, 2]", "padding = [0, 2]", "data.wrong_type"),
        ("max_height = 360", "max_hight = 360", "data.key_unknown"),
        ('phone = "android"', 'phone = "symbian"', "data.unknown_name"),
        ("[bars.status]", "[carriers.cmc]\nname = 'x'\nnumber = '1'\n[bars.status]", "data.unknown_name"),
        ("[boxes.text]", "[boxes.words]", "data.key_missing"),
        ("[screen]", "[screen", "phone.unreadable"),
    ],
)
def test_a_slip_in_the_data_is_refused(tmp_path: Path, was: str, now: str, code: str) -> None:
    for file in FOLDER.glob("*.toml"):
        shutil.copy(file, tmp_path)
    file = tmp_path / "android.toml"
    text = file.read_text("utf-8")
    assert was in text
    file.write_text(text.replace(was, now, 1), "utf-8")
    with pytest.raises(Refused) as refused:
        read_message_phones(tmp_path)
    assert [p.code for p in refused.value.problems] == [code]


def test_a_missing_phone_is_refused(tmp_path: Path) -> None:
    shutil.copy(FOLDER / "common.toml", tmp_path)
    with pytest.raises(Refused):
        read_message_phones(tmp_path)


def test_every_code_has_a_sentence() -> None:
    for code in MESSAGE_CODES:
        assert messages.catalogue()[code]["zh"]
        assert messages.catalogue()[code]["en"]
