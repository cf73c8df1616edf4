# SPDX-License-Identifier: Apache-2.0
"""The recovery log: what was done since the file was begun, as JSON lines, so that a kill loses next to nothing.

`recovery_writer` writes a line as soon as a move is made. Replaying a log builds the same template and the same history,
so undo survives a restart as well.

Format, version 1. First line: {"koodesk_recovery": 1, "template": {...}, "digest": ..., "saved": ...}. Then one line a
move, each with the digest it ended at: {"do": "edit", "edit": {...}, "gesture": n, "digest": ...},
{"do": "undo" | "redo", "digest": ...}, {"do": "saved", "saved": ..., "digest": ...}. A line that cannot be read, or ends
at another digest, ends the replay: what came before it is kept. A card's template is written by `domain.codec`, its edits by
`domain.edits`; another kind of document brings a `Format` of its own, with another word in the first line.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import Any, Final, Generic, TypeVar

from PySide6.QtCore import QObject

from koodesk.domain.codec import decode, encode, parse
from koodesk.domain.edits import edit_json, read_edit
from koodesk.domain.problem import Refused
from koodesk.domain.template import Template
from koodesk.editor.document import Applied, Changes, Document, Move, Redone, Saved, TemplateDocument, Undone
from koodesk.editor.recovery_writer import Order, RecoveryWriter, settle

VERSION: Final = 1
SUFFIX: Final = ".recovery.jsonl"
LONGEST_LOG: Final = 16 * 1_048_576
"""A longer log (bytes) is begun anew at the template of the moment; its history then starts there."""


T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Format(Generic[T]):
    """How one kind of document stands in a log. `mark` is the word of the first line that holds the version.

    `template`, `edit` make JSON values; `read_template` and `read_edit` take them back, and raise Refused, KeyError,
    TypeError or ValueError for what is none. `document` makes a document of a template and the digest of what was saved.
    """

    mark: str
    template: Callable[[T], object]
    read_template: Callable[[Any], T]
    edit: Callable[[Any], object]
    read_edit: Callable[[Any], Changes[T]]
    document: Callable[[T, str], Document[T]]


CARD: Final[Format[Template]] = Format(
    "koodesk_recovery", encode, decode, edit_json, read_edit, TemplateDocument
)


@dataclass(frozen=True, slots=True)
class Draft:
    """A log that holds work its card does not: `name` is the card's, `moves` how many can be replayed."""

    name: str
    path: Path
    template: Template
    moves: int
    modified_ms: int


def log_path(folder: Path, name: str) -> Path:
    """Return where the log of a card lies. Raises ValueError for a name that is not a plain one."""
    if not name or not all(c.isascii() and (c.isalnum() or c in "-_") for c in name):
        raise ValueError(name)
    return folder / f"{name}{SUFFIX}"


class RecoveryLog(QObject):
    """Writes the moves of one document. `close` before the process ends in good order."""

    def __init__(
        self,
        document: Document[Any],
        path: Path,
        saved_digest: str = "",
        form: Format[Any] = CARD,
    ) -> None:
        super().__init__(document)
        self._document = document
        self._form = form
        self._path = path
        self._saved = saved_digest
        self._writer: RecoveryWriter | None = None
        self._length = 0

    def begin(self, *, keep: bool = False) -> None:
        """Begin the log at the document's template, or go on with the file that was just replayed (`keep`)."""
        self._writer = RecoveryWriter(self._path)
        self._length = 0
        if keep:
            self._writer.order(Order.GO_ON)
        else:
            self._writer.order(Order.BEGIN, self._head())
        self._document.moved.connect(self._record)
        # A window that goes without closing its log must not leave the file open.
        self.destroyed.connect(partial(self._writer.order, Order.CLOSE))

    def close(self, *, wait: bool = True) -> None:
        """Write what is left, force it to the disk and end the thread; `wait` until that is done."""
        self._end(Order.CLOSE, wait=wait)

    def discard(self, *, wait: bool = True) -> None:
        """End the thread and remove the log: the user does not want what is in it."""
        self._end(Order.DISCARD, wait=wait)

    def _end(self, order: Order, *, wait: bool) -> None:
        if self._writer is not None:
            self._document.moved.disconnect(self._record)
            self._writer.end(order, wait=wait)
            self._writer = None

    def _head(self) -> str:
        document = self._document
        head = {
            self._form.mark: VERSION,
            "template": self._form.template(document.template),
            "digest": document.digest,
            "saved": self._saved,
        }
        return json.dumps(head, ensure_ascii=False) + "\n"

    def _record(self, move: Move[Any]) -> None:
        assert self._writer is not None
        if isinstance(move, Saved):
            self._saved = move.digest
            if self._length > LONGEST_LOG:
                self._length = 0
                self._writer.order(Order.BEGIN, self._head())
                return
        line = (
            json.dumps({**_encode(move, self._form), "digest": self._document.digest}, ensure_ascii=False)
            + "\n"
        )
        self._length += len(line)
        self._writer.order(Order.LINE, line)


