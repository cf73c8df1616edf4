# SPDX-License-Identifier: Apache-2.0
"""What a phone cuts: by count, by lines, and where nothing is published by the room of the drawing."""

from hypothesis import given
from hypothesis import strategies as st

from koodesk.domain.rule_pack import Confidence, Fact, TextLimit
from koodesk.domain.text_count import width_in_characters
from koodesk.preview.placement import CutKind
from koodesk.preview.text_fit import fit


def _wide(text: str) -> float:
    return sum(width_in_characters(char) for char in text)


def _known(lines: int, chars: int) -> Fact[TextLimit]:
    return Fact(TextLimit(lines, chars), "faq0107", Confidence.STATED)


UNKNOWN: Fact[TextLimit] = Fact(None, "not found", Confidence.UNKNOWN)


def test_what_fits_is_whole() -> None:
    fitted = fit("新春红包", 10, _wide, _known(1, 17), 1)
    assert fitted.cut is None
    assert fitted.end == 4
    assert not fitted.estimate


def test_count_runs_out_first() -> None:
    fitted = fit("一二三四五六七八", 20, _wide, _known(2, 5), 2)
    assert fitted.cut is CutKind.CHARS
    assert fitted.end == 5


def test_lines_run_out_first() -> None:
    fitted = fit("一二三四五六七八九", 4, _wide, _known(2, 40), 1)
    assert fitted.cut is CutKind.LINES
    assert fitted.lines == ((0, 4), (4, 7))  # the last place of the second line is the ellipsis'
    assert not fitted.estimate


def test_letters_count_half() -> None:
    assert fit("abcdefgh", 20, _wide, _known(1, 4), 1).cut is None
    assert fit("abcdefghi", 20, _wide, _known(1, 4), 1).end == 8


def test_without_a_limit_the_drawing_decides_and_says_so() -> None:
    fitted = fit("一二三四五六七八九", 4, _wide, UNKNOWN, 2)
    assert fitted.cut is CutKind.LINES
    assert fitted.estimate


def test_a_newline_uses_a_line() -> None:
    fitted = fit("一\n二\n三", 9, _wide, UNKNOWN, 2)
    assert fitted.lines == ((0, 1), (2, 3))
    assert fitted.cut is CutKind.LINES


@given(
    st.text(st.sampled_from("新春红包，。《》abc 019\n"), max_size=60),
    st.integers(3, 12),
    st.integers(1, 4),
    st.integers(1, 40),
)
def test_what_is_shown_fits_by_itself(text: str, width: int, lines: int, chars: int) -> None:
    for limit in (UNKNOWN, _known(lines, chars)):
        fitted = fit(text, width, _wide, limit, lines)
        assert len(fitted.lines) <= lines
        assert fit(text[: fitted.end], width, _wide, limit, lines).cut is None
