# SPDX-License-Identifier: Apache-2.0
"""Sentences for problems and codes, in Chinese and English, for the window and the command line alike.

The catalogue is data: `resources/messages/*.toml`, one table a code with `zh`, `en` (what is wrong, with limit and
actual value as named places) and `next_zh`, `next_en` (what to do). Free of Qt, so that the command line needs no
window libraries. A code without a sentence shows itself, and a test fails.

A place may say how its value is shown, after a colon:

    {actual}                 numbers with thousands marks, everything else as it is
    {id:plain}               as it is
    {limit:bytes}            "2 MB"
    {at_ms:moment}           an instant (ms, UTC) as Beijing time
    {start:clock}            a minute of the day as 08:00
    {state:state.campaign}   the word of a code: of "state.campaign.<value>"; the value itself where there is none
    {vendors:vendor*}        the words of several codes joined by ", "
"""

from __future__ import annotations

import string
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta, timezone
from functools import lru_cache
from typing import Final

from koodesk import paths
from koodesk.domain.problem import Problem

LANGUAGES: Final = ("zh", "en")
_STRAIGHT: Final = str.maketrans({"“": '"', "”": '"', "‘": "'", "’": "'", "…": "..."})
_BEIJING: Final = timezone(timedelta(hours=8))
_NOTHING: Final = "—"
_ROW: Final = "row."
"""The window asks for the reason of a refused row as `row.<code>`; most of them read the same everywhere."""


@dataclass(frozen=True, slots=True)
class Sentence:
    """What is wrong, and what to do next (may be empty)."""

    what: str
    next: str

    def __str__(self) -> str:
        if not self.next or not self.what or self.what.endswith(("。", "：", "！", "？", "…")):
            return f"{self.what}{self.next}"
        if not self.next[0].isascii():
            return f"{self.what}。{self.next}"
        return (
            f"{self.what} {self.next}"
            if self.what.endswith((".", ":", "!", "?"))
            else f"{self.what}. {self.next}"
        )


class _Places(string.Formatter):
    """Fills named places; a place nobody fills stays readable instead of raising."""

    def __init__(self, language: str) -> None:
        self._language = language

    def get_value(self, key: int | str, args: object, kwargs: Mapping[str, object]) -> object:
        """Return a place's value, or a dash."""
        del args
        return kwargs.get(str(key), _NOTHING)

    def format_field(self, value: object, format_spec: str) -> str:
        """Write a value the way its place asks for."""
        if value == _NOTHING:
            return _NOTHING
        if format_spec == "plain":
            return str(value)
        number = isinstance(value, int | float) and not isinstance(value, bool)
        if not format_spec:
            return f"{value:,}" if number else str(value)
        if format_spec in _FORMS and isinstance(value, int):
            return _FORMS[format_spec](value)
        if format_spec.endswith("*"):
            joint = "、" if self._language == "zh" else ", "
            return joint.join(self._word(format_spec[:-1], one) for one in str(value).split(", "))
        return self._word(format_spec, str(value))

    def _word(self, family: str, value: str) -> str:
        entry = layout_name(value) if family == "layout_name" else catalogue().get(f"{family}.{value}")
        return entry[self._language] if entry else value


def _size(count: int) -> str:
    """Write a number of bytes. Rounded up, so that a file just over a limit does not look as large as the limit."""
    for unit, name in ((1 << 20, "MB"), (1 << 10, "KB")):
        if count >= unit:
            hundredths = -(-count * 100 // unit)
            return f"{hundredths / 100:,.2f}".rstrip("0").rstrip(".") + f" {name}"
    return f"{count} B"


def _moment(at_ms: int) -> str:
    try:
        at = datetime.fromtimestamp(at_ms / 1000, UTC)
    except (OverflowError, OSError, ValueError):
        return str(at_ms)
    return at.astimezone(_BEIJING).strftime("%Y-%m-%d %H:%M")


def _clock(minute: int) -> str:
    return f"{minute // 60:02}:{minute % 60:02}"


_FORMS: Final = {"bytes": _size, "moment": _moment, "clock": _clock}


@lru_cache(maxsize=1)
def catalogue() -> dict[str, dict[str, str]]:
    """Read every sentence: code -> {zh, en, next_zh, next_en}."""
    found: dict[str, dict[str, str]] = {}
    for file in sorted((paths.resources() / "messages").glob("*.toml")):
        _collect(tomllib.loads(file.read_text("utf-8")), "", found)
    return found


@lru_cache(maxsize=128)
def layout_name(layout: str) -> dict[str, str] | None:
    """Return the names of a layout as the shipped rules have them ({zh, en}), None for a layout they do not know.

    Read when a sentence asks for it: the rules are the one place where layouts have names.
    """
    path = paths.resources() / "rules" / "layouts" / f"{layout}.toml"
    if not layout.isidentifier() or not path.is_file():
        return None
    data = tomllib.loads(path.read_text("utf-8"))
    return {"zh": str(data["name_zh"]), "en": str(data["name_en"])}


def straight(text: str) -> str:
    """Return an English text with straight quotes and three dots: the bundled font draws the others as wide as Chinese ones."""
    return text.translate(_STRAIGHT)


def _collect(table: Mapping[str, object], prefix: str, found: dict[str, dict[str, str]]) -> None:
    if "zh" in table and isinstance(table["zh"], str):
        found[prefix] = {
            k: straight(v) if k.endswith("en") else v for k, v in table.items() if isinstance(v, str)
        }
    for key, value in table.items():
        if isinstance(value, dict):
            _collect(value, f"{prefix}.{key}" if prefix else key, found)


def _known(language: str) -> str:
    return language if language in LANGUAGES else LANGUAGES[0]


def _fill(text: str, language: str, values: Mapping[str, object]) -> str:
    return _Places(language).vformat(text, (), values)


def sentence(problem: Problem, language: str) -> Sentence:
    """Say a problem in "zh" or "en"."""
    entry = catalogue().get(problem.code)
    if entry is None:
        shown = ", ".join(f"{k}={v}" for k, v in problem.params)
        return Sentence(f"{problem.code} {shown}".strip(), "")
    values: dict[str, object] = dict(problem.params)
    values.setdefault("where", problem.where)
    values.setdefault("vendor", problem.vendor.value if problem.vendor else "")
    language = _known(language)
    what = _fill(entry[language], language, values)
    return Sentence(what, _fill(entry.get(f"next_{language}", ""), language, values))


def word(code: str, language: str, **values: object) -> str:
    """Say a state, kind or other code that is not a problem ("state.campaign.running")."""
    texts = catalogue()
    entry = texts.get(code)
    if entry is None and code.startswith(_ROW):
        entry = texts.get(code.removeprefix(_ROW))
    language = _known(language)
    return _fill(entry[language], language, values) if entry else code.rpartition(".")[2]


_CERTIFICATE_FAMILIES: Final = (
    ("certificate_word.", ""),
    ("state.bucket.", "bucket."),
    ("result.", "code."),
    ("gateway.name.", "gateway."),
)


def certificate_words(language: str) -> dict[str, str]:
    """Return what the page of a certificate says, by name: its own words, the buckets, gateways, and what
    result codes mean."""
    language, found = _known(language), {}
    for code, entry in catalogue().items():
        for family, name in _CERTIFICATE_FAMILIES:
            if code.startswith(family):
                found[name + code.removeprefix(family)] = entry[language]
    return found


def row_reason(code: str) -> str:
    """Say in Chinese why a row of a number file was refused, for the exports people open elsewhere."""
    entry = catalogue().get(code)
    return entry["zh"] if entry else code
