# SPDX-License-Identifier: Apache-2.0
"""What all edits share: the protocol, the register of codes, JSON, and `Batch`.

Edits refuse what would break the template as a value (a content that is not there, a crop outside its picture, a text
too long to be saved), not what breaks the platform's rules: a card in the making may be wrong, and `checks` says so.
"""

from __future__ import annotations

import json
from abc import ABC, abstractmethod
from collections.abc import Callable
from dataclasses import dataclass
from typing import ClassVar, Final, NoReturn, Self, TypeVar

from koodesk.domain.codec import parse
from koodesk.domain.content_codec import Json
from koodesk.domain.problem import Problem, Refused, Scalar
from koodesk.domain.strict_table import MAX_TEXT, Table
from koodesk.domain.template import Content, Template

EDIT_CODES: Final = (
    "edit.content_missing",
    "edit.crop_outside",
    "edit.item_missing",
    "edit.last_page",
    "edit.page_missing",
    "edit.param_bad_name",
    "edit.param_exists",
    "edit.param_kept",
    "edit.param_missing",
    "edit.param_used",
    "edit.picture_missing",
    "edit.text_not_storable",
    "edit.text_too_long",
    "edit.too_many",
    "edit.wrong_kind",
)
"""Every code an edit refuses with."""


class Edit(ABC):
    """One change to a template. Subclasses are frozen dataclasses, registered by their `code`."""

    __slots__ = ()
    code: ClassVar[str]

    @abstractmethod
    def apply(self, template: Template) -> Template:
        """Return the changed template, or the same object when nothing changes. Raises Refused."""

    @property
    @abstractmethod
    def where(self) -> str:
        """The place the edit touches, in the words of `Problem.where`; empty for several."""

    @abstractmethod
    def _fields(self) -> Json:
        """Return the edit's own fields as JSON values."""

    @classmethod
    @abstractmethod
    def _read(cls, table: Table) -> Self:
        """Read the edit's own fields. Raises Refused."""


_REGISTER: Final[dict[str, type[Edit]]] = {}

E = TypeVar("E", bound=type[Edit])


def registered(code: str) -> Callable[[E], E]:
    """Give an edit class its code and enter it in the register."""

    def enter(edit: E) -> E:
        assert code not in _REGISTER, code
        edit.code = code
        _REGISTER[code] = edit
        return edit

    return enter


def edit_json(edit: Edit) -> Json:
    """Return an edit as JSON values: its code under "edit", its own fields beside it."""
    return {"edit": edit.code, **edit._fields()}


def read_edit(data: object, file: str = "edit") -> Edit:
    """Read an edit from JSON values that were parsed under limits (`codec.parse`). Raises Refused."""
    return _read_edit(Table(data, file))


def edit_line(edit: Edit) -> bytes:
    """Return an edit as one line of JSON, for unsaved work."""
    return json.dumps(edit_json(edit), ensure_ascii=False).encode() + b"\n"


def read_edit_line(line: bytes, file: str = "edit") -> Edit:
    """Read a line of `edit_line`, under the limits on files from outside. Raises Refused."""
    return read_edit(parse(line, file), file)


def _read_edit(table: Table) -> Edit:
    edit = table.one_of("edit", _REGISTER)._read(table)
    table.close()
    return edit


def refuse(code: str, where: str, **params: Scalar) -> NoReturn:
    """Raise Refused with one problem."""
    raise Refused(Problem(code, where, tuple(sorted(params.items()))))


def storable(text: str, where: str) -> str:
    """Return the text when it can be saved and read back. Raises Refused."""
    if len(text) > MAX_TEXT:
        refuse("edit.text_too_long", where, limit=MAX_TEXT, actual=len(text))
    if any("\ud800" <= c <= "\udfff" for c in text):
        refuse("edit.text_not_storable", where)
    return text


def find(template: Template, content_id: str) -> Content:
    """Return a content of the template. Raises Refused when it is not there."""
    try:
        return template.content(content_id)
    except KeyError:
        refuse("edit.content_missing", f"content:{content_id}", content=content_id)


def put(template: Template, before: Content, after: Content) -> Template:
    """Return the template with a content replaced; the same object when both are equal."""
    return template if before == after else template.with_content(after)


@registered("batch")
@dataclass(frozen=True, slots=True)
class Batch(Edit):
    """Several edits as one: all of them, or, when one is refused, none. `where` is that of the first."""

    edits: tuple[Edit, ...]

    def apply(self, template: Template) -> Template:
        """Apply the edits in order."""
        changed = template
        for edit in self.edits:
            changed = edit.apply(changed)
        return template if changed == template else changed

    @property
    def where(self) -> str:
        """The place of the first edit."""
        return self.edits[0].where if self.edits else ""

    def _flat(self) -> tuple[Edit, ...]:
        """Return the edits with those of inner batches in their place: a line of JSON stays shallow."""
        return tuple(e for edit in self.edits for e in (edit._flat() if isinstance(edit, Batch) else (edit,)))

    def _fields(self) -> Json:
        return {"edits": [edit_json(e) for e in self._flat()]}

    @classmethod
    def _read(cls, table: Table) -> Batch:
        return cls(tuple(_read_edit(t) for t in table.tables("edits", 10_000)))