@dataclass(frozen=True, slots=True)
class Resumed(Generic[T]):
    """A document as it is opened: `kept` says that it comes from its log, with its history.

    `recovered` says that it holds work that was not saved; `elsewhere` that somebody else has saved it since that began.
    """

    document: Document[T]
    kept: bool
    recovered: bool
    elsewhere: bool


def resume(path: Path, template: T, form: Format[T]) -> Resumed[T]:
    """Open a stored template with what its log holds; a log of what was saved otherwise since is not gone on with.

    Reads files: call it off the window's thread.
    """
    fresh = form.document(template, "")
    stored = fresh.digest
    fresh.mark_saved(stored)
    found = replay_as(path, form)
    if found is None or not (found.digest == stored or found.is_dirty):
        return Resumed(fresh, False, False, False)
    elsewhere = found.saved_digest != stored and found.digest != stored
    found.mark_saved(stored)
    return Resumed(found, True, found.is_dirty, elsewhere)


def pending(folder: Path) -> tuple[Draft, ...]:
    """Return the drafts of a folder that end at another template than was last saved, newest first.

    Reads files: call it off the window's thread. A log whose first line cannot be read is left where it is and not
    offered.
    """
    drafts = []
    for path in folder.glob(f"*{SUFFIX}"):
        document = replay(path)
        if document is not None and document.is_dirty:
            name = path.name.removesuffix(SUFFIX)
            modified = int(path.stat().st_mtime * 1000)
            drafts.append(Draft(name, path, document.template, document.depth, modified))
    return tuple(sorted(drafts, key=lambda draft: -draft.modified_ms))


def replay(path: Path) -> TemplateDocument | None:
    """Build the card's document a log tells of; see `replay_as`."""
    document = replay_as(path, CARD)
    assert document is None or isinstance(document, TemplateDocument)
    return document


def replay_as(path: Path, form: Format[T]) -> Document[T] | None:
    """Build the document a log tells of, with its history; None when there is no log or its start cannot be read.

    The unreadable end of a log (a torn last line, a changed byte) is cut off the file, so that it can be gone on with. A log
    that is still being written is waited for: not on the window's thread.
    """
    settle(path)
    try:
        data = path.read_bytes()
    except OSError:
        return None
    lines = list(_lines_of(data))
    if not lines:
        return None
    document, good = _replayed(lines, form)
    if document is not None and good < len(lines):
        # What a bad line did to the document is unknown: build it again without.
        document, good = _replayed(lines[:good], form)
    if document is not None and lines[good - 1][1] < len(data):
        os.truncate(path, lines[good - 1][1])
    return document


def discard(path: Path) -> None:
    """Remove a draft for good."""
    path.unlink(missing_ok=True)


def _lines_of(data: bytes) -> Iterator[tuple[bytes, int]]:
    """Yield each complete line with the offset of its end."""
    end = 0
    while (stop := data.find(b"\n", end)) >= 0:
        line, end = data[end:stop], stop + 1
        yield line, end


def _replayed(lines: list[tuple[bytes, int]], form: Format[T]) -> tuple[Document[T] | None, int]:
    """Replay lines up to the first bad one; return the document and how many lines were good."""
    document = _start(lines[0][0], form)
    if document is None:
        return None, 0
    for count, (line, _end) in enumerate(lines[1:], 1):
        record = _record_of(line)
        try:
            if record is None:
                return document, count
            document.replay(_decode(record, form))
        except (Refused, KeyError, TypeError, ValueError):
            return document, count
        if document.digest != record.get("digest"):
            return document, count
    return document, len(lines)


def _start(line: bytes, form: Format[T]) -> Document[T] | None:
    record = _record_of(line)
    if record is None or record.get(form.mark) != VERSION:
        return None
    try:
        document = form.document(form.read_template(record["template"]), str(record.get("saved", "")))
    except (Refused, KeyError, TypeError, ValueError):
        return None
    return document if document.digest == record.get("digest") else None


def _record_of(line: bytes) -> dict[str, Any] | None:
    try:
        record = parse(line, "recovery")
    except Refused:
        return None
    return record if isinstance(record, dict) else None


def _encode(move: Move[T], form: Format[T]) -> dict[str, Any]:
    match move:
        case Applied(edit, gesture):
            return {"do": "edit", "edit": form.edit(edit), "gesture": gesture}
        case Undone():
            return {"do": "undo"}
        case Redone():
            return {"do": "redo"}
        case Saved(digest):
            return {"do": "saved", "saved": digest}


def _decode(record: dict[str, Any], form: Format[T]) -> Move[T]:
    match record["do"]:
        case "edit":
            return Applied(form.read_edit(record["edit"]), int(record["gesture"]))
        case "undo":
            return Undone()
        case "redo":
            return Redone()
        case "saved":
            return Saved(str(record["saved"]))
    raise ValueError(record["do"])
