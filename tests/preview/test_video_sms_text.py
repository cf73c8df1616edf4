# SPDX-License-Identifier: Apache-2.0
"""The words of a video SMS: signature, parameters and chips, lines, and the way back to the text that was written."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.text_count import visible
from koodesk.domain.video_sms.template import PARAM, Frame, Text, VideoTemplate
from koodesk.preview.phone import TextStyle
from koodesk.preview.placement import Fill, Font, Shape, TextLine
from koodesk.preview.video_sms_text import CHIP_SIDE, Ink, place_text, set_text, words
from tests.preview.arithmetic import MEASURE
from tests.preview.video_sms_samples import PICTURE, SIGN, VIDEO, kinds, place, templates

STYLE = TextStyle(Font(10), "ink", 1.5)
INK = Ink("#000000", Fill("#ffeeee"), "text", "text", "frame:1/element:1")


def _lines(source: str, values: dict[str, str], room: float = 200.0) -> list[TextLine]:
    found = set_text(words(source, values), STYLE, room, MEASURE)
    return [i for i in place_text(found, 0, 0, INK, MEASURE) if isinstance(i, TextLine)]


def _read(template: VideoTemplate, **options: object) -> list[str]:
    placement = place(template, **options)  # type: ignore[arg-type]  # what `place` takes
    ids = [box.content_id for box in placement.boxes if box.element >= 0]
    return [
        "\n".join(i.text for i in placement.of(one) if isinstance(i, TextLine) and i.role == "text")
        for one in ids
    ]


def test_the_signature_stands_before_the_first_text_only() -> None:
    template = VideoTemplate("主题", (Frame((VIDEO,)), Frame((PICTURE, Text("一"))), Frame((Text("二"),))))
    assert _read(template) == ["", "", f"【{SIGN}】一", "二"]
    assert _read(template, sign="") == ["", "", "【签名】一", "二"]


def test_a_signature_not_chosen_is_a_chip() -> None:
    found = words("一", {}, sign="【签名】")
    assert [label for _, label in found.chips] == ["【签名】"]
    assert words("一", {}, before="【极光】", sign="【签名】").chips == ()


def test_parameters_are_chips_of_their_names_until_a_row_fills_them() -> None:
    assert words("尊敬的#p_1#享#p_02#元", {}).plain == "尊敬的p_1享p_2元"
    assert words("尊敬的#p_1#享#p_2#元", {"p_1": "林晓", "p_2": "3000"}).plain == "尊敬的林晓享3000元"
    found = words("#p_1#和#p_2#", {"p_2": "二"})
    assert (found.plain, found.unfilled) == ("p_1和二", ("p_1",))


@pytest.mark.parametrize("text", ["#p_#", "#p_x#", "# p_1#", "p_1", "#p_1"])
def test_what_only_looks_like_a_parameter_stays(text: str) -> None:
    assert words(text, {"p_1": "林晓"}).plain == text


def test_a_value_is_not_looked_at_again() -> None:
    assert words("#p_1#", {"p_1": "#p_2#", "p_2": "二"}).plain == "#p_2#"


def test_a_subject_has_no_parameters() -> None:
    assert words("#p_1#", {"p_1": "林晓"}, literal=True).plain == "#p_1#"


def test_a_chip_is_as_wide_as_its_name_and_never_parted() -> None:
    (line,) = _lines("甲#p_1#乙", {})
    chip = next(run for run in line.runs if run.param == "p_1")
    assert chip.x == 10 + CHIP_SIDE
    assert chip.width == MEASURE.advance("p_1", STYLE.font)
    after = line.runs[-1]
    assert after.x == chip.x + chip.width + CHIP_SIDE
    narrow = _lines("甲#p_1##p_2#乙", {}, room=26.0)
    assert [line.text for line in narrow] == ["甲", "p_1", "p_2", "乙"]


def test_chips_have_a_ground_where_they_stand() -> None:
    found = set_text(words("甲#p_1#", {}), STYLE, 200, MEASURE)
    items = place_text(found, 3, 7, INK, MEASURE)
    (body,) = [i for i in items if isinstance(i, Shape)]
    line = items[-1]
    assert isinstance(line, TextLine)
    chip = line.runs[-1]
    assert body.role == "chip"
    assert body.rect.x < chip.x
    assert body.rect.right > chip.x + chip.width


def test_a_character_that_stands_in_for_chips_may_be_in_the_text() -> None:
    """The stand-ins are private characters; a text that holds one itself keeps it."""
    source = "\U000f0000#p_1#\U000f0001#p_2#"
    found = words(source, {})
    assert found.plain == "\U000f0000p_1\U000f0001p_2"
    assert len({char for char, _ in found.chips} | set("\U000f0000\U000f0001")) == 4


def test_signs_that_steer_a_text_engine_are_shown_as_a_replacement() -> None:
    found = words("甲\u202e#p_1#", {"p_1": "乙\u200f"})
    assert found.plain == "甲\ufffd乙\ufffd"
    assert found.controls == 2


@given(templates(), kinds(), st.booleans())
def test_every_character_leads_back_to_the_text(template: VideoTemplate, kind: object, filled: bool) -> None:
    """The runs of a text, one after the other, are its characters without newlines and the spaces lines end with."""
    values = {"p_1": "林晓", "p_2": "", "p_30": "3,000"} if filled else {}
    placement = place(template, kind, values=values)  # type: ignore[arg-type]  # a PhoneKind
    for f, e, one in template.elements():
        if not isinstance(one, Text):
            continue
        name = f"frame:{f + 1}/element:{e + 1}"
        runs = [
            run
            for line in placement.of(name)
            if isinstance(line, TextLine) and line.role == "text"
            for run in line.runs
            if run.start < run.end
        ]
        at = 0
        for run in runs:
            between = one.text[at : run.start]
            assert not between.strip("\n"), (one.text, run)
            if run.param:
                assert PARAM.fullmatch(one.text[run.start : run.end])
                assert run.text in values.get(run.param, run.param)
            else:
                assert run.text == "".join(map(visible, one.text[run.start : run.end]))
            at = run.end
        assert not one.text[at:].strip("\n")


@given(
    st.lists(st.sampled_from(["新车", "#p_1#", " ", "\n", "a1", "，"]), max_size=30).map("".join),
    st.integers(30, 200),
)
def test_lines_are_no_wider_than_the_room(source: str, room: int) -> None:
    found = set_text(words(source, {}), STYLE, room, MEASURE)
    assert found.height == found.line_height * len(found.lines)
    for line in place_text(found, 0, 0, INK, MEASURE):
        if isinstance(line, TextLine) and line.runs and line.text.strip():
            spaces = len(line.text) - len(line.text.rstrip())
            assert line.rect.width <= max(room, 25) + spaces * 5 + 1e-6
    assert found.width <= max(room, 25) + 1e-6
