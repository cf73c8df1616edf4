# SPDX-License-Identifier: Apache-2.0
"""The cloud's API as data: operations, types and error codes, read from `resources/cloud_api`.

A field is one line: `KIND[!] [LOW..HIGH] [/PATTERN/] [= A|B|C] [each LOW..HIGH]`.

    KIND      str, int, num, bool, time (ISO 8601), any (anything), map (texts by name), file, or a type's name; []KIND is a list
    !         required
    LOW..HIGH characters of a text, size of a number, entries of a list;  each: characters of a list's texts
    /PATTERN/ what a text must hold, as in `re.search`
    = A|B|C   the values there are (of a list: of its entries)
"""

from __future__ import annotations

import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final

from koodesk import paths

PLAIN: Final = frozenset({"str", "int", "num", "bool", "time", "any", "map", "file"})
_ERRORS: Final = "errors.toml"
_LINE: Final = re.compile(
    r"(?P<many>\[\])?(?P<kind>\w+)(?P<must>!)?"
    r"(?: (?P<low>\d+)\.\.(?P<high>\d+))?(?: /(?P<pattern>.+)/)?(?: = (?P<values>\S+))?"
    r"(?: each (?P<each_low>\d+)\.\.(?P<each_high>\d+))?"
)


@dataclass(frozen=True, slots=True)
class Span:
    """The least and the most that is allowed, both included."""

    low: int
    high: int


@dataclass(frozen=True, slots=True)
class Field:
    """One field of a type, one parameter of a path or query."""

    name: str
    kind: str
    many: bool = False
    must: bool = False
    span: Span | None = None
    pattern: str = ""
    values: tuple[str, ...] = ()
    each: Span | None = None


Fields = tuple[Field, ...]


@dataclass(frozen=True, slots=True)
class Operation:
    """One operation. `id` is the SDK's method; `action` the right it asks for (`access.toml`); `body` and `answer` name
    types, `body` empty for none."""

    id: str
    method: str
    path: str
    topic: str
    zh: str
    en: str
    action: str
    answer: str
    body: str = ""
    multipart: bool = False
    path_fields: Fields = ()
    query: Fields = ()


@dataclass(frozen=True, slots=True)
class ErrorCode:
    """A refusal: its HTTP status, what it says, and where the code is from ("Koodesk": no source names one)."""

    code: str
    status: int
    en: str
    source: str


@dataclass(frozen=True, slots=True)
class Spec:
    """Everything there is."""

    operations: tuple[Operation, ...]
    types: Mapping[str, Fields]
    errors: Mapping[str, ErrorCode]


@lru_cache(maxsize=1)
def cloud_spec() -> Spec:
    """Return the shipped data, read once."""
    operations: list[Operation] = []
    types: dict[str, Fields] = {}
    errors: dict[str, ErrorCode] = {}
    for path in sorted((paths.resources() / "cloud_api").glob("*.toml")):
        given = tomllib.loads(path.read_text("utf-8"))
        if path.name == _ERRORS:
            errors = {code: ErrorCode(code, **one) for code, one in given["code"].items()}
            continue
        operations += [_operation(one, path.stem) for one in given["operation"]]
        types |= {name: _fields(lines) for name, lines in given["type"].items()}
    _check_names(operations, types)
    return Spec(tuple(operations), types, errors)


def read_field(name: str, line: str) -> Field:
    """Read one line. Raises ValueError when it is not one."""
    found = _LINE.fullmatch(line)
    if found is None:
        raise ValueError(f"{name}: {line!r} is no field")
    return Field(
        name,
        found["kind"],
        many=bool(found["many"]),
        must=bool(found["must"]),
        span=_span(found["low"], found["high"]),
        pattern=found["pattern"] or "",
        values=tuple((found["values"] or "").split("|")) if found["values"] else (),
        each=_span(found["each_low"], found["each_high"]),
    )


def _span(low: str | None, high: str | None) -> Span | None:
    return None if low is None or high is None else Span(int(low), int(high))


def _fields(lines: Mapping[str, str]) -> Fields:
    return tuple(read_field(name, line) for name, line in lines.items())


def _operation(given: Mapping[str, Any], topic: str) -> Operation:
    method, path = given["call"].split(" ")
    return Operation(
        id=given["id"],
        method=method,
        path=path,
        topic=topic,
        zh=given["zh"],
        en=given["en"],
        action=given["action"],
        answer=given["answer"],
        body=given.get("body", ""),
        multipart=given.get("multipart", False),
        path_fields=_fields(given.get("path", {})),
        query=_fields(given.get("query", {})),
    )


def _check_names(operations: list[Operation], types: Mapping[str, Fields]) -> None:
    named = {one.answer for one in operations} | {one.body for one in operations if one.body}
    named |= {field.kind for fields in types.values() for field in fields} - PLAIN
    missing = sorted(named - set(types))
    if missing:
        raise ValueError(f"types nobody declares: {missing}")
