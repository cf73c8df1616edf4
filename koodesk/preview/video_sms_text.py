# SPDX-License-Identifier: Apache-2.0
"""The words of a video SMS: signature put before the first text, parameters filled or shown as chips, and put in lines. Pure.

For each shown character it is known which character of the element's own text it stands for, so that an editor may go
from a point to a place in the text. The signature stands for none: its runs have start == end.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Final

from koodesk.domain.text_count import REPLACEMENT, visible
from koodesk.domain.video_sms.template import PARAM
from koodesk.preview.line_breaking import wrap
from koodesk.preview.phone import TextStyle
from koodesk.preview.placement import Fill, Font, Item, Measure, Rect, Run, Shape, ShapeKind, TextLine
from koodesk.preview.wording import Piece

CHIP_SIDE: Final = 5.0
"""Room at both sides of a chip's word, in dp."""

_STAND_IN: Final = 0xF0000
"""Each chip is one character of the last planes while lines are broken, so that it is never parted."""


@dataclass(frozen=True, slots=True)
class Words:
    """What an element reads. `chips` are the characters that stand for a chip, with the chip's word.

    `unfilled` are parameters without a value although values were given; `controls` counts characters that steer a text
    engine: a replacement sign stands for each, so that no text can disguise another.
    """

    text: str
    pieces: tuple[Piece, ...]
    chips: tuple[tuple[str, str], ...] = ()
    unfilled: tuple[str, ...] = ()
    controls: int = 0

    @property
    def plain(self) -> str:
        """What a person reads, chips by their words."""
        return self.text.translate({ord(char): label for char, label in self.chips})


def words(
    source: str,
    values: Mapping[str, str],
    *,
    before: str = "",
    sign: str = "",
    prefix: str = "",
    literal: bool = False,
) -> Words:
    """Fill the parameters `#p_n#` of a text from `values` by name (`p_1`); without a value a parameter is a chip of its name.

    `before` is the signature in its brackets; `sign` the word of a chip in its place while there is none. `prefix` are
    words of the phone's own. `literal` knows no parameters.
    """
    used = {} if literal else {name: values[name] for name in _names(source) if name in values}
    return _words(source, tuple(used.items()), bool(values), before, sign, prefix, literal)


def _names(source: str) -> tuple[str, ...]:
    return tuple(dict.fromkeys(f"p_{int(n)}" for n in PARAM.findall(source)))


@lru_cache(maxsize=512)
def _words(
    source: str,
    values: tuple[tuple[str, str], ...],
    given: bool,
    before: str,
    sign: str,
    prefix: str,
    literal: bool,
) -> Words:
    filling = dict(values)
    stand_ins = _stand_ins(source + before + sign + prefix + "".join(filling.values()))
    out: list[str] = []
    pieces: list[Piece] = []
    chips: list[tuple[str, str]] = []
    unfilled: list[str] = []
    at = done = controls = 0

    def put(shown: str, start: int, stop: int, param: str = "") -> None:
        nonlocal at, controls
        clean = "".join(map(visible, shown))
        controls += clean.count(REPLACEMENT) - shown.count(REPLACEMENT)
        if clean or param:
            out.append(clean)
            pieces.append(Piece(at, at + len(clean), start, stop, param))
            at += len(clean)

    def chip(label: str, start: int, stop: int, param: str = "") -> None:
        nonlocal at
        char = next(stand_ins)
        chips.append((char, label))
        out.append(char)
        pieces.append(Piece(at, at + 1, start, stop, param))
        at += 1

    put(prefix, 0, 0)
    if sign and not before:
        chip(sign, 0, 0)
    put(before, 0, 0)
    for match in () if literal else PARAM.finditer(source):
        put(source[done : match.start()], done, match.start())
        done = match.end()
        name = f"p_{int(match.group(1))}"
        if name in filling:
            put(filling[name], match.start(), done, name)
            continue
        chip(name, match.start(), done, name)
        if given:
            unfilled.append(name)
    put(source[done:], done, len(source))
    return Words("".join(out), tuple(pieces), tuple(chips), tuple(dict.fromkeys(unfilled)), controls)


def _stand_ins(text: str) -> Iterator[str]:
    """Yield characters that the text does not hold."""
    held = set(text)
    return (char for char in map(chr, range(_STAND_IN, 0x10FFFE)) if char not in held)


@dataclass(frozen=True, slots=True)
class SetText:
    """Words in lines: (start, end) of each in `words.text`, the height of a line, and the size of all, in dp."""

    words: Words
    style: TextStyle
    lines: tuple[tuple[int, int], ...]
    line_height: float
    width: float
    height: float


def set_text(found: Words, style: TextStyle, room: float, measure: Measure) -> SetText:
    """Put words in lines no wider than `room`."""
    lines, widest = _lines(found, style.font, room, measure)
    height = float(round(style.font.size * style.leading))
    return SetText(found, style, lines, height, widest, height * len(lines))


@lru_cache(maxsize=512)
def _lines(
    found: Words, font: Font, room: float, measure: Measure
) -> tuple[tuple[tuple[int, int], ...], float]:
    """Do it once for texts that did not change: a keystroke changes one."""
    chips = {char: measure.advance(label, font) + 2 * CHIP_SIDE for char, label in found.chips}

    def advance(text: str) -> float:
        wide = chips.get(text)
        return measure.advance(text, font) if wide is None else wide

    lines = wrap(found.text, room, advance)
    if not chips:
        return lines, max(measure.advance(found.text[a:b].rstrip(), font) for a, b in lines)
    return lines, max(sum(map(advance, found.text[a:b].rstrip())) for a, b in lines)


@dataclass(frozen=True, slots=True)
class Ink:
    """What words are painted with: their colour, that behind a chip, and whose words they are."""

    colour: str
    chip: Fill
    role: str
    slot: str
    content_id: str
    hint: bool = False


def place_text(text: SetText, x: float, y: float, ink: Ink, measure: Measure) -> list[Item]:
    """Return the lines, and the figures behind chips, with their top left corner at (x, y)."""
    font, labels = text.style.font, dict(text.words.chips)
    ascent, glyphs = measure.ascent(font), measure.line_height(font)
    items: list[Item] = []
    for start, end in text.lines:
        runs: list[Run] = []
        at = x
        for piece in text.words.pieces:
            a, b = max(piece.at, start), min(piece.end, end)
            if a >= b and not (piece.param and piece.at == piece.end and start <= piece.at <= end):
                continue
            shown = text.words.text[a:b]
            label = labels.get(shown)
            if label is not None:
                width = measure.advance(label, font)
                body = Rect(at + 1, y + 1, width + 2 * CHIP_SIDE - 2, text.line_height - 2)
                items.append(
                    Shape(ShapeKind.ROUND, body, ink.chip, radius=5.0, role="chip", content_id=ink.content_id)
                )
                runs.append(Run(label, at + CHIP_SIDE, width, piece.start, piece.stop, piece.param))
                at += width + 2 * CHIP_SIDE
                continue
            width = measure.advance(shown, font)
            source = (piece.start, piece.stop)
            if not piece.param and piece.start != piece.stop:
                source = (piece.start + a - piece.at, piece.start + b - piece.at)
            runs.append(Run(shown, at, width, *source, piece.param))
            at += width
        baseline = y + (text.line_height - glyphs) / 2 + ascent
        items.append(
            TextLine(
                Rect(x, y, at - x, text.line_height),
                baseline,
                font,
                ink.colour,
                tuple(runs),
                ink.role,
                ink.slot,
                ink.content_id,
                ink.hint,
            )
        )
        y += text.line_height
    return items
