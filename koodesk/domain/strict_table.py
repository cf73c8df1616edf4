# SPDX-License-Identifier: Apache-2.0
"""Reading mappings that came from outside (TOML, JSON) key by key, with nothing taken on trust.

A `Table` knows where it stands, so every refusal names the file and the key. What is missing, of another type, too
long, or never asked for is refused: an unknown key is a typing slip in a rule pack and a newer or foreign file among
cards, and in both cases going on would lose something in silence. Parsing the text is the caller's.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final, NoReturn, TypeVar

from koodesk.domain.problem import Problem, Refused, Scalar

D = TypeVar("D")

MAX_TEXT: Final = 20_000
"""Longest text of a key that sets no limit of its own, in characters: far above any field of the platform."""

DATA_CODES: Final = (
    "data.key_missing",
    "data.key_unknown",
    "data.out_of_range",
    "data.too_long",
    "data.too_many",
    "data.unknown_name",
    "data.wrong_type",
)
"""Every code a `Table` refuses with; each carries `file` and `key`."""


class Table:
    """One mapping of a file. Ask for each key once, then `close()` refuses whatever was not asked for."""

    def __init__(self, data: object, file: str, key: str = "") -> None:
        """Take `data`, which stands in `file` under the dotted path `key`. Raises Refused when it is no mapping."""
        self.file: Final = file
        self.key: Final = key
        if not isinstance(data, Mapping):
            self._refuse("data.wrong_type", key, expected="table")
        self._data: Final[Mapping[object, object]] = data
        self._asked: Final[set[str]] = set()

    def _path(self, name: str) -> str:
        return f"{self.key}.{name}" if self.key else name

    def _refuse(self, code: str, key: str, **params: Scalar) -> NoReturn:
        named: dict[str, Scalar] = {**params, "file": self.file, "key": key}
        raise Refused(Problem(code, self.file, tuple(sorted(named.items()))))

    def refuse(self, code: str, name: str, **params: Scalar) -> NoReturn:
        """Raise Refused for one key of this table, naming file and key."""
        self._refuse(code, self._path(name) if name else self.key, **params)

    def has(self, name: str) -> bool:
        """Tell whether the key stands in the table; asking does not count as reading it."""
        return name in self._data

    def names(self) -> tuple[str, ...]:
        """Return all keys in file order. Raises Refused when one is not a text."""
        found: list[str] = []
        for name in self._data:
            if not isinstance(name, str):
                self._refuse("data.wrong_type", self.key, expected="text")
            found.append(name)
        return tuple(found)

    def value(self, name: str) -> object:
        """Return a key's value untouched. Raises Refused when it is missing."""
        self._asked.add(name)
        if name not in self._data:
            self.refuse("data.key_missing", name)
        return self._data[name]

    def text(self, name: str, default: str | None = None, *, longest: int = MAX_TEXT) -> str:
        """Return a text of at most `longest` characters; `default` when the key may be left out."""
        if default is not None and not self.has(name):
            return default
        return self._text_of(self.value(name), name, longest)

    def _text_of(self, value: object, name: str, longest: int) -> str:
        if not isinstance(value, str):
            self.refuse("data.wrong_type", name, expected="text")
        if len(value) > longest:
            self.refuse("data.too_long", name, limit=longest, actual=len(value))
        if any(0xD800 <= ord(c) <= 0xDFFF for c in value):
            # A lone surrogate cannot be written to UTF-8: it would break the digest and every save.
            self.refuse("data.wrong_type", name, expected="text")
        return value

    def filled(self, name: str, *, longest: int = MAX_TEXT) -> str:
        """Return a text that must not be empty."""
        value = self.text(name, longest=longest)
        if not value.strip():
            self.refuse("data.key_missing", name)
        return value

    def integer(self, name: str, low: int, high: int, default: int | None = None) -> int:
        """Return a whole number from `low` to `high`; true and false are no numbers here."""
        if default is not None and not self.has(name):
            return default
        value = self.value(name)
        if not isinstance(value, int) or isinstance(value, bool):
            self.refuse("data.wrong_type", name, expected="integer")
        if not low <= value <= high:
            self.refuse("data.out_of_range", name, low=low, high=high)
        return value

    def boolean(self, name: str) -> bool:
        """Return true or false."""
        value = self.value(name)
        if not isinstance(value, bool):
            self.refuse("data.wrong_type", name, expected="boolean")
        return value

    def one_of(self, name: str, choices: Mapping[str, D]) -> D:
        """Return what the key's text stands for among `choices`."""
        value = self.text(name, longest=100)
        if value not in choices:
            self.refuse("data.unknown_name", name, value=value)
        return choices[value]

    def table(self, name: str) -> Table:
        """Return the table under a key."""
        return Table(self.value(name), self.file, self._path(name))

    def table_or_none(self, name: str) -> Table | None:
        """Return the table under a key, None when the key is missing or null."""
        if not self.has(name) or self.value(name) is None:
            return None
        return self.table(name)

    def values(self, name: str, most: int, *, optional: bool = False) -> tuple[object, ...]:
        """Return a list of at most `most` values; empty when it may be left out."""
        if optional and not self.has(name):
            return ()
        value = self.value(name)
        if not isinstance(value, list | tuple):
            self.refuse("data.wrong_type", name, expected="list")
        if len(value) > most:
            self.refuse("data.too_many", name, limit=most, actual=len(value))
        return tuple(value)

    def tables(self, name: str, most: int, *, optional: bool = False) -> tuple[Table, ...]:
        """Return a list of tables, at most `most`."""
        found = self.values(name, most, optional=optional)
        return tuple(Table(v, self.file, f"{self._path(name)}[{i}]") for i, v in enumerate(found))

    def texts(
        self, name: str, most: int, *, longest: int = MAX_TEXT, optional: bool = False
    ) -> tuple[str, ...]:
        """Return a list of texts, at most `most` of at most `longest` characters."""
        found = self.values(name, most, optional=optional)
        return tuple(self._text_of(v, f"{name}[{i}]", longest) for i, v in enumerate(found))

    def close(self) -> None:
        """Refuse the first key that was never asked for."""
        for name in self.names():
            if name not in self._asked:
                self.refuse("data.key_unknown", name[:100])
