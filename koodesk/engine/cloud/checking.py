# SPDX-License-Identifier: Apache-2.0
"""A request held against the data of its operation: types, limits, what must be there. Null counts as left out.

Fields that nobody declares are passed over, as the platform does. Refusals name the field: "resolve_task.params[3].cust_flag".
"""

from __future__ import annotations

import math
import re
from collections.abc import Callable, Iterable, Mapping
from datetime import UTC, datetime
from typing import Any, Final

from koodesk.engine.cloud.errors import wrong_field
from koodesk.engine.cloud.spec import Field, Fields, Span, cloud_spec

DEEPEST: Final = 12
LARGEST_NUMBER: Final = 1 << 53
"""Whole numbers above it are not exact in every JSON reader."""

_TIME: Final = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}(\.\d{1,6})?(Z|[+-]\d{2}:?\d{2})")


def check_body(type_name: str, given: object, where: str = "", depth: int = 0) -> dict[str, Any]:
    """Return the declared fields of an object. Raises ApiError (400) naming the first that is wrong."""
    if not isinstance(given, Mapping) or depth > DEEPEST:
        raise wrong_field(where or "body", expected="object")
    found: dict[str, Any] = {}
    for field in cloud_spec().types[type_name]:
        value = given.get(field.name)
        place = f"{where}.{field.name}" if where else field.name
        if value is None:
            if field.must:
                raise wrong_field(place, expected="a value")
            continue
        found[field.name] = (
            _entries(field, value, place, depth) if field.many else _one(field, value, place, depth)
        )
    return found


def check_texts(fields: Fields, given: Iterable[tuple[str, str]]) -> dict[str, Any]:
    """Return the values of a path or query, numbers and booleans read. Raises ApiError (400)."""
    by_name: dict[str, list[str]] = {}
    for name, text in given:
        by_name.setdefault(name, []).append(text)
    found: dict[str, Any] = {}
    for field in fields:
        texts = [text for text in by_name.get(field.name, ()) if text != ""]
        if not texts:
            if field.must:
                raise wrong_field(field.name, expected="a value")
            continue
        values = [_from_text(field, text) for text in texts]
        found[field.name] = (
            _entries(field, values, field.name, 0) if field.many else _one(field, values[-1], field.name, 0)
        )
    return found


def milliseconds(text: str) -> int:
    """Return the instant of an ISO 8601 text. Raises ValueError."""
    if _TIME.fullmatch(text) is None:
        raise ValueError(text)
    when = datetime.fromisoformat(text)
    return int((when - datetime(1970, 1, 1, tzinfo=UTC)).total_seconds() * 1000)


def _from_text(field: Field, text: str) -> Any:
    if field.kind == "int":
        if re.fullmatch(r"-?\d{1,15}", text, re.ASCII) is None:
            raise wrong_field(field.name, expected="a whole number")
        return int(text)
    if field.kind == "bool":
        if text not in ("true", "false"):
            raise wrong_field(field.name, expected="true or false")
        return text == "true"
    return text


def _entries(field: Field, value: object, where: str, depth: int) -> list[Any]:
    if not isinstance(value, list):
        raise wrong_field(where, expected="a list")
    if field.span is not None and not field.span.low <= len(value) <= field.span.high:
        raise wrong_field(where, entries=len(value), limit=_said(field.span))
    entry = Field(field.name, field.kind, span=field.each, values=field.values)
    return [_one(entry, one, f"{where}[{place}]", depth) for place, one in enumerate(value)]


def _one(field: Field, value: Any, where: str, depth: int) -> Any:
    checker = _KINDS.get(field.kind)
    if checker is None:
        return check_body(field.kind, value, where, depth + 1)
    checker(field, value, where)
    if field.values and str(value) not in field.values:
        raise wrong_field(where, expected="|".join(field.values))
    return value


def _text(field: Field, value: Any, where: str) -> None:
    if not isinstance(value, str):
        raise wrong_field(where, expected="text")
    if field.span is not None and not field.span.low <= len(value) <= field.span.high:
        raise wrong_field(where, characters=len(value), limit=_said(field.span))
    if field.pattern and re.search(field.pattern, value) is None:
        raise wrong_field(where, expected=field.pattern)


def _number(field: Field, value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int):
        raise wrong_field(where, expected="a whole number")
    low, high = (field.span.low, field.span.high) if field.span else (-LARGEST_NUMBER, LARGEST_NUMBER)
    if not low <= value <= high:
        raise wrong_field(where, actual=value, limit=f"{low}..{high}")


def _decimal(_field: Field, value: Any, where: str) -> None:
    if isinstance(value, bool) or not isinstance(value, int | float) or not math.isfinite(value):
        raise wrong_field(where, expected="a number")


def _truth(_field: Field, value: Any, where: str) -> None:
    if not isinstance(value, bool):
        raise wrong_field(where, expected="true or false")


def _time(_field: Field, value: Any, where: str) -> None:
    try:
        milliseconds(value if isinstance(value, str) else "")
    except ValueError:
        raise wrong_field(where, expected="2019-10-12T07:20:50Z") from None


def _map(_field: Field, value: Any, where: str) -> None:
    if not isinstance(value, Mapping) or not all(isinstance(one, str) for one in value.values()):
        raise wrong_field(where, expected="an object of texts")


def _any(_field: Field, _value: Any, _where: str) -> None:
    return


_KINDS: Final[Mapping[str, Callable[[Field, Any, str], None]]] = {
    "str": _text,
    "int": _number,
    "num": _decimal,
    "bool": _truth,
    "time": _time,
    "map": _map,
    "any": _any,
    "file": _any,
}


def _said(span: Span) -> str:
    return f"{span.low}..{span.high}"
